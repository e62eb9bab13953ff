//! How large the packets are that the path carries, in both directions and to the byte. ICMP is not asked: where this
//! matters, nobody sends it.

use std::net::SocketAddr;
use std::time::Duration;

use sshwhy_core::evaluate::path_mtu;
use sshwhy_core::evaluate::path_mtu::Search;
use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::path_mtu::Limit;
use sshwhy_core::model::path_mtu::PathMtu;
use sshwhy_core::model::question::LargePackets;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SmallSegments;
use sshwhy_core::model::stage::Stage;

use super::Probe;
use super::Situation;
use super::attempt::Attempt;
use super::attempt::Opened;
use super::attempt::flight;
use super::small_segments::SEGMENT;
use super::variation;
use super::variation::HowFar;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "path-mtu",
    doing: "measuring how large packets may be",
    questions: &[Question::LargePackets],
    cost: Cost { seconds: 3.0, connections: 1, risk: 0.0 },
    ready,
    run,
};

/// In this time, beyond what a reply takes, what was lost by chance is sent again: 200 ms is the least that Linux waits
/// (`TCP_RTO_MIN`).
const PATIENCE: Duration = Duration::from_millis(350);
/// A try that broke before anything large was sent says nothing, and is made again.
const TRIES: usize = 2;

fn ready(situation: &Situation<'_>) -> bool {
    variation::is_direct(situation) && situation.evidence.holds(SmallSegments::Helps)
}

fn run(scene: &Scene) {
    let Some((path, to_server)) = own_limit(scene) else { return };
    let from_server = path.limit_of_server(scene, to_server);
    let measured = PathMtu { to_server: Some(to_server), from_server };
    scene.learn(|facts| facts.measured.path_mtu = Some(measured));
    if measured.usable().is_some() {
        scene.observe(LargePackets::Lost, path_mtu::words(&measured));
    }
}

/// How packets on the path are made up.
#[derive(Clone, Copy)]
struct Path {
    /// The bytes of IP and TCP before the payload.
    headers: u32,
    /// Without the options of TCP, which a maximum segment size does not count (RFC 6691).
    bare: u32,
    /// The largest packet that either end would send.
    largest: u32,
}

impl Path {
    fn of(attempt: &Attempt<'_>, address: SocketAddr) -> Option<Self> {
        let (payload, headers) = attempt.largest_segment()?;
        let bare = if address.is_ipv6() { 60 } else { 40 };
        Some(Self { headers, bare, largest: payload + headers })
    }

    /// All sizes from the one that is known to pass.
    fn search(&self) -> Search {
        Search::new(SEGMENT + self.bare, self.largest + 1)
    }

    /// What was found; no limit where even the largest passes.
    fn limit(&self, search: &Search) -> Limit {
        let Limit { passes, vanishes } = search.limit();
        let vanishes = vanishes.map(|size| size.min(self.largest));
        Limit { passes, vanishes: vanishes.filter(|size| *size > passes) }
    }

    /// How large the server's packets may be: one size a connection, by the maximum segment size that we announce.
    fn limit_of_server(&self, scene: &Scene, to_server: Limit) -> Option<Limit> {
        let mut search = self.search();
        search.saw(scene.facts().largest_segment + self.headers, true);
        if to_server.vanishes.is_some() {
            // Nothing is known of this direction yet. Often it has no limit; if it has, mostly the same.
            let passed = self.passes(scene, to_server, self.largest)?;
            search.saw(self.largest, passed);
            search = search.expecting(to_server.passes);
        }
        while let [size] = search.next(1)[..] {
            let Some(passed) = self.passes(scene, to_server, size) else { break };
            search.saw(size, passed);
        }
        let limit = self.limit(&search);
        if limit.vanishes.is_some() {
            return Some(limit);
        }
        // A server that has little to say leaves the larger sizes untried.
        let passes = scene.facts().largest_segment + self.headers;
        Some(Limit { passes: passes.max(SEGMENT + self.bare), vanishes: None })
    }

    /// Whether the server's packets of this size arrive, ours being small enough; `None` without leave to try.
    fn passes(&self, scene: &Scene, to_server: Limit, size: u32) -> Option<bool> {
        let facts = scene.facts();
        let reply = 2 * facts.reply_time.unwrap_or_default();
        for _ in 0..TRIES {
            let mut manner = variation::manner(scene);
            manner.options.max_segment = Some(size - self.bare);
            manner.piece = Some((to_server.passes - self.headers) as usize);
            manner.kex = PATIENCE + 2 * facts.round_trip.unwrap_or_default() + reply;
            match variation::how_far(scene, manner, Stage::KeyExchange) {
                HowFar::Passed => return Some(true),
                HowFar::BrokeAt(Stage::KexInit | Stage::KeyExchange) => return Some(false),
                HowFar::BrokeAt(_) => {}
                HowFar::NotTried => return None,
            }
        }
        None
    }
}

/// How large our packets may be: several sizes at once on each connection.
fn own_limit(scene: &Scene) -> Option<(Path, Limit)> {
    let address = scene.facts().address?;
    let mut found: Option<(Path, Search)> = None;
    let mut failed = 0;
    while failed < TRIES {
        let mut attempt = Attempt::new(scene, variation::manner(scene));
        match attempt.open(address) {
            Opened::Yes => {}
            Opened::No(_) => {
                failed += 1;
                continue;
            }
            Opened::NoProgram(_) | Opened::NotTried => break,
        }
        let path = Path::of(&attempt, address)?;
        // Mostly it is only one direction that has a limit.
        let (path, search) =
            found.get_or_insert_with(|| (path, path.search().expecting(path.largest)));
        let sizes = search.next(flight::MOST);
        let payloads: Vec<u32> = sizes.iter().map(|size| size - path.headers).collect();
        match attempt.segments(&payloads) {
            Some(arrived) => {
                sizes.iter().enumerate().for_each(|(i, size)| search.saw(*size, i < arrived));
            }
            None => failed += 1,
        }
        attempt.leave();
        scene.exchanged(attempt.exchange);
        if search.next(1).is_empty() {
            break;
        }
    }
    let (path, search) = found?;
    Some((path, path.limit(&search)))
}
