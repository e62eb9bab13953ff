use super::*;

#[test]
fn host_keys() {
    let shown = |algorithm: &str, fingerprint: &str, certificate| Event::ServerHostKey {
        algorithm: algorithm.to_owned(),
        fingerprint: fingerprint.to_owned(),
        certificate,
    };
    check(
        "debug1: Server host key: ssh-ed25519 SHA256:abc",
        shown("ssh-ed25519", "SHA256:abc", false),
    );
    check("debug1: Server host key: RSA aa:bb:cc", shown("RSA", "aa:bb:cc", false));
    check(
        "debug1: Server host certificate: ssh-ed25519-cert-v01@openssh.com SHA256:abc, serial 0 ID \"h\" CA ssh-ed25519 SHA256:x valid forever",
        shown("ssh-ed25519-cert-v01@openssh.com", "SHA256:abc", true),
    );
}

#[test]
fn what_is_known_of_a_host_key() {
    let key = |key| Event::HostKey(key);
    check("debug1: Host 'h' is known and matches the ED25519 host key.", key(HostKey::Known));
    check(
        "debug1: Found key in /home/a/.ssh/known_hosts:7",
        key(HostKey::Found("/home/a/.ssh/known_hosts:7".into())),
    );
    check(
        "Warning: Permanently added '[h]:2222,[192.0.2.7]:2222' (RSA) to the list of known hosts.",
        key(HostKey::Added),
    );
    check_all(
        &[
            "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
            "Host key for h has changed and you have requested strict checking.",
            "RSA host key for h has changed and you have requested strict checking.",
        ],
        &key(HostKey::Changed),
    );
    check(
        "Offending ED25519 key in /home/a b/known_hosts:12",
        key(HostKey::Offending { file: "/home/a b/known_hosts".into(), line: 12 }),
    );
    check(
        "Offending key for IP in /home/a/known_hosts:3",
        key(HostKey::Offending { file: "/home/a/known_hosts".into(), line: 3 }),
    );
    check_all(
        &["No ED25519 host key is known for h and you have requested strict checking."],
        &key(HostKey::Unknown),
    );
    check("The authenticity of host 'h (192.0.2.7)' can't be established.", key(HostKey::Asked));
    check_all(
        &[
            "@       WARNING: REVOKED HOST KEY DETECTED!               @",
            "The RSA host key for h is marked as revoked.",
            "RSA host key for h was revoked and you have requested strict checking.",
        ],
        &key(HostKey::Revoked),
    );
    check_all(
        &[
            "@       WARNING: POSSIBLE DNS SPOOFING DETECTED!          @",
            "Warning: the RSA host key for 'h' differs from the key for the IP address '192.0.2.7'",
        ],
        &key(HostKey::AddressDiffers),
    );
    check("Certificate invalid: expired", key(HostKey::CertificateInvalid("expired".into())));
    check(
        "Bad server host key: Invalid key length",
        key(HostKey::Bad("Invalid key length".into())),
    );
    check(
        "ssh_dispatch_run_fatal: Connection to h port 22: Invalid key length",
        key(HostKey::Bad("Invalid key length".into())),
    );
    check(
        "Failed to add the host to the list of known hosts (/home/a/.ssh/known_hosts).",
        key(HostKey::NotRecorded("/home/a/.ssh/known_hosts".into())),
    );
    check("Host key verification failed.", key(HostKey::VerificationFailed));
}
