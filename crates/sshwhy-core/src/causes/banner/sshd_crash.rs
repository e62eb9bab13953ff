//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The listener accepts and starts a child, and the child is killed by a signal or exits: a
    /// damaged binary, a library that does not fit, a hardened allocator, a PAM or NSS module that
    /// crashes within it.
    ///
    /// ## How it shows
    ///
    /// Each connection opens and ends some milliseconds later, at the same place each time. Up to
    /// OpenSSH 9.7 nothing is logged at the usual level; later `mm_reap: … child terminated by
    /// signal 11` and `Session process … killed by signal 11`. The kernel log has a line `sshd[…]:
    /// segfault`. From 9.8 on the source is penalised for 90 seconds.
    ///
    /// ## What looks alike
    ///
    /// `sandbox-violation` is signal 31 and has an audit line. `privsep-dir-missing` and
    /// `sshd-helper-missing` say so in the log. `oom-kill` is signal 9 with a kernel message.
    /// `per-source-penalty` follows a crash and hides it.
    ///
    /// ## How to mend it
    ///
    /// Read `journalctl -k` and `coredumpctl`; reinstall sshd and its libraries together; take out
    /// the module that the backtrace names. `sshd -ddd -p 2222` in the foreground shows how far a
    /// child gets.
    ///
    /// ## Risk
    ///
    /// Keep a session open. A second sshd on another port is the way to test.
    ///
    /// ## References
    ///
    /// sshd(8), `-d`; OpenSSH `monitor.c`, `sshd.c`.
    SSHD_CRASH {
        id: "sshd-crash",
        title: "sshd's child dies before it says anything",
        stage: KeyExchange,
        commonness: Rare,
        predicts: {
            Hello: Reset usually, Closed sometimes, Identification sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: Possible usually, TooFast rarely;
            Notice: Nothing always;
            SilentHello: Closed always;
            OddHello: Reset usually, Closed sometimes;
            KexInit: Reset usually, Closed usually, Received rarely;
            ServerLog: ChildCrash usually, Nothing sometimes;
            Helpers: NotSshd sometimes, Present usually;
            EndSentBy: Server always;
        },
        shown_by: [ServerLog::ChildCrash, Helpers::NotSshd],
        remedy: "on the server: sudo journalctl -k -g sshd; sudo apt install --reinstall \
                  openssh-server",
    }
}
