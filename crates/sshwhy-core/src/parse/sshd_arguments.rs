//! The arguments of sshd (`sshd(8)`), as far as they bear on its configuration.

use crate::parse::sshd_config::parse_sshd_config;

/// What the arguments say.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SshdArguments {
    /// `-f`: the main file; `None` for the usual one.
    pub config: Option<String>,
    /// `-o`, and what other options mean as lines of a configuration, in their order.
    pub options: Vec<String>,
    /// `-p`.
    pub ports: Vec<u16>,
}

/// Options that take an argument; the others are `DdeGiqRrTtV46`.
const WITH_ARGUMENT: &[char] = &['f', 'o', 'p', 'g', 'h', 'c', 'k', 'b', 'u', 'C', 'E'];

/// Reads the arguments as getopt(3) does: letters may stand together, and the argument of one may follow it at once.
#[must_use]
pub fn parse_sshd_arguments(arguments: &[String]) -> SshdArguments {
    let mut read = SshdArguments::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            break;
        };
        if letters == "-" {
            break;
        }
        let mut rest = letters.chars();
        while let Some(letter) = rest.next() {
            if !WITH_ARGUMENT.contains(&letter) {
                read.flag(letter);
                continue;
            }
            let value = match rest.as_str() {
                "" => arguments.next().cloned().unwrap_or_default(),
                rest => rest.to_owned(),
            };
            read.take(letter, value);
            break;
        }
    }
    read
}

impl SshdArguments {
    fn flag(&mut self, letter: char) {
        match letter {
            '4' => self.options.push("AddressFamily inet".to_owned()),
            '6' => self.options.push("AddressFamily inet6".to_owned()),
            _ => {}
        }
    }

    fn take(&mut self, letter: char, value: String) {
        match letter {
            'f' => self.config = Some(value),
            // A port after `-p` does not count.
            'o' if !self.ports.is_empty() && is_port(&value) => {}
            'o' => self.options.push(value),
            'p' => self.ports.extend(value.parse::<u16>()),
            'g' => self.options.push(format!("LoginGraceTime {value}")),
            'h' => self.options.push(format!("HostKey {value}")),
            'c' => self.options.push(format!("HostCertificate {value}")),
            _ => {}
        }
    }
}

fn is_port(option: &str) -> bool {
    parse_sshd_config("", option).first().is_some_and(|line| line.keyword == "port")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse_sshd_arguments;

    #[test]
    fn arguments() {
        let check = |line: &str, config: Option<&str>, options: &[&str], ports: &[u16]| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let read = parse_sshd_arguments(&words);
            assert_eq!(read.config.as_deref(), config, "{line}");
            assert_eq!(read.options, options, "{line}");
            assert_eq!(read.ports, ports, "{line}");
        };
        check("", None, &[], &[]);
        check("-", None, &[], &[]);
        check("-p", None, &[], &[]);
        check("-p x", None, &[], &[]);
        check("-D -- -p 1", None, &[], &[]);
        check("x -p 1", None, &[], &[]);
        check("-D", None, &[], &[]);
        check("-D -f /etc/c", Some("/etc/c"), &[], &[]);
        check("-Dp2222 -p 22", None, &[], &[2222, 22]);
        check(
            "-4Dg 30 -E /log -oPort=5",
            None,
            &["AddressFamily inet", "LoginGraceTime 30", "Port=5"],
            &[],
        );
        check("-p 1 -oPort=5 -oBanner=x", None, &["Banner=x"], &[1]);
        check("-oPort=5 -p 1", None, &["Port=5"], &[1]);
        check("-h k -c l", None, &["HostKey k", "HostCertificate l"], &[]);
    }

    proptest! {
        #[test]
        fn no_text_panics(words in prop::collection::vec("-?\\PC{0,6}", 0..6)) {
            let _ = parse_sshd_arguments(&words);
        }
    }
}
