//! The programs that sshd starts for each connection: sshd-session since 9.8, sshd-auth since 10.0,
//! and before that sshd itself once more.

use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;

use sshwhy_core::evaluate::file_mode::FileKind;
use sshwhy_core::model::question::Helpers;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::openssh_version::Version;

use super::Concerns;
use super::Look;
use super::file_modes;
use super::host::Host;
use super::this_sshd::ThisSshd;
use super::this_sshd::texts_of;

pub(super) static LOOK: Look = Look {
    name: "helpers",
    doing: "comparing sshd with its helper programs",
    concerns: Concerns::Anybody,
    questions: &[Question::Helpers],
    run,
};

fn run(host: &Host) {
    let Some(sshd) = ThisSshd::find(host) else { return };
    let Some(version) = sshd.version else {
        let program = sshd.program.display();
        host.not_assessed(format!("helper programs: {program} does not tell its version"));
        return;
    };
    let mut sound = Vec::new();
    for path in paths(host, sshd, version) {
        match look_at(&path, version) {
            Ok(text) => sound.push(text),
            Err((Some(answer), text)) => return host.observe(answer, path, text),
            Err((None, text)) => return host.not_assessed(format!("helper programs: {text}")),
        }
    }
    let source = sshd.program.to_string_lossy();
    host.observe(Helpers::Present, source, sound.join("; "));
}

/// Whether a file is one that an interpreter runs (execve(2)).
fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && &start == b"#!"
}

/// What a listener of this version starts.
fn paths(host: &Host, sshd: &ThisSshd, version: Version) -> Vec<String> {
    if !version.at_least(9, 8) {
        return vec![sshd.program.to_string_lossy().into_owned()];
    }
    let effective = sshd.effective(host, None);
    let set = |keyword| {
        let value = effective.as_ref().and_then(|e| e.first(keyword))?;
        value.place.as_ref().map(|_| value.text.clone())
    };
    let compiled = |end| sshd.texts.ending(end).map(str::to_owned);
    let session = set("sshdsessionpath").or_else(|| compiled("/sshd-session"));
    let auth = set("sshdauthpath").or_else(|| compiled("/sshd-auth"));
    session.into_iter().chain(auth.filter(|_| version.at_least(10, 0))).collect()
}

/// What shows that a helper suits; or an answer, if there is one, and what shows it.
fn look_at(path: &str, version: Version) -> Result<String, (Option<Helpers>, String)> {
    let found = match file_modes::of(Path::new(path)) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err((Some(Helpers::Missing), format!("{path} does not exist")));
        }
        Err(error) => return Err((None, format!("{path}: {error}"))),
    };
    if found.kind != FileKind::File || found.mode & 0o111 == 0 {
        let text = format!("{path} is not executable: {}", found.text());
        return Err((Some(Helpers::Missing), text));
    }
    let texts = texts_of(Path::new(path));
    let Some(release) = texts.as_ref().and_then(|texts| texts.release()) else {
        if is_script(Path::new(path)) {
            return Err((
                Some(Helpers::NotSshd),
                format!("{path} is a script, and no program of sshd's"),
            ));
        }
        return Err((None, format!("{path} does not tell its version")));
    };
    let suits = |own: Version| match version.at_least(9, 8) {
        true => (own.major, own.minor) == (version.major, version.minor),
        // Until the split, other releases understood what they were handed.
        false => !own.at_least(9, 8),
    };
    match Version::find(release) {
        Some(own) if suits(own) => Ok(format!("{path} is {release}")),
        _ => {
            let text = format!("{path} is {release}, but what listens is OpenSSH_{version}");
            Err((Some(Helpers::OtherVersion), text))
        }
    }
}
