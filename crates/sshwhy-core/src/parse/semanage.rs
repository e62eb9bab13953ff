//! `semanage port -l`: which ports SELinux calls what (semanage-port(8)).

use std::ops::RangeInclusive;

/// More ports than there are.
const MAX: usize = 65_536;

/// The TCP ports of a type, such as `ssh_port_t`.
pub fn tcp_ports(text: &str, kind: &str) -> Vec<RangeInclusive<u16>> {
    let of_kind = |line: &&str| {
        let mut words = line.split_whitespace();
        words.next() == Some(kind) && words.next() == Some("tcp")
    };
    let words = text.lines().filter(of_kind).flat_map(|line| line.split([' ', '\t', ',']));
    words.filter_map(range).take(MAX).collect()
}

fn range(word: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[RangeInclusive<u16>]) {
        assert_eq!(tcp_ports(text, "ssh_port_t"), expected, "{text:?}");
    }

    #[test]
    fn ports() {
        check("", &[]);
        check("ssh_port_t", &[]);
        check("ssh_port_t tcp 70000, -1, 1-, -", &[]);
        check("ssh_port_t udp 22\nother_ssh_port_t tcp 22\n", &[]);
        // After semanage-port(8): no SELinux is where these tests run.
        let text = "SELinux Port Type              Proto    Port Number\n\n\
                    ssh_port_t                     tcp      2222, 22\n\
                    xserver_port_t                 tcp      6000-6020\n";
        check(text, &[2222..=2222, 22..=22]);
        assert_eq!(tcp_ports(text, "xserver_port_t"), [6000..=6020]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "(ssh_port_t +tcp)?[0-9, -]{0,30}\n") {
            tcp_ports(&text, "ssh_port_t");
        }
    }
}
