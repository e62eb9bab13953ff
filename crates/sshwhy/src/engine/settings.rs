//! What the user decided about a run.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::capture::Capture;

/// How a run is to be made.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many connections to the target may be opened in all.
    pub connections: u32,
    /// The ssh program; `None` looks for `ssh` in the path.
    pub ssh: Option<PathBuf>,
    /// Options that every call of ssh gets, such as `-F FILE` or `-o KEY=VALUE`.
    pub ssh_options: Vec<String>,
    /// Whether to log in with the user's own ssh, without ever trying a password.
    pub login: bool,
    /// Whether to ask for the sftp subsystem too.
    pub sftp: bool,
    /// Leave a session alone for as long as this and see whether it survives.
    pub idle: Option<Duration>,
    /// Where our packets are seen, if we may see them.
    pub capture: Option<Arc<Capture>>,
}

impl Default for Settings {
    fn default() -> Self {
        // Fourteen connections stay below what sshd's penalties and usual ban rules react to.
        Self {
            connections: 14,
            ssh: None,
            ssh_options: Vec::new(),
            login: true,
            sftp: false,
            idle: None,
            capture: None,
        }
    }
}

impl Settings {
    /// What ssh passes on to its own call for a jump host: of all options only `-F` (`ssh.c`, where
    /// it makes a ProxyCommand of ProxyJump). The port, the user and the way are the jump host's.
    pub fn of_jump_host(&self) -> Self {
        let mut options = Vec::new();
        for pair in self.ssh_options.windows(2) {
            if pair.first().is_some_and(|flag| flag == "-F") {
                options = pair.to_vec();
            }
        }
        Self { ssh_options: options, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_host_gets_the_configuration_file_and_nothing_else() {
        let check = |options: &[&str], expected: &[&str]| {
            let ssh_options = options.iter().map(|o| (*o).to_owned()).collect();
            let settings = Settings { ssh_options, ..Settings::default() };
            assert_eq!(settings.of_jump_host().ssh_options, expected, "{options:?}");
        };
        check(&[], &[]);
        check(&["-J", "bastion", "-p", "2222", "-lbob"], &[]);
        check(&["-p2222", "-F", "file", "-o", "Port=22"], &["-F", "file"]);
    }
}
