//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// Before the login sshd's child may make only a few system calls. A new libc, OpenSSL or
    /// kernel makes another one, and the kernel kills the child with SIGSYS.
    ///
    /// ## How it shows
    ///
    /// The connection ends before or during the key exchange, at the same place each time. The
    /// kernel log has `audit: type=1326 … comm="sshd" sig=31 syscall=N`; sshd from 9.8 on logs
    /// `child terminated by signal 31` and penalises the source for 90 seconds.
    ///
    /// ## What looks alike
    ///
    /// `sshd-crash` is another signal. `privsep-dir-missing` and `sshd-helper-missing` end before
    /// an identification string. `server-protocol-bug` is not tied to a version change on the
    /// server.
    ///
    /// ## How to mend it
    ///
    /// Update OpenSSH, libc and OpenSSL together, and restart sshd. The number of the system call,
    /// with `ausyscall N`, belongs into the bug report.
    ///
    /// ## Risk
    ///
    /// Never switch the sandbox off.
    ///
    /// ## References
    ///
    /// seccomp(2); OpenSSH `sandbox-seccomp-filter.c`.
    SANDBOX_VIOLATION {
        id: "sandbox-violation",
        title: "sshd's sandbox kills its child for a forbidden system call",
        stage: KeyExchange,
        commonness: Exotic,
        predicts: {
            Hello: Identification usually, Reset sometimes, Closed sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: Possible always;
            Notice: Nothing always;
            SilentHello: Identification usually, Closed sometimes;
            OddHello: Complains usually, Reset sometimes;
            KexInit: Closed usually, Reset sometimes, Received sometimes;
            KexReply: Closed usually, Reset sometimes;
            ServerLog: Sandbox usually, ChildCrash sometimes;
            EndSentBy: Server always;
        },
        shown_by: [ServerLog::Sandbox],
        remedy: "on the server: sudo journalctl -k -g type=1326   and update openssh-server, \
                  libc6 and libssl3 together",
    }
}
