use proptest::prelude::*;

use super::Ident;
use super::LINE_BYTES_MAX;
use super::LINES_MAX;
use super::Rejected;
use super::Scan;
use super::Scanner;
use crate::wire::ssh::foreign::ForeignService;

fn scan(bytes: &[u8]) -> (Vec<Scan>, Vec<u8>) {
    let mut scanner = Scanner::new();
    scanner.feed(bytes);
    let found = std::iter::from_fn(|| scanner.poll()).collect();
    (found, scanner.into_rest())
}

fn ident(line: &str) -> Scan {
    Scan::Ident(Ident::parse(line.as_bytes()).expect("the test gives a good line"))
}

fn other(line: &str) -> Scan {
    Scan::OtherLine { line: line.to_owned(), service: None }
}

#[test]
fn lines_that_ssh_refuses() {
    let check = |line: &str| {
        let bytes = format!("{line}\r\nmore");
        let expected = vec![Scan::Rejected(Rejected::BadIdent(line.to_owned()))];
        assert_eq!(scan(bytes.as_bytes()), (expected, b"more".to_vec()), "{line:?}");
    };
    check("SSH-2");
    check("SSH-2.0");
    check("SSH-2.0-");
    check("SSH--");
    check("SSH-.-x");
    check("SSH-+2.0-x");
    check("SSH-99999999999.0-x");
    check("SSH- 2.0-x");
}

#[test]
fn the_parts_of_an_identification_string() {
    let check = |line: &str, version: (u32, u32), software: &str, comments: Option<&str>| {
        let ident = Ident::parse(line.as_bytes()).expect(line);
        assert_eq!((ident.major, ident.minor), version, "{line}");
        assert_eq!((ident.software.as_str(), ident.comments.as_deref()), (software, comments));
        assert_eq!(ident.line, line);
    };
    let debian = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10";
    check(debian, (2, 0), "OpenSSH_9.2p1", Some("Debian-2+deb12u10"));
    check("SSH-1.99-Cisco-1.25", (1, 99), "Cisco-1.25", None);
    check("SSH-1.5-x", (1, 5), "x", None);
    check("SSH-2.0- x", (2, 0), "", Some("x"));
}

#[test]
fn which_versions_speak_ssh_2() {
    let check = |line: &str, expected: bool| {
        assert_eq!(Ident::parse(line.as_bytes()).map(|i| i.speaks_ssh2()), Some(expected));
    };
    check("SSH-1.5-x", false);
    check("SSH-3.0-x", false);
    check("SSH-1.99-x", true);
    check("SSH-2.0-x", true);
}

#[test]
fn versions_of_openssh() {
    let check = |software: &str, expected: Option<(u32, u32)>| {
        let ident = Ident::parse(format!("SSH-2.0-{software}").as_bytes()).expect(software);
        assert_eq!(ident.openssh_version(), expected, "{software}");
    };
    check("dropbear_2022.83", None);
    check("OpenSSH_", None);
    check("OpenSSH_x.1", None);
    check("OpenSSH_9.", None);
    check("OpenSSH_6.6.1p1", Some((6, 6)));
    check("OpenSSH_9.2p1", Some((9, 2)));
    check("OpenSSH_10.2", Some((10, 2)));
    check("OpenSSH_for_Windows_9.5", Some((9, 5)));
}

#[test]
fn binary_and_stray_carriage_returns_are_rejected() {
    let check = |bytes: &[u8], service: Option<ForeignService>| {
        let start = bytes.to_vec();
        let expected = vec![Scan::Rejected(Rejected::InvalidCharacters { start, service })];
        assert_eq!(scan(bytes).0, expected, "{}", bytes.escape_ascii());
    };
    check(b"\0", None);
    check(b"a\rb", None);
    check(b"J\0\0\0\x0a8.0.36\0", Some(ForeignService::Mysql));
    check(b"\x15\x03\x01\0\x02\x02\x46", Some(ForeignService::Tls));
    check(b"\x03\0\0\x13\x0e\xd0\0\0\x124\0", Some(ForeignService::Rdp));
}

#[test]
fn text_before_the_identification_string_is_read_over() {
    let bytes = b"Welcome\r\n\nSSH-\nSSH-2.0-x\n\0\0\x01";
    let expected = vec![other("Welcome"), other(""), other("SSH-"), ident("SSH-2.0-x")];
    assert_eq!(scan(bytes), (expected, b"\0\0\x01".to_vec()));
}

#[test]
fn only_the_first_line_names_a_service() {
    let line = "HTTP/1.1 400 Bad Request";
    let service = Some(ForeignService::Http);
    let first = Scan::OtherLine { line: line.to_owned(), service };
    assert_eq!(scan(format!("{line}\r\n{line}\r\n").as_bytes()).0, [first, other(line)]);
}

#[test]
fn the_limits_are_those_of_openssh() {
    let longest = format!("SSH-2.0-{}", "x".repeat(LINE_BYTES_MAX - 8));
    assert_eq!(scan(format!("{longest}\r\n").as_bytes()).0, [ident(&longest)]);
    let (found, _) = scan(format!("{longest}x\n").as_bytes());
    assert_eq!(found, [Scan::Rejected(Rejected::LineTooLong)]);

    let lines = "\n".repeat(LINES_MAX - 1);
    let (found, _) = scan(format!("{lines}SSH-2.0-x\n").as_bytes());
    assert_eq!((found.len(), found.last()), (LINES_MAX, Some(&ident("SSH-2.0-x"))));
    let (found, _) = scan(format!("{lines}\nSSH-2.0-x\n").as_bytes());
    assert_eq!(found.len(), LINES_MAX);
    assert_eq!(found.last(), Some(&Scan::Rejected(Rejected::TooManyLines)));
}

#[test]
fn an_unfinished_line_can_be_looked_at() {
    let mut scanner = Scanner::new();
    scanner.feed(b"Exceeded MaxStartups");
    assert_eq!(scanner.poll(), None);
    assert_eq!(scanner.unfinished(), b"Exceeded MaxStartups");
    assert_eq!(scanner.service(), None);
    assert_eq!((scanner.lines(), scanner.bytes()), (0, 20));
}

proptest! {
    #[test]
    fn how_the_bytes_are_cut_does_not_matter(
        parts in prop::collection::vec(
            prop_oneof![
                "[ -~]{0,20}\r?\n".prop_map(String::into_bytes),
                Just(b"SSH-2.0-x y\r\n".to_vec()),
                prop::collection::vec(any::<u8>(), 0..8),
            ],
            0..6,
        ),
        cut in 1usize..9,
    ) {
        let bytes = parts.concat();
        let (whole, rest) = scan(&bytes);
        let mut scanner = Scanner::new();
        let mut found = Vec::new();
        for piece in bytes.chunks(cut) {
            scanner.feed(piece);
            found.extend(std::iter::from_fn(|| scanner.poll()));
        }
        // A rejection shows the bytes that had come, so pieces may show fewer of them.
        let shape = |scans: &[Scan]| -> Vec<Scan> {
            scans.iter().cloned().map(|scan| match scan {
                Scan::Rejected(Rejected::InvalidCharacters { .. }) => {
                    Scan::Rejected(Rejected::InvalidCharacters { start: Vec::new(), service: None })
                }
                scan => scan,
            }).collect()
        };
        prop_assert_eq!(shape(&found), shape(&whole));
        prop_assert_eq!(scanner.into_rest(), rest);
    }

    #[test]
    fn idents_read_back(line in "SSH-[12]\\.[0-9]{1,2}-[!-~]{1,20}( [ -~]{0,20})?") {
        let found = Ident::parse(line.as_bytes()).expect("well-formed");
        let comments = found.comments.map_or(String::new(), |comments| format!(" {comments}"));
        let version = line.get(4..).and_then(|rest| rest.split('-').next()).unwrap_or_default();
        prop_assert_eq!(format!("SSH-{version}-{}{comments}", found.software), line);
    }
}
