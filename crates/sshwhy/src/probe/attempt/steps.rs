//! The steps of an attempt: open, greet, propose, exchange keys.

use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::evidence::Actor;
use sshwhy_core::wire::ssh::exchange::GexSizes;
use sshwhy_core::wire::ssh::exchange::Method;
use sshwhy_core::wire::ssh::exchange::Reply;
use sshwhy_core::wire::ssh::exchange::ServerStep;
use sshwhy_core::wire::ssh::foreign::ForeignService;
use sshwhy_core::wire::ssh::ident::Ident;
use sshwhy_core::wire::ssh::ident::Rejected;
use sshwhy_core::wire::ssh::ident::Scan;
use sshwhy_core::wire::ssh::kexinit::KexInit;
use sshwhy_core::wire::ssh::message::Message;
use sshwhy_core::wire::ssh::packet;
use sshwhy_core::wire::ssh::packet::Padding;
use sshwhy_core::wire::ssh::stream::Event;

use super::Attempt;
use super::HELLO;
use super::ODD_HELLO;
use super::Transport;
use super::Words;
use crate::sys::pipe::Pipe;
use crate::sys::tcp::ConnectError;
use crate::sys::tcp::Got;
use crate::sys::tcp_info::TcpInfo;

/// Between two looks at a connection that says nothing.
const GLANCE: Duration = Duration::from_millis(250);
/// Bytes that were sent so often without being acknowledged are lost for a reason.
const LOST_AFTER: u32 = 4;
/// A hole in what the peer sent that stays open so long is not filled any more: by then the peer
/// has sent the missing segment four times.
const HOLE_STAYS: Duration = Duration::from_millis(3200);

/// How opening ended.
#[derive(Debug)]
pub enum Opened {
    /// The TCP handshake completed, or the program runs.
    Yes,
    /// It failed.
    No(ConnectError),
    /// The program did not start.
    NoProgram(io::Error),
    /// There was no leave to try: the budget is spent or the run has ended.
    NotTried,
}

/// How a wait ended without the thing waited for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum End {
    /// By a reset.
    Reset,
    /// By a close.
    Closed,
    /// By nothing: our patience ended.
    Silent,
}

/// What came after the connection opened.
#[derive(Clone, Debug)]
pub enum Greeting {
    /// An identification string of SSH 2.
    Identification(Ident),
    /// The connection ended or stayed silent.
    Ended(End),
    /// Bytes that are not SSH.
    OtherService(Option<ForeignService>, String),
    /// `SSH-`, and something wrong after it.
    Malformed(String),
    /// A server that speaks only SSH 1.
    OldProtocol(String),
}

/// What came after our KEXINIT.
#[derive(Clone, Debug)]
pub enum Proposed {
    /// The server's KEXINIT, kept in the attempt.
    Received,
    /// The connection ended or stayed silent.
    Ended(End),
    /// SSH_MSG_DISCONNECT with its text.
    Disconnected(String),
    /// Bytes that are no SSH packet.
    Garbage(String),
}

/// What came after our half of the key exchange.
#[derive(Clone, Debug)]
pub enum KexAnswer {
    /// The server's reply, with the host key.
    Reply(Reply),
    /// The connection ended or stayed silent.
    Ended(End),
    /// SSH_MSG_DISCONNECT with its text.
    Disconnected(String),
    /// Bytes that are no SSH packet.
    Garbage(String),
    /// We do not know the agreed method, so we could not ask.
    NotAsked,
}

/// What a wait for the next event brought.
enum Next {
    Event(Event),
    Ended(End),
}

impl Attempt<'_> {
    /// Opens the TCP connection.
    pub fn open(&mut self, to: SocketAddr) -> Opened {
        self.begin();
        self.to = Some(to);
        self.exchange.to = Some(to);
        self.note(Actor::Us, "SYN");
        match self.scene.connect(to, self.manner.options, self.manner.connect) {
            None => Opened::NotTried,
            Some(Err(error)) if self.scene.cancelled(&error.error) => Opened::NotTried,
            Some(Err(error)) => Opened::No(error),
            Some(Ok(link)) => {
                self.exchange.from = link.connection.local;
                self.note(Actor::Peer, "SYN-ACK");
                self.opened = Some(Instant::now());
                self.transport = Some(Transport::Tcp(link));
                Opened::Yes
            }
        }
    }

    /// Starts a program that connects for us.
    pub fn open_program(&mut self, command: &mut Command) -> Opened {
        self.begin();
        let Some(permit) = self.scene.permit() else { return Opened::NotTried };
        match Pipe::open(command, &self.scene.cancel) {
            Err(error) => Opened::NoProgram(error),
            Ok(pipe) => {
                self.opened = Some(Instant::now());
                self.transport = Some(Transport::Program(pipe, permit));
                Opened::Yes
            }
        }
    }

    /// Says our first words, and waits for the identification string.
    pub fn greet(&mut self) -> Greeting {
        let words = match self.manner.words {
            Words::Hello => HELLO,
            Words::Odd => ODD_HELLO,
            Words::Other(line) => line,
            Words::Nothing => &[],
        };
        self.send(words, &String::from_utf8_lossy(words));
        let until = Instant::now() + self.manner.hello;
        let mut service = None;
        loop {
            match self.next(until) {
                Next::Event(Event::Scan(Scan::OtherLine { line, service: kind })) => {
                    self.note(Actor::Peer, line.clone());
                    service = service.or(kind);
                    // A tarpit sends lines for ever.
                    if self.lines.len() < 64 {
                        self.lines.push(line);
                    }
                }
                Next::Event(Event::Scan(Scan::Ident(ident))) => return self.greeted(ident),
                Next::Event(Event::Scan(Scan::Rejected(why))) => return rejected(why),
                Next::Event(_) => return Greeting::OtherService(None, String::new()),
                Next::Ended(end) => return self.greeting_ended(end, service),
            }
        }
    }

    fn greeted(&mut self, ident: Ident) -> Greeting {
        self.note(Actor::Peer, ident.line.clone());
        if !ident.speaks_ssh2() {
            return Greeting::OldProtocol(ident.line);
        }
        self.ident = Some(ident.clone());
        Greeting::Identification(ident)
    }

    fn greeting_ended(&mut self, end: End, service: Option<ForeignService>) -> Greeting {
        // A last line without its end, such as sshd's notices on some versions.
        let rest = String::from_utf8_lossy(self.stream.unfinished()).trim().to_owned();
        let scanned = self.stream.scanner().and_then(|s| s.service());
        if !rest.is_empty() {
            self.note(Actor::Peer, rest.clone());
            self.lines.push(rest);
        }
        match service.or(scanned) {
            Some(service) => Greeting::OtherService(Some(service), self.lines.join(" / ")),
            // Text that goes on and on instead of an identification string.
            None if end == End::Silent && !self.lines.is_empty() => {
                Greeting::Malformed(format!("only text: {}", self.lines.join(" / ")))
            }
            None => Greeting::Ended(end),
        }
    }

    /// Sends our KEXINIT, and waits for the server's.
    pub fn propose(&mut self) -> Proposed {
        // The cookie only has to differ between connections; nothing here is secret.
        let mut cookie = [0; 16];
        let now = self.began.elapsed().as_nanos().to_be_bytes();
        let pid = std::process::id().to_be_bytes();
        cookie.copy_from_slice(&now);
        cookie[..4].copy_from_slice(&pid);
        let ours = KexInit::of_client(cookie, &self.manner.proposal);
        self.send_packet(&ours.encode(), "KEXINIT");

        let until = Instant::now() + self.manner.kex;
        loop {
            match self.next(until) {
                Next::Event(Event::Message { message: Message::KexInit(theirs), size }) => {
                    self.note(Actor::Peer, format!("KEXINIT, {size} bytes"));
                    self.server_kexinit = Some(*theirs);
                    return Proposed::Received;
                }
                Next::Event(event) => match self.stray(event) {
                    Some(Stray::Disconnected(text)) => return Proposed::Disconnected(text),
                    Some(Stray::Garbage(text)) => return Proposed::Garbage(text),
                    None => {}
                },
                Next::Ended(end) => return Proposed::Ended(end),
            }
        }
    }

    /// Sends our half of the key exchange by the method agreed on, and waits for the server's.
    pub fn exchange_keys(&mut self, method: &str) -> KexAnswer {
        let Some(method) = Method::from_name(method) else { return KexAnswer::NotAsked };
        self.send_packet(&method.first_payload(GexSizes::OPENSSH), "key exchange");
        let mut until = Instant::now() + self.manner.kex;
        loop {
            match self.next(until) {
                Next::Event(Event::Message { message: Message::Kex { number, body }, size }) => {
                    match method.read(number, &body) {
                        Ok(ServerStep::Group(group)) => {
                            self.note(Actor::Peer, format!("group of {} bits", group.bits()));
                            self.send_packet(&group.answer(), "key exchange");
                            until = Instant::now() + self.manner.kex;
                        }
                        Ok(ServerStep::Reply(reply)) => {
                            self.note(Actor::Peer, format!("key exchange reply, {size} bytes"));
                            return KexAnswer::Reply(reply);
                        }
                        Err(error) => return KexAnswer::Garbage(error.to_string()),
                    }
                }
                Next::Event(event) => match self.stray(event) {
                    Some(Stray::Disconnected(text)) => return KexAnswer::Disconnected(text),
                    Some(Stray::Garbage(text)) => return KexAnswer::Garbage(text),
                    None => {}
                },
                Next::Ended(end) => return KexAnswer::Ended(end),
            }
        }
    }

    /// Takes leave in good order, so that the server's log tells who was there.
    pub fn leave(&mut self) {
        let is_stuck = self.info().is_some_and(|info| info.unacked > 0 && info.retransmitted > 0);
        if let Some(Transport::Tcp(link)) = self.transport.take_if(|_| is_stuck) {
            return link.connection.abort();
        }
        if self.ident.is_some() && self.manner.words == Words::Hello {
            self.send_packet(&Message::goodbye().encode(), "DISCONNECT");
        }
        self.transport = None;
    }

    /// What the kernel knows of the connection; `None` for a program or when there is none.
    pub fn info(&self) -> Option<TcpInfo> {
        self.transport.as_ref()?.info()
    }

    /// Keeps what the kernel learned of the path for other attempts.
    pub fn learn_of_path(&self) {
        let Some(info) = self.info() else { return };
        let round_trip = Some(info.round_trip).filter(|r| !r.is_zero());
        self.scene.learn(|f| {
            // The shortest of several is the one that was disturbed least.
            f.round_trip = round_trip.into_iter().chain(f.round_trip).min();
            f.largest_segment = f.largest_segment.max(info.largest_received);
        });
    }

    /// What the program that connects for us said.
    pub fn said(&mut self) -> String {
        self.transport.as_mut().map(Transport::said).unwrap_or_default()
    }

    fn begin(&mut self) {
        self.began = Instant::now();
    }

    pub(super) fn send_packet(&mut self, payload: &[u8], name: &str) {
        if let Some(packet) = packet::encode(payload, Padding::Least) {
            let size = packet.len();
            self.send(&packet, &format!("{name}, {size} bytes"));
        }
    }

    pub(super) fn send(&mut self, bytes: &[u8], name: &str) {
        if bytes.is_empty() {
            return;
        }
        self.note(Actor::Us, name.trim_end());
        let piece = self.manner.piece.unwrap_or(bytes.len());
        bytes.chunks(piece.max(1)).for_each(|piece| self.write(piece));
    }

    pub(super) fn write(&mut self, bytes: &[u8]) {
        if let Some(transport) = &mut self.transport {
            // A broken connection shows at the next read, with what came before it broke.
            let _ = transport.write(bytes);
        }
    }

    /// Waits for the next event of the stream. Gives up early when the kernel shows that our
    /// bytes, or a part of theirs, do not get through.
    fn next(&mut self, until: Instant) -> Next {
        let since = Instant::now();
        loop {
            if let Some(event) = self.stream.poll() {
                return Next::Event(event);
            }
            let left = until.saturating_duration_since(Instant::now());
            let Some(transport) = &mut self.transport else { return Next::Ended(End::Closed) };
            if left.is_zero() || self.scene.cancel.is_set() {
                self.note(Actor::Nobody, "nothing more comes");
                return Next::Ended(End::Silent);
            }
            match transport.read(left.min(GLANCE)) {
                Got::Bytes(bytes) => self.stream.feed(&bytes),
                Got::Closed => {
                    self.note(Actor::Peer, "FIN");
                    return Next::Ended(End::Closed);
                }
                Got::Reset | Got::Failed(_) => {
                    self.note(Actor::Peer, "RST");
                    return Next::Ended(End::Reset);
                }
                Got::Nothing => {
                    let info = transport.info().unwrap_or_default();
                    if info.backoff >= LOST_AFTER {
                        self.note(Actor::Nobody, "our bytes are not acknowledged");
                        return Next::Ended(End::Silent);
                    }
                    if info.out_of_order > 0 && since.elapsed() > HOLE_STAYS {
                        self.note(Actor::Nobody, "a large segment of theirs does not arrive");
                        return Next::Ended(End::Silent);
                    }
                }
            }
        }
    }

    /// An event that nobody waited for: harmless messages are `None`.
    fn stray(&mut self, event: Event) -> Option<Stray> {
        match event {
            Event::Message { message: Message::Disconnect { reason, description }, .. } => {
                let text = format!("{reason}: {description}");
                self.note(Actor::Peer, format!("DISCONNECT {text}"));
                Some(Stray::Disconnected(text))
            }
            Event::BadPacket(error) => {
                let text = match error.length_as_text() {
                    Some(text) => format!("{error}: `{text}`"),
                    None => error.to_string(),
                };
                Some(Stray::Garbage(text))
            }
            Event::BadMessage(error) => Some(Stray::Garbage(error.to_string())),
            Event::Message { .. } | Event::Scan(_) => None,
        }
    }
}

enum Stray {
    Disconnected(String),
    Garbage(String),
}

fn rejected(why: Rejected) -> Greeting {
    match why {
        Rejected::BadIdent(line) => Greeting::Malformed(line),
        Rejected::InvalidCharacters { start, service } => {
            Greeting::OtherService(service, start.escape_ascii().to_string())
        }
        Rejected::LineTooLong => Greeting::OtherService(None, "a line without end".to_owned()),
        Rejected::TooManyLines => {
            Greeting::OtherService(None, "more than a thousand lines of text".to_owned())
        }
    }
}
