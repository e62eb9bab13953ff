//! What sshd's configuration says of this client: valid or not, the lists of users, the methods,
//! the limits.

use sshwhy_core::evaluate::sshd::Config;
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
    let (Some(config), Some(effective)) = (&sshd.config, sshd.effective(host, login.as_ref()))
    else {
        host.not_assessed(
            "sshd's configuration could not be read: what it says of this client is open",
        );
        return;
    };
    validity(host, sshd, config);
    for problem in effective.problems() {
        host.warn(&problem.place, &format!("{}: it ends such connections as ours", problem.text));
    }
    for said in sshd_policy::answers(&effective) {
        host.observe(said.answer, source_of(said.place.as_ref()), said.text);
    }
    for (question, undecided) in sshd_policy::open(&effective) {
        let line = config.text(&undecided.place).unwrap_or_default();
        let (place, lacks) = (&undecided.place, undecided.lacks);
        let asks = question.text();
        host.not_assessed(format!("{asks}: {place}: {line}: depends on {lacks}, not known"));
    }
    if let Some(login) = &login {
        gate(host, &effective, &sshd.connection(host, Some(login)), login);
    }
}

/// What sshd itself says of its configuration.
enum Own {
    Accepts,
    /// It complains of this line, in these words.
    Refuses(Place, String),
    /// We may not ask it, or it fails for another reason, which other looks tell: host keys, the privilege separation
    /// directory.
    Silent,
}

/// Whether sshd would start with its files as they are. What sshd itself says counts more than our reading. A running sshd
/// read them when it started, so that what is wrong now waits for the next start.
fn validity(host: &Host, sshd: &ThisSshd, config: &Config) {
    let passed_over = config.problems().iter().filter(|problem| !problem.fatal);
    for problem in passed_over.clone() {
        host.warn(&problem.place, &format!("{}: without effect", problem.text));
    }
    for (place, by) in config.overridden() {
        let line = config.text(place).unwrap_or_default();
        host.warn(place, &format!("{line}: without effect: {by} sets another value first"));
    }
    let ours = config.problems().iter().filter(|problem| problem.fatal);
    let (place, text) = match (own_word(host, sshd, config), ours.clone().next()) {
        (Own::Refuses(place, text), _) => (place, text),
        (Own::Accepts, _) => {
            let program = sshd.program.display();
            host.observe(
                ServerConfig::Valid,
                config_file(config),
                format!("{program} -t is content"),
            );
            return;
        }
        (Own::Silent, None) => {
            let text = format!("{} lines are without effect, none is wrong", passed_over.count());
            host.observe(ServerConfig::Valid, config_file(config), text);
            return;
        }
        // A build may know keywords of its own.
        (Own::Silent, Some(first))
            if ours.clone().all(|problem| problem.text.starts_with(UNKNOWN)) =>
        {
            let (place, text) = (&first.place, &first.text);
            host.not_assessed(format!(
                "{place}: {text}, unless this build knows it: only root can ask it"
            ));
            return;
        }
        (Own::Silent, Some(first)) => {
            let line = config.text(&first.place).unwrap_or_default();
            (first.place.clone(), format!("{line}: {}", first.text))
        }
    };
    if sshd.listener.is_none() {
        host.observe_at(ServerConfig::Invalid, &place, text);
    } else {
        host.warn(&place, &format!("{text}: sshd runs, and will not start again with this"));
    }
}

/// How we call a keyword that OpenSSH does not have.
const UNKNOWN: &str = "Bad configuration option";

fn config_file(config: &Config) -> String {
    config.files().next().unwrap_or_default().to_owned()
}

fn own_word(host: &Host, sshd: &ThisSshd, config: &Config) -> Own {
    let program = sshd.program.to_str().filter(|_| host.is_root);
    let Some(program) = program else { return Own::Silent };
    let arguments = ["-t"].into_iter().chain(sshd.arguments.iter().map(String::as_str));
    let Ok(ran) = host.run(program, &arguments.collect::<Vec<_>>()) else { return Own::Silent };
    match ran.status {
        Some(status) if status.success() => Own::Accepts,
        Some(_) => {
            let said = String::from_utf8_lossy(&ran.stderr);
            let named = said.lines().find_map(|line| named_line(line, config));
            named.map_or(Own::Silent, |(place, words)| Own::Refuses(place, words))
        }
        None => Own::Silent,
    }
}

/// `FILE line N: WORDS` or `FILE: line N: WORDS`, of one of the files, but not of a line that sshd only passes over.
fn named_line(line: &str, config: &Config) -> Option<(Place, String)> {
    let (file, rest) = line.split_once(" line ")?;
    let (number, words) = rest.split_once(": ")?;
    let file = file.trim_end_matches(':');
    let passed_over = ["Deprecated option", "Unsupported option"];
    if !config.files().any(|own| own == file) || passed_over.iter().any(|p| words.starts_with(p)) {
        return None;
    }
    let place = Place::new(file, number.parse().ok()?);
    let text = config.text(&place).unwrap_or_default();
    Some((place.clone(), format!("{text}: {words}")))
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
