//! The rules of iptables, of both of its back ends: those that it keeps in nf_tables, and the older ones in tables of its own.
//! Both filter at the same time, and an accept of one does not save a packet from the other.

use std::collections::HashSet;
use std::io;
use std::io::ErrorKind;

use sshwhy_core::evaluate::filter::iptables::RuleSet;
use sshwhy_core::evaluate::filter::shared;
use sshwhy_core::parse::iptables_save::Dump;
use sshwhy_core::parse::nft::Family;
use sshwhy_core::parse::nft::RuleSet as Native;

use super::Reader;
use crate::inspect::host::Host;
use crate::sys::nf_tables;
use crate::sys::process::Ran;

/// Most lines of a dump that are named because they were not understood.
const MAX_PROBLEMS: usize = 5;

/// What one back end printed.
#[derive(Debug)]
pub(super) struct Saved {
    /// The program with which a person finds the rules: `iptables`, `ip6tables-legacy`.
    pub(super) tool: &'static str,
    /// What printed them.
    pub(super) program: &'static str,
    /// Whether they are kept in nf_tables, so that nft shows them as well.
    pub(super) is_nft: bool,
    /// The rules with their counters.
    pub(super) text: String,
}

/// The programs of one version of IP: of the back end that `iptables` stands for, and of both by name.
struct Names {
    default: &'static str,
    default_save: &'static str,
    nft: &'static str,
    nft_save: &'static str,
    legacy: &'static str,
    legacy_save: &'static str,
    /// Where the kernel lists the tables of the older back end.
    legacy_tables: &'static str,
}

const V4: Names = Names {
    default: "iptables",
    default_save: "iptables-save",
    nft: "iptables-nft",
    nft_save: "iptables-nft-save",
    legacy: "iptables-legacy",
    legacy_save: "iptables-legacy-save",
    legacy_tables: "/proc/net/ip_tables_names",
};

const V6: Names = Names {
    default: "ip6tables",
    default_save: "ip6tables-save",
    nft: "ip6tables-nft",
    nft_save: "ip6tables-nft-save",
    legacy: "ip6tables-legacy",
    legacy_save: "ip6tables-legacy-save",
    legacy_tables: "/proc/net/ip6_tables_names",
};

/// Reads them for one version of IP. `native` is what nft showed, if it did. Says what is left open.
pub(super) fn read(reader: &Reader<'_>, is_ipv6: bool, native: Option<&Native>) -> Vec<Saved> {
    let names = if is_ipv6 { &V6 } else { &V4 };
    let in_nf_tables = kept_in_nf_tables(reader.host, is_ipv6, native);
    let legacy = legacy_tables(reader, names);
    if !in_nf_tables && legacy.is_none() {
        return Vec::new();
    }
    let default_is_nft = default_is_nft(reader.host, names);
    let newer = in_nf_tables.then(|| newer(reader, names, default_is_nft, native.is_some()));
    let older = legacy.map(|tables| older(reader, names, default_is_nft, &tables));
    [newer, older].into_iter().flatten().flatten().collect()
}

/// Whether nf_tables holds a table that is named as one of iptables is.
fn kept_in_nf_tables(host: &Host, is_ipv6: bool, native: Option<&Native>) -> bool {
    let family = if is_ipv6 { Family::Ip6 } else { Family::Ip };
    match native {
        Some(native) => shared::may_be_in(native, family),
        None if host.is_root => nf_tables::tables()
            .unwrap_or_default()
            .iter()
            .any(|table| table.is_ip(is_ipv6) && shared::TABLES.contains(&table.name.as_str())),
        None => false,
    }
}

/// The tables of the older back end; a kernel without it has no such file. Asking the program would make it load them.
fn legacy_tables(reader: &Reader<'_>, names: &Names) -> Option<String> {
    let file = names.legacy_tables;
    match reader.host.read(file) {
        Ok(text) => {
            let tables = text.split_whitespace().collect::<Vec<_>>().join(", ");
            Some(tables).filter(|tables| !tables.is_empty())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => {
            open(reader, file, &error.to_string());
            None
        }
    }
}

/// Whether the program `iptables` works on nf_tables; `None` when it is not installed. It says so itself; before release 1.8
/// there was only the older back end.
fn default_is_nft(host: &Host, names: &Names) -> Option<bool> {
    let ran = host.run(names.default, &["-V"]).ok()?;
    Some(String::from_utf8_lossy(&ran.stdout).contains("nf_tables"))
}

fn newer(
    reader: &Reader<'_>,
    names: &Names,
    default_is_nft: Option<bool>,
    has_native: bool,
) -> Option<Saved> {
    let tool = if default_is_nft == Some(true) { names.default } else { names.nft };
    let default = (default_is_nft == Some(true)).then_some(names.default_save);
    let found = save(reader.host, names.nft_save, default);
    let Some((program, ran)) = found else {
        // What nft shows of these tables is judged as far as it goes.
        if !has_native {
            open(reader, names.nft_save, "it is not installed, and nft shows no rules");
        }
        return None;
    };
    let text = said(reader, program, ran)?;
    if !has_native && text.contains("incompatible") {
        open(reader, program, "it cannot show a table that holds rules of nft's own");
    }
    Some(Saved { tool, program, is_nft: true, text })
}

fn older(
    reader: &Reader<'_>,
    names: &Names,
    default_is_nft: Option<bool>,
    tables: &str,
) -> Option<Saved> {
    let tool = if default_is_nft == Some(false) { names.default } else { names.legacy };
    let default = (default_is_nft == Some(false)).then_some(names.default_save);
    let Some((program, ran)) = save(reader.host, names.legacy_save, default) else {
        let why = format!("it is not installed, but the kernel has tables of it ({tables})");
        open(reader, names.legacy_save, &why);
        return None;
    };
    let text = said(reader, program, ran)?;
    Some(Saved { tool, program, is_nft: false, text })
}

/// Runs the program of this name, or the other where there is none. `None` when neither is installed.
fn save(
    host: &Host,
    program: &'static str,
    other: Option<&'static str>,
) -> Option<(&'static str, io::Result<Ran>)> {
    [Some(program), other].into_iter().flatten().find_map(|program| {
        match host.run_listing(program, &["-c"]) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            ran => Some((program, ran)),
        }
    })
}

fn said(reader: &Reader<'_>, program: &str, ran: io::Result<Ran>) -> Option<String> {
    let why = match ran {
        Ok(ran) if ran.status.is_some_and(|status| status.success()) => {
            return Some(String::from_utf8_lossy(&ran.stdout).into_owned());
        }
        Ok(ran) => {
            let said = String::from_utf8_lossy(&ran.stderr);
            said.lines().next().unwrap_or("it did not end in time").to_owned()
        }
        Err(error) => error.to_string(),
    };
    open(reader, program, &why);
    None
}

/// Says what of a dump was not understood. A rule that was understood in part is judged by that part.
pub(super) fn report(reader: &Reader<'_>, saved: &Saved, dump: &Dump<'_>) {
    let chains = dump.tables.iter().flat_map(|table| &table.chains);
    let rules: HashSet<u32> = if dump.problems.is_empty() {
        HashSet::new()
    } else {
        chains.flat_map(|chain| &chain.rules).map(|rule| rule.line).collect()
    };
    let lost: Vec<_> = dump.problems.iter().filter(|p| !rules.contains(&p.line)).collect();
    for problem in lost.iter().take(MAX_PROBLEMS) {
        open(reader, saved.program, &format!("line {}: {}", problem.line, problem.what));
    }
    if let Some(more) = lost.len().checked_sub(MAX_PROBLEMS).filter(|more| *more > 0) {
        open(reader, saved.program, &format!("{more} more lines were not understood"));
    }
    for table in dump.tables.iter().filter(|table| !table.complete) {
        open(reader, saved.program, &format!("the table {} is cut off", table.name));
    }
}

/// Makes dumps ready to judge.
pub(super) fn rule_sets<'a>(saved: &[Saved], dumps: Vec<Dump<'a>>) -> Vec<RuleSet<'a>> {
    saved.iter().zip(dumps).map(|(saved, dump)| RuleSet::new(saved.tool, dump)).collect()
}

fn open(reader: &Reader<'_>, asked: &str, why: &str) {
    reader.open(asked, why, "iptables");
}
