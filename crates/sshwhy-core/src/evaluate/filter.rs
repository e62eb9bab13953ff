//! What packet filters do to a flow: the packets that are judged, and what a judgement says.
//!
//! Each back end has a module of its own; what a packet is, and what can become of it, is shared.

use std::net::IpAddr;

use crate::model::flow::Flow;

pub mod flow;
pub mod iptables;
pub mod nft;
pub mod origin;
mod senders;
pub mod shared;

/// Where in the kernel a packet meets rules (netfilter hooks).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Hook {
    /// On the device, before anything else (nft family netdev).
    Ingress,
    /// Before the routing decision.
    Prerouting,
    /// For packets that are for this host.
    Input,
    /// For packets that pass through.
    Forward,
    /// For packets that this host makes.
    Output,
    /// After the routing decision.
    Postrouting,
}

/// What connection tracking thinks of a packet.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CtState {
    /// The first packet of a connection.
    New,
    /// A packet of a connection that went both ways.
    Established,
    /// Connection tracking did not look (raw notrack, or no tracking at all).
    Untracked,
    /// It belongs to no connection that connection tracking knows, and begins none: our answer to a SYN that was not tracked.
    Invalid,
}

/// One of the packets of a connection to sshd, as it meets the rules of the server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Packet {
    /// Sender.
    pub source: IpAddr,
    /// Receiver.
    pub destination: IpAddr,
    /// Port of the sender; `None` when any of the ephemeral ones.
    pub source_port: Option<u16>,
    /// Port of the receiver; `None` when any of the ephemeral ones.
    pub destination_port: Option<u16>,
    /// TCP flags as on the wire: FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
    pub flags: u8,
    /// Connection tracking's opinion.
    pub state: CtState,
    /// The interface it comes in by; `None` when not known, or when this host makes it.
    pub input: Option<String>,
    /// The interface it leaves by; `None` when not known, or when it is for this host.
    pub output: Option<String>,
    /// What it carries after the TCP header.
    pub payload: Vec<u8>,
    /// Whether this host is the receiver (`false`: the sender).
    pub incoming: bool,
    /// Its mark (fwmark); `None` when something that we did not see may have set it.
    pub mark: Option<u32>,
    /// The mark of its connection (ctmark) when it comes to a hook; `None` when not known. A new connection has none, which is
    /// 0, until a rule sets it.
    pub connection_mark: Option<u32>,
    /// The receiver that the client chose, when a rule has put another in its place (DNAT, REDIRECT).
    pub original: Option<(IpAddr, Option<u16>)>,
}

impl Packet {
    /// Whether the side that began the connection sends it, as connection tracking sees that.
    pub fn is_original(&self) -> bool {
        self.incoming || self.state == CtState::New
    }

    /// The client's SYN, as it comes in.
    pub fn syn(flow: &Flow) -> Self {
        Self {
            source: flow.source,
            destination: flow.destination,
            source_port: flow.source_port,
            destination_port: Some(flow.port),
            flags: 2,
            state: CtState::New,
            input: flow.interface.clone(),
            output: None,
            payload: Vec::new(),
            incoming: true,
            mark: Some(0),
            connection_mark: Some(0),
            original: None,
        }
    }

    /// The server's SYN-ACK, as it leaves.
    pub fn syn_ack(flow: &Flow) -> Self {
        Self {
            source: flow.destination,
            destination: flow.source,
            source_port: Some(flow.port),
            destination_port: flow.source_port,
            flags: 18,
            state: CtState::Established,
            input: None,
            output: flow.interface.clone(),
            payload: Vec::new(),
            incoming: false,
            mark: Some(0),
            connection_mark: Some(0),
            original: None,
        }
    }

    /// The client's identification string, as it comes in.
    pub fn hello(flow: &Flow) -> Self {
        Self {
            flags: 24,
            state: CtState::Established,
            payload: b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(),
            ..Self::syn(flow)
        }
    }

    /// The server's identification string, as it leaves.
    pub fn banner(flow: &Flow) -> Self {
        Self { flags: 24, payload: b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(), ..Self::syn_ack(flow) }
    }
}

/// What a rule set does to one packet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It passes.
    Pass,
    /// It is stopped, by this rule or policy.
    Stop(Stop),
    /// It depends on something that cannot be read: what would happen either way.
    Unknown(Unknown),
}

/// How a packet is stopped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
    /// Without a word.
    Drop,
    /// With an ICMP error of this name (`port-unreachable`, `admin-prohibited`, …).
    Reject(&'static str),
    /// With a TCP reset.
    Reset,
}

/// What stops a packet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stop {
    /// How.
    pub action: Action,
    /// Which rule.
    pub rule: RuleRef,
    /// Whether a condition that counts (recent, hashlimit, connlimit, limit, meter) decided, so
    /// that it stops us only now.
    pub counts: bool,
}

/// A rule or a chain's policy, so that a person finds it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RuleRef {
    /// The program that shows it: `nft`, `iptables`, `ip6tables`, `iptables-legacy`, …
    pub tool: &'static str,
    /// Family and table: `inet filter`, or `filter` for iptables.
    pub table: String,
    /// The chain.
    pub chain: String,
    /// nft: the handle. iptables: the number within the chain, from 1. `None` for a policy, or
    /// when it is not shown.
    pub number: Option<u64>,
    /// The rule as the tool prints it; for a policy: `policy drop`.
    pub text: String,
    /// Packets that it has met, when it has a counter.
    pub packets: Option<u64>,
}

/// A verdict that depends on what cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unknown {
    /// The rule that cannot be judged, and why not.
    pub rule: RuleRef,
    /// Why not.
    pub why: String,
    /// What happens if the rule matches.
    pub if_matches: Box<Verdict>,
    /// What happens if it does not.
    pub if_not: Box<Verdict>,
}
