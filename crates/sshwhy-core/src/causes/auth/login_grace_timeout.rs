//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd gives a connection LoginGraceTime (120 seconds unless set otherwise) to authenticate,
    /// then ends it. Something took longer: a slow look-up or directory on the server, an agent or
    /// token that waits for a touch, a person at a prompt, a path that loses large packets.
    ///
    /// ## How it shows
    ///
    /// `Connection closed by HOST port 22` a round number of seconds after it opened; from 9.9 up
    /// to four seconds later. The server logs `Timeout before authentication for …`; versions up
    /// to 8.4, and 8.5 to 9.7 with the security fix of 2024, log nothing.
    ///
    /// ## What looks alike
    ///
    /// `refuse-connection` and `pam-denied` end at once. What stalled is the true cause:
    /// `slow-dns`, `slow-gssapi`, `slow-logind`, `agent-refused`, `mtu-black-hole`.
    ///
    /// ## How to mend it
    ///
    /// Find the slow step and mend that. A longer LoginGraceTime only hides it.
    ///
    /// ## Risk
    ///
    /// `LoginGraceTime 0` lets anybody hold connections for ever, up to MaxStartups. In 9.8 and
    /// 9.9 one such timeout bans the source for 90 seconds.
    ///
    /// ## References
    ///
    /// sshd_config(5) LoginGraceTime, PerSourcePenalties; OpenSSH sshd.c `grace_alarm_handler`.
    LOGIN_GRACE_TIMEOUT {
        id: "login-grace-timeout",
        title: "the login takes longer than LoginGraceTime",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            Login: ClosedEarly usually, ClosedBetween usually, Silent sometimes, ClosedAfterKey sometimes;
            KeyOutcome: NoneToOffer usually, Accepted sometimes, Refused rarely;
            AuthWords: Nothing always;
            SlowStep: BeforeMethods usually, Key sometimes, Gssapi rarely;
            ServerLog: GraceTime usually, Nothing sometimes;
            EndSentBy: Server always;
            GraceTime: Short usually, Ample sometimes;
        },
        shown_by: [ServerLog::GraceTime],
        remedy: "find the slow step: ssh -vvv {destination} 2>&1 | ts -s",
    }
}
