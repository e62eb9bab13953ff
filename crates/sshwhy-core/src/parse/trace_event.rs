//! Lines of the kernel's `trace_pipe` about TCP (Linux `Documentation/trace/ftrace.rst`, `include/trace/events/tcp.h`, `sock.h`,
//! `skb.h`). The kernel prints names and not numbers for states and reasons, by each event's own format.

use std::net::IpAddr;
use std::net::SocketAddr;

/// Something that the kernel did.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced<'a> {
    /// The process in whose time it was done, which need not be the one that it is about.
    pub pid: u32,
    /// Seconds on the clock of the trace.
    pub seconds: f64,
    /// What.
    pub event: Event<'a>,
}

/// What the kernel did.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// `tcp_send_reset`: it answered with a reset.
    ResetSent {
        /// The ends of the connection, in the order of the event.
        ends: (SocketAddr, SocketAddr),
        /// Why; `None` before Linux 6.10.
        reason: Option<&'a str>,
    },
    /// `tcp_receive_reset`: a reset came in.
    ResetReceived {
        /// The ends of the connection, in the order of the event.
        ends: (SocketAddr, SocketAddr),
    },
    /// `inet_sock_set_state`: a TCP socket changed its state.
    State {
        /// The ends of the connection, ours first.
        ends: (SocketAddr, SocketAddr),
        /// From `TCP_…`.
        from: &'a str,
        /// To `TCP_…`.
        to: &'a str,
    },
    /// `kfree_skb`: a packet was dropped. Whose it was is not told.
    Dropped {
        /// Why; `None` before Linux 5.17.
        reason: Option<&'a str>,
        /// The function that dropped it.
        place: &'a str,
    },
}

/// Reads a line; `None` when it is about something else.
pub fn parse(line: &str) -> Option<Traced<'_>> {
    // `            sshd-912     [001] d..1.  5123.123456: tcp_send_reset: skbaddr=…`
    let (head, rest) = line.split_once("] ")?;
    let task = head.trim().rsplit_once(" [").map_or(head.trim(), |(task, _)| task.trim());
    // With thread groups: `sshd-912     (    912)`.
    let task = task.split_once(" (").map_or(task, |(task, _)| task.trim());
    let pid = task.rsplit_once('-')?.1.trim().parse().ok()?;
    let (stamp, rest) = rest.split_once(": ")?;
    let seconds = stamp.split_whitespace().last()?.parse().ok()?;
    let (name, fields) = rest.split_once(": ")?;
    Some(Traced { pid, seconds, event: event(name, fields)? })
}

fn event<'a>(name: &str, fields: &'a str) -> Option<Event<'a>> {
    let value = |name: &str| value(fields, name);
    Some(match name {
        "tcp_send_reset" => Event::ResetSent { ends: ends(fields)?, reason: value("reason") },
        "tcp_receive_reset" => Event::ResetReceived { ends: ends(fields)? },
        "inet_sock_set_state" if value("protocol") == Some("IPPROTO_TCP") => {
            Event::State { ends: ends(fields)?, from: value("oldstate")?, to: value("newstate")? }
        }
        "kfree_skb" => {
            let place = value("location")?;
            Event::Dropped { reason: value("reason"), place: place.split('+').next()? }
        }
        _ => return None,
    })
}

/// The value of `name=VALUE`, or of `name: VALUE` as kfree_skb has it.
fn value<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    let mut words = fields.split_whitespace();
    while let Some(word) = words.next() {
        match word.strip_prefix(name) {
            Some(":") => return words.next(),
            Some(rest) if rest.starts_with('=') => return rest.get(1..),
            _ => {}
        }
    }
    None
}

/// `src=192.0.2.1:22 dest=192.0.2.7:5000`, or up to Linux 6.9 `sport=22 dport=5000 saddr=… daddr=… saddrv6=… daddrv6=…`.
fn ends(fields: &str) -> Option<(SocketAddr, SocketAddr)> {
    let value = |name: &str| value(fields, name);
    if let (Some(source), Some(destination)) = (value("src"), value("dest")) {
        return Some((canonical(source.parse().ok()?), canonical(destination.parse().ok()?)));
    }
    let end = |port: &str, v4: &str, v6: &str| {
        let port: u16 = value(port)?.parse().ok()?;
        let v4 = value(v4).and_then(|text| text.parse::<IpAddr>().ok());
        // For IPv6 the field of IPv4 is zero.
        let v4 = v4.filter(|address| !address.is_unspecified());
        let address = v4.or_else(|| value(v6)?.parse().ok())?;
        Some(canonical(SocketAddr::new(address, port)))
    };
    Some((end("sport", "saddr", "saddrv6")?, end("dport", "daddr", "daddrv6")?))
}

fn canonical(end: SocketAddr) -> SocketAddr {
    SocketAddr::new(end.ip().to_canonical(), end.port())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn end(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn lines_of_other_things_are_passed_over() {
        for line in [
            "",
            "] ",
            "# tracer: nop",
            "CPU:1 [LOST 12 EVENTS]",
            "sshd-9 [000] ..... 1.5: sched_switch: prev_comm=x",
            "sshd-9 [000] ..... x: tcp_send_reset: src=1.2.3.4:5 dest=1.2.3.4:6",
            "sshd-9 [000] ..... 1.5: tcp_send_reset: src=1.2.3.4 dest=1.2.3.4:6",
            "sshd-9 [000] ..... 1.5: inet_sock_set_state: family=AF_INET protocol=IPPROTO_MPTCP sport=1",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn resets() {
        let line = "            sshd-912     [001] d..1.  5123.123456: tcp_send_reset: skbaddr=00000000deadbeef \
                    skaddr=0000000012345678 src=10.0.0.1:22 dest=10.0.0.2:555 state=TCP_ESTABLISHED reason=TCP_ABORT_ON_CLOSE";
        let ends = (end("10.0.0.1:22"), end("10.0.0.2:555"));
        let event = Event::ResetSent { ends, reason: Some("TCP_ABORT_ON_CLOSE") };
        assert_eq!(parse(line), Some(Traced { pid: 912, seconds: 5123.123456, event }));
        let old = "          <idle>-0       [000] ..s1   12.5: tcp_receive_reset: family=AF_INET sport=22 dport=555 \
                   saddr=10.0.0.1 daddr=10.0.0.2 saddrv6=::ffff:10.0.0.1 daddrv6=::ffff:10.0.0.2 sock_cookie=1";
        let event = Event::ResetReceived { ends };
        assert_eq!(parse(old), Some(Traced { pid: 0, seconds: 12.5, event }));
        let new = "sshd-9 [000] ..... 1.5: tcp_send_reset: src=[2001:db8::1]:22 dest=[2001:db8::2]:5 reason=NO_SOCKET";
        let ends = (end("[2001:db8::1]:22"), end("[2001:db8::2]:5"));
        let event = Event::ResetSent { ends, reason: Some("NO_SOCKET") };
        assert_eq!(parse(new).map(|traced| traced.event), Some(event));
    }

    #[test]
    fn states_and_drops() {
        let line = "a b-7 (      7) [000] ..s1.  12.5: inet_sock_set_state: family=AF_INET6 protocol=IPPROTO_TCP sport=22 \
                    dport=5 saddr=0.0.0.0 daddr=0.0.0.0 saddrv6=2001:db8::1 daddrv6=2001:db8::2 oldstate=TCP_SYN_RECV \
                    newstate=TCP_ESTABLISHED";
        let ends = (end("[2001:db8::1]:22"), end("[2001:db8::2]:5"));
        let event = Event::State { ends, from: "TCP_SYN_RECV", to: "TCP_ESTABLISHED" };
        assert_eq!(parse(line), Some(Traced { pid: 7, seconds: 12.5, event }));
        let drop = "swapper-0 [000] ..s1.  12.5: kfree_skb: skbaddr=1 rx_sk=0 protocol=2048 \
                    location=nf_hook_slow+0xa0/0xc0 reason: NETFILTER_DROP";
        let event = Event::Dropped { reason: Some("NETFILTER_DROP"), place: "nf_hook_slow" };
        assert_eq!(parse(drop).map(|traced| traced.event), Some(event));
    }

    proptest! {
        #[test]
        fn any_line_is_read_without_panic(line in ".*", fields in "[a-z=:. 0-9]*") {
            let _ = parse(&line);
            for name in ["tcp_send_reset", "kfree_skb", "inet_sock_set_state"] {
                let _ = parse(&format!("x-1 [000] .. 1.0: {name}: {fields}"));
            }
        }
    }
}
