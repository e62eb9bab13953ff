//! What the kernel did while a client tried, told as a story of each of its connections.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::net::SocketAddr;

use serde::Deserialize;
use serde::Serialize;

use crate::model::evidence::Observation;
use crate::model::question::EndSentBy;
use crate::parse::trace_event::Event;
use crate::parse::trace_event::Traced;

/// More connections than this are not told apart: a flood is a story of its own.
const MOST: usize = 10_000;

/// Reasons for which packets are dropped that a connection attempt can meet; others are noise (Linux
/// `include/net/dropreason-core.h`).
const TELLING: &[&str] = &[
    "IP_RPFILTER",
    "NETFILTER_DROP",
    "NO_SOCKET",
    "SOCKET_FILTER",
    "SOCKET_RCVBUFF",
    "TCP_LISTEN_OVERFLOW",
    "TCP_REQQ_FULL_DROP",
    "XFRM_POLICY",
];

/// What begins the words that tell what could not be watched.
pub const NOT_WATCHED: &str = "not watched: ";

/// One thing that happened on the server while a client tried.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Happening {
    /// The server's clock, in seconds since 1970.
    pub at: f64,
    /// The client's end of the connection; `None` when it is of no connection, or nobody knows of which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<SocketAddr>,
    /// In words.
    pub what: String,
    /// Who ended the connection by it, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<EndSentBy>,
}

impl Happening {
    /// What is of no connection.
    pub fn of_nobody(what: impl Into<String>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }

    /// What befalls a client.
    pub fn of(client: SocketAddr, what: impl Into<String>) -> Self {
        Self { client: Some(client), ..Self::of_nobody(what) }
    }

    /// A line for a person.
    pub fn line(&self) -> String {
        match self.client {
            Some(client) => format!("{client}  {}", self.what),
            None => self.what.clone(),
        }
    }
}

/// The connections to one port, as far as the kernel told of them.
#[derive(Clone, Debug)]
pub struct Watched {
    port: u16,
    /// The client that counts; `None` for any.
    client: Option<IpAddr>,
    connections: BTreeMap<SocketAddr, Connection>,
    dropped: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, Default)]
struct Connection {
    began: f64,
    story: Vec<String>,
    /// Who ended it by a reset, and in which words.
    end: Option<(EndSentBy, String)>,
}

impl Watched {
    /// Nothing seen yet.
    pub fn new(port: u16, client: Option<IpAddr>) -> Self {
        let (connections, dropped) = (BTreeMap::new(), BTreeMap::new());
        Self { port, client: client.map(|c| c.to_canonical()), connections, dropped }
    }

    /// Takes an event; what there is to say of it at once. When is left to the caller, because the kernel's events are not
    /// stamped by the wall clock.
    pub fn take(&mut self, traced: &Traced<'_>) -> Option<Happening> {
        let Traced { pid, seconds, event } = traced;
        let (ends, words, end) = match event {
            Event::Dropped { reason, place } => {
                return self.dropped(reason.unwrap_or(""), place).map(Happening::of_nobody);
            }
            Event::State { ends, from, to } => (ends, state(from, to)?.to_owned(), None),
            Event::ResetSent { ends, reason } => {
                let words = match reason {
                    Some(reason) => {
                        format!("this host sends a reset: {} ({reason})", meaning(reason))
                    }
                    None => format!("this host sends a reset (in the time of process {pid})"),
                };
                (ends, words, Some(EndSentBy::Server))
            }
            Event::ResetReceived { ends } => {
                (ends, "a reset comes in".to_owned(), Some(EndSentBy::SomebodyElse))
            }
        };
        let client = self.client_of(*ends)?;
        if !self.connections.contains_key(&client) && self.connections.len() >= MOST {
            return None;
        }
        let connection = self.connections.entry(client).or_default();
        if connection.story.is_empty() {
            connection.began = *seconds;
        }
        let after = (seconds - connection.began).max(0.0);
        let line = if after < 0.01 { words } else { format!("{words}, after {after:.2} s") };
        if let Some(who) = end {
            connection.end = Some((who, line.clone()));
        }
        connection.story.push(line.clone());
        Some(Happening { ended_by: end, ..Happening::of(client, line) })
    }

    /// Every connection in a line, and what else was counted.
    pub fn stories(&self) -> Vec<String> {
        let told = |(client, connection): (&SocketAddr, &Connection)| {
            format!("{client}: {}", connection.story.join("; "))
        };
        let counted =
            self.dropped.iter().map(|(what, count)| format!("{count} packets dropped: {what}"));
        self.connections.iter().map(told).chain(counted).collect()
    }

    /// Who ended the connections, by the last that was ended with a reset.
    pub fn observation(&self) -> Option<Observation> {
        let ended =
            self.connections.iter().filter_map(|(c, own)| Some((c, own, own.end.as_ref()?)));
        let (client, connection, (who, words)) =
            ended.max_by(|a, b| a.1.began.total_cmp(&b.1.began))?;
        Some(Observation {
            answer: (*who).into(),
            source: "kernel trace".to_owned(),
            at: 0.0,
            text: format!("{client}: {words}; {}", connection.story.first().map_or("", |s| s)),
        })
    }

    /// The client, when the end of this host is at our port. A client on the same host has events of its own, the other way
    /// round.
    fn client_of(&self, (own, client): (SocketAddr, SocketAddr)) -> Option<SocketAddr> {
        if own.port() != self.port {
            return None;
        }
        // A listening socket has nobody at its other end.
        let is_one = client.port() != 0 && !client.ip().is_unspecified();
        let counts = self.client.is_none_or(|wanted| wanted == client.ip());
        (is_one && counts).then_some(client)
    }

    fn dropped(&mut self, reason: &str, place: &str) -> Option<String> {
        if !TELLING.contains(&reason) {
            return None;
        }
        let what = format!("{reason} in {place}");
        let count = self.dropped.entry(what.clone()).or_default();
        *count += 1;
        // Whose it was is not told: once for each kind is enough.
        (*count == 1).then(|| format!("a packet of some connection is dropped: {what}"))
    }
}

/// A change of state in words; `None` when it says nothing of the way to a login.
fn state(from: &str, to: &str) -> Option<&'static str> {
    Some(match (from, to) {
        (_, "TCP_SYN_RECV" | "TCP_NEW_SYN_RECV") => "a SYN is answered",
        ("TCP_SYN_RECV" | "TCP_NEW_SYN_RECV", "TCP_ESTABLISHED") => "the connection is open",
        ("TCP_ESTABLISHED", "TCP_CLOSE_WAIT") => "the client ends its side",
        ("TCP_ESTABLISHED", "TCP_FIN_WAIT1") => "this host ends its side",
        ("TCP_ESTABLISHED", "TCP_CLOSE") => "the connection is gone at once",
        _ => return None,
    })
}

/// Why the kernel sends resets, in words (Linux `include/net/rstreason.h`).
fn meaning(reason: &str) -> &'static str {
    match reason {
        "NO_SOCKET" => "nothing listens there, or the connection is gone",
        "TCP_ABORT_ON_CLOSE" => {
            "the program closed the connection before it had read all that came"
        }
        "TCP_ABORT_ON_DATA" => "data came after the program had closed the connection",
        "TCP_ABORT_ON_LINGER" => "the program asked for a reset when it closed (SO_LINGER 0)",
        "TCP_ABORT_ON_MEMORY" => "TCP has no memory left",
        "TCP_STATE" | "TCP_DISCONNECT_WITH_DATA" => {
            "the program ended the connection with data under way"
        }
        "TCP_KEEPALIVE_TIMEOUT" => "the client no longer answers keepalives",
        "TCP_TIMEWAIT_SOCKET" => "the connection had ended already",
        "TCP_RFC7323_PAWS" => "the packet's timestamp is too old",
        "INVALID_SYN" | "TCP_FLAGS" => "the packet makes no sense in that state",
        _ => "its own reason",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::trace_event::parse;

    fn line(seconds: &str, event: &str) -> String {
        format!("sshd-912 [001] ..... {seconds}: {event}")
    }

    #[test]
    fn a_refusal_is_told_from_its_beginning() {
        let mut watched = Watched::new(22, None);
        let ends = "sport=22 dport=555 saddr=10.0.0.1 daddr=10.0.0.2 saddrv6=:: daddrv6=::";
        let state = |from: &str, to: &str| {
            format!(
                "inet_sock_set_state: family=AF_INET protocol=IPPROTO_TCP {ends} oldstate={from} newstate={to}"
            )
        };
        let mut take = |text: String| parse(&text).and_then(|traced| watched.take(&traced));
        assert_eq!(
            take(line("10.0", &state("TCP_SYN_RECV", "TCP_ESTABLISHED"))).unwrap().line(),
            "10.0.0.2:555  the connection is open"
        );
        let reset = "tcp_send_reset: src=10.0.0.1:22 dest=10.0.0.2:555 state=TCP_ESTABLISHED reason=TCP_ABORT_ON_CLOSE";
        assert!(take(line("15.01", reset)).unwrap().what.contains("after 5.01 s"));
        let other = "tcp_send_reset: src=10.0.0.1:80 dest=10.0.0.2:555 reason=NO_SOCKET";
        assert_eq!(take(line("16.0", other)), None);
        let observation = watched.observation().unwrap();
        assert_eq!(observation.answer, EndSentBy::Server.into());
        assert!(observation.text.contains("before it had read all"), "{}", observation.text);
        assert_eq!(watched.stories().len(), 1);
    }

    #[test]
    fn only_the_client_counts_and_drops_are_counted() {
        let mut watched = Watched::new(22, Some("10.0.0.3".parse().unwrap()));
        let mut take = |text: &str| parse(text).and_then(|traced| watched.take(&traced));
        let reset = "x-0 [0] . 1.0: tcp_receive_reset: src=10.0.0.1:22 dest=10.0.0.2:555";
        assert_eq!(take(reset), None);
        let own = "x-0 [0] . 1.0: tcp_receive_reset: src=10.0.0.3:555 dest=10.0.0.1:22";
        assert_eq!(take(own), None);
        let drop = "x-0 [0] . 1.0: kfree_skb: skbaddr=1 protocol=2048 location=nf_hook_slow+0x1 reason: NETFILTER_DROP";
        assert!(take(drop).is_some());
        assert_eq!(take(drop), None);
        let noise = "x-0 [0] . 1.0: kfree_skb: skbaddr=1 protocol=2048 location=a+0x1 reason: NOT_SPECIFIED";
        assert_eq!(take(noise), None);
        assert_eq!(watched.stories(), ["2 packets dropped: NETFILTER_DROP in nf_hook_slow"]);
        assert_eq!(watched.observation(), None);
    }
}
