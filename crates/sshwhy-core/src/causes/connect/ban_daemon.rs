//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// CrowdSec, sshguard, DenyHosts, CSF or the provider's own protection holds our address on a
    /// list, for what it did itself, for its neighbours, or because a shared list names it. Their
    /// rules act on every packet of the source.
    ///
    /// ## How it shows
    ///
    /// Usually a time-out on every port, and no ping, from this source only; everything works from
    /// elsewhere. DenyHosts writes to hosts.deny instead, which shows as five seconds and a reset.
    ///
    /// ## What looks alike
    ///
    /// `fail2ban-ban` usually rejects and only on one port. `firewall-drop` and
    /// `cloud-security-group` drop everybody who is not named. `host-down` is silent for everybody.
    /// `tcp-wrappers-deny` is what DenyHosts makes of it.
    ///
    /// ## How to mend it
    ///
    /// On the server: `cscli decisions list --ip ADDRESS` and `cscli decisions delete --ip
    /// ADDRESS`; `nft list set ip sshguard attackers`; `csf -g ADDRESS`. Then put the address on
    /// the daemon's own list of exceptions.
    ///
    /// ## Risk
    ///
    /// Small for one address. Look first at what earned the ban.
    ///
    /// ## References
    ///
    /// CrowdSec: cscli decisions; sshguard(8); DenyHosts FAQ.
    BAN_DAEMON {
        id: "ban-daemon",
        title: "a ban daemon has banned this address",
        stage: Connect,
        commonness: Occasional,
        predicts: {
            Connect: Silent usually, PortUnreachable rarely, Reset rarely;
            OtherPort: Silent usually, Refused sometimes;
            Echo: Silent usually, Replies sometimes;
            IcmpSender: Target always;
            RefusalSpeed: RoundTrip always;
            Ban: OtherDaemon always;
            ServerFilter: Drops usually, Rejects sometimes, Admits sometimes, Resets rarely,
                Counts rarely, DropsEstablished rarely;
        },
        shown_by: [Ban::OtherDaemon],
        remedy: "on the server: sudo cscli decisions delete --ip {source}   (or the list of the \
                  daemon that runs there)",
    }
}
