//! Faulty SSH servers on loopback, for `sshwhy demo`: no root, no sshd, no configuration.
//!
//! Each fault is a server that behaves on the wire as the real one does; the engine that
//! diagnoses it is the one that diagnoses hosts.

mod fault;
mod server;

pub use fault::FAULTS;
pub use fault::Fault;

use std::io;
use std::net::SocketAddr;

use sshwhy_core::model::target::Target;
use sshwhy_core::parse::ssh_g::ClientConfig;

use crate::engine::Run;
use crate::engine::Settings;
use crate::engine::facts::Facts;
use crate::engine::run::Event;
use crate::engine::run::Known;
use crate::engine::run::run;
use crate::sys::cancel::Cancel;

/// The fault for a cause's id; `None` when it cannot be shown here.
pub fn find(cause: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|f| f.cause == cause)
}

/// Starts the faulty server, diagnoses it, and stops it.
///
/// # Errors
///
/// When no port on loopback can be had.
pub fn diagnose(
    fault: &Fault,
    cancel: &Cancel,
    on_event: impl FnMut(Event<'_>),
) -> io::Result<Run> {
    let server = server::start(fault)?;
    let address: SocketAddr = server.address;
    let target = Target {
        given: format!("{}:{}", address.ip(), address.port()),
        host: address.ip().to_string(),
        port: address.port(),
        user: "demo".to_owned(),
        ..Target::default()
    };
    let config = ClientConfig {
        hostname: address.ip().to_string(),
        port: address.port(),
        user_known_hosts_files: Vec::new(),
        global_known_hosts_files: Vec::new(),
        ..ClientConfig::default()
    };
    let facts = Facts { config, addresses: vec![address], ..Facts::default() };
    // The demo must not depend on, nor log in with, what the user has.
    let settings = Settings { login: false, ..Settings::default() };
    let run = run(target, Known { facts, ..Known::default() }, &settings, cancel, on_event);
    server.stop();
    Ok(run)
}

#[cfg(test)]
mod tests {
    use sshwhy_core::causes;
    use sshwhy_core::reason::diagnose as reason;

    use super::*;

    #[test]
    fn every_fault_is_diagnosed_as_what_it_is() {
        // A few at a time: how fast an end comes is part of the evidence.
        for few in FAULTS.chunks(3) {
            std::thread::scope(|scope| {
                for fault in few {
                    scope.spawn(|| check(fault));
                }
            });
        }
    }

    fn check(fault: &Fault) {
        assert!(causes::find(fault.cause).is_some(), "{}", fault.cause);
        let run = diagnose(fault, &Cancel::new(), |_| {}).unwrap();
        let diagnosis = reason(&run.case.observations);
        let first = diagnosis.causes.first().map(|c| c.id);
        assert_eq!(first, Some(fault.cause), "{:#?}", run.case.observations);
        assert!(run.case.connections <= 10, "{}", fault.cause);
    }
}
