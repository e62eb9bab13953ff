//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The login at the jump host works; its sshd then opens no connection to the target. Either
    /// its configuration forbids forwarding (`AllowTcpForwarding`, `PermitOpen`,
    /// `DisableForwarding`, an option of the key), or the target refuses or does not answer the
    /// jump host.
    ///
    /// ## How it shows
    ///
    /// `channel 0: open failed: administratively prohibited: open failed` when it is forbidden;
    /// `channel 0: open failed: connect failed: Connection refused` (or `timed out`, `Name or
    /// service not known`) when the target fails; then `stdio forwarding failed`. The words after
    /// `connect failed:` are the jump host's own error.
    ///
    /// ## What looks alike
    ///
    /// `proxy-command-failed` never gets into the jump host. When the target refuses the jump host,
    /// the trouble may be any of `no-listener`, `firewall-reject` or `firewall-drop` between the
    /// jump host and the target: sshwhy on the jump host tells them apart.
    /// `tcp-forwarding-disabled` is the same lock met with `ssh -L`.
    ///
    /// ## How to mend it
    ///
    /// Forbidden: on the jump host allow just this target to just this user, in a `Match User`
    /// block: `AllowTcpForwarding local` and `PermitOpen TARGET:22`; then `sshd -t` and reload.
    /// Target fails: run `sshwhy TARGET` on the jump host.
    ///
    /// ## Risk
    ///
    /// Forwarding lets the user reach whatever the jump host can reach: name the target in
    /// `PermitOpen`, and do not open it for everybody.
    ///
    /// ## References
    ///
    /// sshd_config(5), AllowTcpForwarding and PermitOpen; RFC 4254 §5.1 and §7.2.
    JUMP_HOST_FORWARD_DENIED {
        id: "jump-host-forward-denied",
        title: "the jump host lets us in and does not pass us on",
        stage: Config,
        commonness: Common,
        predicts: {
            Proxy: ForwardDenied usually, TargetFails usually;
        },
        shown_by: [Proxy::ForwardDenied, Proxy::TargetFails],
        remedy: "on the jump host: try the target itself (sshwhy TARGET), or allow it: \
                  PermitOpen TARGET:{port} for this user",
    }
}
