//! nftables, beside `nft -c`.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};

use anyhow::Result;
use sshwhy_core::evaluate::filter::nft::{Filter, World};
use sshwhy_core::evaluate::filter::{Hook, Packet};
use sshwhy_core::parse::nft::RuleSet;

use super::{Folder, Numbers, forget_peak, peak, timed};
use crate::bench::iptables::syn;
use crate::differential::ground::run;
use crate::differential::random::Random;
use crate::sys;

/// Rules of one list of addresses.
const CHAIN: usize = 5000;

/// Measures with so many rules.
///
/// # Errors
///
/// When a namespace is refused or nft fails.
pub fn bench(rules: usize) -> Result<Numbers> {
    // The namespace is left behind with the thread.
    let thread = std::thread::spawn(move || measure(rules));
    thread.join().unwrap_or_else(|_| anyhow::bail!("the bench ended early"))
}

fn measure(rules: usize) -> Result<Numbers> {
    let _network = sys::new_network()?;
    let folder = Folder::new("nft")?;
    let path = folder.write("rules", &text(rules))?;
    let path = path.to_string_lossy();
    let (peer, checked) = timed(|| run("nft", &["-c", "-f", &path]));
    checked?;
    run("nft", &["-f", &path])?;
    let json = run("nft", &["-j", "-a", "list", "ruleset"])?;

    let packets: Vec<Packet> =
        (0..1000_u32).map(|i| syn(Ipv4Addr::from(0x0b00_0000 + i * 65_521).into())).collect();
    let first = syn(IpAddr::from([192, 0, 2, 200]));
    let world = World::default();
    forget_peak();
    let before = peak();
    let (parse, rule_set) = timed(|| RuleSet::parse(&json));
    let rule_set = rule_set?;
    let (compile, filter) = timed(|| Filter::new(&rule_set));
    let judge = |packet: &Packet| std::hint::black_box(filter.judge(packet, Hook::Input, &world));
    let (verdict, _) = timed(|| judge(&first));
    let memory = peak().saturating_sub(before);
    let (later, ()) = timed(|| packets.iter().for_each(|packet| drop(judge(packet))));
    Ok(Numbers {
        rules: rule_set.rule_count(),
        input: json.len(),
        peer,
        ours: parse + compile + verdict,
        later: later / 1000,
        memory,
    })
}

/// The filter of a host, with chains of addresses that are refused, and sets and a verdict map.
fn text(rules: usize) -> String {
    let mut random = Random::new(7);
    let mut text =
        String::from("table inet filter {\n set banned { type ipv4_addr; elements = {\n");
    for i in 0..1000_u32 {
        let _ = writeln!(text, "{},", Ipv4Addr::from(0x1e00_0000 + i * 3));
    }
    // nft itself takes a time that grows with the square of the number of sets without names.
    text.push_str(" } }\n set ports { type inet_service; elements = { 22, 2222 } }\n map ends { type inet_service : verdict; elements = { 22 : drop, 80 : accept } }\n");
    let chains = rules.div_ceil(CHAIN);
    let mut number = 0_u32;
    for chain in 0..chains {
        let _ = writeln!(text, " chain list{chain} {{");
        for _ in 0..CHAIN.min(rules - chain * CHAIN) {
            number += 1;
            let address = Ipv4Addr::from(0x0b00_0000 + number * 257);
            let _ = match random.below(6) {
                0 => writeln!(text, "  ip saddr {address} counter drop"),
                1 => writeln!(text, "  ip saddr {address} tcp dport 22 reject"),
                2 => writeln!(text, "  ip saddr {address}/30 drop comment \"two words\""),
                3 => writeln!(text, "  ip saddr {address} ct state new tcp dport 22 drop"),
                4 => writeln!(text, "  ip saddr {address} tcp dport vmap @ends"),
                _ => writeln!(text, "  ip saddr {address} tcp dport @ports drop"),
            };
        }
        text.push_str(" }\n");
    }
    text.push_str(
        " chain input { type filter hook input priority 0; policy drop;\n  ct state established,related accept\n  iif lo accept\n  ip saddr @banned drop\n",
    );
    for chain in 0..chains {
        let _ = writeln!(text, "  jump list{chain}");
    }
    text.push_str("  tcp dport 22 accept\n }\n}\n");
    text
}
