//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd (9.2 and later) can end channels on which nothing passed for a time (ChannelTimeout),
    /// and connections without any open channel (UnusedConnectionTimeout). Keepalives do not count
    /// as traffic of a channel.
    ///
    /// ## How it shows
    ///
    /// The session ends after a constant idle time: `Connection to HOST closed.` and status 255,
    /// without a reason; for `ssh -N` and idle shared connections `closed by remote host`. The log
    /// tells only at LogLevel VERBOSE: `channel 0: closing after N seconds of inactivity`;
    /// `terminating inactive connection from …` for the other.
    ///
    /// ## What looks alike
    ///
    /// `idle-timeout`: no answer at all, and keepalives help. `shell-autologout`: the shell ends
    /// itself, with a status. `keepalive-timeout`: an active peer that does not answer.
    ///
    /// ## How to mend it
    ///
    /// Raise the interval for the channel type in question in a `Match` block: the types are
    /// `session:shell`, `session:command`, `session:subsystem:sftp`. `sudo sshd -t`, reload. Undo:
    /// the old value.
    ///
    /// ## Risk
    ///
    /// Somebody set it by policy: ask. Idle sessions hold resources.
    ///
    /// ## References
    ///
    /// sshd_config(5) ChannelTimeout, UnusedConnectionTimeout; OpenSSH release notes 9.2.
    CHANNEL_TIMEOUT {
        id: "channel-timeout",
        title: "ChannelTimeout or UnusedConnectionTimeout ends idle sessions",
        stage: Idle,
        commonness: Rare,
        predicts: {
            IdleEnd: ClosedByChannel usually, Closed sometimes;
            IdleKeepalive: DoesNotSave always;
            ServerLog: Nothing always;
            EndSentBy: Server always;
            IdlePolicy: EndsChannels always;
        },
        shown_by: [IdlePolicy::EndsChannels],
        remedy: "on the server: sudo sshd -T | grep -Ei 'channeltimeout|unusedconnectiontimeout'",
    }
}
