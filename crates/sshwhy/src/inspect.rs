//! The looks at a server that only somebody on it can take, one file each.
//!
//! A look reads; it must never write, start or signal anything, judge what an answer means, or use
//! another look. What several share is kept by [`host::Host`].

mod account;
mod authorized_keys;
pub mod bans;
mod confinement;
pub mod counters;
mod file_modes;
mod filter;
mod group_rule;
mod health;
mod helpers;
pub mod host;
mod host_keys;
mod kernel_log;
mod limits;
mod listener;
mod log;
mod login;
mod nologin;
mod pam;
mod pam_files;
mod privsep_dir;
mod reply_route;
mod reverse_lookup;
mod session_ground;
mod sockets;
mod sshd_config;
mod startups;
mod systemd;
mod this_sshd;
mod tracking;
mod unit;
mod unit_lists;
mod wrappers;

use std::fmt;

use sshwhy_core::model::question::Question;

use self::host::Host;

/// A look.
pub struct Look {
    /// Its name, for what was not assessed.
    pub name: &'static str,
    /// What it does, for `-v` and for the progress line: a fragment after "now".
    pub doing: &'static str,
    /// Whom its answers concern.
    pub concerns: Concerns,
    /// The questions that it answers.
    pub questions: &'static [Question],
    /// Takes it. All that it sees goes to the host.
    pub run: fn(&Host),
}

/// Whom an answer concerns.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Concerns {
    /// Any client.
    Anybody,
    /// The client whose address is judged.
    ThisClient,
}

impl fmt::Debug for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Look").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Every look, in the order in which a connection meets what they look at.
pub static LOOKS: &[&Look] = &[
    &reply_route::LOOK,
    &tracking::LOOK,
    &filter::LOOK,
    &bans::LOOK,
    &listener::LOOK,
    &unit::LOOK,
    &unit_lists::LOOK,
    &counters::LOOK,
    &health::LOOK,
    &confinement::LOOK,
    &host_keys::LOOK,
    &privsep_dir::LOOK,
    &helpers::LOOK,
    &sshd_config::LOOK,
    &startups::LOOK,
    &wrappers::LOOK,
    &log::LOOK,
    &kernel_log::LOOK,
    &account::LOOK,
    &authorized_keys::LOOK,
    &pam::LOOK,
    &nologin::LOOK,
    &reverse_lookup::LOOK,
    &limits::LOOK,
    &session_ground::LOOK,
];
