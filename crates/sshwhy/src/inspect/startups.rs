//! What MaxStartups and PerSourceMaxStartups make of a new connection at this moment.

use std::net::IpAddr;

use sshwhy_core::evaluate::startups::MaxStartups;
use sshwhy_core::evaluate::startups::SourceLimit;
use sshwhy_core::evaluate::startups::is_unauthenticated;
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
    if let Some(value) = effective.first("maxstartups")
        && let Some(limit) = MaxStartups::parse(&value.text)
    {
        let title = process_table::process(listener).map(|p| p.title).unwrap_or_default();
        // The listener's own count is exact; before 8.2 it does not say it.
        let count = unauthenticated_in_title(&title)
            .unwrap_or_else(|| u32::try_from(peers.len()).unwrap_or(u32::MAX));
        let percent = limit.drop_percent(count);
        let answer = match percent {
            0 => Startups::Room,
            100 => Startups::Full,
            _ => Startups::Dice,
        };
        let text = format!(
            "{count} connections are not logged in; MaxStartups {} drops {percent} % of new ones",
            value.text
        );
        host.observe(answer, source_of(value.place.as_ref()), text);
    }
    let limit = SourceLimit::of(&effective);
    if limit.limit.is_some()
        && let Some(value) = effective.first("persourcemaxstartups")
    {
        let count = limit.count(host.flow.source, &peers);
        let answer = if limit.refuses(count) { SourceAnswer::Reached } else { SourceAnswer::Room };
        let text = format!(
            "{count} connections of this source are not logged in; PerSourceMaxStartups {}",
            value.text
        );
        host.observe(answer, source_of(value.place.as_ref()), text);
    }
}

/// The peers of the connections to this port whose processes say that nobody has logged in yet.
fn unauthenticated(host: &Host) -> Vec<IpAddr> {
    let connections = sock_diag::connections(host.flow.port).unwrap_or_default();
    let inodes: Vec<u64> = connections.iter().map(|c| c.inode).filter(|i| *i != 0).collect();
    let holders = process_table::holders(&inodes);
    let waits = |inode: &u64| {
        let pids = holders.by_inode.get(inode).into_iter().flatten();
        let titles: Vec<String> =
            pids.filter_map(|pid| process_table::process(*pid)).map(|p| p.title).collect();
        is_unauthenticated(&titles)
    };
    connections.iter().filter(|c| waits(&c.inode)).map(|c| c.remote.ip().to_canonical()).collect()
}
