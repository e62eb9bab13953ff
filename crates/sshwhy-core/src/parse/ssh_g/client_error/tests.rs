use proptest::prelude::*;

use super::*;

fn check(stderr: &str, expected: &[(Option<(&str, u32)>, ClientErrorKind)]) {
    let got = parse_client_errors(stderr);
    let got: Vec<_> = got.into_iter().map(|error| (error.place, error.kind)).collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(place, kind)| {
            let place = place.map(|(file, line)| ConfigPlace { file: file.to_owned(), line });
            (place, kind.clone())
        })
        .collect();
    assert_eq!(got, expected, "stderr {stderr:?}");
}

fn option(keyword: &str) -> ClientErrorKind {
    ClientErrorKind::BadOption { keyword: keyword.to_owned() }
}

fn algorithm(name: &str) -> ClientErrorKind {
    ClientErrorKind::UnsupportedAlgorithm { name: name.to_owned() }
}

#[test]
fn a_bad_option_is_named_with_its_place() {
    let f = Some(("/home/a/.ssh/config", 7));
    check(
        "/home/a/.ssh/config: line 7: Bad configuration option: foo\r\n\
         /home/a/.ssh/config: terminating, 1 bad configuration options\r\n",
        &[(f, option("foo"))],
    );
    check(
        "command-line: line 0: Bad configuration option: mtu\r\n",
        &[(Some(("command-line", 0)), option("mtu"))],
    );
    check(
        "./c: line 1: Bad configuration option: foo\n./c: line 2: Bad configuration option: bar\n\
         ./c line 3: Bad port 'x'.\n./c: terminating, 3 bad configuration options\n",
        &[
            (Some(("./c", 1)), option("foo")),
            (Some(("./c", 2)), option("bar")),
            (Some(("./c", 3)), ClientErrorKind::BadValue),
        ],
    );
    check(
        "a line 2 b: line 3: Bad configuration option: x\n",
        &[(Some(("a line 2 b", 3)), option("x"))],
    );
}

#[test]
fn values() {
    use ClientErrorKind::BadValue;
    use ClientErrorKind::ExtraArguments;
    use ClientErrorKind::MissingArgument;
    use ClientErrorKind::UnterminatedQuote;
    for (message, kind) in [
        ("Bad port 'abc'.", BadValue),
        ("unsupported option \"maybe\".", BadValue),
        ("Bad yes/no argument.", BadValue),
        ("invalid time value.", BadValue),
        ("Bad IPQoS value: foo", BadValue),
        ("RekeyLimit too small", BadValue),
        ("integer value invalid.", BadValue),
        ("Bad Match condition", BadValue),
        ("Invalid SetEnv.", BadValue),
        ("bad port number in permitremoteopen", BadValue),
        ("no argument after keyword \"port\"", MissingArgument),
        ("Missing argument.", MissingArgument),
        ("missing time value.", MissingArgument),
        ("Missing yes/no argument.", MissingArgument),
        ("invalid quotes", UnterminatedQuote),
        ("keyword port extra arguments at end of line", ExtraArguments),
        ("garbage at end of line; \"33\".", ExtraArguments),
        ("Invalid ProxyJump \"foo:bar\"", ClientErrorKind::InvalidJump),
        ("RefuseConnection: not from here", ClientErrorKind::Refused),
    ] {
        check(
            &format!("/etc/ssh/ssh_config line 3: {message}\r\n"),
            &[(Some(("/etc/ssh/ssh_config", 3)), kind)],
        );
    }
}

#[test]
fn algorithms_are_named_once() {
    check(
        "Unsupported KEX algorithm \"foo\"\r\ncommand-line line 0: Bad SSH2 KexAlgorithms 'foo'.\r\n",
        &[(Some(("command-line", 0)), algorithm("foo"))],
    );
    check("c line 1: Bad SSH2 cipher spec 'foo'.\n", &[(Some(("c", 1)), algorithm("foo"))]);
    check("c line 1: Bad SSH2 MAC spec 'a,b'.\n", &[(Some(("c", 1)), algorithm("a,b"))]);
    check("c line 1: Bad key types 'foo'.\n", &[(Some(("c", 1)), algorithm("foo"))]);
    check("Unknown cipher type 'foo'\n", &[(None, algorithm("foo"))]);
    check("Unknown mac type 'foo'\n", &[(None, algorithm("foo"))]);
    check(
        "Missing Match criteria for foo\nc line 1: Bad Match condition\n",
        &[(Some(("c", 1)), ClientErrorKind::BadValue)],
    );
}

#[test]
fn files() {
    let permissions = ClientErrorKind::BadPermissions { file: "/home/z/.ssh/config".to_owned() };
    check("Bad owner or permissions on /home/z/.ssh/config\r\n", &[(None, permissions)]);
    let unreadable = |file: &str, reason: &str| ClientErrorKind::Unreadable {
        file: Some(file.to_owned()),
        reason: reason.to_owned(),
    };
    check(
        "Can't open user config file /nonexist: No such file or directory\r\n",
        &[(None, unreadable("/nonexist", "No such file or directory"))],
    );
    check(
        "c line 2: Can't open user config file /inc: Permission denied\r\n",
        &[(Some(("c", 2)), unreadable("/inc", "Permission denied"))],
    );
    check("c line 2: glob failed for /x/*.\r\n", &[(Some(("c", 2)), unreadable("/x/*", ""))]);
    check("Too many recursive configuration includes\r\n", &[(None, ClientErrorKind::IncludeLoop)]);
}

#[test]
fn names_and_tokens() {
    check("hostname contains invalid characters\r\n", &[(None, ClientErrorKind::InvalidHostName)]);
    check(
        "remote username contains invalid characters\r\n",
        &[(None, ClientErrorKind::InvalidUserName)],
    );
    check(
        "vdollar_percent_expand: unknown key %z\r\npercent_expand: failed\r\n",
        &[(None, ClientErrorKind::UnknownToken)],
    );
    check("percent_expand: unknown key %z\r\n", &[(None, ClientErrorKind::UnknownToken)]);
    check("ControlPath too long\r\n", &[(None, ClientErrorKind::ControlPathTooLong)]);
    check("No user exists for uid 4242\r\n", &[(None, ClientErrorKind::NoLocalUser)]);
    check("You don't exist, go away!\r\n", &[(None, ClientErrorKind::NoLocalUser)]);
    check("Invalid -J argument\r\n", &[(None, ClientErrorKind::InvalidJump)]);
    check("Bad port 'x'\n", &[(None, ClientErrorKind::BadArguments)]);
    check("Invalid number of ConnectionAttempts\r\n", &[(None, ClientErrorKind::BadValue)]);
}

#[test]
fn libraries() {
    for line in [
        "OpenSSL version mismatch. Built against 30000080, you have 30200010",
        "ssh: error while loading shared libraries: libcrypto.so.1.1: cannot open shared object file: No such file or directory",
        "ssh: symbol lookup error: ssh: undefined symbol: EVP_CIPHER_CTX_get_iv",
        "ssh: /lib/x86_64-linux-gnu/libcrypto.so.3: version `OPENSSL_3.4.0' not found (required by ssh)",
        "Error loading shared library libcrypto.so.3: No such file or directory (needed by /usr/bin/ssh)",
        "dyld[811]: Library not loaded: /usr/local/opt/openssl/lib/libcrypto.3.dylib",
    ] {
        check(line, &[(None, ClientErrorKind::LibraryMismatch)]);
    }
}

#[test]
fn warnings_are_no_errors() {
    check("Pseudo-terminal will not be allocated because stdin is not a terminal.\r\n", &[]);
    check("./c line 1: Unsupported option \"rsaauthentication\"\r\n", &[]);
    check("./c line 4: Deprecated option \"useroaming\"\r\n", &[]);
    check("Warning: Identity file /nonexist not accessible: No such file or directory.\n", &[]);
    check("debug1: /etc/ssh/ssh_config line 19: Applying options for *\r\n", &[]);
    check("kex_exchange_identification: banner line 0: x\r\n", &[]);
    check("ssh: connect to host h port 22: Connection refused\r\n", &[]);
}

#[test]
fn two_lines_about_one_thing_are_one_error() {
    let c = Some(("c", 1));
    check(
        "c line 1: missing argument for Match 'foo'\nc line 1: Bad Match condition\n",
        &[(c, ClientErrorKind::MissingArgument)],
    );
    check(
        "unknown option -- Z\r\nusage: ssh [-46AaCf]\n",
        &[(None, ClientErrorKind::BadArguments)],
    );
    check("usage: ssh [-46AaCf]\n", &[(None, ClientErrorKind::BadArguments)]);
    check("Bad stdio forwarding specification 'x'\n", &[(None, ClientErrorKind::BadArguments)]);
    check("Bad tun device 'x'\n", &[(None, ClientErrorKind::BadArguments)]);
    let too_long = "unix_listener: path \"/tmp/x\" too long for Unix domain socket\n";
    check(too_long, &[(None, ClientErrorKind::ControlPathTooLong)]);
}

#[test]
fn a_flood_is_bounded() {
    let flood = "c: line 1: Bad configuration option: x\n".repeat(100_000);
    assert_eq!(parse_client_errors(&flood).len(), MAX_ERRORS);
}

proptest! {
    #[test]
    fn never_panics(stderr in "(line |: |[a-z0-9'\"é\n\r ]){0,60}") {
        let _ = parse_client_errors(&stderr);
    }

    #[test]
    fn never_panics_on_anything(stderr in any::<String>()) {
        let _ = parse_client_errors(&stderr);
    }
}
