//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd, the user or the whole host may open no further file, start no further process, or get
    /// no further memory: a limit of the unit (`TasksMax=`, `LimitNOFILE=`), of the user
    /// (limits.conf), or of the kernel.
    ///
    /// ## How it shows
    ///
    /// For the listener: the connection opens and ends at once without a byte, and the log says
    /// `reexec socketpair: Too many open files`, `fork: Resource temporarily unavailable`. For the
    /// user: the login works, then `shell request failed on channel 0`, `exec request failed` or
    /// `fork: retry`.
    ///
    /// ## What looks alike
    ///
    /// `maxstartups-throttled` sends a text. `load-balancer-reset` and `socket-activation-limit`
    /// end the connection in the same way. `pty-allocation-failed` gives a session without a
    /// terminal. `oom-kill` has a kernel message.
    ///
    /// ## How to mend it
    ///
    /// `cat /proc/$(pgrep -o sshd)/limits`, `systemctl status ssh` (Tasks), `ps -u USER | wc -l`,
    /// `cat /proc/sys/fs/file-nr`. End the process that leaks; raise the limit in a drop-in.
    ///
    /// ## Risk
    ///
    /// A higher limit without the leak mended only delays it.
    ///
    /// ## References
    ///
    /// getrlimit(2); systemd.exec(5); limits.conf(5).
    RESOURCE_EXHAUSTED {
        id: "resource-exhausted",
        title: "descriptors, processes or memory are used up",
        stage: Session,
        commonness: Rare,
        intermittent: true,
        predicts: {
            Hello: Identification sometimes, Reset usually, Closed usually;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: TooFast usually, Possible rarely;
            Notice: Nothing always;
            SilentHello: Closed usually, Identification rarely;
            OddHello: Reset usually, Closed sometimes, Complains sometimes;
            Repeat: Same usually, Mixed sometimes;
            Login: Accepted usually, ClosedAfterKey rarely, ClosedEarly rarely, NeedsSecret rarely;
            Session: RequestRefused usually, Closed sometimes, ExitsAtOnce rarely, Reset rarely;
            ServerHealth: OutOfDescriptors sometimes, OutOfMemory rarely, Well usually;
            ServerLog: Resources usually, SessionResources usually;
            EndSentBy: Server always;
            SessionLimits: ProcessesReached sometimes, Room usually;
        },
        shown_by: [
            ServerLog::Resources,
            ServerLog::SessionResources,
            ServerHealth::OutOfDescriptors,
            SessionLimits::ProcessesReached,
        ],
        remedy: "on the server: systemctl status ssh; cat /proc/$(pgrep -o sshd)/limits   and \
                  end the process that leaks",
    }
}
