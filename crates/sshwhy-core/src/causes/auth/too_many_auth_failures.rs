//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// Every key that is offered and refused counts as a failure. An agent with many keys uses up
    /// MaxAuthTries (6 by default) before the right key's turn comes, or before a password can be
    /// typed.
    ///
    /// ## How it shows
    ///
    /// `Received disconnect from HOST port 22:2: Too many authentication failures`. `ssh -v` shows
    /// about as many `Offering public key` lines. The server logs
    /// `maximum authentication attempts exceeded for USER from …`.
    ///
    /// ## What looks alike
    ///
    /// `key-not-authorized`: the client runs out of keys before the server runs out of patience,
    /// and the end is `Permission denied`. Dropbear allows 10. Several such ends make sshd from
    /// 9.8 penalise the source: `per-source-penalty`.
    ///
    /// ## How to mend it
    ///
    /// Name the one key: a `Host` block with `IdentityFile` and `IdentitiesOnly yes`, which keeps
    /// the agent's other keys back. To see what is offered: `ssh-add -l`. Undo: delete the lines.
    ///
    /// ## Risk
    ///
    /// None. Raising MaxAuthTries instead gives guessers more tries.
    ///
    /// ## References
    ///
    /// sshd_config(5) MaxAuthTries; ssh_config(5) IdentitiesOnly; RFC 4252 §4.
    TOO_MANY_AUTH_FAILURES {
        id: "too-many-auth-failures",
        title: "too many keys are offered before the right one",
        stage: Auth,
        commonness: Common,
        predicts: {
            Login: TooManyFailures always, ClosedBetween rarely;
            KeyOutcome: Refused always;
            AuthWords: Nothing usually, OtherWords sometimes;
            ServerLog: TooManyFailures always;
            EndSentBy: Server always;
            AuthTries: Few usually, Ample sometimes;
        },
        shown_by: [Login::TooManyFailures, ServerLog::TooManyFailures],
        remedy: "in ~/.ssh/config, for this host: IdentitiesOnly yes and IdentityFile ~/.ssh/KEY",
    }
}
