//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The listener starts another program for each connection: itself again, from 9.8 on
    /// sshd-session, from 10.0 on sshd-auth too. An upgrade that is not finished, or a listener
    /// that was not restarted after it, leaves one that is missing or does not understand the
    /// other.
    ///
    /// ## How it shows
    ///
    /// Each connection opens and ends a few milliseconds later without a byte; open sessions live
    /// on. The journal or the standard error says `-R not supported here`, `recv_rexec_state:
    /// ssh_msg_recv failed`, `rexec of … failed: No such file or directory` or `exec of … failed`.
    ///
    /// ## What looks alike
    ///
    /// `privsep-dir-missing`, `sshd-crash` and `library-version-mismatch` end in the same way: the
    /// log tells. `maxstartups-throttled` sends a text. `load-balancer-reset` ends sooner.
    ///
    /// ## How to mend it
    ///
    /// Finish the upgrade (`dpkg --configure -a`), then restart the daemon: `systemctl restart
    /// ssh`. With `KillMode=process` sessions survive.
    ///
    /// ## Risk
    ///
    /// Keep a session open and prove a new login before it is closed.
    ///
    /// ## References
    ///
    /// OpenSSH release notes 9.8 and 10.0; `sshd.c`.
    SSHD_HELPER_MISSING {
        id: "sshd-helper-missing",
        title: "a helper program of sshd is missing or of another version",
        stage: Banner,
        commonness: Rare,
        predicts: {
            Hello: Reset usually, Closed sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: Possible usually, TooFast usually;
            Notice: Nothing always;
            SilentHello: Closed always;
            OddHello: Reset usually, Closed sometimes;
            ServerLog: Helper always;
            EndSentBy: Server always;
            Helpers: Missing usually, OtherVersion sometimes;
        },
        shown_by: [ServerLog::Helper, Helpers::Missing, Helpers::OtherVersion],
        remedy: "on the server: sudo dpkg --configure -a; sudo systemctl restart ssh",
    }
}
