//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The packet enters the tunnel, and the gateway at its other end drops or rejects it: no rule
    /// lets this user, device or group reach that host and port. Or the tunnel is up with split
    /// routes that leave the destination out.
    ///
    /// ## How it shows
    ///
    /// A time-out, more rarely `No route to host` or `Connection refused`, for private addresses
    /// behind the VPN, while other hosts behind it answer. Other ports of the same host are as
    /// silent. The server sees nothing.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drop` on the server lets the packet arrive. `no-route` shows in the routing table.
    /// `host-down` is silent for everybody, also for those whom the policy admits. `dns-failure` is
    /// what a name inside the VPN shows while the VPN is down.
    ///
    /// ## How to mend it
    ///
    /// Ask for access: user, device, destination and port are what the policy's owner needs. `ip
    /// route get ADDRESS` shows whether the packet takes the tunnel at all; the VPN's client or
    /// console often logs the denial.
    ///
    /// ## Risk
    ///
    /// Do not route around the tunnel: the policy was meant.
    ///
    /// ## References
    ///
    /// The documentation of the VPN: WireGuard AllowedIPs; Tailscale ACLs; OpenVPN
    /// client-config-dir.
    VPN_POLICY_DENIED {
        id: "vpn-policy-denied",
        title: "a VPN or zero-trust policy does not allow this destination",
        stage: Connect,
        commonness: Rare,
        predicts: {
            AddressKind: Private usually, Public sometimes;
            Connect: Silent usually, AdminProhibited rarely, HostUnreachable rarely, Reset rarely,
                LocalDenied rarely, Unreachable rarely;
            IcmpSender: Router always;
            RefusalSpeed: TooFast sometimes, RoundTrip sometimes;
            SynEnds: OnTheWay always;
            OtherPort: Silent usually, Rejected rarely, Refused rarely;
            Echo: Silent usually, Replies sometimes;
            SynArrives: DoesNotArrive always;
        },
        shown_by: [],
        remedy: "ip route get {address}   and ask the VPN's owner to admit {user} to {host} \
                  port {port}",
    }
}
