//! What a run of `ssh -vvv` says about login and session, in the terms of our questions.
//!
//! Must never take silence for an answer: what the client did not reach is not answered.

use std::time::Duration;

use crate::model::question::Answer;
use crate::model::question::HostKey as HostKeyAnswer;
use crate::model::question::KexReply;
use crate::parse::ssh_debug::Attempt;
use crate::parse::ssh_debug::Dialogue;
use crate::parse::ssh_debug::End;
use crate::parse::ssh_debug::Ending;
use crate::parse::ssh_debug::Event;
use crate::parse::ssh_debug::HostKey;
use crate::parse::ssh_debug::LoggedEvent;
use crate::parse::ssh_debug::Milestone;

pub(super) mod early;
mod key;
mod log;
mod login;
mod proxy;
mod session;
mod timing;

pub use self::log::Said;
pub use self::log::of_log;

/// The word that the command of a test session prints: `echo sshwhy`.
pub const MARK: &str = "sshwhy";

/// A run of the client, and what is known of it beside its words.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// What it said.
    pub dialogue: &'a Dialogue,
    /// When each of its lines came, since its start; empty when that is not known.
    pub times: &'a [Duration],
    /// How long it ran.
    pub took: Duration,
    /// Whether it was ended from outside because it said nothing more.
    pub stopped: bool,
    /// What the remote command wrote to standard output; `None` unless it was `echo` and [`MARK`].
    pub output: Option<&'a [u8]>,
}

/// An answer with the words that show it.
pub type Seen = (Answer, String);

/// All that the run answers, in the order of the stages.
pub fn answers(told: &Told<'_>) -> Vec<Seen> {
    let Some(run) = Run::of(told) else { return Vec::new() };
    let login = login::login(&run);
    [
        signature(&run),
        host_key(&run),
        login.clone(),
        key::outcome(&run, login.as_ref().map(|(answer, _)| *answer)),
        login::words(&run),
        timing::slow_step(&run),
        session::session(&run),
        session::terminal(&run),
        session::startup_output(&run),
        session::forwarding(&run),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The attempt to reach the target, with its own events alone.
struct Run<'a> {
    told: &'a Told<'a>,
    attempt: &'a Attempt,
    events: Vec<&'a LoggedEvent>,
}

impl<'a> Run<'a> {
    fn of(told: &'a Told<'a>) -> Option<Self> {
        let attempts = &told.dialogue.attempts;
        let index = attempts.iter().rposition(|attempt| attempt.carries.is_none())?;
        let attempt = attempts.get(index)?;
        let own = |event: &&LoggedEvent| usize::from(event.attempt) == index;
        Some(Self { told, attempt, events: told.dialogue.events.iter().filter(own).collect() })
    }

    fn reached(&self, milestone: Milestone) -> bool {
        self.attempt.furthest >= milestone
    }

    /// The first event for which `wanted` holds.
    fn find(&self, wanted: impl Fn(&Event) -> bool) -> Option<&'a LoggedEvent> {
        self.events.iter().find(|logged| wanted(&logged.event)).copied()
    }

    fn has(&self, wanted: impl Fn(&Event) -> bool) -> bool {
        self.find(wanted).is_some()
    }

    /// The words of the first such event.
    fn text(&self, wanted: impl Fn(&Event) -> bool) -> Option<String> {
        self.find(wanted).map(|logged| logged.text.clone())
    }

    /// The words of the last event that says how it ended.
    fn last_words(&self) -> String {
        let end = |logged: &&&LoggedEvent| {
            matches!(
                logged.event,
                Event::End(_)
                    | Event::PermissionDenied { .. }
                    | Event::ChannelFailed { .. }
                    | Event::Request { accepted: false, .. }
            )
        };
        self.events.iter().find(end).map(|logged| logged.text.clone()).unwrap_or_default()
    }
}

/// The client alone verifies the server's signature.
fn signature(run: &Run<'_>) -> Option<Seen> {
    let wrong = run.attempt.ending == Ending::Broken(End::IncorrectSignature);
    wrong.then(|| (KexReply::BadSignature.into(), run.last_words()))
}

/// Whether a packet was damaged on its way.
fn is_corrupted(end: &End) -> bool {
    match end {
        End::CorruptedMac | End::BadPacketLength(_) => true,
        End::Fatal(text) => text.contains("corrupted"),
        _ => false,
    }
}

/// Only what the client itself found: a key that it accepts silently is answered by its going on.
fn host_key(run: &Run<'_>) -> Option<Seen> {
    let answer = |key: &HostKey| match key {
        HostKey::Revoked => Some(HostKeyAnswer::Revoked),
        HostKey::Bad(_) => Some(HostKeyAnswer::Unusable),
        HostKey::CertificateInvalid(_) => Some(HostKeyAnswer::BadCertificate),
        HostKey::Changed | HostKey::Offending { .. } => Some(HostKeyAnswer::Changed),
        HostKey::Unknown => Some(HostKeyAnswer::UnknownStrict),
        HostKey::Known => Some(HostKeyAnswer::Known),
        _ => None,
    };
    let trusted = run.reached(Milestone::Encrypted);
    run.events.iter().find_map(|logged| match &logged.event {
        Event::HostKey(key) => {
            let found = answer(key)?;
            // With StrictHostKeyChecking=no the client goes on in spite of its warnings.
            let holds = found == HostKeyAnswer::Known || !trusted;
            holds.then(|| (found.into(), logged.text.clone()))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests;
