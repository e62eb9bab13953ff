//! The kernel's counters of TCP and IP, watched for a moment, and settings that are known to hurt.
//!
//! A counter counts for the whole network namespace: it may be another service's queue that is
//! full. So nothing here is an answer, only a warning.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use sshwhy_core::parse::place::Place;
use sshwhy_core::parse::proc_net::Counters;

use super::Concerns;
use super::Look;
use super::host::Host;
use crate::sys::route;

pub(super) static LOOK: Look = Look {
    name: "counters",
    doing: "watching the kernel's counters",
    concerns: Concerns::Anybody,
    questions: &[],
    run,
};

/// How long counters are watched.
const WATCH: Duration = Duration::from_millis(200);

const FILES: [&str; 3] = ["/proc/net/netstat", "/proc/net/snmp", "/proc/net/snmp6"];

/// Counters that stand still on a sound host, and what it means that they do not.
const ALARMING: &[(&str, &str)] = &[
    ("TcpExtListenOverflows", "a listen queue of this host is full"),
    ("TcpExtListenDrops", "a listener of this host drops connections before they are accepted"),
    ("TcpExtTCPReqQFullDrop", "SYNs are dropped: the queue of half-open connections is full"),
    ("TcpExtTCPReqQFullDoCookies", "SYN cookies are sent: perhaps a SYN flood"),
    ("TcpExtIPReversePathFilter", "rp_filter drops packets"),
    ("TcpExtTCPAbortOnMemory", "TCP ends connections for want of memory"),
    ("TcpExtPAWSPassive", "SYNs are dropped for their timestamps: clients behind one NAT"),
    ("TcpExtPAWSActive", "SYN-ACKs are dropped for their timestamps"),
];

/// All counters at this moment. [`Counters::since`] tells what changed between two readings.
pub fn read(host: &Host) -> Counters {
    let mut counters = Counters::default();
    for file in FILES {
        // A host without IPv6 lacks one of them.
        if let Ok(text) = host.read(file) {
            counters.read(&text);
        }
    }
    counters
}

fn run(host: &Host) {
    let before = read(host);
    settings(host);
    segments(host);
    thread::sleep(WATCH);
    let changed = read(host).since(&before);
    for (name, meaning) in ALARMING {
        if let Some(count) = changed.get(*name).filter(|count| **count > 0) {
            let words =
                format!("{name} rose by {count} within {} ms: {meaning}", WATCH.as_millis());
            host.warn(&Place::new(FILES[0], 1), &words);
        }
    }
}

/// Settings away from their defaults that make connections fail (Linux
/// `Documentation/networking/ip-sysctl.rst`).
fn settings(host: &Host) {
    let check = |name: &str, is_bad: &dyn Fn(u64) -> bool, words: &str| {
        let path = format!("/proc/sys/net/{}", name.replace('.', "/"));
        let value = host.read(&path).ok().and_then(|text| text.trim().parse::<u64>().ok());
        if let Some(value) = value.filter(|value| is_bad(*value)) {
            host.warn(&Place::new(path, 1), &format!("net.{name} = {value}: {words}"));
        }
    };
    let recycle = "drops the SYNs of all but one of several clients behind a NAT";
    check("ipv4.tcp_tw_recycle", &|value| value != 0, recycle);
    let abort = "a full listen queue resets clients instead of letting them try again";
    check("ipv4.tcp_abort_on_overflow", &|value| value != 0, abort);
    // Far below sshd's backlog of 128 and the default of 128 half-open connections.
    let short = "at most so many connections wait to be accepted, whatever sshd asks for";
    check("core.somaxconn", &|value| value < 16, short);
    let few = "at most about so many connections may be half open when SYN cookies are off";
    let cookies = host.read("/proc/sys/net/ipv4/tcp_syncookies").unwrap_or_default();
    if cookies.trim() == "0" {
        check("ipv4.tcp_max_syn_backlog", &|value| value < 64, few);
    }
}

/// Segments beyond 1500 bytes are only sent where the other end announces such too. That is likely
/// within one's own network alone; a server in a cloud that talks to the Internet never does.
fn segments(host: &Host) {
    let client = host.flow.source;
    let Ok(way) = route::to(SocketAddr::new(client, host.flow.port), None) else { return };
    let Some(mtu) = way.mtu.filter(|mtu| *mtu > 1500 && way.gateway.is_some()) else { return };
    let probing = host.read("/proc/sys/net/ipv4/tcp_mtu_probing").unwrap_or_default();
    if is_private(client) && probing.trim() == "0" {
        let words = format!(
            "net.ipv4.tcp_mtu_probing = 0 and the route to {client} has an MTU of {mtu}: if the \
             client's is as large and a router's on the way is not, large packets get lost unless \
             its ICMP errors come through"
        );
        host.warn(&Place::new("/proc/sys/net/ipv4/tcp_mtu_probing", 1), &words);
    }
}

fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_private(),
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}
