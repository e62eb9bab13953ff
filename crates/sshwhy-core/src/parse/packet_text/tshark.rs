//! Packets as `tshark` prints them, one a line.

use super::End;
use super::Header;
use super::Message;
use super::Printed;
use super::Tcp;
use super::What;
use super::named_error;

/// `  1   0.000000 192.0.2.1 → 192.0.2.2 TCP 74 5000 → 22 [SYN] Seq=0 Win=64240 Len=0`.
pub(super) fn tshark(line: &str) -> Option<Printed<'_>> {
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let (at, source) = match (first.parse::<u64>(), words.next()?) {
        (Ok(_), at) => (at.parse::<f64>().ok()?, words.next()?),
        _ => return None,
    };
    let mut next = words.next()?;
    if is_arrow(next) {
        next = words.next()?;
    }
    let (destination, protocol) = (next, words.next()?);
    let length: usize = words.next()?.parse().ok()?;
    let host = |host| End { host, port: None };
    let (source, destination) = (host(source), host(destination));
    let header = Header::default();
    let packet = |what| Some(Printed { at: Some(at), source, destination, header, what });
    let info = line.get(line.find(&format!(" {protocol} "))?..)?;
    match protocol {
        "SSH" | "SSHv2" | "SSHv1" => packet(What::Ssh(message(info)?, length)),
        "TCP" => {
            let (ports, rest) = info.split_once('[')?;
            // Notes such as [TCP Retransmission] stand before the ports.
            let (ports, rest) = match rest.split_once(']') {
                Some((note, rest)) if note.starts_with("TCP ") => rest.split_once('[')?,
                _ => (ports, rest),
            };
            let ports: Vec<u16> = ports.split_whitespace().filter_map(|w| w.parse().ok()).collect();
            let [.., from, to] = ports.as_slice() else { return None };
            let (names, rest) = rest.split_once(']')?;
            let mut tcp = Tcp { flags: named_flags(names)?, ..Tcp::default() };
            for (name, value) in rest.split_whitespace().filter_map(|word| word.split_once('=')) {
                let number = value.parse().ok();
                match name {
                    "Seq" => tcp.sequence = number,
                    "Ack" => tcp.acknowledgement = number,
                    "Win" => tcp.window = number,
                    "Len" => tcp.length = number? as usize,
                    "TSval" => tcp.times = Some((number?, 0)),
                    "TSecr" => tcp.times = tcp.times.zip(number).map(|((own, _), n)| (own, n)),
                    "SRE" => tcp.sacked = number,
                    _ => {}
                }
            }
            let source = End { port: Some(*from), ..source };
            let destination = End { port: Some(*to), ..destination };
            Some(Printed { at: Some(at), header, source, destination, what: What::Tcp(tcp) })
        }
        "ICMP" | "ICMPv6" => {
            let error = named_error(&info.to_lowercase())?;
            packet(What::Icmp(error, None))
        }
        _ => None,
    }
}

fn is_arrow(word: &str) -> bool {
    matches!(word, "→" | "->")
}

fn named_flags(names: &str) -> Option<u8> {
    names.split(", ").try_fold(0, |flags, name| {
        Some(
            flags
                | match name {
                    "FIN" => 1,
                    "SYN" => 2,
                    "RST" => 4,
                    "PSH" => 8,
                    "ACK" => 16,
                    "URG" | "ECE" | "ECN" | "CWR" | "NS" | "AE" => 0,
                    _ => return None,
                },
        )
    })
}

/// `Client: Protocol (SSH-2.0-OpenSSH_9.2)`.
fn message(info: &str) -> Option<Message<'_>> {
    let (_, text) = info.split_once(": ")?;
    if let Some((_, ident)) = text.split_once("Protocol (") {
        return Some(Message::Ident(ident.trim_end().trim_end_matches(')')));
    }
    Some(if text.starts_with("Key Exchange Init") {
        Message::KexInit
    } else if text.contains("Key Exchange Reply") || text.contains("Group Exchange Group") {
        Message::ExchangeReply
    } else if text.contains("Key Exchange Init") || text.contains("Group Exchange Request") {
        Message::ExchangeInit
    } else {
        Message::Other
    })
}
