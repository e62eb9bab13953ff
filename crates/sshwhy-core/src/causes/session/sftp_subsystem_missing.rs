//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sftp, and scp from 9.0 on, ask for the subsystem `sftp`. sshd_config has no
    /// `Subsystem sftp` line, or the program that it names is not there (its path differs between
    /// distributions, and small systems lack it).
    ///
    /// ## How it shows
    ///
    /// `subsystem request failed on channel 0`, then `scp: Connection closed`. A missing program:
    /// the subsystem starts and ends at once. The server logs
    /// `subsystem request for sftp by user U failed, subsystem not found`.
    ///
    /// ## What looks alike
    ///
    /// `shell-startup-output` also breaks sftp, with `Received message too long`. `shell-invalid`
    /// and `chroot-permissions` break every session.
    ///
    /// ## How to mend it
    ///
    /// `sudo sshd -T | grep subsystem` shows what is set. `internal-sftp` needs no program and
    /// works in a chroot. `sudo sshd -t`, reload. For one copy: `scp -O` uses the old protocol,
    /// which needs no subsystem. Undo: put the old line back.
    ///
    /// ## Risk
    ///
    /// Small: it opens file transfer to everybody who may log in, which they had through the shell
    /// already.
    ///
    /// ## References
    ///
    /// sshd_config(5) Subsystem; sftp-server(8); scp(1) `-O`; OpenSSH release notes 9.0.
    SFTP_SUBSYSTEM_MISSING {
        id: "sftp-subsystem-missing",
        title: "the sftp subsystem is missing or does not start",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Sftp: Refused usually, Fails sometimes;
            ServerLog: Subsystem usually, Nothing sometimes;
            SessionGround: NoSubsystem always;
        },
        shown_by: [Sftp::Refused, ServerLog::Subsystem, SessionGround::NoSubsystem],
        remedy: "on the server: put 'Subsystem sftp internal-sftp' into sshd_config; meanwhile: scp -O",
    }
}
