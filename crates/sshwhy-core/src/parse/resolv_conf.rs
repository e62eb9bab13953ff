//! `/etc/resolv.conf`: whom the C library asks for names (resolv.conf(5), glibc's reading of it).
//!
//! Must never ask anyone, and never guess what another resolver (systemd-resolved, musl) would make of the file.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::time::Duration;

/// glibc asks no more name servers than this (`MAXNS`).
pub const MAX_NAME_SERVERS: usize = 3;

/// Lines beyond this are not read.
const MAX_LINES: usize = 10_000;

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvConf {
    /// Every valid `nameserver` line in order, also those that glibc has no room for.
    pub name_servers: Vec<NameServer>,
    /// The domains to try; of `search` and `domain` the last line holds.
    pub search: Vec<String>,
    /// `ndots`: names with fewer dots are tried with the search domains first.
    pub ndots: u32,
    /// `timeout`: how long one name server may take.
    pub timeout: Duration,
    /// `attempts`: how often the whole list is asked.
    pub attempts: u32,
    /// `rotate`: each query begins with another name server.
    pub rotate: bool,
    /// All words of `options`, as written.
    pub options: Vec<String>,
    /// Lines that glibc ignores because it cannot use them: number and text.
    pub ignored: Vec<(u32, String)>,
}

/// One `nameserver` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameServer {
    /// Its address.
    pub address: IpAddr,
    /// The zone of a link-local IPv6 address.
    pub zone: Option<String>,
    /// Line number from 1.
    pub line: u32,
}

impl Default for ResolvConf {
    fn default() -> Self {
        Self {
            name_servers: Vec::new(),
            search: Vec::new(),
            ndots: 1,
            timeout: Duration::from_secs(5),
            attempts: 2,
            rotate: false,
            options: Vec::new(),
            ignored: Vec::new(),
        }
    }
}

impl ResolvConf {
    /// The addresses that glibc asks: the first three, or this host itself when the file names none.
    pub fn asked(&self) -> Vec<IpAddr> {
        if self.name_servers.is_empty() {
            return vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        }
        self.name_servers.iter().take(MAX_NAME_SERVERS).map(|server| server.address).collect()
    }

    /// How long one question takes before the C library gives up when no name server answers: each round asks them all, the
    /// first for the full time, the second for twice that shared by their number, and so on (`send_dg` in `res_send.c`).
    /// Search domains and a second protocol multiply it.
    pub fn patience(&self) -> Duration {
        let servers = self.asked().len() as u64;
        let waits = (0..servers).map(|number| {
            let shared = if number > 0 { servers } else { 1 };
            ((self.timeout.as_secs() << number) / shared).max(1)
        });
        Duration::from_secs(waits.sum::<u64>() * u64::from(self.attempts))
    }
}

/// Reads the file. There are no errors: what glibc cannot use it ignores, and so it is listed as ignored.
pub fn parse_resolv_conf(text: &str) -> ResolvConf {
    let mut conf = ResolvConf::default();
    for (number, line) in (1..).zip(text.lines().take(MAX_LINES)) {
        // A keyword counts only at the very beginning of a line.
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let mut words = line.split_whitespace();
        let keyword = words.next().unwrap_or_default();
        let understood = !line.starts_with(char::is_whitespace)
            && match keyword {
                "nameserver" => name_server(&mut conf, words.next(), number),
                "search" => {
                    conf.search = words.map(str::to_owned).collect();
                    true
                }
                "domain" => {
                    conf.search = words.take(1).map(str::to_owned).collect();
                    true
                }
                "options" => {
                    words.for_each(|word| option(&mut conf, word));
                    true
                }
                "sortlist" => true,
                _ => false,
            };
        if !understood && !keyword.is_empty() {
            conf.ignored.push((number, line.to_owned()));
        }
    }
    conf
}

fn name_server(conf: &mut ResolvConf, word: Option<&str>, line: u32) -> bool {
    let Some(word) = word else { return false };
    let (address, zone) = word.split_once('%').map_or((word, None), |(a, zone)| (a, Some(zone)));
    let Ok(address) = address.parse() else { return false };
    conf.name_servers.push(NameServer { address, zone: zone.map(str::to_owned), line });
    true
}

/// The limits are those of resolv.conf(5): what is larger is silently cut to them.
fn option(conf: &mut ResolvConf, word: &str) {
    conf.options.push(word.to_owned());
    let (name, value) = word.split_once(':').unwrap_or((word, ""));
    // glibc reads with `atoi`: no number is zero.
    let number = || value.parse::<u32>().unwrap_or(0);
    match name {
        "ndots" => conf.ndots = number().min(15),
        "timeout" => conf.timeout = Duration::from_secs(u64::from(number().clamp(1, 30))),
        "attempts" => conf.attempts = number().clamp(1, 5),
        "rotate" => conf.rotate = true,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn servers(text: &str) -> Vec<String> {
        parse_resolv_conf(text).asked().iter().map(ToString::to_string).collect()
    }

    fn check_servers(text: &str, expected: &[&str]) {
        assert_eq!(servers(text), expected, "text {text:?}");
    }

    #[test]
    fn name_servers() {
        check_servers("", &["127.0.0.1"]);
        check_servers("# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n", &["127.0.0.1"]);
        check_servers(
            "nameserver 192.0.2.1\r\nnameserver\t2001:db8::1 # late\n",
            &["192.0.2.1", "2001:db8::1"],
        );
        check_servers("nameserver 1.1\nnameserver\n nameserver 192.0.2.1\n", &["127.0.0.1"]);
        let four: String = (1..=4).map(|n| format!("nameserver 192.0.2.{n}\n")).collect();
        check_servers(&four, &["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
        let conf = parse_resolv_conf("\nnameserver fe80::1%eth0\n");
        assert_eq!(conf.name_servers[0].zone.as_deref(), Some("eth0"));
        assert_eq!(conf.name_servers[0].line, 2);
    }

    #[test]
    fn what_is_ignored_is_listed() {
        let conf = parse_resolv_conf("nameserver x\nfoo bar\n\n   \n lookup file\n");
        let lines: Vec<u32> = conf.ignored.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 2, 5]);
    }

    #[test]
    fn search_and_domain_replace_each_other() {
        assert_eq!(parse_resolv_conf("search a.b c.d\ndomain e.f g.h\n").search, ["e.f"]);
        assert_eq!(parse_resolv_conf("domain e.f\nsearch a.b c.d\n").search, ["a.b", "c.d"]);
    }

    #[test]
    fn options_have_limits() {
        let conf =
            parse_resolv_conf("options ndots:99 timeout:99 attempts:0 rotate use-vc edns0\n");
        assert_eq!((conf.ndots, conf.timeout.as_secs(), conf.attempts), (15, 30, 1));
        assert!(conf.rotate);
        assert_eq!(conf.options.len(), 6);
        assert_eq!(parse_resolv_conf("options timeout:x").timeout.as_secs(), 1);
    }

    #[test]
    fn patience_of_silent_name_servers() {
        let of = |text: &str| parse_resolv_conf(text).patience().as_secs();
        assert_eq!(of("nameserver 192.0.2.1\n"), 10);
        assert_eq!(of("nameserver 192.0.2.1\nnameserver 192.0.2.2\n"), 20);
        // 5 + 10/3 + 20/3, twice.
        let three: String = (1..=3).map(|n| format!("nameserver 192.0.2.{n}\n")).collect();
        assert_eq!(of(&three), 28);
        assert_eq!(of("nameserver 192.0.2.1\noptions timeout:1 attempts:1\n"), 1);
    }

    proptest! {
        #[test]
        fn never_panics(text in "((nameserver|search|options|domain|[#; ])[ -~\n]{0,20}){0,8}") {
            let conf = parse_resolv_conf(&text);
            prop_assert!(!conf.asked().is_empty() && conf.asked().len() <= MAX_NAME_SERVERS);
            prop_assert!(conf.patience() >= Duration::from_secs(1));
        }
    }
}
