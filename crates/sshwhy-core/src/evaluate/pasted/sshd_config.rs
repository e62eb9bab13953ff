//! sshd's configuration as a file, as a part of it, or as `sshd -T` prints it: what it says of the client that the other texts
//! are about, or of anybody.

use std::net::IpAddr;

use super::About;
use super::place;
use super::say;
use super::sorted::Line;
use super::sorted::Sorted;
use crate::evaluate::sshd::Config;
use crate::evaluate::sshd::Connection;
use crate::evaluate::sshd::Files;
use crate::evaluate::sshd::is_keyword;
use crate::evaluate::sshd_policy;
use crate::evaluate::user_gate;
use crate::evaluate::user_gate::Gate;
use crate::evaluate::user_gate::Reason;
use crate::model::case::Case;
use crate::model::question::Answer;
use crate::model::question::Connect;
use crate::model::question::Listener;
use crate::model::question::Question;
use crate::model::question::ServerConfig;
use crate::model::question::UserGate;

/// So many different keywords make a configuration of what has no name.
const FEW: usize = 2;
/// What only a client's configuration has.
const OF_CLIENT: &[&str] =
    &["host", "hostname", "identityfile", "proxyjump", "proxycommand", "identitiesonly", "user"];

/// The text as the only file.
struct Pasted(String);

impl Files for Pasted {
    fn expand(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

pub(super) fn read(sorted: &Sorted<'_>, about: &About, case: &mut Case) {
    let Some(text) = configuration(sorted) else { return };
    let config = Config::load(sorted.name, &Pasted(text));
    let user = Some(case.target.user.clone()).filter(|user| !user.is_empty());
    let connection =
        Connection { user, address: about.from.or(case.target.source), ..Connection::default() };
    let effective = config.effective(&connection);
    for problem in config.problems() {
        let line = problem.place.line;
        let words =
            format!("{}: {}", config.text(&problem.place).unwrap_or_default(), problem.text);
        // A word that is no keyword may be the text around it; a missing key is not a matter of the text.
        if problem.fatal && !problem.text.starts_with("Bad configuration option") && line > 0 {
            say(case, ServerConfig::Invalid, sorted.name, line, &words);
        } else if !problem.fatal {
            case.warnings.push(format!("{}: {}", place(sorted.name, line), problem.text));
        }
    }
    for said in sshd_policy::answers(&effective) {
        if let Some(by) = said.place {
            say(case, said.answer, sorted.name, by.line, &said.text);
        }
    }
    gate(sorted, case, &user_gate::judge(&effective, &connection, uid(&connection)), &config);
    listens(sorted, &config, case);
}

/// Root is the only account whose number is known by its name.
fn uid(connection: &Connection) -> u32 {
    if connection.user.as_deref() == Some("root") { 0 } else { 1000 }
}

fn gate(sorted: &Sorted<'_>, case: &mut Case, gate: &Gate, config: &Config) {
    let of_groups = |reason: &Reason| reason.text.to_lowercase().contains("groups");
    let (answer, reason) = match gate {
        Gate::NotAllowed(reason) if of_groups(reason) => return,
        Gate::NotAllowed(reason) => (UserGate::NotAllowed, reason),
        Gate::RootForbidden(reason) => (UserGate::RootForbidden, reason),
        Gate::Prohibited(reason) => (UserGate::Prohibited, reason),
        Gate::Admits(_) | Gate::Unknown(_) => return,
    };
    if let Some(by) = &reason.place {
        let line = config.text(by).unwrap_or(&reason.text);
        say(case, answer, sorted.name, by.line, line);
    }
}

/// Where sshd listens, if the client was refused: on another port, or on this host alone.
fn listens(sorted: &Sorted<'_>, config: &Config, case: &mut Case) {
    let effective = config.effective(&Connection::default());
    let is_loopback = |text: &str| {
        let host = text.rsplit_once(':').map_or(text, |(host, _)| host);
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        address.is_ok_and(|address| address.is_loopback())
    };
    let addresses = effective.all("listenaddress");
    let written: Vec<_> = addresses.iter().filter(|value| value.place.is_some()).collect();
    if let Some(first) = written.first()
        && written.iter().all(|value| is_loopback(&value.text))
        && let Some(by) = &first.place
    {
        let text = config.text(by).unwrap_or(&first.text);
        say(case, Listener::Elsewhere, sorted.name, by.line, text);
    }
    let ports = effective.all("port");
    let port = case.target.port.to_string();
    let was_refused = [Connect::Refused, Connect::Reset]
        .iter()
        .any(|answer| case.observations.holds(Answer::from(*answer)));
    if let Some(first) = ports.first()
        && let Some(by) = &first.place
        && ports.iter().all(|value| value.text != port)
        && (was_refused || case.observations.answer(Question::Connect).is_none())
    {
        let text = config.text(by).unwrap_or(&first.text);
        if was_refused {
            say(case, Listener::Elsewhere, sorted.name, by.line, text);
        } else {
            case.notes.push(format!("sshd listens on port {} by this configuration", first.text));
        }
    }
}

/// The lines of a configuration with all others left empty, so that numbers stay.
fn configuration(sorted: &Sorted<'_>) -> Option<String> {
    let is_named = sorted.name.contains("sshd_config");
    let is_shown = |line: &Line<'_>| {
        line.text.contains("sshd_config")
            || line.text.contains("sshd -T")
            || line.text.contains("sshd -t")
    };
    let known = |line: &Line<'_>| {
        let text = line.text.trim();
        let (word, rest) = text.split_once([' ', '\t', '='])?;
        let word = word.to_ascii_lowercase();
        // Prose begins with a word, too; a setting ends in no full stop and has few words.
        let is_setting = is_keyword(&word) && !rest.trim().is_empty() && !text.ends_with('.');
        (is_setting && !line.is_known()).then_some(word)
    };
    let is_client = sorted.lines.iter().any(|line| {
        let word = line.text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        OF_CLIENT.contains(&word.as_str()) && !line.is_known()
    });
    let mut words: Vec<String> = sorted.lines.iter().filter_map(known).collect();
    words.sort();
    words.dedup();
    let is_one = is_named || sorted.lines.iter().any(is_shown) || words.len() >= FEW;
    if words.is_empty() || !is_one || is_client {
        return None;
    }
    let lines = sorted.lines.iter();
    let own: Vec<&str> = lines.map(|line| known(line).map_or("", |_| line.text.trim())).collect();
    Some(own.join("\n"))
}
