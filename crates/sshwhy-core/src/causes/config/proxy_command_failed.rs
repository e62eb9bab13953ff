//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// ssh does not connect by itself: it starts `ProxyCommand`, or a second ssh for `ProxyJump`,
    /// and speaks through a pipe. The program is missing, ends at once, cannot reach or enter its
    /// own host, or prints something that is not SSH.
    ///
    /// ## How it shows
    ///
    /// The program's own words come first (`command not found`, `Could not resolve hostname`,
    /// `Permission denied`, `HTTP/1.1 407`), then `Connection closed by UNKNOWN port 65535`: that
    /// address means a pipe, not a network. The target itself sees nothing.
    ///
    /// ## What looks alike
    ///
    /// `jump-host-forward-denied` lets us in at the jump host and fails one step later (`stdio
    /// forwarding failed`). Any fault of the jump host's own connection (`dns-failure`,
    /// `firewall-drop`, `key-not-authorized`) shows here too and is better diagnosed by aiming at
    /// the jump host.
    ///
    /// ## How to mend it
    ///
    /// Run the command by hand: `ssh -v HOST` prints it after `Executing proxy command`. For a jump
    /// host, `ssh JUMPHOST true` must work first. `-i` and `-l` on the command line do not reach
    /// the jump host: give it a `Host` block of its own.
    ///
    /// ## Risk
    ///
    /// None: only the user's own configuration changes. Do not leave the proxy out to "test" where
    /// a policy demands it.
    ///
    /// ## References
    ///
    /// ssh_config(5), ProxyCommand and ProxyJump; OpenSSH `sshconnect.c`.
    PROXY_COMMAND_FAILED {
        id: "proxy-command-failed",
        title: "the proxy command or the way to the jump host fails",
        stage: Config,
        commonness: Common,
        predicts: {
            Proxy: CommandFails usually, LoginFails sometimes;
        },
        shown_by: [Proxy::CommandFails, Proxy::LoginFails],
        remedy: "run the proxy command by hand (ssh -v {destination} prints it), or test the jump host \
                  alone: ssh JUMPHOST true",
    }
}
