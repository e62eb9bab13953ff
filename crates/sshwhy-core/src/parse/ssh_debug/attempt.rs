//! One client: whom it wanted to reach, how far it got, how it ended.
//!
//! Must never explain: the same ending has many causes.

use super::event::AlgorithmKind;
use super::event::BadIdent;
use super::event::End;
use super::event::Event;
use super::event::HostKey;
use super::event::Key;
use super::event::Peer;
use super::event::ProposalList;
use super::event::SessionRequest;
use super::event::Side;
use super::event::SystemError;
use super::milestone::Milestone;
use super::milestone::milestone;

/// How one client ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The log stops without a word: it still ran, hung, or was cut.
    Unfinished,
    /// The remote program ended with this status.
    Exited(i32),
    /// The remote program was killed by a signal.
    Signalled,
    /// Its own set-up is broken.
    ClientError,
    /// The name has no address.
    Unresolved,
    /// The local end could not be chosen.
    NotBound(SystemError),
    /// No address answered; the reason of the last.
    NotConnected(SystemError),
    /// A jump host is reached through itself.
    JumpLoop,
    /// What answers is not SSH-2.
    NotSsh(BadIdent),
    /// Nothing in common.
    NoCommonAlgorithm(AlgorithmKind),
    /// The server's key is not trusted.
    HostKeyRefused,
    /// The server's key cannot be used.
    BadHostKey(String),
    /// No method left.
    AuthRefused,
    /// The server opened no channel.
    ChannelRefused,
    /// The server refused what the session is for.
    RequestRefused(SessionRequest),
    /// A port could not be forwarded, and that was demanded.
    ForwardRefused,
    /// The jump host did not reach the next host.
    StdioForwardFailed,
    /// The connection ended or broke.
    Broken(End),
}

impl Ending {
    /// A general word ("closed") gives way to a special one ("no common algorithm"), whichever comes first.
    fn weight(&self) -> u8 {
        match self {
            Self::Unfinished => 0,
            Self::Broken(End::SessionOver) => 1,
            Self::Broken(
                End::Closed(_)
                | End::Reset(_)
                | End::TimedOut(_)
                | End::SessionClosed
                | End::ReadFailed(_)
                | End::WriteFailed(_)
                | End::Disconnected
                | End::Killed(_),
            )
            | Self::RequestRefused(SessionRequest::Pty) => 2,
            Self::StdioForwardFailed => 4,
            _ => 3,
        }
    }
}

/// The lists of one KEXINIT, as far as they were printed. Empty: not printed, or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Key exchange methods.
    pub kex: Vec<String>,
    /// Host key algorithms.
    pub host_key: Vec<String>,
    /// Ciphers from client to server.
    pub cipher_to_server: Vec<String>,
    /// Ciphers from server to client.
    pub cipher_to_client: Vec<String>,
    /// MACs from client to server.
    pub mac_to_server: Vec<String>,
    /// MACs from server to client.
    pub mac_to_client: Vec<String>,
    /// Compression from client to server.
    pub compression_to_server: Vec<String>,
    /// Compression from server to client.
    pub compression_to_client: Vec<String>,
}

impl Proposal {
    fn list(&mut self, list: ProposalList) -> &mut Vec<String> {
        match list {
            ProposalList::Kex => &mut self.kex,
            ProposalList::HostKey => &mut self.host_key,
            ProposalList::CipherToServer => &mut self.cipher_to_server,
            ProposalList::CipherToClient => &mut self.cipher_to_client,
            ProposalList::MacToServer => &mut self.mac_to_server,
            ProposalList::MacToClient => &mut self.mac_to_client,
            ProposalList::CompressionToServer => &mut self.compression_to_server,
            ProposalList::CompressionToClient => &mut self.compression_to_client,
        }
    }
}

/// One client: the one that was started, or one that it started to reach its host through a jump host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The attempt whose connection this one carries; `None` for the one that was asked for.
    pub carries: Option<u16>,
    /// The client, e.g. `OpenSSH_9.2p1 Debian-2`.
    pub client: Option<String>,
    /// The host as named.
    pub host: Option<String>,
    /// The last address tried.
    pub address: Option<String>,
    /// The port.
    pub port: Option<u16>,
    /// The user to log in as.
    pub user: Option<String>,
    /// Whether a proxy command carries the connection.
    pub proxied: bool,
    /// Whether it only carries a connection for another (`-W`).
    pub forwards: bool,
    /// The last milestone.
    pub furthest: Milestone,
    /// The line that reached it, from 1.
    pub furthest_line: u32,
    /// How it ended.
    pub ending: Ending,
    /// The server's software.
    pub server: Option<String>,
    /// Our KEXINIT (`-vv`).
    pub local: Proposal,
    /// The server's KEXINIT (`-vv`, or in part from a refusal).
    pub peer: Proposal,
    /// The methods that the server would take, as last said.
    pub methods: Vec<String>,
    /// How many keys were offered.
    pub keys_offered: u32,
}

impl Attempt {
    pub(super) fn new(carries: Option<u16>, line: u32) -> Self {
        Self {
            carries,
            client: None,
            host: None,
            address: None,
            port: None,
            user: None,
            proxied: false,
            forwards: false,
            furthest: Milestone::Started,
            furthest_line: line,
            ending: Ending::Unfinished,
            server: None,
            local: Proposal::default(),
            peer: Proposal::default(),
            methods: Vec::new(),
            keys_offered: 0,
        }
    }

    /// Takes note of what an event says about the attempt. Returns whether the event is news: the lists of a second key
    /// exchange are not.
    pub(super) fn note(&mut self, event: &Event, line: u32) -> bool {
        if let Some(milestone) = milestone(event)
            && milestone > self.furthest
        {
            self.furthest = milestone;
            self.furthest_line = line;
        }
        if let Some(ending) = self.ending_of(event) {
            self.end(ending);
        }
        self.note_facts(event)
    }

    fn note_facts(&mut self, event: &Event) -> bool {
        match event {
            Event::ClientVersion { software, .. } => self.client = Some(software.clone()),
            Event::Resolving(peer) | Event::ConnectFailed { peer, .. } => self.name(peer),
            Event::ResolveFailed { host, .. } => self.host = Some(host.clone()),
            Event::Connecting { host, address, port } => {
                self.host = Some(host.clone());
                self.address = Some(address.clone());
                self.port = port.or(self.port);
            }
            Event::JumpConfigured(_) | Event::ProxyStarted(_) => self.proxied = true,
            Event::Authenticating { peer, user } => {
                self.name(peer);
                self.user = Some(user.clone());
            }
            Event::RemoteIdent { software, .. } => self.server = Some(software.clone()),
            Event::ProposalList { side, list, names } => {
                let proposal = match side {
                    Side::Local => &mut self.local,
                    Side::Peer => &mut self.peer,
                };
                let list = proposal.list(*list);
                if !list.is_empty() {
                    return false;
                }
                list.clone_from(names);
            }
            Event::MethodsOffered(methods) => self.methods.clone_from(methods),
            Event::PermissionDenied { user, methods } => {
                self.user = self.user.take().or_else(|| user.clone());
                if self.methods.is_empty() {
                    self.methods.clone_from(methods);
                }
            }
            Event::Key(Key::Offered(_)) => self.keys_offered = self.keys_offered.saturating_add(1),
            Event::Authenticated { host: Some(host), .. } => {
                self.host.get_or_insert_with(|| host.clone());
            }
            Event::StdioForward(_) => self.forwards = true,
            Event::End(
                End::Closed(Some(peer)) | End::Reset(Some(peer)) | End::TimedOut(Some(peer)),
            ) => {
                if peer.is_pipe() {
                    self.proxied = true;
                } else if self.host.is_none() && peer.host != "UNKNOWN" {
                    self.name(peer);
                }
            }
            _ => {}
        }
        true
    }

    fn name(&mut self, peer: &Peer) {
        self.host = Some(peer.host.clone());
        self.port = peer.port.or(self.port);
    }

    fn ending_of(&self, event: &Event) -> Option<Ending> {
        Some(match event {
            Event::ClientError(_) => Ending::ClientError,
            Event::ResolveFailed { .. } => Ending::Unresolved,
            Event::BindFailed { error, .. } => Ending::NotBound(error.clone()),
            Event::ConnectFailed { error, .. } => Ending::NotConnected(error.clone()),
            Event::JumpLoop(_) => Ending::JumpLoop,
            Event::BadIdent(bad) => Ending::NotSsh(bad.clone()),
            Event::NoCommonAlgorithm { kind, .. } => Ending::NoCommonAlgorithm(*kind),
            Event::HostKey(HostKey::VerificationFailed) => Ending::HostKeyRefused,
            Event::HostKey(HostKey::Bad(text)) => Ending::BadHostKey(text.clone()),
            Event::PermissionDenied { methods, .. } if !methods.is_empty() => Ending::AuthRefused,
            // Later channels are forwarded ports: one that fails ends nothing.
            Event::ChannelFailed { .. } if self.furthest < Milestone::SessionOpened => {
                Ending::ChannelRefused
            }
            Event::Request { request, accepted: false } if *request != SessionRequest::X11 => {
                Ending::RequestRefused(*request)
            }
            Event::RemoteForwardFailed { fatal: true, .. } => Ending::ForwardRefused,
            Event::StdioForwardFailed => Ending::StdioForwardFailed,
            Event::ExitStatus(status) if *status >= 0 => Ending::Exited(*status),
            Event::ExitSignal => Ending::Signalled,
            Event::End(end) => Ending::Broken(end.clone()),
            _ => return None,
        })
    }

    fn end(&mut self, ending: Ending) {
        let names_peer = |ending: &Ending| {
            matches!(
                ending,
                Ending::Broken(End::Closed(Some(_)) | End::Reset(Some(_)) | End::TimedOut(Some(_)))
            )
        };
        let same_kind = std::mem::discriminant(&self.ending) == std::mem::discriminant(&ending)
            && match (&self.ending, &ending) {
                (Ending::Broken(old), Ending::Broken(new)) => {
                    std::mem::discriminant(old) == std::mem::discriminant(new)
                }
                _ => true,
            };
        if ending.weight() > self.ending.weight()
            || (same_kind && names_peer(&ending) && !names_peer(&self.ending))
        {
            self.ending = ending;
        }
    }
}
