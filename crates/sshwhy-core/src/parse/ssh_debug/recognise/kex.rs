//! The key exchange, up to the new keys.
//!
//! Must never compare proposals: that is for whoever asks why nothing matched.

use super::names;
use crate::parse::ssh_debug::event::AlgorithmKind;
use crate::parse::ssh_debug::event::Choice;
use crate::parse::ssh_debug::event::Event;

pub(super) fn debug(word: &str, text: &str) -> Option<Event> {
    match word {
        "Authenticating" => authenticating(text),
        "SSH2_MSG_KEXINIT" | "SSH2_MSG_NEWKEYS" | "SSH2_MSG_SERVICE_ACCEPT" => message(word, text),
        "expecting" => expecting(text),
        "sending" => kex_message(text.strip_prefix("sending ")?).map(Event::KexRequested),
        "kex" => chosen(text.strip_prefix("kex: ")?),
        "kex_choose_conf" => text.contains("will use strict KEX").then_some(Event::StrictKex),
        "kex_input_ext_info" | "kex_ext_info_client_parse" => {
            let (_, list) = text.split_once("server-sig-algs=<")?;
            Some(Event::ServerSigAlgs(names(list.trim_end_matches('>'))))
        }
        "need" | "rekeying" | "set_newkeys" | "ssh_set_newkeys" => {
            text.contains("rekeying").then_some(Event::Rekeying)
        }
        _ if word.starts_with("SSH2_MSG_KEX") => replied(word, text),
        _ => None,
    }
}

pub(super) fn plain(word: &str, text: &str) -> Option<Event> {
    match word {
        "Unable" => unable_to_negotiate(text),
        // Until 6.9: `no matching cipher found: client A server B`.
        "no" => {
            let rest = text.strip_prefix("no matching ")?;
            let (kind, lists) = rest.split_once(" found: client ")?;
            let (_, theirs) = lists.rsplit_once(" server ")?;
            Some(Event::NoCommonAlgorithm {
                kind: algorithm_kind(kind)?,
                their_offer: names(theirs),
            })
        }
        _ => None,
    }
}

fn authenticating(text: &str) -> Option<Event> {
    let (host, user) = text.strip_prefix("Authenticating to ")?.rsplit_once(" as '")?;
    let user = user.trim_end_matches('\'').to_owned();
    let (host, port) =
        host.rsplit_once(':').map_or((host, None), |(host, port)| (host, port.parse().ok()));
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Some(Event::Authenticating { peer: super::Peer { host, port }, user })
}

fn message(word: &str, text: &str) -> Option<Event> {
    let sent = text.ends_with(" sent");
    if !sent && !text.ends_with(" received") {
        return None;
    }
    Some(match (word, sent) {
        ("SSH2_MSG_KEXINIT", true) => Event::KexInitSent,
        ("SSH2_MSG_KEXINIT", false) => Event::KexInitReceived,
        ("SSH2_MSG_NEWKEYS", true) => Event::NewKeysSent,
        ("SSH2_MSG_NEWKEYS", false) => Event::NewKeysReceived,
        ("SSH2_MSG_SERVICE_ACCEPT", false) => Event::ServiceAccepted,
        _ => return None,
    })
}

/// `SSH2_MSG_NEWKEYS` is waited for as well, but is no part of the method.
fn expecting(text: &str) -> Option<Event> {
    kex_message(text.strip_prefix("expecting ")?).map(Event::KexRequested)
}

fn kex_message(name: &str) -> Option<String> {
    let is_method = name.starts_with("SSH2_MSG_KEX") && name != "SSH2_MSG_KEXINIT";
    is_method.then(|| name.to_owned())
}

/// `SSH2_MSG_KEX_ECDH_REPLY received`, `got SSH2_MSG_…`; what is sent is a request.
fn replied(word: &str, text: &str) -> Option<Event> {
    let name = word.split('(').next().unwrap_or(word);
    if text.ends_with(" received") {
        return Some(Event::KexReplied(name.to_owned()));
    }
    text.ends_with(" sent").then(|| Event::KexRequested(name.to_owned()))
}

fn chosen(rest: &str) -> Option<Event> {
    let name =
        |text: &str| Some(text.trim()).filter(|text| *text != "(no match)").map(str::to_owned);
    let choice = |choice, text| Some(Event::Chosen { choice, name: name(text) });
    if let Some(text) = rest.strip_prefix("algorithm: ") {
        return choice(Choice::Kex, text);
    }
    if let Some(text) = rest.strip_prefix("host key algorithm: ") {
        return choice(Choice::HostKey, text);
    }
    let (direction, what) = match rest.strip_prefix("server->client ") {
        Some(what) => (Choice::CipherToClient, what),
        None => (Choice::CipherToServer, rest.strip_prefix("client->server ")?),
    };
    // 6.8 and later: `cipher: X MAC: Y compression: Z`; before: `X Y Z`.
    let what = what.strip_prefix("cipher: ").unwrap_or(what);
    if what.starts_with("(no match)") {
        return choice(direction, "(no match)");
    }
    choice(direction, what.split(' ').next().unwrap_or_default())
}

fn unable_to_negotiate(text: &str) -> Option<Event> {
    if text.starts_with("Unable to negotiate a key exchange method") {
        return Some(Event::NoCommonAlgorithm {
            kind: AlgorithmKind::Kex,
            their_offer: Vec::new(),
        });
    }
    let rest = text.strip_prefix("Unable to negotiate with ")?;
    let kind = algorithm_kind(between_words(rest, "no matching ", " found")?)?;
    let offer = rest.split_once("Their offer: ").map_or("", |(_, offer)| offer);
    Some(Event::NoCommonAlgorithm { kind, their_offer: names(offer) })
}

fn between_words<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(inner, _)| inner)
}

fn algorithm_kind(words: &str) -> Option<AlgorithmKind> {
    match words {
        "key exchange method" => Some(AlgorithmKind::Kex),
        "host key type" => Some(AlgorithmKind::HostKey),
        "cipher" => Some(AlgorithmKind::Cipher),
        "MAC" | "mac" => Some(AlgorithmKind::Mac),
        "compression method" | "comp" => Some(AlgorithmKind::Compression),
        _ => None,
    }
}
