use std::collections::BTreeMap;

use proptest::prelude::*;

use super::Config;
use super::Connection;
use super::Effective;
use super::Files;
use super::Start;
use crate::parse::openssh_version::Version;

/// Files by their paths; a pattern stands for those that begin as it does up to its star.
struct Many(BTreeMap<String, String>);

impl Files for Many {
    fn expand(&self, pattern: &str) -> Vec<String> {
        let begin = pattern.split('*').next().unwrap_or_default();
        let found = self.0.keys().filter(|path| path.starts_with(begin));
        found.filter(|path| pattern.contains('*') || *path == pattern).cloned().collect()
    }

    fn read(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "No such file".to_owned())
    }
}

fn load(files: &[(&str, &str)], version: Version) -> Config {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let start = Start { version, ..Start::default() };
    Config::load_for("main", &Many(files.collect()), start)
}

fn alice() -> Connection {
    Connection {
        user: Some("alice".to_owned()),
        groups: vec!["staff".to_owned()],
        host: Some("c.example.org".to_owned()),
        address: "10.0.0.2".parse().ok(),
        local_address: "192.0.2.1".parse().ok(),
        local_port: Some(22),
        rdomain: Some("blue".to_owned()),
        ..Connection::default()
    }
}

fn shown(effective: &Effective, keyword: &str) -> String {
    let one = |value: &super::Value| {
        let place = value.place.as_ref().map_or("default".to_owned(), ToString::to_string);
        format!("{} @{place}", value.text)
    };
    effective.all(keyword).iter().map(one).collect::<Vec<_>>().join(" | ")
}

const V92: Version = Version::new(9, 2);

#[test]
fn what_sshd_refuses() {
    let check = |text: &str, version: Version, expected: &[(usize, &str)]| {
        let config = load(&[("main", text)], version);
        let found: Vec<(usize, bool, &str)> = config
            .problems()
            .iter()
            .map(|problem| (problem.place.line, problem.fatal, problem.text.as_str()))
            .collect();
        assert_eq!(found.len(), expected.len(), "{text}: {found:?}");
        for ((line, fatal, text), (wanted, part)) in found.iter().zip(expected) {
            assert!(*fatal && line == wanted && text.contains(part), "{found:?}");
        }
    };
    let new = Version::NEWEST;
    check("Prot 22", new, &[(1, "Bad configuration option: prot")]);
    check("Port", new, &[(1, "no argument")]);
    check("Port 0", new, &[(1, "port number")]);
    check("Port 22 23", new, &[(1, "extra arguments")]);
    check("Banner \"x", new, &[(1, "invalid quotes")]);
    check("MaxStartups 10:30", new, &[(1, "Invalid maxstartups")]);
    check("\nMatch User a\nMaxStartups 5", new, &[(3, "not allowed within a Match block")]);
    check("Match all\nMaxStartups 5", new, &[]);
    check("Match Address 10.0.0.1/8", new, &[(1, "Invalid Match address")]);
    check("Match Exec x", new, &[(1, "Unsupported Match attribute")]);
    check("Match invalid-user", V92, &[(1, "Missing Match criteria")]);
    check("Match invalid-user", new, &[]);
    check("RefuseConnection yes", V92, &[(1, "Bad configuration option")]);
    check("AuthorizedKeysCommand /x", new, &[(1, "without")]);
    check("PubkeyAuthentication no\nAuthenticationMethods publickey", new, &[(2, "satisfied")]);
    check("AddressFamily inet\nListenAddress ::1", new, &[(2, "bad addr")]);
    check("Ciphers aes999", new, &[(1, "cipher")]);
    check("Port 1\nPort x\nNope y\nPort 2", new, &[(2, "port number"), (3, "nope")]);
}

#[test]
fn what_is_without_effect_is_no_error() {
    let config = load(&[("main", "UseLogin no\nProtocol 2")], V92);
    let found: Vec<_> = config.problems().iter().map(|p| (p.place.line, p.fatal)).collect();
    assert_eq!(found, [(1, false)]);
}

#[test]
fn the_value_that_holds_and_its_line() {
    let check = |text: &str, keyword: &str, expected: &str| {
        let config = load(&[("main", text)], V92);
        assert_eq!(config.problems(), [], "{text}");
        assert_eq!(shown(&config.effective(&alice()), keyword), expected, "{text}");
    };
    check("", "port", "22 @default");
    check("Port 1\nport=2", "port", "1 @main:1 | 2 @main:2");
    check("MaxAuthTries 2\nMaxAuthTries 3", "maxauthtries", "2 @main:1");
    // The exceptions: these take the last line.
    check("MaxStartups 5:50:9\nMaxStartups 7", "maxstartups", "7:50:7 @main:2");
    check("PerSourceNetBlockSize 24", "persourcenetblocksize", "24:0 @main:1");
    check("RekeyLimit 1K\nRekeyLimit 2K 1h", "rekeylimit", "1024 3600 @main:1");
    check("AllowUsers a b\nAllowUsers c", "allowusers", "a @main:1 | b @main:1 | c @main:2");
    check("Match User bob\nBanner /b\nMatch User a*\nBanner /a", "banner", "/a @main:4");
    check("Banner /g\nMatch all\nBanner /m", "banner", "/m @main:3");
    check("HostKey /a\nMatch all\nHostKey /b", "hostkey", "/a @main:1 | /b @main:3");
    check("Match all\nMaxStartups 5\nMatch User bob\nBanner x", "maxstartups", "5:30:5 @main:2");
    check(
        "PubkeyAuthentication yes\nMatch all\nDSAAuthentication no",
        "pubkeyauthentication",
        "no @main:3",
    );
    check("Match Group staff Host *.ORG\nBanner /m", "banner", "/m @main:2");
    check("Match Group !staff,*\nBanner /m", "banner", "none @default");
    check("Match LocalPort 22 RDomain b*\nBanner /m", "banner", "/m @main:2");
    check("Match Address 10.0.0.0/24,!10.0.0.2\nBanner /m", "banner", "none @default");
    check(
        "Ciphers ^aes256-ctr\n",
        "ciphers",
        "aes256-ctr,chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com @main:1",
    );
    check(
        "ListenAddress ::1\nListenAddress 10.1:5\nPort 7",
        "listenaddress",
        "[::1]:7 @main:1 | 10.0.0.1:5 @main:2",
    );
    check("AddressFamily inet6", "listenaddress", "[::]:22 @default");
}

#[test]
fn lines_that_an_earlier_one_overrides() {
    let check = |text: &str, expected: &[(usize, usize)]| {
        let config = load(&[("main", text)], V92);
        let found: Vec<_> = config.overridden().iter().map(|(a, b)| (a.line, b.line)).collect();
        assert_eq!(found, expected, "{text}");
    };
    check("Banner /a\nBanner /a", &[]);
    check("AllowUsers a\nAllowUsers b\nPort 1\nPort 2", &[]);
    check("Banner /a\nMatch User b\nBanner /b", &[]);
    check("Banner /a\n\nBanner /b", &[(3, 1)]);
    check("SetEnv A=1\nSetEnv A=2", &[(2, 1)]);
}

#[test]
fn subsystems_under_match_take_the_place_of_all() {
    let check = |text: &str, version: Version, expected: &str, crashes: bool| {
        let config = load(&[("main", text)], version);
        assert_eq!(config.problems(), [], "{text}");
        let effective = config.effective(&alice());
        assert_eq!(effective.problems().len(), usize::from(crashes), "{text}");
        assert_eq!(shown(&effective, "subsystem"), expected, "{text}");
    };
    let text = "Subsystem a /a\nSubsystem b /b\nMatch User alice\nSubsystem a /c";
    check(text, Version::new(10, 0), "a /c @main:4", false);
    let text = "Match User alice\nSubsystem a \"/a b\"";
    check(text, Version::new(10, 0), "a \"/a b\" @main:2", true);
    check(text, Version::new(10, 1), "a \"/a b\" @main:2", false);
}

#[test]
fn includes() {
    let files = [
        (
            "main",
            "Include d/*\nMatch User bob\nInclude bob\nMatch User alice\nInclude alice\nBanner /main",
        ),
        ("/etc/ssh/d/05", "Match User alice\nPermitTTY no"),
        ("/etc/ssh/d/Z", "Banner /z\nMaxAuthTries 1"),
        ("/etc/ssh/d/a", "MaxAuthTries 2"),
        ("/etc/ssh/bob", "Banner /bob\nMatch User alice\nX11Forwarding yes"),
        ("/etc/ssh/alice", "MaxSessions 3\nMatch User bob\nMaxSessions 4"),
    ];
    let config = load(&files, V92);
    assert_eq!(config.problems(), []);
    let effective = config.effective(&alice());
    // A Match ends with its file, and an included file is sorted before what follows it.
    assert_eq!(shown(&effective, "banner"), "/main @main:6");
    assert_eq!(shown(&effective, "permittty"), "no @/etc/ssh/d/05:2");
    assert_eq!(shown(&effective, "maxauthtries"), "1 @/etc/ssh/d/Z:2");
    assert_eq!(shown(&effective, "x11forwarding"), "no @default");
    assert_eq!(shown(&effective, "maxsessions"), "3 @/etc/ssh/alice:1");
}

#[test]
fn files_that_include_each_other_end() {
    let config = load(&[("main", "Include /main*"), ("/main", "Include /main\nPort x")], V92);
    assert!(config.problems().iter().any(|problem| problem.text.contains("recursive")));
    let wide: String = "Include /w*\n".repeat(40);
    let config = load(&[("main", &wide), ("/w", "Include /x*\nInclude /x*"), ("/x", &wide)], V92);
    assert!(config.problems().iter().any(|problem| problem.fatal));
    let config = load(&[("main", "Include /gone*")], V92);
    assert_eq!(config.problems(), []);
    assert!(load(&[], V92).problems()[0].text.contains("No such file"));
}

#[test]
fn what_is_not_known_of_the_connection_stays_open() {
    let text = "Match User bob\nBanner /b\nMatch Address 10.0.0.0/8 User bob\nPermitTTY no\n\
                Match all\nInclude i\nMaxSessions 1\nMatch User bob\nInclude i";
    let config = load(&[("main", text), ("/etc/ssh/i", "Match all\nMaxAuthTries 1")], V92);
    let nobody = Connection { address: "192.0.2.7".parse().ok(), ..Connection::default() };
    let effective = config.effective(&nobody);
    let open = |keyword| effective.open(keyword).map(|by| (by.place.line, by.lacks));
    assert_eq!(open("banner"), Some((1, "the user")));
    // The address alone decides that it does not hold.
    assert_eq!(open("permittty"), None);
    assert_eq!(open("maxsessions"), None);
    assert_eq!(open("maxauthtries"), Some((8, "the user")));
    assert_eq!(config.effective(&alice()).undecided(), []);
}

#[test]
fn ports_of_the_command_line_count_alone() {
    let start = Start {
        ports: vec![2222],
        options: vec!["Banner=/o".to_owned(), "Match all".to_owned()],
        ..Start::default()
    };
    let files = BTreeMap::from([("main".to_owned(), "Port 22\nBanner /b".to_owned())]);
    let config = Config::load_for("main", &Many(files), start);
    assert_eq!(config.problems().len(), 1);
    let effective = config.effective(&alice());
    assert_eq!(effective.value_or_default("port"), "2222");
    assert_eq!(effective.value_or_default("banner"), "/o");
}

#[test]
fn what_the_program_says_of_its_defaults_counts() {
    let start = Start { defaults: Some("ciphers a,b\nbanner /x".to_owned()), ..Start::default() };
    let files = BTreeMap::from([("main".to_owned(), "Ciphers -b".to_owned())]);
    let effective = Config::load_for("main", &Many(files), start).effective(&alice());
    assert_eq!(effective.value_or_default("ciphers"), "a");
    assert_eq!(effective.value_or_default("banner"), "/x");
}

proptest! {
    #[test]
    fn no_files_panic(lines in prop::collection::vec(line(), 0..12), included in "\\PC{0,30}") {
        let main = lines.join("\n");
        for version in [Version::new(8, 4), V92, Version::NEWEST] {
            let config = load(&[("main", &main), ("/etc/ssh/i", &included)], version);
            let _ = config.effective(&alice());
            let _ = config.effective(&Connection::default());
        }
    }
}

/// A line that may be valid.
fn line() -> impl Strategy<Value = String> {
    let keywords: Vec<&str> = super::keyword::canonical().chain(["match", "include"]).collect();
    (
        prop::sample::select(keywords),
        "[ =]{1,2}([a-z0-9:,/*!@.+^\\[\"-]{0,12} ?){0,3}(user|all|\\PC)?",
    )
        .prop_map(|(keyword, rest)| format!("{keyword}{rest}"))
}
