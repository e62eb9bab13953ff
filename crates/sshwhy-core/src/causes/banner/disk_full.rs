//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A file system has no space or no inodes, or the user's quota is used up. sshd itself does
    /// not mind; what it starts does: PAM modules that write, the audit daemon told to halt logins,
    /// the shell's start-up files, xauth.
    ///
    /// ## How it shows
    ///
    /// The connection and the key exchange work. The session closes right after the login, or the
    /// shell prints `No space left on device`, `Disk quota exceeded`. The log, if it can still be
    /// written, says `No space left on device`.
    ///
    /// ## What looks alike
    ///
    /// `pam-denied` and `shell-exits` close at the same place for other reasons.
    /// `resource-exhausted` is about descriptors and processes. `server-overloaded` is slow.
    ///
    /// ## How to mend it
    ///
    /// `df -h` and `df -i`; remove what grew (old journals: `journalctl --vacuum-size=200M`), or
    /// give the user more quota. `ssh HOST 'exec sh -c "df -h"'` may still work.
    ///
    /// ## Risk
    ///
    /// Do not delete what is not understood: an open file that is deleted frees nothing.
    ///
    /// ## References
    ///
    /// df(1); auditd.conf(5), disk_full_action.
    DISK_FULL {
        id: "disk-full",
        title: "a full disk or quota stops the login",
        stage: Session,
        commonness: Rare,
        predicts: {
            Login: Accepted usually, ClosedAfterKey sometimes;
            Session: Starts sometimes, ExitsAtOnce sometimes, Closed usually;
            StartupOutput: Clean usually, Noisy sometimes;
            ServerHealth: DiskFull always;
            ServerLog: Nothing usually, Resources sometimes;
        },
        shown_by: [ServerHealth::DiskFull],
        remedy: "on the server: df -h; df -i   and free space on the one that is full",
    }
}
