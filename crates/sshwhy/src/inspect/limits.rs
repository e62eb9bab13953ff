//! What limits leave for one more session of the user.

use std::fs;
use std::path::Path;

use sshwhy_core::evaluate::limits;
use sshwhy_core::evaluate::limits::Limit;
use sshwhy_core::evaluate::limits::Limits;
use sshwhy_core::evaluate::limits::Scope;
use sshwhy_core::evaluate::sshd::Effective;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SessionLimits;
use sshwhy_core::parse::limits::entries;
use sshwhy_core::parse::pam::Kind;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::login::Login;
use super::pam_files;
use super::this_sshd::ThisSshd;
use super::this_sshd::source_of;

pub(super) static LOOK: Look = Look {
    name: "limits",
    doing: "counting the user's sessions and processes",
    concerns: Concerns::ThisClient,
    questions: &[Question::SessionLimits],
    run,
};

fn run(host: &Host) {
    let login = Login::of(host);
    let Some(sshd) = ThisSshd::find(host) else { return };
    let Some(effective) = sshd.effective(host, login.as_ref()) else { return };
    let sessions = effective.first("maxsessions");
    if let Some(value) = sessions.filter(|value| value.text == "0") {
        let source = source_of(value.place.as_ref());
        host.observe(SessionLimits::NoSessions, source, "MaxSessions 0");
        return;
    }
    let Some(login) = login else { return };
    let limits = of_pam(host, &effective, &login);
    let mut shown = vec![format!("MaxSessions {}", effective.value_or_default("maxsessions"))];
    for limit in [&limits.logins, &limits.all_logins].into_iter().flatten() {
        let Some(most) = limit.value else { continue };
        let is_all = Some(limit) == limits.all_logins.as_ref();
        if most == 0 {
            host.observe_at(SessionLimits::LoginsReached, &limit.place, limit.text.as_str());
            return;
        }
        let Some(now) = logins(host, limit, is_all, &login) else {
            let (place, text) = (&limit.place, &limit.text);
            host.not_assessed(format!("limits: {place}: {text}: who is logged in is not known"));
            return;
        };
        let text = format!("{}: {now} logins now", limit.text);
        if now > most {
            host.observe_at(SessionLimits::LoginsReached, &limit.place, text);
            return;
        }
        if now == most {
            // Whether the new session counts itself depends on how PAM was built.
            host.not_assessed(format!("limits: {}: {text}: the next may be refused", limit.place));
            return;
        }
        shown.push(text);
    }
    if let Some(limit) = &limits.processes
        && let Some(most) = limit.value.filter(|_| login.uid != 0)
    {
        let now = processes(login.uid);
        let text = format!("{}: {now} processes now", limit.text);
        // sshd's own process becomes the user's, and then starts the shell.
        if now + 1 >= most {
            host.observe_at(SessionLimits::ProcessesReached, &limit.place, text);
            return;
        }
        shown.push(text);
    }
    let source = source_of(sessions.and_then(|value| value.place.as_ref()));
    host.observe(SessionLimits::Room, source, shown.join("; "));
}

/// What pam_limits sets, when it is asked at all.
fn of_pam(host: &Host, effective: &Effective, login: &Login) -> Limits {
    let is_used = effective.value_or_default("usepam") == "yes";
    let stack = pam_files::stack(host, effective, Kind::Session).filter(|_| is_used);
    let Some((_, module)) = stack.as_ref().and_then(|s| s.module("pam_limits.so")) else {
        return Limits::default();
    };
    let own = module.arguments.iter().find_map(|a| a.strip_prefix("conf="));
    let mut paths = vec![own.unwrap_or("/etc/security/limits.conf").to_owned()];
    if own.is_none() {
        paths.extend(pam_files::conf_files(Path::new("/etc/security/limits.d")));
    }
    let mut tables = Vec::new();
    for path in paths {
        match host.read(&path) {
            Ok(text) => tables.push((path, entries(&text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => host.not_assessed(format!("limits: {path}: {error}")),
        }
    }
    let account = limits::Account {
        name: login.name.clone(),
        uid: login.uid,
        gid: login.gid,
        groups: login.groups.clone(),
    };
    limits::of(&tables, &account)
}

/// The logins that count for a limit, as who(1) lists them; it does not tell who is in a group.
fn logins(host: &Host, limit: &Limit, is_all: bool, login: &Login) -> Option<u64> {
    if limit.scope == Scope::AllOfGroup {
        return None;
    }
    let ran = host.run("who", &[]).ok().filter(|ran| ran.status.is_some_and(|s| s.success()))?;
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    let users = said.lines().filter_map(|line| line.split_whitespace().next());
    let counts = |user: &&str| is_all || limit.scope == Scope::All || *user == login.name;
    u64::try_from(users.filter(counts).count()).ok()
}

/// The processes of a user with their threads, as the kernel counts them for RLIMIT_NPROC.
fn processes(uid: u32) -> u64 {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let statuses = entries.filter_map(|e| fs::read_to_string(e.path().join("status")).ok());
    let threads = |status: String| {
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        (field("Uid:")? == u64::from(uid)).then(|| field("Threads:")).flatten()
    };
    statuses.filter_map(threads).sum()
}
