//! A connection: what each side sent, what the other acknowledged, what was sent again.

use std::net::IpAddr;
use std::net::SocketAddr;

use super::half::Half;
use super::half::is_after;
use super::round_trip::RoundTrips;
use crate::model::evidence::Actor;
use crate::model::evidence::Event;
use crate::model::evidence::Exchange;
use crate::wire::capture::Frame;
use crate::wire::capture::Packet;
use crate::wire::capture::Segment;
use crate::wire::capture::frame::ACK;
use crate::wire::capture::frame::FIN;
use crate::wire::capture::frame::RST;
use crate::wire::capture::frame::SYN;
use crate::wire::icmp::IcmpError;

/// So many steps of a ladder are kept.
const MAX_STEPS: usize = 40;
/// Most connections have no more of them.
const USUAL_STEPS: usize = 10;
/// So many resets of a connection are looked at.
const MAX_RESETS: usize = 16;

/// A reset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reset {
    pub(super) by_server: bool,
    pub(super) packet: u64,
    pub(super) at: f64,
    pub(super) ttl: u8,
    pub(super) id: Option<u16>,
    /// Its number.
    pub(super) sequence: u32,
    /// What it acknowledges.
    pub(super) acknowledges: Option<u32>,
    pub(super) clock: Option<u32>,
    /// When what it acknowledges was sent first, if nobody had acknowledged that before.
    pub(super) answers: Option<f64>,
    /// How much the other side had sent.
    pub(super) other_sent: u32,
    /// How much of that it acknowledges itself.
    pub(super) other_acked: u32,
    /// How far its number is from the next one of that side; `None` when it answers a SYN.
    pub(super) off: Option<i64>,
}

/// A connection.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) client: SocketAddr,
    pub(super) server: SocketAddr,
    /// Among those of SSH that are asked about, from 1.
    pub(super) number: Option<usize>,
    pub(super) first: u64,
    pub(super) began: f64,
    pub(super) last: (u64, f64),
    /// How long nothing was sent before the last packets.
    pub(super) gap: f64,
    pub(super) syns: u32,
    pub(super) saw_syn_ack: Option<(u64, f64)>,
    /// Whether its options are laid out as those of Linux.
    pub(super) is_linux: bool,
    pub(super) of_client: Half,
    pub(super) of_server: Half,
    pub(super) resets: Vec<Reset>,
    /// Packets of the server that came after a reset in its name.
    pub(super) after_reset: u32,
    pub(super) error: Option<(IcmpError, IpAddr, u64)>,
    steps: Vec<(f64, bool, Step)>,
}

/// A step of the ladder; it becomes words only for the connection that is told.
#[derive(Clone, Debug)]
enum Step {
    Syn,
    SynAgain,
    SynAck,
    Reset,
    Fin,
    Ident,
    KexInit(usize),
    Bytes(usize),
    Again(usize),
    Icmp(IcmpError, IpAddr),
}

impl Step {
    fn words(&self, half: &Half) -> String {
        match self {
            Self::Syn => "SYN".to_owned(),
            Self::SynAgain => "SYN again".to_owned(),
            Self::SynAck => "SYN-ACK".to_owned(),
            Self::Reset => "RST".to_owned(),
            Self::Fin => "FIN".to_owned(),
            Self::Ident => {
                let line = half.bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
                String::from_utf8_lossy(line).trim_end().to_owned()
            }
            Self::KexInit(length) => format!("KEXINIT, {length} bytes"),
            Self::Bytes(length) => format!("{length} bytes"),
            Self::Again(length) => format!("{length} bytes again"),
            Self::Icmp(error, sender) => format!("ICMP from {sender}: {error}"),
        }
    }
}

/// Client and server: by the SYN; in the middle of a connection by the lower port.
fn roles(
    source: SocketAddr,
    destination: SocketAddr,
    tcp: &Segment<'_>,
) -> (SocketAddr, SocketAddr) {
    let from_client = match (tcp.has(SYN), tcp.has(ACK)) {
        (true, is_answer) => !is_answer,
        _ => source.port() > destination.port(),
    };
    if from_client { (source, destination) } else { (destination, source) }
}

impl Connection {
    /// A connection whose first packet this is.
    pub(super) fn new(
        source: SocketAddr,
        destination: SocketAddr,
        packet: &Packet<'_>,
        tcp: &Segment<'_>,
    ) -> Self {
        let (client, server) = roles(source, destination, tcp);
        Self {
            client,
            server,
            number: None,
            first: packet.number,
            began: packet.at,
            last: (packet.number, packet.at),
            gap: 0.0,
            syns: 0,
            saw_syn_ack: None,
            is_linux: false,
            of_client: Half::default(),
            of_server: Half::default(),
            resets: Vec::new(),
            after_reset: 0,
            error: None,
            steps: Vec::new(),
        }
    }

    /// Takes over the memory of a connection that is forgotten: asking for it anew took most of the time.
    pub(super) fn take_room(&mut self, mut other: Self) {
        other.steps.clear();
        self.steps = other.steps;
        self.of_client.take_room(other.of_client);
        self.of_server.take_room(other.of_server);
    }

    /// Whether it is one to SSH: by its port, or by what either side says.
    pub(super) fn is_ssh(&self) -> bool {
        let says = |half: &Half| half.bytes.starts_with(b"SSH-");
        self.server.port() == 22 || says(&self.of_client) || says(&self.of_server)
    }

    /// Whether the server has said nothing, so that it may be of any kind.
    pub(super) fn is_mute(&self) -> bool {
        self.syns > 0 && self.of_server.bytes.is_empty() && self.of_server.sent == 0
    }

    /// Whether both sides have ended it, or one has reset it.
    pub(super) fn is_over(&self) -> bool {
        !self.resets.is_empty() || self.of_client.fin.is_some() && self.of_server.fin.is_some()
    }

    /// Whether both sides went on after a reset: what the one sent afterwards the other acknowledged.
    pub(super) fn went_on(&self, reset: &Reset) -> bool {
        let other = if reset.by_server { &self.of_client } else { &self.of_server };
        other.acked > reset.other_sent
    }

    /// The hosts at its ends: the client's and the server's.
    pub(super) fn way(&self) -> (IpAddr, IpAddr) {
        (self.client.ip(), self.server.ip())
    }

    /// How long the way from the client to the server and back takes, as far as this connection shows.
    pub(super) fn round_trips(&self) -> RoundTrips {
        let mut round_trips = self.of_client.round_trips;
        if let Some((_, opened)) = self.saw_syn_ack.filter(|_| self.syns == 1) {
            round_trips.add(opened - self.began);
        }
        round_trips
    }

    pub(super) fn half(&mut self, of_server: bool) -> &mut Half {
        if of_server { &mut self.of_server } else { &mut self.of_client }
    }

    /// How many bytes of it are kept.
    pub(super) fn kept(&self) -> usize {
        self.of_client.bytes.len() + self.of_server.bytes.len()
    }

    /// Takes in a packet, and keeps of what it carries no more than there is room for.
    pub(super) fn take(
        &mut self,
        packet: &Packet<'_>,
        frame: &Frame<'_>,
        tcp: &Segment<'_>,
        by_server: bool,
        room: usize,
    ) {
        if tcp.has(RST) {
            self.reset(packet, frame, tcp, by_server);
        } else {
            self.gap = packet.at - self.last.1;
            self.last = (packet.number, packet.at);
            let is_late = by_server && self.resets.iter().any(|r| r.by_server);
            self.after_reset += u32::from(is_late);
        }
        let (own, other) = if by_server {
            (&mut self.of_server, &mut self.of_client)
        } else {
            (&mut self.of_client, &mut self.of_server)
        };
        if !tcp.has(RST) {
            own.take(packet, frame, tcp, room);
        }
        if tcp.has(ACK) && !tcp.has(RST) {
            other.acknowledge(packet.at, tcp);
            if own.acks.is_none_or(|(known, _)| is_after(tcp.acknowledgement, known)) {
                own.acks = Some((tcp.acknowledgement, packet.at));
            }
        }
        self.tell(packet, tcp, by_server);
    }

    fn reset(
        &mut self,
        packet: &Packet<'_>,
        frame: &Frame<'_>,
        tcp: &Segment<'_>,
        by_server: bool,
    ) {
        if self.resets.len() >= MAX_RESETS {
            return;
        }
        let (half, other) = if by_server {
            (&self.of_server, &self.of_client)
        } else {
            (&self.of_client, &self.of_server)
        };
        let off = half.start.map(|start| {
            let next = start.wrapping_add(1).wrapping_add(half.sent);
            i64::from(tcp.sequence.wrapping_sub(next).cast_signed())
        });
        let acknowledges = tcp.has(ACK).then_some(tcp.acknowledgement);
        self.resets.push(Reset {
            by_server,
            packet: packet.number,
            at: packet.at,
            ttl: frame.ttl,
            id: frame.id,
            sequence: tcp.sequence,
            acknowledges,
            clock: tcp.timestamps().map(|(own, _)| own),
            other_sent: other.sent,
            other_acked: acknowledges.map_or(0, |number| other.count(number).min(other.sent)),
            answers: acknowledges.and_then(|number| other.sent_at(number)),
            off: off.filter(|_| self.saw_syn_ack.is_some() || !by_server),
        });
    }

    fn tell(&mut self, packet: &Packet<'_>, tcp: &Segment<'_>, by_server: bool) {
        let half = if by_server { &self.of_server } else { &self.of_client };
        let step = if tcp.has(RST) {
            Step::Reset
        } else if tcp.has(SYN) {
            match (by_server, self.syns) {
                (true, _) => Step::SynAck,
                (false, 0) => Step::Syn,
                (false, _) => Step::SynAgain,
            }
        } else if tcp.has(FIN) {
            Step::Fin
        } else if tcp.length > 0 && half.again.is_some_and(|(l, n)| l == tcp.length && n > 0) {
            Step::Again(tcp.length)
        } else if tcp.length > 0 && half.bytes.len() <= 2048 {
            if tcp.payload.starts_with(b"SSH-") {
                Step::Ident
            } else if tcp.payload.get(5) == Some(&20) {
                Step::KexInit(tcp.length)
            } else {
                Step::Bytes(tcp.length)
            }
        } else {
            return;
        };
        if tcp.has(SYN) {
            if by_server {
                self.saw_syn_ack.get_or_insert((packet.number, packet.at));
                self.is_linux = tcp.is_syn_of_linux();
            } else {
                self.syns += 1;
            }
        }
        self.note(packet.at, by_server, step);
    }

    /// An ICMP error about it.
    pub(super) fn met(&mut self, packet: &Packet<'_>, error: IcmpError, sender: IpAddr) {
        self.error.get_or_insert((error, sender, packet.number));
        self.note(packet.at, true, Step::Icmp(error, sender));
    }

    fn note(&mut self, at: f64, by_server: bool, step: Step) {
        let at = (at - self.began).max(0.0);
        if self.steps.is_empty() {
            self.steps.reserve(USUAL_STEPS);
        }
        if self.steps.len() < MAX_STEPS {
            self.steps.push((at, by_server, step));
        }
    }

    fn event(&self, (at, by_server, step): &(f64, bool, Step)) -> Event {
        let (actor, half) =
            if *by_server { (Actor::Peer, &self.of_server) } else { (Actor::Us, &self.of_client) };
        Event { at: *at, actor, what: step.words(half) }
    }

    /// For the ladder.
    pub(super) fn exchange(&self) -> Exchange {
        Exchange {
            probe: "capture".to_owned(),
            from: Some(self.client),
            to: Some(self.server),
            events: self.steps.iter().map(|step| self.event(step)).collect(),
        }
    }
}
