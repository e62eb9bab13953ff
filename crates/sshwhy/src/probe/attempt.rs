//! One connection attempt, step by step as ssh makes it, with the variations that tell faults
//! apart. Several probes share it.
//!
//! It must never record an answer: it says what happened, and the probe that asked knows which
//! question that answers.

pub mod flight;

mod fare;
mod link;
mod reach;
mod steps;

pub use fare::Fared;
pub use link::Transport;
pub use steps::End;
pub use steps::Greeting;
pub use steps::KexAnswer;
pub use steps::Opened;
pub use steps::Proposed;

use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::evidence::Actor;
use sshwhy_core::model::evidence::Event;
use sshwhy_core::model::evidence::Exchange;
use sshwhy_core::parse::ssh_g::ClientConfig;
use sshwhy_core::wire::ssh::ident::Ident;
use sshwhy_core::wire::ssh::kexinit::KexInit;
use sshwhy_core::wire::ssh::kexinit::Proposal;
use sshwhy_core::wire::ssh::stream::Stream;

use crate::engine::scene::Scene;
use crate::sys::tcp;

/// The first line that we send: it looks like a client of the user's kind and still says who we
/// are, so that the server's log can be read.
pub const HELLO: &[u8] = b"SSH-2.0-OpenSSH_9.9 sshwhy\r\n";

/// A first line that no SSH client sends.
pub const ODD_HELLO: &[u8] = b"HELO sshwhy\r\n";

/// How an attempt is made.
#[derive(Clone, Debug)]
pub struct Manner {
    /// Options of the socket.
    pub options: tcp::Options,
    /// What we say first.
    pub words: Words,
    /// No more bytes are given to TCP at once, so that no segment is larger.
    pub piece: Option<usize>,
    /// What our KEXINIT offers.
    pub proposal: Proposal,
    /// How long to wait for the TCP handshake.
    pub connect: Duration,
    /// How long to wait for the identification string.
    pub hello: Duration,
    /// How long to wait for each message of the key exchange.
    pub kex: Duration,
}

/// What we say first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Words {
    /// Our identification string, at once, as ssh does.
    Hello,
    /// Nothing.
    Nothing,
    /// A line that is not SSH.
    Odd,
    /// Another first line.
    Other(&'static [u8]),
}

/// How long a SYN is waited for. Three or four are sent in this time, so a lossy path gets its
/// chance; and a router that looks in vain for its neighbour says so after three seconds.
pub const CONNECT_LIMIT: Duration = Duration::from_millis(3400);

/// libwrap takes five seconds, and a name server that is asked before may take a few more; a
/// tarpit drips a line every ten.
pub const HELLO_LIMIT: Duration = Duration::from_millis(10_600);

/// Long enough for a slow server, and for a sender that probes the path MTU by itself to recover.
pub const KEX_LIMIT: Duration = Duration::from_secs(6);

impl Manner {
    /// As the user's ssh does it.
    pub fn of_user(config: &ClientConfig) -> Self {
        Self {
            options: tcp::Options {
                // Since 8.5 ssh marks its packets from the first on.
                tos: config.ip_qos.interactive,
                source: config.bind_address.as_ref().and_then(|a| a.parse().ok()),
                ..tcp::Options::default()
            },
            words: Words::Hello,
            piece: None,
            proposal: proposal(config),
            connect: CONNECT_LIMIT,
            hello: HELLO_LIMIT,
            kex: KEX_LIMIT,
        }
    }
}

/// An attempt under way.
pub struct Attempt<'a> {
    scene: &'a Scene,
    /// How it is made.
    pub manner: Manner,
    to: Option<SocketAddr>,
    transport: Option<Transport>,
    stream: Stream,
    began: Instant,
    opened: Option<Instant>,
    /// Our first line is said.
    spoke: bool,
    /// What happened so far.
    pub exchange: Exchange,
    /// The server's identification string, once it has come.
    pub ident: Option<Ident>,
    /// Lines of text before it.
    pub lines: Vec<String>,
    /// The server's KEXINIT, once it has come.
    pub server_kexinit: Option<KexInit>,
}

impl<'a> Attempt<'a> {
    /// An attempt that has not begun.
    pub fn new(scene: &'a Scene, manner: Manner) -> Self {
        Self {
            scene,
            manner,
            to: None,
            transport: None,
            stream: Stream::new(),
            began: Instant::now(),
            opened: None,
            spoke: false,
            exchange: Exchange { probe: scene.probe.to_owned(), ..Exchange::default() },
            ident: None,
            lines: Vec::new(),
            server_kexinit: None,
        }
    }

    /// How long the connection has been open.
    pub fn open_for(&self) -> Duration {
        self.opened.map_or(Duration::ZERO, |opened| opened.elapsed())
    }

    /// Adds a line to the ladder.
    pub fn note(&mut self, actor: Actor, what: impl Into<String>) {
        let at = self.began.elapsed().as_secs_f64();
        self.exchange.events.push(Event { at, actor, what: what.into() });
    }
}

/// What the user's ssh offers.
fn proposal(config: &ClientConfig) -> Proposal {
    let mut kex = config.kex_algorithms.clone();
    kex.push("ext-info-c".to_owned());
    let compression = if config.compression {
        ["zlib@openssh.com", "none"]
    } else {
        ["none", "zlib@openssh.com"]
    };
    Proposal {
        kex,
        host_key: config.host_key_algorithms.clone(),
        cipher: config.ciphers.clone(),
        mac: config.macs.clone(),
        compression: compression.map(str::to_owned).to_vec(),
    }
}
