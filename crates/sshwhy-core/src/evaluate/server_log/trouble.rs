//! Trouble of the whole server, which no line ties to a client.

use super::SPELL;
use super::WINDOW;
use super::connection::Connection;
use super::events::Event;
use super::events::Log;
use super::events::Topic;
use super::reason;
use crate::model::flow::Flow;
use crate::model::question::ServerLog;
use crate::parse::sshd_log::What;

/// Trouble, and the line that shows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trouble<'a> {
    pub(super) answer: ServerLog,
    pub(super) event: &'a Event,
    /// Whether it lasts until sshd is started again: then nothing that a client did is news.
    pub(super) is_standing: bool,
}

/// The trouble that is the last word of the log.
pub(super) fn find<'a>(
    log: &'a Log,
    connections: &[Connection],
    flow: &Flow,
    now: i64,
    begin: u32,
) -> Option<Trouble<'a>> {
    if let Some(trouble) = start(log, flow) {
        return Some(trouble);
    }
    let accepted = |event: &&Event| event.what() == Some(What::Accepted);
    let last_login = log.events.iter().rfind(accepted).map(|event| event.at);
    let mine = |event: &&Event| accepted(event) && event.source == Some(flow.source);
    let my_last_login = log.events.iter().rfind(mine).map(|event| event.at);
    let unowned = |event: &Event| {
        !connections.iter().any(|c| c.source.is_some() && c.events(log).any(|e| e == event))
    };
    let since_login = |event: &&Event| last_login.is_none_or(|login| event.at > login);
    let recent = log.events.iter().rev().take_while(|event| event.at >= now - WINDOW);
    recent
        .filter_map(|event| {
            let in_spell = event.at >= now - SPELL;
            let crowd = crowd(event, begin).filter(|_| in_spell);
            // Who else gets in says nothing against a dice, but our own login does.
            let crowd = crowd.filter(|_| my_last_login.is_none_or(|login| event.at > login));
            let system = of_system(event).filter(|_| in_spell && since_login(&event));
            let process = || {
                reason::of(event, begin)
                    .filter(|(weight, _)| weight.is_broken() && since_login(&event))
            };
            let answer = crowd.or(system).or_else(|| {
                process()
                    .filter(|_| event.source.is_none() && unowned(event))
                    .map(|(_, answer)| answer)
            });
            answer.map(|answer| Trouble { answer, event, is_standing: false })
        })
        .next()
}

/// Why sshd does not run: the last time that it was started or stopped it did not come up.
fn start<'a>(log: &'a Log, flow: &Flow) -> Option<Trouble<'a>> {
    let mut trouble: Option<(ServerLog, &Event)> = None;
    let mut listening = false;
    for event in &log.events {
        let answer = match event.what() {
            Some(What::Listening) => {
                let here = event.number.is_none_or(|port| port == u64::from(flow.port));
                // An address that cannot be had matters only when no other is.
                listening |= here;
                if listening {
                    trouble = None;
                }
                continue;
            }
            Some(What::Restarting) => {
                listening = false;
                continue;
            }
            Some(What::Terminating) => {
                listening = false;
                ServerLog::Restarted
            }
            Some(What::ConfigError) => ServerLog::ConfigError,
            Some(What::NoHostKeys) => ServerLog::HostKeys,
            Some(What::BindFailed) => ServerLog::BindFailed,
            // A login or a conversation with a client shows that it runs.
            Some(What::Accepted | What::Failed | What::ConnectionFrom | What::ClosedByPeer) => {
                trouble = None;
                continue;
            }
            _ => continue,
        };
        // While it listens, somebody only tried out a configuration, or a second sshd. The first
        // line of an attempt says most.
        if !listening && trouble.is_none_or(|(known, _)| known == ServerLog::Restarted) {
            trouble = Some((answer, event));
        }
    }
    trouble.map(|(answer, event)| Trouble { answer, event, is_standing: true })
}

/// Limits on how many may come.
fn crowd(event: &Event, begin: u32) -> Option<ServerLog> {
    match event.what()? {
        What::StartupsBegin => Some(ServerLog::MaxStartups),
        What::StartupsDrop => {
            let many = event.number.is_some_and(|number| number >= u64::from(begin));
            many.then_some(ServerLog::MaxStartups)
        }
        What::SocketLimit => Some(ServerLog::SocketLimit),
        _ => None,
    }
}

/// What the kernel says.
fn of_system(event: &Event) -> Option<ServerLog> {
    Some(match event.topic {
        Topic::ConntrackFull => ServerLog::Conntrack,
        Topic::Oom => ServerLog::Oom,
        Topic::Seccomp => ServerLog::Sandbox,
        Topic::Crash => ServerLog::ChildCrash,
        Topic::Denied => ServerLog::MandatoryAccess,
        Topic::TcpMemory => ServerLog::Resources,
        Topic::Blocked | Topic::Sshd(_) => return None,
    })
}
