//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The shell's own limit ran out: `TMOUT` in bash, ksh and zsh, `autologout` in tcsh, often
    /// set by policy in /etc/profile.d. systemd-logind can end idle sessions too
    /// (`StopIdleSessionSec`).
    ///
    /// ## How it shows
    ///
    /// `timed out waiting for input: auto-logout`, then `Connection to HOST closed.` with the
    /// shell's status, after a constant time at the prompt. A running program is left alone.
    ///
    /// ## What looks alike
    ///
    /// `channel-timeout` ends without a status (255). `idle-timeout` ends without a word, and
    /// keepalives help there.
    ///
    /// ## How to mend it
    ///
    /// Keep a program in the foreground (tmux) or have the policy changed. For one session
    /// `unset TMOUT` works unless it is read-only. Undo: nothing.
    ///
    /// ## Risk
    ///
    /// The limit guards unattended terminals.
    ///
    /// ## References
    ///
    /// bash(1) TMOUT; tcsh(1) autologout; logind.conf(5) StopIdleSessionSec.
    SHELL_AUTOLOGOUT {
        id: "shell-autologout",
        title: "the idle shell logs itself out",
        stage: Idle,
        commonness: Occasional,
        predicts: {
            IdleEnd: LoggedOut always;
            IdleKeepalive: DoesNotSave always;
            EndSentBy: Server always;
        },
        shown_by: [IdleEnd::LoggedOut],
        remedy: "in the session: echo $TMOUT    (and ask who set it, in /etc/profile.d)",
    }
}
