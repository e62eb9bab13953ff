//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A network ACL judges each packet by itself. It lets our SYN in and not the answer out,
    /// because the answer goes to a high port that the outbound list does not name; or it stops the
    /// SYN.
    ///
    /// ## How it shows
    ///
    /// A time-out. On the machine the SYN arrives and the SYN-ACK is sent again and again, when it
    /// is the way back that is stopped. Flow logs show ACCEPT in and REJECT out.
    ///
    /// ## What looks alike
    ///
    /// `cloud-security-group` remembers connections and never stops an answer. `asymmetric-route`
    /// loses the answer by routing. `firewall-drop` does not answer at all.
    ///
    /// ## How to mend it
    ///
    /// Allow inbound TCP to the ssh port from the source, and outbound TCP to ports 1024-65535 of
    /// the source. Rules are tried in the order of their numbers; the first that matches counts.
    ///
    /// ## Risk
    ///
    /// A subnet's list affects every machine in it.
    ///
    /// ## References
    ///
    /// AWS: network ACLs, ephemeral ports.
    CLOUD_NACL {
        id: "cloud-nacl",
        title: "the subnet's stateless access list stops one direction",
        stage: Connect,
        commonness: Rare,
        predicts: {
            AddressKind: Public usually, Private usually;
            Connect: Silent always;
            OtherPort: Silent always;
            Echo: Silent usually, Replies rarely;
            SourcePort: Same usually, Helps sometimes;
            SynArrives: Arrives usually, DoesNotArrive sometimes;
            CloudFilter: SubnetDenies always;
        },
        shown_by: [CloudFilter::SubnetDenies],
        remedy: "in the cloud's console: let the subnet's access list pass port {port} in and \
                  ports 1024-65535 out",
    }
}
