//! Calls of the user's own ssh: the truth about configuration, login and session.

use std::process::Command;

use crate::engine::settings::Settings;

/// The user's ssh with the options that every call gets.
pub fn command(settings: &Settings) -> Command {
    let program = settings.ssh.as_deref().unwrap_or("ssh".as_ref());
    let mut command = Command::new(program);
    command.args(&settings.ssh_options);
    // Words of the C library and of PAM are read by us.
    command.env("LC_ALL", "C");
    command
}
