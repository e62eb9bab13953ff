//! What the kernel shows of the state that rules ask for: `/proc/net/xt_recent/*`, `/proc/net/ipt_hashlimit/*`,
//! `/proc/timer_list`, `/proc/net/nf_conntrack` (Linux `net/netfilter/xt_recent.c`, `xt_hashlimit.c`,
//! `nf_conntrack_standalone.c`).

use std::net::IpAddr;

/// The first value of the kernel's clock ticks is five minutes before 2³² (`include/linux/jiffies.h`).
const FIRST_TICK_SECONDS: f64 = -300.0;

/// How many ticks a second has, as kernels are built.
const RATES: [u64; 4] = [100, 250, 300, 1000];

/// An address in a list of the module recent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RecentEntry {
    /// The address.
    pub address: IpAddr,
    /// The TTL of its last packet.
    pub ttl: u8,
    /// When it was entered, in ticks; the oldest first or anywhere: the kernel's list is a ring.
    pub stamps: Vec<u64>,
}

/// Reads a file of `/proc/net/xt_recent`. Lines that make no sense are passed over.
pub fn parse_recent(text: &str) -> Vec<RecentEntry> {
    text.lines().filter_map(recent).collect()
}

/// `src=192.0.2.1 ttl: 64 last_seen: 4295536873 oldest_pkt: 2 4295536000, 4295536873`
fn recent(line: &str) -> Option<RecentEntry> {
    let mut words = line.split_ascii_whitespace();
    let address = words.next()?.strip_prefix("src=")?.parse().ok()?;
    let mut ttl = 0;
    while let Some(word) = words.next() {
        match word {
            "ttl:" => ttl = words.next()?.parse().ok()?,
            "last_seen:" => drop(words.next()),
            "oldest_pkt:" => {
                words.next();
                break;
            }
            _ => return None,
        }
    }
    let stamps = words.filter_map(|word| word.trim_end_matches(',').parse().ok()).collect();
    Some(RecentEntry { address, ttl, stamps })
}

/// A bucket of the module hashlimit, for a rate of packets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HashLimitEntry {
    /// The sender's address; all zero when the table does not ask for it.
    pub source: IpAddr,
    /// The sender's port, or 0.
    pub source_port: u16,
    /// The receiver's address.
    pub destination: IpAddr,
    /// The receiver's port, or 0.
    pub destination_port: u16,
    /// What is left, as of now.
    pub credit: u64,
    /// What a packet costs.
    pub cost: u64,
}

/// Reads a file of `/proc/net/ipt_hashlimit` or `ip6t_hashlimit`. Lines that make no sense are passed over.
pub fn parse_hash_limit(text: &str) -> Vec<HashLimitEntry> {
    text.lines().filter_map(hash_limit).collect()
}

/// `59 192.0.2.1:0->0.0.0.0:0 1536000 1920000 640000`
fn hash_limit(line: &str) -> Option<HashLimitEntry> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let (source, destination) = words.next()?.split_once("->")?;
    let (source, source_port) = source.rsplit_once(':')?;
    let (destination, destination_port) = destination.rsplit_once(':')?;
    let credit = words.next()?.parse().ok()?;
    let _cap = words.next()?;
    Some(HashLimitEntry {
        source: source.parse().ok()?,
        source_port: source_port.parse().ok()?,
        destination: destination.parse().ok()?,
        destination_port: destination_port.parse().ok()?,
        credit,
        cost: words.next()?.parse().ok()?,
    })
}

/// The kernel's clock.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ticks {
    /// Now.
    pub now: u64,
    /// How many a second has.
    pub per_second: u64,
}

/// Reads the kernel's clock from `/proc/timer_list` and `/proc/uptime`. How fast it ticks follows from where it stands; `None`
/// when that fits no rate that kernels are built with (such as after a suspend).
pub fn parse_ticks(timer_list: &str, uptime: &str) -> Option<Ticks> {
    let now = timer_list.lines().find_map(|line| line.strip_prefix("jiffies: "))?;
    let now: u64 = now.trim().parse().ok()?;
    let uptime: f64 = uptime.split_ascii_whitespace().next()?.parse().ok()?;
    let per_second = RATES.into_iter().find(|rate| {
        let rate = *rate as f64;
        let expected = f64::from(u32::MAX) + 1.0 + (FIRST_TICK_SECONDS + uptime) * rate;
        // Both files are read one after the other, and the clocks run apart a little.
        (now as f64 - expected).abs() < rate * (5.0 + uptime * 0.001)
    })?;
    Some(Ticks { now, per_second })
}

/// A TCP connection that the kernel tracks, as its first packet went.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tracked {
    /// Who began it.
    pub source: IpAddr,
    /// With whom.
    pub destination: IpAddr,
    /// At which port.
    pub port: u16,
    /// Whether it is over (`TIME_WAIT`, `CLOSE`): connlimit does not count such ones.
    pub is_over: bool,
}

/// Reads the TCP connections of `/proc/net/nf_conntrack` or of what `conntrack -L` prints.
pub fn parse_tracked(text: &str) -> Vec<Tracked> {
    text.lines().filter_map(tracked).collect()
}

fn tracked(line: &str) -> Option<Tracked> {
    let mut words = line.split_ascii_whitespace();
    words.find(|word| *word == "tcp")?;
    let (mut is_over, mut source, mut destination, mut port) = (false, None, None, None);
    for word in words {
        match word.split_once('=') {
            Some(("src", v)) if source.is_none() => source = v.parse().ok(),
            Some(("dst", v)) if destination.is_none() => destination = v.parse().ok(),
            Some(("dport", v)) if port.is_none() => port = v.parse().ok(),
            None => is_over |= matches!(word, "TIME_WAIT" | "CLOSE"),
            _ => {}
        }
    }
    Some(Tracked { source: source?, destination: destination?, port: port?, is_over })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn recent_lists() {
        let text = "src=192.0.2.1 ttl: 64 last_seen: 4295536873 oldest_pkt: 2 4295536000, 4295536873\n\
            src=2001:db8::1 ttl: 0 last_seen: 5 oldest_pkt: 1 5\nsrc=host ttl: 1\nnoise\n\n";
        let entries = parse_recent(text);
        assert_eq!(entries.len(), 2);
        assert_eq!(
            (entries[0].ttl, entries[0].stamps.as_slice()),
            (64, &[4_295_536_000, 4_295_536_873][..])
        );
        assert_eq!(entries[1].stamps, [5]);
    }

    #[test]
    fn hash_limit_tables() {
        let entries =
            parse_hash_limit("59 192.0.2.1:0->0.0.0.0:22 15 19 6\nnoise\n3 a:0->b:0 1 1 1\n");
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].destination_port, entries[0].credit, entries[0].cost), (22, 15, 6));
    }

    #[test]
    fn the_rate_of_ticks_follows_from_the_time_since_the_start() {
        let list = "Timer List\n.jiffies: 1\njiffies: 4295542656\n";
        assert_eq!(
            parse_ticks(list, "2601.23 1.0"),
            Some(Ticks { now: 4_295_542_656, per_second: 250 })
        );
        assert_eq!(parse_ticks(list, "99000.0 1.0"), None);
        assert_eq!(parse_ticks("", "1 1"), None);
        // At five minutes all rates give the same number; the first will do for a while.
        assert!(parse_ticks("jiffies: 4294967296", "300.0").is_some());
    }

    #[test]
    fn tracked_connections() {
        let text = "ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=22 src=10.0.0.2 dst=10.0.0.1 sport=22 dport=40000 [ASSURED] mark=0 use=1\n\
            tcp      6 119 TIME_WAIT src=10.0.0.3 dst=10.0.0.2 sport=1 dport=22 src=10.0.0.2 dst=10.0.0.3 sport=22 dport=1\n\
            ipv4     2 udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53\n";
        let tracked = parse_tracked(text);
        assert_eq!(tracked.len(), 2);
        assert_eq!((tracked[0].port, tracked[0].is_over, tracked[1].is_over), (22, false, true));
        assert_eq!(tracked[0].source, "10.0.0.1".parse::<IpAddr>().unwrap());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "(src=|ttl:|->|[0-9:. ,=\n]|tcp|jiffies: ){0,60}") {
            parse_recent(&text);
            parse_hash_limit(&text);
            parse_tracked(&text);
            let _ = parse_ticks(&text, &text);
        }
    }
}
