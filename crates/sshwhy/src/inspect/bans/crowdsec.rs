//! CrowdSec, by its own client. Its rules are judged with the packet filter.

use sshwhy_core::evaluate::bans;
use sshwhy_core::model::question::Ban;

use super::Said;
use crate::inspect::host::Host;

pub(super) fn ask(host: &Host) -> Said {
    let client = host.flow.source.to_canonical();
    let Ok(ran) = host.run("cscli", &["decisions", "list", "--all", "-o", "json"]) else {
        return Said::Absent;
    };
    let asked = "cscli decisions list";
    if !ran.status.is_some_and(|status| status.success()) {
        let why = if host.is_root { "it fails" } else { "only root may ask it" };
        return Said::Open(format!("`{asked}`: {why}"));
    }
    match bans::crowdsec(&String::from_utf8_lossy(&ran.stdout), client) {
        Ok(None) => Said::Free(format!("CrowdSec has no decision about {client}")),
        Ok(Some(decision)) => {
            let bans::Decision { id, value, scenario, duration, .. } = decision;
            let text = format!(
                "decision {id} bans {value} for another {duration}: {scenario}; to end it: sudo cscli decisions delete --ip {value}"
            );
            Said::Banned(Ban::OtherDaemon, asked.to_owned(), text)
        }
        Err(error) => Said::Open(format!("`{asked}`: {error}")),
    }
}
