//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The provider's stateful filter before the machine (security group, network security group,
    /// VPC firewall rule) has no rule for our address and port. What no rule admits is dropped
    /// without a word.
    ///
    /// ## How it shows
    ///
    /// A time-out on every port, and no ping, while the machine runs; other sources may get in. The
    /// SYN never reaches the machine. Often our own address has changed since the rule was written.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drop` on the machine lets `tcpdump` there see the SYN. `cloud-nacl` may pass one
    /// direction, `cloud-route` has no way at all. `host-down` is told by the console.
    /// `source-address-mismatch` is the reason when a rule names an old address.
    ///
    /// ## How to mend it
    ///
    /// In the provider's console or API add a rule for this source, as one address, on the ssh
    /// port; take it out when it is no longer needed. The provider's reachability analyser names
    /// the rule that stops a flow.
    ///
    /// ## Risk
    ///
    /// A rule for 0.0.0.0/0 is found by scanners within minutes: name one address.
    ///
    /// ## References
    ///
    /// AWS: security group rules; Azure: network security groups; Google Cloud: VPC firewall rules.
    CLOUD_SECURITY_GROUP {
        id: "cloud-security-group",
        title: "no rule of the cloud's firewall admits this source",
        stage: Connect,
        commonness: Occasional,
        predicts: {
            AddressKind: Public usually, Private sometimes;
            Connect: Silent always;
            OtherPort: Silent always;
            Echo: Silent usually, Replies rarely;
            SynArrives: DoesNotArrive always;
            CloudFilter: GroupDenies always;
        },
        shown_by: [CloudFilter::GroupDenies],
        remedy: "in the cloud's console: add an inbound rule for {source} (one address) to port \
                  {port} of this machine",
    }
}
