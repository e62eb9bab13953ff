//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A terminal was asked for and not given: all are in use, /dev/pts is not mounted or has the
    /// wrong group, or `PermitTTY no` or `no-pty` in authorized_keys forbids it.
    ///
    /// ## How it shows
    ///
    /// `PTY allocation request failed on channel 0`. Commands still run; a shell may start without
    /// prompt. The server logs `openpty: …` when the system could not, and nothing at the usual
    /// level when the configuration forbids.
    ///
    /// ## What looks alike
    ///
    /// `shell-exits`: a terminal is given and the shell ends. Services for git and backups forbid
    /// terminals on purpose.
    ///
    /// ## How to mend it
    ///
    /// When the system could not: `mount | grep devpts` (it must be mounted with
    /// `gid=5,mode=620`), and raise `kernel.pty.max` when all are used. When it is forbidden:
    /// `sshd -T -C user=U | grep permittty`, and the options before the key in authorized_keys.
    /// Undo: put the old value back.
    ///
    /// ## Risk
    ///
    /// A key with `no-pty` was made for one task: make another key for people.
    ///
    /// ## References
    ///
    /// pts(4); sshd_config(5) PermitTTY; sshd(8) *AUTHORIZED_KEYS FILE FORMAT* `no-pty`; RFC 4254
    /// §6.2.
    PTY_ALLOCATION_FAILED {
        id: "pty-allocation-failed",
        title: "the server gives no terminal",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Terminal: Refused always;
            ServerLog: Nothing usually, NoTerminal usually;
        },
        shown_by: [Terminal::Refused],
        remedy: "without a terminal: ssh -T {destination}; on the server: cat /proc/sys/kernel/pty/nr /proc/sys/kernel/pty/max",
    }
}
