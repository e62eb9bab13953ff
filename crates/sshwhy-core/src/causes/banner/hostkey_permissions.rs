//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd does not load a private host key that others may read or that belongs to somebody else:
    /// after a copy without modes, a `chmod -R`, or a volume that is mounted with other owners.
    /// Without any key left it does not start.
    ///
    /// ## How it shows
    ///
    /// `Connection refused`, as from a server without sshd. The journal says `UNPROTECTED PRIVATE
    /// KEY FILE!`, `Permissions 0644 for '/etc/ssh/ssh_host_rsa_key' are too open`, `Unable to load
    /// host key … bad permissions`.
    ///
    /// ## What looks alike
    ///
    /// `hostkeys-missing` has no files. `no-listener` and `sshd-config-error` are the same to a
    /// client. `key-permissions` is the same mistake with a user's key.
    ///
    /// ## How to mend it
    ///
    /// `chown root: /etc/ssh/ssh_host_*_key`, `chmod 600` (640 with group ssh_keys on Fedora's
    /// family), `sshd -t`, start.
    ///
    /// ## Risk
    ///
    /// None. If others could really read the keys, they should be replaced, which every client will
    /// notice.
    ///
    /// ## References
    ///
    /// OpenSSH `authfile.c`, sshkey_perm_ok.
    HOSTKEY_PERMISSIONS {
        id: "hostkey-permissions",
        title: "sshd refuses its host keys for their mode or owner",
        stage: Banner,
        commonness: Rare,
        predicts: {
            Connect: Reset usually, Established rarely;
            RefusalSpeed: RoundTrip always;
            OtherPort: Refused usually, Silent sometimes;
            Hello: Closed usually, Reset sometimes;
            Notice: Nothing always;
            SilentHello: Closed usually, Reset rarely;
            OddHello: Closed usually, Reset sometimes;
            Listener: Nothing usually, Listens rarely;
            ServerLog: HostKeys usually;
            Unit: Failed usually, LimitHit sometimes, Active sometimes;
            EndSentBy: Server always;
            HostKeyFiles: BadModes always;
        },
        shown_by: [HostKeyFiles::BadModes],
        remedy: "on the server: sudo chmod 600 /etc/ssh/ssh_host_*_key && sudo sshd -t && sudo \
                  systemctl restart ssh",
    }
}
