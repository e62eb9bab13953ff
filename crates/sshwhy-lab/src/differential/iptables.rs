//! Rule sets of iptables and ip6tables, in both back ends, judged by us and by the kernel itself.

mod generate;

use std::collections::HashMap;
use std::net::IpAddr;

use anyhow::{Context, Result};
use sshwhy_core::evaluate::filter::flow::{FlowVerdict, judge_flow};
use sshwhy_core::evaluate::filter::iptables::RuleSet;
use sshwhy_core::evaluate::filter::iptables::sets::Sets;
use sshwhy_core::evaluate::filter::iptables::world::World;
use sshwhy_core::model::flow::Flow;
use sshwhy_core::parse::ipset::parse_ipset;
use sshwhy_core::parse::iptables_save::parse_iptables_save;
use sshwhy_core::parse::netfilter::{parse_hash_limit, parse_recent, parse_ticks};

use super::ground::{self, Ground};
use super::random::Random;
use super::verdicts::{self, Counts};

/// A program that loads and one that prints, of one family and back end.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// What is judged, as a rule is shown with.
    pub name: &'static str,
    restore: &'static str,
    save: &'static str,
    is_ipv6: bool,
}

/// Both families in both back ends.
pub const TOOLS: [Tool; 4] = [
    tool("iptables", "iptables-nft-restore", "iptables-nft-save", false),
    tool("ip6tables", "ip6tables-nft-restore", "ip6tables-nft-save", true),
    tool("iptables-legacy", "iptables-legacy-restore", "iptables-legacy-save", false),
    tool("ip6tables-legacy", "ip6tables-legacy-restore", "ip6tables-legacy-save", true),
];

const fn tool(
    name: &'static str,
    restore: &'static str,
    save: &'static str,
    is_ipv6: bool,
) -> Tool {
    Tool { name, restore, save, is_ipv6 }
}

/// Tries connections against rule sets of one tool that are made from a seed.
///
/// # Errors
///
/// When a namespace or an interface is refused, or a program of iptables is not there.
pub fn run(tool: Tool, seed: u64, rule_sets: usize) -> Result<Counts> {
    // Its namespaces are left behind with the thread.
    let thread = std::thread::spawn(move || {
        let mut ground = Ground::new()?;
        let mut random = Random::new(seed);
        let mut counts = Counts::default();
        let sets = generate::sets(tool.is_ipv6);
        ground.feed("ipset", &["restore"], &sets)?;
        for _ in 0..rule_sets {
            let text = generate::rule_set(&mut random, tool.is_ipv6);
            check(tool, &text, &mut ground, &mut counts)?;
        }
        Ok(counts)
    });
    thread.join().unwrap_or_else(|_| anyhow::bail!("the differential test ended early"))
}

fn check(tool: Tool, text: &str, ground: &mut Ground, counts: &mut Counts) -> Result<()> {
    ground.feed(tool.restore, &[], &generate::nothing())?;
    if let Err(error) = ground.feed(tool.restore, &[], text) {
        counts.not_loaded += 1;
        verdicts::example(counts, || format!("{error:#}\n{text}"));
        return Ok(());
    }
    counts.rule_sets += 1;
    let saved = ground.listing(tool.save, &["-c"])?;
    let dump = parse_iptables_save(&saved);
    let problem = dump.problems.first().map(|problem| format!("{problem:?}"));
    anyhow::ensure!(problem.is_none(), "not understood: {problem:?}\n{saved}");
    let sets = Sets::new(parse_ipset(&ground.listing("ipset", &["save"])?));
    let rules = RuleSet::new(tool.name, dump);
    counts.most_rules = counts.most_rules.max(rules.rules());
    let mut tries = ground::tries();
    tries.retain(|one| one.source.is_ipv6() == tool.is_ipv6);
    let world = world(ground, sets, tool)?;
    let predict = |flow: &Flow| predict(&rules, &world, flow);
    verdicts::compare_all(text, ground, counts, &predict, &tries)
}

fn world(ground: &Ground, sets: Sets, tool: Tool) -> Result<World> {
    let addresses: Vec<IpAddr> = ground::addresses().into_iter().map(|(a, _)| a).collect();
    let recent = |name: &&str| {
        ((*name).to_owned(), parse_recent(&ground.read(&format!("/proc/net/xt_recent/{name}"))))
    };
    let folder = if tool.is_ipv6 { "ip6t_hashlimit" } else { "ipt_hashlimit" };
    let limits = |name: &&str| {
        ((*name).to_owned(), parse_hash_limit(&ground.read(&format!("/proc/net/{folder}/{name}"))))
    };
    let uptime = std::fs::read_to_string("/proc/uptime").context("/proc/uptime")?;
    let timers = std::fs::read_to_string("/proc/timer_list").unwrap_or_default();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    Ok(World {
        sets: Some(sets),
        addresses: Some(addresses),
        recent: Some(generate::RECENT.iter().map(recent).collect::<HashMap<_, _>>()),
        ticks: parse_ticks(&timers, &uptime),
        hash_limits: Some(generate::HASH_LIMITS.iter().map(limits).collect::<HashMap<_, _>>()),
        // What the other tries do meanwhile is not known.
        tracked: None,
        sender: Some((0, 0)),
        reverse_path: Some(true),
        ipsec: Some(false),
        now: i64::try_from(now).ok(),
        ..World::default()
    })
}

fn predict(rules: &RuleSet<'_>, world: &World, flow: &Flow) -> FlowVerdict {
    let is_local = |address| world.is_local(address) == Some(true);
    judge_flow(&|hook, packet| rules.judge(packet, hook, world), &is_local, flow)
}
