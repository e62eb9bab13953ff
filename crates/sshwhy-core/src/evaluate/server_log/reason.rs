//! What a line says of why a connection failed, and how much.

use super::events::Event;
use super::events::Topic;
use crate::model::question::ServerLog;
use crate::parse::sshd_log::Phase;
use crate::parse::sshd_log::What;

/// How much a line explains: of several lines about a connection the weightiest counts, and of
/// those the last.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Weight {
    rank: Rank,
    /// Whether it explains the end of a session too, after a login that was accepted.
    pub(super) in_session: bool,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Rank {
    /// Only says that the connection ended, or was odd.
    Hint,
    /// What follows from something deeper, such as refused keys.
    Consequence,
    /// A limit that was reached, whatever for.
    Limit,
    /// A reason that another line may say better.
    Reason,
    /// The reason.
    Exact,
    /// A process could not do its work at all.
    Broken,
}

impl Weight {
    /// Whether a process could not do its work at all.
    pub(super) fn is_broken(self) -> bool {
        self.rank == Rank::Broken
    }

    /// Whether it says why.
    pub(super) fn explains(self) -> bool {
        self.rank > Rank::Hint
    }
}

/// What a line says of why a connection failed; `None` when it says nothing of that. The answer is
/// `None` when something went wrong that no answer describes. `begin` is where MaxStartups begins.
pub(super) fn of(event: &Event, begin: u32) -> Option<(Weight, Option<ServerLog>)> {
    let Topic::Sshd(what) = event.topic else { return None };
    if matches!(what, What::Fatal | What::PamSession | What::Corrupted | What::IpOptions) {
        return Some((Weight { rank: Rank::Consequence, in_session: true }, None));
    }
    let early = || before_login(event, what, begin);
    let (rank, answer, in_session) = match broken(event, what) {
        Some(answer) => (Rank::Broken, answer, true),
        None => match of_session(what) {
            Some((rank, answer)) => (rank, answer, true),
            None => early().map(|(rank, answer)| (rank, answer, false))?,
        },
    };
    Some((Weight { rank, in_session }, Some(answer)))
}

/// What keeps sshd's processes from doing their work.
fn broken(event: &Event, what: What) -> Option<ServerLog> {
    Some(match what {
        // session.c: do_exec_no_pty, do_exec_pty.
        What::Shortage if event.text.contains("do_exec_") => ServerLog::SessionResources,
        What::Shortage => ServerLog::Resources,
        What::Unprivileged => ServerLog::Unprivileged,
        What::PrivsepDir => ServerLog::PrivsepDir,
        What::Helper => ServerLog::Helper,
        What::Sandbox => ServerLog::Sandbox,
        What::ChildCrash => ServerLog::ChildCrash,
        What::Signalled => match event.number? {
            // SIGSYS: the sandbox.
            31 => ServerLog::Sandbox,
            15 => ServerLog::Restarted,
            _ => ServerLog::ChildCrash,
        },
        _ => return None,
    })
}

/// Whether a line is about a session.
pub(super) fn is_of_session(what: What) -> bool {
    of_session(what).is_some() || matches!(what, What::Shortage | What::Signalled)
}

/// What goes wrong after login.
fn of_session(what: What) -> Option<(Rank, ServerLog)> {
    Some(match what {
        What::Chroot => (Rank::Exact, ServerLog::Chroot),
        What::LoginLimit => (Rank::Exact, ServerLog::LoginLimit),
        What::NoMoreSessions => (Rank::Exact, ServerLog::MaxSessions),
        What::Subsystem => (Rank::Exact, ServerLog::Subsystem),
        What::NoTerminal => (Rank::Exact, ServerLog::NoTerminal),
        What::AliveTimeout => (Rank::Exact, ServerLog::AliveTimeout),
        What::ForwardRefused => (Rank::Reason, ServerLog::Forwarding),
        What::ForwardBusy => (Rank::Reason, ServerLog::BindFailed),
        What::PasswordExpired => (Rank::Reason, ServerLog::Expired),
        What::Logind => (Rank::Consequence, ServerLog::Logind),
        _ => return None,
    })
}

fn before_login(event: &Event, what: What, begin: u32) -> Option<(Rank, ServerLog)> {
    Some(match what {
        What::RefusedConnect => (Rank::Exact, ServerLog::RefusedConnect),
        What::PenaltyDrop => (Rank::Exact, ServerLog::Penalty),
        What::StartupsDrop => {
            let few = event.number.is_some_and(|number| number < u64::from(begin));
            let answer = if few { ServerLog::SourceLimit } else { ServerLog::MaxStartups };
            (Rank::Exact, answer)
        }
        What::Negotiation => (Rank::Exact, ServerLog::Negotiation),
        What::Prohibited => (Rank::Exact, ServerLog::Prohibited),
        What::NotAllowed | What::RootRefused => (Rank::Exact, ServerLog::UserNotAllowed),
        What::Locked => (Rank::Exact, ServerLog::Locked),
        What::Shell => (Rank::Exact, ServerLog::Shell),
        What::AccountExpired => (Rank::Exact, ServerLog::Expired),
        // Up to 7.4 sshd says the same of users that it does not allow.
        What::InvalidUser => (Rank::Reason, ServerLog::InvalidUser),
        What::PamDenied | What::PamLocked | What::PamBroken => (Rank::Reason, ServerLog::Pam),
        What::BadModes => (Rank::Reason, ServerLog::BadModes),
        What::Certificate if event.detail.contains("not yet valid") => {
            (Rank::Reason, ServerLog::CertificateEarly)
        }
        What::Certificate => (Rank::Reason, ServerLog::Certificate),
        What::KeysUnreadable if is_missing(&event.text) => (Rank::Reason, ServerLog::OtherKeyFile),
        What::KeysUnreadable | What::KeysTried => {
            (is_elsewhere(&event.detail)).then_some((Rank::Reason, ServerLog::OtherKeyFile))?
        }
        What::TooManyFailures => (Rank::Limit, ServerLog::TooManyFailures),
        What::Disconnecting if event.detail.starts_with("Too many authentication failures") => {
            (Rank::Limit, ServerLog::TooManyFailures)
        }
        What::GraceTime => (Rank::Limit, ServerLog::GraceTime),
        What::NotFromHere | What::KeyRevoked | What::KeyKind | What::TokenNotUsed => {
            (Rank::Consequence, ServerLog::KeyRefused)
        }
        What::Failed if event.method.as_deref() == Some("publickey") => {
            (Rank::Consequence, ServerLog::KeyRefused)
        }
        _ => return hint(event, what),
    })
}

fn hint(event: &Event, what: What) -> Option<(Rank, ServerLog)> {
    let answer = match what {
        What::NotSsh => ServerLog::NotSsh,
        What::LeftEarly | What::Scanner => ServerLog::LeftEarly,
        What::ResetByPeer if event.phase != Some(Phase::Postauth) => ServerLog::PeerReset,
        What::ReverseMapping => ServerLog::SlowLookup,
        _ => return None,
    };
    Some((Rank::Hint, answer))
}

/// Whether the first of a user's usual files is not there; that the second is not is as usual.
fn is_missing(words: &str) -> bool {
    words.contains("No such file") && !words.contains("authorized_keys2")
}

/// Whether a path of keys, possibly quoted among other words, is not where users keep theirs.
fn is_elsewhere(words: &str) -> bool {
    !words.contains("/.ssh/authorized_keys")
}
