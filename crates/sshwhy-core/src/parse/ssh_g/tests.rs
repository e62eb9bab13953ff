use proptest::prelude::*;

use super::*;

const OPENSSH_9_2: &str = include_str!("tests/openssh_9_2.txt");

fn with(line: &str) -> ClientConfig {
    let text = format!("user a\nhostname h\nport 22\n{line}\n");
    parse_ssh_g(&text).expect("the three keywords are there")
}

fn check<T: PartialEq + std::fmt::Debug>(
    line: &str,
    field: impl Fn(&ClientConfig) -> T,
    expected: T,
) {
    assert_eq!(field(&with(line)), expected, "line {line:?}");
}

#[test]
fn other_text_is_not_a_configuration() {
    assert_eq!(parse_ssh_g(""), Err(SshGError::Missing("hostname")));
    assert_eq!(parse_ssh_g("hostname h\nuser u\n"), Err(SshGError::Missing("port")));
    assert_eq!(
        parse_ssh_g("unknown option -- G\nusage: ssh [-1246]\n"),
        Err(SshGError::Missing("hostname"))
    );
}

#[test]
fn a_value_that_is_not_understood_keeps_the_default_and_the_pair() {
    for line in [
        "port 0",
        "port 70000",
        "ipqos af99 cs1",
        "addressfamily ipx",
        "compression 3",
        "connecttimeout 1e9",
    ] {
        let config = with(line);
        let (keyword, value) = line.split_once(' ').expect("a pair");
        assert_eq!(config.port, 22);
        assert_eq!(config.other(keyword), Some(value), "line {line:?}");
    }
}

#[test]
fn what_debian_12_prints() {
    let config = parse_ssh_g(OPENSSH_9_2).expect("real output");
    assert_eq!(
        (config.user.as_str(), config.hostname.as_str(), config.port),
        ("alice", "example.test", 22)
    );
    assert_eq!(config.ip_qos, IpQos { interactive: Some(0x10), bulk: Some(0x08) });
    assert_eq!(config.strict_host_key_checking, StrictHostKeyChecking::Ask);
    assert_eq!(config.connect_timeout, None);
    assert_eq!(config.ciphers.len(), 6);
    assert_eq!(config.kex_algorithms.first().map(String::as_str), Some("sntrup761x25519-sha512"));
    assert_eq!(config.identity_files.len(), 7);
    assert_eq!(
        config.user_known_hosts_files,
        ["/home/alice/.ssh/known_hosts", "/home/alice/.ssh/known_hosts2"]
    );
    assert_eq!(config.rekey_bytes, None);
    assert_eq!(config.other("loglevel"), Some("INFO"));
    let default = ClientConfig::default();
    assert_eq!(config.server_alive_count_max, default.server_alive_count_max);
    assert_eq!(config.canonicalize_hostname, default.canonicalize_hostname);
    assert_eq!(config.host_key_algorithms, default.host_key_algorithms);
    assert_eq!(config.macs, default.macs);
}

#[test]
fn lists_and_paths() {
    check("userknownhostsfile /tmp/a b /root/x", |c| c.user_known_hosts_files.len(), 2);
    check("userknownhostsfile none", |c| c.user_known_hosts_files.clone(), vec!["none".to_owned()]);
    check(
        "identityfile ~/a b\nidentityfile none",
        |c| c.identity_files.clone(),
        vec!["~/a b".to_owned(), "none".to_owned()],
    );
    check("kexalgorithms a,,b", |c| c.kex_algorithms.clone(), vec!["a".to_owned(), "b".to_owned()]);
    check("pubkeyacceptedkeytypes ssh-rsa", |c| c.pubkey_accepted_algorithms.len(), 1);
    check("canonicaldomains none", |c| c.canonical_domains.len(), 0);
    check("canonicaldomains a.b c.d", |c| c.canonical_domains.len(), 2);
}

#[test]
fn proxies() {
    let shown = |c: &ClientConfig| c.proxy_jump.iter().map(ToString::to_string).collect::<Vec<_>>();
    check(
        "proxyjump u@[fe80::1%lo]:2200,b,x@y:33",
        shown,
        vec!["u@[fe80::1%lo]:2200".into(), "b".into(), "x@y:33".into()],
    );
    check("proxyjump none", shown, Vec::new());
    check("proxycommand nc %h %p", |c| c.proxy_command.clone(), Some("nc %h %p".to_owned()));
    check("proxycommand none", |c| c.proxy_command.clone(), None);
    assert_eq!(with("proxyjump a b").other("proxyjump"), Some("a b"));
}

#[test]
fn ip_qos() {
    let both = |interactive, bulk| IpQos { interactive, bulk };
    check("ipqos ef cs1", |c| c.ip_qos, both(Some(0xb8), Some(0x20)));
    check("ipqos ef none", |c| c.ip_qos, both(Some(0xb8), None));
    check("ipqos af21 cs1", |c| c.ip_qos, both(Some(0x48), Some(0x20)));
    check("ipqos lowdelay throughput", |c| c.ip_qos, both(Some(0x10), Some(0x08)));
    check("ipqos 0x22 3", |c| c.ip_qos, both(Some(0x22), Some(3)));
    check("ipqos le cs7", |c| c.ip_qos, both(Some(0x04), Some(0xe0)));
    check("ipqos none", |c| c.ip_qos, both(None, None));
    for bad in ["", "cs8", "cs10", "af50", "af14", "af1", "0x100", "256", "ef bogus"] {
        assert_eq!(IpQos::parse(bad), None, "class {bad:?}");
    }
}

#[test]
fn times_and_limits() {
    let second = Duration::from_secs;
    check("connecttimeout 5", |c| c.connect_timeout, Some(second(5)));
    check("connecttimeout -1", |c| c.connect_timeout, None);
    check("serveraliveinterval 10", |c| c.server_alive_interval, Some(second(10)));
    check("serveraliveinterval 0", |c| c.server_alive_interval, None);
    check(
        "rekeylimit 1073741824 3600",
        |c| (c.rekey_bytes, c.rekey_time),
        (Some(1 << 30), Some(second(3600))),
    );
    check("rekeylimit 0 0", |c| (c.rekey_bytes, c.rekey_time), (None, None));
}

#[test]
fn words_of_old_and_new_versions() {
    check(
        "stricthostkeychecking false",
        |c| c.strict_host_key_checking,
        StrictHostKeyChecking::Off,
    );
    check("stricthostkeychecking no", |c| c.strict_host_key_checking, StrictHostKeyChecking::Off);
    check("stricthostkeychecking true", |c| c.strict_host_key_checking, StrictHostKeyChecking::Yes);
    check(
        "stricthostkeychecking accept-new",
        |c| c.strict_host_key_checking,
        StrictHostKeyChecking::AcceptNew,
    );
    check("canonicalizehostname always", |c| c.canonicalize_hostname, Canonicalize::Always);
    check("addressfamily inet6", |c| c.address_family, AddressFamily::Inet6);
    check("compression yes", |c| c.compression, true);
    check(
        "canonicalizePermittedcnames *.a:*.b",
        |c| c.other("canonicalizepermittedcnames").is_some(),
        true,
    );
}

#[test]
fn a_flood_is_cut() {
    let flood = format!("user a\nhostname h\nport 22\n{}", "x é\n".repeat(1_000_000));
    let config = parse_ssh_g(&flood).expect("the three keywords come first");
    assert!(config.others.len() <= MAX_OUTPUT_BYTES / 3);
}

proptest! {
    #[test]
    fn never_panics(text in "((port|user|hostname|ipqos|proxyjump|rekeylimit|identityfile|userknownhostsfile) .{0,20}\n){0,8}") {
        let _ = parse_ssh_g(&text);
    }
}
