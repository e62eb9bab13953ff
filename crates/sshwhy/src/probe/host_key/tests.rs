use super::*;

/// Made by ssh-keygen; their secrets were thrown away.
const ED25519: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMN99cEuyQdxAEfMAjZ9QhW8bTwwkxUtGC4XecB1Giqn";
const OTHER: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINKO/CtnFY3i0RvI4eX80lQBYK54Qa87hNBMhN8YpjH7";
const ECDSA: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBCcN9aaBN4EX5isWxbJ+JUeb/VeRMehfrRXEe3UmK9CwPnFt7i0OseJ+Jjgj+Sv1gqOyIghCRuBxupDhrpEvXTA=";

fn key() -> HostKey {
    let file = HostFile::parse("f", &format!("box {ED25519}\n"));
    file.entries.first().unwrap().key.clone()
}

fn certificate(kind: u32, principals: &[&str]) -> Certificate {
    Certificate {
        serial: 1,
        kind,
        key_id: String::new(),
        principals: principals.iter().map(|p| (*p).to_owned()).collect(),
        valid_after: 100,
        valid_before: 200,
        authority: Vec::new(),
    }
}

fn named(host: &str) -> Name {
    Name { host: host.to_owned(), port: 22, alias: None }
}

fn check(file: &str, change: impl FnOnce(&mut ClientConfig), expected: Result<Verdict, &str>) {
    let mut config = ClientConfig { hostname: "box".to_owned(), ..ClientConfig::default() };
    change(&mut config);
    let files = [HostFile::parse("f", file)];
    let found = judge(&files, &name(&config), &key(), 0);
    let verdict = verdict(&found, &config);
    assert_eq!(verdict.map_err(|e| e.split(' ').next().unwrap_or_default()), expected, "{file}");
}

fn strict(policy: Strict) -> impl FnOnce(&mut ClientConfig) {
    move |config| config.strict_host_key_checking = policy
}

fn other(keyword: &str, value: &str) -> impl FnOnce(&mut ClientConfig) {
    let pair = (keyword.to_owned(), value.to_owned());
    move |config| config.others.push(pair)
}

#[test]
fn verdicts() {
    check("garbage\n|1|x|y z\n@revoked\n", |_| {}, Ok(Verdict::Unknown));
    check("", strict(Strict::Yes), Ok(Verdict::UnknownStrict));
    check("", other("knownhostscommand", "/bin/x"), Err("KnownHostsCommand"));
    check("", other("verifyhostkeydns", "true"), Err("VerifyHostKeyDNS"));
    check("", other("verifyhostkeydns", "false"), Ok(Verdict::Unknown));
    check(&format!("box {ED25519}\n"), |_| {}, Ok(Verdict::Known));
    check(&format!("box {OTHER}\n"), |_| {}, Ok(Verdict::Changed));
    check(&format!("box {ECDSA}\n"), |_| {}, Ok(Verdict::Changed));
    check(&format!("box {OTHER}\n"), strict(Strict::Off), Err("StrictHostKeyChecking"));
    check(&format!("@revoked * {ED25519}\n"), strict(Strict::Off), Ok(Verdict::Revoked));
    check(&format!("[box]:22 {ED25519}\n"), |_| {}, Ok(Verdict::Unknown));
    check(
        &format!("alias {ED25519}\n"),
        |c| c.host_key_alias = Some("alias".into()),
        Ok(Verdict::Known),
    );
}

#[test]
fn short_keys() {
    let check = |bits, pairs: &[(&str, &str)], expected: bool| {
        let others = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let config = ClientConfig { others, ..ClientConfig::default() };
        let key = HostKey { rsa_bits: bits, ..key() };
        assert_eq!(too_short(&key, &config).is_some(), expected, "{bits:?} {pairs:?}");
    };
    check(None, &[("requiredrsasize", "4096")], false);
    check(Some(1024), &[], false);
    check(Some(2048), &[("requiredrsasize", "2048")], false);
    check(Some(2047), &[("requiredrsasize", "2048")], true);
    check(Some(2047), &[("requiredrsasize", "x")], false);
}

#[test]
fn certificates() {
    let check = |certificate: &Certificate, host: &str, now: u64, expected: Option<&str>| {
        let found = trouble(certificate, &named(host), now);
        assert_eq!(found.as_deref(), expected);
    };
    check(&certificate(1, &["box"]), "box", 150, Some("it is not a host certificate"));
    check(&certificate(2, &["box"]), "box", 99, Some("it is not valid yet"));
    check(&certificate(2, &["box"]), "box", 200, Some("it has expired"));
    check(&certificate(2, &["a", "b"]), "box", 150, Some("it is for a, b and not for box"));
    check(&certificate(2, &["*.example"]), "BOX.example", 150, None);
    check(&certificate(2, &[]), "box", 150, None);
}

#[test]
fn known_kinds_are_asked_for_first() {
    let order = |file: &str, algorithms: &str| {
        let algorithms = algorithms.split(',').map(str::to_owned).collect();
        in_order(&[HostFile::parse("f", file)], &named("box"), algorithms).join(",")
    };
    let all = "ssh-ed25519-cert-v01@openssh.com,ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512";
    let ecdsa = format!("box {ECDSA}\n");
    assert_eq!(order("", all), all);
    assert_eq!(order(&format!("other {ECDSA}\n"), all), all);
    assert_eq!(order(&format!("box {ED25519}\n{ecdsa}"), all), all);
    let expected = "ecdsa-sha2-nistp256,ssh-ed25519-cert-v01@openssh.com,ssh-ed25519,rsa-sha2-512";
    assert_eq!(order(&ecdsa, all), expected);
    assert_eq!(
        order(&ecdsa, "rsa-sha2-512,ecdsa-sha2-nistp256"),
        "rsa-sha2-512,ecdsa-sha2-nistp256"
    );
}
