//! The host that is looked at, and the client that it is looked at for: what a look is given.
//!
//! Must never write to the host.

mod log;

use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::evaluate::listener::Socket;
use sshwhy_core::model::evidence::Observation;
use sshwhy_core::model::flow::Flow;
use sshwhy_core::model::question::Answer;
use sshwhy_core::parse::place::Place;

pub use self::log::Logs;
use super::this_sshd::ThisSshd;
use crate::sys::cancel::Cancel;
use crate::sys::file;
use crate::sys::privilege;
use crate::sys::process;
use crate::sys::process::Ran;

/// No program that a look runs takes longer on a sound host.
const PROGRAM_LIMIT: Duration = Duration::from_secs(5);

/// The same for those that print whole rule sets, and the most bytes that they print.
const LISTING_LIMIT: Duration = Duration::from_secs(60);
const LISTING_ROOM: usize = 1 << 30;

/// What a look is given.
#[derive(Debug)]
pub struct Host {
    /// The connection that is judged.
    pub flow: Flow,
    /// The name that the client logs in with; `None` when not known.
    pub user: Option<String>,
    /// Whether we are root here.
    pub is_root: bool,
    /// Set when nobody waits for the answer any more.
    pub cancel: Cancel,
    /// The listening sockets, once a look has read them.
    pub(super) listening: OnceLock<Vec<Socket>>,
    began: Instant,
    seen: Mutex<Seen>,
    logs: OnceLock<Logs>,
    pub(super) sshd: OnceLock<Option<ThisSshd>>,
}

/// What the looks saw.
#[derive(Debug, Default)]
pub struct Seen {
    /// The answers.
    pub observations: Vec<Observation>,
    /// What was not looked at and why, in words.
    pub not_assessed: Vec<String>,
    /// Lines that do not mean what they seem to mean, though they do not stop this client.
    pub warnings: Vec<String>,
}

impl Host {
    /// The host that this process runs on.
    pub fn new(flow: Flow, user: Option<String>, cancel: Cancel) -> Self {
        Self {
            flow,
            user,
            is_root: privilege::is_root(),
            cancel,
            listening: OnceLock::new(),
            began: Instant::now(),
            seen: Mutex::default(),
            logs: OnceLock::new(),
            sshd: OnceLock::new(),
        }
    }

    /// Records an answer that a line of a file shows.
    pub fn observe_at(&self, answer: impl Into<Answer>, place: &Place, text: impl Into<String>) {
        self.observe(answer, place.to_string(), text);
    }

    /// Records an answer, where it was read (a file, a command, a socket), and what shows it.
    pub fn observe(
        &self,
        answer: impl Into<Answer>,
        source: impl Into<String>,
        text: impl Into<String>,
    ) {
        let observation = Observation {
            answer: answer.into(),
            source: source.into(),
            at: self.began.elapsed().as_secs_f64(),
            text: text.into(),
        };
        self.seen().observations.push(observation);
    }

    /// Records what was not looked at, and what that leaves open.
    pub fn not_assessed(&self, words: impl Into<String>) {
        self.seen().not_assessed.push(words.into());
    }

    /// Records a line that is worth mending although it does not stop this client.
    pub fn warn(&self, place: &Place, words: &str) {
        self.seen().warnings.push(format!("{place}: {words}"));
    }

    /// Takes all that was recorded so far.
    pub fn take_seen(&self) -> Seen {
        std::mem::take(&mut *self.seen())
    }

    /// The text of a file, at most 64 MiB of it; bytes that are not UTF-8 are replaced.
    ///
    /// # Errors
    ///
    /// When it cannot be read. `NotFound` is for looks to understand: often it means empty.
    pub fn read(&self, path: impl AsRef<Path>) -> io::Result<String> {
        file::read_text(path.as_ref())
    }

    /// Runs a program that only reads, in the C locale, for at most five seconds.
    ///
    /// # Errors
    ///
    /// When it cannot be started, such as when it is not installed.
    pub fn run(&self, program: &str, arguments: &[&str]) -> io::Result<Ran> {
        let mut command = Command::new(program);
        command.args(arguments).env("LC_ALL", "C").env("PATH", PATH);
        process::run(&mut command, PROGRAM_LIMIT, &self.cancel)
    }

    /// Runs a program that prints what may be very long, such as a rule set: up to a GiB, in up to a minute.
    ///
    /// # Errors
    ///
    /// When it cannot be started, such as when it is not installed.
    pub fn run_listing(&self, program: &str, arguments: &[&str]) -> io::Result<Ran> {
        let mut command = Command::new(program);
        command.args(arguments).env("LC_ALL", "C").env("PATH", PATH);
        process::run_with_room(&mut command, LISTING_LIMIT, LISTING_ROOM, &self.cancel)
    }

    /// The logs of this host, read once.
    pub fn logs(&self) -> &Logs {
        self.logs.get_or_init(|| log::read(self))
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An ordinary user's PATH often lacks the folders of the programs that we ask.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
