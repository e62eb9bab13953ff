//! Dropbear's messages (svr-main.c, svr-auth*.c, dbutil.c).

use super::Said;
use super::What;
use super::read;
use super::read::detail;
use super::read::nothing;
use super::row::Row;
use super::row::row;

pub(super) const ROWS: &[Row] = &[
    row("Child connection from ", What::ConnectionFrom, end_point),
    row("Exit before auth", What::Disconnected, exit_before).or(ENDS),
    row("Exit (", What::Disconnected, exit_after).or(ENDS),
    row("Bad password attempt for ", What::Failed, password),
    row("Bad PAM password attempt for ", What::Failed, password),
    row("Password auth succeeded for ", What::Accepted, password),
    row("PAM password auth succeeded for ", What::Accepted, password),
    row("Pubkey auth succeeded for ", What::Accepted, key),
    row("Pubkey auth attempt with unknown algo for ", What::KeyKind, password),
    row("Pubkey auth bad signature for ", What::Failed, key),
    row("Login attempt for nonexistent user", What::InvalidUser, nonexistent),
    row("Login attempt with wrong user ", What::NotAllowed, password),
    row("Max auth tries reached - user ", What::TooManyFailures, password),
    row("Timeout before auth", What::GraceTime, nothing),
    row("User account '", What::Locked, quoted),
    row("user '", What::Shell, shell),
    row("User '", What::Shell, shell),
    row("root login rejected", What::RootRefused, nothing),
    row("Failed listening on ", What::BindFailed, detail),
    row("Couldn't read or generate hostkey", What::NoHostKeys, detail),
    row("Couldn't create new file ", What::Shortage, shortage),
    row("Too many remote algorithms", What::Negotiation, nothing),
    row("No matching algo ", What::Negotiation, detail),
    row("Integrity error", What::Corrupted, nothing),
    row("bad packet size ", What::Corrupted, detail),
    row("Premature exit: ", What::Terminating, terminating),
    row("Early exit: ", What::Terminating, terminating),
    row("Running in background", What::Listening, nothing),
    row("Not backgrounding", What::Listening, nothing),
    row("must be owned by user or root, and not writable by ", What::BadModes, nothing),
    row("[", What::NotNeeded, numbered),
];

fn end_point<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    peer(said, rest);
    said.source.is_some()
}

/// `ADDRESS:PORT`, an IPv6 address without brackets too: what follows the last colon is the port.
fn peer(said: &mut Said<'_>, text: &str) {
    if let Some((address, port)) = text.rsplit_once(':') {
        (said.source, said.port) = (read::address_of(address), port.parse().ok());
    }
}

/// `[ (user 'U', N fails)][ from <A:P>]: REASON`; the user is the client's words.
fn exit_before<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let mut rest = rest;
    if let Some(from) = rest.strip_prefix(" from <")
        && let Some((from, after)) = from.split_once('>')
    {
        peer(said, from);
        rest = after;
    }
    if let Some(user) = rest.strip_prefix(" (user '")
        && let Some((user, after)) = user.rsplit_once("', ")
    {
        said.user = Some(user);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    ended(said, rest.strip_prefix(": ").unwrap_or(rest));
    true
}

/// `U)[ from <A:P>]: REASON`.
fn exit_after<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((user, rest)) = rest.split_once(')') else { return false };
    said.user = Some(user);
    if let Some(from) = rest.strip_prefix(" from <")
        && let Some((from, after)) = from.split_once('>')
    {
        peer(said, from);
        ended(said, after.strip_prefix(": ").unwrap_or(after));
        return true;
    }
    ended(said, rest.strip_prefix(": ").unwrap_or(rest));
    true
}

/// What an end may be about.
const ENDS: &[What] = &[
    What::GraceTime,
    What::TooManyFailures,
    What::ClosedByPeer,
    What::AliveTimeout,
    What::Inactive,
    What::Corrupted,
    What::NotSsh,
    What::Negotiation,
    What::ResetByPeer,
];

fn ended<'a>(said: &mut Said<'a>, reason: &'a str) {
    said.detail = reason;
    said.what = match reason {
        "Timeout before auth" => What::GraceTime,
        "Max auth tries reached" => What::TooManyFailures,
        "Exited normally" | "Disconnect received" => What::Disconnected,
        "Remote host closed connection" | "Didn't receive ident" => What::ClosedByPeer,
        "Keepalive timeout" => What::AliveTimeout,
        "Idle timeout" => What::Inactive,
        "Integrity error" => What::Corrupted,
        _ if reason.starts_with("Failed to get remote version") => What::NotSsh,
        _ if reason.starts_with("Incompatible remote version") => What::NotSsh,
        _ if reason.starts_with("Too many remote algorithms") => What::Negotiation,
        _ if reason.starts_with("No matching algo") => What::Negotiation,
        _ if reason.contains("Connection reset by peer") => What::ResetByPeer,
        _ => What::Disconnected,
    };
}

/// `'U' from A:P`, from the end.
fn password<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((user, from)) = rest.rsplit_once("' from ") else { return false };
    peer(said, from);
    said.user = user.strip_prefix('\'').or(Some(user));
    said.method = Some("password");
    true
}

/// `'U' with ssh-ed25519 key SHA256:… from A:P`, from the end.
fn key<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((before, from)) = rest.rsplit_once(" from ") else { return false };
    peer(said, from);
    let (user, key) = before.rsplit_once("' with ").unwrap_or((before, ""));
    said.user = user.strip_prefix('\'').or(Some(user));
    said.key = Some(key).filter(|key| !key.is_empty());
    said.method = Some("publickey");
    true
}

/// `[ 'U'] from A:P`.
fn nonexistent<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((user, from)) = rest.rsplit_once(" from ").or(rest.rsplit_once("from ")) else {
        return rest.is_empty();
    };
    peer(said, from);
    said.user_invalid = true;
    said.user = Some(user.trim().trim_matches('\'')).filter(|user| !user.is_empty());
    true
}

/// `U' is locked`.
fn quoted<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.user = rest.strip_suffix("' is locked");
    said.user.is_some()
}

/// `U' has invalid shell, rejected`.
fn shell<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.user = rest.strip_suffix("' has invalid shell, rejected");
    said.user.is_some()
}

fn shortage<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    read::is_shortage(rest)
}

/// `Terminated by signal`, or why it does not start.
fn terminating<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    if rest.starts_with("Couldn't listen") || rest.contains("No listening ports") {
        said.what = What::BindFailed;
    }
    true
}

/// Without syslog Dropbear begins a line with `[PID] Nov 26 08:23:07 `; only its text matters.
fn numbered<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((pid, text)) = rest.split_once("] ") else { return false };
    let text = text.get(16..).unwrap_or_default();
    said.pid = pid.parse().ok();
    said.pid.is_some() && !text.starts_with('[') && super::look_up(said, text)
}
