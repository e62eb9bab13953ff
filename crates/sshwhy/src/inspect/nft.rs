//! What the rules of nftables do to the client's packets and to ours.

use std::io::ErrorKind;
use std::path::Path;

use sshwhy_core::evaluate::filter::RuleRef;
use sshwhy_core::evaluate::filter::Unknown;
use sshwhy_core::evaluate::filter::Verdict;
use sshwhy_core::evaluate::filter::flow::FlowVerdict;
use sshwhy_core::evaluate::filter::flow::Outcome;
use sshwhy_core::evaluate::filter::flow::judge_flow;
use sshwhy_core::evaluate::filter::flow::place;
use sshwhy_core::evaluate::filter::nft::Filter;
use sshwhy_core::evaluate::filter::nft::Reply;
use sshwhy_core::evaluate::filter::nft::World;
use sshwhy_core::evaluate::filter::origin::origin;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::ServerFilter;
use sshwhy_core::parse::ip_address;
use sshwhy_core::parse::nft::Devices;
use sshwhy_core::parse::nft::HiddenFamilies;
use sshwhy_core::parse::nft::RuleSet;

use super::Concerns;
use super::Look;
use super::host::Host;
use crate::sys::fib;

pub(super) static LOOK: Look = Look {
    name: "nftables",
    doing: "judging the client's packets by the rules of nftables",
    concerns: Concerns::ThisClient,
    questions: &[Question::ServerFilter],
    run,
};

/// What is run to see the rules.
const ASKED: &str = "nft list ruleset";

fn run(host: &Host) {
    let Some(text) = listing(host) else { return };
    let mut rule_set = match RuleSet::parse(&text) {
        Ok(rule_set) => rule_set,
        Err(error) => return open(host, &error.to_string()),
    };
    drop(text);
    complete_devices(host, &mut rule_set);
    complete_families(host, &mut rule_set);
    for object in &rule_set.unreadable {
        open(host, &format!("not understood: {object}"));
    }
    let filter = Filter::new(&rule_set);
    for words in filter.skipped() {
        open(host, &format!("not judged: {words}"));
    }
    let world = world(host);
    let is_local = |address| world.is_local(address) != Some(false);
    let judge = |hook, packet: &_| filter.judge(packet, hook, &world);
    report(host, &judge_flow(&judge, &is_local, &host.flow), filter.is_empty());
}

/// The rule set in JSON. Says what is left open when there is none.
fn listing(host: &Host) -> Option<String> {
    let ran = match host.run_listing("nft", &["-j", "-a", "list", "ruleset"]) {
        Ok(ran) => ran,
        Err(error) => {
            // Without the kernel's part there are no rules that nft could show.
            if error.kind() != ErrorKind::NotFound || Path::new("/sys/module/nf_tables").exists() {
                open(host, &error.to_string());
            }
            return None;
        }
    };
    if ran.status.is_some_and(|status| status.success()) {
        return Some(String::from_utf8_lossy(&ran.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&ran.stderr);
    let said = said.lines().next().unwrap_or("it did not end in time");
    open(host, if host.is_root { said } else { "only root may see the rules" });
    None
}

fn open(host: &Host, why: &str) {
    host.not_assessed(format!("`{ASKED}`: {why}: a rule of nftables may stop the client"));
}

/// Releases before 1.0.7 do not say in JSON which device an ingress chain is for.
fn complete_devices(host: &Host, rule_set: &mut RuleSet) {
    let is_bound = |hook: &str| matches!(hook, "ingress" | "egress");
    let mut bases = rule_set.tables.iter().flat_map(|t| &t.chains).filter_map(|c| c.base.as_ref());
    if bases.any(|base| is_bound(&base.hook) && base.devices.is_empty())
        && let Ok(ran) = host.run_listing("nft", &["list", "chains"])
    {
        Devices::parse(&String::from_utf8_lossy(&ran.stdout)).complete(rule_set);
    }
}

/// Release 1.0.6 does not say of some rules that they are for one version of IP only.
fn complete_families(host: &Host, rule_set: &mut RuleSet) {
    if HiddenFamilies::may_be_in(rule_set)
        && let Ok(ran) = host.run_listing("nft", &["--debug=netlink", "list", "ruleset"])
    {
        HiddenFamilies::parse(&String::from_utf8_lossy(&ran.stdout)).complete(rule_set);
    }
}

fn world(host: &Host) -> World {
    let shown = host.run("ip", &["-o", "address", "show"]).ok();
    let shown = shown.filter(|ran| ran.status.is_some_and(|status| status.success()));
    let addresses = shown.map(|ran| ip_address::parse(&String::from_utf8_lossy(&ran.stdout)));
    let client = host.flow.source.to_canonical();
    let reply = match fib::way(client, None) {
        Ok(way) => way.interface.map(Reply::Via),
        Err(error) if error.kind() == ErrorKind::NetworkUnreachable => Some(Reply::Missing),
        Err(_) => None,
    };
    World { addresses, reply }
}

fn report(host: &Host, verdict: &FlowVerdict, is_empty: bool) {
    match &verdict.outcome {
        Outcome::Admits(_) => {
            let Some(rule) = verdict.admitted_by() else {
                let words = if is_empty { "no rule" } else { "no rule looks at these packets" };
                return host.observe(ServerFilter::Admits, ASKED, words);
            };
            host.observe(ServerFilter::Admits, place(rule), text(rule));
        }
        Outcome::Stops(answer, stop) => {
            let words = format!("{} (on {})", text(&stop.rule), verdict.moment.words());
            host.observe(*answer, place(&stop.rule), words);
        }
        Outcome::Depends(unknown) => {
            let moment = verdict.moment.words();
            let Unknown { rule, why, if_matches, if_not } = unknown;
            host.not_assessed(format!(
                "{}: {}: {why}; {moment}: {} if it matches, {} if not",
                place(rule),
                text(rule),
                end(if_matches),
                end(if_not)
            ));
        }
    }
    if let Some((address, port)) = verdict.receiver {
        let port = port.map(|port| format!(" port {port}")).unwrap_or_default();
        host.not_assessed(format!(
            "`{ASKED}`: a rule sends the client on to {address}{port}: what answers there was not looked at"
        ));
    }
}

/// The rule as nft prints it, and who made it.
fn text(rule: &RuleRef) -> String {
    match origin(rule) {
        Some(origin) => format!("{} ({})", rule.text, origin.sentence),
        None => rule.text.clone(),
    }
}

/// What happens, in words.
fn end(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Pass => "passes".to_owned(),
        Verdict::Stop(stop) => format!("is stopped by {}", place(&stop.rule)),
        Verdict::Unknown(unknown) => format!("depends on {}", place(&unknown.rule)),
    }
}
