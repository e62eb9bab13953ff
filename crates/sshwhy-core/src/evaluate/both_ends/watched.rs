//! What the server's kernel did with the connections that were opened here.
//!
//! They are found by both their ends. Behind NAT the server sees another address; most kinds keep the port, by which the
//! connections of one run are told from those of others.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::net::SocketAddr;

use crate::evaluate::watch::Happening;
use crate::evaluate::watch::NOT_WATCHED;
use crate::model::case::Case;
use crate::model::evidence::Actor;
use crate::model::evidence::Event;
use crate::model::evidence::Exchange;
use crate::model::evidence::Observation;

/// A story is told this far.
const MAX_STEPS: usize = 12;

/// Adds what was watched on the server to the case; returns our address as the server sees it.
pub fn join(case: &mut Case, happenings: &[Happening]) -> Option<IpAddr> {
    if happenings.is_empty() {
        return None;
    }
    let is_partial = |h: &&Happening| h.what.starts_with(NOT_WATCHED);
    let partial = happenings.iter().filter(is_partial);
    case.not_assessed.extend(partial.map(|h| format!("on the server, {}", h.what)));

    let mut connections: BTreeMap<SocketAddr, Vec<&Happening>> = BTreeMap::new();
    for happening in happenings {
        if let Some(client) = happening.client {
            connections.entry(client).or_default().push(happening);
        }
    }
    let ours: BTreeSet<SocketAddr> = case.exchanges.iter().filter_map(|e| e.from).collect();
    let Some(address) = seen_as(&ours, connections.keys()) else {
        let is_whole = !happenings.iter().any(|h| is_partial(&h));
        let knows_us = connections.keys().any(|client| Some(client.ip()) == case.target.source);
        if is_whole && !knows_us && case.connections > 0 {
            case.notes.push(format!(
                "watched on the server: its TCP met none of the {} connections that were tried here",
                case.connections
            ));
        }
        return None;
    };
    if case.target.source.is_some_and(|own| own != address) {
        case.notes
            .push(format!("the server sees this client as {address}: there is NAT on the way"));
        case.target.source = Some(address);
    }
    let of_us = connections.iter().filter(|(client, _)| client.ip() == address);
    case.notes.extend(stories(of_us.clone()));
    // A reset that comes in there may well be our own; one that came in here too was sent by somebody.
    let was_reset: BTreeSet<u16> = case.exchanges.iter().filter_map(port_if_reset).collect();
    let ends = of_us.filter(|(client, _)| was_reset.contains(&client.port()));
    let ends = ends.flat_map(|(_, steps)| steps).filter(|h| h.ended_by.is_some());
    let last = ends.max_by(|a, b| a.at.total_cmp(&b.at)).and_then(|end| observation(end));
    if let Some(observation) = last {
        case.observations.push(observation);
    }
    Some(address)
}

/// Our address at the server: the one from which our ports come.
fn seen_as<'c>(
    ours: &BTreeSet<SocketAddr>,
    clients: impl Iterator<Item = &'c SocketAddr> + Clone,
) -> Option<IpAddr> {
    if let Some(same) = clients.clone().find(|client| ours.contains(client)) {
        return Some(same.ip());
    }
    let ports: BTreeSet<u16> = ours.iter().map(SocketAddr::port).collect();
    let like_ours = clients.filter(|client| ports.contains(&client.port()));
    let addresses: BTreeSet<IpAddr> = like_ours.map(SocketAddr::ip).collect();
    // Two with a port of ours: one of them is somebody else.
    addresses.first().copied().filter(|_| addresses.len() == 1)
}

fn port_if_reset(exchange: &Exchange) -> Option<u16> {
    let is_reset = |event: &Event| event.actor == Actor::Peer && event.what == "RST";
    exchange.events.iter().any(is_reset).then_some(exchange.from?.port())
}

/// What befell our connections; those that fared alike are told once.
fn stories<'h>(
    connections: impl Iterator<Item = (&'h SocketAddr, &'h Vec<&'h Happening>)>,
) -> Vec<String> {
    let mut kinds: Vec<(Vec<&str>, SocketAddr, String, usize)> = Vec::new();
    for (client, steps) in connections {
        let words: Vec<&str> = steps.iter().take(MAX_STEPS).map(|s| s.what.as_str()).collect();
        let kind: Vec<&str> =
            words.iter().map(|w| w.split_once(", after").map_or(*w, |w| w.0)).collect();
        match kinds.iter_mut().find(|(own, ..)| *own == kind) {
            Some((.., count)) => *count += 1,
            None => kinds.push((kind, *client, words.join("; "), 1)),
        }
    }
    let told = kinds.into_iter().map(|(_, client, story, count)| {
        let others = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
        format!("watched on the server: {client}{others}: {story}")
    });
    told.collect()
}

fn observation(end: &Happening) -> Option<Observation> {
    Some(Observation {
        answer: end.ended_by?.into(),
        source: "kernel trace on the server".to_owned(),
        at: 0.0,
        text: end.line(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::question::EndSentBy;

    fn case(own: &[&str]) -> Case {
        let text = r#"{"schema":"sshwhy/case/1","target":{"given":"box","host":"box","port":22,
            "user":"","hops":[],"source":"192.0.2.7"},"seconds":0,"connections":1,
            "observations":[]}"#;
        let mut case = Case::from_json(text).unwrap();
        let event = Event { at: 0.0, actor: Actor::Peer, what: "RST".to_owned() };
        let exchange = |from: &&str| Exchange {
            from: from.parse().ok(),
            events: vec![event.clone()],
            ..Exchange::default()
        };
        case.exchanges = own.iter().map(exchange).collect();
        case
    }

    fn reset(client: &str) -> Vec<Happening> {
        let client = client.parse().unwrap();
        let end = Happening::of(client, "this host sends a reset");
        let ended_by = Some(EndSentBy::Server);
        vec![Happening::of(client, "a SYN is answered"), Happening { ended_by, ..end }]
    }

    #[test]
    fn connections_are_joined_by_both_ends() {
        let mut case = case(&["192.0.2.7:50000"]);
        let mut happenings = reset("192.0.2.7:50000");
        happenings.extend(reset("198.51.100.1:50000"));
        assert_eq!(join(&mut case, &happenings), "192.0.2.7".parse().ok());
        assert!(case.observations.holds(EndSentBy::Server));
        assert_eq!(case.notes.len(), 1, "{:?}", case.notes);
    }

    #[test]
    fn a_reset_that_did_not_come_in_here_was_our_own() {
        let mut case = case(&["192.0.2.7:50000"]);
        case.exchanges[0].events.clear();
        join(&mut case, &reset("192.0.2.7:50000"));
        assert!(case.observations.observations().is_empty());
    }

    #[test]
    fn behind_nat_the_port_tells() {
        let mut case = case(&["192.0.2.7:50000"]);
        assert_eq!(join(&mut case, &reset("203.0.113.9:50000")), "203.0.113.9".parse().ok());
        assert!(case.notes.first().unwrap().contains("NAT"));
        assert_eq!(case.target.source, "203.0.113.9".parse().ok());
    }

    #[test]
    fn others_say_nothing_about_us() {
        let mut case = case(&["192.0.2.7:50000"]);
        assert_eq!(join(&mut case, &reset("203.0.113.9:1234")), None);
        assert!(case.observations.observations().is_empty());
        assert!(case.notes.first().unwrap().contains("none of the 1 connections"));
    }

    #[test]
    fn what_was_not_watched_is_not_said_to_be_missing() {
        let mut case = case(&["192.0.2.7:50000"]);
        let words = format!("{NOT_WATCHED}the kernel's trace of events");
        assert_eq!(join(&mut case, &[Happening::of_nobody(words)]), None);
        assert!(case.notes.is_empty() && case.not_assessed.len() == 1);
    }
}
