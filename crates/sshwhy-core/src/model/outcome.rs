//! Where a connection broke and how it looked, read off the evidence alone.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::evidence::Evidence;
use crate::model::evidence::Observation;
use crate::model::question::Agreement;
use crate::model::question::Answer;
use crate::model::question::Ban;
use crate::model::question::ClientConfig;
use crate::model::question::Connect;
use crate::model::question::FirstAddress;
use crate::model::question::Forwarding;
use crate::model::question::Hello;
use crate::model::question::HostKey;
use crate::model::question::HostKeyFiles;
use crate::model::question::IdleEnd;
use crate::model::question::KexInit;
use crate::model::question::KexReply;
use crate::model::question::KeyOutcome;
use crate::model::question::Login;
use crate::model::question::LookupTime;
use crate::model::question::PrivsepDir;
use crate::model::question::Proxy;
use crate::model::question::Question;
use crate::model::question::Repeat;
use crate::model::question::Route;
use crate::model::question::ServerConfig;
use crate::model::question::ServerLog;
use crate::model::question::Session;
use crate::model::question::Sftp;
use crate::model::question::Side;
use crate::model::question::SlowStep;
use crate::model::question::SshProgram;
use crate::model::question::StartupOutput;
use crate::model::question::SystemLookup;
use crate::model::question::Terminal;
use crate::model::stage::Stage;

/// What the person in front of the terminal meets.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything that was asked for works.
    Healthy,
    /// It works, after a wait.
    Slow,
    /// The connection is refused.
    Refused,
    /// Nothing answers the connection attempt.
    Timeout,
    /// The network says that the address cannot be reached.
    Unreachable,
    /// The connection is reset.
    Reset,
    /// The connection is closed.
    Closed,
    /// The connection is open and nothing more comes.
    Hung,
    /// One side says no, in the protocol's own words.
    Rejected,
    /// The name has no address.
    Unresolved,
    /// Something else fails.
    Error,
}

/// Where and how a connection broke.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Break {
    /// How it looked.
    pub outcome: Outcome,
    /// Where.
    pub stage: Stage,
}

/// The earliest break that the evidence shows; `None` when it shows none.
///
/// Only the ladder counts: what a special probe found (another port, small segments) tells why,
/// not what happens.
pub fn first_break(evidence: &Evidence) -> Option<(Break, &Observation)> {
    evidence
        .observations()
        .iter()
        .filter_map(|o| {
            let outcome = outcome_of(o.answer)?;
            Some((Break { outcome, stage: o.answer.question().stage() }, o))
        })
        .min_by_key(|(b, o)| (is_passing(*b, o), b.stage, o.answer))
}

/// Whether a connection that had opened was reset before its host key was known.
pub fn was_reset(evidence: &Evidence) -> bool {
    first_break(evidence).is_some_and(|(broke, _)| {
        broke.outcome == Outcome::Reset
            && (Stage::Banner..=Stage::KeyExchange).contains(&broke.stage)
    })
}

/// Whether a break stops nothing for good: it merely took long, or failed at another time. It hides no failure.
pub fn is_passing(broke: Break, shown_by: &Observation) -> bool {
    broke.outcome == Outcome::Slow || shown_by.answer.question() == Question::Repeat
}

/// Whether a question is one of those that say what happens, and not only why.
pub fn is_on_the_ladder(question: Question) -> bool {
    question.answers().iter().any(|answer| outcome_of(*answer).is_some())
}

/// Whether an answer says that the connection broke.
pub fn is_break(answer: Answer) -> bool {
    outcome_of(answer).is_some()
}

/// Whether an answer says that a look at the server found trouble.
pub fn is_finding(answer: Answer) -> bool {
    let question = answer.question();
    let healthy = question.healthy();
    question.side() != Side::Client
        && !healthy.is_empty()
        && healthy.iter().all(|p| p.answer != answer)
}

/// Whether an answer says what keeps sshd from starting, so that nothing listens.
pub fn keeps_from_starting(answer: Answer) -> bool {
    matches!(
        answer,
        Answer::ServerConfig(ServerConfig::Invalid)
            | Answer::HostKeyFiles(HostKeyFiles::Missing | HostKeyFiles::BadModes)
            | Answer::PrivsepDir(PrivsepDir::Missing | PrivsepDir::Unsafe)
    )
}

/// The stage that an answer is about: that of its question, except that one log speaks of all, and that bans differ.
pub fn stage_of(answer: Answer) -> Stage {
    let Answer::ServerLog(log) = answer else {
        // hosts.deny is read where the connection is open already.
        return if answer == Ban::HostsDeny.into() {
            Stage::Banner
        } else {
            answer.question().stage()
        };
    };
    use ServerLog::*;
    match log {
        Nothing | ConfigError | HostKeys | Conntrack | BindFailed => Stage::Connect,
        RefusedConnect | MaxStartups | SourceLimit | Penalty | SocketLimit | PrivsepDir
        | Helper | ChildCrash | Sandbox | Resources | Oom | MandatoryAccess | Unprivileged
        | Restarted | NotSsh | LeftEarly | PeerReset => Stage::Banner,
        Negotiation => Stage::KexInit,
        UserNotAllowed | InvalidUser | Prohibited | Locked | Expired | Shell | Pam | KeyRefused
        | BadModes | OtherKeyFile | Certificate | CertificateEarly | GraceTime
        | TooManyFailures | LoginLimit | SlowLookup | Logind => Stage::Auth,
        Chroot | MaxSessions | Subsystem | Forwarding | NoTerminal | SessionResources => {
            Stage::Session
        }
        AliveTimeout => Stage::Idle,
    }
}

/// What a client would meet if an answer came true that says so; `None` when it says nothing of it.
pub fn met(answer: Answer) -> Option<Outcome> {
    outcome_of(answer)
}

fn outcome_of(answer: Answer) -> Option<Outcome> {
    Some(match answer {
        Answer::ClientConfig(c) if c != ClientConfig::Valid => Outcome::Error,
        Answer::SshProgram(SshProgram::LibraryMismatch) => Outcome::Error,
        Answer::Proxy(p) if p != Proxy::Passes => Outcome::Error,
        Answer::SystemLookup(l) if l != SystemLookup::Found => Outcome::Unresolved,
        Answer::Route(r) if r != Route::Exists => Outcome::Unreachable,
        Answer::Connect(connect) => outcome_of_connect(connect)?,
        Answer::Hello(hello) => outcome_of_hello(hello)?,
        Answer::KexInit(kex) => match kex {
            KexInit::Received => return None,
            KexInit::Reset => Outcome::Reset,
            KexInit::Closed => Outcome::Closed,
            KexInit::Silent => Outcome::Hung,
            KexInit::Disconnected => Outcome::Rejected,
            KexInit::Garbage => Outcome::Error,
        },
        Answer::Agreement(a) if a != Agreement::Agrees => Outcome::Rejected,
        Answer::KexReply(reply) => match reply {
            KexReply::Received => return None,
            KexReply::Reset => Outcome::Reset,
            KexReply::Closed => Outcome::Closed,
            KexReply::Silent => Outcome::Hung,
            KexReply::Disconnected => Outcome::Rejected,
            KexReply::Garbage | KexReply::BadSignature => Outcome::Error,
        },
        Answer::HostKey(key) if !matches!(key, HostKey::Known | HostKey::Unknown) => {
            Outcome::Rejected
        }
        Answer::Login(login) => outcome_of_login(login)?,
        // A password may be asked for all the same; but whoever has a key means to use it.
        Answer::KeyOutcome(
            KeyOutcome::Refused
            | KeyOutcome::Ignored
            | KeyOutcome::Malformed
            | KeyOutcome::Unsigned
            | KeyOutcome::AlgorithmRefused
            | KeyOutcome::CertificateRefused
            | KeyOutcome::SourceRefused,
        ) => Outcome::Rejected,
        Answer::Session(session) => outcome_of_session(session)?,
        Answer::Sftp(sftp) if sftp != Sftp::Starts => Outcome::Rejected,
        Answer::IdleEnd(end) => outcome_of_idle(end)?,
        Answer::StartupOutput(StartupOutput::Noisy) => Outcome::Error,
        Answer::Forwarding(forwarding) if forwarding != Forwarding::Granted => Outcome::Rejected,
        Answer::Terminal(Terminal::Refused) => Outcome::Rejected,
        Answer::Repeat(r) if r != Repeat::Same => Outcome::Error,
        Answer::LookupTime(LookupTime::Slow) | Answer::FirstAddress(FirstAddress::FailsSlowly) => {
            Outcome::Slow
        }
        Answer::SlowStep(step) if step != SlowStep::Nothing => Outcome::Slow,
        _ => return None,
    })
}

fn outcome_of_connect(connect: Connect) -> Option<Outcome> {
    Some(match connect {
        Connect::Established => return None,
        Connect::Reset | Connect::PortUnreachable | Connect::Refused => Outcome::Refused,
        Connect::Silent => Outcome::Timeout,
        Connect::HostUnreachable
        | Connect::NetUnreachable
        | Connect::AdminProhibited
        | Connect::OtherIcmp
        | Connect::NeighbourFailed
        | Connect::Unreachable => Outcome::Unreachable,
        Connect::LocalDenied | Connect::LocalError => Outcome::Error,
    })
}

fn outcome_of_hello(hello: Hello) -> Option<Outcome> {
    Some(match hello {
        Hello::Identification => return None,
        Hello::Reset => Outcome::Reset,
        Hello::Closed => Outcome::Closed,
        Hello::Silent => Outcome::Hung,
        Hello::OtherService | Hello::Malformed | Hello::OldProtocol => Outcome::Error,
    })
}

fn outcome_of_login(login: Login) -> Option<Outcome> {
    Some(match login {
        Login::Accepted | Login::NeedsSecret => return None,
        Login::Denied
        | Login::PartialOnly
        | Login::NoMethod
        | Login::TooManyFailures
        | Login::Disconnected => Outcome::Rejected,
        Login::ClosedEarly | Login::ClosedBetween | Login::ClosedAfterKey => Outcome::Closed,
        Login::ResetAfterKey => Outcome::Reset,
        Login::Silent => Outcome::Hung,
        Login::Corrupted => Outcome::Error,
    })
}

fn outcome_of_session(session: Session) -> Option<Outcome> {
    Some(match session {
        Session::Starts => return None,
        Session::OpenRefused | Session::RequestRefused | Session::NotOpened => Outcome::Rejected,
        Session::ExitsAtOnce | Session::NoShell | Session::CommandMissing | Session::Closed => {
            Outcome::Closed
        }
        Session::Reset => Outcome::Reset,
        Session::Silent => Outcome::Hung,
        Session::Corrupted => Outcome::Error,
    })
}

fn outcome_of_idle(end: IdleEnd) -> Option<Outcome> {
    Some(match end {
        IdleEnd::Survives => return None,
        IdleEnd::Silence | IdleEnd::Unanswered => Outcome::Hung,
        IdleEnd::Closed | IdleEnd::ClosedByChannel | IdleEnd::LoggedOut => Outcome::Closed,
        IdleEnd::Reset => Outcome::Reset,
    })
}
