//! Whether this host has a route to the address, and what it looks like. Sends nothing.

use std::io;
use std::net::SocketAddr;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::Route;

use super::Probe;
use super::Situation;
use super::proxy;
use crate::engine::scene::Scene;
use crate::sys::error_text;
use crate::sys::route;
use crate::sys::route::Way;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "route",
    doing: "asking for the route",
    questions: &[Question::Route],
    cost: Cost { seconds: 0.01, connections: 0, risk: 0.0 },
    ready,
    run,
};

fn ready(situation: &Situation<'_>) -> bool {
    !proxy::is_used(situation.facts) && !situation.facts.addresses.is_empty()
}

fn run(scene: &Scene) {
    let facts = scene.facts();
    let source = facts.config.bind_address.as_ref().and_then(|a| a.parse().ok());
    let mut trouble = None;
    // ssh tries the next address when one has no route, so one route is enough.
    for address in facts.addresses {
        match route::to(address, source) {
            Ok(way) => {
                scene.learn(|f| {
                    f.source = f.source.or(way.source);
                    f.way = Some((address, words(&way)));
                });
                scene.observe(Route::Exists, describe(address, &way));
                return;
            }
            Err(error) => trouble = trouble.or(answer(address, &error)),
        }
    }
    if let Some((answer, text)) = trouble {
        scene.observe(answer, text);
    }
}

/// What an error of connect(2) says of the route; `None` when it says nothing of it.
fn answer(address: SocketAddr, error: &io::Error) -> Option<(Route, String)> {
    let answer = match error.raw_os_error()? {
        libc::ENETUNREACH => Route::Missing,
        libc::EACCES => Route::Prohibited,
        libc::EHOSTUNREACH => Route::Unreachable,
        // A link-local address without its interface is invalid too.
        libc::EINVAL if !needs_scope(address) => Route::BlackHole,
        _ => return None,
    };
    Some((answer, format!("connect to {}: {}", address.ip(), error_text::of(error))))
}

fn needs_scope(address: SocketAddr) -> bool {
    matches!(address, SocketAddr::V6(v6) if v6.ip().is_unicast_link_local() && v6.scope_id() == 0)
}

/// The route as the words of ip-route(8) that a new one begins with.
fn words(way: &Way) -> String {
    let gateway = way.gateway.map(|gateway| format!("via {gateway}"));
    let interface = way.interface.as_ref().map(|interface| format!("dev {interface}"));
    gateway.into_iter().chain(interface).collect::<Vec<_>>().join(" ")
}

fn describe(address: SocketAddr, way: &Way) -> String {
    let mut text = format!("{} {}", address.ip(), words(way));
    if let Some(source) = way.source {
        text += &format!(" src {}", source.ip());
    }
    if let Some(mtu) = way.mtu {
        text += &format!(" mtu {mtu}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_kind_of_route() {
        let check = |address: &str, code, expected: Option<Route>| {
            let error = io::Error::from_raw_os_error(code);
            let got = answer(address.parse().unwrap(), &error).map(|(a, _)| a);
            assert_eq!(got, expected, "{address} {error}");
        };
        check("10.0.0.1:22", libc::ENETUNREACH, Some(Route::Missing));
        check("10.0.0.1:22", libc::EACCES, Some(Route::Prohibited));
        check("10.0.0.1:22", libc::EHOSTUNREACH, Some(Route::Unreachable));
        check("10.0.0.1:22", libc::EINVAL, Some(Route::BlackHole));
        check("[fe80::1]:22", libc::EINVAL, None);
        check("[fe80::1%2]:22", libc::EINVAL, Some(Route::BlackHole));
        check("[2a00::1]:22", libc::EAFNOSUPPORT, None);
    }

    #[test]
    fn a_way_reads_like_ip_route() {
        let way = Way {
            source: Some(([10, 0, 0, 2], 0).into()),
            mtu: Some(1400),
            interface: Some("tun0".to_owned()),
            gateway: Some([10, 0, 0, 1].into()),
        };
        let text = describe(SocketAddr::from(([10, 9, 0, 1], 22)), &way);
        assert_eq!(text, "10.9.0.1 via 10.0.0.1 dev tun0 src 10.0.0.2 mtu 1400");
    }
}
