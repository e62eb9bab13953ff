//! Channels, requests and the end of a session.
//!
//! Must never follow the life of a channel: only its opening and its refusal tell anything about a fault.

use crate::parse::ssh_debug::event::Event;
use crate::parse::ssh_debug::event::SessionRequest;

/// Debug lines that begin with `channel` and their like: nearly all lines of a long session.
pub(super) fn channel(text: &str) -> Option<Event> {
    let rest = text.strip_prefix("channel ")?;
    let (_, what) = rest.split_once(": ")?;
    if let Some(failure) = what.strip_prefix("open failed: ") {
        return Some(channel_failed(failure));
    }
    if what.starts_with("open confirm") {
        return Some(Event::ChannelOpened);
    }
    let session = what.starts_with("new session [") || what.starts_with("new [client-session]");
    session.then_some(Event::ChannelRequested)
}

pub(super) fn packet(text: &str) -> Option<Event> {
    let (verb, number) = text.split_once(" packet: type ")?;
    let received = match verb {
        "send" => false,
        "receive" => true,
        _ => return None,
    };
    Some(Event::Packet { received, number: number.parse().ok()? })
}

pub(super) fn debug(word: &str, text: &str) -> Option<Event> {
    match word {
        "Entering" => {
            text.starts_with("Entering interactive session").then_some(Event::SessionEntered)
        }
        "channel_connect_stdio_fwd" => {
            text.split_once(": ").map(|(_, to)| Event::StdioForward(to.to_owned()))
        }
        "Remote" => text.strip_prefix("Remote: ").map(|said| Event::Remote(said.to_owned())),
        "client_input_global_request" => {
            let (_, rest) = text.split_once("rtype ")?;
            rest.split(' ').next().map(|name| Event::GlobalRequest(name.to_owned()))
        }
        "client_input_channel_req" => {
            text.contains("rtype exit-signal").then_some(Event::ExitSignal)
        }
        "Exit" => text.strip_prefix("Exit status ")?.parse().ok().map(Event::ExitStatus),
        "Received" => text
            .strip_prefix("Received exit status from master ")?
            .parse()
            .ok()
            .map(Event::ExitStatus),
        "remote" => {
            let (_, port) =
                text.strip_prefix("remote forward failure for: ")?.split_once("listen ")?;
            let port = port.split(',').next()?.parse().ok();
            Some(Event::RemoteForwardFailed { port, fatal: false })
        }
        "PTY" | "shell" | "exec" | "subsystem" | "X11" => plain(word, text),
        _ => None,
    }
}

pub(super) fn plain(word: &str, text: &str) -> Option<Event> {
    match word {
        "channel" => channel(text),
        "stdio" => text.starts_with("stdio forwarding failed").then_some(Event::StdioForwardFailed),
        "PTY" | "shell" | "exec" | "subsystem" | "X11" => request(word, text),
        "Warning" | "Error" => {
            let (_, port) = text.split_once("remote port forwarding failed for listen ")?;
            let port = port.strip_prefix("port ").and_then(|port| port.parse().ok());
            Some(Event::RemoteForwardFailed { port, fatal: word == "Error" })
        }
        "channel_setup_fwd_listener_tcpip" | "channel_setup_fwd_listener" => {
            let (_, reason) = text.split_once(": cannot listen")?;
            Some(Event::LocalForwardFailed(format!("cannot listen{reason}")))
        }
        "Could" => text
            .starts_with("Could not request local forwarding")
            .then(|| Event::LocalForwardFailed(text.to_owned())),
        "Transferred" => {
            let (sent, rest) =
                text.strip_prefix("Transferred: sent ")?.split_once(", received ")?;
            let received = rest.split(' ').next()?;
            Some(Event::Transferred { sent: sent.parse().ok()?, received: received.parse().ok()? })
        }
        _ => None,
    }
}

fn channel_failed(failure: &str) -> Event {
    let (reason, text) = failure.split_once(": ").unwrap_or((failure, ""));
    Event::ChannelFailed { reason: reason.to_owned(), text: text.to_owned() }
}

fn request(word: &str, text: &str) -> Option<Event> {
    let accepted = if text.contains(" request accepted on channel ") {
        true
    } else if text.contains(" request failed on channel ") {
        false
    } else {
        return None;
    };
    let request = match word {
        "PTY" => SessionRequest::Pty,
        "shell" => SessionRequest::Shell,
        "exec" => SessionRequest::Exec,
        "subsystem" => SessionRequest::Subsystem,
        "X11" => SessionRequest::X11,
        _ => return None,
    };
    Some(Event::Request { request, accepted })
}
