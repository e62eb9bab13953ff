//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The server has no host key of a kind that the client accepts. The server lost its Ed25519
    /// or ECDSA key (sshd leaves out keys that it cannot read), offers only `ssh-dss`, or the
    /// client's HostKeyAlgorithms was cut down. Or its RSA key is shorter than the client's
    /// RequiredRSASize (1024 bits; 2048 under the policies of some systems).
    ///
    /// ## How it shows
    ///
    /// `Unable to negotiate with HOST port 22: no matching host key type found. Their offer: …`.
    /// The list in KEXINIT names what the server has keys for. A short RSA key:
    /// `Bad server host key: Invalid key length`, after the key exchange.
    ///
    /// ## What looks alike
    ///
    /// `rsa-sha1-disabled` is the same sentence with `ssh-rsa` as the only offer.
    /// `hostkeys-missing` and `hostkey-permissions` on the server are often why a good key is not
    /// on the list. `kex-mismatch` names another list.
    ///
    /// ## How to mend it
    ///
    /// On the server `sudo sshd -T | grep hostkey` and `ls -l /etc/ssh/ssh_host_*`: make the
    /// missing keys (`ssh-keygen -A` leaves existing ones alone) or give back their modes, then
    /// reload. For a device that only has `ssh-dss`, use a client before OpenSSH 9.8 or replace
    /// the device's key.
    ///
    /// ## Risk
    ///
    /// A new host key is unknown to clients, which will ask. `ssh-keygen -A` never overwrites. Do
    /// not delete the old keys.
    ///
    /// ## References
    ///
    /// RFC 4253 §7.1; ssh_config(5) HostKeyAlgorithms; sshd_config(5) HostKey; OpenSSH release
    /// notes 7.0, 9.1 (RequiredRSASize), 9.8, 10.0 (`ssh-dss`).
    HOSTKEY_ALG_MISMATCH {
        id: "hostkey-alg-mismatch",
        title: "no host key algorithm in common",
        stage: HostKey,
        commonness: Rare,
        predicts: {
            Agreement: NoHostKey usually, Agrees sometimes, OnlySha1HostKey rarely;
            ServerLog: Negotiation usually, Nothing sometimes;
            HostKey: Unusable always;
            ServerAlgorithms: OldHostKey usually, Usual sometimes;
        },
        shown_by: [Agreement::NoHostKey, HostKey::Unusable],
        remedy: "on the server: sudo ssh-keygen -A, then sudo systemctl reload ssh",
    }
}
