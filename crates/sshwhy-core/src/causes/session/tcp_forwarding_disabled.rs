//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// AllowTcpForwarding, AllowStreamLocalForwarding, PermitOpen, PermitListen or
    /// DisableForwarding, or `restrict` or `no-port-forwarding` before the key, does not allow
    /// what was asked.
    ///
    /// ## How it shows
    ///
    /// For `-L`, `-D` and `-W` when something uses it:
    /// `channel 3: open failed: administratively prohibited: open failed`. For `-R`:
    /// `remote port forwarding failed for listen port N`, which ends ssh when ExitOnForwardFailure
    /// is set. The server logs `refused local port forward: …` (or `remote`).
    ///
    /// ## What looks alike
    ///
    /// `forward-port-busy`: the port on the server is taken.
    /// `open failed: connect failed: Connection refused`: the forwarding is allowed and its target
    /// does not answer. `jump-host-forward-denied` is this on a jump host.
    ///
    /// ## How to mend it
    ///
    /// Allow the one thing: in a `Match User U` block `AllowTcpForwarding local` with
    /// `PermitOpen TARGET:PORT`, or `remote` with `PermitListen PORT`. `sudo sshd -t`, reload,
    /// connect anew. Undo: delete the block.
    ///
    /// ## Risk
    ///
    /// A forwarding opens the server's network to the user: name the target and the port.
    ///
    /// ## References
    ///
    /// sshd_config(5) AllowTcpForwarding, PermitOpen, PermitListen, DisableForwarding; RFC 4254
    /// §7.
    TCP_FORWARDING_DISABLED {
        id: "tcp-forwarding-disabled",
        title: "the server's configuration forbids the forwarding",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Forwarding: Refused usually, PortRefused sometimes;
            ServerLog: Forwarding usually, Nothing sometimes;
            ForwardingPolicy: Forbids always;
        },
        shown_by: [Forwarding::Refused, ForwardingPolicy::Forbids],
        remedy: "on the server: sudo sshd -T -C user={user},addr={source},host={source} | grep -Ei 'forwarding|permit(open|listen)|gatewayports'",
    }
}
