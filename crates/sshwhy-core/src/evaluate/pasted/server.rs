//! The logs of a server: for one client, or in sum.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::net::Ipv4Addr;

use super::About;
use super::log_sum::Hour;
use super::log_sum::Sum;
use super::log_sum::hour;
use super::long_log::LongLog;
use super::long_log::Run;
use super::place;
use super::say;
use super::sorted::Kind;
use super::sorted::Sorted;
use crate::evaluate::dialogue::early;
use crate::evaluate::server_log;
use crate::evaluate::server_log::Event;
use crate::evaluate::server_log::Log;
use crate::evaluate::server_log::Text;
use crate::evaluate::server_log::Topic;
use crate::evaluate::server_log::Verdict;
use crate::model::case::Case;
use crate::model::flow::Flow;
use crate::model::question::Account;
use crate::model::question::Agreement;
use crate::model::question::Answer;
use crate::model::question::Forwarding;
use crate::model::question::HostKeyFiles;
use crate::model::question::KeyOutcome;
use crate::model::question::Listener;
use crate::model::question::Login;
use crate::model::question::MandatoryAccess;
use crate::model::question::ServerFilter;
use crate::model::question::ServerLog;
use crate::parse::log_line::Clock;
use crate::parse::ssh_debug;
use crate::parse::ssh_debug::parse_ssh_debug;
use crate::parse::sshd_log::What;

/// A log of more clients than this is not about one of them.
const FEW: usize = 2;

pub(super) fn read(
    all: &[Sorted<'_>],
    logs: Vec<(String, LongLog)>,
    about: &About,
    case: &mut Case,
) {
    let (mut sums, mut kept) = (Vec::new(), Vec::new());
    for (name, log) in logs {
        let (sum, runs) = log.finish();
        sums.push(sum);
        kept.extend(runs.into_iter().map(|run| (name.clone(), run)));
    }
    let log = log(all, &kept, about);
    let Some(last) = log.events.iter().map(|event| event.at).max() else { return };
    let sources: BTreeSet<IpAddr> = log.events.iter().filter_map(|event| event.source).collect();
    let failures = server_log::recent_failures(&log, last);
    let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let asked = about.from.map(|from| from.to_canonical());
    let first = failures.iter().find(|f| asked.is_none_or(|asked| asked == f.source));
    let many = sums.iter().any(|sum| sum.clients() > FEW) || sources.len() > FEW;
    let few = asked.is_some() || !many;
    let source = asked.or(first.filter(|_| few).map(|f| f.source));
    let user = first.filter(|_| few).and_then(|f| f.user);
    // What PAM refuses names only a user.
    let user = user.or_else(|| log.events.iter().rev().find_map(|event| event.user.as_deref()));
    let flow = Flow {
        source: source.unwrap_or(nobody),
        source_port: None,
        destination: nobody,
        port: case.target.port,
        interface: None,
    };
    let view = server_log::View {
        now: last,
        user: user.filter(|_| few),
        startups_begin: None,
        is_excerpt: few,
        listens: None,
    };
    if let Some(user) = user.filter(|_| few && case.target.user.is_empty()) {
        user.clone_into(&mut case.target.user);
    }
    let is_asked = asked.is_some() || !case.observations.observations().is_empty();
    conclude(&server_log::judge(&log, &flow, &view), is_asked, few, case);
    if few {
        for event in &log.events {
            if let Some(answer) = implied(event, &log) {
                say(case, answer, &event.place.file, event.place.line, &event.text);
            }
        }
    } else {
        if sums.is_empty() {
            let mut sum = Sum::default();
            for event in &log.events {
                let hour = hour_of(all, event);
                event.what().into_iter().for_each(|what| sum.add(what, event.source, 1, hour));
            }
            sums.push(sum);
        }
        case.notes.extend(sums.into_iter().flat_map(Sum::words));
        case.notes.push("one of them is judged with --from IP".to_owned());
    }
}

/// The hour in which a line was written, as it stands at its front.
fn hour_of(all: &[Sorted<'_>], event: &Event) -> Hour {
    let text = all.iter().find(|sorted| sorted.name == event.place.file);
    let line = text.and_then(|sorted| sorted.lines.get(event.place.line.checked_sub(1)?));
    line.map_or_else(Hour::default, |line| hour(line.text.as_bytes()))
}

/// The lines of all texts that a server wrote.
///
/// Of long logs, the part that tells of the client or of now.
fn log(all: &[Sorted<'_>], kept: &[(String, Run)], about: &About) -> Log {
    let texts: Vec<(&str, String)> =
        all.iter().map(|sorted| (sorted.name, sorted.of_kind(Kind::Server))).collect();
    let texts: Vec<Text<'_>> = texts
        .iter()
        .map(|(file, text)| Text {
            file,
            lines_before: 0,
            bytes: text.as_bytes(),
            // A line without a time is not older than any other.
            written: Some(about.now),
        })
        .chain(kept.iter().map(|(file, run)| Text {
            file,
            lines_before: run.lines_before,
            bytes: &run.bytes,
            written: None,
        }))
        .collect();
    let clock = Clock { booted: Some(0), ..about.clock() };
    let mut log = Log::read(&texts, &clock, about.since.unwrap_or(i64::MIN));
    log.events.retain(|event| about.until.is_none_or(|until| event.at < until));
    for event in &mut log.events {
        // Lines without a process are those of one that was run by hand.
        event.pid = event.pid.or(Some(0));
    }
    log
}

/// Takes over what the log says of a client. Who came and went without a word of SSH is told as harmless, unless something
/// else shows that somebody failed.
fn conclude(verdict: &Verdict<'_>, is_asked: bool, few: bool, case: &mut Case) {
    let (Some(answer), Some(event)) = (verdict.answer, verdict.shown_by) else { return };
    // What is not SSH is told as such where the text is about nothing else.
    let is_harmless = matches!(answer, ServerLog::LeftEarly | ServerLog::PeerReset)
        || answer == ServerLog::NotSsh && !few;
    if is_harmless && !is_asked {
        case.notes.push(format!(
            "{}: a client opened a connection and left before it had logged in: scanners, health checks and port \
             forwards do that; it harms nobody",
            place(&event.place.file, event.place.line)
        ));
    } else if answer != ServerLog::Nothing {
        say(case, answer, &event.place.file, event.place.line, &event.text);
        case.target.source = case.target.source.or(event.source);
    }
}

/// What a line says besides that the log holds it: the client meets this, or a look at the server finds it.
fn implied(event: &Event, log: &Log) -> Option<Answer> {
    if event.topic == Topic::Blocked && event.number == Some(22) {
        return Some(ServerFilter::Drops.into());
    }
    let has = |part: &str| log.events.iter().any(|event| event.text.contains(part));
    Some(match event.what()? {
        What::Negotiation => disagreement(&event.text)?.into(),
        What::AccountExpired => Account::Expired.into(),
        What::PasswordExpired => Account::PasswordExpired.into(),
        What::Locked => Account::Locked.into(),
        What::Shell => Account::NoShell.into(),
        What::NoHostKeys if has("bad permissions") => HostKeyFiles::BadModes.into(),
        What::BindFailed if event.text.contains("in use") => Listener::OtherProgram.into(),
        What::HostKeyUnusable if has("No supported key exchange algorithms") => {
            HostKeyFiles::Missing.into()
        }
        // Ports from 1024 on are anybody's, so that it is no lack of a privilege.
        What::BindFailed
            if event.text.contains("Permission denied")
                && event.number.is_some_and(|n| n >= 1024) =>
        {
            MandatoryAccess::Denies.into()
        }
        What::KeyKind if event.text.contains("ssh-rsa") => KeyOutcome::AlgorithmRefused.into(),
        What::NotFromHere => KeyOutcome::SourceRefused.into(),
        // The client's own word for what sshd did to it.
        What::ReceivedDisconnect if event.text.contains("Auth fail") => Login::Denied.into(),
        What::ForwardBusy => Forwarding::PortRefused.into(),
        _ => return None,
    })
}

/// The server names what it lacks in the words of the client.
fn disagreement(text: &str) -> Option<Agreement> {
    let words = text.get(text.find("Unable to negotiate").or(text.find("no matching "))?..)?;
    let dialogue = parse_ssh_debug(words.trim_end_matches(" [preauth]").as_bytes());
    dialogue.events.iter().find_map(|logged| match &logged.event {
        ssh_debug::Event::NoCommonAlgorithm { kind, their_offer } => {
            Some(early::disagreement(*kind, their_offer))
        }
        _ => None,
    })
}
