//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The server proves itself with another key than the one in known_hosts. It was reinstalled,
    /// its keys were made anew, the address now belongs to another machine, a load balancer leads
    /// to several machines, or somebody is in the middle. The client ends the connection before it
    /// sends any secret.
    ///
    /// ## How it shows
    ///
    /// The box `WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!`, the new fingerprint,
    /// `Offending … key in FILE:LINE`, then `Host key verification failed.` The server logs only
    /// that the connection was closed.
    ///
    /// ## What looks alike
    ///
    /// `dns-wrong-address`: the key is right for the machine that the name leads to, and that is
    /// the wrong machine. `host-key-unknown`: nothing is on record. `host-key-revoked`: the key is
    /// marked as revoked. Two answers that take turns mean a duplicate address or a balancer.
    ///
    /// ## How to mend it
    ///
    /// First learn why. Compare with a fingerprint that came another way:
    /// `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the server's console, the cloud's
    /// serial log, SSHFP records. Only when it agrees: `ssh-keygen -R HOST` (it keeps the old file
    /// as `known_hosts.old`), connect, compare again, accept.
    ///
    /// ## Risk
    ///
    /// Accepting a wrong key hands passwords and forwarded agents to a stranger. Never
    /// `StrictHostKeyChecking no` and never `UserKnownHostsFile /dev/null`.
    ///
    /// ## References
    ///
    /// RFC 4251 §4.1; ssh(1) *Verifying host keys*; ssh-keygen(1) `-R`, `-F`; RFC 4255 (SSHFP).
    HOST_KEY_CHANGED {
        id: "host-key-changed",
        title: "the host key is not the one on record",
        stage: HostKey,
        commonness: Common,
        predicts: {
            HostKey: Changed always;
            KeyElsewhere: No usually, Yes rarely;
        },
        shown_by: [HostKey::Changed],
        remedy: "compare the fingerprint with one from the console; only when it is right: ssh-keygen -R {host}",
    }
}
