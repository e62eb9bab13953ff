//! The hops of the way to the server, by datagrams that nobody has a reason to stop. Shared by the probes that ask how far
//! other packets get. It never records an answer.

use std::net::IpAddr;
use std::time::Duration;

use sshwhy_core::wire::icmp;
use sshwhy_core::wire::icmp::IcmpError;

use super::Situation;
use super::variation;
use crate::engine::scene::Scene;
use crate::sys::error_queue::Origin;
use crate::sys::error_queue::QueuedError;
use crate::sys::hop;

/// Hardly a way is longer.
pub(super) const MOST: u8 = 20;
/// Whoever answers at all does so in this time, and two round trips.
const PATIENCE: Duration = Duration::from_millis(700);

/// The hops that answer.
pub(super) struct Hops {
    /// The address of each, from the first on; the ones from the server on say nothing.
    pub(super) addresses: Vec<Option<IpAddr>>,
    /// The place of the server itself, from zero, where it answered.
    pub(super) server: Option<usize>,
}

/// How long an answer of a hop is waited for.
pub(super) fn patience(scene: &Scene) -> Duration {
    PATIENCE + 2 * scene.facts().round_trip.unwrap_or_default()
}

/// Whether somebody may stand on the way: the route has a gateway, and no proxy connects for us.
pub(super) fn are_there(situation: &Situation<'_>) -> bool {
    let facts = situation.facts;
    let has_gateway = facts.way.as_ref().is_some_and(|(to, way)| {
        Some(*to) == facts.address && way.split(' ').any(|word| word == "via")
    });
    has_gateway && variation::is_direct(situation)
}

/// Finds them; `None` when nothing can be sent.
pub(super) fn find(scene: &Scene) -> Option<Hops> {
    let server = scene.facts().address?.ip();
    let of_server = |error: &Option<QueuedError>| error.is_some_and(|e| e.sender == Some(server));
    let is_there = |errors: &[Option<QueuedError>]| {
        let at = errors.iter().position(of_server);
        at.is_some_and(|at| errors.iter().take(at).all(Option::is_some))
    };
    let errors = hop::trace(server, MOST, patience(scene), &scene.cancel, is_there).ok()?;
    let at = errors.iter().position(of_server);
    let addresses = errors.into_iter().map(|error| error.and_then(expired));
    Some(Hops { addresses: addresses.take(at.unwrap_or(usize::MAX)).collect(), server: at })
}

/// Who says that a life ended, if that is what an error says.
pub(super) fn expired(error: QueuedError) -> Option<IpAddr> {
    let meaning = match error.origin {
        Origin::Icmp => icmp::of_ipv4(error.kind, error.code),
        Origin::Icmp6 => icmp::of_ipv6(error.kind, error.code),
        Origin::Local => None,
    };
    error.sender.filter(|_| meaning == Some(IcmpError::TimeExceeded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_life_names_a_hop() {
        let router: IpAddr = [192, 0, 2, 1].into();
        let error = |origin, kind, code| QueuedError { origin, kind, code, sender: Some(router) };
        assert_eq!(expired(error(Origin::Icmp, 11, 0)), Some(router));
        assert_eq!(expired(error(Origin::Icmp6, 3, 0)), Some(router));
        assert_eq!(expired(error(Origin::Icmp, 3, 1)), None);
        assert_eq!(expired(error(Origin::Local, 11, 0)), None);
    }
}
