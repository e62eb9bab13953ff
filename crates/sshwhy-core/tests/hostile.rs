//! Whatever comes in, nothing panics; what was written is read back.

use proptest::prelude::*;
use sshwhy_core::evaluate::dialogue::Told;
use sshwhy_core::evaluate::dialogue::answers;
use sshwhy_core::evaluate::dialogue::of_log;
use sshwhy_core::model::case::Case;
use sshwhy_core::parse::key_file::KeyFile;
use sshwhy_core::parse::ssh_debug::parse_ssh_debug;

/// Lines that ssh prints, to be torn apart and put together in any order.
const LINES: &[&str] = &[
    "OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.14 4 Jun 2024",
    "debug1: Connecting to prod [192.0.2.7] port 22.",
    "debug1: Connection established.",
    "debug1: kex_exchange_identification: banner line 0: Exceeded MaxStartups",
    "debug1: Remote protocol version 2.0, remote software version OpenSSH_8.4",
    "debug1: SSH2_MSG_KEXINIT sent",
    "debug1: kex: algorithm: curve25519-sha256",
    "debug1: Authentications that can continue: publickey,password",
    "debug1: Offering public key: /home/a/.ssh/id_ed25519 ED25519 SHA256:AAAA agent",
    "Authenticated to prod ([192.0.2.7]:22) using \"publickey\".",
    "debug1: Exit status 254",
    "kex_exchange_identification: read: Connection reset by peer",
    "Connection closed by 192.0.2.7 port 22",
];

fn log() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        prop::sample::select(LINES).prop_map(|line| line.as_bytes().to_vec()),
        prop::sample::select(LINES).prop_flat_map(|line| {
            (0..=line.len())
                .prop_map(move |at| line.as_bytes().get(..at).unwrap_or_default().to_vec())
        }),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    prop::collection::vec(line, 0..30).prop_map(|lines| lines.join(&b'\n'))
}

fn case() -> impl Strategy<Value = String> {
    let recorded = include_str!("../../../cases/hand/tcp-wrappers-deny/case.json");
    prop_oneof![
        ".{0,200}",
        (0..=recorded.len(), ".{0,3}").prop_map(move |(at, junk)| {
            let (head, tail) = recorded.split_at_checked(at).unwrap_or((recorded, ""));
            format!("{head}{junk}{tail}")
        }),
    ]
}

proptest! {
    #[test]
    fn any_log_has_answers_on_its_own_lines(log in log()) {
        let dialogue = parse_ssh_debug(&log);
        let lines = log.split(|byte| *byte == b'\n').count();
        for said in of_log(&dialogue, &[]) {
            prop_assert!((1..=lines).contains(&(said.line as usize)), "{said:?}");
        }
        for stopped in [false, true] {
            let (times, took) = (&[], std::time::Duration::from_secs(1));
            let _ = answers(&Told { dialogue: &dialogue, times, took, stopped, output: Some(&log) });
        }
    }

    #[test]
    fn any_key_file_is_looked_at(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = KeyFile::look_at(&bytes);
        let begins = b"-----BEGIN OPENSSH PRIVATE KEY-----\n";
        let _ = KeyFile::look_at(&[begins.as_slice(), &bytes].concat());
    }

    #[test]
    fn a_case_that_is_read_is_written_and_read_again(text in case()) {
        if let Ok(case) = Case::from_json(&text) {
            let again = Case::from_json(&case.to_json());
            prop_assert_eq!(again.ok(), Some(case));
        }
    }
}
