//! What the packet filters of this host do to the client's packets and to ours: nftables and iptables with both of its back
//! ends, judged together, because a packet must pass all of them.

mod iptables;
mod live;
mod nft;
mod words;

use std::cell::Cell;
use std::io::ErrorKind;
use std::net::IpAddr;

use sshwhy_core::evaluate::filter::RuleRef;
use sshwhy_core::evaluate::filter::Unknown;
use sshwhy_core::evaluate::filter::Verdict;
use sshwhy_core::evaluate::filter::flow::FlowVerdict;
use sshwhy_core::evaluate::filter::flow::Judge;
use sshwhy_core::evaluate::filter::flow::Outcome;
use sshwhy_core::evaluate::filter::flow::judge_flow;
use sshwhy_core::evaluate::filter::flow::place;
use sshwhy_core::evaluate::filter::flow::together;
use sshwhy_core::evaluate::filter::nft::Filter;
use sshwhy_core::evaluate::filter::nft::Reply;
use sshwhy_core::evaluate::filter::nft::World;
use sshwhy_core::evaluate::filter::shared::Mixed;
use sshwhy_core::evaluate::filter::shared::Shared;
use sshwhy_core::model::flow::Flow;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::ServerFilter;
use sshwhy_core::parse::ip_address;
use sshwhy_core::parse::iptables_save::parse_iptables_save;
use sshwhy_core::parse::nft::Family;
use sshwhy_core::parse::nft::RuleSet;

use super::Concerns;
use super::Look;
use super::host::Host;
use crate::sys::fib;

pub(super) static LOOK: Look = Look {
    name: "packet filter",
    doing: "judging the client's packets by the rules of nftables and iptables",
    concerns: Concerns::ThisClient,
    questions: &[Question::ServerFilter],
    run,
};

/// The host, and whether a part of its rules could not be read: then nothing is known to admit the client.
#[derive(Debug)]
struct Reader<'h> {
    host: &'h Host,
    has_gaps: Cell<bool>,
}

impl Reader<'_> {
    /// Says that a part of the rules is not known.
    fn open(&self, asked: &str, why: &str, what: &str) {
        self.has_gaps.set(true);
        self.host.not_assessed(format!("`{asked}`: {why}: a rule of {what} may stop the client"));
    }
}

fn run(host: &Host) {
    let reader = Reader { host, has_gaps: Cell::new(false) };
    let flow = canonical(&host.flow);
    let native = nft::read(&reader);
    let saved = iptables::read(&reader, flow.source.is_ipv6(), native.as_ref());
    let ways = ways(host, &flow);
    let asked = asked(&saved, native.is_some());
    let rules = Rules { flow, native: native.as_ref(), saved: &saved, ways };
    let mut judgement = judge(&reader, &rules, Mixed::ByIptables);
    if judgement.has_mixed && is_open(judgement.verdict.as_ref()) {
        let other = judge(&reader, &rules, Mixed::ByNft);
        if !is_open(other.verdict.as_ref()) {
            judgement = other;
        }
    }
    report(&reader, &rules.flow, &judgement, &asked);
}

/// All that was read.
struct Rules<'r> {
    flow: Flow,
    native: Option<&'r RuleSet>,
    saved: &'r [iptables::Saved],
    ways: World,
}

/// What all rules together do.
struct Judgement {
    /// `None` when it depends on which of two back ends comes first.
    verdict: Option<FlowVerdict>,
    /// Whether there is no rule at all.
    is_empty: bool,
    /// Whether rules of nft and of iptables stand in one chain.
    has_mixed: bool,
    /// What of the live state could not be read.
    missing: Vec<String>,
}

fn is_open(verdict: Option<&FlowVerdict>) -> bool {
    verdict.is_none_or(|verdict| matches!(verdict.outcome, Outcome::Depends(_)))
}

fn judge(reader: &Reader<'_>, rules: &Rules<'_>, mixed: Mixed) -> Judgement {
    let Rules { flow, native, saved, ways } = rules;
    let family = if flow.source.is_ipv6() { Family::Ip6 } else { Family::Ip };
    let mut dumps: Vec<_> = saved.iter().map(|saved| parse_iptables_save(&saved.text)).collect();
    let of_nft = saved.iter().position(|saved| saved.is_nft).and_then(|at| dumps.get_mut(at));
    let mut shared = Shared::default();
    if let (Some(native), Some(dump)) = (native, of_nft) {
        shared = Shared::new(native, family, dump, mixed);
        shared.prune(family, dump);
    }
    let (live, missing) = live::read(reader.host, flow, &dumps, ways);
    let filter = native.map(|native| nft::filter(native, &shared));
    if mixed == Mixed::ByIptables {
        saved.iter().zip(&dumps).for_each(|(saved, dump)| iptables::report(reader, saved, dump));
        filter.iter().for_each(|filter| nft::report(reader, filter));
    }
    let sets = iptables::rule_sets(saved, dumps);
    let judges = || -> Vec<Box<Judge<'_>>> {
        let sets = sets.iter().map(|set| -> Box<Judge<'_>> {
            Box::new(|hook, packet| set.judge(packet, hook, &live))
        });
        let filter = filter.iter().map(|filter| -> Box<Judge<'_>> {
            Box::new(|hook, packet| filter.judge(packet, hook, ways))
        });
        sets.chain(filter).collect()
    };
    Judgement {
        verdict: in_any_order(&judges, flow, ways),
        is_empty: filter.as_ref().is_none_or(Filter::is_empty) && sets.iter().all(|s| s.is_empty()),
        has_mixed: shared.has_mixed(),
        missing,
    }
}

/// What one back end writes (a mark, another receiver), another may read at the same hook, before or after it. `None` when
/// that makes a difference.
fn in_any_order<'j>(
    judges: &dyn Fn() -> Vec<Box<Judge<'j>>>,
    flow: &Flow,
    ways: &World,
) -> Option<FlowVerdict> {
    let is_local = |address| ways.is_local(address) != Some(false);
    let forwards = judges();
    let is_one = forwards.len() < 2;
    let verdict = judge_flow(&*together(forwards), &is_local, flow);
    if is_one {
        return Some(verdict);
    }
    let mut backwards = judges();
    backwards.reverse();
    let reversed = judge_flow(&*together(backwards), &is_local, flow);
    same(&verdict.outcome, &reversed.outcome).then_some(verdict)
}

/// With IPv4 addresses as such, also where they were given in the form for sockets of IPv6.
fn canonical(flow: &Flow) -> Flow {
    let (source, destination) = (flow.source.to_canonical(), flow.destination.to_canonical());
    Flow { source, destination, ..flow.clone() }
}

/// What was read, as one would type it.
fn asked(saved: &[iptables::Saved], has_nft: bool) -> String {
    let nft = has_nft.then(|| nft::ASKED.to_owned());
    let all: Vec<_> = nft.into_iter().chain(saved.iter().map(|s| s.program.to_owned())).collect();
    if all.is_empty() { "packet filters of the kernel".to_owned() } else { all.join("; ") }
}

/// Whether both come to the same for the client.
fn same(one: &Outcome, other: &Outcome) -> bool {
    match (one, other) {
        (Outcome::Admits(_), Outcome::Admits(_)) | (Outcome::Depends(_), Outcome::Depends(_)) => {
            true
        }
        (Outcome::Stops(one, _), Outcome::Stops(other, _)) => one == other,
        _ => false,
    }
}

/// The addresses of this host and its way back to the client.
fn ways(host: &Host, flow: &Flow) -> World {
    let shown = host.run("ip", &["-o", "address", "show"]).ok();
    let shown = shown.filter(|ran| ran.status.is_some_and(|status| status.success()));
    let addresses = shown.map(|ran| ip_address::parse(&String::from_utf8_lossy(&ran.stdout)));
    let reply = match fib::way(flow.source, None) {
        Ok(way) => way.interface.map(Reply::Via),
        Err(error) if error.kind() == ErrorKind::NetworkUnreachable => Some(Reply::Missing),
        Err(_) => None,
    };
    World { addresses, reply }
}

fn report(reader: &Reader<'_>, flow: &Flow, judgement: &Judgement, asked: &str) {
    let host = reader.host;
    let Some(verdict) = &judgement.verdict else {
        host.not_assessed(format!(
            "{asked}: rules of nftables and of iptables change the packet for each other: which come first was not judged"
        ));
        return;
    };
    match &verdict.outcome {
        Outcome::Admits(_) => admits(reader, verdict, judgement.is_empty, asked),
        Outcome::Stops(answer, stop) => {
            let rule = words::rule(host, &stop.rule);
            let mut text = format!("{rule} (on {})", verdict.moment.words());
            if let Some(Unknown { rule, why, .. }) = &verdict.before {
                text.push_str(&format!("; {} may stop it before that: {why}", place(rule)));
            }
            host.observe(*answer, place(&stop.rule), text);
        }
        Outcome::Depends(unknown) => {
            depends(host, flow, verdict, unknown);
            judgement.missing.iter().for_each(|words| host.not_assessed(words));
        }
    }
    if let Some((address, port)) = verdict.receiver
        && !matches!(verdict.outcome, Outcome::Stops(..))
    {
        sent_on(host, asked, address, port);
    }
}

/// What shows that the connection is admitted: the rule or policy, or that there is none. Where a part of the rules is not
/// known, a rule that admits is worth a word, but it is no answer.
fn admits(reader: &Reader<'_>, verdict: &FlowVerdict, is_empty: bool, asked: &str) {
    let host = reader.host;
    // An empty table `filter` has no say; that `nat` lets a packet pass would be an odd reason.
    let has_say =
        |rule: &&RuleRef| rule.tool == "nft" || rule.number.is_some() || rule.table == "filter";
    let by = verdict.admitted_by().filter(has_say);
    match (by.map(|rule| (place(rule), words::rule(host, rule))), reader.has_gaps.get()) {
        (Some((source, text)), false) => host.observe(ServerFilter::Admits, source, text),
        (Some((source, text)), true) => host.not_assessed(format!(
            "{source}: {text}: it admits the client, but not all rules could be read"
        )),
        (None, false) if is_empty => host.observe(ServerFilter::Admits, asked, "no rule"),
        (None, false) => host.observe(ServerFilter::Admits, asked, "no rule stops these packets"),
        (None, true) => {}
    }
}

fn depends(host: &Host, flow: &Flow, verdict: &FlowVerdict, unknown: &Unknown) {
    let Unknown { rule, why, if_matches, if_not } = unknown;
    let hint = match flow.source_port {
        None if why.contains("port") => " (give it with --from ADDRESS:PORT)",
        _ => "",
    };
    let text = format!(
        "{}: {why}{hint}; {}: {} if it matches, {} if not",
        words::rule(host, rule),
        verdict.moment.words(),
        end(if_matches),
        end(if_not)
    );
    if counts(if_matches) || counts(if_not) {
        host.observe(ServerFilter::MayCount, place(rule), text.as_str());
    }
    host.not_assessed(format!("{}: {text}", place(rule)));
}

/// Whether it is something that counts which may stop the packet.
fn counts(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Pass => false,
        Verdict::Stop(stop) => stop.counts,
        Verdict::Unknown(unknown) => counts(&unknown.if_matches) || counts(&unknown.if_not),
    }
}

fn sent_on(host: &Host, asked: &str, address: IpAddr, port: Option<u16>) {
    let port = port.map(|port| format!(" port {port}")).unwrap_or_default();
    host.not_assessed(format!(
        "{asked}: a rule sends the client on to {address}{port}: what answers there was not looked at"
    ));
}

/// What happens, in words.
fn end(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Pass => "passes".to_owned(),
        Verdict::Stop(stop) => format!("is stopped by {}", place(&stop.rule)),
        Verdict::Unknown(unknown) => format!("depends on {}", place(&unknown.rule)),
    }
}
