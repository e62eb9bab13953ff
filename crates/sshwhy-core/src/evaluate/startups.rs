//! How many connections sshd admits that have not authenticated: `MaxStartups`, `PerSourceMaxStartups`,
//! `PerSourceNetBlockSize` (`sshd_config(5)`; `should_drop_connection` in `sshd.c`, `srclimit.c`).

use std::net::IpAddr;

use super::sshd::Effective;
use super::sshd::mask;

/// `MaxStartups`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MaxStartups {
    /// From this number of unauthenticated connections on, new ones are dropped by chance.
    pub begin: u32,
    /// How many in a hundred are dropped then.
    pub rate: u32,
    /// From this number on, all are dropped.
    pub full: u32,
}

impl MaxStartups {
    /// Reads `10:30:100`, as `sshd -T` prints it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(':').map(str::parse);
        let mut next = || numbers.next()?.ok();
        let (begin, rate, full) = (next()?, next()?, next()?);
        let sound = begin > 0 && begin <= full && (1..=100).contains(&rate);
        (sound && numbers.next().is_none()).then_some(Self { begin, rate, full })
    }

    /// How many in a hundred new connections are dropped while `unauthenticated` others are there. Divides as sshd does,
    /// without a remainder.
    #[must_use]
    pub fn drop_percent(self, unauthenticated: u32) -> u32 {
        if unauthenticated < self.begin {
            return 0;
        }
        if unauthenticated >= self.full || self.rate == 100 {
            return 100;
        }
        let above = u64::from(100 - self.rate) * u64::from(unauthenticated - self.begin);
        let percent = above / u64::from(self.full - self.begin) + u64::from(self.rate);
        u32::try_from(percent).unwrap_or(100)
    }
}

/// How likely it is that at least one of several tries is dropped, from 0 to 1.
#[must_use]
pub fn dropped_at_least_once(percent: u32, tries: u32) -> f64 {
    let passes = 1.0 - f64::from(percent.min(100)) / 100.0;
    1.0 - passes.powf(f64::from(tries))
}

/// How many connections the listener says are not authenticated, in its own title:
/// `sshd: /usr/sbin/sshd -D [listener] 3 of 10-100 startups` (8.2 and later, `sshd.c`).
#[must_use]
pub fn unauthenticated_in_title(title: &str) -> Option<u32> {
    let (before, _) = title.strip_suffix(" startups")?.rsplit_once(" of ")?;
    before.rsplit_once(' ')?.1.parse().ok()
}

/// From which numbers on the listener drops some and all, as its title says: `10-100`. Its files may say something else since
/// it read them.
#[must_use]
pub fn limits_in_title(title: &str) -> Option<(u32, u32)> {
    let (_, limits) = title.strip_suffix(" startups")?.rsplit_once(" of ")?;
    let (begin, full) = limits.split_once('-')?;
    Some((begin.parse().ok()?, full.parse().ok()?))
}

/// Whether the processes that hold a connection say that nobody has logged in on it: one that has
/// just been accepted, or the one that speaks before the login (`[net]`; a monitor without it
/// serves a session).
#[must_use]
pub fn is_unauthenticated(titles: &[String]) -> bool {
    let says = |title: &String| {
        let title = title.trim_end();
        let sshd = title.starts_with("sshd: ") || title.starts_with("sshd-session: ");
        let waits = ["[accepted]", "[net]", "[pam]", "unknown [priv]"];
        sshd && waits.iter().any(|mark| title.ends_with(mark)) || title.starts_with("sshd-auth: ")
    };
    titles.iter().any(says)
}

/// How many unauthenticated connections one source may have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SourceLimit {
    /// The limit; `None` when there is none.
    pub limit: Option<u32>,
    /// How many bits of an IPv4 address make a source.
    pub ipv4_bits: u8,
    /// How many bits of an IPv6 address make a source. Zero, which a release before 10.3 makes of a `PerSourceNetBlockSize`
    /// with one number, makes one source of all IPv6 clients.
    pub ipv6_bits: u8,
}

impl SourceLimit {
    /// What the configuration says.
    #[must_use]
    pub fn of(effective: &Effective) -> Self {
        let sizes = effective.value_or_default("persourcenetblocksize");
        let (ipv4, ipv6) = sizes.split_once(':').unwrap_or(("32", "128"));
        Self {
            limit: effective.value_or_default("persourcemaxstartups").parse().ok(),
            ipv4_bits: ipv4.parse().unwrap_or(32),
            ipv6_bits: ipv6.parse().unwrap_or(128),
        }
    }

    /// The network that counts as one source with an address, and the length of its mask.
    #[must_use]
    pub fn block(self, address: IpAddr) -> (IpAddr, u8) {
        let bits = if address.is_ipv4() { self.ipv4_bits } else { self.ipv6_bits };
        (mask(address, bits), bits)
    }

    /// How many of these connections count as those of `source`.
    #[must_use]
    pub fn count(self, source: IpAddr, connections: &[IpAddr]) -> usize {
        let own = self.block(source);
        connections.iter().filter(|other| self.block(**other) == own).count()
    }

    /// Whether a new connection is refused when that many of its source are there.
    #[must_use]
    pub fn refuses(self, count: usize) -> bool {
        self.limit.is_some_and(|limit| usize::try_from(limit).is_ok_and(|limit| count >= limit))
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::MaxStartups;
    use super::SourceLimit;
    use super::dropped_at_least_once;
    use super::is_unauthenticated;
    use super::limits_in_title;
    use super::unauthenticated_in_title;

    #[test]
    fn titles_of_processes() {
        let check = |title: &str, expected: Option<u32>| {
            assert_eq!(unauthenticated_in_title(title), expected, "{title}");
        };
        check("sshd: /usr/sbin/sshd -D [listener] 3 of 10-100 startups", Some(3));
        check("sshd: /usr/sbin/sshd [listener] 0 of 10-100 startups", Some(0));
        check("/usr/sbin/sshd -D", None);
        check("x of y startups", None);
        check("", None);
        let title = "sshd: /usr/sbin/sshd -D [listener] 3 of 10-100 startups";
        assert_eq!(limits_in_title(title), Some((10, 100)));
        assert_eq!(limits_in_title("1 of 10 startups"), None);
        let check = |titles: &[&str], expected: bool| {
            let titles: Vec<String> = titles.iter().map(|t| (*t).to_owned()).collect();
            assert_eq!(is_unauthenticated(&titles), expected, "{titles:?}");
        };
        check(&["sshd: [accepted]"], true);
        check(&["sshd: alice [priv]", "sshd: alice [net]"], true);
        check(&["sshd-session: alice [priv]", "sshd-auth: alice [net]"], true);
        check(&["sshd: alice [priv]", "sshd: alice@pts/0"], false);
        check(&["sshd: alice@notty"], false);
        check(&["bash [net]"], false);
        check(&[], false);
    }

    #[test]
    fn only_what_sshd_prints_is_read() {
        let check = |text: &str, expected: Option<(u32, u32, u32)>| {
            let found = MaxStartups::parse(text).map(|m| (m.begin, m.rate, m.full));
            assert_eq!(found, expected, "{text}");
        };
        check("", None);
        check("10", None);
        check("10:30", None);
        check("10:30:5", None);
        check("10:0:50", None);
        check("10:101:50", None);
        check("10:30:100:1", None);
        check("99999999999:30:100", None);
        check("10:30:100", Some((10, 30, 100)));
    }

    #[test]
    fn the_formula() {
        let check = |text: &str, expected: &[(u32, u32)]| {
            let limit = MaxStartups::parse(text).unwrap();
            for (unauthenticated, percent) in expected {
                assert_eq!(
                    limit.drop_percent(*unauthenticated),
                    *percent,
                    "{text} {unauthenticated}"
                );
            }
        };
        check(
            "10:30:100",
            &[
                (0, 0),
                (9, 0),
                (10, 30),
                (11, 30),
                (12, 31),
                (20, 37),
                (50, 61),
                (99, 99),
                (100, 100),
            ],
        );
        check("5:30:5", &[(4, 0), (5, 100), (6, 100)]);
        check("3:100:9", &[(2, 0), (3, 100)]);
        check("1:1:4294967295", &[(1, 1), (4_294_967_294, 99), (4_294_967_295, 100)]);
    }

    #[test]
    fn tries_add_up() {
        assert!(dropped_at_least_once(0, 100).abs() < 1e-9);
        assert!((dropped_at_least_once(100, 1) - 1.0).abs() < 1e-9);
        assert!((dropped_at_least_once(30, 3) - 0.657).abs() < 1e-9);
    }

    #[test]
    fn sources_are_blocks() {
        let check = |bits: (u8, u8), source: &str, others: &[&str], expected: usize| {
            let limit = SourceLimit { limit: Some(2), ipv4_bits: bits.0, ipv6_bits: bits.1 };
            let others: Vec<IpAddr> = others.iter().map(|other| other.parse().unwrap()).collect();
            let count = limit.count(source.parse().unwrap(), &others);
            assert_eq!(count, expected, "{source} {others:?}");
            assert_eq!(limit.refuses(count), expected >= 2);
        };
        let all = &["10.0.0.1", "10.0.0.2", "10.0.1.1", "fd00::1", "fd01::1"];
        check((32, 128), "192.0.2.1", all, 0);
        check((32, 128), "10.0.0.1", all, 1);
        check((24, 128), "10.0.0.9", all, 2);
        check((0, 128), "192.0.2.1", all, 3);
        check((24, 0), "2001:db8::1", all, 2);
        check((24, 16), "fd00::9", all, 1);
    }
}
