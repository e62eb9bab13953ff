//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The machine has no public address (or lost it when it was stopped), its subnet has no route
    /// to an internet gateway, a peering or transit route is missing or a black hole.
    ///
    /// ## How it shows
    ///
    /// A time-out on every port and no ping. The provider's console shows an address other than the
    /// one in DNS, or a route table without a way out.
    ///
    /// ## What looks alike
    ///
    /// `cloud-security-group` needs a rule, not a route. `dns-wrong-address` is when the address
    /// changed and the name did not. `host-down` is a machine that does not run.
    ///
    /// ## How to mend it
    ///
    /// Give the machine a lasting public address, or a route through gateway, peering or VPN; or go
    /// through the provider's own tunnel (SSM, IAP, a bastion host).
    ///
    /// ## Risk
    ///
    /// A public address makes the machine reachable for all whom the filter admits: look at the
    /// rules first.
    ///
    /// ## References
    ///
    /// AWS: VPC route tables; Azure: user-defined routes; Google Cloud: routes.
    CLOUD_ROUTE {
        id: "cloud-route",
        title: "the cloud's routing leads no packet to the machine or back",
        stage: Connect,
        commonness: Rare,
        predicts: {
            AddressKind: Public usually, Private usually;
            Connect: Silent usually, NetUnreachable rarely, HostUnreachable rarely;
            SynEnds: OnTheWay usually, AtHost usually;
            IcmpSender: Router always;
            OtherPort: Silent always;
            Echo: Silent always;
            SynArrives: DoesNotArrive always;
            CloudFilter: NoRoute always;
        },
        shown_by: [CloudFilter::NoRoute],
        remedy: "in the cloud's console: check the machine's public address and its subnet's \
                  route table",
    }
}
