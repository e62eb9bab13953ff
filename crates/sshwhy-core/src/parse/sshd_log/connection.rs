//! From the first byte to the end of the key exchange, and how connections end.

use super::Said;
use super::What;
use super::read;
use super::read::address_first;
use super::read::detail;
use super::read::nothing;
use super::read::remote;
use super::read::remote_and_text;
use super::row::Row;
use super::row::row;

pub(super) const ROWS: &[Row] = &[
    row("refused connect from ", What::RefusedConnect, refused_connect),
    row("Connection refused by tcp wrapper", What::RefusedConnect, nothing),
    row("warning: ", What::NotNeeded, nothing),
    row("can't verify hostname: ", What::ReverseMapping, detail),
    row("host name/address mismatch: ", What::ReverseMapping, detail),
    row("host name/name mismatch: ", What::ReverseMapping, detail),
    // ── identification strings ──────────────────────────────────────────────────────────────
    row("Did not receive identification string from ", What::LeftEarly, address_first),
    row("Could not write ident string to ", What::LeftEarly, address_first),
    row("Bad protocol version identification '", What::NotSsh, quoted_from),
    row("Bad remote protocol version identification: ", What::NotSsh, detail),
    row("Protocol major versions differ", What::NotSsh, versions_differ),
    row("kex_exchange_identification: Connection closed by remote host", What::LeftEarly, nothing),
    row("kex_exchange_identification: read: ", What::ResetByPeer, read_failed),
    row("kex_exchange_identification: ", What::NotSsh, invalid_identifier),
    row("ssh_exchange_identification: ", What::NotSsh, detail),
    row("banner exchange: Connection from ", What::NotSsh, banner_exchange),
    row("probed from ", What::Scanner, address_first),
    row("scanned from ", What::Scanner, address_first),
    row("Remote protocol version ", What::ClientSoftware, detail),
    row("Client protocol version ", What::ClientSoftware, client_software),
    // ── begin and end ───────────────────────────────────────────────────────────────────────
    row("Connection from ", What::ConnectionFrom, connection_from).or(&[What::ResetByPeer]),
    row("Connection closed by ", What::ClosedByPeer, remote),
    row("Connection reset by ", What::ResetByPeer, remote),
    row("Disconnected from ", What::Disconnected, remote),
    row("Received disconnect from ", What::ReceivedDisconnect, received_disconnect),
    row("Disconnecting: ", What::Disconnecting, detail),
    row("Disconnecting ", What::Disconnecting, remote_and_text),
    row("Read error from remote host ", What::ResetByPeer, read_error),
    row("Read from socket failed: ", What::ResetByPeer, read_failed),
    row("Write failed: ", What::ResetByPeer, read_failed),
    row("packet_write_wait: ", What::NotNeeded, write_failed),
    row("Closing connection to ", What::Disconnected, address_first),
    // ── key exchange ────────────────────────────────────────────────────────────────────────
    row("Unable to negotiate with ", What::Negotiation, remote_and_text),
    row("Unable to negotiate a key exchange method", What::Negotiation, nothing),
    row("no matching ", What::Negotiation, detail),
    row("no hostkey alg", What::Negotiation, nothing),
    row("Bad packet length ", What::Corrupted, detail),
    row("Corrupted MAC on input", What::Corrupted, nothing),
    row("padding error: ", What::Corrupted, detail),
    row("Finished discarding for ", What::Corrupted, address_first),
    row("dispatch_protocol_error: ", What::NotNeeded, nothing),
    row("type ", What::NotNeeded, nothing),
    row("kex protocol error: ", What::NotNeeded, nothing),
    row("WARNING: could not open ", What::NotNeeded, nothing),
    row("WARNING: no suitable primes", What::NotNeeded, nothing),
    row("non-transport message ", What::NotNeeded, nothing),
];

/// `HOST (ADDRESS)`, or `ADDRESS`. The name is whoever's who keeps the address's zone.
fn refused_connect<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let in_brackets = rest.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let address = in_brackets.map_or(rest, |(_, address)| address);
    said.source = read::address_of(address);
    true
}

/// `TEXT' from ADDRESS[ port N]`; the text is the client's.
fn quoted_from<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((quoted, from)) = rest.rsplit_once("' from ") else { return false };
    let (before, source, port) = read::address_at_end(from);
    (said.source, said.port, said.detail) = (source, port, quoted);
    before.is_empty()
}

/// ` for ADDRESS port N: TEXT vs. TEXT`, or `: 2 vs. 1`.
fn versions_differ<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    match rest.strip_prefix(" for ") {
        Some(rest) => remote_and_text(said, rest),
        None => true,
    }
}

/// `client sent invalid protocol identifier "…"`, `banner line contains invalid characters`.
fn invalid_identifier<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let quoted = rest.strip_prefix("client sent invalid protocol identifier \"");
    said.detail = quoted.map_or(rest, |quoted| quoted.strip_suffix('"').unwrap_or(quoted));
    quoted.is_some() || rest.starts_with("banner line ")
}

fn banner_exchange<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    if !remote_and_text(said, rest) {
        return false;
    }
    said.what = end_of_transport(said.detail).unwrap_or(What::NotSsh);
    true
}

/// What an error of the transport means, in the words of ssherr.c and strerror(3).
fn end_of_transport(error: &str) -> Option<What> {
    Some(match error.trim_end_matches('.') {
        "Connection reset by peer" | "Broken pipe" => What::ResetByPeer,
        "Connection timed out" | "No route to host" => What::TimedOut,
        "message authentication code incorrect"
        | "Connection corrupted"
        | "incorrect signature"
        | "bignum is negative"
        | "incomplete message" => What::Corrupted,
        "Connection closed by remote host" => What::ClosedByPeer,
        _ => return None,
    })
}

/// `ADDRESS port N on ADDRESS port N`, `REMOTE-ID timed out`, `REMOTE-ID: ERROR`, or `ADDRESS port N
/// with IP opts: …`.
fn connection_from<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    if let Some(remote_id) = rest.strip_suffix(" timed out") {
        said.what = What::TimedOut;
        return remote(said, remote_id);
    }
    let begins = |said: &mut Said<'a>, words: &str| {
        address_first(said, rest) && rest.splitn(4, ' ').nth(3).is_none_or(|r| r.starts_with(words))
    };
    if begins(said, "on ") {
        return true;
    }
    if begins(said, "with IP opts") {
        said.what = What::IpOptions;
        return true;
    }
    if rest.split(' ').count() == 1 {
        // 5.x: only the address.
        return address_first(said, rest);
    }
    (said.source, said.port) = (None, None);
    if !remote_and_text(said, rest) {
        return false;
    }
    if said.detail == "refusing non-sftp session" {
        said.what = What::NotNeeded;
        return true;
    }
    said.what = end_of_transport(said.detail).unwrap_or(What::Disconnected);
    true
}

/// `1.99; client software version OpenSSH_9.9`: before 8.0.
fn client_software<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    rest.contains("client software version ")
}

/// `ADDRESS port N:11: TEXT`, before 7.2 `ADDRESS: 11: TEXT`. The text is the client's, and follows.
fn received_disconnect<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let (address, after) = rest.split_once(' ').unwrap_or((rest, ""));
    said.source = read::address_of(address.strip_suffix(':').unwrap_or(address));
    let after = match after.strip_prefix("port ") {
        Some(after) => {
            said.port = read::leading_number(after);
            after.split_once(':').map_or("", |(_, after)| after)
        }
        None => after,
    };
    said.number = read::leading_number(after);
    said.detail = after.split_once(": ").map_or("", |(_, text)| text);
    said.number.is_some()
}

/// `ADDRESS port N: ERROR`.
fn read_error<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    if !remote_and_text(said, rest) {
        return false;
    }
    said.what = end_of_transport(said.detail).unwrap_or(What::Disconnected);
    true
}

fn read_failed<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    said.what = end_of_transport(rest).unwrap_or(What::Disconnected);
    true
}

/// `Connection from REMOTE-ID: Broken pipe`.
fn write_failed<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    rest.strip_prefix("Connection from ").is_some_and(|rest| connection_from(said, rest))
}
