//! How a connection ends, and the system's reasons.
//!
//! Must never tell two reasons apart by anything but their text.

use super::Peer;

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
