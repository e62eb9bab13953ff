//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// ssh (ServerAliveInterval) or sshd (ClientAliveInterval) asks the other side for a sign of
    /// life, gets none so many times, and ends the session: after interval × (count + 1) seconds.
    /// The path was broken for that long, the other machine slept or hung, or the limits are too
    /// tight for this network.
    ///
    /// ## How it shows
    ///
    /// `Timeout, server HOST not responding.` at the client;
    /// `Timeout, client not responding from user U …` in the server's log, and the client finds
    /// the connection closed when it wakes. Idle and busy sessions die alike.
    ///
    /// ## What looks alike
    ///
    /// `idle-timeout`: only idle sessions die, and keepalives save them. `network-changed`: this
    /// host's address went away. With count 0 a client ends an idle session after one interval; a
    /// server with count 0 never does since 8.2, and did at once before.
    ///
    /// ## How to mend it
    ///
    /// Find what broke the path at that time (Wi-Fi, VPN, a laptop that slept). Where outages are
    /// a fact, a larger CountMax; for people on the move a multiplexer (tmux) on the server keeps
    /// the work. Undo: the old numbers.
    ///
    /// ## Risk
    ///
    /// With longer limits dead sessions stay in the server's list for longer.
    ///
    /// ## References
    ///
    /// ssh_config(5) ServerAliveInterval, ServerAliveCountMax; sshd_config(5) ClientAliveInterval,
    /// ClientAliveCountMax; release notes 8.2.
    KEEPALIVE_TIMEOUT {
        id: "keepalive-timeout",
        title: "keepalives stay unanswered and one side gives up",
        stage: Idle,
        commonness: Occasional,
        predicts: {
            IdleEnd: Unanswered usually, Closed sometimes;
            IdleKeepalive: DoesNotSave usually, Saves rarely;
            ServerLog: AliveTimeout always, Nothing sometimes;
            EndSentBy: Server sometimes, SomebodyElse sometimes;
            IdlePolicy: EndsUnanswered usually, Keeps sometimes;
        },
        shown_by: [ServerLog::AliveTimeout],
        remedy: "in ~/.ssh/config, for this host: ServerAliveCountMax 8    (bears longer outages)",
    }
}
