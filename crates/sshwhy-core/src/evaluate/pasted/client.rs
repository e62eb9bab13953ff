//! What the ssh program says.

use super::say;
use super::sorted::Line;
use super::sorted::Sorted;
use crate::evaluate::address_kind;
use crate::evaluate::dialogue;
use crate::model::case::Case;
use crate::model::evidence::Observation;
use crate::model::outcome;
use crate::model::question::AddressKind;
use crate::model::question::Answer;
use crate::model::question::AuthWords;
use crate::model::question::Connect;
use crate::model::question::KexInit;
use crate::model::question::KeyOutcome;
use crate::model::question::Login;
use crate::model::question::Proxy;
use crate::model::question::Question;
use crate::model::question::Route;
use crate::model::question::Session;
use crate::parse::ssh_debug::Dialogue;
use crate::parse::ssh_debug::End;
use crate::parse::ssh_debug::Event;
use crate::parse::ssh_debug::Key;
use crate::parse::ssh_debug::KeyFileTrouble;
use crate::parse::ssh_debug::LoggedEvent;

/// What ssh says of a password that was wrong, before it asks again.
const TRY_AGAIN: &str = "Permission denied, please try again";

/// The last of its runs counts.
pub(super) fn read(sorted: &Sorted<'_>, case: &mut Case) {
    let dialogue = &sorted.dialogue;
    let Some(attempt) = dialogue.target() else { return };
    let target = &mut case.target;
    if target.host.is_empty() {
        let denied = host_of_denial(dialogue).map(|(_, host)| host.to_owned());
        let host = attempt.host.clone().or(attempt.address.clone()).or(denied);
        target.host = host.unwrap_or_default();
        target.given = target.host.clone();
        target.user = attempt.user.clone().unwrap_or_default();
        target.port = attempt.port.unwrap_or(target.port);
        target.address = attempt.address.as_ref().and_then(|address| address.parse().ok());
    }
    if let Some(address) = target.address
        && address_kind::of(address) == AddressKind::FakeIp
    {
        let shown = dialogue.events.iter().find(|e| matches!(e.event, Event::Connecting { .. }));
        let (line, text) = shown.map_or((1, ""), |logged| (logged.line as usize, &logged.text));
        say(case, AddressKind::FakeIp, sorted.name, line, text);
    }
    if let Some((answer, logged)) = way(dialogue) {
        say(case, answer, sorted.name, logged.line as usize, &logged.text);
        return;
    }
    if let Some((number, text)) = proxy_words(sorted) {
        say(case, Proxy::CommandFails, sorted.name, number, text);
        return;
    }
    let unread = dialogue.events.iter().find_map(|logged| match &logged.event {
        Event::Key(Key::File { trouble: KeyFileTrouble::InvalidFormat, .. }) => {
            Some((KeyOutcome::Malformed, logged))
        }
        Event::Key(Key::File { trouble: KeyFileTrouble::BadPermissions, .. }) => {
            Some((KeyOutcome::Ignored, logged))
        }
        _ => None,
    });
    let of_server = sorted.lines.iter().any(|line| line.text.contains("ssh_host_"));
    // Without a word of what came later, the file that cannot be used is what the text is about.
    if let Some((answer, logged)) = unread.filter(|_| !of_server && attempt.keys_offered == 0) {
        say(case, answer, sorted.name, logged.line as usize, &logged.text);
    }
    // A text ends where it was cut off, and no silence follows a refusal.
    let refused = dialogue.events.iter().rfind(|logged| logged.text.contains(TRY_AGAIN));
    for said in dialogue::of_log(dialogue, &[]) {
        if let Some(logged) = refused.filter(|_| said.answer == Login::Silent.into()) {
            say(case, Login::Denied, sorted.name, logged.line as usize, &logged.text);
            continue;
        }
        // The same words, about a key of sshd's own.
        let is_foreign = of_server && matches!(said.answer, Answer::KeyOutcome(_));
        if !is_foreign {
            say(case, said.answer, sorted.name, said.line as usize, &said.text);
        }
        // Without a route of its own a host says "Network is unreachable".
        if said.answer == Connect::Unreachable.into() && said.text.contains("No route to host") {
            say(case, Route::Exists, sorted.name, said.line as usize, &said.text);
        }
    }
}

/// What the shell or the program of a ProxyCommand says, right before ssh finds nobody at its other end.
fn proxy_words<'s>(sorted: &'s Sorted<'_>) -> Option<(usize, &'s str)> {
    const PROGRAMS: [&str; 9] =
        ["nc", "ncat", "netcat", "socat", "connect", "corkscrew", "cloudflared", "aws", "gcloud"];
    let dialogue = &sorted.dialogue;
    let met = |logged: &LoggedEvent| matches!(logged.event, Event::Connecting { .. });
    let end = dialogue.events.iter().find(|e| matches!(e.event, Event::End(End::Closed(None))))?;
    if dialogue.events.iter().any(met) {
        return None;
    }
    let before = |line: &&Line<'_>| line.number < end.line as usize && !line.is_known();
    let said = sorted.lines.iter().filter(before).rfind(|line| !line.text.trim().is_empty())?;
    let text = said.text.trim();
    let program = text.split(": ").next().unwrap_or_default();
    let is_shell = text.ends_with("command not found")
        || text.ends_with(": not found")
        || text.contains("command not found: ");
    (is_shell || PROGRAMS.contains(&program)).then_some((said.number, text))
}

/// The jump host that does not lead on, where only its last words were pasted.
fn way(dialogue: &Dialogue) -> Option<(Proxy, &LoggedEvent)> {
    let is_forward = |e: &&LoggedEvent| matches!(e.event, Event::StdioForwardFailed);
    let forward = dialogue.events.iter().find(is_forward)?;
    let reason = dialogue.events.iter().find_map(|logged| match &logged.event {
        Event::ChannelFailed { reason, .. } => Some((reason.contains("prohibited"), logged)),
        _ => None,
    });
    Some(match reason {
        Some((true, logged)) => (Proxy::ForwardDenied, logged),
        Some((false, logged)) => (Proxy::TargetFails, logged),
        None => (Proxy::TargetFails, forward),
    })
}

/// `Connection closed by HOST port N` and no more. ssh says it from the key exchange to the login, and not before (`packet.c`):
/// unless other words tell, the earliest of these places is taken.
pub(super) fn terse_end(sorted: &Sorted<'_>, case: &mut Case) {
    if outcome::first_break(&case.observations).is_some() {
        return;
    }
    let end = sorted.dialogue.events.iter().find_map(|logged| match &logged.event {
        Event::End(End::Closed(Some(_))) => Some((KexInit::Closed, logged)),
        Event::End(End::Reset(Some(_))) => Some((KexInit::Reset, logged)),
        _ => None,
    });
    let Some((answer, logged)) = end else { return };
    let line = logged.line as usize;
    let was_at_login = case.observations.answer(Question::AuthWords).is_some();
    match answer {
        KexInit::Closed if was_at_login => {
            say(case, Login::ClosedBetween, sorted.name, line, &logged.text);
        }
        _ if case.observations.observations().is_empty() => {
            say(case, answer, sorted.name, line, &logged.text);
        }
        _ => {}
    }
}

/// Who waits for an identification string has a connection: ssh does not say so without `-v`.
pub(super) fn established(case: &mut Case) {
    let shown = case.observations.observation(Question::Hello).cloned();
    if let Some(shown) = shown.filter(|_| case.observations.answer(Question::Connect).is_none()) {
        case.observations.push(Observation { answer: Connect::Established.into(), ..shown });
    }
}

/// Who is told why nobody is let in is not let in, also where the end was not pasted.
pub(super) fn denied(case: &mut Case) {
    let told = case.observations.observation(Question::AuthWords).cloned();
    let is_reason = |told: &Observation| {
        !matches!(told.answer, Answer::AuthWords(AuthWords::Nothing | AuthWords::OtherWords))
    };
    if let Some(told) = told.filter(is_reason)
        && outcome::first_break(&case.observations).is_none()
    {
        // Logins are counted where a session begins.
        let answer: Answer = if told.answer == AuthWords::TooManyLogins.into() {
            Session::NotOpened.into()
        } else {
            Login::ClosedBetween.into()
        };
        case.observations.push(Observation { answer, ..told });
    }
}

/// `NAME@HOST: Permission denied (…).`
fn host_of_denial(dialogue: &Dialogue) -> Option<(&str, &str)> {
    dialogue.events.iter().find_map(|logged| {
        let (name, _) = logged.text.split_once(": Permission denied (")?;
        let (user, host) = name.rsplit_once('@')?;
        (!host.contains(' ')).then_some((user, host))
    })
}
