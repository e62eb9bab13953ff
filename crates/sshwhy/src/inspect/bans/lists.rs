//! Daemons that keep their bans in files: sshguard's blacklist and DenyHosts' lists. What they made of them, rules and lines of
//! hosts.deny, is judged where it acts.

use sshwhy_core::evaluate::bans::concerns;
use sshwhy_core::model::question::Ban;
use sshwhy_core::parse::place::Place;

use super::Said;
use crate::inspect::host::Host;

/// DenyHosts: one address to a line, `ADDRESS:COUNT:DATE`; in hosts.deny its lines stand after a mark of its own.
const DENYHOSTS: &str = "/etc/hosts.deny";
const MARK: &str = "# DenyHosts:";

/// sshguard: `TIME|SERVICE|KIND|ADDRESS` (sshguard(8), `-b`).
const BLACKLISTS: [&str; 3] = [
    "/var/lib/sshguard/blacklist.db",
    "/var/db/sshguard/blacklist.db",
    "/var/lib/sshguard/enemies",
];

pub(super) fn ask(host: &Host) -> Said {
    let client = host.flow.source;
    let mut is_here = false;
    for path in BLACKLISTS {
        let Ok(text) = host.read(path) else { continue };
        is_here = true;
        let banned = |line: &str| line.rsplit('|').next().is_some_and(|a| concerns(a, client));
        if let Some(place) = line(path, &text, banned) {
            let text = format!(
                "sshguard's blacklist has {client}; to end it: delete the line, then restart sshguard"
            );
            return Said::Banned(Ban::OtherDaemon, place.to_string(), text);
        }
    }
    if let Ok(text) = host.read(DENYHOSTS)
        && text.contains(MARK)
    {
        is_here = true;
        let mut is_marked = false;
        let banned = |line: &str| {
            let ours = is_marked && line.split_once(':').is_some_and(|(_, a)| concerns(a, client));
            is_marked = line.starts_with(MARK);
            ours
        };
        if let Some(place) = line(DENYHOSTS, &text, banned) {
            let text = format!(
                "DenyHosts has banned {client}; to end it: delete the line here and in /var/lib/denyhosts"
            );
            return Said::Banned(Ban::HostsDeny, place.to_string(), text);
        }
    }
    match is_here {
        true => Said::Free(format!("no list of sshguard or DenyHosts has {client}")),
        false => Said::Absent,
    }
}

fn line(path: &str, text: &str, mut is_it: impl FnMut(&str) -> bool) -> Option<Place> {
    let number = text.lines().position(|line| is_it(line.trim()))?;
    Some(Place::new(path, number + 1))
}
