//! The account that the client logs in to. No look of its own: what several looks need to know.

use super::host::Host;
use crate::sys::account;

/// An account of this host.
#[derive(Clone, Debug)]
pub(super) struct Login {
    /// Its name.
    pub(super) name: String,
    /// Its number.
    pub(super) uid: u32,
    /// The number of its own group.
    pub(super) gid: u32,
    /// Its home folder.
    pub(super) home: String,
    /// Its shell.
    pub(super) shell: String,
    /// The names of its groups; empty when nobody could say.
    pub(super) groups: Vec<String>,
    /// The numbers of its groups.
    pub(super) gids: Vec<u32>,
}

impl Login {
    /// The account that the client names; `None` when it names none, or one that is not there.
    pub(super) fn of(host: &Host) -> Option<Self> {
        let account = account::named(host.user.as_deref()?)?;
        let numbers = id(host, "-Gz", &account.name);
        Some(Self {
            groups: id(host, "-Gnz", &account.name),
            gids: numbers.iter().filter_map(|number| number.parse().ok()).collect(),
            home: account.home.to_string_lossy().into_owned(),
            shell: account.shell.to_string_lossy().into_owned(),
            name: account.name,
            uid: account.uid,
            gid: account.gid,
        })
    }
}

/// What id(1) says, in words between zero bytes.
fn id(host: &Host, option: &str, name: &str) -> Vec<String> {
    let Ok(ran) = host.run("id", &[option, "--", name]) else { return Vec::new() };
    let said = String::from_utf8_lossy(&ran.stdout);
    said.split('\0').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
