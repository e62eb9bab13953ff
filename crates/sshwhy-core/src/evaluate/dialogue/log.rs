//! A log that somebody pasted: all that it answers, from the configuration to the idle session.
//!
//! Must never know more than the log says: which command was run, and whether somebody stopped the
//! client, is not known here.

use std::time::Duration;

use super::Run;
use super::Told;
use super::answers;
use super::early;
use super::proxy;
use crate::model::question::Answer;
use crate::model::question::IdleEnd;
use crate::model::question::Login;
use crate::model::question::Question;
use crate::model::question::Session;
use crate::model::question::Sftp;
use crate::model::question::StartupOutput;
use crate::parse::ssh_debug::Dialogue;
use crate::parse::ssh_debug::End;
use crate::parse::ssh_debug::Ending;
use crate::parse::ssh_debug::Event;
use crate::parse::ssh_debug::LoggedEvent;
use crate::parse::ssh_debug::Milestone;
use crate::parse::ssh_debug::SessionRequest;
use crate::parse::ssh_debug::SystemError;

/// An answer, and where the log shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The answer.
    pub answer: Answer,
    /// The line, from 1.
    pub line: u32,
    /// The words.
    pub text: String,
}

impl Said {
    pub(super) fn new(answer: impl Into<Answer>, logged: &LoggedEvent) -> Self {
        Self { answer: answer.into(), line: logged.line, text: logged.text.clone() }
    }
}

/// All that a log answers, in the order of the stages; of several runs in one log, the last.
///
/// `times` says when each line came, since the client's start; empty when that is not known. ssh
/// always says how it ended, so a log that stops without a word before the login shows a client
/// that hung.
pub fn of_log(dialogue: &Dialogue, times: &[Duration]) -> Vec<Said> {
    let furthest = dialogue.furthest().unwrap_or(Milestone::Started);
    let hung = dialogue.ending() == Ending::Unfinished && furthest < Milestone::Authenticated;
    let took = times.last().copied().unwrap_or_default();
    let told = Told { dialogue, times, took, stopped: hung, output: None };
    let Some(run) = Run::of(&told) else { return Vec::new() };

    let way = proxy::way(dialogue);
    let mut said = early::setup(&run);
    if let Some(way) = way {
        // When the way is broken, what the client says of its end of the pipe tells nothing more.
        if run.attempt.furthest < Milestone::IdentReceived {
            said.push(way);
            return said;
        }
        said.push(way);
    }
    said.extend(early::connection(&run));
    let known: Vec<Question> = said.iter().map(|s| s.answer.question()).collect();
    let late = answers(&told).into_iter().filter(|(answer, _)| {
        !known.contains(&answer.question()) && !dies_later(&run, *answer) && !prompts(&run, *answer)
    });
    said.extend(late.map(|(answer, text)| {
        let line = line_of(&run, &text);
        Said { answer, line, text }
    }));
    said.extend(later(&run));
    said
}

/// The line whose words are quoted; the last one when none is.
fn line_of(run: &Run<'_>, text: &str) -> u32 {
    let quoted = run.events.iter().filter(|e| !e.text.is_empty() && text.contains(&e.text));
    let longest = quoted.max_by_key(|e| e.text.len());
    longest.or(run.events.last()).map_or(0, |e| e.line)
}

/// Whether the client waits for a person: for a password, or for a yes to the host key.
fn prompts(run: &Run<'_>, answer: Answer) -> bool {
    if answer != Login::Silent.into() {
        return false;
    }
    let asked = |event: &&&LoggedEvent| match &event.event {
        Event::NextMethod(method) => method == "password" || method == "keyboard-interactive",
        _ => false,
    };
    run.events.iter().rfind(|e| matches!(e.event, Event::NextMethod(_))).as_ref().is_some_and(asked)
}

/// Whether the server's session process had spoken, so that the session was on its way. At `-v` ssh
/// does not print that the channel was opened.
fn was_alive(run: &Run<'_>) -> bool {
    run.reached(Milestone::SessionOpened)
        || run.has(|e| matches!(e, Event::GlobalRequest(_) | Event::Remote(_) | Event::Output(_)))
}

/// What reads like a session that ends at once may be one that ran for hours.
fn dies_later(run: &Run<'_>, answer: Answer) -> bool {
    let Answer::Session(session) = answer else { return false };
    let ended = matches!(session, Session::Reset | Session::Closed | Session::Silent);
    ended && was_alive(run)
}

/// What the log shows of the session, its subsystem and its end.
fn later(run: &Run<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    let subsystem = run.events.iter().find_map(|logged| match logged.event {
        Event::Request { request: SessionRequest::Subsystem, accepted } => {
            Some(Said::new(if accepted { Sftp::Starts } else { Sftp::Refused }, logged))
        }
        _ => None,
    });
    said.extend(subsystem);
    let noise = |event: &Event| {
        let words = ["Received message too long", "is your shell clean"];
        matches!(event, Event::Output(text) if words.iter().any(|w| text.contains(w)))
    };
    said.extend(run.find(noise).map(|logged| Said::new(StartupOutput::Noisy, logged)));
    if run.reached(Milestone::Authenticated) && was_alive(run) {
        said.extend(run.events.iter().flat_map(|logged| end_of_session(logged)));
    } else if is_terse(run) {
        let ends = run.events.iter().filter(|logged| is_of_session(&logged.event));
        said.extend(ends.flat_map(|logged| end_of_session(logged)));
        let damaged = run.find(|e| matches!(e, Event::End(End::CorruptedMac)));
        said.extend(damaged.map(|logged| Said::new(Session::Corrupted, logged)));
        let counted = |e: &Event| matches!(e, Event::End(End::Disconnecting(why)) if why.starts_with("Too many authentication"));
        said.extend(run.find(counted).map(|logged| Said::new(Login::TooManyFailures, logged)));
    }
    said
}

/// Whether only the end is told, as without `-v`.
fn is_terse(run: &Run<'_>) -> bool {
    run.attempt.client.is_none()
        && !run.has(|e| matches!(e, Event::Established | Event::RemoteIdent { .. }))
        && run.attempt.furthest < Milestone::ServiceRequested
        || run.attempt.furthest >= Milestone::SessionRequested
}

/// Words that ssh says of a session alone (`clientloop.c`), or of a connection that was up (`packet.c`).
fn is_of_session(event: &Event) -> bool {
    matches!(
        event,
        Event::End(
            End::NotResponding | End::WriteFailed(_) | End::ReadFailed(_) | End::SessionClosed
        )
    )
}

/// How a session that ran came to its end. Until 9.7 ssh keeps the reason to itself and prints only
/// what became of its own last words: then both are possible.
fn end_of_session(logged: &LoggedEvent) -> Vec<Said> {
    let Event::End(end) = &logged.event else { return Vec::new() };
    let answers: &[IdleEnd] = match end {
        End::NotResponding => &[IdleEnd::Unanswered],
        End::TimedOut(_) | End::ReadFailed(SystemError::TimedOut) => &[IdleEnd::Silence],
        End::Reset(_)
        | End::ReadFailed(SystemError::Reset)
        | End::WriteFailed(SystemError::Reset) => &[IdleEnd::Reset],
        End::WriteFailed(SystemError::BrokenPipe) => &[IdleEnd::Silence, IdleEnd::Reset],
        End::SessionClosed | End::Closed(_) => &[IdleEnd::Closed],
        _ => &[],
    };
    answers.iter().map(|answer| Said::new(*answer, logged)).collect()
}

#[cfg(test)]
mod tests;
