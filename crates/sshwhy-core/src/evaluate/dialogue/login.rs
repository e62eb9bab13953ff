//! How authentication ended, and what the server said to the user meanwhile.

use super::Run;
use super::Seen;
use super::is_corrupted;
use super::session;
use crate::model::question::AuthWords;
use crate::model::question::Login;
use crate::parse::ssh_debug::End;
use crate::parse::ssh_debug::Ending;
use crate::parse::ssh_debug::Event;
use crate::parse::ssh_debug::Key;
use crate::parse::ssh_debug::KeyFileTrouble;
use crate::parse::ssh_debug::LoggedEvent;
use crate::parse::ssh_debug::Milestone;

/// SSH_DISCONNECT_PROTOCOL_ERROR, with which sshd ends after too many failures.
const PROTOCOL_ERROR: u32 = 2;
/// SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE (RFC 4253 section 11.1).
const NO_MORE_METHODS: u32 = 14;

/// SSH_MSG_USERAUTH_REQUEST (RFC 4252 section 6).
pub(super) const USERAUTH_REQUEST: u8 = 50;

pub(super) fn login(run: &Run<'_>) -> Option<Seen> {
    if run.reached(Milestone::Authenticated) {
        let words = run.text(|e| matches!(e, Event::Authenticated { .. }));
        return Some((Login::Accepted.into(), words.unwrap_or_default()));
    }
    if !run.reached(Milestone::Encrypted) && !names_the_login(run) {
        return None;
    }
    let answer = match &run.attempt.ending {
        Ending::AuthRefused => refused(run),
        Ending::Broken(end) if is_corrupted(end) => Login::Corrupted,
        Ending::Broken(End::DisconnectReceived { code, text }) => disconnected(*code, text),
        Ending::Broken(End::Disconnecting(_) | End::Disconnected) => Login::Disconnected,
        Ending::Broken(End::Reset(_) | End::ReadFailed(_) | End::WriteFailed(_)) => {
            broken(run, Login::ResetAfterKey)
        }
        Ending::Broken(End::Closed(_) | End::SessionClosed | End::SessionOver) => {
            broken(run, Login::ClosedAfterKey)
        }
        Ending::Unfinished if run.told.stopped => return Some(silent(run)),
        Ending::Broken(End::TimedOut(_) | End::NotResponding) => return Some(silent(run)),
        _ => return None,
    };
    Some((answer.into(), words_of(run, answer)))
}

/// Whether the end itself says that it is about the login: without `-v` nothing came before it.
fn names_the_login(run: &Run<'_>) -> bool {
    match &run.attempt.ending {
        Ending::Broken(End::DisconnectReceived { code, text }) => {
            disconnected(*code, text) != Login::Disconnected
        }
        _ => false,
    }
}

fn words_of(run: &Run<'_>, answer: Login) -> String {
    let said = run.last_words();
    match answer {
        Login::ClosedEarly => format!("{said}, before any method was named"),
        Login::ClosedAfterKey | Login::ResetAfterKey => format!("{said}, after a key was accepted"),
        Login::PartialOnly => run
            .text(|e| matches!(e, Event::PartialSuccess(_)))
            .map_or(said.clone(), |partial| format!("{partial} {said}")),
        _ => said,
    }
}

/// `Permission denied (LIST).`
fn refused(run: &Run<'_>) -> Login {
    let secret = |method: &str| matches!(method, "password" | "keyboard-interactive");
    let last = run.events.iter().rev().find_map(|logged| match &logged.event {
        Event::PermissionDenied { methods, .. } if !methods.is_empty() => Some(methods),
        _ => None,
    });
    let methods = last.unwrap_or(&run.attempt.methods);
    let wanted = methods.iter().any(|m| secret(m)) || needs_passphrase(run);
    // Our own run never tries a secret. In another's log nobody could give one, or it was wrong.
    let tried_secret = run.has(|e| matches!(e, Event::NextMethod(method) if secret(method)));
    let ours = run.told.output.is_some() && !tried_secret;
    let named = run.has(|e| matches!(e, Event::MethodsOffered(_)));
    let tried = run.has(|e| matches!(e, Event::NextMethod(_) | Event::Key(Key::Offered(_))));
    if wanted && ours {
        Login::NeedsSecret
    } else if run.has(|e| matches!(e, Event::PartialSuccess(_))) {
        Login::PartialOnly
    } else if named && !tried {
        Login::NoMethod
    } else {
        Login::Denied
    }
}

/// Whether the server would take a key of ours that only its passphrase unlocks. In batch mode ssh
/// asks for none and says nothing: it goes on without having signed.
pub(super) fn needs_passphrase(run: &Run<'_>) -> bool {
    let accepted = |logged: &&LoggedEvent| matches!(logged.event, Event::Key(Key::Accepted(_)));
    let Some(at) = run.events.iter().rposition(accepted) else { return false };
    let mut after = run.events.iter().skip(at);
    let reason = |logged: &&LoggedEvent| match &logged.event {
        Event::Key(Key::File { trouble, .. }) => {
            !matches!(trouble, KeyFileTrouble::Passphrase | KeyFileTrouble::Missing)
        }
        Event::Packet { received: false, number: USERAUTH_REQUEST } => true,
        Event::Key(Key::SignFailed(_) | Key::NoMutualSignature) | Event::AgentTrouble(_) => true,
        _ => false,
    };
    run.attempt.ending == Ending::AuthRefused && !after.any(reason)
}

fn disconnected(code: u32, text: &str) -> Login {
    let text = text.to_ascii_lowercase();
    if code == PROTOCOL_ERROR && text.contains("too many authentication failures") {
        Login::TooManyFailures
    } else if code == NO_MORE_METHODS || text.contains("no authentication methods") {
        Login::NoMethod
    } else {
        Login::Disconnected
    }
}

/// An end without words: what came before it tells.
fn broken(run: &Run<'_>, after_key: Login) -> Login {
    if run.reached(Milestone::KeyAccepted) {
        after_key
    } else if run.reached(Milestone::MethodsOffered) {
        Login::ClosedBetween
    } else {
        Login::ClosedEarly
    }
}

fn silent(run: &Run<'_>) -> Seen {
    let last = run.events.last().map(|logged| logged.text.as_str()).unwrap_or_default();
    let seconds = run.told.took.as_secs_f64();
    (Login::Silent.into(), format!("nothing more came in {seconds:.0} s; the last was: {last}"))
}

/// Words of the server that bear on the login. The banner of `sshd_config` comes before the methods
/// are named and says nothing of the kind; what PAM has to say comes later.
pub(super) fn words(run: &Run<'_>) -> Option<Seen> {
    if run.reached(Milestone::Authenticated) {
        return words_of_session(run);
    }
    if !run.reached(Milestone::Encrypted) || run.attempt.ending == Ending::Unfinished {
        return None;
    }
    let mut said: Vec<&str> = Vec::new();
    let mut named = false;
    for logged in &run.events {
        match &logged.event {
            Event::MethodsOffered(_) => named = true,
            Event::AuthBanner(text) if named => said.push(text.trim()),
            Event::End(End::DisconnectReceived { text, .. }) => said.push(text.trim()),
            _ => {}
        }
    }
    let known = said.iter().find_map(|text| Some((known(text)?, (*text).to_owned())));
    let (answer, text) = known.unwrap_or_else(|| match said.is_empty() {
        true => (AuthWords::Nothing, "the server gave no reason".to_owned()),
        false => (AuthWords::OtherWords, said.join(" / ")),
    });
    Some((answer.into(), text))
}

/// PAM's session modules, and the password that must be changed, speak in the session's output.
pub(super) fn words_of_session(run: &Run<'_>) -> Option<Seen> {
    if session::has_mark(run) {
        return None;
    }
    session::said(run).into_iter().find_map(|text| {
        let answer = known(text)
            .filter(|a| matches!(a, AuthWords::PasswordExpired | AuthWords::TooManyLogins))?;
        Some((answer.into(), text.trim().to_owned()))
    })
}

/// Words of PAM's modules and of sshd itself.
fn known(text: &str) -> Option<AuthWords> {
    const WORDS: [(&str, AuthWords); 11] = [
        ("account has expired", AuthWords::AccountExpired),
        ("password has expired", AuthWords::PasswordExpired),
        ("password change required", AuthWords::PasswordExpired),
        ("required to change your password", AuthWords::PasswordExpired),
        ("you must change your password", AuthWords::PasswordExpired),
        ("too many logins", AuthWords::TooManyLogins),
        ("system is booting up", AuthWords::NoLogin),
        ("system is going down", AuthWords::NoLogin),
        ("not permitted to log in yet", AuthWords::NoLogin),
        ("logins are not allowed", AuthWords::NoLogin),
        ("logins are disabled", AuthWords::NoLogin),
    ];
    let text = text.to_ascii_lowercase();
    WORDS.iter().find(|(words, _)| text.contains(words)).map(|(_, answer)| *answer)
}
