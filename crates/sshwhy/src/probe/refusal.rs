//! What a failed connection attempt says: the words for an error of connect(2).
//!
//! Shared by the probes that connect. It never records an answer.

use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::time::Duration;

use sshwhy_core::model::evidence::Actor;
use sshwhy_core::model::evidence::Evidence;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::IcmpSender;
use sshwhy_core::model::question::Question;
use sshwhy_core::wire::icmp;
use sshwhy_core::wire::icmp::IcmpError;

use crate::sys::error_queue::Origin;
use crate::sys::error_queue::QueuedError;
use crate::sys::error_text;
use crate::sys::route;
use crate::sys::tcp::ConnectError;

/// A failed connection attempt in the terms of our questions.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// How it ended.
    pub answer: Connect,
    /// Who sent the ICMP error, when one came.
    pub sender: Option<IcmpSender>,
    /// What shows it.
    pub text: String,
    /// Who acted, for the ladder.
    pub actor: Actor,
    /// What it was, for the ladder.
    pub event: String,
}

impl Refusal {
    /// Whether the target itself said no, as far as can be seen, so that the time tells whether it
    /// can have been the target.
    pub fn is_of_target(&self) -> bool {
        match self.sender {
            Some(sender) => sender == IcmpSender::Target,
            None => self.answer == Connect::Reset,
        }
    }

    /// Whether the attempt got as far as the network.
    pub fn left_host(&self) -> bool {
        !matches!(self.answer, Connect::LocalDenied | Connect::LocalError | Connect::Unreachable)
    }
}

/// Whether the connection attempt was answered by an ICMP error. Whoever sends them sends few (RFC
/// 1812, section 4.3.2.8; Linux: about one a second), so silence after one proves nothing.
pub fn was_icmp(evidence: &Evidence) -> bool {
    matches!(
        evidence.answer(Question::Connect),
        Some(Answer::Connect(
            Connect::PortUnreachable
                | Connect::HostUnreachable
                | Connect::NetUnreachable
                | Connect::AdminProhibited
                | Connect::OtherIcmp
        ))
    )
}

/// Reads a failure of connecting to an address.
pub fn of(error: &ConnectError, to: SocketAddr) -> Refusal {
    let after = error.after.as_secs_f64() * 1000.0;
    let with_time = |what: &str| format!("{what} after {after:.1} ms");
    let foreign = |q: &QueuedError| q.origin != Origin::Local && !is_of_neighbour(error, q);
    if let Some(queued) = error.icmp.filter(foreign) {
        return of_icmp(queued, to.ip(), &with_time);
    }
    let (answer, what, actor, event) = match error.error.raw_os_error() {
        _ if error.error.kind() == io::ErrorKind::TimedOut => {
            let what = format!("no answer to the SYNs in {:.1} s", error.after.as_secs_f64());
            return Refusal {
                answer: Connect::Silent,
                sender: None,
                text: what.clone(),
                actor: Actor::Nobody,
                event: "nothing comes".to_owned(),
            };
        }
        Some(libc::ECONNREFUSED | libc::ECONNRESET) => {
            (Connect::Reset, "RST in answer to our SYN".to_owned(), Actor::Peer, "RST")
        }
        Some(libc::EHOSTUNREACH) => (
            Connect::NeighbourFailed,
            unanswered_neighbour(to),
            Actor::Nobody,
            "nobody has the address",
        ),
        Some(libc::ENETUNREACH) => (
            Connect::Unreachable,
            "connect: network is unreachable".to_owned(),
            Actor::Nobody,
            "no route",
        ),
        Some(libc::EACCES | libc::EPERM) => (
            Connect::LocalDenied,
            format!("connect: {}", error_text::of(&error.error)),
            Actor::Nobody,
            "denied here",
        ),
        _ => (
            Connect::LocalError,
            format!("connect: {}", error_text::of(&error.error)),
            Actor::Nobody,
            "fails here",
        ),
    };
    Refusal { answer, sender: None, text: with_time(&what), actor, event: event.to_owned() }
}

/// Names who did not answer: behind a router that is the router, and not the host.
fn unanswered_neighbour(to: SocketAddr) -> String {
    let gateway = route::to(to, None).ok().and_then(|way| way.gateway);
    match gateway {
        Some(gateway) => format!("the router {gateway} does not answer ARP or neighbour discovery"),
        None => "no answer to ARP or neighbour discovery".to_owned(),
    }
}

/// Rules answer at once; only for a neighbour that does not answer the kernel takes its time before
/// it sends itself an ICMP error.
fn is_of_neighbour(error: &ConnectError, queued: &QueuedError) -> bool {
    let unreachable = error.error.raw_os_error() == Some(libc::EHOSTUNREACH);
    let own = queued.sender.is_none_or(route::is_own);
    unreachable && own && error.after > Duration::from_millis(500)
}

fn of_icmp(queued: QueuedError, to: IpAddr, with_time: &dyn Fn(&str) -> String) -> Refusal {
    let meaning = match queued.origin {
        Origin::Icmp6 => icmp::of_ipv6(queued.kind, queued.code),
        Origin::Icmp | Origin::Local => icmp::of_ipv4(queued.kind, queued.code),
    };
    let answer = match meaning {
        Some(IcmpError::PortUnreachable) => Connect::PortUnreachable,
        Some(IcmpError::HostUnreachable) => Connect::HostUnreachable,
        Some(IcmpError::NetUnreachable) => Connect::NetUnreachable,
        Some(
            IcmpError::AdminProhibited
            | IcmpError::HostProhibited
            | IcmpError::NetProhibited
            | IcmpError::PolicyFailed
            | IcmpError::RejectRoute,
        ) => Connect::AdminProhibited,
        _ => Connect::OtherIcmp,
    };
    let sender = match queued.sender {
        Some(sender) if sender == to => IcmpSender::Target,
        // A REJECT rule of our own sends it from the address of the interface.
        Some(sender) if sender.is_unspecified() || route::is_own(sender) => IcmpSender::OwnHost,
        Some(_) => IcmpSender::Router,
        // Without an address the kernel made the error itself.
        None => IcmpSender::OwnHost,
    };
    let name = meaning.map_or_else(
        || format!("ICMP type {} code {}", queued.kind, queued.code),
        |m| format!("ICMP {m} (type {} code {})", queued.kind, queued.code),
    );
    let from = queued.sender.map_or("this host".to_owned(), |s| s.to_string());
    Refusal {
        answer,
        sender: Some(sender),
        text: with_time(&format!("{name} from {from}")),
        actor: Actor::Peer,
        event: name,
    }
}
