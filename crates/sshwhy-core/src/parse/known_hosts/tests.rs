use base64ct::Base64;
use base64ct::Encoding;
use proptest::prelude::*;

use super::HostFile;
use super::KnownHost;
use super::Name;
use super::Problem;
use super::look_up;
use crate::wire::ssh::host_key::HostKey;
use crate::wire::writer::Writer;

/// A well-formed Ed25519 key that consists of one byte, repeated.
fn key(byte: u8) -> HostKey {
    let blob = Writer::new().string(b"ssh-ed25519").string(&[byte; 32]).finish();
    HostKey::parse(&blob).expect("well-formed")
}

fn rsa(byte: u8) -> HostKey {
    let blob = Writer::new().string(b"ssh-rsa").mpint(&[1, 0, 1]).mpint(&[byte; 256]).finish();
    HostKey::parse(&blob).expect("well-formed")
}

fn certificate(byte: u8, authority: &HostKey) -> HostKey {
    let blob = Writer::new()
        .string(b"ssh-ed25519-cert-v01@openssh.com")
        .string(b"nonce")
        .string(&[byte; 32])
        .bytes(&[0; 8])
        .u32(2)
        .string(b"id")
        .string(b"")
        .bytes(&[0; 16])
        .string(b"")
        .string(b"")
        .string(b"")
        .string(&authority.blob)
        .string(b"signature")
        .finish();
    HostKey::parse(&blob).expect("well-formed")
}

/// `ssh-ed25519 AAAA…` or `ssh-rsa AAAA…`
fn text(key: &HostKey) -> String {
    format!("{} {}", key.name, Base64::encode_string(&key.blob))
}

#[test]
fn a_line_is_found_again_and_says_nothing_else() {
    let name = |host: &str, port| Name { host: host.to_owned(), port, alias: None };
    let authority = key(9);
    for key in [key(1), rsa(2), certificate(3, &authority)] {
        for name in [name("box", 22), name("BOX", 2222), name("fe80::1%eth0", 22)] {
            let line = super::line_for(&name, &key).expect("a plain name");
            let files = [HostFile::parse("f", &line)];
            assert!(matches!(look_up(&files, &name, &key), KnownHost::Match { .. }), "{line}");
        }
    }
    for host in ["", "a b", "a\nb", "*", "!a", "a,b", "|1|", "#", "@revoked"] {
        assert_eq!(super::line_for(&name(host, 22), &key(1)), None, "{host:?}");
    }
}

/// What the files say of a host, in short: the kind of the answer and the lines.
fn answer(files: &[&str], host: &str, port: u16, alias: Option<&str>, key: &HostKey) -> String {
    let files: Vec<HostFile> = files
        .iter()
        .enumerate()
        .map(|(index, text)| HostFile::parse(&format!("f{index}"), text))
        .collect();
    let name = Name { host: host.to_owned(), port, alias: alias.map(ToOwned::to_owned) };
    let lines = |places: &[super::Place]| -> String {
        places.iter().map(|place| format!(" {}:{}", place.file, place.line)).collect()
    };
    match look_up(&files, &name, key) {
        KnownHost::Match { at, without_port: false } => format!("match{}", lines(&[at])),
        KnownHost::Match { at, without_port: true } => {
            format!("match without port{}", lines(&[at]))
        }
        KnownHost::CertificateAuthority { at } => format!("authority{}", lines(&[at])),
        KnownHost::Revoked { at } => format!("revoked{}", lines(&[at])),
        KnownHost::Changed { offending, known } => {
            format!("changed{} of{}", lines(&[offending]), lines(&known))
        }
        KnownHost::OtherTypeKnown { offending, known } => {
            format!("other type{} of{}", lines(&[offending]), lines(&known))
        }
        KnownHost::Unknown { same_key } => format!("unknown{}", lines(&same_key)),
    }
}

#[test]
fn bad_lines_are_noted_and_read_over() {
    let check = |line: &str, expected: Option<Problem>| {
        let file = HostFile::parse("f", &format!("# comment\n\n{line}\n"));
        let found = file.bad_lines.first().map(|bad| (bad.line, bad.problem));
        assert_eq!(found, expected.map(|problem| (3, problem)), "{line:?}");
        assert_eq!(file.entries.len(), usize::from(expected.is_none()), "{line:?}");
    };
    let good = text(&key(1));
    check("host", Some(Problem::BadKey));
    check("host ", Some(Problem::BadKey));
    check("host ssh-ed25519", Some(Problem::BadKey));
    check("host ssh-ed25519 AAAA", Some(Problem::BadKey));
    check("host ssh-ed25519 ????", Some(Problem::BadKey));
    check(&format!("host {}", good.replace("ssh-ed25519", "ssh-rsa")), Some(Problem::BadKey));
    check("host 1024 35 1234567", Some(Problem::BadKey));
    check(&format!("@wrong host {good}"), Some(Problem::BadMarker));
    check(&format!("@revoked @revoked host {good}"), Some(Problem::BadMarker));
    check(&format!("@revoked\thost {good}"), Some(Problem::BadMarker));
    check("@revoked", Some(Problem::BadMarker));
    check(&format!("|2|x|y {good}"), Some(Problem::BadHash));
    check(&format!("|1|AAAA|AAAA {good}"), Some(Problem::BadHash));
    check(&format!("host {good}"), None);
    check(&format!(" \thost\t {good} a comment\r"), None);
    check(&format!("host {good}\r"), None);
    check(&format!("host {}", text(&rsa(0x81)).replace("ssh-rsa", "rsa-sha2-512")), None);
}

#[test]
fn names_of_a_host() {
    let check = |hosts: &str, host: &str, port: u16, alias: Option<&str>, expected: &str| {
        let file = format!("{hosts} {}", text(&key(1)));
        let found = answer(&[&file], host, port, alias, &key(1));
        assert_eq!(found, expected, "{hosts:?} {host} {port} {alias:?}");
    };
    check("h", "i", 22, None, "unknown f0:1");
    check("h", "H", 22, None, "match f0:1");
    check("H", "h", 22, None, "match f0:1");
    check("a,h,b", "h", 22, None, "match f0:1");
    check("*.example.org,!bad.example.org", "good.example.org", 22, None, "match f0:1");
    check("*.example.org,!bad.example.org", "bad.example.org", 22, None, "unknown f0:1");
    check("[h]:2222", "h", 22, None, "unknown f0:1");
    check("[h]:2222", "h", 2222, None, "match f0:1");
    check("h", "h", 2222, None, "match without port f0:1");
    check("[h]:22", "h", 22, None, "unknown f0:1");
    check("2001:db8::1", "2001:db8::1", 22, None, "match f0:1");
    check("[2001:db8::1]:2222", "2001:db8::1", 2222, None, "match f0:1");
    check("h", "h", 2222, Some("alias"), "unknown f0:1");
    check("alias", "h", 2222, Some("alias"), "match f0:1");
}

/// The hashes were made by `ssh-keygen -H`.
#[test]
fn hashed_names() {
    let check = |hash: &str, host: &str, port: u16, expected: &str| {
        let file = format!("{hash} {}", text(&key(1)));
        assert_eq!(answer(&[&file], host, port, None, &key(1)), expected, "{hash} {host} {port}");
    };
    let name = "|1|gljVhTcgqUDYiSk38BZ21nP89no=|R3WI2WkYpbsF1zjZ0ilqKoPeOiI=";
    check(name, "box.example.com", 22, "unknown f0:1");
    check(name, "Box.example.org", 22, "match f0:1");
    check(name, "box.example.org", 2222, "match without port f0:1");
    let with_port = "|1|bXcH/xIeQ3PbJ1/NBmMuXhr6EaE=|n4gn79ksMGRwucQTJqihhACz7XY=";
    check(with_port, "192.0.2.7", 22, "unknown f0:1");
    check(with_port, "192.0.2.7", 2222, "match f0:1");
}

#[test]
fn what_the_files_say_of_a_key() {
    let check = |lines: &[String], key: &HostKey, expected: &str| {
        assert_eq!(answer(&[&lines.join("\n")], "h", 22, None, key), expected, "{lines:?}");
    };
    let line = |start: &str, key: &HostKey| format!("{start} {}", text(key));
    let [mine, other, third] = [key(1), key(2), key(3)];
    check(&[], &mine, "unknown");
    check(&[line("h", &other)], &mine, "changed f0:1 of f0:1");
    check(&[line("h", &other), line("h", &third)], &mine, "changed f0:2 of f0:1 f0:2");
    check(&[line("h", &other), line("h", &mine), line("h", &third)], &mine, "match f0:2");
    check(&[line("h", &rsa(0x81))], &mine, "other type f0:1 of f0:1");
    check(&[line("h", &mine), line("@revoked *", &mine)], &mine, "revoked f0:2");
    check(&[line("h", &mine), line("@revoked *", &other)], &mine, "match f0:1");
    check(&[line("@revoked i", &mine)], &mine, "unknown");
    check(&[line("@cert-authority *", &mine)], &mine, "unknown");
    check(&[line("@cert-authority *", &other)], &certificate(1, &other), "authority f0:1");
    check(&[line("@cert-authority i", &other)], &certificate(1, &other), "unknown");
    check(&[line("h", &mine)], &certificate(1, &other), "match f0:1");
    check(&[line("h", &other)], &certificate(1, &other), "changed f0:1 of f0:1");
    let signed = [line("@cert-authority *", &other), line("@revoked *", &other)];
    check(&signed, &certificate(1, &other), "revoked f0:2");
}

#[test]
fn the_key_in_a_certificate_is_tried_without_the_port_first() {
    let certificate = certificate(1, &key(9));
    let file = format!("h {}\n[h]:2222 {}", text(&key(1)), text(&key(2)));
    assert_eq!(answer(&[&file], "h", 2222, None, &certificate), "match without port f0:1");
    assert_eq!(answer(&[&file], "h", 2222, None, &key(1)), "changed f0:2 of f0:2");
}

#[test]
fn a_key_that_is_revoked_without_the_port_is_revoked() {
    let file = format!("@revoked h {}", text(&key(1)));
    assert_eq!(answer(&[&file], "h", 2222, None, &key(1)), "revoked f0:1");
    let file = format!("{file}\n[h]:2222 {}", text(&key(1)));
    assert_eq!(answer(&[&file], "h", 2222, None, &key(1)), "match f0:2");
}

#[test]
fn later_files_are_asked_too() {
    let [user, system] = [format!("h {}", text(&key(2))), format!("h {}", text(&key(1)))];
    let files = [user.as_str(), system.as_str()];
    assert_eq!(answer(&files, "h", 22, None, &key(1)), "match f1:1");
    assert_eq!(answer(&files, "h", 22, None, &key(3)), "changed f1:1 of f0:1 f1:1");
}

proptest! {
    #[test]
    fn no_input_panics(file in "((@revoked |@cert-authority |\\|1\\|)?[ -~é\t]{0,30}( ssh-rsa [A-Za-z0-9=]{0,20})?\r?\n){0,4}", host: String) {
        answer(&[&file], &host, 22, None, &key(1));
    }
}
