//! Rule sets of nftables, judged by us and by the kernel itself: they are loaded in a network namespace, and real connections
//! are tried from several addresses over several interfaces.

mod generate;

use anyhow::{Context, Result};
use sshwhy_core::evaluate::filter::flow::{FlowVerdict, judge_flow};
use sshwhy_core::evaluate::filter::nft::{Filter, Reply, World};
use sshwhy_core::model::flow::Flow;
use sshwhy_core::parse::nft::{Counter, Rule, RuleSet, Statement, Table};
use sshwhy_core::parse::nft_text::parse_nft_text;

use super::ground::{self, Ground};
use super::random::Random;
use super::verdicts::{self, Counts};

/// Whether this can run: as root, with nft.
#[must_use]
pub fn is_possible() -> bool {
    let is_root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.contains("Uid:\t0\t0"));
    is_root && std::process::Command::new("nft").arg("--version").output().is_ok()
}

/// Tries connections against rule sets that are made from a seed.
///
/// # Errors
///
/// When a namespace or an interface is refused.
pub fn run(seed: u64, rule_sets: usize) -> Result<Counts> {
    // Its namespaces are left behind with the thread.
    let thread = std::thread::spawn(move || {
        let mut ground = Ground::new()?;
        let mut random = Random::new(seed);
        let mut counts = Counts::default();
        for _ in 0..rule_sets {
            let text = generate::rule_set(&mut random);
            check(&text, &mut ground, &mut counts)?;
        }
        Ok(counts)
    });
    thread.join().unwrap_or_else(|_| anyhow::bail!("the differential test ended early"))
}

fn check(text: &str, ground: &mut Ground, counts: &mut Counts) -> Result<()> {
    if let Err(error) = load(ground, text) {
        counts.not_loaded += 1;
        verdicts::example(counts, || format!("{error:#}\n{text}"));
        return Ok(());
    }
    counts.rule_sets += 1;
    let json = list(ground)?;
    let rule_set = RuleSet::parse(&json).context("nft's own JSON was not read")?;
    anyhow::ensure!(rule_set.unreadable.is_empty(), "unreadable: {:?}", rule_set.unreadable);
    same_in_text(&rule_set, ground)?;
    counts.most_rules = counts.most_rules.max(rule_set.rule_count());
    let filter = Filter::new(&rule_set);
    let predict = |flow: &Flow| predict(&filter, flow);
    verdicts::compare_all(text, ground, counts, &predict, &ground::tries())
}

/// What nft prints for people must be read as what it prints for programs.
fn same_in_text(rule_set: &RuleSet, ground: &Ground) -> Result<()> {
    let text = ground.listing("nft", &["-a", "list", "ruleset"])?;
    let read = parse_nft_text(&text).context("no table was found")??;
    for (ours, theirs) in read.tables.iter().zip(&rule_set.tables) {
        for (ours, theirs) in ours.chains.iter().zip(&theirs.chains) {
            anyhow::ensure!(ours.name == theirs.name, "{} {}", ours.name, theirs.name);
            for (ours, theirs) in ours.rules.iter().zip(&theirs.rules) {
                let statements = (uncounted(ours), uncounted(theirs));
                let handles = (ours.handle, theirs.handle);
                anyhow::ensure!(statements.0 == statements.1, "{statements:?}\n{text}");
                anyhow::ensure!(handles.0 == handles.1, "{handles:?}\n{text}");
            }
        }
        let count = |table: &Table| -> Vec<usize> {
            table.sets.iter().map(|set| set.elements.len()).collect()
        };
        anyhow::ensure!(count(ours) == count(theirs), "other elements in\n{text}");
    }
    anyhow::ensure!(read.rule_count() == rule_set.rule_count(), "other rules in\n{text}");
    Ok(())
}

/// The statements of a rule without what they have counted: late packets count on between two listings.
fn uncounted(rule: &Rule) -> Vec<Statement> {
    let plain = |statement: &Statement| match statement {
        Statement::Counter(Some(_)) => Statement::Counter(Some(Counter::default())),
        other => other.clone(),
    };
    rule.statements.iter().map(plain).collect()
}

/// Replaces the server's rule set.
fn load(ground: &Ground, text: &str) -> Result<()> {
    ground.feed("nft", &["-f", "-"], &format!("flush ruleset\n{text}"))
}

/// The server's rule set in JSON.
fn list(ground: &Ground) -> Result<String> {
    let text = ground.listing("nft", &["-j", "-a", "list", "ruleset"])?;
    // nft before 1.0.7 does not say the device of an ingress chain in JSON; here it is eth0.
    Ok(text.replace("\"hook\": \"ingress\",", "\"hook\": \"ingress\", \"dev\": \"eth0\","))
}

fn predict(filter: &Filter<'_>, flow: &Flow) -> FlowVerdict {
    let reply = flow.interface.clone().map(Reply::Via);
    let world = World { addresses: Some(ground::addresses()), reply };
    let is_local = |address| world.is_local(address) == Some(true);
    judge_flow(&|hook, packet| filter.judge(packet, hook, &world), &is_local, flow)
}
