//! The options of the modules that we judge (iptables-extensions(8)).

use std::borrow::Cow;
use std::net::IpAddr;

use super::kind::Match;
use super::kind::RecentMode;
use super::kind::SetMatch;
use super::kind::Side;
use super::kind::address_type;
use super::kind::state;
use super::kind::status;
use super::net::Net;
use super::rule::Parser;
use super::words::Word;
use crate::parse::service::port_of;

mod limits;
mod payload;

/// Reads one option with its values; false when it is none that we know here.
pub(super) fn read<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    let known = match parser.module {
        "set" => set(parser, word, not),
        "recent" => limits::recent(parser, word, not),
        "limit" => limits::limit(parser, word, not),
        "hashlimit" => limits::hash_limit(parser, word, not),
        "connlimit" => limits::conn_limit(parser, word, not),
        "time" => payload::time(parser, word, not),
        "string" => payload::text(parser, word, not),
        "conntrack" | "state" => conntrack(parser, word, not),
        "owner" => owner(parser, word, not),
        "policy" => policy(parser, word),
        _ => false,
    };
    known || tcp(parser, word, not) || simple(parser, word, not)
}

fn tcp<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    match word.option() {
        "--sport" | "--source-port" => {
            one(parser, word, not, |not, v| {
                let (from, to) = port_range(v)?;
                Some(Match::SourcePort { not, from, to })
            });
        }
        "--dport" | "--destination-port" => one(parser, word, not, |not, v| {
            let (from, to) = port_range(v)?;
            Some(Match::DestinationPort { not, from, to })
        }),
        "--syn" => parser.matches.push(Match::Flags { not, mask: 23, set: 2 }),
        "--tcp-flags" => {
            let (not, mask) = parser.value(not);
            let set = parser.words.next();
            let flags = |w: Option<Word<'a>>| tcp_flags(w?.plain()?);
            match (flags(mask), flags(set)) {
                (Some(mask), Some(set)) => parser.matches.push(Match::Flags { not, mask, set }),
                _ => parser.unknown(word),
            }
        }
        "--dports" | "--destination-ports" => ports(parser, word, not, Side::Destination),
        "--sports" | "--source-ports" => ports(parser, word, not, Side::Source),
        "--ports" | "--port" => ports(parser, word, not, Side::Either),
        _ => return false,
    }
    true
}

fn simple<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    match word.option() {
        "--comment" => drop(parser.words.next()),
        "--src-range" => range(parser, word, not, Side::Source),
        "--dst-range" => range(parser, word, not, Side::Destination),
        "--mark" => {
            let of_connection = parser.module == "connmark";
            one(parser, word, not, move |not, v| {
                let (value, mask) = mark(v)?;
                Some(if of_connection {
                    Match::ConnectionMark { not, value, mask }
                } else {
                    Match::Mark { not, value, mask }
                })
            });
        }
        "--src-type" => address_types(parser, word, not, Side::Source),
        "--dst-type" => address_types(parser, word, not, Side::Destination),
        "--limit-iface-in" | "--limit-iface-out" => {}
        "--mac-source" => {
            one(parser, word, not, |not, v| Some(Match::Mac { not, address: mac(v)? }));
        }
        "--length" => one(parser, word, not, |not, v| {
            let (from, to) = port_range(v)?;
            Some(Match::Length { not, from, to })
        }),
        "--pkt-type" => one(parser, word, not, |not, v| {
            let unicast = matches!(v, "unicast" | "host");
            Some(Match::PacketType { not, unicast })
        }),
        "--helper" => one(parser, word, not, |not, _| Some(Match::Never { not })),
        "--invert" if parser.module == "rpfilter" => {
            if let Some(Match::ReversePath { not }) = parser.last() {
                *not = true;
            }
        }
        "--loose" | "--validmark" | "--accept-local" if parser.module == "rpfilter" => {}
        _ => return false,
    }
    true
}

fn set<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    match word.option() {
        "--match-set" | "--set" => {
            let (not, name) = parser.value(not);
            let sides = parser.words.next().and_then(|sides| {
                let side = |s: &str| match s {
                    "src" => Some(Side::Source),
                    "dst" => Some(Side::Destination),
                    _ => None,
                };
                sides.plain()?.split(',').map(side).collect()
            });
            let (Some(name), Some(sides)) = (name.map(Word::text), sides) else {
                parser.unknown(word);
                return true;
            };
            let set = SetMatch { name, sides, return_nomatch: false, compares_counters: false };
            parser.matches.push(Match::Set { not, set: Box::new(set) });
        }
        "--update-counters" | "--update-subcounters" => {}
        "--return-nomatch" => {
            if let Some(Match::Set { set, .. }) = parser.last() {
                set.return_nomatch = true;
            }
        }
        option if option.starts_with("--packets-") || option.starts_with("--bytes-") => {
            parser.words.next();
            if let Some(Match::Set { set, .. }) = parser.last() {
                set.compares_counters = true;
            }
        }
        _ => return false,
    }
    true
}

fn conntrack<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    match word.option() {
        "--ctstate" | "--state" => one(parser, word, not, |not, v| {
            bits(v, STATES).map(|states| Match::State { not, states })
        }),
        "--ctstatus" => one(parser, word, not, |not, v| {
            bits(v, STATUSES).map(|bits| Match::Status { not, bits })
        }),
        "--ctproto" => one(parser, word, not, |not, v| {
            let number = if v == "tcp" { 6 } else { v.parse().ok()? };
            Some(Match::Protocol { not, number })
        }),
        "--ctorigsrc" => one(parser, word, not, |not, v| {
            Some(Match::Origin { not, side: Side::Source, net: Net::parse(v)? })
        }),
        "--ctorigdst" => one(parser, word, not, |not, v| {
            Some(Match::Origin { not, side: Side::Destination, net: Net::parse(v)? })
        }),
        "--ctorigdstport" => one(parser, word, not, |not, v| {
            let (from, to) = port_range(v)?;
            Some(Match::OriginPort { not, from, to })
        }),
        "--ctdir" => one(parser, word, not, |_, v| match v {
            "ORIGINAL" => Some(Match::Direction { reply: false }),
            "REPLY" => Some(Match::Direction { reply: true }),
            _ => None,
        }),
        "--ctreplsrc" | "--ctrepldst" | "--ctreplsrcport" | "--ctrepldstport"
        | "--ctorigsrcport" | "--ctexpire" => not_judged(parser, word),
        _ => return false,
    }
    true
}

fn owner<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    match word.option() {
        "--uid-owner" => one(parser, word, not, |not, v| {
            let (from, to) = id_range(v)?;
            Some(Match::Uid { not, from, to })
        }),
        "--gid-owner" => one(parser, word, not, |not, v| {
            let (from, to) = id_range(v)?;
            Some(Match::Gid { not, from, to })
        }),
        "--socket-exists" | "--suppl-groups" => not_judged(parser, word),
        _ => return false,
    }
    true
}

fn policy<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>) -> bool {
    match word.option() {
        "--dir" => drop(parser.words.next()),
        "--pol" => one(parser, word, false, |_, v| match v {
            "none" => Some(Match::Ipsec { wanted: false }),
            "ipsec" => Some(Match::Ipsec { wanted: true }),
            _ => None,
        }),
        "--strict" | "--next" => {}
        "--reqid" | "--spi" | "--proto" | "--mode" | "--tunnel-src" | "--tunnel-dst" => {
            not_judged(parser, word);
        }
        _ => return false,
    }
    true
}

/// A known option that we do not judge: no problem of the text.
fn not_judged<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>) {
    let before = parser.parsed.problem;
    parser.unknown(word);
    parser.parsed.problem = before;
}

/// An option with one value.
fn one<'a>(
    parser: &mut Parser<'_, 'a>,
    word: Word<'a>,
    not: bool,
    make: impl FnOnce(bool, &'a str) -> Option<Match<'a>>,
) {
    let (not, value) = parser.value(not);
    match value.and_then(Word::plain).and_then(|value| make(not, value)) {
        Some(made) => parser.matches.push(made),
        None => parser.unknown(word),
    }
}

fn ports<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool, side: Side) {
    one(parser, word, not, |not, v| {
        let ranges: Option<Vec<_>> = v.split(',').map(port_range).collect();
        Some(Match::Ports { not, side, ranges: ranges?.into() })
    });
}

fn range<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool, side: Side) {
    one(parser, word, not, |not, v| {
        let (from, to) = v.split_once('-').unwrap_or((v, v));
        let (from, to): (IpAddr, IpAddr) = (from.parse().ok()?, to.parse().ok()?);
        Some(Match::Range { not, side, ends: Box::new((from, to)) })
    });
}

fn address_types<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool, side: Side) {
    one(parser, word, not, |not, v| {
        let types = v.split(',').try_fold(0, |types, name| {
            Some(
                types
                    | match name {
                        "LOCAL" => address_type::LOCAL,
                        "UNICAST" => address_type::UNICAST,
                        "BROADCAST" => address_type::BROADCAST,
                        "MULTICAST" => address_type::MULTICAST,
                        "ANYCAST" | "UNSPEC" | "BLACKHOLE" | "UNREACHABLE" | "PROHIBIT"
                        | "THROW" | "NAT" | "XRESOLVE" => address_type::OTHER,
                        _ => return None,
                    },
            )
        })?;
        Some(Match::AddressType { not, side, types })
    });
}

const STATES: &[(&str, u8)] = &[
    ("INVALID", state::INVALID),
    ("NEW", state::NEW),
    ("ESTABLISHED", state::ESTABLISHED),
    ("RELATED", state::RELATED),
    ("UNTRACKED", state::UNTRACKED),
    ("SNAT", state::SNAT),
    ("DNAT", state::DNAT),
];

const STATUSES: &[(&str, u8)] = &[
    ("NONE", status::NONE),
    ("EXPECTED", status::EXPECTED),
    ("SEEN_REPLY", status::SEEN_REPLY),
    ("ASSURED", status::ASSURED),
    ("CONFIRMED", status::CONFIRMED),
];

fn bits(text: &str, names: &[(&str, u8)]) -> Option<u8> {
    text.split(',').try_fold(0, |all, name| {
        Some(all | names.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1)
    })
}

/// `22`, `22:25`, `1024:`, `:1023`; multiport and old dumps also have names, which save never prints.
fn port_range(text: &str) -> Option<(u16, u16)> {
    let port = |text: &str| port_of(text).or_else(|| text.parse().ok());
    match text.split_once(':') {
        None => Some((port(text)?, port(text)?)),
        Some((from, to)) => {
            let from = if from.is_empty() { 0 } else { port(from)? };
            Some((from, if to.is_empty() { u16::MAX } else { port(to)? }))
        }
    }
}

fn id_range(text: &str) -> Option<(u32, u32)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let id = |text: &str| if text == "root" { Some(0) } else { text.parse().ok() };
    Some((id(from)?, id(to)?))
}

fn tcp_flags(text: &str) -> Option<u8> {
    text.split(',').try_fold(0, |flags, name| {
        Some(
            flags
                | match name {
                    "FIN" => 1,
                    "SYN" => 2,
                    "RST" => 4,
                    "PSH" => 8,
                    "ACK" => 16,
                    "URG" => 32,
                    "ALL" => 63,
                    "NONE" => 0,
                    _ => return None,
                },
        )
    })
}

fn mac(text: &str) -> Option<[u8; 6]> {
    let mut address = [0; 6];
    let mut parts = text.split(':');
    for byte in &mut address {
        *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
    }
    parts.next().is_none().then_some(address)
}

/// `0x1/0xff`, `1`.
pub(super) fn mark(text: &str) -> Option<(u32, u32)> {
    match text.split_once('/') {
        None => Some((hex(text)?, u32::MAX)),
        Some((value, mask)) => Some((hex(value)?, hex(mask)?)),
    }
}

/// A number, hexadecimal after `0x`.
pub(super) fn hex(text: &str) -> Option<u32> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn name<'a>(word: Option<Word<'a>>) -> Cow<'a, str> {
    word.map(Word::text).unwrap_or_default()
}

fn mode(option: &str) -> Option<RecentMode> {
    Some(match option {
        "--set" => RecentMode::Set,
        "--rcheck" => RecentMode::Check,
        "--update" => RecentMode::Update,
        "--remove" => RecentMode::Remove,
        _ => return None,
    })
}
