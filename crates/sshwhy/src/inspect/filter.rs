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
use sshwhy_core::evaluate::filter::nft::Reply;
use sshwhy_core::evaluate::filter::nft::World;
use sshwhy_core::evaluate::filter::shared::Shared;
use sshwhy_core::model::flow::Flow;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::ServerFilter;
use sshwhy_core::parse::ip_address;
use sshwhy_core::parse::iptables_save::parse_iptables_save;
use sshwhy_core::parse::nft::Family;

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
    let is_ipv6 = flow.source.is_ipv6();
    let family = if is_ipv6 { Family::Ip6 } else { Family::Ip };
    let native = nft::read(&reader);
    let saved = iptables::read(&reader, is_ipv6, native.as_ref());
    let mut dumps: Vec<_> = saved.iter().map(|saved| parse_iptables_save(&saved.text)).collect();
    for (saved, dump) in saved.iter().zip(&dumps) {
        iptables::report_damage(&reader, saved, dump);
    }
    let of_nft = saved.iter().position(|saved| saved.is_nft);
    let rule_set = native.as_ref();
    let shared = match (rule_set, of_nft.and_then(|at| dumps.get(at))) {
        (Some(rule_set), Some(dump)) => Shared::new(rule_set, family, dump),
        _ => Shared::default(),
    };
    if let Some(dump) = of_nft.filter(|_| rule_set.is_some()).and_then(|at| dumps.get_mut(at)) {
        shared.prune(family, dump);
    }
    let world = world(host, &flow);
    let live = live::read(host, &flow, &dumps, &world);
    let filter = rule_set.map(|rule_set| nft::filter(&reader, rule_set, &shared));
    let sets = iptables::rule_sets(&saved, dumps);
    let is_empty =
        filter.as_ref().is_none_or(|filter| filter.is_empty()) && sets.iter().all(|s| s.is_empty());
    let judges = || {
        let sets = sets.iter().map(|set| -> Box<Judge<'_>> {
            Box::new(|hook, packet| set.judge(packet, hook, &live))
        });
        let filter = filter.iter().map(|filter| -> Box<Judge<'_>> {
            Box::new(|hook, packet| filter.judge(packet, hook, &world))
        });
        sets.chain(filter)
    };
    let is_local = |address| world.is_local(address) != Some(false);
    let verdict = judge_flow(&*together(judges().collect()), &is_local, &flow);
    // What one writes (a mark, another receiver), another may read at the same hook before or after it.
    let backwards: Vec<_> = judges().collect::<Vec<_>>().into_iter().rev().collect();
    let reversed = judge_flow(&*together(backwards), &is_local, &flow);
    let asked = asked(&saved, rule_set.is_some());
    if same(&verdict.outcome, &reversed.outcome) {
        report(&reader, &flow, &verdict, is_empty, &asked);
    } else {
        host.not_assessed(format!(
            "{asked}: rules of nftables and of iptables change the packet for each other: which come first was not judged"
        ));
    }
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

/// What rules may ask of this host besides the packet.
fn world(host: &Host, flow: &Flow) -> World {
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

fn report(reader: &Reader<'_>, flow: &Flow, verdict: &FlowVerdict, is_empty: bool, asked: &str) {
    let host = reader.host;
    match &verdict.outcome {
        Outcome::Admits(_) => {
            let (source, text) = admitted(host, verdict, is_empty, asked);
            if reader.has_gaps.get() {
                host.not_assessed(format!(
                    "{source}: {text}: it admits the client, but not all rules could be read"
                ));
            } else {
                host.observe(ServerFilter::Admits, source, text);
            }
        }
        Outcome::Stops(answer, stop) => {
            let rule = words::rule(host, &stop.rule);
            let text = format!("{rule} (on {})", verdict.moment.words());
            host.observe(*answer, place(&stop.rule), text);
        }
        Outcome::Depends(unknown) => depends(host, flow, verdict, unknown),
    }
    if let Some((address, port)) = verdict.receiver {
        sent_on(host, asked, address, port);
    }
}

/// What shows that the connection is admitted: where, and the rule or policy.
fn admitted(host: &Host, verdict: &FlowVerdict, is_empty: bool, asked: &str) -> (String, String) {
    // An empty table `filter` has no say; that `nat` lets a packet pass would be an odd reason.
    let has_say =
        |rule: &&RuleRef| rule.tool == "nft" || rule.number.is_some() || rule.table == "filter";
    match verdict.admitted_by().filter(has_say) {
        Some(rule) => (place(rule), words::rule(host, rule)),
        None if is_empty => (asked.to_owned(), "no rule".to_owned()),
        None => (asked.to_owned(), "no rule stops these packets".to_owned()),
    }
}

fn depends(host: &Host, flow: &Flow, verdict: &FlowVerdict, unknown: &Unknown) {
    let Unknown { rule, why, if_matches, if_not } = unknown;
    let hint = match flow.source_port {
        None if why.contains("port") => " (give it with --from ADDRESS:PORT)",
        _ => "",
    };
    host.not_assessed(format!(
        "{}: {}: {why}{hint}; {}: {} if it matches, {} if not",
        place(rule),
        words::rule(host, rule),
        verdict.moment.words(),
        end(if_matches),
        end(if_not)
    ));
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
