//! Calls of the user's own ssh: the truth about configuration, login and session.

pub(super) mod login;
pub(super) mod still;
pub(super) mod watch;

use std::process::Command;

use sshwhy_core::model::target::Target;
use sshwhy_core::parse::target::parse_destination;

use crate::engine::settings::Settings;

/// The user's ssh with the options that every call gets.
pub fn command(settings: &Settings) -> Command {
    let mut command = plain_command(settings);
    command.args(&settings.ssh_options);
    command
}

/// The user's ssh without any option.
fn plain_command(settings: &Settings) -> Command {
    let program = settings.ssh.as_deref().unwrap_or("ssh".as_ref());
    let mut command = Command::new(program);
    // Words of the C library and of PAM are read by us.
    command.env("LC_ALL", "C");
    command
}

/// The name by which ssh is told the host that a run is about; port and user are in the options.
pub(super) fn host(target: &Target) -> String {
    let given = target.hop.as_ref().unwrap_or(&target.given);
    parse_destination(given).map_or_else(|_| target.host.clone(), |d| d.host)
}
