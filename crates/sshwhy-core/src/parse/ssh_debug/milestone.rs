//! How far a connection got.
//!
//! Must never take a line for more than it proves: what was asked for is no milestone, what was answered is.

use super::event::Choice;
use super::event::End;
use super::event::Event;
use super::event::HostKey;
use super::event::Key;
use super::event::SessionRequest;
use super::event::Sharing;

/// The milestones of a connection in their order. Each is reached when the client says so, or says something that it can
/// only say later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Milestone {
    /// The client runs and reads its configuration.
    Started,
    /// It asks a running client to share its connection.
    AskingMaster,
    /// It looks the name up.
    Resolving,
    /// The proxy command runs.
    ProxyStarted,
    /// A SYN is sent.
    Connecting,
    /// The TCP handshake is done.
    Connected,
    /// Our identification string is sent.
    IdentSent,
    /// The server's identification string was read.
    IdentReceived,
    /// Our KEXINIT is sent.
    KexInitSent,
    /// The server's KEXINIT was read.
    KexInitReceived,
    /// Algorithms are chosen.
    Agreed,
    /// Our part of the key exchange is sent.
    KexRequested,
    /// The server's part came.
    KexReplied,
    /// The server's key is known.
    HostKeyShown,
    /// We trust it.
    HostKeyAccepted,
    /// Both directions are encrypted.
    Encrypted,
    /// We asked for authentication (packet 5).
    ServiceRequested,
    /// The server is ready to authenticate.
    ServiceAccepted,
    /// The server said which methods it takes.
    MethodsOffered,
    /// We tried one.
    MethodTried,
    /// The server would take one of our keys.
    KeyAccepted,
    /// We signed with it.
    Signed,
    /// The user is logged in.
    Authenticated,
    /// We asked for a session.
    SessionRequested,
    /// The server opened it.
    SessionOpened,
    /// The server runs what we asked for.
    Running,
    /// It ended by itself.
    Finished,
}

impl Milestone {
    /// The name of the stage that a connection is in when this milestone is its last: `config`, `resolve`, `connect`,
    /// `banner`, `kex-init`, `key-exchange`, `host-key`, `auth`, `session` or `idle`. (`route` shows in the error only.)
    pub fn stage(self) -> &'static str {
        match self {
            Self::Started | Self::AskingMaster => "config",
            Self::Resolving => "resolve",
            Self::ProxyStarted | Self::Connecting => "connect",
            Self::Connected | Self::IdentSent => "banner",
            Self::IdentReceived | Self::KexInitSent | Self::KexInitReceived => "kex-init",
            Self::Agreed | Self::KexRequested | Self::KexReplied => "key-exchange",
            Self::HostKeyShown => "host-key",
            // After our NEWKEYS the server owes its own: still the exchange, but the key was accepted.
            Self::HostKeyAccepted => "key-exchange",
            Self::Encrypted
            | Self::ServiceRequested
            | Self::ServiceAccepted
            | Self::MethodsOffered
            | Self::MethodTried
            | Self::KeyAccepted
            | Self::Signed => "auth",
            Self::Authenticated | Self::SessionRequested | Self::SessionOpened => "session",
            Self::Running | Self::Finished => "idle",
        }
    }
}

/// The milestone that an event proves.
pub(super) fn milestone(event: &Event) -> Option<Milestone> {
    Some(match event {
        Event::ClientVersion { .. } | Event::ConfigRead(_) => Milestone::Started,
        Event::Sharing(Sharing::SessionOpen) => Milestone::SessionOpened,
        Event::Sharing(_) => Milestone::AskingMaster,
        Event::Resolving(_) | Event::ResolveFailed { .. } => Milestone::Resolving,
        Event::ProxyStarted(_) | Event::ProxyText(_) => Milestone::ProxyStarted,
        Event::Connecting { .. } | Event::AddressFailed { .. } | Event::ConnectFailed { .. } => {
            Milestone::Connecting
        }
        Event::Established | Event::TextBeforeIdent(_) | Event::BadIdent(_) => Milestone::Connected,
        Event::End(End::BannerTimeout | End::Closed(None) | End::Reset(None)) => {
            Milestone::Connected
        }
        Event::LocalIdent(_) => Milestone::IdentSent,
        Event::RemoteIdent { .. } | Event::Authenticating { .. } => Milestone::IdentReceived,
        Event::KexInitSent => Milestone::KexInitSent,
        Event::KexInitReceived | Event::ProposalList { .. } | Event::NoCommonAlgorithm { .. } => {
            Milestone::KexInitReceived
        }
        Event::Chosen { choice: Choice::CipherToServer, name: Some(_) } => Milestone::Agreed,
        Event::KexRequested(_) => Milestone::KexRequested,
        Event::KexReplied(_) => Milestone::KexReplied,
        Event::ServerHostKey { .. } => Milestone::HostKeyShown,
        Event::HostKey(HostKey::Known | HostKey::Added) | Event::NewKeysSent => {
            Milestone::HostKeyAccepted
        }
        Event::HostKey(_) => Milestone::HostKeyShown,
        Event::NewKeysReceived | Event::ServerSigAlgs(_) => Milestone::Encrypted,
        _ => return late_milestone(event),
    })
}

fn late_milestone(event: &Event) -> Option<Milestone> {
    Some(match event {
        Event::Packet { received: false, number: 5 } => Milestone::ServiceRequested,
        Event::ServiceAccepted => Milestone::ServiceAccepted,
        Event::MethodsOffered(_) => Milestone::MethodsOffered,
        Event::NextMethod(_) | Event::Key(Key::Offered(_)) => Milestone::MethodTried,
        Event::PermissionDenied { .. } | Event::PartialSuccess(_) => Milestone::MethodTried,
        Event::Key(Key::Accepted(_)) => Milestone::KeyAccepted,
        Event::Key(Key::Signing(_) | Key::SignFailed(_)) => Milestone::Signed,
        Event::Authenticated { .. } => Milestone::Authenticated,
        Event::ChannelRequested | Event::SessionEntered | Event::ChannelFailed { .. } => {
            Milestone::SessionRequested
        }
        Event::End(End::SessionClosed) => Milestone::SessionRequested,
        Event::ChannelOpened => Milestone::SessionOpened,
        Event::Request { accepted: true, request } => match request {
            SessionRequest::Exec | SessionRequest::Shell | SessionRequest::Subsystem => {
                Milestone::Running
            }
            SessionRequest::Pty | SessionRequest::X11 => Milestone::SessionOpened,
        },
        Event::Request { accepted: false, .. } => Milestone::SessionOpened,
        Event::ExitSignal => Milestone::Running,
        Event::ExitStatus(status) if *status >= 0 => Milestone::Finished,
        _ => return None,
    })
}
