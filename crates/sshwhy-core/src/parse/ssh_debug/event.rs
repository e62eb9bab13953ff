//! The vocabulary of an ssh client that talks to its user: everything its standard error can say.
//!
//! Must never interpret: an event repeats one line of the client in types, and says nothing about why it was printed.

use crate::parse::ssh_g::ClientError;

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

/// Which side made a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The client.
    Local,
    /// The server.
    Peer,
}

/// The lists of a KEXINIT in their order (RFC 4253 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalList {
    /// `kex_algorithms`.
    Kex,
    /// `server_host_key_algorithms`.
    HostKey,
    /// `encryption_algorithms_client_to_server`.
    CipherToServer,
    /// `encryption_algorithms_server_to_client`.
    CipherToClient,
    /// `mac_algorithms_client_to_server`.
    MacToServer,
    /// `mac_algorithms_server_to_client`.
    MacToClient,
    /// `compression_algorithms_client_to_server`.
    CompressionToServer,
    /// `compression_algorithms_server_to_client`.
    CompressionToClient,
}

/// What is agreed on, one line each; the MAC of an AEAD cipher is `<implicit>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Key exchange method.
    Kex,
    /// Host key algorithm.
    HostKey,
    /// Cipher from client to server.
    CipherToServer,
    /// Cipher from server to client.
    CipherToClient,
}

/// The kinds of algorithm that may have nothing in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlgorithmKind {
    /// Key exchange method.
    Kex,
    /// Host key type.
    HostKey,
    /// Cipher.
    Cipher,
    /// MAC.
    Mac,
    /// Compression method.
    Compression,
}

/// Why what came is no identification string of SSH-2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadIdent {
    /// `banner line contains invalid characters`: a binary protocol.
    InvalidCharacters,
    /// `banner line too long`, or more than 1024 lines.
    TooLong,
    /// Begins with `SSH-` and is none; as printed.
    Malformed(String),
    /// `Protocol major versions differ`: only SSH-1.
    OnlyVersion1,
    /// `banner exchange: Connection to …: TEXT`, which follows one of the others on 8.3 and later.
    Refused(String),
}

/// What the client found about the server's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostKey {
    /// `Host 'H' is known and matches the K host key.`
    Known,
    /// `Found key in F:N` or `found matching key w/out port`.
    Found(String),
    /// Added to the known hosts.
    Added,
    /// `REMOTE HOST IDENTIFICATION HAS CHANGED`, or the strict refusal.
    Changed,
    /// `Offending K key in F:N`: the line that says otherwise.
    Offending {
        /// The file.
        file: String,
        /// The line in it.
        line: u32,
    },
    /// `No K host key is known for H and you have requested strict checking.`
    Unknown,
    /// `The authenticity of host 'H' can't be established.`: the user is asked.
    Asked,
    /// Marked `@revoked`, or in `RevokedHostKeys`.
    Revoked,
    /// `Certificate invalid: TEXT`.
    CertificateInvalid(String),
    /// `Bad server host key: TEXT`, e.g. shorter than `RequiredRSASize`.
    Bad(String),
    /// `Failed to add the host to the list of known hosts (F).`
    NotRecorded(String),
    /// `POSSIBLE DNS SPOOFING DETECTED`, or the address has another key than the name.
    AddressDiffers,
    /// `Host key verification failed.`
    VerificationFailed,
}

/// What happens to a key of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// `Will attempt key: …`: it will be tried.
    Planned(String),
    /// `Trying private key: F`: the file is read now.
    Tried(String),
    /// `Offering public key: …`: the server is asked whether it would take it.
    Offered(String),
    /// `Server accepts key: …`.
    Accepted(String),
    /// `sign_and_send_pubkey: signing using …`.
    Signing(String),
    /// `Skipping K key F - not in PubkeyAcceptedAlgorithms`.
    Skipped(String),
    /// No signature algorithm that both sides allow.
    NoMutualSignature,
    /// `sign_and_send_pubkey: signing failed for …: TEXT`.
    SignFailed(String),
    /// A key file that cannot be used.
    File {
        /// The file, when named.
        path: Option<String>,
        /// Why not.
        trouble: KeyFileTrouble,
    },
}

/// Why a key file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFileTrouble {
    /// Others can read it (`bad permissions`, `are too open`).
    BadPermissions,
    /// `invalid format`, or the library cannot read it.
    InvalidFormat,
    /// The file is not there.
    Missing,
    /// It needs a passphrase that was wrong or that nobody could give.
    Passphrase,
    /// The system refuses to open it.
    Unreadable(SystemError),
    /// Another reason; as printed.
    Other(String),
}

/// What ssh says about a shared connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// `auto-mux: Trying existing master`.
    Trying,
    /// The master answered (`mux_client_hello_exchange: master version`).
    MasterAnswered,
    /// `Control socket connect(PATH): ERR`: a socket whose master is gone; ssh connects itself.
    Stale(SystemError),
    /// The master would not open a session (`Session open refused by peer`).
    SessionRefused(String),
    /// The session runs over the master's connection.
    SessionOpen,
    /// `ControlSocket PATH already exists, disabling multiplexing`.
    Disabled,
}

/// Requests within a session (RFC 4254 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionRequest {
    /// A command.
    Exec,
    /// A terminal.
    Pty,
    /// A shell.
    Shell,
    /// A subsystem, such as sftp.
    Subsystem,
    /// X11 forwarding.
    X11,
}

/// How a connection ends or breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// `Connection closed by H port P`, or `Connection closed by remote host`: the server's FIN.
    Closed(Option<Peer>),
    /// `Connection reset by H port P`, or `read: Connection reset by peer`: an RST.
    Reset(Option<Peer>),
    /// `Connection timed out during banner exchange`.
    BannerTimeout,
    /// `Connection to H port P timed out`.
    TimedOut(Option<Peer>),
    /// `Timeout, server H not responding.`: keep-alives were not answered.
    NotResponding,
    /// `Connection to H closed by remote host.`: the session was cut.
    SessionClosed,
    /// `Connection to H closed.`: printed at the end of every session with a terminal.
    SessionOver,
    /// `Read from remote host H: ERR` (9.8 and later).
    ReadFailed(SystemError),
    /// `client_loop: send disconnect: Broken pipe`, `packet_write_wait: …`, `Write failed: …`.
    WriteFailed(SystemError),
    /// `Received disconnect from H port P:CODE: TEXT`.
    DisconnectReceived {
        /// The reason code (RFC 4253 11.1).
        code: u32,
        /// The server's text.
        text: String,
    },
    /// `Disconnected from H port P`.
    Disconnected,
    /// `Disconnecting …: TEXT`: the client gave up and said so.
    Disconnecting(String),
    /// `Bad packet length N.`: what was decrypted is no packet. Four letters of a text when the peer speaks another language.
    BadPacketLength(u32),
    /// A packet failed its integrity check.
    CorruptedMac,
    /// The server's signature over the key exchange is wrong.
    IncorrectSignature,
    /// `ssh_dispatch_run_fatal: … : TEXT` for any other reason.
    Fatal(String),
    /// `Killed by signal N.`: somebody stopped the client.
    Killed(u32),
}

/// The system's reason, recognised by its text (C library of Linux, BSD and macOS, musl, Windows).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemError {
    /// EADDRINUSE.
    AddressInUse,
    /// EADDRNOTAVAIL.
    AddressNotAvailable,
    /// EPIPE.
    BrokenPipe,
    /// ECONNABORTED.
    Aborted,
    /// ECONNREFUSED.
    Refused,
    /// ECONNRESET.
    Reset,
    /// ETIMEDOUT.
    TimedOut,
    /// EHOSTUNREACH.
    HostUnreachable,
    /// EINVAL.
    InvalidArgument,
    /// ENETUNREACH.
    NetworkUnreachable,
    /// ENOENT.
    NotFound,
    /// EPERM.
    NotPermitted,
    /// EACCES.
    PermissionDenied,
    /// ENOPROTOOPT.
    ProtocolNotAvailable,
    /// EMFILE, ENFILE.
    TooManyFiles,
    /// Another reason; as printed.
    Other(String),
}

impl SystemError {
    /// Recognises the text of `strerror`.
    pub fn from_text(text: &str) -> Self {
        match text.trim_end_matches(['.', ' ']) {
            "Address already in use" | "Address in use" => Self::AddressInUse,
            "Cannot assign requested address"
            | "Can't assign requested address"
            | "Address not available" => Self::AddressNotAvailable,
            "Broken pipe" => Self::BrokenPipe,
            "Software caused connection abort" | "Connection aborted" => Self::Aborted,
            "Connection refused" => Self::Refused,
            "Connection reset by peer" | "Connection reset" => Self::Reset,
            "Connection timed out" | "Operation timed out" => Self::TimedOut,
            "No route to host" | "Host is unreachable" => Self::HostUnreachable,
            "Invalid argument" => Self::InvalidArgument,
            "Network is unreachable" | "Network unreachable" => Self::NetworkUnreachable,
            "No such file or directory" => Self::NotFound,
            "Operation not permitted" => Self::NotPermitted,
            "Permission denied" => Self::PermissionDenied,
            "Protocol not available" => Self::ProtocolNotAvailable,
            "Too many open files" | "Too many open files in system" => Self::TooManyFiles,
            other => Self::Other(other.to_owned()),
        }
    }
}
