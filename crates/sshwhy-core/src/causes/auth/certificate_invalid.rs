//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// An OpenSSH certificate is only good from one date to another, for the principals that it
    /// names, from the addresses that it allows, and when signed by a CA that the other side
    /// trusts. One of these fails: for the user's certificate at the server, or for the host's at
    /// the client.
    ///
    /// ## How it shows
    ///
    /// A user's: the key is refused, `Permission denied (publickey)`; the server logs
    /// `Certificate invalid: expired` (`not yet valid`, `name is not a listed principal`) or
    /// `Refusing certificate ID … signed by … CA`. A host's: `Certificate invalid: …`, and ssh
    /// falls back to the plain host key or ends with `Host key verification failed.`
    ///
    /// ## What looks alike
    ///
    /// `clock-skew`: the dates are right and a clock is wrong. `key-not-authorized`: no
    /// certificate is offered at all, or `TrustedUserCAKeys` does not name its CA.
    ///
    /// ## How to mend it
    ///
    /// `ssh-keygen -L -f CERT` prints dates, principals and the CA. Have a new one signed, with
    /// the right principals; check `date` on both sides. For principals look at
    /// `AuthorizedPrincipalsFile` for the account. Undo: nothing to undo.
    ///
    /// ## Risk
    ///
    /// None in a new certificate of a sane length. Do not sign one without an end.
    ///
    /// ## References
    ///
    /// OpenSSH PROTOCOL.certkeys; ssh-keygen(1) *CERTIFICATES*; sshd_config(5) TrustedUserCAKeys,
    /// AuthorizedPrincipalsFile.
    CERTIFICATE_INVALID {
        id: "certificate-invalid",
        title: "a certificate is expired, not yet valid or for another name",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            HostKey: Known usually, BadCertificate sometimes;
            Login: Denied usually, NeedsSecret usually;
            KeyOutcome: CertificateRefused usually, Refused sometimes;
            AuthWords: Nothing always;
            ServerLog: Certificate usually, CertificateEarly rarely;
        },
        shown_by: [KeyOutcome::CertificateRefused, HostKey::BadCertificate, ServerLog::Certificate],
        remedy: "ssh-keygen -L -f ~/.ssh/KEY-cert.pub    (then have it signed again for {user})",
    }
}
