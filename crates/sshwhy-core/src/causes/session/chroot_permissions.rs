//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// ChrootDirectory locks the session into a directory. Every step of its path must belong to
    /// root and be writable by nobody else, or the user could change what sshd trusts. When it
    /// does not exist or fails this, sshd ends the process after the login.
    ///
    /// ## How it shows
    ///
    /// The login succeeds and the connection is reset within milliseconds, every time:
    /// `client_loop: send disconnect: Broken pipe`, with clients from 9.8 after
    /// `Read from remote host HOST: Connection reset by peer`. The server logs
    /// `fatal: bad ownership or modes for chroot directory …`, or
    /// `safely_chroot: stat("F"): No such file or directory`.
    ///
    /// ## What looks alike
    ///
    /// `resource-exhausted` and `sshd-crash` reset after the login too. `shell-exits` ends in good
    /// order with a status: inside a chroot a shell needs its own files. `mac-corrupted` strikes
    /// at random.
    ///
    /// ## How to mend it
    ///
    /// `namei -l` on the directory shows each step: give each to root with mode 755, and let the
    /// user write in a directory below. Undo: note the old owners first.
    ///
    /// ## Risk
    ///
    /// Programs that wrote into the directory itself as the user must use the one below. Never
    /// work around the check.
    ///
    /// ## References
    ///
    /// sshd_config(5) ChrootDirectory; OpenSSH session.c `safely_chroot`; namei(1).
    CHROOT_PERMISSIONS {
        id: "chroot-permissions",
        title: "ChrootDirectory is not root's alone",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Session: Reset usually, Closed sometimes;
            ServerLog: Chroot always;
            EndSentBy: Server always;
            SessionGround: BadChroot always;
        },
        shown_by: [ServerLog::Chroot, SessionGround::BadChroot],
        remedy: "on the server: namei -l DIRECTORY    (each step must be root's: sudo chown root:root STEP; sudo chmod go-w STEP)",
    }
}
