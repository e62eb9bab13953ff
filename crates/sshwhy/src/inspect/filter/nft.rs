//! The rules of nftables.

use std::io::ErrorKind;
use std::path::Path;

use sshwhy_core::evaluate::filter::nft::Filter;
use sshwhy_core::evaluate::filter::shared::Shared;
use sshwhy_core::evaluate::filter::shared::TABLES;
use sshwhy_core::parse::nft::Devices;
use sshwhy_core::parse::nft::HiddenFamilies;
use sshwhy_core::parse::nft::RuleSet;

use super::Reader;
use crate::inspect::host::Host;
use crate::sys::nf_tables;
use crate::sys::nf_tables::Table;

/// What is run to see the rules.
pub(super) const ASKED: &str = "nft list ruleset";

/// Reads them. Says what is left open when they cannot be read.
pub(super) fn read(reader: &Reader<'_>) -> Option<RuleSet> {
    let host = reader.host;
    let ran = match host.run_listing("nft", &["-j", "-a", "list", "ruleset"]) {
        Ok(ran) => ran,
        Err(error) if error.kind() == ErrorKind::NotFound => return without_nft(reader),
        Err(error) => {
            open(reader, &error.to_string());
            return None;
        }
    };
    if !ran.status.is_some_and(|status| status.success()) {
        let said = String::from_utf8_lossy(&ran.stderr);
        let said = said.lines().next().unwrap_or("it did not end in time");
        open(reader, if host.is_root { said } else { "only root may see the rules" });
        return None;
    }
    let mut rule_set = match RuleSet::parse(&String::from_utf8_lossy(&ran.stdout)) {
        Ok(rule_set) => rule_set,
        Err(error) => {
            open(reader, &error.to_string());
            return None;
        }
    };
    complete_devices(host, &mut rule_set);
    complete_families(host, &mut rule_set);
    for object in &rule_set.unreadable {
        open(reader, &format!("not understood: {object}"));
    }
    Some(rule_set)
}

/// Makes them ready to judge, but for the chains that iptables judges.
pub(super) fn filter<'r>(rule_set: &'r RuleSet, shared: &Shared<'_>) -> Filter<'r> {
    Filter::beside(rule_set, &|table, chain| shared.is_of_iptables(table, chain))
}

/// Says what is not judged.
pub(super) fn report(reader: &Reader<'_>, filter: &Filter<'_>) {
    for words in filter.skipped() {
        open(reader, &format!("not judged: {words}"));
    }
    let interface = reader.host.flow.interface.as_deref();
    let may_be_bridge =
        interface.is_none_or(|name| Path::new("/sys/class/net").join(name).join("bridge").exists());
    for table in filter.bridges().iter().filter(|_| may_be_bridge) {
        open(reader, &format!("not judged: {table}: it sees what passes a bridge"));
    }
}

/// The kernel names its tables to root; what is in them only nft can say, or iptables of its own.
fn without_nft(reader: &Reader<'_>) -> Option<RuleSet> {
    let is_left = |table: &&Table| table.sees_ip() && !TABLES.contains(&table.name.as_str());
    match nf_tables::tables() {
        Ok(tables) => {
            let names: Vec<_> = tables.iter().filter(is_left).map(|t| t.name.as_str()).collect();
            if !names.is_empty() {
                let names = names.join(", ");
                open(
                    reader,
                    &format!("nft is not installed, but the kernel has tables of it ({names})"),
                );
            }
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            open(reader, "nft is not installed, and only root may see the rules");
        }
        // A kernel without nf_tables does not know the question.
        Err(_) => {}
    }
    None
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

fn open(reader: &Reader<'_>, why: &str) {
    reader.open(ASKED, why, "nftables");
}
