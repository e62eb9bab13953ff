//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// .bashrc, .cshrc, .zshenv or a forced command prints text for every session. scp, sftp,
    /// rsync and git expect their own protocol from the first byte on and stumble over it.
    ///
    /// ## How it shows
    ///
    /// `ssh HOST true | wc -c` is not 0. sftp and old scp: `Received message too long 1234567890`,
    /// then `Ensure the remote shell produces no output for non-interactive sessions.`; rsync:
    /// `protocol version mismatch -- is your shell clean?` Ordinary logins work.
    ///
    /// ## What looks alike
    ///
    /// `sftp-subsystem-missing`: the output is clean and the subsystem is refused. The length in
    /// the message is text read as a number: 1349676916 is `Prot`.
    ///
    /// ## How to mend it
    ///
    /// Print only where somebody reads: put the output behind a test for an interactive shell, as
    /// in the line above, or move it to the profile for login shells. Undo: delete the line.
    ///
    /// ## Risk
    ///
    /// None: aliases and the like are not used without a person.
    ///
    /// ## References
    ///
    /// bash(1) *INVOCATION*; scp(1); rsync(1) *DIAGNOSTICS*.
    SHELL_STARTUP_OUTPUT {
        id: "shell-startup-output",
        title: "start-up files print into sessions where nobody reads",
        stage: Session,
        commonness: Occasional,
        predicts: {
            StartupOutput: Noisy always;
            Sftp: Starts usually, Fails sometimes;
        },
        shown_by: [StartupOutput::Noisy],
        remedy: "at the top of ~/.bashrc on the server: case $- in *i*) ;; *) return ;; esac",
    }
}
