//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// ssh reads its configuration before it does anything else. An option that it does not know, a
    /// value that it cannot use, a file that others may write, or a `Match` line it cannot parse
    /// ends it there. No packet leaves the machine.
    ///
    /// ## How it shows
    ///
    /// ssh ends with status 255 within a few milliseconds and names the file and the line: `line 3:
    /// Bad configuration option: x`, `Bad owner or permissions on …`, `Unsupported KEX algorithm`,
    /// `no argument after keyword`. `ssh -G HOST` ends in the same way. The server logs nothing.
    ///
    /// ## What looks alike
    ///
    /// `library-version-mismatch` stops ssh before it reads any file. `proxy-command-failed` needs
    /// a valid configuration first. A configuration that is valid but wrong (another port, user or
    /// key than meant) shows as the failure that it leads to.
    ///
    /// ## How to mend it
    ///
    /// Correct the line that ssh names. Where one file serves several versions of OpenSSH, put
    /// `IgnoreUnknown OPTION` above the option. A file that others may write becomes acceptable
    /// with `chmod 600 ~/.ssh/config`. `ssh -F none HOST` shows whether the rest works without the
    /// file.
    ///
    /// ## Risk
    ///
    /// None beyond the user's own file. Do not remove `RefuseConnection` (OpenSSH 10.1 and later)
    /// without asking who put it there: somebody meant it.
    ///
    /// ## References
    ///
    /// ssh_config(5); OpenSSH `readconf.c`.
    CLIENT_CONFIG_ERROR {
        id: "client-config-error",
        title: "ssh refuses its own configuration",
        stage: Config,
        commonness: Common,
        predicts: {
            ClientConfig: BadOption usually, BadValue sometimes, BadPermissions sometimes,
                Unusable sometimes, Forbidden rarely;
        },
        shown_by: [
            ClientConfig::BadOption,
            ClientConfig::BadValue,
            ClientConfig::BadPermissions,
            ClientConfig::Forbidden,
            ClientConfig::Unusable,
        ],
        remedy: "correct the line that `ssh -G {destination}` names",
    }
}
