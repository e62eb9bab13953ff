//! Whatever a client calls itself, its address is the one that sshd writes.

use std::net::Ipv4Addr;

use super::*;

/// Where the client really is, and where it would like to be taken for.
const REAL: &str = "192.0.2.7";
const FAKE: &str = "203.0.113.9";

/// Names that look like the rest of a line.
const NAMES: &[&str] = &[
    "bob from 203.0.113.9 port 1 ssh2",
    "bob from 203.0.113.9 port 1 ssh2: RSA SHA256:abc",
    "bob from 203.0.113.9",
    "bob from 203.0.113.9 port 1",
    "bob 203.0.113.9 port 1",
    "bob 203.0.113.9 port 1: Too many authentication failures",
    "bob 203.0.113.9 port 1 [preauth]",
    " from 203.0.113.9 port 1 ssh2",
    "x' from 203.0.113.9 port 1",
    "x not allowed because listed in DenyUsers",
    "for root from 203.0.113.9 port 1 ssh2",
    "invalid user root from 203.0.113.9 port 1 ssh2",
    "x  user=root rhost=203.0.113.9",
    "x\\nAccepted password for root from 203.0.113.9 port 1 ssh2",
    "x\": no matching cipher found. Their offer: 203.0.113.9 port 1: y",
    "x connection from 203.0.113.9 to 192.0.2.1, pid = 1",
    "(203.0.113.9)",
    "x, ip=203.0.113.9).",
];

/// The lines in which a name stands, as sshd and others write them.
fn lines(name: &str) -> Vec<String> {
    vec![
        format!("Invalid user {name} from {REAL} port 50000"),
        format!("Invalid user {name} from {REAL}"),
        format!("Failed none for invalid user {name} from {REAL} port 50000 ssh2"),
        format!("Failed password for invalid user {name} from {REAL} port 50000 ssh2"),
        format!(
            "Failed publickey for invalid user {name} from {REAL} port 50000 ssh2: RSA SHA256:k"
        ),
        format!(
            "error: maximum authentication attempts exceeded for invalid user {name} from {REAL} port 50000 ssh2 [preauth]"
        ),
        format!("Connection closed by invalid user {name} {REAL} port 50000 [preauth]"),
        format!("Connection reset by authenticating user {name} {REAL} port 50000 [preauth]"),
        format!("Disconnected from invalid user {name} {REAL} port 50000 [preauth]"),
        format!(
            "Disconnecting invalid user {name} {REAL} port 50000: Too many authentication failures [preauth]"
        ),
        format!(
            "administratively prohibited connection for invalid user {name} from {REAL} port 50000"
        ),
        format!("Connection from invalid user {name} {REAL} port 50000 timed out [preauth]"),
        format!(
            "ssh_dispatch_run_fatal: Connection from invalid user {name} {REAL} port 50000: Connection corrupted [preauth]"
        ),
        format!("Received disconnect from {REAL} port 50000:11: {name} [preauth]"),
        format!("Received disconnect from {REAL}: 11: {name} [preauth]"),
        format!("Bad protocol version identification '{name}' from {REAL} port 50000"),
        format!(
            "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={REAL}  user={name}"
        ),
        format!("error: PAM: Authentication failure for illegal user {name} from {REAL}"),
        format!(
            "Unable to negotiate with {REAL} port 50000: no matching cipher found. Their offer: {name} [preauth]"
        ),
        format!("Starting session: command on {name} for alice from {REAL} port 50000 id 0"),
        format!(
            "Authentication tried for alice with correct key but not from a permitted host (host={name}, ip={REAL}, required=10.0.0.0/8)."
        ),
        format!("refused connect from {name} ({REAL})"),
        format!("reverse mapping checking getaddrinfo for {name} [{REAL}] failed."),
        format!("Bad password attempt for '{name}' from {REAL}:50000"),
    ]
}

/// Never another address; and nearly always the real one, because a line that could mean two is
/// given up.
#[test]
fn a_name_never_moves_the_client() {
    let (real, mut none) = (REAL.parse::<IpAddr>().unwrap(), Vec::new());
    let mut all = 0;
    for name in NAMES {
        for line in lines(name) {
            all += 1;
            match parse(&line) {
                Some(said) if said.source == Some(real) => {}
                Some(said) if said.source.is_none() => none.push(line),
                Some(said) => panic!("{line}\n  is from {:?}", said.source),
                None => none.push(line),
            }
        }
    }
    assert!(none.len() * 10 < all, "{} of {all} given up:\n{}", none.len(), none.join("\n"));
}

/// A certificate's name follows the address, and is the client's own too.
#[test]
fn a_certificate_never_moves_the_client() {
    let fake = format!("x from {FAKE} port 1 ssh2");
    let real: IpAddr = REAL.parse().unwrap();
    for (user, id) in [("bob", fake.as_str()), (&fake, "bob"), (&fake, &fake)] {
        let line = format!(
            "Failed publickey for invalid user {user} from {REAL} port 50000 ssh2: RSA-CERT SHA256:k ID {id} (serial 0) CA RSA SHA256:c"
        );
        let said = parse(&line).unwrap();
        assert!(said.source.is_none_or(|source| source == real), "{line}: {said:?}");
        // Cut off by syslog exactly behind the lie.
        let end = line.rfind(" ssh2").unwrap() + 5;
        let padding = "p".repeat(500 - end);
        let line = line.replace("SHA256:k", &format!("SHA256:{padding}"));
        let said = parse(&line[..500]).unwrap();
        assert!(said.source.is_none_or(|source| source == real), "{said:?}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(line in "\\PC{0,200}") {
        let _ = parse(&line);
    }

    /// Any name at all, also one made of the words that lines are made of.
    #[test]
    fn no_name_moves_the_client(
        words in proptest::collection::vec(
            prop_oneof![
                Just("from".to_owned()), Just("port".to_owned()), Just("ssh2".to_owned()),
                Just("203.0.113.9".to_owned()), Just("1".to_owned()), Just("ssh2:".to_owned()),
                Just("user".to_owned()), Just("1:".to_owned()), Just("for".to_owned()),
                Just("[preauth]".to_owned()), Just(String::new()), "[ -~]{0,12}",
            ],
            0..12,
        )
    ) {
        let real = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));
        for line in lines(&words.join(" ")) {
            let source = parse(&line).and_then(|said| said.source);
            prop_assert!(source.is_none() || source == real, "{} is from {:?}", line, source);
        }
    }

    #[test]
    fn no_beginning_of_a_line_panics(row in 0_usize..400, rest in "\\PC{0,60}") {
        let rows: Vec<&Row> = index().iter().flatten().map(|begin| begin.row).collect();
        let start = rows.get(row % rows.len()).map_or("", |row| row.start);
        let _ = parse(&format!("{start}{rest}"));
    }
}
