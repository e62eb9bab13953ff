//! How fast a big rule set is read and judged, beside nft itself on the same rules in the same run.

use std::fmt::{self, Write};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sshwhy_core::evaluate::filter::nft::{Filter, World};
use sshwhy_core::evaluate::filter::{Hook, Packet};
use sshwhy_core::model::flow::Flow;
use sshwhy_core::parse::nft::RuleSet;

use crate::differential::ground::run;
use crate::differential::random::Random;
use crate::sys;

/// What was measured.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// How many rules.
    pub rules: usize,
    /// How many elements its biggest set has.
    pub elements: usize,
    /// The size of nft's JSON, bytes.
    pub json: usize,
    /// `nft -c -f`: what nft needs to check the same rules, without loading them.
    pub check: Duration,
    /// `nft -j -a list ruleset`: what nft needs to print them.
    pub list: Duration,
    /// Reading the JSON.
    pub parse: Duration,
    /// Making it ready to be judged.
    pub compile: Duration,
    /// The first verdict.
    pub first: Duration,
    /// Each further verdict.
    pub later: Duration,
    /// How much more memory the process has used at its peak for all of that but the JSON itself, KiB.
    pub memory: u64,
}

impl Numbers {
    /// From the JSON to the first verdict.
    #[must_use]
    pub fn ours(&self) -> Duration {
        self.parse + self.compile + self.first
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} rules, {} elements, {} KiB of JSON: nft -c {:.0?}, nft -j list {:.0?}; parse {:.0?} + compile {:.0?} + first \
             verdict {:.0?} = {:.0?} ({:.1} times as fast as nft -c); later verdicts {:.2?}; {} KiB of memory",
            self.rules,
            self.elements,
            self.json / 1024,
            self.check,
            self.list,
            self.parse,
            self.compile,
            self.first,
            self.ours(),
            self.check.as_secs_f64() / self.ours().as_secs_f64().max(1e-9),
            self.later,
            self.memory
        )
    }
}

/// Measures with so many rules, and a set of so many elements.
///
/// # Errors
///
/// When a namespace is refused or nft fails.
pub fn bench(rules: usize, elements: usize) -> Result<Numbers> {
    let thread = std::thread::spawn(move || measure(rules, elements));
    thread.join().unwrap_or_else(|_| anyhow::bail!("the bench ended early"))
}

fn measure(rules: usize, elements: usize) -> Result<Numbers> {
    let _network = sys::new_network()?;
    let file = tempfile(&text(rules, elements))?;
    let path = file.0.to_string_lossy().into_owned();
    let start = Instant::now();
    run("nft", &["-c", "-f", &path])?;
    let check = start.elapsed();
    run("nft", &["-f", &path])?;
    let start = Instant::now();
    let json = run("nft", &["-j", "-a", "list", "ruleset"])?;
    let list = start.elapsed();

    let before = peak();
    let start = Instant::now();
    let rule_set = RuleSet::parse(&json)?;
    let parse = start.elapsed();
    let start = Instant::now();
    let filter = Filter::new(&rule_set);
    let compile = start.elapsed();
    let flow = |source: IpAddr| -> Result<Packet> {
        Ok(Packet::syn(&Flow {
            source,
            source_port: Some(40_000),
            destination: "10.9.0.1".parse()?,
            port: 22,
            interface: Some("eth0".to_owned()),
        }))
    };
    let packet = flow("192.0.2.200".parse()?)?;
    let world = World::default();
    let start = Instant::now();
    std::hint::black_box(filter.judge(&packet, Hook::Input, &world));
    let first = start.elapsed();
    let memory = peak().saturating_sub(before);
    let packets: Result<Vec<_>> = (0..1000_u32)
        .map(|i| flow(IpAddr::from((0x0b00_0000 + i * 65_521).to_be_bytes())))
        .collect();
    let packets = packets?;
    let start = Instant::now();
    for packet in &packets {
        std::hint::black_box(filter.judge(packet, Hook::Input, &world));
    }
    let later = start.elapsed() / 1000;
    let elements = rule_set.tables.iter().flat_map(|t| &t.sets).map(|s| s.elements.len()).max();
    Ok(Numbers {
        rules: rule_set.rule_count(),
        elements: elements.unwrap_or_default(),
        json: json.len(),
        check,
        list,
        parse,
        compile,
        first,
        later,
        memory,
    })
}

/// A list of addresses with a rule each, a set, and the filter of a host.
fn text(rules: usize, elements: usize) -> String {
    let mut random = Random::new(7);
    let mut text = String::from("table inet filter {\n");
    if elements > 0 {
        text.push_str(" set banned { type ipv4_addr; elements = {\n");
        for i in 0..elements {
            let i = u32::try_from(i).unwrap_or_default();
            let _ = writeln!(text, "{},", std::net::Ipv4Addr::from(0x1e00_0000 + i * 3));
        }
        text.push_str(" } }\n");
    }
    text.push_str(" chain input { type filter hook input priority 0; policy drop;\n");
    text.push_str("  ct state established,related accept\n  iif lo accept\n");
    if elements > 0 {
        text.push_str("  ip saddr @banned drop\n");
    }
    for i in 0..rules {
        let i = u32::try_from(i).unwrap_or_default();
        let address = std::net::Ipv4Addr::from(0x0b00_0000 + i * 257);
        let _ = match random.below(4) {
            0 => writeln!(text, "  ip saddr {address} counter drop"),
            1 => writeln!(text, "  ip saddr {address} tcp dport 22 reject"),
            2 => writeln!(text, "  ip saddr {address}/30 drop"),
            _ => writeln!(text, "  ip saddr {address} tcp dport {{ 22, 2222 }} drop"),
        };
    }
    text.push_str("  tcp dport 22 accept\n }\n}\n");
    text
}

struct TempFile(std::path::PathBuf);

impl Drop for TempFile {
    fn drop(&mut self) {
        // A file in the temporary folder that stays does no harm.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn tempfile(text: &str) -> Result<TempFile> {
    let name = format!("sshwhy-bench-{}.nft", std::process::id());
    let file = TempFile(std::env::temp_dir().join(name));
    std::fs::write(&file.0, text).context("failed to write the rules")?;
    Ok(file)
}

/// The most memory that this process has used, KiB (proc_pid_status(5)).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
