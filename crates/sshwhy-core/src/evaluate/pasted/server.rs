//! The logs of a server: for one client, or in sum.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::net::Ipv4Addr;

use super::About;
use super::place;
use super::say;
use super::sorted::Kind;
use super::sorted::Sorted;
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
use crate::model::question::Listener;
use crate::model::question::ServerFilter;
use crate::model::question::ServerLog;
use crate::parse::log_line::Clock;
use crate::parse::sshd_log::What;

/// A log of more clients than this is not about one of them.
const FEW: usize = 2;
/// So many clients are named in a sum.
const NAMED: usize = 3;

pub(super) fn read(all: &[Sorted<'_>], about: &About, case: &mut Case) {
    let log = log(all, about);
    let Some(last) = log.events.iter().map(|event| event.at).max() else { return };
    let sources: BTreeSet<IpAddr> = log.events.iter().filter_map(|event| event.source).collect();
    let failures = server_log::recent_failures(&log, last);
    let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let asked = about.from.map(|from| from.to_canonical());
    let first = failures.iter().find(|f| asked.is_none_or(|asked| asked == f.source));
    let few = asked.is_some() || sources.len() <= FEW;
    let source = asked.or(first.filter(|_| few).map(|f| f.source));
    let user = first.filter(|_| few).and_then(|f| f.user);
    // What PAM refuses names only a user.
    let user = user.or_else(|| log.events.iter().rev().find_map(|event| event.user.as_deref()));
    let flow = Flow {
        source: source.unwrap_or(nobody),
        source_port: None,
        destination: nobody,
        port: if case.target.port == 0 { 22 } else { case.target.port },
        interface: None,
    };
    let view = server_log::View {
        now: last,
        user: user.filter(|_| few),
        startups_begin: None,
        is_excerpt: few,
        listens: None,
    };
    let is_asked = asked.is_some() || !case.observations.observations().is_empty();
    conclude(&server_log::judge(&log, &flow, &view), is_asked, case);
    if few {
        for event in &log.events {
            if let Some(answer) = implied(event, &log) {
                say(case, answer, &event.place.file, event.place.line, &event.text);
            }
        }
    } else {
        case.notes.extend(sum(&log));
        case.notes.push("one of them is judged with --from IP".to_owned());
    }
}

/// The lines of all texts that a server wrote.
fn log(all: &[Sorted<'_>], about: &About) -> Log {
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
        .collect();
    let clock = Clock { now: about.now, offset: 0, booted: Some(0) };
    let mut log = Log::read(&texts, &clock, i64::MIN);
    for event in &mut log.events {
        // Lines without a process are those of one that was run by hand.
        event.pid = event.pid.or(Some(0));
    }
    log
}

/// Takes over what the log says of a client. Who came and went without a word of SSH is told as harmless, unless something
/// else shows that somebody failed.
fn conclude(verdict: &Verdict<'_>, is_asked: bool, case: &mut Case) {
    let (Some(answer), Some(event)) = (verdict.answer, verdict.shown_by) else { return };
    let is_harmless =
        matches!(answer, ServerLog::LeftEarly | ServerLog::NotSsh | ServerLog::PeerReset);
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
        What::BindFailed => Listener::Nothing.into(),
        What::HostKeyUnusable if has("No supported key exchange algorithms") => {
            HostKeyFiles::Missing.into()
        }
        What::ForwardBusy => Forwarding::PortRefused.into(),
        _ => return None,
    })
}

fn disagreement(text: &str) -> Option<Agreement> {
    let (_, rest) = text.split_once("no matching ")?;
    let (kind, offer) = rest.split_once(" found")?;
    Some(match kind {
        "key exchange method" => Agreement::NoKex,
        // The client offers nothing but that, so that it is the old one.
        "host key type" if offer.trim_end().ends_with("ssh-rsa [preauth]") => {
            Agreement::OnlySha1HostKey
        }
        "host key type" => Agreement::NoHostKey,
        "cipher" => Agreement::NoCipher,
        "MAC" => Agreement::NoMac,
        _ => return None,
    })
}

/// What became of the connections, and who made most of them.
fn sum(log: &Log) -> Vec<String> {
    let mut outcomes: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut clients: BTreeMap<IpAddr, u64> = BTreeMap::new();
    for event in &log.events {
        let Some(words) = event.what().and_then(outcome) else { continue };
        *outcomes.entry(words).or_default() += 1;
        if let Some(source) = event.source {
            *clients.entry(source).or_default() += 1;
        }
    }
    let mut outcomes: Vec<_> = outcomes.into_iter().collect();
    outcomes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let told: Vec<String> = outcomes.iter().map(|(words, n)| format!("{n} {words}")).collect();
    let mut busiest: Vec<_> = clients.iter().collect();
    busiest.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let named = busiest.iter().take(NAMED).map(|(client, n)| format!("{client} ({n})"));
    let named: Vec<String> = named.collect();
    vec![
        format!("{} clients: {}", clients.len(), told.join(", ")),
        format!("most of it from {}", named.join(", ")),
    ]
}

fn outcome(what: What) -> Option<&'static str> {
    Some(match what {
        What::Accepted => "logins",
        What::Failed => "failed attempts to log in",
        What::InvalidUser => "attempts with a user that does not exist",
        What::RefusedConnect => "refused by TCP wrappers",
        What::StartupsDrop => "dropped by MaxStartups",
        What::PenaltyDrop => "dropped for a penalty",
        What::LeftEarly | What::Scanner => "gone without a word of SSH (scanners, health checks)",
        What::NotSsh => "that did not speak SSH",
        What::Negotiation => "without a common algorithm",
        What::TooManyFailures => "ended after too many failures",
        What::ResetByPeer => "reset by the client",
        _ => return None,
    })
}
