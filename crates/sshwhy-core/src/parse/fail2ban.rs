//! What fail2ban-client(1) prints, and the actions of its jails.

/// More jails or addresses than this are not read.
const MAX: usize = 1 << 20;

/// A jail with the addresses that it has banned.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Jail {
    /// Its name.
    pub name: String,
    /// Addresses and prefixes, as fail2ban writes them.
    pub banned: Vec<String>,
}

/// The answer to `banned`: a list of maps in Python's notation, `[{'sshd': ['192.0.2.7']}, {'web': []}]`.
pub fn banned(text: &str) -> Vec<Jail> {
    let mut jails: Vec<Jail> = Vec::new();
    let mut rest = text;
    while let Some(begin) = rest.find(['\'', '"'])
        && jails.len() < MAX
    {
        let (quote, after) = rest[begin..].split_at(1);
        let Some(end) = after.find(quote) else { break };
        let word = &after[..end];
        rest = &after[end + 1..];
        if rest.trim_start().starts_with(':') {
            jails.push(Jail { name: word.to_owned(), banned: Vec::new() });
        } else if let Some(jail) = jails.last_mut().filter(|jail| jail.banned.len() < MAX) {
            jail.banned.push(word.to_owned());
        }
    }
    jails
}

/// The names of the jails in the answer to `status`.
pub fn jails(status: &str) -> Vec<&str> {
    let list = status.lines().find_map(|line| line.split_once("Jail list:"));
    let names = list.map_or("", |(_, names)| names).split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).take(MAX).collect()
}

/// The words of an answer that is a list: one to a line after a heading, or separated by commas.
pub fn list(answer: &str) -> Vec<&str> {
    let body = answer.split_once(':').map_or(answer, |(_, body)| body);
    let words = body.split([',', '\n']).map(|word| word.trim().trim_start_matches(['-', '`', '|']));
    words.map(str::trim).filter(|word| !word.is_empty()).take(MAX).collect()
}

/// How long an address is banned.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Term<'a> {
    /// Since when, in the server's own time.
    pub since: &'a str,
    /// Until when; `None` for ever.
    pub until: Option<&'a str>,
}

/// The line of an address in the answer to `get JAIL banip --with-time`:
/// `192.0.2.7  2026-11-26 14:03:09 + 600 = 2026-11-26 14:13:09`.
pub fn term<'a>(answer: &'a str, address: &str) -> Option<Term<'a>> {
    let line = answer.lines().find(|line| line.split_whitespace().next() == Some(address))?;
    let (since, rest) = line.trim_start().strip_prefix(address)?.split_once(" + ")?;
    let (seconds, until) = rest.split_once(" = ")?;
    let is_for_ever = seconds.trim().starts_with('-');
    Some(Term { since: since.trim(), until: (!is_for_ever).then(|| until.trim()) })
}

/// Whether the ports of an action (`ssh,2222`, `0:65535`, `all`) hold one. `services` is the text of services(5).
pub fn holds_port(ports: &str, port: u16, services: &str) -> bool {
    ports.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()).any(|word| {
        let (first, last) = word.split_once(':').unwrap_or((word, word));
        match (number(first, services), number(last, services)) {
            (Some(first), Some(last)) => (first..=last).contains(&port),
            _ => ["all", "any"].contains(&word),
        }
    })
}

fn number(word: &str, services: &str) -> Option<u16> {
    word.parse().ok().or_else(|| {
        services.lines().find_map(|line| {
            let mut words = line.split('#').next()?.split_whitespace();
            let (name, port) = (words.next()?, words.next()?.strip_suffix("/tcp")?);
            let is_named = name == word || words.any(|alias| alias == word);
            is_named.then(|| port.parse().ok())?
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_jail_has_its_addresses() {
        let check = |text: &str, expected: &[(&str, &[&str])]| {
            let found = banned(text);
            let found: Vec<(&str, Vec<&str>)> = found
                .iter()
                .map(|j| (j.name.as_str(), j.banned.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<(&str, Vec<&str>)> =
                expected.iter().map(|(name, all)| (*name, all.to_vec())).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("", &[]);
        check("['192.0.2.1']", &[]);
        check("[{'sshd", &[]);
        check("[]", &[]);
        check(
            "[{'sshd': ['192.0.2.7', '2001:db8::1']}, {'web': []}]",
            &[("sshd", &["192.0.2.7", "2001:db8::1"]), ("web", &[])],
        );
        check("[{\"it's\": ['192.0.2.0/24']}]", &[("it's", &["192.0.2.0/24"])]);
    }

    #[test]
    fn the_list_of_jails() {
        assert!(jails("Status\n").is_empty());
        let status = "Status\n|- Number of jail:\t2\n`- Jail list:\tsshd, web\n";
        assert_eq!(jails(status), ["sshd", "web"]);
        let actions = "The jail sshd has the following actions:\niptables-multiport, mail\n";
        assert_eq!(list(actions), ["iptables-multiport", "mail"]);
    }

    #[test]
    fn how_long() {
        let answer = "192.0.2.71 \t2026-11-26 14:00:00 + 600 = 2026-11-26 14:10:00\n\
                      192.0.2.7 \t2026-11-26 14:03:09 + -1 = 9999-12-31 23:59:59\n";
        assert_eq!(term(answer, "192.0.2.9"), None);
        assert_eq!(term("192.0.2.7 x", "192.0.2.7"), None);
        let for_ever = Some(Term { since: "2026-11-26 14:03:09", until: None });
        assert_eq!(term(answer, "192.0.2.7"), for_ever);
        assert_eq!(term(answer, "192.0.2.71").unwrap().until, Some("2026-11-26 14:10:00"));
    }

    #[test]
    fn which_ports() {
        let services = "ssh\t22/tcp\t# SSH\nhttps 443/tcp web-tls\ndomain 53/udp\n";
        let check = |ports: &str, port, expected| {
            assert_eq!(holds_port(ports, port, services), expected, "{ports}");
        };
        check("", 22, false);
        check("nonsense", 22, false);
        check("domain", 53, false);
        check("ssh", 22, true);
        check("http,https", 22, false);
        check("web-tls", 443, true);
        check("ssh, 2222", 2222, true);
        check("0:65535", 22, true);
        check("all", 22, true);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".*", word in ".*") {
            let _ = (banned(&text), jails(&text), list(&text), term(&text, &word));
            let _ = holds_port(&text, 22, &word);
        }
    }
}
