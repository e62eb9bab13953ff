//! Whether the table of tracked connections has room for one more.

use std::thread;
use std::time::Duration;

use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::TrackingTable;
use sshwhy_core::parse::counters::per_processor;
use sshwhy_core::parse::place::Place;

use super::Concerns;
use super::Look;
use super::host::Host;

pub(super) static LOOK: Look = Look {
    name: "tracking",
    doing: "looking at the table of tracked connections",
    concerns: Concerns::Anybody,
    questions: &[Question::TrackingTable],
    run,
};

const COUNT: &str = "/proc/sys/net/netfilter/nf_conntrack_count";
const MAX: &str = "/proc/sys/net/netfilter/nf_conntrack_max";
const STATISTICS: &str = "/proc/net/stat/nf_conntrack";

/// A table that is so full is worth a word, though new connections still get in.
const NEARLY_FULL_PERCENT: u64 = 95;

/// How long drops are watched where the table is nearly full.
const WATCH: Duration = Duration::from_millis(200);

fn run(host: &Host) {
    let number = |path: &str| host.read(path).ok()?.trim().parse::<u64>().ok();
    let (Some(count), Some(max)) = (number(COUNT), number(MAX)) else {
        let text = "this host does not track connections";
        return host.observe(TrackingTable::Room, COUNT, text);
    };
    let text = format!("{count} of {max} connections are tracked");
    // Zero is no limit (`__nf_conntrack_alloc`).
    let is_nearly_full =
        max > 0 && count.saturating_mul(100) >= max.saturating_mul(NEARLY_FULL_PERCENT);
    if !is_nearly_full {
        return host.observe(TrackingTable::Room, format!("{COUNT}:1"), text);
    }
    let before = drops(host);
    thread::sleep(WATCH);
    let dropped = drops(host).saturating_sub(before);
    // A table whose count swings about its limit is not caught at it; its drops are.
    if count >= max || dropped > 0 {
        let text = format!("{text}, {dropped} packets dropped in {} ms", WATCH.as_millis());
        return host.observe(TrackingTable::Full, format!("{COUNT}:1"), text);
    }
    host.warn(&Place::new(MAX, 1), &format!("{text}: new ones are dropped when it is full"));
    host.observe(TrackingTable::Room, format!("{COUNT}:1"), text);
}

/// Packets that were dropped for want of room, since the host started.
fn drops(host: &Host) -> u64 {
    let sums = host.read(STATISTICS).map(|text| per_processor(&text)).unwrap_or_default();
    sums.get("drop").copied().unwrap_or(0)
}
