//! What the options of a rule that matches lead to.

use super::Lookup;
use crate::parse::hosts_access::option::Effect;
use crate::parse::hosts_access::option::Options;

/// Where the options of a rule lead.
pub(super) struct Outcome {
    /// What happens when nothing stops them before.
    pub(super) end: End,
    /// The last `aclexec` before the end: its command must succeed, or the file counts as without a match.
    pub(super) aclexec: Option<String>,
    /// What would refuse before the end if it were so.
    pub(super) doubts: Vec<String>,
    /// Whether the client's host is asked for the user.
    pub(super) asks_user: bool,
}

/// How they end.
pub(super) enum End {
    /// All were done: the file decides.
    Through,
    /// `allow`.
    Allow,
    /// `deny`.
    Deny,
    /// libwrap finds this wrong, and refuses.
    Error(String),
    /// This command takes the server's place.
    Twist(String),
}

/// Follows the options of a rule.
pub(super) fn follow(text: &[u8], lookup: &dyn Lookup) -> Outcome {
    let Options { effects, error } = Options::parse(text);
    let mut outcome =
        Outcome { end: End::Through, aclexec: None, doubts: Vec::new(), asks_user: false };
    for effect in effects {
        let end = match effect {
            Effect::Allow => End::Allow,
            Effect::Deny => End::Deny,
            Effect::Twist(command) => End::Twist(command),
            Effect::Aclexec(command) => {
                outcome.aclexec = Some(command);
                continue;
            }
            Effect::User(name) => {
                match account(lookup.has_user(&name), "user", &name, &mut outcome) {
                    Some(end) => end,
                    None => continue,
                }
            }
            Effect::Group(name) => {
                match account(lookup.has_group(&name), "group", &name, &mut outcome) {
                    Some(end) => end,
                    None => continue,
                }
            }
            Effect::AsksUser => {
                outcome.asks_user = true;
                continue;
            }
            Effect::MayOverflow => {
                outcome
                    .doubts
                    .push("what its % letters stand for is longer than libwrap bears".to_owned());
                continue;
            }
            Effect::Spawn(_) | Effect::Nothing => continue,
        };
        return Outcome { end, ..outcome };
    }
    let end = error.map_or(End::Through, End::Error);
    Outcome { end, ..outcome }
}

fn account(is_there: Option<bool>, kind: &str, name: &str, outcome: &mut Outcome) -> Option<End> {
    match is_there {
        Some(true) => None,
        Some(false) => Some(End::Error(format!("unknown {kind}: \"{name}\""))),
        None => {
            outcome.doubts.push(format!("there is no {kind} {name} on the server"));
            None
        }
    }
}
