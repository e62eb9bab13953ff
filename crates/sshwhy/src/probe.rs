//! The experiments that a client can make, one file each.
//!
//! A probe knows which questions it answers and what it costs. It must never judge what an answer
//! means, nor use another probe; what several share lies in [`attempt`], [`refusal`] and [`ssh`].

pub mod attempt;
pub mod config;
pub mod refusal;
pub mod ssh;

mod dscp;
mod echo;
mod handshake;
mod hello;
mod hops;
mod host_key;
mod host_name;
mod idle;
mod idle_limit;
mod kex;
mod key_files;
mod last_hop;
mod local_filter;
mod local_send;
mod login;
mod loss;
mod name_servers;
mod names;
mod odd;
mod other_port;
mod path_mtu;
mod proxy;
mod refusal_speed;
mod repeat;
mod route;
mod session_dscp;
mod sftp;
mod silent;
mod small_proposal;
mod small_segments;
mod source_port;
mod tokens;
mod trace;
mod trigger;
mod variation;

use std::fmt;

use sshwhy_core::model::evidence::Evidence;
use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::offer::Offer;
use sshwhy_core::model::question::Question;

use crate::engine::facts::Facts;
use crate::engine::scene::Scene;
use crate::engine::settings::Settings;

/// An experiment.
pub struct Probe {
    /// Its name, which observations carry as their source.
    pub name: &'static str,
    /// What it does, for `-v` and for the progress line: a fragment after "now".
    pub doing: &'static str,
    /// The questions that it answers, most telling first.
    pub questions: &'static [Question],
    /// What it costs.
    pub cost: Cost,
    /// Whether it can be run now.
    pub ready: fn(&Situation<'_>) -> bool,
    /// Runs it. All that it sees goes to the scene.
    pub run: fn(&Scene),
}

impl Probe {
    /// All that reasoning may know of it.
    pub fn offer(&self) -> Offer {
        Offer { probe: self.name, questions: self.questions, cost: self.cost }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a probe's `ready` may look at.
#[derive(Debug)]
pub struct Situation<'a> {
    /// What the user decided.
    pub settings: &'a Settings,
    /// What was seen.
    pub evidence: &'a Evidence,
    /// What was learned.
    pub facts: &'a Facts,
    /// The probes that are under way.
    pub running: &'a [&'static Probe],
}

/// Every probe.
pub static PROBES: &[&Probe] = &[
    &key_files::PROBE,
    &names::PROBE,
    &name_servers::PROBE,
    &route::PROBE,
    &handshake::PROBE,
    &local_send::PROBE,
    &local_filter::PROBE,
    &refusal_speed::PROBE,
    &echo::PROBE,
    &other_port::PROBE,
    &dscp::PROBE,
    &source_port::PROBE,
    &silent::PROBE,
    &odd::PROBE,
    &repeat::PROBE,
    &small_proposal::PROBE,
    &small_segments::PROBE,
    &login::PROBE,
    &loss::PROBE,
    &session_dscp::PROBE,
    &sftp::PROBE,
    &idle::PROBE,
];

/// What is measured of a fault once it is found: that changes no answer, but what is to be done about it.
pub static MEASURES: &[&Probe] =
    &[&trace::PROBE, &trigger::PROBE, &path_mtu::PROBE, &last_hop::PROBE, &idle_limit::PROBE];
