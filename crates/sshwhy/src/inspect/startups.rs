//! What MaxStartups and PerSourceMaxStartups make of a new connection at this moment.

use std::net::IpAddr;

use sshwhy_core::evaluate::sshd::Effective;
use sshwhy_core::evaluate::sshd::Value;
use sshwhy_core::evaluate::startups::MaxStartups;
use sshwhy_core::evaluate::startups::SourceLimit;
use sshwhy_core::evaluate::startups::dropped_at_least_once;
use sshwhy_core::evaluate::startups::is_unauthenticated;
use sshwhy_core::evaluate::startups::limits_in_title;
use sshwhy_core::evaluate::startups::unauthenticated_in_title;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SourceLimit as SourceAnswer;
use sshwhy_core::model::question::Startups;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::this_sshd::ThisSshd;
use super::this_sshd::source_of;
use crate::sys::process_table;
use crate::sys::sock_diag;

pub(super) static LOOK: Look = Look {
    name: "startups",
    doing: "counting connections that are not logged in yet",
    concerns: Concerns::ThisClient,
    questions: &[Question::Startups, Question::SourceLimit],
    run,
};

fn run(host: &Host) {
    let Some(sshd) = ThisSshd::find(host) else { return };
    let Some(listener) = sshd.listener else { return };
    let Some(effective) = sshd.effective(host, None) else {
        host.not_assessed("MaxStartups: sshd's configuration could not be read");
        return;
    };
    let peers = unauthenticated(host);
    let title = process_table::process(listener).map(|process| process.title).unwrap_or_default();
    all_sources(host, &effective, &title, peers.as_deref());
    this_source(host, &effective, peers.as_deref());
}

/// `MaxStartups`. The listener's own count is exact; before 8.2 it does not say it.
fn all_sources(host: &Host, effective: &Effective, title: &str, peers: Option<&[IpAddr]>) {
    let Some(value) = effective.first("maxstartups") else { return };
    let Some(written) = MaxStartups::parse(&value.text) else { return };
    let counted = || peers.and_then(|peers| u32::try_from(peers.len()).ok());
    let Some(count) = unauthenticated_in_title(title).or_else(counted) else {
        host.not_assessed("MaxStartups: who is not logged in yet can only be counted by root");
        return;
    };
    // What it read when it started counts, not what the file says by now.
    let (begin, full) = limits_in_title(title).unwrap_or((written.begin, written.full));
    let limit = MaxStartups { begin, full, ..written };
    if limit != written {
        let words = format!(
            "MaxStartups {}: the sshd that runs has {begin} and {full}: it was not reloaded",
            value.text
        );
        host.warn(&value.place.clone().unwrap_or_default(), &words);
    }
    let percent = limit.drop_percent(count);
    let answer = match percent {
        0 => Startups::Room,
        100 => Startups::Full,
        _ => Startups::Dice,
    };
    let rate = limit.rate;
    let mut text = format!(
        "{count} connections are not logged in; MaxStartups {begin}:{rate}:{full} drops {percent} % of new ones"
    );
    if answer == Startups::Dice {
        let some = 100.0 * dropped_at_least_once(percent, TRIES);
        text.push_str(&format!(", and at least one of {TRIES} tries in {some:.0} % of cases"));
    }
    host.observe(answer, source_of(value.place.as_ref()), text);
}

/// How many tries a person makes.
const TRIES: u32 = 3;

/// `PerSourceMaxStartups`.
fn this_source(host: &Host, effective: &Effective, peers: Option<&[IpAddr]>) {
    let limit = SourceLimit::of(effective);
    if let Some(Value { text, place: Some(place) }) = effective.first("persourcenetblocksize")
        && limit.ipv6_bits == 0
    {
        let words = format!(
            "PerSourceNetBlockSize {text}: all IPv6 clients count as one source (before OpenSSH 10.3 one number alone means that)"
        );
        host.warn(place, &words);
    }
    let Some(value) = effective.first("persourcemaxstartups").filter(|_| limit.limit.is_some())
    else {
        return;
    };
    let Some(peers) = peers else {
        host.not_assessed(
            "PerSourceMaxStartups: who is not logged in yet can only be counted by root",
        );
        return;
    };
    let count = limit.count(host.flow.source, peers);
    let (block, bits) = limit.block(host.flow.source);
    let answer = if limit.refuses(count) { SourceAnswer::Reached } else { SourceAnswer::Room };
    let text = format!(
        "{count} connections of {block}/{bits} are not logged in; PerSourceMaxStartups {}",
        value.text
    );
    host.observe(answer, source_of(value.place.as_ref()), text);
}

/// The peers of the connections to this port whose processes say that nobody has logged in yet; `None` when we may not see
/// who holds what.
fn unauthenticated(host: &Host) -> Option<Vec<IpAddr>> {
    let connections = sock_diag::connections(host.flow.port).ok()?;
    let inodes: Vec<u64> = connections.iter().map(|c| c.inode).filter(|i| *i != 0).collect();
    let holders = process_table::holders(&inodes);
    if !host.is_root && !inodes.is_empty() {
        return None;
    }
    let waits = |inode: &u64| {
        let pids = holders.by_inode.get(inode).into_iter().flatten();
        let titles: Vec<String> =
            pids.filter_map(|pid| process_table::process(*pid)).map(|p| p.title).collect();
        is_unauthenticated(&titles)
    };
    let waiting = connections.iter().filter(|connection| waits(&connection.inode));
    Some(waiting.map(|connection| connection.remote.ip().to_canonical()).collect())
}
