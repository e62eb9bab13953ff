//! What sshd wrote of the client, and whether it penalises it.

use sshwhy_core::evaluate::server_log;
use sshwhy_core::evaluate::server_log::Penalised;
use sshwhy_core::evaluate::server_log::Topic;
use sshwhy_core::evaluate::server_log::View;
use sshwhy_core::model::question::Penalty;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::ServerLog;
use sshwhy_core::parse::proc_net;
use sshwhy_core::parse::proc_net::TcpState;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::host::Logs;
use crate::sys::process_table;

pub(super) static LOOK: Look = Look {
    name: "log",
    doing: "reading what sshd wrote of the client",
    concerns: Concerns::ThisClient,
    questions: &[Question::ServerLog, Question::Penalty],
    run,
};

fn run(host: &Host) {
    let logs = host.logs();
    if let Some(unread) = logs.unread_words(host) {
        host.not_assessed(format!("log: {unread}"));
    }
    let view = View {
        now: logs.now,
        user: host.user.as_deref(),
        startups_begin: startups_begin(),
        is_excerpt: false,
        listens: something_listens(host),
    };
    let verdict = server_log::judge(&logs.log, &host.flow, &view);
    match verdict.shown_by {
        Some(event) => match verdict.answer {
            Some(answer) => host.observe_at(answer, &event.place, &event.text),
            None => host.not_assessed(format!("log: {}: {}", event.place, event.text)),
        },
        // Silence says something only where sshd is known to speak.
        None if logs.log.sshd_lines > 0 => {
            let (source, places) = (host.flow.source, logs.places());
            let text = format!("no line of the last hour is about {source}");
            host.observe(ServerLog::Nothing, places, text);
        }
        None => {
            let places = if logs.read.is_empty() { "there is no log" } else { &logs.places() };
            host.not_assessed(format!(
                "log: {places}: no line of sshd's; what it said of the client is open"
            ));
        }
    }
    warn_of_block(host, logs);
    penalty(host, logs);
}

fn penalty(host: &Host, logs: &Logs) {
    let source = host.flow.source;
    match server_log::penalised(&logs.log, source, logs.now) {
        Penalised::Yes(event) => host.observe_at(Penalty::Penalised, &event.place, &event.text),
        Penalised::Perhaps(event) => host.not_assessed(format!(
            "penalty: {}: {source} was penalised; whether the penalty still lasts is not logged",
            event.place
        )),
        Penalised::No if logs.log.sshd_lines > 0 => {
            let text = format!("no penalty of the last ten minutes names {source}");
            host.observe(Penalty::Free, logs.places(), text);
        }
        Penalised::No => host.not_assessed("penalty: no log of sshd's shows its penalties"),
    }
}

/// ufw's own word that it stopped the client at this port: the rules are judged elsewhere, and this
/// shows that they met the client.
fn warn_of_block(host: &Host, logs: &Logs) {
    let port = Some(u64::from(host.flow.port));
    let is_ours = |event: &&server_log::Event| {
        let client = event.source == Some(host.flow.source) && event.number == port;
        event.topic == Topic::Blocked && client
    };
    let recent = |event: &&server_log::Event| event.at >= logs.now - server_log::WINDOW;
    if let Some(event) = logs.log.events.iter().rev().take_while(recent).find(is_ours) {
        host.warn(&event.place, "ufw stopped a packet of this client to this port");
    }
}

/// Where MaxStartups begins, from the title that the listener gives itself:
/// `sshd: … [listener] 0 of 10-100 startups` (8.2 and later).
fn startups_begin() -> Option<u32> {
    process_table::all().find_map(|process| {
        let (_, rest) = process.title.split_once("[listener] ")?;
        let (_, limits) = rest.split_once(" of ")?;
        limits.split_once('-')?.0.parse().ok()
    })
}

/// Whether something listens on the port; `None` when /proc does not say.
fn something_listens(host: &Host) -> Option<bool> {
    let mut known = None;
    for file in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let Ok(text) = host.read(file) else { continue };
        let listens = proc_net::parse_tcp_sockets(&text)
            .iter()
            .any(|s| s.state == TcpState::Listen && s.local.port() == host.flow.port);
        known = Some(known.unwrap_or(false) || listens);
    }
    known
}
