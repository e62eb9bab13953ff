//! A connection: what each side sent, what the other acknowledged, what was sent again.

use std::net::IpAddr;
use std::net::SocketAddr;

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

/// So much of each direction is kept: identification, KEXINIT and the reply are in it.
const MAX_BYTES: usize = 8192;
/// So many steps of a ladder are kept.
const MAX_STEPS: usize = 40;
/// Most connections have no more of them.
const USUAL_STEPS: usize = 10;
/// So many segments that wait for an acknowledgement are remembered.
const MAX_PENDING: usize = 64;

/// What one side sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Half {
    /// The number before its first byte.
    start: Option<u32>,
    /// The first bytes in order.
    pub(super) bytes: Vec<u8>,
    /// The numbers of its messages, where they are known without its bytes.
    pub(super) printed: Vec<u8>,
    /// How many bytes it has sent, by the highest number.
    pub(super) sent: u32,
    /// How many of them the other side acknowledged.
    pub(super) acked: u32,
    /// The length of what was sent again last, and how often.
    pub(super) again: Option<(usize, u32)>,
    /// When that was sent first.
    pub(super) again_since: f64,
    /// When its last packet came.
    pub(super) last_at: f64,
    /// The longest piece that was acknowledged.
    pub(super) longest_acked: usize,
    pending: Vec<(u32, usize, f64)>,
    /// Times to live of its packets but its resets: the first, the least and the most.
    pub(super) ttls: Option<(u8, u8, u8)>,
    pub(super) fin: Option<u64>,
    pub(super) has_closed_window: bool,
}

/// A reset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reset {
    pub(super) by_server: bool,
    pub(super) packet: u64,
    pub(super) at: f64,
    pub(super) ttl: u8,
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
            other.acknowledge(tcp.acknowledgement);
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
        let half = if by_server { &self.of_server } else { &self.of_client };
        let off = half.start.map(|start| {
            let next = start.wrapping_add(1).wrapping_add(half.sent);
            i64::from(tcp.sequence.wrapping_sub(next).cast_signed())
        });
        self.resets.push(Reset {
            by_server,
            packet: packet.number,
            at: packet.at,
            ttl: frame.ttl,
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

impl Half {
    fn take_room(&mut self, mut other: Self) {
        other.bytes.clear();
        other.pending.clear();
        (self.bytes, self.pending) = (other.bytes, other.pending);
    }

    fn take(&mut self, packet: &Packet<'_>, frame: &Frame<'_>, tcp: &Segment<'_>, room: usize) {
        let ttl = frame.ttl;
        let (first, least, most) = self.ttls.unwrap_or((ttl, ttl, ttl));
        self.ttls = Some((first, least.min(ttl), most.max(ttl)));
        self.last_at = packet.at;
        let before_first = tcp.sequence.wrapping_sub(u32::from(!tcp.has(SYN)));
        let start = *self.start.get_or_insert(before_first);
        if tcp.has(FIN) {
            self.fin.get_or_insert(packet.number);
        }
        self.has_closed_window = tcp.window == 0 && !tcp.has(SYN);
        if tcp.length == 0 {
            return;
        }
        let at = tcp.sequence.wrapping_sub(start).wrapping_sub(1);
        let end = at.wrapping_add(tcp.length as u32);
        // Far from the rest: an old or a forged one.
        if at > self.sent.wrapping_add(1 << 24) {
            return;
        }
        if end <= self.sent && at >= self.acked {
            let count = self.again.filter(|(l, _)| *l == tcp.length).map_or(0, |(_, n)| n);
            self.again = Some((tcp.length, count + 1));
            let first = self.pending.iter().find(|(own, ..)| *own == end);
            self.again_since = first.map_or(packet.at, |(.., at)| *at);
        }
        if end > self.sent {
            self.sent = end;
            if self.pending.len() < MAX_PENDING {
                self.pending.push((end, tcp.length, packet.at));
            }
        }
        let have = self.bytes.len();
        let skip = have.checked_sub(at as usize);
        if let Some(new) = skip.and_then(|skip| tcp.payload.get(skip..)) {
            let room = MAX_BYTES.saturating_sub(have).min(new.len()).min(room);
            self.bytes.extend_from_slice(new.get(..room).unwrap_or_default());
        }
    }

    fn acknowledge(&mut self, number: u32) {
        let Some(start) = self.start else { return };
        let acked = number.wrapping_sub(start).wrapping_sub(1);
        // A FIN takes a number, too.
        if acked > self.sent.wrapping_add(1) {
            return;
        }
        self.acked = self.acked.max(acked);
        let longest =
            self.pending.iter().filter(|(end, ..)| *end <= acked).map(|(_, l, _)| *l).max();
        self.longest_acked = self.longest_acked.max(longest.unwrap_or(0));
        self.pending.retain(|(end, ..)| *end > acked);
    }
}
