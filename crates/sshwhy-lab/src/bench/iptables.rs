//! iptables, beside `iptables-restore --test` of the faster back end.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Context, Result};
use sshwhy_core::evaluate::filter::iptables::RuleSet;
use sshwhy_core::evaluate::filter::iptables::world::World;
use sshwhy_core::evaluate::filter::{Hook, Packet};
use sshwhy_core::model::flow::Flow;
use sshwhy_core::parse::iptables_save::parse_iptables_save;

use super::{Folder, Numbers, forget_peak, peak, timed};
use crate::differential::ground::run;
use crate::differential::random::Random;
use crate::sys;

/// The first packet of a client.
pub(super) fn syn(source: IpAddr) -> Packet {
    Packet::syn(&Flow {
        source,
        source_port: Some(40_000),
        destination: IpAddr::from([10, 9, 0, 1]),
        port: 22,
        interface: Some("eth0".to_owned()),
    })
}

/// Rules of one list of addresses.
const CHAIN: usize = 5000;

/// Measures with so many rules.
///
/// # Errors
///
/// When a namespace is refused or iptables-restore fails.
pub fn bench(rules: usize) -> Result<Numbers> {
    // The namespace is left behind with the thread.
    let thread = std::thread::spawn(move || measure(rules));
    thread.join().unwrap_or_else(|_| anyhow::bail!("the bench ended early"))
}

fn measure(rules: usize) -> Result<Numbers> {
    let _network = sys::new_network()?;
    let folder = Folder::new("iptables")?;
    let text = text(rules);
    let path = folder.write("rules", &text)?;
    let path = path.to_string_lossy();
    let mut peers = Vec::new();
    for program in ["iptables-nft-restore", "iptables-legacy-restore"] {
        let (peer, checked) = timed(|| run(program, &["--test", &path]));
        checked?;
        peers.push(peer);
    }

    let packets: Vec<Packet> =
        (0..1000_u32).map(|i| syn(Ipv4Addr::from(0x0b00_0000 + i * 65_521).into())).collect();
    let first = syn(IpAddr::from([192, 0, 2, 200]));
    let world = World::default();
    forget_peak();
    let before = peak();
    let (parse, dump) = timed(|| parse_iptables_save(&text));
    let (compile, tables) = timed(|| RuleSet::new("iptables", dump));
    let judge = |packet: &Packet| std::hint::black_box(tables.judge(packet, Hook::Input, &world));
    let (verdict, _) = timed(|| judge(&first));
    let memory = peak().saturating_sub(before);
    let (later, ()) = timed(|| packets.iter().for_each(|packet| drop(judge(packet))));
    Ok(Numbers {
        rules: tables.rules(),
        input: text.len(),
        peer: peers.into_iter().min().context("nothing was measured")?,
        ours: parse + compile + verdict,
        later: later / 1000,
        memory,
    })
}

/// The filter of a host, with chains of addresses that are refused.
fn text(rules: usize) -> String {
    let mut random = Random::new(7);
    let mut text =
        String::from("*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n");
    let chains = rules.div_ceil(CHAIN);
    for chain in 0..chains {
        let _ = writeln!(text, ":list{chain} - [0:0]");
    }
    text.push_str(
        "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n",
    );
    for chain in 0..chains {
        let _ = writeln!(text, "-A INPUT -j list{chain}");
    }
    text.push_str("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n");
    let mut number = 0_u32;
    for chain in 0..chains {
        for _ in 0..CHAIN.min(rules - chain * CHAIN) {
            number += 1;
            let address = Ipv4Addr::from(0x0b00_0000 + number * 257);
            let _ = match random.below(5) {
                0 => writeln!(text, "-A list{chain} -s {address}/32 -j DROP"),
                1 => writeln!(
                    text,
                    "-A list{chain} -s {address}/32 -p tcp -m tcp --dport 22 -j REJECT --reject-with icmp-port-unreachable"
                ),
                2 => writeln!(
                    text,
                    "-A list{chain} -s {address}/30 -m comment --comment \"two words\" -j DROP"
                ),
                3 => writeln!(
                    text,
                    "-A list{chain} -s {address}/32 -p tcp -m conntrack --ctstate NEW -m tcp --dport 22 -j DROP"
                ),
                _ => writeln!(
                    text,
                    "-A list{chain} -s {address}/32 -p tcp -m multiport --dports 22,2222 -j DROP"
                ),
            };
        }
    }
    text.push_str("COMMIT\n");
    text
}
