//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd was started by an ordinary user, or its unit drops root's rights (`User=`,
    /// `NoNewPrivileges=`, a bounding set). It can log in only its own user, and reads neither
    /// shadow passwords nor others' keys.
    ///
    /// ## How it shows
    ///
    /// The connection works; every login of another user fails or closes after the key is accepted.
    /// The log says `setgroups: Operation not permitted`, `Could not get shadow information`, or
    /// `fatal: seteuid`.
    ///
    /// ## What looks alike
    ///
    /// `pam-denied` closes at the same place. `container-capability-missing` is root without its
    /// rights. `key-not-authorized` affects one user.
    ///
    /// ## How to mend it
    ///
    /// Start sshd as root, by its own unit: `systemctl cat ssh` shows lines of a drop-in that take
    /// rights away.
    ///
    /// ## Risk
    ///
    /// None beyond what sshd is meant to have.
    ///
    /// ## References
    ///
    /// sshd(8); systemd.exec(5), NoNewPrivileges=.
    PRIVILEGES_MISSING {
        id: "privileges-missing",
        title: "sshd does not run as root and cannot do its work",
        stage: Session,
        commonness: Exotic,
        predicts: {
            Connect: Established usually, Reset rarely;
            RefusalSpeed: RoundTrip always;
            Hello: Identification usually, Closed sometimes, Reset sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: Possible always;
            Notice: Nothing always;
            SilentHello: Identification usually, Closed sometimes;
            OddHello: Complains usually, Reset sometimes;
            Login: Denied usually, ClosedAfterKey usually;
            KeyOutcome: Refused usually, Accepted sometimes;
            AuthWords: Nothing always;
            Session: Closed usually, Reset sometimes;
            ServerLog: Unprivileged always;
            EndSentBy: Server always;
        },
        shown_by: [],
        remedy: "on the server: start sshd as root by its own unit; systemctl cat ssh shows \
                  what takes rights away",
    }
}
