//! The way through a jump host or a proxy command.
//!
//! Must never blame the target for what a jump host says.

use super::log::Said;
use crate::model::question::Proxy;
use crate::parse::ssh_debug::Attempt;
use crate::parse::ssh_debug::Dialogue;
use crate::parse::ssh_debug::Ending;
use crate::parse::ssh_debug::Event;
use crate::parse::ssh_debug::LoggedEvent;
use crate::parse::ssh_debug::Milestone;

/// What became of the way; `None` when ssh connects by itself, or when the proxy is still at work.
pub(super) fn way(dialogue: &Dialogue) -> Option<Said> {
    let index = dialogue.attempts.iter().rposition(|attempt| attempt.carries.is_none())?;
    let target = dialogue.attempts.get(index)?;
    if !target.proxied {
        return None;
    }
    if target.furthest >= Milestone::IdentReceived {
        let ident = |e: &&LoggedEvent| matches!(e.event, Event::RemoteIdent { .. });
        let ident = events(dialogue, index).find(ident)?;
        return Some(Said::new(Proxy::Passes, ident));
    }
    // The host that fails is the first on the way: nothing is asked of the others.
    let jumps = dialogue.jumps();
    let failed = jumps.iter().rev().find_map(|jump| failure(dialogue, jump));
    if failed.is_some() || target.ending == Ending::Unfinished {
        return failed;
    }
    let last = events(dialogue, index)
        .filter(|e| matches!(e.event, Event::ProxyText(_) | Event::End(_)))
        .min_by_key(|e| !matches!(e.event, Event::ProxyText(_)))?;
    Some(Said::new(Proxy::CommandFails, last))
}

fn events(dialogue: &Dialogue, index: usize) -> impl Iterator<Item = &LoggedEvent> {
    dialogue.events.iter().filter(move |event| usize::from(event.attempt) == index)
}

/// How a jump host failed; `None` when it carries the connection.
fn failure(dialogue: &Dialogue, jump: &Attempt) -> Option<Said> {
    let index = dialogue.attempts.iter().position(|attempt| std::ptr::eq(attempt, jump))?;
    let refused = events(dialogue, index).find_map(|logged| match &logged.event {
        Event::ChannelFailed { reason, .. } => {
            let denied = reason == "administratively prohibited";
            let answer = if denied { Proxy::ForwardDenied } else { Proxy::TargetFails };
            Some(Said::new(answer, logged))
        }
        _ => None,
    });
    if refused.is_some() {
        return refused;
    }
    let last = events(dialogue, index).filter(|e| !e.text.is_empty()).last()?;
    let answer = match jump.ending {
        Ending::AuthRefused | Ending::HostKeyRefused => Proxy::LoginFails,
        Ending::StdioForwardFailed => Proxy::TargetFails,
        Ending::Unfinished | Ending::Exited(_) => return None,
        _ if jump.furthest >= Milestone::Authenticated => return None,
        _ if jump.furthest >= Milestone::Encrypted => Proxy::LoginFails,
        _ => Proxy::CommandFails,
    };
    Some(Said::new(answer, last))
}
