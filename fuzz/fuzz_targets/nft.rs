#![no_main]

use sshwhy_core::evaluate::filter::nft::{Filter, World};
use sshwhy_core::evaluate::filter::{Hook, Packet};
use sshwhy_core::model::flow::Flow;
use sshwhy_core::parse::nft::{Devices, HiddenFamilies, RuleSet};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let Ok(mut rule_set) = RuleSet::parse(&text) else { return };
    Devices::parse(&text).complete(&mut rule_set);
    HiddenFamilies::parse(&text).complete(&mut rule_set);
    rule_set
        .tables
        .iter()
        .flat_map(|t| &t.chains)
        .flat_map(|c| &c.rules)
        .for_each(|r| drop(r.to_string()));
    let (source, destination) = ([10, 1, 2, 3].into(), [10, 0, 0, 1].into());
    let flow = Flow { source, source_port: None, destination, port: 22, interface: None };
    let filter = Filter::new(&rule_set);
    for hook in [Hook::Prerouting, Hook::Input, Hook::Output] {
        filter.judge(&Packet::syn(&flow), hook, &World::default());
        filter.judge(&Packet::banner(&flow), hook, &World::default());
    }
});
