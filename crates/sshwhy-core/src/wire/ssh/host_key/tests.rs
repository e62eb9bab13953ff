use base64ct::Base64;
use base64ct::Encoding;
use proptest::prelude::*;

use super::HostKey;
use crate::wire::writer::Writer;

/// Made by `ssh-keygen`; fingerprints as `ssh-keygen -l` shows them.
const ED25519: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIMN99cEuyQdxAEfMAjZ9QhW8bTwwkxUtGC4XecB1Giqn";
const ECDSA: &str = "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBCcN9aaBN4EX5isWxbJ+JUeb/VeRMehfrRXEe3UmK9\
                     CwPnFt7i0OseJ+Jjgj+Sv1gqOyIghCRuBxupDhrpEvXTA=";
/// The same key, certified for `box` and 192.0.2.1 in the year 2020 with serial number 7.
const CERTIFICATE: &str = "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIMvdus+x2r+ysHqy7vPudAJ7Qfd/Gz7RwozDiZ\
                           TYeHsnAAAAIMN99cEuyQdxAEfMAjZ9QhW8bTwwkxUtGC4XecB1GiqnAAAAAAAAAAcAAAACAAAABm15aG9zdAAAABQ\
                           AAAADYm94AAAACTE5Mi4wLjIuMQAAAABeC+EAAAAAAF/uZgAAAAAAAAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5\
                           AAAAICExdXfjNmCYxz6LhZMj1zUmWdrc2joQDZOhkxYtM4GbAAAAUwAAAAtzc2gtZWQyNTUxOQAAAEDGsk1M7Dmui\
                           Nbxe/8dlLg9PRd8IAcUmTYpA/qCPNnkSxR2vM8A4et0m8jnfE9VCIa2spq/DJ+AO8oHsGLMf+QF";

fn parse(base64: &str) -> HostKey {
    let blob = Base64::decode_vec(base64).expect("base64");
    HostKey::parse(&blob).expect("a good key")
}

#[test]
fn hostile_blobs_are_refused() {
    let check = |blob: Vec<u8>, expected: &str| {
        let error = HostKey::parse(&blob).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    let name = |name: &str| Writer::new().string(name.as_bytes());
    check(Vec::new(), "expected the name of the key at offset 0: needs 4 bytes, 0 are left");
    check(name("x").finish(), "expected the name of a known key at offset 0: malformed");
    let short = name("ssh-ed25519").string(&[0; 31]).finish();
    check(short, "expected the bytes of the key at offset 15: malformed");
    let long = name("ssh-ed25519").string(&[0; 32]).u8(0).finish();
    check(long, "expected the end of the key at offset 51: 1 bytes too many");
    let curve = name("ecdsa-sha2-nistp256").string(b"nistp384").string(b"").finish();
    check(curve, "expected the name of the curve at offset 23: malformed");
    let negative = name("ssh-rsa").string(&[0x80]).finish();
    check(negative, "expected a number of the key at offset 11: malformed");
}

#[test]
fn plain_keys() {
    let check = |base64: &str, name: &str, word: &str, fingerprint: &str| {
        let key = parse(base64);
        assert_eq!((key.name.as_str(), key.type_word()), (name, word));
        assert_eq!(key.fingerprint(), fingerprint);
        assert_eq!((key.plain.clone(), key.certificate), (key.blob, None));
    };
    let fingerprint = "SHA256:ocAXK9N3n7X9HVLTWaEsb7lN9Ycnrup6uVr1lq2EELU";
    check(ED25519, "ssh-ed25519", "ED25519", fingerprint);
    let fingerprint = "SHA256:ogt+MhDaITu2e1QRWvzrgIhUaO4VevlCD5f2BMIEyy0";
    check(ECDSA, "ecdsa-sha2-nistp256", "ECDSA", fingerprint);
}

#[test]
fn the_size_of_rsa_is_that_of_its_modulus() {
    let rsa = |modulus: &[u8]| {
        let blob = Writer::new().string(b"ssh-rsa").mpint(&[1, 0, 1]).mpint(modulus).finish();
        HostKey::parse(&blob).ok().and_then(|key| key.rsa_bits)
    };
    assert_eq!(rsa(&[]), Some(0));
    assert_eq!(rsa(&[0xff; 128]), Some(1024));
    assert_eq!(rsa(&[0x7f; 128]), Some(1023));
    assert_eq!(parse(ED25519).rsa_bits, None);
}

#[test]
fn a_certificate_holds_a_key() {
    let key = parse(CERTIFICATE);
    assert_eq!(key.name, "ssh-ed25519-cert-v01@openssh.com");
    assert_eq!(key.plain, parse(ED25519).blob);
    assert_eq!(key.fingerprint(), parse(ED25519).fingerprint());
    let certificate = key.certificate.expect("it is one");
    assert_eq!((certificate.serial, certificate.kind), (7, 2));
    assert_eq!(certificate.key_id, "myhost");
    assert_eq!(certificate.principals, ["box", "192.0.2.1"]);
    assert_eq!(certificate.valid_after, 1_577_836_800);
    assert_eq!(certificate.valid_before, 1_609_459_200);
    let authority = HostKey::parse(&certificate.authority).expect("a good key");
    assert_eq!(authority.name, "ssh-ed25519");
}

proptest! {
    #[test]
    fn no_input_panics(
        name in prop::sample::select(vec![
            "ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-ed25519-cert-v01@openssh.com",
            "sk-ssh-ed25519-cert-v01@openssh.com", "-cert-v01@openssh.com",
        ]),
        body in prop::collection::vec(prop_oneof![3 => Just(0u8), 1 => any::<u8>()], 0..200),
    ) {
        let blob = Writer::new().string(name.as_bytes()).bytes(&body).finish();
        if let Ok(key) = HostKey::parse(&blob) {
            prop_assert!(key.plain.len() <= key.blob.len());
        }
    }

    #[test]
    fn a_cut_certificate_is_refused(at: prop::sample::Index) {
        let blob = parse(CERTIFICATE).blob;
        let cut = blob.get(..at.index(blob.len())).unwrap_or_default();
        prop_assert!(HostKey::parse(cut).is_err());
    }
}
