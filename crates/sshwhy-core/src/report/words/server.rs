//! What would become of a client, said on the server.

use crate::model::evidence::Observation;
use crate::model::outcome::Break;
use crate::model::outcome::Outcome;
use crate::model::question::Question;
use crate::model::stage::Stage;
use crate::model::target::Target;

/// The sentence for trouble that was found.
pub(in crate::report) fn would_happen(target: &Target, broke: Break) -> String {
    let (client, port) = (client(target), target.port);
    let whose = if target.user.is_empty() { client.clone() } else { user_of(target) };
    match (broke.stage, broke.outcome) {
        (_, Outcome::Slow) => format!("{whose} gets in, after a wait of seconds"),
        (Stage::Config | Stage::Resolve | Stage::Route | Stage::Connect, outcome) => {
            match outcome {
                Outcome::Timeout | Outcome::Hung => {
                    format!("{client} gets no answer on port {port}")
                }
                Outcome::Unreachable => {
                    format!("{client} is told that port {port} is out of reach")
                }
                _ => format!("{client} is refused on port {port}"),
            }
        }
        (Stage::Banner, Outcome::Hung) => format!("{client} connects and then hears nothing"),
        (Stage::Banner, _) => format!("{client} is cut off before SSH starts"),
        (Stage::KexInit | Stage::KeyExchange | Stage::HostKey, _) => {
            format!("{client} gets no further than the key exchange")
        }
        (Stage::Auth, _) => format!("{whose} is not let in"),
        (Stage::Session, _) => format!("{whose} gets in, and the session fails"),
        (Stage::Idle, _) => format!("a session of {whose} ends when it lies still"),
    }
}

/// The sentence when nothing was found.
pub(in crate::report) fn would_work(target: &Target) -> String {
    let port = target.port;
    if target.user.is_empty() {
        return format!("nothing that was looked at stops {} on port {port}", client(target));
    }
    format!("nothing that was looked at stops {} on port {port}", user_of(target))
}

/// What a look found in order, in the fewest words; for rules, which one admits the client.
pub(in crate::report) fn in_order(observation: &Observation) -> String {
    let words = match observation.answer.question() {
        Question::Listener => "sshd listens",
        Question::ServerFilter => return format!("packet filter ({})", admitted_by(observation)),
        Question::Ban => "no ban",
        Question::Wrappers => "TCP wrappers",
        Question::ServerLog => "logs",
        Question::ServerHealth => "load, memory and disk",
        Question::NoLoginFile => "no nologin file",
        Question::ReplyRoute => "way back",
        Question::TrackingTable => "connection table",
        Question::Unit => "unit",
        Question::ServerConfig => "configuration",
        Question::HostKeyFiles => "host keys",
        Question::PrivsepDir => "privilege separation directory",
        Question::Helpers => "helper programs",
        Question::Startups => "MaxStartups",
        Question::SourceLimit => "limits per source",
        Question::Penalty => "no penalty",
        Question::MandatoryAccess => "SELinux and AppArmor",
        Question::ServerAlgorithms => "algorithms",
        Question::Account => "account",
        Question::UserGate => "lists of users",
        Question::KeyFile => "authorized keys",
        Question::ServerMethods => "methods",
        Question::LoginModules => "PAM",
        Question::ReverseLookup => "reverse look-up",
        Question::GraceTime | Question::AuthTries => "limits of a login",
        Question::SessionLimits => "limits of a session",
        Question::SessionGround => "subsystem and forced command",
        Question::ForwardingPolicy => "forwarding",
        Question::IdlePolicy => "idle limits",
        _ => observation.answer.text(),
    };
    words.to_owned()
}

/// The rule that admits the client, or that there is none.
fn admitted_by(observation: &Observation) -> &str {
    if observation.text.starts_with("no rule") { &observation.text } else { &observation.source }
}

fn client(target: &Target) -> String {
    target.source.map_or("a client".to_owned(), |source| source.to_string())
}

fn user_of(target: &Target) -> String {
    format!("{} from {}", target.user, client(target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_would_meet_what() {
        let check = |user: &str, stage, outcome, expected: &str| {
            let target = Target {
                user: user.to_owned(),
                port: 22,
                source: Some("192.0.2.7".parse().unwrap()),
                ..Target::default()
            };
            assert_eq!(would_happen(&target, Break { outcome, stage }), expected);
        };
        check("", Stage::Connect, Outcome::Timeout, "192.0.2.7 gets no answer on port 22");
        check("", Stage::Banner, Outcome::Reset, "192.0.2.7 is cut off before SSH starts");
        check("alice", Stage::Banner, Outcome::Reset, "192.0.2.7 is cut off before SSH starts");
        check("alice", Stage::Auth, Outcome::Rejected, "alice from 192.0.2.7 is not let in");
        let nobody = Target { port: 22, ..Target::default() };
        assert_eq!(would_work(&nobody), "nothing that was looked at stops a client on port 22");
    }
}
