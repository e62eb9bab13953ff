//! Whether sshd can load a host key.

use std::fs;
use std::io;
use std::path::Path;

use sshwhy_core::evaluate::file_mode::is_open_key;
use sshwhy_core::evaluate::sshd::Value;
use sshwhy_core::model::question::HostKeyFiles;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::key_file::KeyFile;

use super::Concerns;
use super::Look;
use super::file_modes;
use super::host::Host;
use super::this_sshd::ThisSshd;
use super::this_sshd::source_of;

pub(super) static LOOK: Look = Look {
    name: "host_keys",
    doing: "looking at sshd's host keys",
    concerns: Concerns::Anybody,
    questions: &[Question::HostKeyFiles],
    run,
};

/// What becomes of one key when sshd loads it.
#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    Loads,
    Missing,
    Refused,
    Broken,
    /// It is there, but we may not look into it.
    Closed,
}

fn run(host: &Host) {
    let Some(sshd) = ThisSshd::find(host) else { return };
    let Some(effective) = sshd.effective(host, None) else {
        host.not_assessed(
            "host keys: sshd's configuration could not be read, so which keys it has is open",
        );
        return;
    };
    let keys: Vec<(&Value, State, String)> = effective
        .all("hostkey")
        .iter()
        .map(|value| {
            let (state, text) = look_at(host, &value.text);
            (value, state, text)
        })
        .collect();
    let text = keys.iter().map(|(_, _, text)| text.as_str()).collect::<Vec<_>>().join("; ");
    let first = |wanted| keys.iter().find(|(_, state, _)| *state == wanted).map(|(v, ..)| *v);
    if let Some(value) = first(State::Loads) {
        host.observe(HostKeyFiles::Usable, &value.text, text);
        return;
    }
    let agent = effective.first("hostkeyagent").filter(|agent| agent.text != "none");
    if let Some(agent) = agent {
        let source = source_of(agent.place.as_ref());
        host.not_assessed(format!("host keys: {source}: an agent may hold them ({text})"));
    } else if first(State::Closed).is_some() {
        host.not_assessed(format!("host keys: only root can look into them ({text})"));
    } else if let Some(value) = first(State::Refused) {
        host.observe(HostKeyFiles::BadModes, &value.text, text);
    } else if let Some(value) = keys.first().map(|(value, ..)| *value) {
        let source = value.place.as_ref().map_or_else(|| value.text.clone(), ToString::to_string);
        host.observe(HostKeyFiles::Missing, source, text);
    }
}

fn look_at(host: &Host, path: &str) -> (State, String) {
    let found = match file_modes::of(Path::new(path)) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return (State::Missing, format!("{path} does not exist"));
        }
        Err(error) => return (State::Closed, format!("{path}: {error}")),
    };
    if is_open_key(&found) {
        return (State::Refused, format!("{path}: {}; others may use it", found.text()));
    }
    // The content is a secret: only its form is looked at.
    match fs::read(path).map(|bytes| KeyFile::look_at(&bytes)) {
        Ok(KeyFile::Sound { encrypted: false }) => {
            (State::Loads, format!("{path}: {}", found.text()))
        }
        Ok(KeyFile::Sound { encrypted: true }) => {
            (State::Broken, format!("{path} needs a passphrase, which nobody gives"))
        }
        Ok(KeyFile::Public) => (State::Broken, format!("{path} holds a public key")),
        Ok(KeyFile::Malformed(flaw)) => (State::Broken, format!("{path}: {}", flaw.text())),
        Err(error) if host.is_root => (State::Broken, format!("{path}: {error}")),
        Err(_) => (State::Closed, format!("{path}: {}", found.text())),
    }
}
