//! What a session needs besides a shell: its root folder, its command, its sftp server.

use std::io;
use std::path::Path;

use sshwhy_core::evaluate::authorized_keys::tokens;
use sshwhy_core::evaluate::file_mode::FileMode;
use sshwhy_core::evaluate::file_mode::first_bad_for_chroot;
use sshwhy_core::evaluate::sshd::Effective;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SessionGround;

use super::Concerns;
use super::Look;
use super::file_modes;
use super::host::Host;
use super::login::Login;
use super::this_sshd::ThisSshd;
use super::this_sshd::source_of;

pub(super) static LOOK: Look = Look {
    name: "session_ground",
    doing: "looking at what a session needs",
    concerns: Concerns::ThisClient,
    questions: &[Question::SessionGround],
    run,
};

fn run(host: &Host) {
    let login = Login::of(host);
    let Some(sshd) = ThisSshd::find(host) else { return };
    let Some(effective) = sshd.effective(host, login.as_ref()) else { return };
    if let Some(login) = &login
        && let Some((path, text)) = bad_chroot(&effective, login)
    {
        host.observe(SessionGround::BadChroot, path, text);
        return;
    }
    let command = effective.first("forcecommand").filter(|value| value.text != "none");
    if let Some(command) = command {
        let text = format!("ForceCommand {}", command.text);
        host.observe(SessionGround::ForcedCommand, source_of(command.place.as_ref()), text);
        return;
    }
    let Some(sftp) = effective.all("subsystem").iter().find(|s| s.text.starts_with("sftp ")) else {
        let text = "no line names the program of the subsystem sftp";
        host.observe(SessionGround::NoSubsystem, "Subsystem", text);
        return;
    };
    let source = source_of(sftp.place.as_ref());
    let program = sftp.text.split(' ').nth(1).unwrap_or_default();
    let text = format!("Subsystem {}", sftp.text);
    let is_chrooted = chroot(&effective).is_some();
    match file_modes::of(Path::new(program)) {
        // In a root folder of its own the program is looked for there; a shell's words are its own.
        _ if program == "internal-sftp" || is_chrooted || !program.starts_with('/') => {
            host.observe(SessionGround::Sound, source, text);
        }
        Ok(found) if found.mode & 0o111 != 0 => host.observe(SessionGround::Sound, source, text),
        Ok(_) => {
            let text = format!("{text}: the program is not executable");
            host.observe(SessionGround::NoSubsystem, source, text);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let text = format!("{text}: the program does not exist");
            host.observe(SessionGround::NoSubsystem, source, text);
        }
        Err(error) => host.not_assessed(format!("session: {source}: {program}: {error}")),
    }
}

/// The path of `ChrootDirectory`, with its tokens.
fn chroot(effective: &Effective) -> Option<&str> {
    let value = effective.first("chrootdirectory")?.text.as_str();
    (!value.eq_ignore_ascii_case("none") && !value.is_empty()).then_some(value)
}

/// The first part of the user's root folder that sshd refuses, and what shows it.
fn bad_chroot(effective: &Effective, login: &Login) -> Option<(String, String)> {
    let value = effective.first("chrootdirectory");
    let source = source_of(value.and_then(|value| value.place.as_ref()));
    let path = tokens(chroot(effective)?, &login.name, login.uid, &login.home)?;
    if login.uid == 0 && path == "/" {
        return None;
    }
    // From the root downwards, through symbolic links, as sshd goes.
    let mut chain: Vec<FileMode> = Vec::new();
    let parts: Vec<&Path> = Path::new(&path).ancestors().collect();
    for part in parts.into_iter().rev() {
        match file_modes::of(part) {
            Ok(found) => chain.push(found),
            Err(error) => {
                let part = part.to_string_lossy().into_owned();
                let text = format!("ChrootDirectory {path} ({source}): {part}: {error}");
                return Some((part, text));
            }
        }
    }
    let bad = first_bad_for_chroot(&chain)?;
    let text = format!(
        "ChrootDirectory {path} ({source}): {}: {}; it has to be a folder of root's that nobody \
         else may write to",
        bad.path,
        bad.text()
    );
    Some((bad.path.clone(), text))
}
