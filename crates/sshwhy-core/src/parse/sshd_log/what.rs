//! What the lines are about.

/// What a line is about. Where it says *number*, that is what [`super::Said::number`] holds.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum What {
    /// A line that is known and says nothing about why a connection fails.
    #[default]
    NotNeeded,

    // ── sshd itself ─────────────────────────────────────────────────────────────────────────
    /// It listens on an address and port. Number: the port.
    Listening,
    /// It ends because of a signal. Number: the signal.
    Terminating,
    /// It starts anew because of SIGHUP.
    Restarting,
    /// It cannot listen on an address and port. Number: the port.
    BindFailed,
    /// Its configuration is not valid.
    ConfigError,
    /// A host key cannot be used.
    HostKeyUnusable,
    /// There is no host key to be used.
    NoHostKeys,
    /// The privilege separation directory is missing, or unsafe.
    PrivsepDir,
    /// The user for privilege separation does not exist.
    PrivsepUser,
    /// A program that it starts for each connection is missing, or of another version.
    Helper,
    /// It was built for another version of OpenSSL.
    LibraryMismatch,
    /// It has used up descriptors, processes, memory or room on a disk.
    Shortage,
    /// It lacks a privilege.
    Unprivileged,
    /// The sandbox of its child cannot be set up, or was violated.
    Sandbox,
    /// A system call of the listener failed.
    ListenerTrouble,
    /// A process ended because of an error that is not in the list.
    Fatal,

    // ── the listener about a connection ─────────────────────────────────────────────────────
    /// MaxStartups or PerSourceMaxStartups dropped it. Number: unauthenticated connections.
    StartupsDrop,
    /// MaxStartups begins to drop connections, or goes on.
    StartupsBegin,
    /// MaxStartups drops no more.
    StartupsEnd,
    /// A penalty dropped it.
    PenaltyDrop,
    /// A source is penalised as of now. Number: for how long, in milliseconds.
    PenaltyActive,
    /// A source is charged, but not yet refused. Number: milliseconds.
    PenaltyDeferred,
    /// LoginGraceTime is over.
    GraceTime,
    /// A child crashed. Number: the signal, where it is said.
    ChildCrash,
    /// A process ended because of a signal. Number: the signal.
    Signalled,
    /// A child ended, with the words why (debug).
    ChildEnded,
    /// systemd has too many connections to accept another.
    SocketLimit,

    // ── before authentication ───────────────────────────────────────────────────────────────
    /// TCP wrappers refuse.
    RefusedConnect,
    /// A connection begins.
    ConnectionFrom,
    /// The client closed before it sent an identification string.
    LeftEarly,
    /// What the client sent first is not SSH.
    NotSsh,
    /// The identification string is one of a scanner.
    Scanner,
    /// IP options.
    IpOptions,
    /// No algorithm in common.
    Negotiation,
    /// Bytes were changed on the way.
    Corrupted,
    /// The client closed the connection.
    ClosedByPeer,
    /// The connection was reset.
    ResetByPeer,
    /// The network gave up.
    TimedOut,
    /// sshd ends the connection, with the words why.
    Disconnecting,
    /// The client said goodbye. Number: its reason (RFC 4253 section 11.1).
    ReceivedDisconnect,
    /// A connection is over.
    Disconnected,
    /// The program of the client, by its identification string (debug).
    ClientSoftware,

    // ── authentication ──────────────────────────────────────────────────────────────────────
    /// No such account.
    InvalidUser,
    /// AllowUsers and its kin, or a nologin file.
    NotAllowed,
    /// PermitRootLogin.
    RootRefused,
    /// The account is locked.
    Locked,
    /// The shell is missing or not executable.
    Shell,
    /// The account has expired.
    AccountExpired,
    /// The password has expired.
    PasswordExpired,
    /// RefuseConnection.
    Prohibited,
    /// A method let the user in.
    Accepted,
    /// A method did not let the user in.
    Failed,
    /// A method was right, and is not enough.
    Partial,
    /// MaxAuthTries.
    TooManyFailures,
    /// Nothing is left to try.
    NoMethods,
    /// PAM's account modules refuse.
    PamDenied,
    /// PAM does not work.
    PamBroken,
    /// PAM has locked the account for a while.
    PamLocked,
    /// PAM did not let the user in.
    PamFailed,
    /// Owner or mode of a file of keys, or a folder above it.
    BadModes,
    /// A file of keys cannot be read.
    KeysUnreadable,
    /// A file of keys was read (debug).
    KeysTried,
    /// The key may not be used from this address.
    NotFromHere,
    /// The key's kind or signature is not accepted.
    KeyKind,
    /// The key is revoked.
    KeyRevoked,
    /// A certificate is refused.
    Certificate,
    /// A token was not touched, or did not verify its owner.
    TokenNotUsed,
    /// The program that finds keys failed.
    KeyCommand,
    /// The client's name and address do not belong together, or cannot be looked up.
    ReverseMapping,

    // ── session ─────────────────────────────────────────────────────────────────────────────
    /// A session begins.
    SessionOpened,
    /// A session is over.
    SessionClosed,
    /// ChrootDirectory.
    Chroot,
    /// MaxSessions.
    NoMoreSessions,
    /// A subsystem is missing.
    Subsystem,
    /// A forwarding is refused.
    ForwardRefused,
    /// A port to be forwarded is in use.
    ForwardBusy,
    /// Too many logins of the user.
    LoginLimit,
    /// The login manager did not make a session.
    Logind,
    /// PAM's session modules refuse.
    PamSession,
    /// No terminal.
    NoTerminal,
    /// The client does not answer (ClientAliveInterval).
    AliveTimeout,
    /// Nothing was done for too long (UnusedConnectionTimeout, ChannelTimeout).
    Inactive,
}
