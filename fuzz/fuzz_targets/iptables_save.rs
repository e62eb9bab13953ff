#![no_main]

use sshwhy_core::evaluate::filter::iptables::RuleSet;
use sshwhy_core::evaluate::filter::iptables::world::World;
use sshwhy_core::evaluate::filter::{Hook, Packet, origin};
use sshwhy_core::model::flow::Flow;
use sshwhy_core::parse::iptables_save;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (source, destination) = ([10, 1, 2, 3].into(), [10, 0, 0, 1].into());
    let flow = Flow { source, source_port: None, destination, port: 22, interface: None };
    for tool in ["iptables", "ip6tables-legacy"] {
        let rules = RuleSet::new(tool, iptables_save::parse_iptables_save(&text));
        for hook in [Hook::Prerouting, Hook::Input, Hook::Output] {
            let judged = rules.judge(&Packet::syn(&flow), hook, &World::default());
            judged.trail.iter().for_each(|rule| drop(origin::origin_with_ufw(rule, &text)));
            rules.judge(&Packet::banner(&flow), hook, &World::default());
        }
    }
});
