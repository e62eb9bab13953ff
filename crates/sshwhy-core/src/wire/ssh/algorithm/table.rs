//! The table: strongest first within each purpose.
//!
//! Sources: OpenSSH's release notes, its `myproposal.h`, `kex.c`, `cipher.c` and `mac.c` by release.
//! Must never hold a date that nobody looked up: what is not known is `None`.

use super::Fact;
use super::Purpose;
use super::Release;

/// In every release since before 6.0 and offered by the newest.
const fn always(purpose: Purpose, name: &'static str) -> Fact {
    Fact { name, purpose, since: None, not_offered_since: None, gone_since: None }
}

impl Fact {
    const fn since(self, major: u32, minor: u32) -> Self {
        Self { since: Some(Release(major, minor)), ..self }
    }

    const fn not_offered_since(self, major: u32, minor: u32) -> Self {
        Self { not_offered_since: Some(Release(major, minor)), ..self }
    }

    const fn gone_since(self, major: u32, minor: u32) -> Self {
        Self { gone_since: Some(Release(major, minor)), ..self }
    }
}

const fn kex(name: &'static str) -> Fact {
    always(Purpose::Kex, name)
}

const fn host_key(name: &'static str) -> Fact {
    always(Purpose::HostKey, name)
}

const fn cipher(name: &'static str) -> Fact {
    always(Purpose::Cipher, name)
}

const fn mac(name: &'static str) -> Fact {
    always(Purpose::Mac, name)
}

const fn compression(name: &'static str) -> Fact {
    always(Purpose::Compression, name)
}

/// All algorithms that some OpenSSH client since 6.0 could do, strongest first within each purpose.
pub const FACTS: &[Fact] = &[
    kex("mlkem768x25519-sha256").since(9, 9),
    kex("sntrup761x25519-sha512").since(9, 9),
    kex("sntrup761x25519-sha512@openssh.com").since(8, 5),
    kex("sntrup4591761x25519-sha512@tinyssh.org").since(8, 0).gone_since(8, 5),
    kex("curve25519-sha256").since(7, 4),
    kex("curve25519-sha256@libssh.org").since(6, 5),
    kex("ecdh-sha2-nistp521"),
    kex("ecdh-sha2-nistp384"),
    kex("ecdh-sha2-nistp256"),
    kex("diffie-hellman-group18-sha512").since(7, 3),
    kex("diffie-hellman-group16-sha512").since(7, 3),
    kex("diffie-hellman-group-exchange-sha256"),
    kex("diffie-hellman-group14-sha256").since(7, 3),
    kex("diffie-hellman-group-exchange-sha1").not_offered_since(8, 2),
    kex("diffie-hellman-group14-sha1").not_offered_since(8, 2),
    kex("diffie-hellman-group1-sha1").not_offered_since(7, 0),
    host_key("ssh-ed25519-cert-v01@openssh.com").since(6, 5),
    host_key("ecdsa-sha2-nistp521-cert-v01@openssh.com").since(6, 0),
    host_key("ecdsa-sha2-nistp384-cert-v01@openssh.com").since(6, 0),
    host_key("ecdsa-sha2-nistp256-cert-v01@openssh.com").since(6, 0),
    host_key("rsa-sha2-512-cert-v01@openssh.com").since(7, 8),
    host_key("rsa-sha2-256-cert-v01@openssh.com").since(7, 8),
    host_key("sk-ssh-ed25519-cert-v01@openssh.com").since(8, 2),
    host_key("sk-ecdsa-sha2-nistp256-cert-v01@openssh.com").since(8, 2),
    host_key("ssh-ed25519").since(6, 5),
    host_key("ecdsa-sha2-nistp521"),
    host_key("ecdsa-sha2-nistp384"),
    host_key("ecdsa-sha2-nistp256"),
    host_key("sk-ssh-ed25519@openssh.com").since(8, 2),
    host_key("sk-ecdsa-sha2-nistp256@openssh.com").since(8, 2),
    host_key("rsa-sha2-512").since(7, 2),
    host_key("rsa-sha2-256").since(7, 2),
    host_key("ssh-rsa-cert-v01@openssh.com").not_offered_since(8, 8),
    host_key("ssh-rsa").not_offered_since(8, 8),
    host_key("ssh-dss").not_offered_since(7, 0).gone_since(9, 8),
    cipher("chacha20-poly1305@openssh.com").since(6, 5),
    cipher("aes256-gcm@openssh.com").since(6, 2),
    cipher("aes128-gcm@openssh.com").since(6, 2),
    cipher("aes256-ctr"),
    cipher("aes192-ctr"),
    cipher("aes128-ctr"),
    cipher("aes256-cbc").not_offered_since(7, 6),
    cipher("aes192-cbc").not_offered_since(7, 6),
    cipher("aes128-cbc").not_offered_since(7, 6),
    cipher("3des-cbc").not_offered_since(7, 4),
    cipher("blowfish-cbc").not_offered_since(7, 2).gone_since(7, 6),
    cipher("cast128-cbc").not_offered_since(7, 2).gone_since(7, 6),
    cipher("arcfour256").not_offered_since(7, 2).gone_since(7, 6),
    cipher("arcfour128").not_offered_since(7, 2).gone_since(7, 6),
    cipher("arcfour").not_offered_since(7, 2).gone_since(7, 6),
    mac("hmac-sha2-512-etm@openssh.com").since(6, 2),
    mac("hmac-sha2-256-etm@openssh.com").since(6, 2),
    mac("umac-128-etm@openssh.com").since(6, 2),
    mac("hmac-sha2-512"),
    mac("hmac-sha2-256"),
    mac("umac-128@openssh.com").since(6, 2),
    mac("umac-64-etm@openssh.com").since(6, 2),
    mac("umac-64@openssh.com"),
    mac("hmac-sha1-etm@openssh.com").since(6, 2),
    mac("hmac-sha1"),
    mac("hmac-ripemd160").not_offered_since(7, 2).gone_since(7, 6),
    mac("hmac-sha1-96-etm@openssh.com").since(6, 2).not_offered_since(7, 2),
    mac("hmac-sha1-96").not_offered_since(7, 2),
    mac("hmac-md5-etm@openssh.com").since(6, 2).not_offered_since(7, 2),
    mac("hmac-md5").not_offered_since(7, 2),
    mac("hmac-md5-96-etm@openssh.com").since(6, 2).not_offered_since(7, 2),
    mac("hmac-md5-96").not_offered_since(7, 2),
    compression("none"),
    compression("zlib@openssh.com"),
    compression("zlib").gone_since(7, 4),
];
