//! Captures: the connection that tells most, and the sum of all.

use super::About;
use super::Paste;
use crate::evaluate::capture;
use crate::model::case::Case;
use crate::model::evidence::Observation;

pub(super) fn read(paste: &Paste<'_>, about: &About, case: &mut Case) {
    let told = capture::read(paste.bytes, about.from, about.connection);
    for shown in told.shown {
        let source = format!("{}: packet {}", paste.name, shown.packet);
        let observation = Observation { answer: shown.answer, source, at: 0.0, text: shown.text };
        case.observations.push(observation);
    }
    if let Some(exchange) = told.exchange {
        let target = &mut case.target;
        target.address = exchange.to.map(|to| to.ip());
        target.source = exchange.from.map(|from| from.ip());
        target.port = exchange.to.map_or(22, |to| to.port());
        target.host = target.address.map(|address| address.to_string()).unwrap_or_default();
        target.given.clone_from(&target.host);
        case.exchanges.push(exchange);
    }
    case.notes.extend(told.notes);
}
