//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// known_hosts has no key for this host under this name and port, and ssh may not ask:
    /// StrictHostKeyChecking is `yes`, or there is no terminal to ask on (cron, CI, `BatchMode`).
    /// Each user has a file of their own, root too.
    ///
    /// ## How it shows
    ///
    /// `No ED25519 host key is known for HOST and you have requested strict checking.`, then
    /// `Host key verification failed.`
    ///
    /// ## What looks alike
    ///
    /// `host-key-changed`: another key is on record. The same host under another name, alias or
    /// port is another entry: `-v` says `checking without port identifier` and
    /// `found matching key w/out port`.
    ///
    /// ## How to mend it
    ///
    /// Take the key from a trusted place (the server's console, configuration management, a CA
    /// with `@cert-authority`) into known_hosts. Or once, after comparing the fingerprint, connect
    /// with `StrictHostKeyChecking=accept-new` (7.6 and later): it records new keys and still
    /// refuses changed ones. For another name of the same host set `HostKeyAlias`. Undo:
    /// `ssh-keygen -R HOST`.
    ///
    /// ## Risk
    ///
    /// Whoever answers first is believed from then on: compare the fingerprint. `ssh-keyscan`
    /// alone proves nothing.
    ///
    /// ## References
    ///
    /// ssh_config(5) StrictHostKeyChecking, HostKeyAlias, UserKnownHostsFile; sshd(8)
    /// *SSH_KNOWN_HOSTS FILE FORMAT*.
    HOST_KEY_UNKNOWN {
        id: "host-key-unknown",
        title: "no host key is on record and the policy is strict",
        stage: HostKey,
        commonness: Occasional,
        predicts: {
            HostKey: UnknownStrict always;
        },
        shown_by: [HostKey::UnknownStrict],
        remedy: "compare the fingerprint with one from the console, then: ssh -o StrictHostKeyChecking=accept-new {destination}",
    }
}
