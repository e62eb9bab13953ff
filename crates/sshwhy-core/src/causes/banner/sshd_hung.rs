//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd's listener or its child does not run on: stopped by a signal or a debugger, waiting for
    /// a disk or network file system, for syslog, LDAP or the random pool. The kernel still
    /// completes handshakes in its name.
    ///
    /// ## How it shows
    ///
    /// The connection opens, our identification string is acknowledged, and nothing ever comes. ssh
    /// hangs after `Local version string`; a silent connection hangs as well. When the queue is
    /// full, further tries get no answer at all.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drops-established` and `middlebox-drop` do not acknowledge our bytes.
    /// `server-overloaded` answers late. `wrong-service-on-port` may wait for its client to speak
    /// another language. `syn-backlog-overflow` is the next step of the same trouble.
    ///
    /// ## How to mend it
    ///
    /// On a console: `ps -o pid,stat,wchan -C sshd`. T: `kill -CONT PID`, and find who stopped it.
    /// D: mend the disk or mount it waits for. S: `strace -p PID` shows which lookup hangs. Else
    /// `systemctl restart ssh`.
    ///
    /// ## Risk
    ///
    /// A restart keeps sessions but destroys the evidence: look first.
    ///
    /// ## References
    ///
    /// ps(1), process state codes; signal(7).
    SSHD_HUNG {
        id: "sshd-hung",
        title: "sshd accepts nothing: it is stopped, blocked or deadlocked",
        stage: Banner,
        commonness: Occasional,
        predicts: {
            Hello: Silent always;
            HelloAcked: Acked always, NotAcked never;
            SilentHello: Silent always;
            OddHello: Silent always;
            Listener: Stopped usually, Listens sometimes;
        },
        shown_by: [Listener::Stopped],
        remedy: "on the server: ps -o pid,stat,wchan -C sshd   (T: kill -CONT; D: mend the \
                  disk), else sudo systemctl restart ssh",
    }
}
