#![no_main]

use sshwhy_core::evaluate::filter::iptables;
use sshwhy_core::evaluate::filter::nft::{Filter, World};
use sshwhy_core::evaluate::filter::shared::{Mixed, Shared};
use sshwhy_core::evaluate::filter::{Hook, Packet};
use sshwhy_core::model::flow::Flow;
use sshwhy_core::parse::iptables_save::{Table, parse_iptables_save};
use sshwhy_core::parse::nft::{Family, RuleSet};

// What nft prints, a line `---`, and what iptables-save prints.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (listing, saved) = text.split_once("\n---\n").unwrap_or((&text, ""));
    let Ok(rule_set) = RuleSet::parse(listing) else { return };
    let (source, destination) = ([10, 1, 2, 3].into(), [10, 0, 0, 1].into());
    let flow = Flow { source, source_port: None, destination, port: 22, interface: None };
    for mixed in [Mixed::ByIptables, Mixed::ByNft] {
        let mut dump = parse_iptables_save(saved);
        let shared = Shared::new(&rule_set, Family::Ip, &dump, mixed);
        shared.prune(Family::Ip, &mut dump);
        dump.tables.iter_mut().for_each(|table| Table::obscure(table, "INPUT", 0, saved, true));
        let filter = Filter::beside(&rule_set, &|table, chain| shared.is_of_iptables(table, chain));
        let tables = iptables::RuleSet::new("iptables", dump);
        let syn = Packet::syn(&flow);
        filter.judge(&syn, Hook::Input, &World::default());
        tables.judge(&syn, Hook::Input, &iptables::world::World::default());
    }
});
