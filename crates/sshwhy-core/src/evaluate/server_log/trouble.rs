//! Trouble of the whole server, which no line ties to a client.

use std::collections::HashSet;
use std::net::IpAddr;

use super::SPELL;
use super::View;
use super::WINDOW;
use super::connection::Connection;
use super::events::Event;
use super::events::Log;
use super::events::Topic;
use super::reason;
use crate::model::flow::Flow;
use crate::model::question::ServerLog;
use crate::parse::log_line::MICROS;
use crate::parse::sshd_log::What;

/// Connections that were open when sshd stopped may still be at their login so long after, in
/// microseconds (LoginGraceTime is two minutes).
const LINGERS: i64 = 180 * MICROS;

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
    view: &View<'_>,
) -> Option<Trouble<'a>> {
    if let Some((answer, event)) = start(log, flow, view) {
        return Some(Trouble { answer, event, is_standing: true });
    }
    let login = |of: Option<IpAddr>| {
        let is_login = |event: &&Event| {
            event.what() == Some(What::Accepted) && (of.is_none() || event.source == of)
        };
        log.events.iter().rfind(is_login).map_or(i64::MIN, |event| event.at)
    };
    let (last_login, my_last_login) = (login(None), login(Some(flow.source.to_canonical())));
    let mut owned: HashSet<usize> = HashSet::new();
    for connection in connections.iter().filter(|c| c.source.is_some()) {
        owned.extend(connection.indices());
    }
    let recent = log.events.iter().enumerate().rev();
    let mut recent = recent.take_while(|(_, event)| event.at >= view.now - WINDOW);
    recent.find_map(|(index, event)| {
        let in_spell = event.at >= view.now - SPELL;
        // Who else gets in says nothing against dice, but our own login does.
        let crowd = || crowd(event, view.begin()).filter(|_| in_spell && event.at > my_last_login);
        let system = || of_system(event).filter(|_| in_spell && event.at > last_login);
        let process = || {
            let (weight, answer) = reason::of(event, view.begin())?;
            let is_nobodys = event.source.is_none() && !owned.contains(&index);
            (weight.is_broken() && is_nobodys && event.at > last_login).then_some(answer?)
        };
        let answer = crowd().or_else(system).or_else(process)?;
        Some(Trouble { answer, event, is_standing: false })
    })
}

/// Why sshd does not run: the last time that it was started or stopped it did not come up.
fn start<'a>(log: &'a Log, flow: &Flow, view: &View<'_>) -> Option<(ServerLog, &'a Event)> {
    let mut trouble: Option<(ServerLog, &Event)> = None;
    // Where the log begins nobody knows; then what listens now tells.
    let mut listens = view.listens.filter(|listens| *listens);
    for event in &log.events {
        let answer = match event.what() {
            Some(What::Listening) => {
                // An address that cannot be had matters only when no other is.
                if event.number.is_none_or(|port| port == u64::from(flow.port)) {
                    (listens, trouble) = (Some(true), None);
                }
                continue;
            }
            Some(What::Restarting) => {
                listens = Some(false);
                continue;
            }
            Some(What::Terminating) => {
                listens = Some(false);
                ServerLog::Restarted
            }
            Some(What::ConfigError) => ServerLog::ConfigError,
            Some(What::NoHostKeys) => ServerLog::HostKeys,
            Some(What::BindFailed) if event.text.contains("Permission denied") => {
                ServerLog::Unprivileged
            }
            Some(What::BindFailed) => ServerLog::BindFailed,
            // A new client shows that it runs; those that were there stay for a while.
            Some(What::Accepted | What::Failed | What::ConnectionFrom)
                if trouble.is_some_and(|(_, begun)| event.at > begun.at + LINGERS) =>
            {
                trouble = None;
                continue;
            }
            _ => continue,
        };
        // While it listens, somebody only tries out a configuration, or a second sshd. The first
        // line of an attempt says most.
        let is_first = trouble.is_none_or(|(known, _)| known == ServerLog::Restarted);
        if listens != Some(true) && is_first {
            trouble = Some((answer, event));
        }
    }
    // Whoever has the port now: an sshd that was stopped is not what keeps clients out.
    let is_up = |answer| answer == ServerLog::Restarted && view.listens == Some(true);
    trouble.filter(|(answer, _)| !is_up(*answer))
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
