//! What the events are about: algorithms, keys, shared connections, requests.
//!
//! Must never hold more than the words of a line say.

use super::SystemError;

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
