//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd listens, and not where we knock: another `Port`, a `ListenAddress` of one interface or
    /// of loopback only, one address family only. With ssh.socket the port comes from systemd, and
    /// `Port` in sshd_config may be ignored until the socket unit is reloaded.
    ///
    /// ## How it shows
    ///
    /// `Connection refused` after one round trip. The other family, another address of the host or
    /// the right port answers. `ss -ltnp` on the server shows where sshd is.
    ///
    /// ## What looks alike
    ///
    /// `no-listener` is the same on the wire. `port-in-use` is when another program took the port
    /// first. `firewall-tcp-reset` refuses although sshd listens there.
    ///
    /// ## How to mend it
    ///
    /// Use the right port (`Port` in a `Host` block), or change the listener: `sshd -T | grep -E
    /// '^(port|listenaddress|addressfamily)'` shows what is in force, `sshd -t` tests, then
    /// restart. With ssh.socket: `systemctl daemon-reload && systemctl restart ssh.socket`.
    ///
    /// ## Risk
    ///
    /// A listener on every address may be reachable from where it was not meant to be: look at the
    /// packet filter first. Keep a session open.
    ///
    /// ## References
    ///
    /// sshd_config(5), ListenAddress, Port, AddressFamily; systemd.socket(5).
    SSHD_LISTENS_ELSEWHERE {
        id: "sshd-listens-elsewhere",
        title: "sshd runs, but on another port, address or family",
        stage: Connect,
        commonness: Occasional,
        predicts: {
            Connect: Reset always, Refused rarely;
            RefusalSpeed: RoundTrip always;
            OtherFamily: Fails usually, Works usually;
            OtherPort: Refused usually, Silent sometimes;
            Listener: Elsewhere always;
        },
        shown_by: [Listener::Elsewhere],
        remedy: "on the server: sudo ss -ltnp | grep sshd   shows the port and address to use",
    }
}
