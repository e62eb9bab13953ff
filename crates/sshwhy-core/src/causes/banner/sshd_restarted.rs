//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The daemon was restarted, by an upgrade, an administrator or a crash loop. While it is down
    /// connections are refused. Where the unit has `KillMode=control-group`, or the sessions have
    /// no scope of their own, they die with it.
    ///
    /// ## How it shows
    ///
    /// All sessions close in the same second; some connections are refused for a moment, later ones
    /// work. The journal says `Received signal 15; terminating.` and `Server listening on …`.
    ///
    /// ## What looks alike
    ///
    /// `idle-timeout` ends one session after a constant time of rest. `oom-kill` and
    /// `network-changed` end several sessions too. `no-listener` does not come back.
    ///
    /// ## How to mend it
    ///
    /// Nothing, when it was meant. To keep sessions alive: `KillMode=process` in a drop-in of the
    /// unit, and pam_systemd in the PAM stack.
    ///
    /// ## Risk
    ///
    /// Small.
    ///
    /// ## References
    ///
    /// systemd.kill(5); Debian: ssh.service.
    SSHD_RESTARTED {
        id: "sshd-restarted",
        title: "sshd was stopped or restarted, with its sessions",
        stage: Idle,
        commonness: Rare,
        intermittent: true,
        predicts: {
            Connect: Established usually, Reset sometimes;
            RefusalSpeed: RoundTrip always;
            OtherPort: Refused usually, Silent sometimes;
            Repeat: Mixed usually, Same usually;
            Session: Starts usually, Closed sometimes;
            IdleEnd: Closed usually, Survives sometimes;
            ServerLog: Restarted always;
            EndSentBy: Server usually, NoSocket sometimes;
        },
        shown_by: [ServerLog::Restarted],
        remedy: "on the server: journalctl -u ssh -n 50   says who restarted it; systemctl show \
                  -p KillMode ssh",
    }
}
