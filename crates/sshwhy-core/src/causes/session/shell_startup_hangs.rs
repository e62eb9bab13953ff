//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The login is done and the session is open; what sshd then runs does not come to an end:
    /// `/etc/ssh/sshrc`, `~/.ssh/rc`, `~/.bashrc`, `/etc/profile.d`, a forced command, or a home on
    /// a file server that does not answer.
    ///
    /// ## How it shows
    ///
    /// `Entering interactive session`, then nothing; `ssh HOST true` hangs as well. The log says
    /// `Accepted` and `session opened`. On the server the file that waits is seen in the tree of
    /// processes below the sshd of the user.
    ///
    /// ## What looks alike
    ///
    /// `slow-logind` waits before the session is open, for a while. `ipqos-dscp` hangs here too, and
    /// works with `IPQoS none`. `shell-exits` ends at once instead.
    ///
    /// ## How to mend it
    ///
    /// By another way in: `ps -u USER f` names what hangs; take that line out of its file. As the
    /// user: `ssh HOST -t 'bash --noprofile --norc'` skips the files of bash, but not sshrc.
    ///
    /// ## Risk
    ///
    /// None in looking. A start-up file may set what the user's programs need.
    ///
    /// ## References
    ///
    /// sshd(8), LOGIN PROCESS and SSHRC; bash(1), INVOCATION.
    SHELL_STARTUP_HANGS {
        id: "shell-startup-hangs",
        title: "a start-up file, a forced command or the home hangs the session",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Login: Accepted always;
            SlowStep: Opening usually, Nothing sometimes;
            Session: Silent always;
            ServerLog: Nothing always;
        },
        shown_by: [],
        remedy: "on the server: ps -u {user} f   names what hangs; look in /etc/ssh/sshrc, ~{user}/.ssh/rc and ~{user}/.bashrc",
    }
}
