//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The machine or the session's control group ran out of memory, and the kernel killed a
    /// process: the child that logs us in, the shell, or what runs in it. The listener itself is
    /// protected.
    ///
    /// ## How it shows
    ///
    /// The connection or session closes without a word, most often under load. The kernel log says
    /// `Out of memory: Killed process 4711 (sshd)` or names a control group. Later tries may work.
    ///
    /// ## What looks alike
    ///
    /// `sshd-crash` is another signal and happens each time. `server-overloaded` is the time
    /// before. `resource-exhausted` refuses instead of killing. `sshd-restarted` is somebody's act.
    ///
    /// ## How to mend it
    ///
    /// `journalctl -k -g 'Out of memory'` names the victim and the eater. Give the machine memory
    /// or swap, or the service a `MemoryMax=` of its own.
    ///
    /// ## Risk
    ///
    /// Small.
    ///
    /// ## References
    ///
    /// Documentation/admin-guide/mm/concepts.rst; systemd.resource-control(5).
    OOM_KILL {
        id: "oom-kill",
        title: "the kernel killed sshd or the session for memory",
        stage: Session,
        commonness: Rare,
        intermittent: true,
        predicts: {
            Repeat: Same usually, Mixed sometimes;
            Hello: Identification usually, Closed sometimes, Reset sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: Possible always;
            Notice: Nothing always;
            SilentHello: Identification usually, Closed sometimes;
            OddHello: Complains usually, Closed sometimes;
            KexInit: Received usually, Closed rarely;
            KexReply: Received usually, Closed sometimes;
            Login: Accepted usually, ClosedAfterKey sometimes;
            Session: Closed usually, Starts sometimes, ExitsAtOnce sometimes;
            ServerHealth: OutOfMemory usually, Well sometimes;
            ServerLog: Oom always;
            EndSentBy: Server always;
        },
        shown_by: [ServerLog::Oom],
        remedy: "on the server: sudo journalctl -k -g 'Out of memory'   names who ate the memory",
    }
}
