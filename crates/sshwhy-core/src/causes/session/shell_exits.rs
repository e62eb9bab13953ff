//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The login works, and the shell or the command that the key or the account is tied to ends
    /// by itself: a start-up file runs `exit` or `exec` of something missing, a forced command's
    /// file was moved, a restricted account only says a sentence and goes.
    ///
    /// ## How it shows
    ///
    /// `Connection to HOST closed.` at once, with the status of the shell and not 255: 127 for a
    /// missing command (`No such file or directory`), 126 for one that cannot be run, 1 for most
    /// others. The server logs a normal disconnect.
    ///
    /// ## What looks alike
    ///
    /// `shell-invalid`: the account has no real shell. Status 254 is sshd's own: `pam-denied`,
    /// `login-limit`. `chroot-permissions` and `sshd-crash` end with 255 and a reset.
    /// `This service allows sftp connections only.` is a restricted account that works.
    ///
    /// ## How to mend it
    ///
    /// Does `ssh HOST true` work, and `ssh -t HOST 'bash --noprofile --norc'`? Then a start-up
    /// file is to blame: rename one after the other (.bash_profile, .bashrc, .profile) through
    /// sftp. For a forced command read the options before the key in authorized_keys, and
    /// `sshd -T -C user=U | grep forcecommand`. Undo: rename back.
    ///
    /// ## Risk
    ///
    /// Renamed start-up files leave settings out until they are back.
    ///
    /// ## References
    ///
    /// bash(1) *INVOCATION*; sshd_config(5) ForceCommand; sshd(8) *LOGIN PROCESS*.
    SHELL_EXITS {
        id: "shell-exits",
        title: "the shell or forced command ends at once",
        stage: Session,
        commonness: Common,
        predicts: {
            Session: ExitsAtOnce usually, CommandMissing sometimes, Closed rarely;
            AuthWords: Nothing usually, OtherWords sometimes;
            SessionGround: ForcedCommand sometimes, Sound sometimes;
        },
        shown_by: [Session::CommandMissing],
        remedy: "go around the start-up files: ssh -t {destination} 'bash --noprofile --norc'",
    }
}
