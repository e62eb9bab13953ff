//! How connections end and break, in the words of OpenSSH 5 to 10.
//!
//! Must never tell a FIN from an RST by anything but the client's word: see causes.md for why neither is a cause.

use super::peer;
use crate::parse::ssh_debug::event::End;
use crate::parse::ssh_debug::event::Event;
use crate::parse::ssh_debug::event::HostKey;
use crate::parse::ssh_debug::event::SystemError;

pub(super) fn plain(word: &str, text: &str) -> Option<Event> {
    let end = match word {
        "Connection" => connection(text)?,
        "Timeout" => text.ends_with("not responding.").then_some(End::NotResponding)?,
        "Received" => received_disconnect(text.strip_prefix("Received disconnect from ")?)?,
        "Disconnected" => text.starts_with("Disconnected from ").then_some(End::Disconnected)?,
        "Disconnecting" => disconnecting(text),
        "Bad" => bad_packet_length(text)?,
        "Corrupted" => text.starts_with("Corrupted MAC on input").then_some(End::CorruptedMac)?,
        "Read" => {
            let (_, error) = text.strip_prefix("Read from remote host ")?.rsplit_once(": ")?;
            End::ReadFailed(SystemError::from_text(error))
        }
        "Write" => End::WriteFailed(SystemError::from_text(text.strip_prefix("Write failed: ")?)),
        "client_loop" => End::WriteFailed(SystemError::from_text(
            text.strip_prefix("client_loop: send disconnect: ")?,
        )),
        "packet_write_wait" | "packet_write_poll" | "ssh_packet_write_wait" | "packet_read" => {
            return packet_function(word, text);
        }
        "ssh_dispatch_run_fatal" => return dispatch_fatal(text),
        "key_verify" => text.starts_with("key_verify failed").then_some(End::IncorrectSignature)?,
        "Killed" => {
            let number = text.strip_prefix("Killed by signal ")?.trim_end_matches('.');
            End::Killed(number.parse().ok()?)
        }
        _ => return None,
    };
    Some(Event::End(end))
}

fn connection(text: &str) -> Option<End> {
    if text == "Connection timed out during banner exchange" {
        return Some(End::BannerTimeout);
    }
    if let Some(from) = text.strip_prefix("Connection closed by ") {
        return Some(End::Closed(Some(peer(from))));
    }
    if let Some(from) = text.strip_prefix("Connection reset by ") {
        return Some(End::Reset(Some(peer(from))));
    }
    let rest = text.strip_prefix("Connection to ")?;
    if let Some(to) = rest.strip_suffix(" timed out") {
        return Some(End::TimedOut(Some(peer(to))));
    }
    if rest.ends_with(" closed by remote host.") {
        return Some(End::SessionClosed);
    }
    rest.ends_with(" closed.").then_some(End::SessionOver)
}

/// `H port P:CODE: TEXT` (7.2 and later), `H: CODE: TEXT` before.
fn received_disconnect(rest: &str) -> Option<End> {
    // The code is the first number that stands between a colon and `: `; an IPv6 address has colons without the blank.
    let mut from = 0;
    while let Some(at) = rest.get(from..)?.find(':') {
        let after = rest.get(from + at + 1..)?;
        let digits = after.trim_start();
        if let Some((code, text)) = digits.split_once(": ").or_else(|| digits.split_once(':'))
            && let Ok(code) = code.parse()
            && (after.starts_with(' ') || rest.get(..from + at)?.contains(" port "))
        {
            return Some(End::DisconnectReceived { code, text: text.trim().to_owned() });
        }
        from += at + 1;
    }
    None
}

/// `Disconnecting H port P: TEXT`, until 7.4 `Disconnecting: TEXT`.
fn disconnecting(text: &str) -> End {
    let (_, reason) = text.split_once(": ").unwrap_or(("", text));
    bad_packet_length(reason).unwrap_or_else(|| End::Disconnecting(reason.to_owned()))
}

fn bad_packet_length(text: &str) -> Option<End> {
    let length = text.strip_prefix("Bad packet length ")?.trim_end_matches('.');
    length.parse().ok().map(End::BadPacketLength)
}

/// `packet_write_wait: Connection to H port P: Broken pipe` (6.8 to 7.9).
fn packet_function(word: &str, text: &str) -> Option<Event> {
    let (_, error) = text.rsplit_once(": ")?;
    let error = SystemError::from_text(error);
    let end = if word == "packet_read" { End::ReadFailed(error) } else { End::WriteFailed(error) };
    Some(Event::End(end))
}

/// `ssh_dispatch_run_fatal: Connection to H port P: TEXT`; the texts are those of `ssh_err()` in `ssherr.c`.
fn dispatch_fatal(text: &str) -> Option<Event> {
    let (_, reason) = text.rsplit_once(": ")?;
    Some(match reason {
        "message authentication code incorrect" => Event::End(End::CorruptedMac),
        "incorrect signature" => Event::End(End::IncorrectSignature),
        "Invalid key length" => Event::HostKey(HostKey::Bad(reason.to_owned())),
        _ => Event::End(match SystemError::from_text(reason) {
            SystemError::Other(other) => End::Fatal(other),
            SystemError::Reset => End::Reset(None),
            SystemError::TimedOut => End::TimedOut(None),
            error => End::ReadFailed(error),
        }),
    })
}
