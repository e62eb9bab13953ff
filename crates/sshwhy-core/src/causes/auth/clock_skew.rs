//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// Certificates, Kerberos tickets and one-time passwords carry times. When the clock of one
    /// side is wrong, sound ones look expired or not yet valid. Kerberos allows five minutes.
    ///
    /// ## How it shows
    ///
    /// As `certificate-invalid`, often with `not yet valid` for something freshly made, and for
    /// many users at once; or `Clock skew too great` from Kerberos; or a one-time password that
    /// never fits.
    ///
    /// ## What looks alike
    ///
    /// `certificate-invalid`: both clocks agree and the dates are past. `date -u` on both sides
    /// decides.
    ///
    /// ## How to mend it
    ///
    /// Switch on time synchronisation, see `chronyc tracking` or `timedatectl timesync-status`,
    /// and repair the reach to the time server. A machine that slept or was restored from a
    /// snapshot may need one step: `sudo chronyc makestep`.
    ///
    /// ## Risk
    ///
    /// A clock that jumps back can confuse databases and timers: let the daemon do it.
    ///
    /// ## References
    ///
    /// timedatectl(1); chronyc(1); OpenSSH PROTOCOL.certkeys (valid after, valid before); RFC 4120
    /// §5.5.1.
    CLOCK_SKEW {
        id: "clock-skew",
        title: "a clock is wrong, so certificates or tickets are refused",
        stage: Auth,
        commonness: Rare,
        predicts: {
            HostKey: Known usually, BadCertificate sometimes;
            Login: Denied usually, NeedsSecret usually;
            KeyOutcome: CertificateRefused usually, Refused sometimes;
            AuthWords: Nothing always;
            ServerLog: CertificateEarly usually, Certificate rarely, Nothing rarely;
            Clocks: Differ always;
        },
        shown_by: [Clocks::Differ],
        remedy: "on the host whose clock is wrong: sudo timedatectl set-ntp true",
    }
}
