use super::*;
use crate::wire::writer::Writer;

const PEM_BEGIN: &str = "-----BEGIN RSA PRIVATE KEY-----";
const PEM_END: &str = "-----END RSA PRIVATE KEY-----";

fn check(text: &str, expected: KeyFile) {
    assert_eq!(KeyFile::look_at(text.as_bytes()), expected, "{text:?}");
}

fn flawed(text: &str, flaw: Flaw) {
    check(text, KeyFile::Malformed(flaw));
}

/// A file of the right form around a secret that is none.
fn openssh_key(cipher: &str, cut: usize) -> String {
    let fields = Writer::new()
        .bytes(OPENSSH_MAGIC)
        .string(cipher.as_bytes())
        .string(b"none")
        .string(b"")
        .u32(1)
        .string(b"public")
        .string(b"private")
        .finish();
    let kept = fields.get(..fields.len() - cut).unwrap();
    let body = Base64::encode_string(kept);
    let (first, second) = body.split_at(20);
    format!("{OPENSSH_BEGIN}\n{first}\n{second}\n{OPENSSH_END}\n")
}

fn pem_key(der: &[u8]) -> String {
    format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", Base64::encode_string(der))
}

#[test]
fn what_is_no_key() {
    flawed("", Flaw::Empty);
    flawed(" \r\n\t", Flaw::Empty);
    flawed("hello", Flaw::NotAKey);
    flawed("-----BEGIN ", Flaw::NotAKey);
    flawed("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", Flaw::NotAKey);
    flawed("PuTTY-User-Key-File-3: ssh-ed25519\n", Flaw::Putty);
    assert_eq!(KeyFile::look_at(&[0xff; 64]), KeyFile::Malformed(Flaw::NotAKey));
}

#[test]
fn public_keys_in_the_wrong_place() {
    check("ssh-ed25519 AAAA comment\n", KeyFile::Public);
    check("\nsk-ssh-ed25519@openssh.com AAAA", KeyFile::Public);
    check("---- BEGIN SSH2 PUBLIC KEY ----\n", KeyFile::Public);
}

#[test]
fn the_format_of_openssh() {
    let key = openssh_key("none", 0);
    check(&key, KeyFile::Sound { encrypted: false });
    check(&format!("{key}\n# after"), KeyFile::Sound { encrypted: false });
    check(&openssh_key("aes256-ctr", 0), KeyFile::Sound { encrypted: true });
    // Each of these was shown to ssh-keygen 9.2: "error in libcrypto".
    flawed(&key.replace('\n', "\r\n"), Flaw::CarriageReturns);
    flawed(&format!("\n{key}"), Flaw::LeadingText);
    flawed(key.trim_end(), Flaw::NoFooter);
    flawed(key.get(..60).unwrap(), Flaw::NoFooter);
    flawed(&openssh_key("none", 1), Flaw::Truncated);
    flawed(&key.replace("b3Bl", "?3Bl"), Flaw::BadBody);
    flawed(&key.replace("b3Bl", "c3Bl"), Flaw::BadBody);
    flawed(&format!("{OPENSSH_BEGIN}\n{OPENSSH_END}\n"), Flaw::BadBody);
}

#[test]
fn pem() {
    let key = pem_key(&[0x30, 3, 2, 1, 0]);
    check(&key, KeyFile::Sound { encrypted: false });
    check(&key.replace('\n', "\r\n"), KeyFile::Sound { encrypted: false });
    check(&format!("text\n{}", key.trim_end()), KeyFile::Sound { encrypted: false });
    let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n";
    let body = Base64::encode_string(b"any bytes");
    let encrypted = format!("{PEM_BEGIN}\n{headers}{body}\n{PEM_END}\n");
    check(&encrypted, KeyFile::Sound { encrypted: true });
    flawed(&key.replace(PEM_END, ""), Flaw::NoFooter);
    flawed(&pem_key(&[0x30, 0x82, 9, 9, 0]), Flaw::Truncated);
    flawed(&pem_key(&[0x30, 0x89, 1, 1]), Flaw::BadBody);
    flawed(&pem_key(&[0x31, 0]), Flaw::BadBody);
}
