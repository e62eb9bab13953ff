//! What the listener says of the connections that it accepts.

use super::Said;
use super::What;
use super::read;
use super::read::detail;
use super::read::nothing;
use super::row::Row;
use super::row::row;

pub(super) const ROWS: &[Row] = &[
    row("drop connection #", What::StartupsDrop, drop_connection).or(&[What::PenaltyDrop]),
    row("beginning MaxStartups throttling", What::StartupsBegin, nothing),
    row("in MaxStartups throttling for ", What::StartupsBegin, detail),
    row("exited MaxStartups throttling", What::StartupsEnd, detail),
    row("Maxstartups logging rate-limited: ", What::StartupsBegin, detail),
    row("PerSourcePenalties logging rate-limited: ", What::NotNeeded, nothing),
    row("srclimit_penalise: ", What::PenaltyActive, penalise),
    row("accept: ", What::ListenerTrouble, system_error),
    row("reexec socketpair: ", What::ListenerTrouble, system_error),
    row("socketpair: ", What::ListenerTrouble, system_error),
    row("fork: ", What::ListenerTrouble, system_error),
    row("pipe: ", What::ListenerTrouble, system_error),
    row("ppoll: ", What::ListenerTrouble, system_error),
    row("select: ", What::ListenerTrouble, system_error),
    row("fork of unprivileged child failed", What::Shortage, nothing),
    row("error: accepted connection when all ", What::StartupsBegin, nothing),
    row("internal error: more children than ", What::StartupsBegin, nothing),
    row("Timeout before authentication for ", What::GraceTime, grace_time),
    row("Session process ", What::ChildCrash, crash),
    row("session process ", What::ChildCrash, crash),
    row("preauth child ", What::Signalled, child),
    row("child terminated by signal ", What::Signalled, signal),
    row("startup pipe ", What::Helper, detail),
    row("Exiting on signal ", What::Signalled, signal),
    row("unexpected message 0x", What::Helper, detail),
    // systemd, about a socket unit.
    row("Too many incoming connections (", What::SocketLimit, socket_limit),
    row("Trigger limit hit, refusing further activation", What::SocketLimit, nothing),
];

/// `3 from [192.0.2.1]:50000 on [192.0.2.2]:22 past MaxStartups`; before 7.4 only the number.
fn drop_connection<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.number = read::leading_number(rest);
    let Some((_, rest)) = rest.split_once(" from ") else { return said.number.is_some() };
    let Some((from, rest)) = rest.split_once(" on ") else { return false };
    read::end_point(said, from);
    let reason = rest.split_once(' ').map_or("", |(_, reason)| reason);
    let is_startups = reason.to_ascii_lowercase().ends_with("maxstartups");
    if !is_startups {
        said.what = What::PenaltyDrop;
    }
    said.detail = reason;
    true
}

/// `ipv4: new 192.0.2.1/32 active penalty of 20 seconds for penalty: failed authentication`, or
/// `192.0.2.1/32: activating ipv4 penalty of 20 seconds for …`.
fn penalise<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((about, rest)) = rest.split_once(" penalty of ") else {
        said.what = What::NotNeeded;
        return true;
    };
    let network = match about.split_once(": new ") {
        Some((_, network)) => network,
        None => about.split_once(": ").map_or(about, |(network, _)| network),
    };
    let network = network.split(' ').next().unwrap_or_default();
    said.source = network.split('/').next().and_then(read::address_of);
    said.port = None;
    if about.ends_with("deferred") {
        said.what = What::PenaltyDeferred;
    }
    let (seconds, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let millis: u64 = fraction.get(..3).and_then(|f| f.parse().ok()).unwrap_or(0);
    let whole: Option<u64> = whole.parse().ok();
    said.number = whole.map(|whole| whole.saturating_mul(1000).saturating_add(millis));
    said.detail = rest.strip_prefix("seconds for ").unwrap_or(rest);
    said.source.is_some()
}

fn system_error<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    if read::is_shortage(rest) {
        said.what = What::Shortage;
    }
    true
}

/// `connection from A to B, pid = N` from 9.8 on, before `A port P`, before 7.3 `A`.
fn grace_time<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    if rest.starts_with("connection from ") {
        let pid = rest.split_once(", pid = ").map_or("", |(_, pid)| pid);
        said.pid = read::leading_number(pid);
        return read::of_connection(said, rest);
    }
    read::address_first(said, rest)
}

/// `N unpriv child crash for connection from A to B`, `N for connection from A to B killed by
/// signal 11`, `… terminated abnormally, status=0x…`.
fn crash<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.pid = read::leading_number(rest);
    let crashed = ["unpriv child crash", "killed by signal ", "terminated abnormally"];
    if !crashed.iter().any(|words| rest.contains(words)) {
        return false;
    }
    if let Some((_, number)) = rest.split_once("killed by signal ") {
        said.number = read::leading_number(number);
    }
    read::of_connection(said, rest);
    true
}

/// `preauth child [N ]terminated by signal 31`, `… exited with status 255`, and from 9.8 on (debug)
/// `preauth child N for connection from A to B exited after unsuccessful auth attempt`.
fn child<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.pid = read::leading_number(rest);
    if let Some((_, number)) = rest.split_once("terminated by signal ") {
        said.number = read::leading_number(number);
        return true;
    }
    said.what = What::ChildEnded;
    if !read::of_connection(said, rest) {
        said.detail = rest;
    }
    true
}

fn signal<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.number = read::leading_number(rest);
    said.number.is_some()
}

/// `64), dropping connection.` or `64) from source 192.0.2.1, dropping connection.`
fn socket_limit<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.number = read::leading_number(rest);
    if let Some((_, source)) = rest.split_once(" from source ") {
        said.source = source.split_once(", ").and_then(|(address, _)| read::address_of(address));
    }
    true
}
