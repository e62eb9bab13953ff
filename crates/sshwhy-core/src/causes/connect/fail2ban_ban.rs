//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// fail2ban read failed logins in the server's log, from this address or from others behind the
    /// same NAT, and put a rule into the packet filter for ten minutes or longer.
    ///
    /// ## How it shows
    ///
    /// With its usual actions `Connection refused` by an ICMP port-unreachable, on the ssh port
    /// only, or on every port with an "allports" action. With a drop or the `route` action a
    /// time-out; with `hostsdeny` the five seconds of TCP wrappers. Open sessions from the same
    /// address hang. fail2ban.log says `[sshd] Ban ADDRESS`.
    ///
    /// ## What looks alike
    ///
    /// `firewall-reject` uses the same ICMP error for everybody. `ban-daemon` is another program,
    /// which usually drops. `rate-limit-rule` heals within a minute. `tcp-wrappers-deny` is what
    /// the `hostsdeny` action makes of it.
    ///
    /// ## How to mend it
    ///
    /// On the server: `fail2ban-client unban ADDRESS` frees it in all jails. Find what failed to
    /// log in (the ban's own lines name it), or the next ban follows; add the address to `ignoreip`
    /// if it is yours alone.
    ///
    /// ## Risk
    ///
    /// Small for one address. Do not stop fail2ban, and do not delete its rules by hand: they come
    /// back with its next start.
    ///
    /// ## References
    ///
    /// jail.conf(5); fail2ban-client(1).
    FAIL2BAN_BAN {
        id: "fail2ban-ban",
        title: "fail2ban has banned this address",
        stage: Connect,
        commonness: Common,
        predicts: {
            Connect: PortUnreachable usually, Silent usually, Refused rarely;
            IcmpSender: Target always;
            RefusalSpeed: RoundTrip always;
            OtherPort: Refused usually, Rejected usually, Silent usually;
            Echo: Replies usually, Silent usually;
            Ban: Fail2ban always;
            ServerFilter: Rejects usually, Drops sometimes, Admits sometimes, Resets rarely,
                Counts rarely, DropsEstablished rarely;
            ReplyRoute: Prohibited sometimes, Exists usually;
        },
        shown_by: [Ban::Fail2ban],
        remedy: "on the server: sudo fail2ban-client unban {source}",
    }
}
