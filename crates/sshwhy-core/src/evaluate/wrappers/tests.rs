use proptest::prelude::*;

use super::*;

/// A host with two users' worth of accounts and three files of patterns.
struct World;

impl Lookup for World {
    fn pattern_file(&self, path: &str) -> Source {
        match path {
            "/etc/friends" => {
                Source::Text(b"# office\n10.0.0.5\n.example.com\n2001:db8::5".to_vec())
            }
            "/etc/hidden" => Source::Hidden("permission denied".to_owned()),
            "/etc/loop" => Source::Text(b"/etc/loop /etc/loop".to_vec()),
            _ => Source::Absent,
        }
    }

    fn has_user(&self, name: &str) -> Option<bool> {
        match name {
            "nobody" => Some(true),
            "ghost" => Some(false),
            _ => None,
        }
    }
}

fn text(text: &str) -> Source {
    Source::Text(text.as_bytes().to_vec())
}

fn client(address: &str, name: &str) -> Client {
    let name = match name {
        "?" => NameLookup::NotAsked,
        "unknown" => NameLookup::Unknown,
        "paranoid" => NameLookup::Paranoid,
        name => NameLookup::Known(name.to_owned()),
    };
    Client { address: address.parse().unwrap(), interface: None, name, user: None }
}

fn sshd() -> Daemon {
    Daemon {
        names: vec!["sshd".to_owned()],
        address: Some("192.0.2.1".parse().unwrap()),
        port: Some(22),
    }
}

fn judge(allow: &Source, deny: &Source, client: &Client) -> Judgement {
    let (allow_path, deny_path) = ("allow", "deny");
    evaluate(&Files { allow_path, allow, deny_path, deny, lookup: &World }, client, &sshd())
}

/// The verdict, the line that decides, and the lines that are open before it.
fn shown(judgement: &Judgement) -> String {
    let place = |place: &Place| place.to_string();
    let mut said = format!("{:?}", judgement.verdict);
    let decided = judgement.decision.place.as_ref().map_or_else(|| "nothing".to_owned(), place);
    said.push_str(&format!(" {decided}"));
    for open in &judgement.open {
        said.push_str(&format!(", {} {:?}", open.place, open.then));
    }
    said
}

#[test]
fn files_in_their_order() {
    let check = |allow: &str, deny: &str, expected: &str| {
        let said = shown(&judge(&text(allow), &text(deny), &client("10.0.0.5", "a.example.com")));
        assert_eq!(said, expected, "{allow:?} {deny:?}");
    };
    check("", "", "Admit nothing");
    check("\0\0", ":::\n", "Admit nothing");
    check("", "ALL: ALL\n", "Deny deny:1");
    check("sshd: 10.0.0.5\n", "ALL: ALL\n", "Admit allow:1");
    check("# x\nsshd: ALL: deny\n", "", "Deny allow:2");
    check("", "sshd: ALL: allow\nALL: ALL\n", "Admit deny:1");
    check("vsftpd: ALL\n", "ALL EXCEPT sshd: ALL\n", "Admit nothing");
    // The comment swallows the rule.
    check("# x \\\nsshd: ALL\n", "ALL: ALL\n", "Deny deny:1");
    // A last line without a newline is lost in hosts.allow, and refuses everybody in hosts.deny.
    check("sshd: ALL", "sshd: 10.0.0.5\n", "Deny deny:1");
    check("", "vsftpd: 1.2.3.4", "Deny deny:1");
    check("", "sshd: 10.: allow\nvsftpd: 1.2.3.4", "Admit deny:1");
    // A colon too many is an option without a name.
    check("sshd: ALL:\n", "", "Deny allow:1");
    check("sshd: ALL: permit\n", "", "Deny allow:1");
    check("sshd: ALL: user ghost\n", "", "Deny allow:1");
    check("sshd: ALL: user nobody\n", "", "Admit allow:1");
    check("sshd: ALL: user somebody\n", "", "Unknown allow:1, allow:1 Deny");
    check("sshd: ALL: user somebody: deny\n", "", "Deny allow:1, allow:1 Deny");
}

#[test]
fn files_that_cannot_be_read() {
    let here = client("10.0.0.5", "unknown");
    let hidden = Source::Hidden("permission denied".to_owned());
    let closed = Source::Unopenable("not a directory".to_owned());
    let check = |allow: &Source, deny: &Source, expected: &str| {
        assert_eq!(shown(&judge(allow, deny, &here)), expected);
    };
    check(&Source::Absent, &Source::Absent, "Admit nothing");
    check(&Source::Absent, &closed, "Deny deny:1");
    check(&closed, &Source::Absent, "Admit nothing");
    check(&text("sshd: 10.\n"), &closed, "Admit allow:1");
    check(&text("sshd: 10.\n"), &hidden, "Admit allow:1");
    check(&hidden, &Source::Absent, "Unknown nothing, allow:1 Unknown");
    check(&Source::Absent, &hidden, "Unknown nothing, deny:1 Unknown");
}

#[test]
fn patterns_of_addresses() {
    let check = |list: &str, address: &str, expected: bool| {
        let deny = text(&format!("sshd: {list}\n"));
        let judgement = judge(&Source::Absent, &deny, &client(address, "unknown"));
        let expected = if expected { Verdict::Deny } else { Verdict::Admit };
        assert_eq!(judgement.verdict, expected, "{list} {address}");
    };
    check("10.0.0.5/24", "10.0.0.5", false);
    check("10.0.0.0/0", "10.0.0.5", false);
    check("0.0.0.0/0", "10.0.0.5", false);
    check("0.0.0.0/0.0.0.0", "10.0.0.5", true);
    check("10.0.0.5/255.255.255.255", "10.0.0.5", false);
    check("10.0.0.5/32", "10.0.0.5", true);
    check("10/8", "10.0.0.5", false);
    check("10.0.0.0/33", "10.0.0.5", false);
    check("10.0.0.0/8", "10.0.0.5", true);
    check("10.", "100.0.0.1", false);
    check("10.", "10.0.0.5", true);
    check(".0.5", "10.0.0.5", true);
    check("10.0.0.?", "10.0.0.5", true);
    check("10.*.5", "10.0.0.5", true);
    check("**", "10.0.0.5", true);
    check("10.0.0.5**", "10.0.0.5", false);
    check("10.0.0.5*", "10.0.0.5", true);
    check("[10.0.0.5]", "10.0.0.5", false);
    check("2001:db8::5", "2001:db8::5", false);
    check("[2001:DB8:0::5]", "2001:db8::5", true);
    check("[2001:db8::5]/32", "2001:db8:1::1", true);
    check("[2001:db8::/32]", "2001:db8::5", false);
    check("[::]/0", "2001:db8::5", true);
    check("[::]/0", "10.0.0.5", false);
    check("10.0.0.0/8", "::ffff:10.0.0.5", true);
    check("[::ffff:10.0.0.5]", "::ffff:10.0.0.5", false);
    check("10.0.0.5", "::ffff:10.0.0.5", true);
    check("/etc/friends", "10.0.0.5", true);
    check("/etc/friends", "2001:db8::5", true);
    check("/etc/friends", "10.0.0.6", false);
    check("/etc/none", "10.0.0.5", false);
    // a and not (b and not c)
    check("10. EXCEPT 10.0. EXCEPT 10.0.0.", "10.1.0.1", true);
    check("10. EXCEPT 10.0. EXCEPT 10.0.0.", "10.0.1.1", false);
    check("10. EXCEPT 10.0. EXCEPT 10.0.0.", "10.0.0.5", true);
    check("10.0.0.5 EXCEPT 10.0.0.0/24, 10.0.0.7", "10.0.0.7", false);
    check("ALL except", "10.0.0.5", true);
    check("except ALL", "10.0.0.5", false);
}

#[test]
fn patterns_of_names() {
    let check = |list: &str, name: &str, expected: &str| {
        let deny = text(&format!("sshd: {list}\n"));
        let judgement = judge(&Source::Absent, &deny, &client("10.0.0.5", name));
        assert_eq!(
            format!("{:?} {}", judgement.verdict, judgement.asks_name),
            expected,
            "{list} {name}"
        );
    };
    check(".example.com", "a.Example.COM", "Deny true");
    check(".example.com", "example.com", "Admit true");
    check("*.example.com", "unknown", "Admit true");
    check("LOCAL", "office", "Deny true");
    check("LOCAL", "a.example.com", "Admit true");
    check("LOCAL", "unknown", "Admit true");
    check("KNOWN", "paranoid", "Admit true");
    check("KNOWN", "office", "Deny true");
    check("UNKNOWN", "unknown", "Deny true");
    check("PARANOID", "paranoid", "Deny true");
    check("ALL", "?", "Deny false");
    check("10.0.0.5", "?", "Deny false");
    check("10.0.0.6", "?", "Admit false");
    // The name is asked for, but no name is an address in brackets.
    check("[::1]", "?", "Admit true");
    check(".example.com", "?", "Unknown true");
    check("ALL EXCEPT .example.com", "?", "Unknown true");
    check(".example.com 10.", "?", "Deny true");
}

#[test]
fn what_is_not_known_is_left_open_only_where_it_matters() {
    let check = |allow: &str, deny: &str, expected: &str| {
        let said = shown(&judge(&text(allow), &text(deny), &client("10.0.0.5", "?")));
        assert_eq!(said, expected, "{allow:?} {deny:?}");
    };
    check("sshd: @staff\n", "ALL: ALL\n", "Unknown deny:1, allow:1 Admit");
    check("sshd: @staff\n", "", "Admit nothing, allow:1 Admit");
    check("sshd: @staff\nsshd: 10.\n", "ALL: ALL\n", "Admit allow:2, allow:1 Admit");
    check("sshd: @staff EXCEPT 10.\n", "ALL: ALL\n", "Deny deny:1");
    check("sshd: /etc/hidden\n", "ALL: ALL\n", "Unknown deny:1, allow:1 Admit");
    check("sshd: /etc/loop\n", "ALL: ALL\n", "Unknown deny:1, allow:1 Admit");
    check("sshd: alice@10.\n", "ALL: ALL\n", "Unknown deny:1, allow:1 Admit");
    check("sshd: alice@11.\n", "ALL: ALL\n", "Deny deny:1");
    check("sshd: ALL@10.\n", "ALL: ALL\n", "Admit allow:1");
    check("sshd: 10.: spawn /bin/log\n", "ALL: ALL\n", "Admit allow:1");
    check("", "sshd: 10.: twist /bin/echo bye\n", "Unknown deny:1");
    check("", "sshd: 11.: twist /bin/echo bye\n", "Admit nothing");
    check("sshd: 10.: aclexec /bin/x\n", "ALL: ALL\n", "Unknown deny:1, allow:1 Admit");
    check("sshd: 10.: aclexec /bin/x\n", "", "Admit nothing, allow:1 Admit");
    check("sshd: 10.: aclexec /bin/x: allow\n", "ALL: ALL\n", "Admit allow:1");
    check("", "sshd: 10.: aclexec /bin/x\nALL: ALL\n", "Unknown deny:1, deny:1 Deny");
    // libwrap remembers the failure: a line of hosts.deny that has options then counts as none.
    check(
        "ALL: ALL: aclexec /bin/x\n",
        "ALL: ALL: spawn /bin/log\n",
        "Admit deny:1, allow:1 Admit",
    );
    check("ALL: ALL: aclexec /bin/x\n", "ALL: ALL: deny\n", "Unknown deny:1, allow:1 Admit");
}

#[test]
fn daemons() {
    let check = |names: &[&str], list: &str, expected: Verdict| {
        let deny = text(&format!("{list}: ALL\n"));
        let daemon = Daemon { names: names.iter().map(|n| (*n).to_owned()).collect(), ..sshd() };
        let (allow_path, deny_path) = ("allow", "deny");
        let files =
            Files { allow_path, allow: &Source::Absent, deny_path, deny: &deny, lookup: &World };
        let said = evaluate(&files, &client("10.0.0.5", "unknown"), &daemon).verdict;
        assert_eq!(said, expected, "{names:?} {list}");
    };
    check(&[], "sshd", Verdict::Admit);
    check(&["sshd"], "ssh", Verdict::Admit);
    check(&["sshd"], "SSHD", Verdict::Deny);
    check(&["sshd"], "22", Verdict::Deny);
    check(&["sshd"], "2222", Verdict::Admit);
    check(&["sshd"], "sshd@192.0.2.", Verdict::Deny);
    check(&["sshd"], "sshd@192.0.3.", Verdict::Admit);
    check(&["mysshd"], "sshd", Verdict::Admit);
    check(&["sshd", "sshd-session"], "sshd", Verdict::Unknown);
    check(&["sshd", "sshd-session"], "sshd*", Verdict::Deny);
}

/// The warnings about both files for a client, with their places.
fn check_warnings(allow: &str, deny: &str, expected: &[&str]) {
    let judgement = judge(&text(allow), &text(deny), &client("192.0.2.9", "unknown"));
    let said: Vec<_> = judgement.warnings.iter().map(|(p, w)| format!("{p} {w}")).collect();
    assert_eq!(said, expected, "{allow:?} {deny:?}");
}

#[test]
fn warnings_of_nets() {
    let check = check_warnings;
    check("vsftpd: 10.0.0.5/24\n", "", &[]);
    check(
        "sshd: 10.0.0.5/24\n",
        "",
        &[
            "allow:1 10.0.0.5/24 matches nobody: the address goes beyond its own mask; the net is 10.0.0.0/24",
        ],
    );
    check(
        "sshd: 10/8\n",
        "",
        &["allow:1 10/8 matches nobody: a net has four numbers before its slash"],
    );
    check(
        "sshd: 0.0.0.0/0\n",
        "",
        &["allow:1 0.0.0.0/0 matches nobody: for everybody write ALL, or 0.0.0.0/0.0.0.0"],
    );
    check(
        "sshd: 10.0.0.5/255.255.255.255\n",
        "",
        &["allow:1 10.0.0.5/255.255.255.255 matches nobody: for one address write no mask, or /32"],
    );
    check("sshd: 10.0.0.0/33\n", "", &["allow:1 10.0.0.0/33 matches nobody: no such mask"]);
    check(
        "sshd: 10.0.*/24\n",
        "",
        &["allow:1 10.0.*/24 matches nobody: * and ? have no meaning before a slash"],
    );
}

#[test]
fn warnings_of_patterns() {
    let check = check_warnings;
    check(
        "sshd: 2001:db8::5/64\n",
        "",
        &[
            "allow:1 an IPv6 address must stand in brackets, [2001:db8::5]/64: without them it ends the \
         list at its first colon, and what follows is read as options",
        ],
    );
    check(
        "sshd: [2001:db8::/32]\n",
        "",
        &["allow:1 [2001:db8::/32] matches nobody: write [2001:db8::]/32"],
    );
    check(
        "sshd: [10.0.0.5]\n",
        "",
        &["allow:1 [10.0.0.5] matches nobody: only an IPv6 address stands in brackets"],
    );
    check("sshd: [::]/129\n", "", &["allow:1 [::]/129 matches nobody: no such length"]);
    check(
        "sshd: [::1\n",
        "",
        &["allow:1 [::1 has a bracket without its other: no colon after it separates"],
    );
    check(
        "sshd: 10.0.0\n",
        "",
        &[
            "allow:1 10.0.0 matches nobody: it is no address, and the beginning of one ends in a dot",
        ],
    );
    check(
        "sshd: 10.0.0.1-9\n",
        "",
        &["allow:1 10.0.0.1-9 matches nobody: libwrap knows no ranges"],
    );
    check(
        "sshd: !10.0.0.1\n",
        "",
        &["allow:1 !10.0.0.1 matches nobody: what ! means elsewhere is written EXCEPT here"],
    );
    check("sshd: /etc/none\n", "", &["allow:1 /etc/none matches nobody: there is no such file"]);
    check(
        "sshd: 10. # the office\n",
        "",
        &["allow:1 # begins no comment here: what follows it is read as patterns"],
    );
}

#[test]
fn warnings_of_lines() {
    let check = check_warnings;
    check("", "", &[]);
    check("sshd: 10.0.0.0/24, 10. [::1] .example.com @staff /etc/friends\n", "ALL: ALL\n", &[]);
    check("  # a note\n", "", &[]);
    check(" # vsftpd: 10.\n", "", &[]);
    check(
        " # sshd : 10.\n",
        "",
        &["allow:1 is not a comment, because a blank stands before the #: it is a rule"],
    );
    check(
        "# x \\\nsshd: 10.\n",
        "",
        &["allow:1 the backslash at its end makes a comment of what follows, to line 2"],
    );
    check("sshd ALL\n", "", &["allow:1 is passed over: no colon separates daemons and clients"]);
    check(
        "sshd: 10. \\ \n",
        "",
        &["allow:1 goes on in no other line: a blank stands after the backslash"],
    );
    check(
        "sshd: 10.: permit\n",
        "sshd: 10.: permit\n",
        &[
            "allow:1 refuses whom it matches, for an error in its options: bad option name: \"permit\"",
        ],
    );
    check("ssh: 10.\n", "", &["allow:1 is not for this server: it calls itself sshd, not ssh"]);
    check(
        "sshd: ALL\nALL: 10.\nsshd: 11.\n",
        "ALL: ALL\n",
        &[
            "allow:2 is never reached: line 1 matches everybody before it",
            "deny:1 is never reached: allow:1 matches everybody before it",
        ],
    );
    check("ALL: ALL: aclexec /bin/x\n", "ALL: ALL\n", &[]);
    check(
        "sshd: 10.",
        "sshd: 10.",
        &[
            "allow:1 does not end in a newline: libwrap reads neither it nor anything after it",
            "deny:1 does not end in a newline: libwrap then refuses everybody whom no line before has admitted",
        ],
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_input_panics(
        allow in prop::collection::vec(
            prop::sample::select(&b"sshdAL:[]\\\n# \0,@/%.-=15*?"[..]), 0..400),
        name in "[a-z.]{0,8}",
        address: std::net::IpAddr,
    ) {
        let deny = Source::Text(allow.iter().rev().copied().collect());
        let name = NameLookup::Known(name);
        let client = Client { address, interface: None, name, user: None };
        let judgement = judge(&Source::Text(allow), &deny, &client);
        // With all of it known, only what was taken from the world leaves anything open.
        prop_assert!(judgement.verdict == Verdict::Unknown || !judgement.decision.why.is_empty());
        prop_assert!(judgement.open.len() <= MAX_OPEN);
    }
}
