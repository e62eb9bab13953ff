//! What follows `-j`.

use super::kind::Target;
use super::options::hex;
use super::options::mark;
use super::rule::Parser;
use super::words::Word;

/// Targets that let the packet go on to the next rule and change nothing that a rule of ours asks for.
const GO_ON: &[&str] = &[
    "LOG",
    "NFLOG",
    "ULOG",
    "AUDIT",
    "TCPMSS",
    "RATEEST",
    "TRACE",
    "CLASSIFY",
    "DSCP",
    "TOS",
    "TTL",
    "HL",
    "ECN",
    "CHECKSUM",
    "CONNSECMARK",
    "SECMARK",
    "IDLETIMER",
    "LED",
    "TEE",
    "TCPOPTSTRIP",
    "HMARK",
    "ACCOUNT",
    "LOGMARK",
    "CT",
    "SET",
    "MARK",
    "CONNMARK",
    "NFACCT",
];

/// What a target does as its name says; `None` for a chain, or a target that we do not know.
pub(super) fn named(name: &str) -> Option<Target<'static>> {
    Some(match name {
        "ACCEPT" => Target::Accept,
        "DROP" | "STEAL" | "TARPIT" => Target::Drop,
        "RETURN" => Target::Return,
        // Both families answer with port-unreachable unless told otherwise.
        "REJECT" => Target::Reject("port-unreachable"),
        "QUEUE" | "NFQUEUE" => Target::Queue,
        "NOTRACK" => Target::NoTrack,
        "REDIRECT" => Target::Redirect(None),
        "DNAT" => Target::DestinationNat(Box::new((None, None))),
        "SNAT" | "MASQUERADE" => Target::SourceNat,
        _ if GO_ON.contains(&name) => Target::Continue,
        _ => return None,
    })
}

/// Reads one option of the target that was named; false when it changes nothing that matters.
pub(super) fn option<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>) -> bool {
    let option = word.option();
    let made = match (parser.target, option) {
        ("CT", "--notrack") => Some(Target::NoTrack),
        ("CONNMARK", "--save-mark") => Some(Target::SaveMark),
        ("CONNMARK", "--restore-mark") => Some(Target::RestoreMark),
        ("REJECT", "--reject-with") => value(parser).and_then(reject),
        ("REDIRECT", "--to-ports") => Some(Target::Redirect(value(parser).and_then(first_port))),
        ("DNAT", "--to-destination" | "--to") => value(parser).map(destination),
        ("SET", "--add-set" | "--del-set" | "--map-set") => {
            let set = value(parser);
            parser.words.next();
            set.map(Target::ChangeSet)
        }
        ("MARK" | "CONNMARK", _) => marks(parser, option),
        _ => return false,
    };
    match made {
        Some(target) => parser.parsed.target = target,
        None => parser.parsed.problem = Some("a target's option that is not known"),
    }
    true
}

fn value<'a>(parser: &mut Parser<'_, 'a>) -> Option<&'a str> {
    parser.words.next().and_then(Word::plain)
}

fn marks<'a>(parser: &mut Parser<'_, 'a>, option: &str) -> Option<Target<'a>> {
    let of_connection = parser.target == "CONNMARK";
    let text = value(parser)?;
    let (value, mask) = mark(text)?;
    let (clear, flip) = match option {
        "--set-xmark" => (mask, value),
        // The bits of the value are set, those of the mask are cleared first (MARK, revision 2).
        "--set-mark" => (mask | value, value),
        "--and-mark" => (!hex(text)?, 0),
        "--or-mark" => (value, value),
        "--xor-mark" => (0, value),
        // `--nfmask` and `--ctmask` belong to the marks that are saved and restored.
        _ => return Some(parser.parsed.target.clone()),
    };
    Some(if of_connection {
        Target::ConnectionMark { clear, flip }
    } else {
        Target::Mark { clear, flip }
    })
}

/// The names of iptables-extensions(8) and their abbreviations, as judgements name them.
fn reject(name: &str) -> Option<Target<'static>> {
    let name = name.trim_start_matches("icmp6-").trim_start_matches("icmp-");
    Some(Target::Reject(match name {
        "tcp-reset" | "tcp-rst" => return Some(Target::Reset),
        "net-unreachable" => "net-unreachable",
        "host-unreachable" => "host-unreachable",
        "port-unreachable" | "port-unreach" => "port-unreachable",
        "proto-unreachable" => "proto-unreachable",
        "net-prohibited" => "net-prohibited",
        "host-prohibited" => "host-prohibited",
        "admin-prohibited" | "adm-prohibited" => "admin-prohibited",
        "no-route" => "no-route",
        "addr-unreachable" | "addr-unreach" => "addr-unreachable",
        "policy-fail" => "policy-fail",
        "reject-route" => "reject-route",
        _ => return None,
    }))
}

fn first_port(text: &str) -> Option<u16> {
    text.split(['-', '/']).next()?.parse().ok()
}

/// `10.0.0.1`, `10.0.0.1-10.0.0.9:22-25`, `:2222`, `[2001:db8::1]:22`.
fn destination(text: &str) -> Target<'static> {
    let (address, port) = match text.strip_prefix('[').and_then(|t| t.split_once(']')) {
        Some((address, rest)) => (address, rest.strip_prefix(':')),
        None if text.matches(':').count() > 1 => (text, None),
        None => text.split_once(':').map_or((text, None), |(a, p)| (a, Some(p))),
    };
    let address = address.split('-').next().and_then(|a| a.parse().ok());
    Target::DestinationNat(Box::new((address, port.and_then(first_port))))
}
