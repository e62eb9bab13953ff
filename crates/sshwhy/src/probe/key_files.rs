//! The private key files that ssh would read: are they there, does ssh accept their mode, and do
//! they have the form of a key? `load_identity_file` and `sshkey_perm_ok` in OpenSSH.
//!
//! It must never keep or print anything of a key, and reads a file only when ssh would.

use std::env;
use std::fs::File;
use std::io;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::KeyFiles;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::key_file::KeyFile;
use sshwhy_core::parse::key_file::MAX_KEY_FILE_BYTES;

use super::Probe;
use super::Situation;
use super::ssh;
use super::tokens::Tokens;
use crate::engine::scene::Scene;
use crate::sys::account;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "key-files",
    doing: "looking at the private key files",
    questions: &[Question::KeyFiles],
    cost: Cost { seconds: 0.01, connections: 0, risk: 0.0 },
    ready,
    run,
};

fn ready(situation: &Situation<'_>) -> bool {
    situation.settings.login
}

/// Bits of a mode that must not be set on a file of our own: sshkey_perm_ok() in `authfile.c`.
const OTHERS: u32 = 0o077;

/// What one file is good for.
#[derive(Debug, PartialEq)]
enum State {
    Absent,
    TooOpen(u32),
    Unreadable(io::ErrorKind),
    Form(KeyFile),
}

fn run(scene: &Scene) {
    let config = scene.facts().config;
    let tokens = Tokens::new(&config, &ssh::host(&scene.target));
    let agent = has_agent(config.identity_agent.as_deref());
    let files: Vec<(String, State)> = config
        .identity_files
        .iter()
        .filter_map(|name| tokens.path(name))
        .map(|path| (path.display().to_string(), state(&path)))
        .collect();
    let (answer, text) = answer(&files, agent);
    scene.observe(answer, text);
}

/// Whether an agent may hold keys: `IdentityAgent`, or the environment.
fn has_agent(configured: Option<&str>) -> bool {
    match configured {
        Some("none") => false,
        Some("SSH_AUTH_SOCK") | None => env::var_os("SSH_AUTH_SOCK").is_some_and(|s| !s.is_empty()),
        Some(_) => true,
    }
}

fn state(path: &Path) -> State {
    match look(path) {
        Ok(state) => state,
        Err(error) if error.kind() == io::ErrorKind::NotFound => State::Absent,
        Err(error) => State::Unreadable(error.kind()),
    }
}

fn look(path: &Path) -> io::Result<State> {
    // Without following a pipe or device into a wait without end.
    if !path.metadata()?.is_file() {
        return Ok(State::Unreadable(io::ErrorKind::InvalidInput));
    }
    let file = File::open(path)?;
    let about = file.metadata()?;
    let own = account::own().is_some_and(|a| a.uid == about.uid());
    if own && about.mode() & OTHERS != 0 {
        return Ok(State::TooOpen(about.mode() & 0o7777));
    }
    let mut bytes = Vec::new();
    file.take(MAX_KEY_FILE_BYTES as u64).read_to_end(&mut bytes)?;
    let form = KeyFile::look_at(&bytes);
    bytes.fill(0);
    Ok(State::Form(form))
}

/// One sound key is enough: whether it is the right one shows at the login.
fn answer(files: &[(String, State)], agent: bool) -> (KeyFiles, String) {
    let sound = |state: &State| match state {
        State::Form(KeyFile::Sound { .. }) => true,
        // With an agent ssh takes a public key as the name of a key in the agent.
        State::Form(KeyFile::Public) => agent,
        _ => false,
    };
    let present: Vec<&(String, State)> =
        files.iter().filter(|(_, state)| *state != State::Absent).collect();
    let answer = if present.iter().any(|(_, state)| sound(state)) {
        KeyFiles::Sound
    } else if present.iter().any(|(_, state)| matches!(state, State::TooOpen(_))) {
        KeyFiles::TooOpen
    } else if present.is_empty() {
        KeyFiles::Absent
    } else {
        KeyFiles::Malformed
    };
    let mut texts: Vec<String> =
        present.iter().map(|(path, state)| format!("{path}: {}", words(state))).collect();
    if present.is_empty() {
        let names: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        texts.push(format!("none of {}", names.join(", ")));
    }
    if agent {
        texts.push("an agent may hold keys".to_owned());
    }
    (answer, texts.join("; "))
}

fn words(state: &State) -> String {
    match state {
        State::Absent => "not there".to_owned(),
        State::TooOpen(mode) => format!("mode {mode:04o} lets others read it, so ssh ignores it"),
        State::Unreadable(kind) => format!("cannot be read: {kind}"),
        State::Form(KeyFile::Sound { encrypted: false }) => "a private key".to_owned(),
        State::Form(KeyFile::Sound { encrypted: true }) => {
            "a private key with a passphrase".to_owned()
        }
        State::Form(KeyFile::Public) => "a public key in the private key's place".to_owned(),
        State::Form(KeyFile::Malformed(flaw)) => flaw.text().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use sshwhy_core::parse::key_file::Flaw;

    use super::*;

    const SOUND: State = State::Form(KeyFile::Sound { encrypted: false });
    const PUTTY: State = State::Form(KeyFile::Malformed(Flaw::Putty));

    fn check(states: Vec<State>, agent: bool, expected: KeyFiles) {
        let named: Vec<(String, State)> =
            states.into_iter().enumerate().map(|(i, s)| (format!("/k{i}"), s)).collect();
        assert_eq!(answer(&named, agent).0, expected, "{named:?}");
    }

    #[test]
    fn answers() {
        check(vec![], false, KeyFiles::Absent);
        check(vec![State::Absent, State::Absent], true, KeyFiles::Absent);
        check(vec![State::TooOpen(0o644), State::Absent], false, KeyFiles::TooOpen);
        check(vec![State::TooOpen(0o644), SOUND], false, KeyFiles::Sound);
        check(vec![PUTTY, State::TooOpen(0o640)], false, KeyFiles::TooOpen);
        check(vec![PUTTY], true, KeyFiles::Malformed);
        check(vec![State::Unreadable(io::ErrorKind::PermissionDenied)], true, KeyFiles::Malformed);
        check(vec![State::Form(KeyFile::Public)], false, KeyFiles::Malformed);
        check(vec![State::Form(KeyFile::Public)], true, KeyFiles::Sound);
    }

    #[test]
    fn files_of_this_machine() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        assert_eq!(state(&path), State::Absent);
        assert_eq!(state(folder.path()), State::Unreadable(io::ErrorKind::InvalidInput));
        fs::write(&path, "ssh-ed25519 AAAA\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(state(&path), State::TooOpen(0o644));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(state(&path), State::Form(KeyFile::Public));
    }
}
