//! What became of the keys.

use super::Run;
use super::Seen;
use super::login::needs_passphrase;
use crate::model::question::Answer;
use crate::model::question::KeyOutcome;
use crate::model::question::Login;
use crate::parse::ssh_debug::End;
use crate::parse::ssh_debug::Ending;
use crate::parse::ssh_debug::Event;
use crate::parse::ssh_debug::Key;
use crate::parse::ssh_debug::KeyFileTrouble;
use crate::parse::ssh_debug::Milestone;

/// `None` when no key was the reason for anything: another method let us in, or it ended before.
pub(super) fn outcome(run: &Run<'_>, login: Option<Answer>) -> Option<Seen> {
    let accepted = run.text(|e| matches!(e, Event::Key(Key::Accepted(_))));
    if run.reached(Milestone::Authenticated) {
        return accepted.map(|text| (KeyOutcome::Accepted.into(), text));
    }
    if !run.reached(Milestone::MethodsOffered) || run.attempt.ending == Ending::Unfinished {
        return None;
    }
    let (answer, text) = trouble(run)
        .or_else(|| accepted.map(|text| (KeyOutcome::Accepted, text)))
        .or_else(|| refused(run, login))?;
    Some((answer.into(), text))
}

/// Trouble on our own side, which hides what the server would have said.
fn trouble(run: &Run<'_>) -> Option<(KeyOutcome, String)> {
    let found = |answer, wanted: &dyn Fn(&Event) -> bool| Some((answer, run.text(wanted)?));
    let file = |wanted: KeyFileTrouble| move |e: &Event| matches!(e, Event::Key(Key::File { trouble, .. }) if *trouble == wanted);
    let offered = run.attempt.keys_offered > 0;
    let unread = |answer, trouble| {
        // The public half may have been offered and refused; then the file does not matter.
        let matters = !offered || run.reached(Milestone::KeyAccepted);
        found(answer, &file(trouble)).filter(|_| matters)
    };
    found(KeyOutcome::SourceRefused, &is_source_remark)
        .or_else(|| unread(KeyOutcome::Ignored, KeyFileTrouble::BadPermissions))
        .or_else(|| unread(KeyOutcome::Malformed, KeyFileTrouble::InvalidFormat))
        .or_else(|| {
            let refused =
                |e: &Event| matches!(e, Event::Key(Key::SignFailed(_)) | Event::AgentTrouble(_));
            let wanted = run.reached(Milestone::KeyAccepted) && !needs_passphrase(run);
            found(KeyOutcome::Unsigned, &refused).filter(|_| wanted)
        })
        .or_else(|| {
            let mismatch =
                |e: &Event| matches!(e, Event::Key(Key::NoMutualSignature | Key::Skipped(_)));
            found(KeyOutcome::AlgorithmRefused, &mismatch)
                .filter(|_| !run.reached(Milestone::KeyAccepted))
        })
}

/// `F:N: Your host 'h' is not permitted to use this key for login.`
fn is_source_remark(event: &Event) -> bool {
    matches!(event, Event::Remote(text) if text.contains("not permitted to use this key"))
}

/// No key was accepted, for no reason of ours.
fn refused(run: &Run<'_>, login: Option<Answer>) -> Option<(KeyOutcome, String)> {
    let offers: Vec<&str> = run
        .events
        .iter()
        .filter_map(|logged| match &logged.event {
            Event::Key(Key::Offered(described)) => Some(described.as_str()),
            _ => None,
        })
        .collect();
    // A server that takes no keys at all refuses none.
    let takes_keys = run.attempt.methods.iter().any(|m| m == "publickey");
    if let Some(first) = offers.first() {
        if !was_answered(run) {
            return None;
        }
        let certificate = offers.iter().find(|o| o.contains("-CERT ") || o.contains("-cert-v01"));
        return Some(match certificate {
            Some(offer) => (KeyOutcome::CertificateRefused, format!("refused: {offer}")),
            None if offers.len() == 1 => (KeyOutcome::Refused, format!("refused: {first}")),
            None => (KeyOutcome::Refused, format!("{} refused, first {first}", offers.len())),
        });
    }
    let ended = matches!(login, Some(Answer::Login(Login::Denied | Login::NeedsSecret)));
    // Without `-v` ssh does not say what it offers.
    let verbose = run.has(|e| matches!(e, Event::MethodsOffered(_)));
    (takes_keys && ended && verbose).then(|| {
        let tried = run.text(|e| matches!(e, Event::NoMoreMethods));
        (KeyOutcome::NoneToOffer, tried.unwrap_or_else(|| "no key was offered".to_owned()))
    })
}

/// Whether the server said anything to a key that was offered; an end is no answer.
fn was_answered(run: &Run<'_>) -> bool {
    let mut after =
        run.events.iter().skip_while(|e| !matches!(e.event, Event::Key(Key::Offered(_))));
    after.any(|logged| {
        matches!(
            logged.event,
            Event::MethodsOffered(_)
                | Event::PermissionDenied { .. }
                | Event::End(End::DisconnectReceived { .. })
        )
    })
}
