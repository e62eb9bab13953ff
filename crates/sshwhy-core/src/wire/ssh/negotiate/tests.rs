use std::collections::BTreeSet;

use proptest::prelude::*;

use super::Choice;
use super::Client;
use super::Negotiation;
use super::Side;
use crate::wire::ssh::algorithm::Release;
use crate::wire::ssh::kexinit::KexInit;
use crate::wire::ssh::kexinit::Proposal;

fn names(list: &str) -> Vec<String> {
    list.split(',').filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect()
}

fn usual() -> KexInit {
    KexInit::of_client([0; 16], &Proposal::usual())
}

fn newest() -> Client {
    Client::default()
}

/// Checks the first failure of a usual client against a server: its words, and the line that mends it.
fn check(server: impl Fn(&mut KexInit), client: &Client, expected: Option<(&str, Option<&str>)>) {
    let mut init = usual();
    server(&mut init);
    let negotiation = Negotiation::of(&usual(), &init, client);
    let found = negotiation.failures().next().map(|(choice, no_match)| {
        let line = no_match.change.as_ref().map(|change| match change.side {
            Side::Client => change.line(),
            Side::Server => format!("on the server: {}", change.line()),
        });
        (choice.openssh_words(), line)
    });
    let expected = expected.map(|(words, line)| (words, line.map(ToOwned::to_owned)));
    assert_eq!(found, expected);
}

#[test]
fn hosts_that_agree() {
    check(|_| {}, &newest(), None);
    let negotiation = Negotiation::of(&usual(), &usual(), &newest());
    assert_eq!(negotiation.agreed(Choice::Kex), Some("mlkem768x25519-sha256"));
    assert_eq!(negotiation.agreed(Choice::CompressionC2s), Some("none"));
    assert_eq!(negotiation.outcome(Choice::MacC2s), Some(&super::Outcome::NotNeeded));
}

#[test]
fn the_order_of_the_client_decides() {
    let mut server = usual();
    server.kex.reverse();
    let negotiation = Negotiation::of(&usual(), &server, &newest());
    assert_eq!(negotiation.agreed(Choice::Kex), Some("mlkem768x25519-sha256"));
}

#[test]
fn pseudo_algorithms_are_never_agreed_on() {
    let server = |init: &mut KexInit| init.kex = names("ext-info-c,diffie-hellman-group1-sha1");
    let line = "KexAlgorithms +diffie-hellman-group1-sha1";
    check(server, &newest(), Some(("key exchange method", Some(line))));
}

#[test]
fn the_strongest_that_the_server_offers_is_added() {
    let old = "diffie-hellman-group1-sha1,diffie-hellman-group14-sha1";
    let line = "KexAlgorithms +diffie-hellman-group14-sha1";
    check(|init| init.kex = names(old), &newest(), Some(("key exchange method", Some(line))));
    let line = "HostKeyAlgorithms +ssh-rsa";
    check(
        |init| init.host_key = names("ssh-rsa,ssh-dss"),
        &newest(),
        Some(("host key type", Some(line))),
    );
    let line = "Ciphers +aes256-cbc";
    check(
        |init| init.cipher_s2c = names("3des-cbc,aes128-cbc,aes256-cbc"),
        &newest(),
        Some(("cipher", Some(line))),
    );
}

#[test]
fn what_the_client_cannot_do_is_not_proposed() {
    let dss = |init: &mut KexInit| init.host_key = names("ssh-dss");
    let server = "on the server: HostKeyAlgorithms +ssh-ed25519";
    check(dss, &newest(), Some(("host key type", Some(server))));
    let old = Client { release: Some(Release(9, 2)), ..newest() };
    check(dss, &old, Some(("host key type", Some("HostKeyAlgorithms +ssh-dss"))));
    let queried = BTreeSet::from(["ssh-dss".to_owned()]);
    let asked = Client { release: Some(Release(9, 9)), queried };
    check(dss, &asked, Some(("host key type", Some("HostKeyAlgorithms +ssh-dss"))));
}

#[test]
fn a_cipher_that_authenticates_is_better_than_a_weak_mac() {
    let check_mac = |ciphers: &str, line: &str| {
        let mut client = usual();
        client.cipher_s2c = names("aes128-ctr");
        let mut server = usual();
        server.cipher_s2c = names(ciphers);
        server.mac_s2c = names("hmac-md5");
        let negotiation = Negotiation::of(&client, &server, &newest());
        let (choice, no_match) = negotiation.failures().next().expect("no MAC in common");
        assert_eq!(choice, Choice::MacS2c);
        assert_eq!(no_match.change.as_ref().map(super::Change::line).as_deref(), Some(line));
    };
    check_mac("aes128-ctr,aes256-gcm@openssh.com", "Ciphers ^aes256-gcm@openssh.com");
    check_mac("aes128-ctr", "MACs +hmac-md5");
}

#[test]
fn compression_has_no_line() {
    let server = |init: &mut KexInit| init.compression_s2c = names("zlib");
    check(server, &newest(), Some(("compression method", None)));
}

#[test]
fn an_old_client_is_met_by_the_server() {
    let mut client = usual();
    client.kex = names("diffie-hellman-group14-sha1,diffie-hellman-group14-sha256");
    let mut server = usual();
    server.kex = names("mlkem768x25519-sha256,sntrup761x25519-sha512");
    let old = Client { release: Some(Release(7, 3)), ..newest() };
    let negotiation = Negotiation::of(&client, &server, &old);
    let change = negotiation.failures().next().and_then(|(_, no_match)| no_match.change.clone());
    let change = change.expect("the server can add one");
    assert_eq!(change.side, Side::Server);
    assert_eq!(change.line(), "KexAlgorithms +diffie-hellman-group14-sha256");
}

proptest! {
    #[test]
    fn what_is_agreed_is_in_both_lists_and_first_of_the_client(
        ours in prop::collection::vec("[a-f]", 0..5), theirs in prop::collection::vec("[a-f]", 0..5),
    ) {
        let client = KexInit { kex: ours.clone(), ..usual() };
        let server = KexInit { kex: theirs.clone(), ..usual() };
        let negotiation = Negotiation::of(&client, &server, &newest());
        let expected = ours.iter().find(|name| theirs.contains(name));
        prop_assert_eq!(negotiation.agreed(Choice::Kex), expected.map(String::as_str));
    }

    #[test]
    fn a_change_makes_the_two_agree(theirs in prop::sample::subsequence(
        super::super::algorithm::FACTS.iter().map(|fact| fact.name).collect::<Vec<_>>(), 0..20,
    )) {
        let theirs: Vec<String> = theirs.into_iter().map(ToOwned::to_owned).collect();
        let mut server = KexInit { kex: theirs.clone(), host_key: theirs.clone(), ..usual() };
        server.cipher_s2c.clone_from(&theirs);
        let mut client = usual();
        for (choice, no_match) in Negotiation::of(&client.clone(), &server.clone(), &newest()).failures() {
            let change = no_match.change.clone().expect("these kinds always have one");
            let side = if change.side == Side::Client { &mut client } else { &mut server };
            match choice {
                Choice::Kex => side.kex.push(change.algorithm.to_owned()),
                Choice::HostKey => side.host_key.push(change.algorithm.to_owned()),
                _ => side.cipher_s2c.push(change.algorithm.to_owned()),
            }
        }
        prop_assert_eq!(Negotiation::of(&client, &server, &newest()).failures().count(), 0);
    }
}
