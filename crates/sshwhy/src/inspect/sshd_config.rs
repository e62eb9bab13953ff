//! What sshd's configuration says of this client: valid or not, the lists of users, the methods,
//! the limits.

use std::path::Path;

use sshwhy_core::evaluate::sshd::Connection;
use sshwhy_core::evaluate::sshd::Effective;
use sshwhy_core::evaluate::sshd_policy;
use sshwhy_core::evaluate::user_gate;
use sshwhy_core::evaluate::user_gate::Gate;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::ServerConfig;
use sshwhy_core::model::question::UserGate;
use sshwhy_core::parse::place::Place;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::login::Login;
use super::this_sshd::ThisSshd;
use super::this_sshd::source_of;

pub(super) static LOOK: Look = Look {
    name: "sshd_config",
    doing: "reading sshd's configuration",
    concerns: Concerns::Anybody,
    questions: &[
        Question::ServerConfig,
        Question::ServerAlgorithms,
        Question::UserGate,
        Question::ServerMethods,
        Question::GraceTime,
        Question::AuthTries,
        Question::ForwardingPolicy,
        Question::IdlePolicy,
    ],
    run,
};

fn run(host: &Host) {
    let Some(sshd) = ThisSshd::find(host) else { return };
    let login = Login::of(host);
    let Some(effective) = sshd.effective(host, login.as_ref()) else {
        host.not_assessed(
            "sshd's configuration could not be read: what it says of this client is open",
        );
        return;
    };
    validity(host, &sshd);
    for said in sshd_policy::answers(&effective) {
        host.observe(said.answer, source_of(said.place.as_ref()), said.text);
    }
    if let Some(login) = &login {
        gate(host, &effective, &sshd.connection(host, Some(login)), login);
    }
}

/// Whether sshd would start with its files as they are. A running sshd read them when it started,
/// so that what is wrong now waits for the next start.
fn validity(host: &Host, sshd: &ThisSshd) {
    let problems = sshd.problems();
    let ours = problems.iter().find(|problem| problem.fatal);
    let found = match (ours, refused(host, sshd)) {
        (Some(problem), _) => Some((problem.place.to_string(), problem.text.clone())),
        (None, Some(words)) => Some((format!("{} -t", sshd.program.display()), words)),
        (None, None) => None,
    };
    match found {
        Some((source, text)) if sshd.listener.is_none() => {
            host.observe(ServerConfig::Invalid, source, text);
        }
        Some((source, text)) => {
            let words = format!("{text}: sshd runs, and will not start again with this");
            host.warn(&place_of(&source), &words);
        }
        None => {
            let text = format!("{} problems", problems.len());
            host.observe(ServerConfig::Valid, sshd.config_file(), text);
        }
    }
    for problem in problems.iter().filter(|problem| !problem.fatal) {
        host.warn(&problem.place, &problem.text);
    }
}

/// What sshd itself says of its configuration, when we may ask it; `None` when it is content or
/// fails for a reason that other looks tell (host keys, the privilege separation directory).
fn refused(host: &Host, sshd: &ThisSshd) -> Option<String> {
    if !host.is_root {
        return None;
    }
    let program = sshd.program.to_str()?;
    let ran = host.run(program, &["-t", "-f", sshd.config_file()]).ok()?;
    let said = String::from_utf8_lossy(&ran.stderr);
    let names_file = |line: &&str| line.contains(sshd.config_file()) || line.contains(".d/");
    let fatal = |line: &&str| line.contains("line ") && names_file(line);
    let failed = ran.status.is_some_and(|status| !status.success());
    said.lines().find(fatal).filter(|_| failed).map(|line| line.trim().to_owned())
}

/// `FILE:LINE`, or whatever it is.
fn place_of(source: &str) -> Place {
    match source.rsplit_once(':').map(|(file, line)| (file, line.parse())) {
        Some((file, Ok(line))) => Place::new(file, line),
        _ => Place::new(Path::new(source).display().to_string(), 0),
    }
}

fn gate(host: &Host, effective: &Effective, connection: &Connection, login: &Login) {
    let (answer, reason) = match user_gate::judge(effective, connection, login.uid) {
        Gate::Admits(reasons) => {
            let text = reasons.first().map_or("no list names the user", |r| r.text.as_str());
            let place = reasons.first().and_then(|r| r.place.as_ref());
            host.observe(UserGate::Admits, source_of(place), text);
            return;
        }
        Gate::Unknown(reason) => {
            let source = source_of(reason.place.as_ref());
            host.not_assessed(format!("the lists of users: {source}: {}", reason.text));
            return;
        }
        Gate::NotAllowed(reason) => (UserGate::NotAllowed, reason),
        Gate::RootForbidden(reason) => (UserGate::RootForbidden, reason),
        Gate::Prohibited(reason) => (UserGate::Prohibited, reason),
    };
    host.observe(answer, source_of(reason.place.as_ref()), reason.text);
}
