//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// No host key file exists or can be loaded: a cloned image that was cleaned, an `/etc/ssh`
    /// that was not restored, keys of a type that is no longer supported. sshd then does not start.
    /// With some keys left it starts and offers only those.
    ///
    /// ## How it shows
    ///
    /// `Connection refused`, as from a server without sshd. The journal says `Unable to load host
    /// key: /etc/ssh/ssh_host_rsa_key` and `sshd: no hostkeys available -- exiting.` With some keys
    /// left: `no matching host key type found`. Dropbear closes after KEXINIT.
    ///
    /// ## What looks alike
    ///
    /// `no-listener` and `sshd-config-error` are the same to a client. `hostkey-permissions` has
    /// the files and refuses them. `hostkey-alg-mismatch` is what a missing type leads to.
    ///
    /// ## How to mend it
    ///
    /// If the old keys exist in a backup, restore them with mode 600 and owner root. If not,
    /// `ssh-keygen -A` makes those that are missing; then start sshd.
    ///
    /// ## Risk
    ///
    /// New keys are `host-key-changed` to every client: publish the fingerprints. Never overwrite a
    /// key that exists.
    ///
    /// ## References
    ///
    /// ssh-keygen(1), `-A`; OpenSSH `sshd.c`.
    HOSTKEYS_MISSING {
        id: "hostkeys-missing",
        title: "sshd has no usable host key",
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
            ServerLog: HostKeys always;
            Unit: Failed usually, LimitHit sometimes, Active sometimes;
            EndSentBy: Server always;
            HostKeyFiles: Missing always;
        },
        shown_by: [HostKeyFiles::Missing],
        remedy: "on the server: sudo ssh-keygen -A && sudo sshd -t && sudo systemctl restart ssh",
    }
}
