//! The folder that sshd shuts its unprivileged child into.

use std::io;
use std::path::Path;

use sshwhy_core::evaluate::file_mode::FileKind;
use sshwhy_core::model::question::PrivsepDir;
use sshwhy_core::model::question::Question;

use super::Concerns;
use super::Look;
use super::file_modes;
use super::host::Host;
use super::this_sshd::ThisSshd;

pub(super) static LOOK: Look = Look {
    name: "privsep_dir",
    doing: "looking at the privilege separation directory",
    concerns: Concerns::Anybody,
    questions: &[Question::PrivsepDir],
    run,
};

/// Where builds have it; the one that counts is compiled into the program.
const FOLDERS: [&str; 9] = [
    "/run/sshd",
    "/var/run/sshd",
    "/var/empty/sshd",
    "/usr/share/empty.sshd",
    "/var/chroot/ssh",
    "/var/lib/sshd",
    "/var/lib/empty",
    "/usr/share/empty",
    "/var/empty",
];

fn run(host: &Host) {
    let Some(sshd) = ThisSshd::find(host) else { return };
    let Some(folder) = sshd.texts.first_of(&FOLDERS) else {
        let program = sshd.program.display();
        host.not_assessed(format!(
            "privilege separation directory: {program} does not tell which it needs"
        ));
        return;
    };
    let found = match file_modes::of(Path::new(folder)) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            host.observe(PrivsepDir::Missing, folder, format!("{folder} does not exist"));
            return;
        }
        Err(error) => {
            host.not_assessed(format!("privilege separation directory: {folder}: {error}"));
            return;
        }
    };
    let text = format!("{folder}: {}", found.text());
    if found.kind != FileKind::Folder {
        host.observe(PrivsepDir::Missing, folder, format!("{text}; it is no directory"));
    } else if found.uid == 0 && found.mode & 0o022 == 0 {
        host.observe(PrivsepDir::Sound, folder, text);
    } else if sshd.listener.is_some() && sshd.version.is_some_and(|v| v.at_least(9, 8)) {
        // Since the split only the listener looks at owner and mode, when it starts.
        host.not_assessed(format!("{text}: sshd will not start again with that"));
    } else {
        host.observe(PrivsepDir::Unsafe, folder, text);
    }
}
