//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A rule names our address, and we arrive with another: behind NAT, through a VPN or a proxy,
    /// by IPv6 instead of IPv4, or with a new lease. The rule may be in a packet filter, in
    /// hosts.allow, in `AllowUsers user@address`, or the `from=` of a key.
    ///
    /// ## How it shows
    ///
    /// Whatever that rule does to a stranger: no answer, a reset after five seconds, or a refused
    /// key (`ssh -v` shows `Your host '…' is not permitted to use this key for login`). It used to
    /// work from this place, or works from another.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drop`, `cloud-security-group`, `tcp-wrappers-deny` and `key-not-authorized` look
    /// the same to the client. The address that the server logs or captures, compared with the one
    /// in the rule, is the only difference.
    ///
    /// ## How to mend it
    ///
    /// On the server read the address that really arrives: `tcpdump`, or the log. Put it, or the
    /// network of the NAT, into the rule; remove the old one.
    ///
    /// ## Risk
    ///
    /// An address of a NAT or a provider is shared: everybody behind it is admitted too.
    ///
    /// ## References
    ///
    /// sshd(8), AUTHORIZED_KEYS FILE FORMAT, `from=`; RFC 4787.
    SOURCE_ADDRESS_MISMATCH {
        id: "source-address-mismatch",
        title: "the server sees another source address than the one it admits",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            Connect: Established usually, Silent sometimes, PortUnreachable rarely;
            SynEnds: AtHost usually, OnTheWay sometimes;
            OtherPort: Refused usually, Silent sometimes;
            KeyOutcome: SourceRefused usually, Refused sometimes;
            Login: Denied usually, NeedsSecret usually;
            AuthWords: Nothing always;
            ServerFilter: Drops usually, Admits sometimes;
            SynArrives: DoesNotArrive usually, Arrives sometimes;
            ServerLog: Nothing usually, KeyRefused sometimes, RefusedConnect rarely;
            Wrappers: Admit usually, Deny sometimes;
            KeyFile: SourceExcluded usually, Usable sometimes;
        },
        shown_by: [KeyOutcome::SourceRefused, KeyFile::SourceExcluded],
        remedy: "on the server: see with which address this client arrives (sudo tcpdump -ni \
                  any port {port}) and admit that one",
    }
}
