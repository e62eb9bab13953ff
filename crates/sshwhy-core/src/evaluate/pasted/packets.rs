//! Captures: the connection that tells most, and the sum of all.

use std::net::IpAddr;

use super::About;
use super::sorted::Sorted;
use crate::evaluate::capture;
use crate::evaluate::capture::Told;
use crate::model::case::Case;
use crate::model::evidence::Observation;

/// Packets that tcpdump or tshark printed.
pub(super) fn read_text(sorted: &Sorted<'_>, about: &About, case: &mut Case) {
    let lines = sorted.lines.iter().map(|line| (line.number, &*line.text));
    if let Some(told) = capture::read_text(lines, &about.asked()) {
        tell(sorted.name, "line", told, case);
    }
}

/// What a capture says; `unit` is what its packets are counted by.
pub(super) fn tell(name: &str, unit: &str, told: Told, case: &mut Case) {
    for shown in told.shown {
        let source = format!("{name}: {unit} {}", shown.packet);
        let observation =
            Observation { answer: shown.answer, source, at: 0.0, text: shown.text.into_owned() };
        case.observations.push(observation);
    }
    if let Some(exchange) = told.exchange {
        let target = &mut case.target;
        // Network 0 stands for a name whose address was not printed.
        let is_address =
            |address: &IpAddr| !matches!(address, IpAddr::V4(v4) if v4.octets()[0] == 0);
        target.address = exchange.to.map(|to| to.ip()).filter(is_address);
        target.source = exchange.from.map(|from| from.ip()).filter(is_address);
        target.port = exchange.to.map_or(22, |to| to.port());
        target.host = target.address.map(|address| address.to_string()).unwrap_or_default();
        target.given.clone_from(&target.host);
        case.exchanges.push(exchange);
    }
    case.notes.extend(told.notes);
}
