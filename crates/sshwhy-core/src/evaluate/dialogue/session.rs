//! What became of the session, its terminal and its output.

use super::MARK;
use super::Run;
use super::Seen;
use super::is_corrupted;
use super::login::words_of_session;
use crate::model::question::Forwarding;
use crate::model::question::Session;
use crate::model::question::StartupOutput;
use crate::model::question::Terminal;
use crate::parse::ssh_debug::End;
use crate::parse::ssh_debug::Ending;
use crate::parse::ssh_debug::Event;
use crate::parse::ssh_debug::LoggedEvent;
use crate::parse::ssh_debug::Milestone;
use crate::parse::ssh_debug::SessionRequest;

/// A shell's exit status for a command that it does not find (POSIX, Shell Command Language 2.8.2).
const NOT_FOUND: i32 = 127;
/// And for one that it cannot execute.
const NOT_EXECUTABLE: i32 = 126;
/// sshd's child ends with this where PAM opens no session (`session.c`, `do_child`).
const NOT_OPENED: i32 = 254;
/// And with this after any other fatal error: no shell ran.
const CHILD_DIED: i32 = 255;

/// Whether the server listens for us where the configuration asks for it.
pub(super) fn forwarding(run: &Run<'_>) -> Option<Seen> {
    if let Some(text) = run.text(is_prohibited) {
        return Some((Forwarding::Refused.into(), text));
    }
    let text = run.text(|event| matches!(event, Event::RemoteForwardFailed { .. }))?;
    Some((Forwarding::PortRefused.into(), text))
}

fn is_prohibited(event: &Event) -> bool {
    matches!(event, Event::ChannelFailed { reason, .. } if reason == "administratively prohibited")
}

pub(super) fn session(run: &Run<'_>) -> Option<Seen> {
    if !run.reached(Milestone::Authenticated) {
        return None;
    }
    let answer = match &run.attempt.ending {
        // sshd refuses a session as "connect failed"; this is a port that may not be forwarded (`serverloop.c`).
        Ending::ChannelRefused if run.has(is_prohibited) => return None,
        Ending::ChannelRefused => Session::OpenRefused,
        Ending::RequestRefused(request) if *request != SessionRequest::Pty => {
            Session::RequestRefused
        }
        Ending::Exited(_) | Ending::Signalled => return ended(run),
        // With a pty ssh says that the session is over also when it ended well.
        Ending::Broken(End::SessionOver) if run.reached(Milestone::Finished) => return ended(run),
        Ending::RequestRefused(_) if run.reached(Milestone::Finished) => return ended(run),
        Ending::Broken(End::Reset(_) | End::ReadFailed(_) | End::WriteFailed(_)) => Session::Reset,
        Ending::Broken(End::TimedOut(_) | End::NotResponding) => return Some(silent(run)),
        Ending::Broken(end) if is_corrupted(end) => Session::Corrupted,
        Ending::Broken(_) => Session::Closed,
        Ending::Unfinished if has_mark(run) => Session::Starts,
        // The prompt for a new password stands in the place of the shell.
        Ending::Unfinished if words_of_session(run).is_some() => {
            return Some((Session::ExitsAtOnce.into(), said(run).join(" / ")));
        }
        Ending::Unfinished | Ending::RequestRefused(_) if run.told.stopped => {
            return Some(silent(run));
        }
        _ => return None,
    };
    let text = if answer == Session::Starts { MARK.to_owned() } else { run.last_words() };
    Some((answer.into(), text))
}

/// The remote command ended: did ours run?
fn ended(run: &Run<'_>) -> Option<Seen> {
    let status = run.events.iter().rev().find_map(|logged| match logged.event {
        Event::ExitStatus(status) => Some(status),
        _ => None,
    });
    // What the command was is known to those alone who ran it.
    run.told.output?;
    let said = said(run);
    let first = said.iter().map(|line| line.trim()).find(|line| !line.is_empty());
    let shown = match (status, first) {
        (Some(status), Some(first)) => format!("exit status {status}: {first}"),
        (Some(status), None) => format!("exit status {status}, without a word"),
        (None, first) => format!("ended by a signal {}", first.unwrap_or_default()),
    };
    let says = |words: &[&str]| {
        let has = |line: &&str| words.iter().any(|w| line.to_ascii_lowercase().contains(w));
        said.iter().any(has)
    };
    let answer = if has_mark(run) {
        Session::Starts
    } else if says(&["account is currently not available", "allows sftp connections only"]) {
        Session::NoShell
    } else if is_meant(run) || says(&["does not provide shell access", "git-shell", "gitlab"]) {
        // A forced command runs in place of ours, or the host serves no shells to anybody.
        Session::Starts
    } else if status == Some(NOT_OPENED) {
        Session::NotOpened
    } else if status == Some(CHILD_DIED) && first.is_none() {
        Session::Closed
    } else if matches!(status, Some(NOT_FOUND | NOT_EXECUTABLE)) {
        Session::CommandMissing
    } else if status == Some(1) && first.is_none() {
        // false(1) in the place of a shell.
        Session::NoShell
    } else {
        Session::ExitsAtOnce
    };
    Some((answer.into(), shown))
}

/// Whether the key has a command of its own, and it ran well.
fn is_meant(run: &Run<'_>) -> bool {
    let forced = run.has(|e| match e {
        Event::Remote(text) => {
            let options = text.split_once("key options: ").map_or("", |(_, options)| options);
            options.split(' ').any(|option| option == "command") || text.contains("Forced command")
        }
        _ => false,
    });
    let well = run.attempt.ending == Ending::Exited(0) || !said(run).is_empty();
    let missing = matches!(run.attempt.ending, Ending::Exited(NOT_FOUND | NOT_EXECUTABLE));
    forced && well && !missing
}

/// What the remote side printed, on either of its outputs.
pub(super) fn said<'a>(run: &'a Run<'_>) -> Vec<&'a str> {
    let printed = std::str::from_utf8(run.told.output.unwrap_or_default()).unwrap_or_default();
    let errors = run.events.iter().filter_map(|logged| match &logged.event {
        Event::Output(text) => Some(text.as_str()),
        _ => None,
    });
    printed.lines().filter(|line| !line.trim().is_empty()).chain(errors).collect()
}

fn silent(run: &Run<'_>) -> Seen {
    let last = run.events.last().map(|logged| logged.text.as_str()).unwrap_or_default();
    let seconds = run.told.took.as_secs_f64();
    (Session::Silent.into(), format!("nothing more came in {seconds:.0} s; the last was: {last}"))
}

/// Where our word begins in the output; the rest of its line is the end of the output.
fn mark(run: &Run<'_>) -> Option<usize> {
    let output = run.told.output?;
    let ends = [format!("{MARK}\r\n"), format!("{MARK}\n")];
    ends.iter().find_map(|end| {
        let at = output.len().checked_sub(end.len())?;
        (output.get(at..)? == end.as_bytes()).then_some(at)
    })
}

pub(super) fn has_mark(run: &Run<'_>) -> bool {
    let output = run.told.output.unwrap_or_default();
    output.windows(MARK.len()).any(|window| window == MARK.as_bytes())
}

fn pty<'a>(run: &Run<'a>) -> Option<(&'a LoggedEvent, bool)> {
    run.events.iter().find_map(|logged| match logged.event {
        Event::Request { request: SessionRequest::Pty, accepted } => Some((*logged, accepted)),
        _ => None,
    })
}

pub(super) fn terminal(run: &Run<'_>) -> Option<Seen> {
    let (logged, given) = pty(run)?;
    let answer = if given { Terminal::Given } else { Terminal::Refused };
    Some((answer.into(), logged.text.clone()))
}

/// What stands before our word was printed by start-up files. On a terminal they may print, so that
/// only a session without one tells.
pub(super) fn startup_output(run: &Run<'_>) -> Option<Seen> {
    if pty(run).is_some_and(|(_, given)| given) {
        return None;
    }
    let before = mark(run)?;
    if before == 0 {
        return Some((StartupOutput::Clean.into(), format!("`echo {MARK}` printed just that")));
    }
    let output = run.told.output.unwrap_or_default();
    let noise = String::from_utf8_lossy(output.get(..before).unwrap_or_default());
    let line = noise.lines().next().unwrap_or_default().to_owned();
    Some((StartupOutput::Noisy.into(), format!("{before} bytes, beginning with: {line}")))
}
