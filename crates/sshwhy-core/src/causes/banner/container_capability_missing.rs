//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd runs in a container without a capability that it needs: CAP_SYS_CHROOT for its child,
    /// CAP_SETUID and CAP_SETGID for the login, CAP_AUDIT_WRITE for the audit line,
    /// CAP_NET_BIND_SERVICE for the port.
    ///
    /// ## How it shows
    ///
    /// The child ends before its identification string (`chroot("/run/sshd"): Operation not
    /// permitted`), or the session closes right after the login (`setgroups: Operation not
    /// permitted`, `linux_audit_write_entry failed`).
    ///
    /// ## What looks alike
    ///
    /// `privsep-dir-missing` says "No such file". `privileges-missing` is an sshd that was not
    /// started by root. `apparmor-denied` has a denial in the kernel log.
    ///
    /// ## How to mend it
    ///
    /// Give the container the capability that the log points to, and only that one: `--cap-add
    /// SYS_CHROOT`, `--cap-add AUDIT_WRITE`. Better: reach the container with `exec` and need no
    /// sshd.
    ///
    /// ## Risk
    ///
    /// Each capability weakens the container. Do not run it privileged.
    ///
    /// ## References
    ///
    /// capabilities(7); OpenSSH `sshd.c`, `audit-linux.c`.
    CONTAINER_CAPABILITY_MISSING {
        id: "container-capability-missing",
        title: "sshd's container lacks a capability",
        stage: Session,
        commonness: Rare,
        predicts: {
            Connect: Established usually, Reset rarely;
            RefusalSpeed: RoundTrip always;
            Hello: Identification usually, Closed sometimes, Reset sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: Possible always;
            Notice: Nothing always;
            SilentHello: Identification usually, Closed sometimes;
            OddHello: Complains usually, Reset sometimes;
            KexInit: Reset usually, Closed usually, Received sometimes;
            Login: Accepted usually, ClosedAfterKey usually;
            Session: Closed usually, Reset sometimes;
            ServerLog: Unprivileged always;
            EndSentBy: Server always;
        },
        shown_by: [],
        remedy: "give the container the capability that sshd's log names, for instance \
                  --cap-add SYS_CHROOT",
    }
}
