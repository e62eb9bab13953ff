//! What the user decided about a run.

use std::path::PathBuf;
use std::time::Duration;

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
}

impl Default for Settings {
    fn default() -> Self {
        // Ten connections stay below what sshd's penalties and usual ban rules react to.
        Self {
            connections: 10,
            ssh: None,
            ssh_options: Vec::new(),
            login: true,
            sftp: false,
            idle: None,
        }
    }
}
