//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The server would take the key, but nobody signs: the agent is locked or gone, a
    /// confirmation was denied, the token is not plugged in or was not touched, its PIN is wrong,
    /// or the key on disk does not fit the agent's certificate. An agent that hangs holds up the
    /// whole login.
    ///
    /// ## How it shows
    ///
    /// `Server accepts key`, then
    /// `sign_and_send_pubkey: signing failed for ED25519 "…" from agent: agent refused operation`
    /// (or `device not found`, `communication with agent failed`), then `Permission denied`. A
    /// hanging agent: silence after `Next authentication method: publickey`, and no packet.
    ///
    /// ## What looks alike
    ///
    /// `key-not-authorized`: the server refuses before a signature is asked for.
    /// `rsa-sha1-disabled`: no algorithm in common. `key-permissions`: the key file itself is
    /// ignored.
    ///
    /// ## How to mend it
    ///
    /// `ssh-add -l` must answer at once; `ssh-add -T KEY.pub` signs a test. Unlock (`ssh-add -X`),
    /// plug in or touch the token, or load the key again with `ssh-add`. To go around a hanging
    /// agent once: `ssh -o IdentityAgent=none`.
    ///
    /// ## Risk
    ///
    /// None.
    ///
    /// ## References
    ///
    /// ssh-add(1) `-T`, `-X`; ssh-agent(1); ssh_config(5) IdentityAgent; OpenSSH PROTOCOL.u2f.
    AGENT_REFUSED {
        id: "agent-refused",
        title: "the agent or token does not sign with our key",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            Login: Denied usually, NeedsSecret usually, Silent sometimes;
            KeyOutcome: Unsigned always;
            AuthWords: Nothing always;
            ServerLog: Nothing usually, KeyRefused rarely;
        },
        shown_by: [KeyOutcome::Unsigned],
        remedy: "ssh-add -T ~/.ssh/KEY.pub    (tests the agent; then unlock it, touch the token, or ssh-add the key again)",
    }
}
