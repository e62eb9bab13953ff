//! The vocabulary of an ssh client that talks to its user: everything its standard error can say.
//!
//! Must never interpret: an event repeats one line of the client in types, and says nothing about why it was printed.

use crate::parse::ssh_g::ClientError;

mod detail;
mod end;

pub use self::detail::AlgorithmKind;
pub use self::detail::BadIdent;
pub use self::detail::Choice;
pub use self::detail::HostKey;
pub use self::detail::Key;
pub use self::detail::KeyFileTrouble;
pub use self::detail::ProposalList;
pub use self::detail::SessionRequest;
pub use self::detail::Sharing;
pub use self::detail::Side;
pub use self::end::End;
pub use self::end::SystemError;

/// One thing that the client said, in the order in which a connection gets there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// `OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.19`: a client started.
    ClientVersion {
        /// The client, e.g. `OpenSSH_9.2p1 Debian-2`.
        software: String,
        /// The cryptographic library, when named.
        library: Option<String>,
    },
    /// `Reading configuration data F`.
    ConfigRead(String),
    /// `F line N: Applying options for PATTERN`.
    ConfigApplied {
        /// The file.
        file: String,
        /// The line of the `Host` or `Match` block.
        line: u32,
        /// What it matched.
        pattern: String,
    },
    /// The client's own set-up is broken: no packet was sent.
    ClientError(ClientError),
    /// `resolving "H" port P`.
    Resolving(Peer),
    /// The name could not be looked up; the resolver's text.
    ResolveFailed {
        /// The name.
        host: String,
        /// The resolver's text.
        text: String,
    },
    /// Sharing of an existing connection: `ControlMaster` and `ControlPath`.
    Sharing(Sharing),
    /// `Setting implicit ProxyCommand from ProxyJump: CMD`.
    JumpConfigured(String),
    /// `Executing proxy command: exec CMD`: the client speaks through a pipe.
    ProxyStarted(String),
    /// A line that the proxy command wrote.
    ProxyText(String),
    /// `jumphost loop via H`.
    JumpLoop(String),
    /// `Connecting to H [A] port P.`: the SYN is sent.
    Connecting {
        /// The name as looked up.
        host: String,
        /// The address tried.
        address: String,
        /// The port.
        port: Option<u16>,
    },
    /// `set_sock_tos`: the type-of-service byte that is set from here on.
    TypeOfService(u8),
    /// `bind A: ERR`, `getifaddrs: I: no suitable addresses`: the local end could not be chosen.
    BindFailed {
        /// The address, interface or name.
        from: String,
        /// The reason.
        error: SystemError,
    },
    /// One address failed (`connect to address A port P: ERR`), the client tries the next.
    AddressFailed {
        /// The address.
        peer: Peer,
        /// The reason.
        error: SystemError,
    },
    /// All addresses failed (`ssh: connect to host H port P: ERR`): the reason of the last.
    ConnectFailed {
        /// The host as named.
        peer: Peer,
        /// The reason.
        error: SystemError,
    },
    /// `Connection established.`: the TCP handshake is done.
    Established,
    /// `identity file F type N`; -1: no such file or no key in it.
    IdentityFile {
        /// The file.
        path: String,
        /// OpenSSH's number of the key type.
        kind: i32,
    },
    /// `Local version string S`: our identification string is written.
    LocalIdent(String),
    /// A line that the server sent before its identification string.
    TextBeforeIdent(String),
    /// `Remote protocol version V, remote software version S`.
    RemoteIdent {
        /// The protocol version, e.g. `2.0`.
        protocol: String,
        /// The software, e.g. `OpenSSH_9.2p1 Debian-2`.
        software: String,
    },
    /// What came is no SSH-2 identification string.
    BadIdent(BadIdent),
    /// `Authenticating to H:P as 'U'`.
    Authenticating {
        /// The host.
        peer: Peer,
        /// The user.
        user: String,
    },
    /// `SSH2_MSG_KEXINIT sent`.
    KexInitSent,
    /// `SSH2_MSG_KEXINIT received`.
    KexInitReceived,
    /// One list of a KEXINIT (printed at `-vv`).
    ProposalList {
        /// Whose.
        side: Side,
        /// Which list.
        list: ProposalList,
        /// The names, most wanted first.
        names: Vec<String>,
    },
    /// `kex: …`: what the two lists agree on; `None` for `(no match)`.
    Chosen {
        /// Which choice.
        choice: Choice,
        /// The algorithm.
        name: Option<String>,
    },
    /// Both sides keep to strict key exchange (9.6 and later).
    StrictKex,
    /// `Unable to negotiate …: no matching X found. Their offer: L`.
    NoCommonAlgorithm {
        /// Which list has nothing in common.
        kind: AlgorithmKind,
        /// The peer's list.
        their_offer: Vec<String>,
    },
    /// `expecting SSH2_MSG_…`: the request of the key exchange is sent. The message waited for.
    KexRequested(String),
    /// The server's part of the key exchange came. The message.
    KexReplied(String),
    /// `Server host key: TYPE FINGERPRINT`.
    ServerHostKey {
        /// The key type.
        algorithm: String,
        /// The fingerprint as printed (`SHA256:…`, or MD5 in hexadecimal until 6.7).
        fingerprint: String,
        /// Whether it is a certificate.
        certificate: bool,
    },
    /// What the known hosts files say of that key.
    HostKey(HostKey),
    /// `SSH2_MSG_NEWKEYS sent`: the host key was accepted.
    NewKeysSent,
    /// `SSH2_MSG_NEWKEYS received`: encrypted from here on.
    NewKeysReceived,
    /// `server-sig-algs=<…>` of EXT_INFO (RFC 8308).
    ServerSigAlgs(Vec<String>),
    /// A second or later key exchange began.
    Rekeying,
    /// `SSH2_MSG_SERVICE_ACCEPT received`.
    ServiceAccepted,
    /// A line of the server's banner (packet 53), shown before the login.
    AuthBanner(String),
    /// `Authentications that can continue: LIST`.
    MethodsOffered(Vec<String>),
    /// `Next authentication method: M`.
    NextMethod(String),
    /// `No more authentication methods to try.`
    NoMoreMethods,
    /// What happens to a key of ours.
    Key(Key),
    /// The agent failed; its or the client's text.
    AgentTrouble(String),
    /// A prompt that nobody could answer: no terminal, no askpass.
    NoPrompt(String),
    /// `Authenticated using "M" with partial success.`: one factor of several.
    PartialSuccess(Option<String>),
    /// `Permission denied (LIST).`: the methods that the server would still take. Empty: `please try again`.
    PermissionDenied {
        /// Who was refused, when named (7.5 and later).
        user: Option<String>,
        /// What the server would still take; empty when asked to try again.
        methods: Vec<String>,
    },
    /// `Authenticated to H ([A]:P) using "M".`
    Authenticated {
        /// The host, when named on this line.
        host: Option<String>,
        /// The method, when named on this line.
        method: Option<String>,
    },
    /// `channel N: new session`: our request for a channel is sent.
    ChannelRequested,
    /// `Entering interactive session.`
    SessionEntered,
    /// `channel_connect_stdio_fwd`: this client only carries a connection for another (`-W`).
    StdioForward(String),
    /// The server opened the channel.
    ChannelOpened,
    /// `channel N: open failed: REASON: TEXT`.
    ChannelFailed {
        /// The reason of RFC 4254 5.1 in words, e.g. `administratively prohibited`.
        reason: String,
        /// The server's text.
        text: String,
    },
    /// `stdio forwarding failed`: the jump host did not reach the next host.
    StdioForwardFailed,
    /// A request within the session.
    Request {
        /// What was asked.
        request: SessionRequest,
        /// Whether the server did it.
        accepted: bool,
    },
    /// `remote port forwarding failed for listen port N`.
    RemoteForwardFailed {
        /// The port that the server was to listen on.
        port: Option<u16>,
        /// Whether the client gives up for it (`ExitOnForwardFailure`).
        fatal: bool,
    },
    /// A local port could not be listened on.
    LocalForwardFailed(String),
    /// `Remote: TEXT`: a debug message of the server.
    Remote(String),
    /// `client_input_global_request: rtype NAME`.
    GlobalRequest(String),
    /// A line of the remote program or shell.
    Output(String),
    /// `Exit status N`; -1 when the server never sent one.
    ExitStatus(i32),
    /// `rtype exit-signal`: the remote program died of a signal.
    ExitSignal,
    /// `Transferred: sent N, received M bytes`.
    Transferred {
        /// Bytes sent.
        sent: u64,
        /// Bytes received.
        received: u64,
    },
    /// `send packet: type N`, `receive packet: type N` (printed at `-vvv`).
    Packet {
        /// Whether it came from the server.
        received: bool,
        /// The message number (RFC 4250 4.1).
        number: u8,
    },
    /// The connection ended or broke.
    End(End),
}

/// The other end of a connection, as far as a line names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// A name or an address; `UNKNOWN` when it is a pipe, or when the socket was gone before it was asked.
    pub host: String,
    /// The port, when named; 65535 for a pipe.
    pub port: Option<u16>,
}

impl Peer {
    /// Whether the client speaks through a proxy command and knows no address: it prints `UNKNOWN port 65535`.
    pub fn is_pipe(&self) -> bool {
        self.host == "UNKNOWN" && self.port == Some(u16::MAX)
    }
}
