//! On the server: every look is taken, for one client.

pub mod live;
mod who;

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::case;
use sshwhy_core::model::case::Case;
use sshwhy_core::model::case::View;
use sshwhy_core::model::flow::Flow;
use sshwhy_core::model::measured::Measured;
use sshwhy_core::model::target::Target;

pub use self::who::Suspect;
pub use self::who::suspects;
use super::facts::Facts;
use super::run::Run;
use crate::inspect::Concerns;
use crate::inspect::LOOKS;
use crate::inspect::Look;
use crate::inspect::host::Host;
use crate::sys::cancel::Cancel;
use crate::sys::clock;
use crate::sys::host_name;
use crate::sys::route;

/// How often Ctrl-C is looked for while looks are under way.
const TICK: Duration = Duration::from_millis(20);

/// Who is asked about.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The client's address; `None` when nobody named one and no trace of a failure was found.
    pub source: Option<IpAddr>,
    /// The client's port, when it is known.
    pub source_port: Option<u16>,
    /// The name that the client logs in with.
    pub user: Option<String>,
    /// The port that it connects to.
    pub port: u16,
    /// The server's address that it connects to; by default the one that faces the client.
    pub destination: Option<IpAddr>,
}

/// What happens during a run, for whoever watches.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// A look has begun.
    Began(&'static Look),
    /// A look has ended.
    Ended(&'static Look),
}

/// Takes every look for that client. Without a client, those that concern any.
pub fn look(asked: &Asked, cancel: &Cancel, mut on_event: impl FnMut(Event)) -> Run {
    let began = Instant::now();
    let host = Host::new(flow(asked), asked.user.clone(), cancel.clone());
    let known = |look: &&&Look| asked.source.is_some() || look.concerns == Concerns::Anybody;
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        let mut left = 0;
        for look in LOOKS.iter().filter(known) {
            on_event(Event::Began(look));
            left += 1;
            let (sender, host) = (sender.clone(), &host);
            scope.spawn(move || {
                (look.run)(host);
                // Nobody listens any more only after Ctrl-C.
                let _ = sender.send(*look);
            });
        }
        while left > 0 && !cancel.is_set() {
            if let Ok(look) = receiver.recv_timeout(TICK) {
                left -= 1;
                on_event(Event::Ended(look));
            }
        }
    });
    let case = case(asked, &host, began.elapsed());
    Run { case, facts: Facts::default(), cancelled: cancel.is_set() }
}

/// The connection that is judged. Without a client its address is the unspecified one, which no
/// look that concerns any client reads.
fn flow(asked: &Asked) -> Flow {
    let source = asked.source.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let way = asked.source.and_then(|s| route::to(SocketAddr::new(s, asked.port), None).ok());
    let facing = way.as_ref().and_then(|w| Some(w.source?.ip()));
    Flow {
        source,
        source_port: asked.source_port,
        destination: asked.destination.or(facing).unwrap_or(source),
        port: asked.port,
        interface: way.and_then(|w| w.interface),
    }
}

fn case(asked: &Asked, host: &Host, took: Duration) -> Case {
    let mut seen = host.take_seen();
    seen.observations.sort_by_key(|o| o.answer);
    let name = host_name::own();
    Case {
        schema: case::SCHEMA.to_owned(),
        target: Target {
            given: name.clone(),
            host: name,
            port: asked.port,
            user: asked.user.clone().unwrap_or_default(),
            address: asked.source.map(|_| host.flow.destination),
            source: asked.source,
            ..Target::default()
        },
        seconds: took.as_secs_f64(),
        connections: 0,
        taken: Some(clock::now()),
        view: View::Server,
        notes: Vec::new(),
        warnings: seen.warnings,
        not_assessed: seen.not_assessed,
        observations: seen.observations.into_iter().collect(),
        measured: Measured::default(),
        exchanges: Vec::new(),
        packets: None,
    }
}
