//! Modules that count: recent, limit, hashlimit, connlimit.

use std::net::IpAddr;

use super::Match;
use super::Parser;
use super::Word;
use super::mode;
use super::name;

pub(super) fn recent<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    let option = word.option();
    let value = match option {
        "--name" | "--seconds" | "--hitcount" | "--mask" => parser.words.next(),
        _ => None,
    };
    let number = value.and_then(Word::plain).and_then(|v| v.parse::<u64>().ok());
    let Some(Match::Recent(recent)) = parser.last() else { return false };
    match option {
        "--name" => recent.name = name(value),
        "--seconds" => recent.seconds = number,
        "--hitcount" => recent.hits = number.and_then(|n| u32::try_from(n).ok()),
        "--mask" => recent.bits = value.and_then(Word::plain).and_then(mask_bits),
        "--rttl" => recent.ttl = true,
        "--rsource" => recent.by_destination = false,
        "--rdest" => recent.by_destination = true,
        "--reap" => {}
        _ => {
            let Some(mode) = mode(option) else { return false };
            recent.mode = mode;
            recent.not = not;
        }
    }
    true
}

pub(super) fn limit<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, negated: bool) -> bool {
    match word.option() {
        "--limit" | "--limit-burst" => {
            let (negated, _) = parser.value(negated);
            if let Some(Match::Limit { not }) = parser.last() {
                *not |= negated;
            }
        }
        _ => return false,
    }
    true
}

pub(super) fn hash_limit<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    let option = word.option();
    if !option.starts_with("--hashlimit") {
        return false;
    }
    let value = if option == "--hashlimit-rate-match" { None } else { parser.words.next() };
    let Some(Match::HashLimit(limit)) = parser.last() else { return false };
    let text = value.and_then(Word::plain).unwrap_or_default();
    match option {
        "--hashlimit" | "--hashlimit-upto" | "--hashlimit-above" => {
            limit.above = (option == "--hashlimit-above") != not;
            // `512kb/s` is a rate of bytes.
            limit.unclear |= text.split('/').next().is_some_and(|n| n.ends_with('b'));
        }
        "--hashlimit-name" => limit.name = name(value),
        "--hashlimit-mode" => limit.mode = name(value),
        "--hashlimit-srcmask" => limit.source_bits = text.parse().ok(),
        "--hashlimit-dstmask" => limit.destination_bits = text.parse().ok(),
        "--hashlimit-burst" => limit.unclear |= text.ends_with('b'),
        "--hashlimit-rate-match" | "--hashlimit-rate-interval" => limit.unclear = true,
        _ => {}
    }
    true
}

pub(super) fn conn_limit<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    let option = word.option();
    let (not, value) = match option {
        "--connlimit-above" | "--connlimit-upto" | "--connlimit-mask" => parser.value(not),
        _ => (not, None),
    };
    let text = value.and_then(Word::plain).unwrap_or_default();
    let Some(Match::ConnLimit(limit)) = parser.last() else { return false };
    match option {
        "--connlimit-above" | "--connlimit-upto" => {
            limit.above = (option == "--connlimit-above") != not;
            // A number that cannot be read is never reached.
            limit.count = text.parse().unwrap_or(u32::MAX);
        }
        "--connlimit-mask" => limit.bits = mask_bits(text),
        "--connlimit-saddr" => limit.by_destination = false,
        "--connlimit-daddr" => limit.by_destination = true,
        _ => return false,
    }
    true
}

/// How many bits a mask has: `24`, `255.255.255.0`, `ffff::`.
fn mask_bits(text: &str) -> Option<u32> {
    if let Ok(bits) = text.parse() {
        return Some(bits);
    }
    match text.parse().ok()? {
        IpAddr::V4(mask) => Some(mask.to_bits().leading_ones()),
        IpAddr::V6(mask) => Some(mask.to_bits().leading_ones()),
    }
}
