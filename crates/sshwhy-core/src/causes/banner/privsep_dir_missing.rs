//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd locks its unprivileged child into an empty directory, /run/sshd on Debian. It is gone
    /// (a second unit with the same `RuntimeDirectory=` was stopped, or somebody cleaned /run), or
    /// others may write to it. At start sshd refuses to run; while it runs, each child dies.
    ///
    /// ## How it shows
    ///
    /// At start: `Connection refused`. While running: the connection opens and ends some
    /// milliseconds later, without a byte, every time. The log says `Missing privilege separation
    /// directory: /run/sshd`, from OpenSSH 10 on `chroot("/run/sshd"): No such file or directory`.
    ///
    /// ## What looks alike
    ///
    /// `sshd-crash`, `sshd-helper-missing` and `sandbox-violation` end in the same way: the log
    /// tells. `maxstartups-throttled` and `load-balancer-reset` end sooner. `middlebox-reset`
    /// leaves a silent connection alone.
    ///
    /// ## How to mend it
    ///
    /// `mkdir -p -m 755 /run/sshd` as root; then find what removed it: `systemctl cat ssh` for
    /// `RuntimeDirectory=` and its `Preserve`.
    ///
    /// ## Risk
    ///
    /// None.
    ///
    /// ## References
    ///
    /// sshd(8), FILES; systemd.exec(5), RuntimeDirectory=.
    PRIVSEP_DIR_MISSING {
        id: "privsep-dir-missing",
        title: "the privilege separation directory (/run/sshd) is missing or unsafe",
        stage: Banner,
        commonness: Rare,
        predicts: {
            Connect: Established usually, Reset sometimes;
            RefusalSpeed: RoundTrip always;
            Hello: Reset usually, Closed sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: Possible always;
            Notice: Nothing always;
            SilentHello: Closed always;
            OddHello: Reset usually, Closed sometimes;
            Listener: Listens usually, Nothing sometimes;
            ServerLog: PrivsepDir always;
            Unit: Failed usually, LimitHit sometimes, Active sometimes;
            EndSentBy: Server always;
            PrivsepDir: Missing usually, Unsafe sometimes;
        },
        shown_by: [ServerLog::PrivsepDir, PrivsepDir::Missing, PrivsepDir::Unsafe],
        remedy: "on the server: sudo mkdir -p -m 755 /run/sshd",
    }
}
