//! What ssh says before the login: configuration, name, connection, identification, algorithms.
//!
//! Must never read more out of a word of the C library than it holds: "Connection refused" does not
//! say whether a reset or an ICMP error refused.

use std::time::Duration;

use super::Run;
use super::log::Said;
use crate::evaluate::greeting;
use crate::model::question::Agreement;
use crate::model::question::ClientConfig;
use crate::model::question::Connect;
use crate::model::question::FirstAddress;
use crate::model::question::ForeignService;
use crate::model::question::Hello;
use crate::model::question::HelloDelay;
use crate::model::question::HostKey;
use crate::model::question::KexInit;
use crate::model::question::KexReply;
use crate::model::question::Notice;
use crate::model::question::SshProgram;
use crate::model::question::SystemLookup;
use crate::parse::ssh_debug::AlgorithmKind;
use crate::parse::ssh_debug::BadIdent;
use crate::parse::ssh_debug::End;
use crate::parse::ssh_debug::Ending;
use crate::parse::ssh_debug::Event;
use crate::parse::ssh_debug::HostKey as KeyEvent;
use crate::parse::ssh_debug::LoggedEvent;
use crate::parse::ssh_debug::Milestone;
use crate::parse::ssh_debug::SystemError;
use crate::parse::ssh_g::ClientErrorKind;

/// The times of a log are no finer than this, which counts as a slow way.
const SLACK: Duration = Duration::from_millis(25);

/// Configuration and name.
pub(super) fn setup(run: &Run<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    for logged in &run.events {
        match &logged.event {
            Event::ClientError(error) if error.kind == ClientErrorKind::LibraryMismatch => {
                said.push(Said::new(SshProgram::LibraryMismatch, logged));
            }
            Event::ClientError(error) => said.push(Said::new(config(&error.kind), logged)),
            Event::JumpLoop(_) => said.push(Said::new(ClientConfig::Unusable, logged)),
            Event::ResolveFailed { text, .. } => {
                said.extend(lookup(text).map(|answer| Said::new(answer, logged)));
            }
            _ => {}
        }
    }
    if !run.attempt.proxied && said.is_empty() {
        let tried = run.find(|e| matches!(e, Event::Connecting { .. }));
        said.extend(tried.map(|logged| Said::new(SystemLookup::Found, logged)));
    }
    said.truncate(1);
    said
}

fn config(kind: &ClientErrorKind) -> ClientConfig {
    match kind {
        ClientErrorKind::BadOption { .. } => ClientConfig::BadOption,
        ClientErrorKind::BadPermissions { .. } => ClientConfig::BadPermissions,
        ClientErrorKind::Refused => ClientConfig::Forbidden,
        ClientErrorKind::BadValue
        | ClientErrorKind::ExtraArguments
        | ClientErrorKind::MissingArgument
        | ClientErrorKind::UnknownToken
        | ClientErrorKind::UnsupportedAlgorithm { .. } => ClientConfig::BadValue,
        _ => ClientConfig::Unusable,
    }
}

/// The words of `gai_strerror` of Linux, BSD and macOS.
fn lookup(text: &str) -> Option<SystemLookup> {
    const WORDS: [(&str, SystemLookup); 7] = [
        ("name or service not known", SystemLookup::NoSuchName),
        ("nodename nor servname provided", SystemLookup::NoSuchName),
        ("no such host is known", SystemLookup::NoSuchName),
        ("no address associated", SystemLookup::NoAddress),
        ("address family for hostname not supported", SystemLookup::NoAddress),
        ("temporary failure", SystemLookup::TryAgain),
        ("non-recoverable failure", SystemLookup::TryAgain),
    ];
    let text = text.to_ascii_lowercase();
    WORDS.iter().find(|(words, _)| text.contains(words)).map(|(_, answer)| *answer)
}

/// The connection, up to the key exchange.
pub(super) fn connection(run: &Run<'_>) -> Vec<Said> {
    let mut said = connect(run);
    said.extend(hello(run));
    said.extend(kex_init(run));
    said.extend(kex_reply(run));
    said.extend(untrusted(run));
    said
}

fn connect(run: &Run<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    let established = run.find(|e| matches!(e, Event::Established));
    if let Some(established) = established {
        said.push(Said::new(Connect::Established, established));
        let first = run.events.iter().find_map(|logged| match &logged.event {
            Event::AddressFailed { error: SystemError::TimedOut, .. } => {
                Some(Said::new(FirstAddress::FailsSlowly, logged))
            }
            Event::AddressFailed { .. } => Some(Said::new(FirstAddress::FailsAtOnce, logged)),
            _ => None,
        });
        said.extend(first);
        return said;
    }
    said.extend(run.events.iter().find_map(|logged| match &logged.event {
        Event::ConnectFailed { error, .. } => Some(Said::new(connect_error(error)?, logged)),
        Event::BindFailed { .. } => Some(Said::new(Connect::LocalError, logged)),
        _ => None,
    }));
    if said.is_empty() && run.attempt.furthest == Milestone::Connecting && hangs(run) {
        let tried = run.events.iter().rfind(|e| matches!(e.event, Event::Connecting { .. }));
        said.extend(tried.map(|logged| Said::new(Connect::Silent, logged)));
    }
    said
}

/// The errno of connect(2). EACCES comes from a local rule, but over IPv6 from an ICMP error too.
fn connect_error(error: &SystemError) -> Option<Connect> {
    Some(match error {
        SystemError::Refused => Connect::Refused,
        SystemError::TimedOut => Connect::Silent,
        SystemError::HostUnreachable | SystemError::NetworkUnreachable => Connect::Unreachable,
        // A route that says `prohibit`, a policy of SELinux or of the system: the packet never left.
        SystemError::NotPermitted | SystemError::PermissionDenied => Connect::LocalDenied,
        SystemError::ProtocolNotAvailable => Connect::OtherIcmp,
        SystemError::AddressNotAvailable
        | SystemError::InvalidArgument
        | SystemError::TooManyFiles => Connect::LocalError,
        _ => return None,
    })
}

fn hangs(run: &Run<'_>) -> bool {
    run.attempt.ending == Ending::Unfinished && run.told.stopped
}

/// How a part of the connection ended.
#[derive(Clone, Copy)]
enum Cut {
    Reset,
    Closed,
    Silent,
    Goodbye,
    Garbage,
}

/// How the connection was cut, with the line that says so; a client that hung shows its last one.
fn cut<'a>(run: &Run<'a>) -> Option<(Cut, &'a LoggedEvent)> {
    let cut = match &run.attempt.ending {
        Ending::Broken(end) => match end {
            End::Reset(_) | End::WriteFailed(_) | End::ReadFailed(SystemError::Reset) => Cut::Reset,
            End::Closed(_) | End::SessionClosed => Cut::Closed,
            End::TimedOut(_) | End::BannerTimeout | End::NotResponding => Cut::Silent,
            End::DisconnectReceived { .. } | End::Disconnected => Cut::Goodbye,
            End::BadPacketLength(_) | End::CorruptedMac | End::Disconnecting(_) => Cut::Garbage,
            End::Fatal(text) if text.contains("out of range") => Cut::Garbage,
            _ => return None,
        },
        Ending::Unfinished if hangs(run) => Cut::Silent,
        _ => return None,
    };
    let end = run.find(|e| matches!(e, Event::End(_)));
    Some((cut, end.or(run.events.last().copied())?))
}

fn hello(run: &Run<'_>) -> Vec<Said> {
    let remote = run.events.iter().find_map(|logged| match &logged.event {
        Event::RemoteIdent { protocol, .. } => Some((protocol.as_str(), *logged)),
        _ => None,
    });
    let mut said = Vec::new();
    if let Some((protocol, logged)) = remote {
        let old = protocol.starts_with("1.") && protocol != "1.99";
        let answer = if old { Hello::OldProtocol } else { Hello::Identification };
        return vec![Said::new(answer, logged)];
    }
    if let Some(foreign) = not_ssh(run) {
        return foreign;
    }
    let here = Milestone::Connected..=Milestone::IdentSent;
    let Some((cut, logged)) = cut(run).filter(|_| here.contains(&run.attempt.furthest)) else {
        return said;
    };
    let answer = match cut {
        Cut::Reset => Hello::Reset,
        Cut::Closed | Cut::Goodbye => Hello::Closed,
        Cut::Silent => Hello::Silent,
        Cut::Garbage => return said,
    };
    said.push(Said::new(answer, logged));
    if answer != Hello::Silent {
        said.extend(delay(run, logged).map(|delay| Said::new(delay, logged)));
        said.extend(notice(run, logged));
    }
    said
}

/// What answers is not SSH-2.
fn not_ssh(run: &Run<'_>) -> Option<Vec<Said>> {
    let (bad, logged) = run.events.iter().find_map(|logged| match &logged.event {
        Event::BadIdent(bad) => Some((bad, *logged)),
        _ => None,
    })?;
    let words = texts(run);
    let answer = match bad {
        BadIdent::OnlyVersion1 => Hello::OldProtocol,
        BadIdent::Malformed(_) => Hello::Malformed,
        BadIdent::Refused(text) if text.contains("protocol version") => Hello::OldProtocol,
        _ => Hello::OtherService,
    };
    let mut said = vec![Said::new(answer, logged)];
    if answer == Hello::OtherService
        && let Some(first) = words.first()
    {
        said.push(Said::new(foreign(&first.text), first));
    }
    Some(said)
}

fn foreign(text: &str) -> ForeignService {
    let text = text.to_ascii_lowercase();
    if text.contains("http/") || text.contains("<html") {
        ForeignService::Http
    } else if text.contains(": 220") || text.starts_with("220") || text.contains("* ok") {
        ForeignService::Mail
    } else {
        ForeignService::OtherBytes
    }
}

/// The lines that came in the place of an identification string.
fn texts<'a>(run: &Run<'a>) -> Vec<&'a LoggedEvent> {
    let text = |e: &&&LoggedEvent| matches!(e.event, Event::TextBeforeIdent(_));
    run.events.iter().filter(text).copied().collect()
}

/// What the server said before it dropped us. Only with `-v` ssh shows it, and a reset may have
/// swallowed it, so that without words nothing is said here.
fn notice(run: &Run<'_>, end: &LoggedEvent) -> Option<Said> {
    let words = texts(run);
    let says = |part: &str| words.iter().find(|e| e.text.contains(part)).copied();
    if let Some(logged) = says("Not allowed at this time") {
        return Some(Said::new(Notice::NotAllowedNow, logged));
    }
    if let Some(logged) = says("Exceeded MaxStartups") {
        return Some(Said::new(Notice::MaxStartups, logged));
    }
    if let Some(logged) = words.first() {
        return Some(Said::new(Notice::OtherText, logged));
    }
    // A FIN swallows nothing.
    let closed = matches!(run.attempt.ending, Ending::Broken(End::Closed(_)));
    let verbose = run.reached(Milestone::IdentSent);
    (closed && verbose).then(|| Said::new(Notice::Nothing, end))
}

/// As the probe that greets measures it, with the slack of a log.
fn delay(run: &Run<'_>, end: &LoggedEvent) -> Option<HelloDelay> {
    let time = |line: u32| {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        run.told.times.get(index).copied()
    };
    let opened = run.find(|e| matches!(e, Event::Established))?;
    let after = time(end.line)?.saturating_sub(time(opened.line)?);
    Some(greeting::delay(after, SLACK))
}

fn kex_init(run: &Run<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    let received = run.find(|e| matches!(e, Event::KexInitReceived));
    said.extend(received.map(|logged| Said::new(KexInit::Received, logged)));
    let refused = run.events.iter().find_map(|logged| match &logged.event {
        Event::NoCommonAlgorithm { kind, their_offer } => {
            Some(Said::new(disagreement(*kind, their_offer), logged))
        }
        _ => None,
    });
    if let Some(refused) = refused {
        said.push(refused);
        return said;
    }
    if run.reached(Milestone::Agreed) {
        let chosen = run.find(|e| matches!(e, Event::Chosen { .. } | Event::KexRequested(_)));
        said.extend(chosen.map(|logged| Said::new(Agreement::Agrees, logged)));
    }
    let here = Milestone::IdentReceived..=Milestone::KexInitSent;
    let Some((cut, logged)) = cut(run).filter(|_| here.contains(&run.attempt.furthest)) else {
        return said;
    };
    let answer = match cut {
        Cut::Reset => KexInit::Reset,
        Cut::Closed => KexInit::Closed,
        Cut::Silent => KexInit::Silent,
        Cut::Goodbye => KexInit::Disconnected,
        Cut::Garbage => KexInit::Garbage,
    };
    said.push(Said::new(answer, logged));
    said
}

/// What is missing, by the kind that a refusal names and what the other side offers.
pub(in crate::evaluate) fn disagreement(kind: AlgorithmKind, offer: &[String]) -> Agreement {
    match kind {
        AlgorithmKind::Kex => Agreement::NoKex,
        AlgorithmKind::HostKey => {
            let old = |name: &String| matches!(name.as_str(), "ssh-rsa" | "ssh-dss");
            let rsa = offer.iter().any(|name| name == "ssh-rsa");
            if rsa && offer.iter().all(old) {
                Agreement::OnlySha1HostKey
            } else {
                Agreement::NoHostKey
            }
        }
        AlgorithmKind::Cipher => Agreement::NoCipher,
        AlgorithmKind::Mac => Agreement::NoMac,
        AlgorithmKind::Compression => Agreement::NoCompression,
    }
}

fn kex_reply(run: &Run<'_>) -> Option<Said> {
    if let Some(logged) = run.find(|e| matches!(e, Event::End(End::IncorrectSignature))) {
        return Some(Said::new(KexReply::BadSignature, logged));
    }
    let replied = |e: &Event| {
        matches!(e, Event::KexReplied(_) | Event::ServerHostKey { .. } | Event::HostKey(_))
    };
    if let Some(logged) = run.find(replied) {
        return Some(Said::new(KexReply::Received, logged));
    }
    // `KexInitReceived` alone: until the lists agree nothing was asked of the server.
    let here = Milestone::KexInitReceived..=Milestone::KexRequested;
    let (cut, logged) = cut(run).filter(|_| here.contains(&run.attempt.furthest))?;
    let answer = match cut {
        Cut::Reset => KexReply::Reset,
        Cut::Closed => KexReply::Closed,
        Cut::Silent => KexReply::Silent,
        Cut::Goodbye => KexReply::Disconnected,
        Cut::Garbage => KexReply::Garbage,
    };
    Some(Said::new(answer, logged))
}

/// A host key that was refused without a word of why: nobody could be asked.
fn untrusted(run: &Run<'_>) -> Option<Said> {
    if run.attempt.ending != Ending::HostKeyRefused {
        return None;
    }
    let reason = |e: &Event| {
        matches!(
            e,
            Event::HostKey(
                KeyEvent::Revoked
                    | KeyEvent::CertificateInvalid(_)
                    | KeyEvent::Changed
                    | KeyEvent::Offending { .. }
                    | KeyEvent::Unknown
            )
        )
    };
    if run.has(reason) {
        return None;
    }
    let refused = run.find(|e| matches!(e, Event::HostKey(KeyEvent::VerificationFailed)))?;
    Some(Said::new(HostKey::UnknownStrict, refused))
}
