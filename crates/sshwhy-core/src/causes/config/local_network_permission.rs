//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The operating system asks the user, or a policy, before a program may talk to the local
    /// network or to any network at all, and the answer was no. macOS (from 15) withholds the local
    /// network from programs in the background and from terminals that were never allowed;
    /// sandboxes, SELinux and AppArmor profiles do the same to a confined program.
    ///
    /// ## How it shows
    ///
    /// `connect: No route to host` or `Operation not permitted` on macOS, `Permission denied` on
    /// Linux, at once and for every host of the local network, while another program on the same
    /// machine connects. No packet leaves.
    ///
    /// ## What looks alike
    ///
    /// `local-firewall` stops every program. `no-route` with a `prohibit` route gives the same
    /// `Permission denied`, and `ip route get` shows it. `selinux-denied` and `apparmor-denied` are
    /// the same on the server.
    ///
    /// ## How to mend it
    ///
    /// macOS: System Settings, Privacy & Security, Local Network: allow the terminal. Linux:
    /// `ausearch -m avc -ts recent` names the rule; set the boolean that it suggests for that one
    /// service.
    ///
    /// ## Risk
    ///
    /// Small when one program is allowed. Do not switch the policy off.
    ///
    /// ## References
    ///
    /// Apple TN3179, Understanding local network privacy; connect(2), EACCES and EPERM.
    LOCAL_NETWORK_PERMISSION {
        id: "local-network-permission",
        title: "the operating system withholds the network from the program",
        stage: Connect,
        commonness: Rare,
        predicts: {
            AddressKind: Private usually, Public rarely, LinkLocal sometimes;
            Connect: LocalDenied always;
            OtherPort: Silent sometimes, Rejected sometimes;
            Echo: Replies sometimes, Silent sometimes, Unreachable sometimes;
            SynArrives: DoesNotArrive always;
        },
        shown_by: [],
        remedy: "allow local-network access to the terminal program in the system's privacy \
                  settings",
    }
}
