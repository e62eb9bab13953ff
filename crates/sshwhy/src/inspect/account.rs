//! The account: whether it is there, locked, expired, or without a shell.

use std::io;
use std::path::Path;

use sshwhy_core::evaluate::account::Checks;
use sshwhy_core::evaluate::account::Facts;
use sshwhy_core::evaluate::account::ShellFile;
use sshwhy_core::evaluate::account::judge;
use sshwhy_core::evaluate::file_mode::FileKind;
use sshwhy_core::evaluate::sshd::Effective;
use sshwhy_core::model::question::Account;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::pam::Kind;
use sshwhy_core::parse::shadow::Shadow;

use super::Concerns;
use super::Look;
use super::file_modes;
use super::host::Host;
use super::login::Login;
use super::pam_files;
use super::this_sshd::ThisSshd;
use crate::sys::clock;

pub(super) static LOOK: Look = Look {
    name: "account",
    doing: "looking at the account",
    concerns: Concerns::Anybody,
    questions: &[Question::Account],
    run,
};

const DAY: f64 = 86_400.0;

fn run(host: &Host) {
    let Some(user) = host.user.as_deref() else {
        host.not_assessed("account: without --user NAME no account, key or limit is looked at");
        return;
    };
    let Some(login) = Login::of(host) else {
        let source = format!("getent passwd {user}");
        host.observe(Account::Unknown, source, format!("there is no account {user}"));
        return;
    };
    let effective = ThisSshd::find(host).and_then(|sshd| sshd.effective(host, Some(&login)));
    let Some(effective) = effective else {
        host.not_assessed(
            "account: sshd's configuration could not be read: whether PAM is asked is open",
        );
        return;
    };
    let Some(checks) = checks(host, &effective) else { return };
    let shadow = match shadow(host, user) {
        Ok(shadow) => shadow,
        Err(why) => {
            host.not_assessed(format!(
                "account: {why}: whether {user} is locked or expired is open"
            ));
            return say_what_is_certain(host, &login, &effective);
        }
    };
    let (source, shadow) = shadow.unzip();
    let facts = facts(&login, &effective, shadow.as_ref(), checks);
    let (answer, text) = judge(&facts);
    let source = match answer {
        Account::NoShell => format!("getent passwd {user}"),
        _ => source.unwrap_or_else(|| format!("getent passwd {user}")),
    };
    host.observe(answer, source, format!("{user}: {text}"));
}

/// The shell is known without the shadow fields.
fn say_what_is_certain(host: &Host, login: &Login, effective: &Effective) {
    let (answer, text) = judge(&facts(login, effective, None, Checks::Nobody));
    if answer == Account::NoShell {
        let user = &login.name;
        host.observe(answer, format!("getent passwd {user}"), format!("{user}: {text}"));
    }
}

fn facts<'a>(
    login: &'a Login,
    effective: &Effective,
    shadow: Option<&'a Shadow>,
    checks: Checks,
) -> Facts<'a> {
    let set = |keyword| !matches!(effective.value_or_default(keyword), "" | "none");
    Facts {
        shadow,
        // Seconds since 1970 fit many times over.
        today: (clock::now() / DAY) as i64,
        checks,
        shell: &login.shell,
        shell_file: shell_file(&login.shell),
        is_chrooted: set("chrootdirectory"),
        needs_no_shell: effective.value_or_default("forcecommand").starts_with("internal-sftp"),
    }
}

/// Who looks at the shadow fields; `None`, and it is said why, when that cannot be told.
fn checks(host: &Host, effective: &Effective) -> Option<Checks> {
    if effective.value_or_default("usepam") != "yes" {
        return Some(Checks::Sshd);
    }
    let Some(stack) = pam_files::stack(host, effective, Kind::Account) else {
        host.not_assessed(
            "account: the files of PAM could not be read: what PAM makes of it is open",
        );
        return None;
    };
    Some(stack.module("pam_unix.so").map_or(Checks::Nobody, |(_, module)| {
        let ignores_age = module.arguments.iter().any(|a| a == "no_pass_expiry");
        Checks::PamUnix { ignores_age }
    }))
}

/// The shadow fields with where they stand. `None` when the account has none.
fn shadow(host: &Host, user: &str) -> Result<Option<(String, Shadow)>, String> {
    let file = host.read("/etc/shadow").map_err(|error| format!("/etc/shadow: {error}"))?;
    if let Some((line, shadow)) = Shadow::find(&file, user) {
        return Ok(Some((format!("/etc/shadow:{line}"), shadow)));
    }
    let ran = host.run("getent", &["shadow", user]).map_err(|error| format!("getent: {error}"))?;
    let said = String::from_utf8_lossy(&ran.stdout);
    Ok(Shadow::find(&said, user).map(|(_, shadow)| (format!("getent shadow {user}"), shadow)))
}

fn shell_file(path: &str) -> ShellFile {
    match file_modes::of(Path::new(path)) {
        Ok(found) if found.kind == FileKind::File && found.mode & 0o111 != 0 => ShellFile::Program,
        Ok(_) => ShellFile::NotExecutable,
        Err(error) if error.kind() == io::ErrorKind::NotFound => ShellFile::Missing,
        Err(_) => ShellFile::Unknown,
    }
}
