//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// systemd accepts connections for sshd and has limits of its own: `MaxConnections=` (64) and
    /// `MaxConnectionsPerSource=` for a socket that starts one sshd per connection, and
    /// `TriggerLimitBurst=`, beyond which the socket unit fails and closes the port.
    ///
    /// ## How it shows
    ///
    /// The connection opens and ends at once without a byte. After the trigger limit it is refused
    /// until somebody resets the unit. The journal says `ssh.socket: Too many incoming connections
    /// (64), dropping connection.` or `Trigger limit hit, refusing further activation.`
    ///
    /// ## What looks alike
    ///
    /// `maxstartups-throttled` sends a text on most versions and acts in sshd.
    /// `load-balancer-reset` and `resource-exhausted` end the connection in the same way.
    /// `no-listener` is what a failed socket unit looks like.
    ///
    /// ## How to mend it
    ///
    /// `systemctl status ssh.socket` shows accepted and connected. Raise the limit in a drop-in
    /// (`systemctl edit ssh.socket`), or use ssh.service; after a trigger limit `systemctl
    /// reset-failed ssh.socket && systemctl start ssh.socket`.
    ///
    /// ## Risk
    ///
    /// Restarting the socket unit leaves sessions alive; keep one open.
    ///
    /// ## References
    ///
    /// systemd.socket(5).
    SOCKET_ACTIVATION_LIMIT {
        id: "socket-activation-limit",
        title: "a limit of systemd's ssh.socket drops connections",
        stage: Banner,
        commonness: Exotic,
        intermittent: true,
        predicts: {
            Connect: Established usually, Reset rarely;
            RefusalSpeed: RoundTrip always;
            Hello: Reset usually, Closed sometimes, Identification rarely;
            HelloDelay: AtOnce usually, Soon rarely, FiveSeconds never;
            FastestEnd: TooFast usually, Possible rarely;
            Notice: Nothing always;
            SilentHello: Closed usually, Identification rarely;
            OddHello: Reset usually, Closed sometimes;
            Repeat: Same usually, Mixed sometimes;
            Listener: Listens usually, Nothing rarely;
            ServerLog: SocketLimit always;
            EndSentBy: Server always;
            Unit: LimitHit usually, Active sometimes;
        },
        shown_by: [ServerLog::SocketLimit, Unit::LimitHit],
        remedy: "on the server: systemctl status ssh.socket   and raise MaxConnections= in a \
                  drop-in",
    }
}
