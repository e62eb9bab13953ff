//! Whether a ban daemon has the client's address: each daemon is asked itself, and what it left behind is read where it does
//! not run.

mod crowdsec;
mod fail2ban;
mod lists;

use std::net::IpAddr;

use sshwhy_core::model::question::Ban;
use sshwhy_core::model::question::Question;

use super::Concerns;
use super::Look;
use super::host::Host;

pub(super) static LOOK: Look = Look {
    name: "bans",
    doing: "asking ban daemons for the client's address",
    concerns: Concerns::ThisClient,
    questions: &[Question::Ban],
    run,
};

/// What one daemon says.
enum Said {
    /// It is not on this host.
    Absent,
    /// It has not banned the client, which this shows.
    Free(String),
    /// It has banned it: the answer, where that is read, and what shows it.
    Banned(Ban, String, String),
    /// It could not be asked.
    Open(String),
}

/// The addresses that fail2ban banned last, the latest first, each with what shows it.
pub fn latest(host: &Host) -> Vec<(IpAddr, String)> {
    fail2ban::latest(host)
}

fn run(host: &Host) {
    let all = [fail2ban::ask(host), crowdsec::ask(host), lists::ask(host)];
    let mut free = Vec::new();
    let mut is_known = true;
    for said in all {
        match said {
            Said::Absent => {}
            Said::Free(text) => free.push(text),
            Said::Banned(answer, source, text) => {
                host.observe(answer, source, text);
                is_known = false;
            }
            Said::Open(why) => {
                host.not_assessed(format!("bans: {why}: whether the client is banned is open"));
                is_known = false;
            }
        }
    }
    if is_known {
        let none = || "no ban daemon is on this host".to_owned();
        let text = if free.is_empty() { none() } else { free.join("; ") };
        host.observe(Ban::Free, "ban daemons", text);
    }
}
