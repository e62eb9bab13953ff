//! What happens, in a sentence that needs no knowledge of SSH: target, stage and outcome in words.

use crate::model::evidence::Evidence;
use crate::model::outcome::Break;
use crate::model::outcome::Outcome;
use crate::model::question::Answer;
use crate::model::question::ClientConfig;
use crate::model::question::Connect;
use crate::model::question::Hello;
use crate::model::question::HostKey;
use crate::model::question::KexReply;
use crate::model::question::Login;
use crate::model::question::Session;
use crate::model::question::SystemLookup;
use crate::model::stage::Stage;
use crate::model::target::Target;

mod server;

pub(super) use server::in_order;
pub(super) use server::would_happen;
pub(super) use server::would_work;

/// The names in a sentence.
pub(super) struct Names {
    /// What was probed, with its address: `prod (192.0.2.7)`.
    pub(super) target: String,
    /// The name that is looked up.
    host: String,
    user: String,
    port: u16,
}

impl Names {
    pub(super) fn of(target: &Target) -> Self {
        let name = match &target.hop {
            Some(hop) => format!("the jump host {hop}"),
            None if target.given.is_empty() && target.host.is_empty() => "the server".to_owned(),
            None if target.given.is_empty() => target.host.clone(),
            None => target.given.clone(),
        };
        let address = target.address.map(|a| a.to_string());
        let with_address = match address {
            Some(address) if !name.contains(&address) => format!("{name} ({address})"),
            _ => name,
        };
        let host = if target.host.is_empty() { &target.given } else { &target.host };
        let user = if target.user.is_empty() { "you" } else { &target.user };
        Self { target: with_address, host: host.clone(), user: user.to_owned(), port: target.port }
    }
}

/// The sentence for a break, by the answer that shows it where that says more than the stage.
pub(super) fn happens(names: &Names, broke: Break, shown_by: Answer) -> String {
    let Names { target, host, user, port } = names;
    match shown_by {
        Answer::ClientConfig(ClientConfig::Forbidden) => {
            format!("your ssh configuration forbids connections to {target}")
        }
        Answer::ClientConfig(_) => format!("ssh cannot use its own configuration for {target}"),
        Answer::SshProgram(_) => "the ssh program on this machine does not run".to_owned(),
        Answer::Proxy(_) => format!("the proxy or jump host does not get us to {target}"),
        Answer::SystemLookup(SystemLookup::NoSuchName) => format!("there is no host named {host}"),
        Answer::SystemLookup(SystemLookup::NoAddress) => {
            format!("the name {host} has no address that ssh may use")
        }
        Answer::SystemLookup(_) => format!("nobody can say which address {host} has"),
        Answer::LookupTime(_) => format!("{target} works, but looking up its name takes seconds"),
        Answer::FirstAddress(_) => {
            format!("{target} works, but only after an address that does not answer")
        }
        Answer::Repeat(_) => format!("{target} answers some attempts and fails others"),
        Answer::Connect(Connect::LocalDenied | Connect::LocalError) => {
            format!("this machine does not let ssh connect to {target}")
        }
        Answer::Hello(Hello::OtherService) => {
            format!("something that is not SSH answers at {target}, port {port}")
        }
        Answer::Hello(Hello::OldProtocol) => format!("{target} speaks only the outdated SSH 1"),
        Answer::Agreement(_) => format!("{target} and this client cannot agree on algorithms"),
        Answer::HostKey(HostKey::Changed) => {
            format!("{target} shows another host key than the one on record")
        }
        Answer::HostKey(HostKey::UnknownStrict) => {
            format!("the host key of {target} is not on record, and ssh must not ask")
        }
        Answer::HostKey(HostKey::Revoked) => format!("{target} shows a revoked host key"),
        Answer::HostKey(_) => format!("the host key of {target} is not acceptable"),
        Answer::Login(Login::PartialOnly) => {
            format!("{target} accepts the key of {user} and wants one thing more")
        }
        Answer::Session(Session::NoShell | Session::CommandMissing | Session::ExitsAtOnce) => {
            format!("{target} lets {user} in, and the shell ends at once")
        }
        Answer::Sftp(_) => format!("{target} lets {user} in, but sftp does not start"),
        Answer::Forwarding(_) => format!("{target} lets {user} in, but refuses the forwarding"),
        Answer::Terminal(_) => format!("{target} lets {user} in, but gives no terminal"),
        Answer::StartupOutput(_) => {
            format!("{target} lets {user} in, but prints where scp and sftp expect silence")
        }
        _ => by_stage(names, broke),
    }
}

/// The sentence for a break by its place and manner alone.
pub(super) fn by_stage(names: &Names, broke: Break) -> String {
    let Names { target, user, port, .. } = names;
    let when = match broke.stage {
        Stage::Config | Stage::Resolve | Stage::Route | Stage::Connect => {
            return match broke.outcome {
                Outcome::Refused => format!("{target} refuses connections to port {port}"),
                Outcome::Timeout | Outcome::Hung => {
                    format!("{target} does not answer on port {port}")
                }
                Outcome::Unreachable if broke.stage == Stage::Route => {
                    format!("this machine knows no way to {target}")
                }
                Outcome::Unreachable => format!("{target} cannot be reached"),
                _ => format!("the connection to {target} fails before it is open"),
            };
        }
        Stage::Banner => "before SSH starts",
        Stage::KexInit => "right after the greeting",
        Stage::KeyExchange => "while keys are exchanged",
        Stage::HostKey => "when its host key is checked",
        Stage::Auth => "during the login",
        Stage::Session => "right after the login",
        Stage::Idle => "after lying idle",
    };
    match broke.outcome {
        Outcome::Reset | Outcome::Refused => format!("{target} resets the connection {when}"),
        Outcome::Closed => format!("{target} closes the connection {when}"),
        Outcome::Hung | Outcome::Timeout => match broke.stage {
            Stage::Banner => format!("{target} accepts the connection, then stays silent"),
            Stage::Idle => format!("the connection to {target} is dead {when}"),
            _ => format!("{target} falls silent {when}"),
        },
        Outcome::Rejected if broke.stage == Stage::Auth => {
            format!("{target} does not let {user} in")
        }
        Outcome::Rejected => format!("{target} says no {when}"),
        Outcome::Slow => format!("{target} works, but the login takes seconds"),
        _ => format!("{target} fails {when}"),
    }
}

/// The sentence when nothing in a text tells of trouble.
pub(super) fn nothing_wrong(evidence: &Evidence) -> String {
    if evidence.observations().is_empty() {
        "nothing in this tells of trouble with an SSH connection".to_owned()
    } else {
        "nothing is wrong in this: all that it tells of SSH is in order".to_owned()
    }
}

/// The sentence when nothing is wrong: how far it was seen to work, and what was left out.
pub(super) fn works(names: &Names, evidence: &Evidence) -> String {
    let Names { target, user, .. } = names;
    if evidence.holds(Session::Starts) {
        format!("{target} works: {user} logs in and the session starts")
    } else if evidence.holds(Login::Accepted) {
        format!("{target} works: it lets {user} in")
    } else if evidence.holds(Login::NeedsSecret) {
        format!("{target} works up to the password, which is never tried here")
    } else if evidence.holds(KexReply::Received) {
        format!("{target} works up to the login, which was not tried")
    } else if evidence.holds(Hello::Identification) {
        format!("{target} answers as an SSH server does; more was not tried")
    } else if evidence.holds(Connect::Established) {
        format!("{target} accepts connections; more was not tried")
    } else {
        format!("{target}: nothing wrong was seen, but little was looked at")
    }
}
