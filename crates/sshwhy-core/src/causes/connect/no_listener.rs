//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The host lives and its kernel answers the SYN with a reset, because no program has the port:
    /// sshd was stopped, was not installed or enabled, did not start after a reboot or an upgrade,
    /// or the port is the wrong one.
    ///
    /// ## How it shows
    ///
    /// `Connection refused` after one round trip, every time and from every source. Other closed
    /// ports refuse in the same way. The server logs nothing of us; the reason lies in the journal
    /// of its last start.
    ///
    /// ## What looks alike
    ///
    /// `sshd-listens-elsewhere` is the same on the wire, and so is `firewall-tcp-reset`, when the
    /// filter sits on the host. `sshd-config-error`, `hostkeys-missing` and `privsep-dir-missing`
    /// are reasons why nothing listens; the journal tells. `firewall-reject` and `fail2ban-ban`
    /// refuse by ICMP.
    ///
    /// ## How to mend it
    ///
    /// On the server's console: `systemctl status ssh` (on some systems `sshd`, or `ssh.socket`),
    /// `sshd -t`, then `systemctl enable --now ssh`. On the client: is `ssh -G HOST` going to the
    /// port that was meant?
    ///
    /// ## Risk
    ///
    /// None in starting it. Sessions that are open survive.
    ///
    /// ## References
    ///
    /// RFC 9293 §3.10.7.1; systemctl(1); Debian: ssh.service, ssh.socket.
    NO_LISTENER {
        id: "no-listener",
        title: "nothing listens on that port",
        stage: Connect,
        commonness: Common,
        predicts: {
            Connect: Reset always, Refused rarely;
            RefusalSpeed: RoundTrip always;
            OtherPort: Refused usually, Silent sometimes;
            Listener: Nothing always;
            Unit: Inactive usually, Failed sometimes, Active rarely;
        },
        shown_by: [Listener::Nothing],
        remedy: "on the server: sudo sshd -t && sudo systemctl enable --now ssh",
    }
}
