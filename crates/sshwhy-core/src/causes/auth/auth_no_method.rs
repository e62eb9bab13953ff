//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The methods that the server allows and those that this client can use have nothing in
    /// common: the server wants a key and there is none here, or key authentication is switched
    /// off on one side, or a first factor succeeded and the second cannot be given. On the server
    /// the first value of an option wins, so a file in sshd_config.d (often one of cloud-init) can
    /// switch passwords off or on.
    ///
    /// ## How it shows
    ///
    /// `Permission denied (publickey).` although no `Offering public key` line came before it; the
    /// list in brackets names what the server would still take. With two factors:
    /// `Authenticated using "publickey" with partial success.` and then the refusal. A `Match`
    /// block that leaves no method: `Received disconnect …: no authentication methods enabled`.
    ///
    /// ## What looks alike
    ///
    /// `key-not-authorized`: a key was offered and refused. `key-permissions` and
    /// `key-file-malformed`: there is a key, and ssh ignores it. `agent-refused`: the agent has it
    /// and does not sign.
    ///
    /// ## How to mend it
    ///
    /// With no key: `ssh-keygen -t ed25519`, and let somebody with access add the `.pub` line. In
    /// cron or CI check HOME, `IdentityFile` and the agent. To allow a password for one user: a
    /// `Match User` block with `PasswordAuthentication yes`, `sudo sshd -t`, reload; delete the
    /// block afterwards.
    ///
    /// ## Risk
    ///
    /// A key opens the account to whoever holds it; passwords open it to guessers.
    ///
    /// ## References
    ///
    /// RFC 4252 §5.1; ssh_config(5) PreferredAuthentications; sshd_config(5)
    /// AuthenticationMethods, PasswordAuthentication.
    AUTH_NO_METHOD {
        id: "auth-no-method",
        title: "no way to authenticate is left to try",
        stage: Auth,
        commonness: Common,
        predicts: {
            KeyFiles: Absent usually, Sound sometimes;
            Login: Denied usually, NoMethod sometimes, PartialOnly sometimes;
            KeyOutcome: NoneToOffer usually, Accepted sometimes;
            AuthWords: Nothing usually, OtherWords rarely;
            ServerLog: Nothing usually;
            ServerMethods: NoKey usually, KeyAndMore sometimes, KeyEnough sometimes;
        },
        shown_by: [Login::NoMethod, ServerMethods::NoKey],
        remedy: "make a key (ssh-keygen -t ed25519) and have its public half added to {user} on the server",
    }
}
