//! From the configuration to the identification strings.
//!
//! Must never decide whether an address that failed was the last: the client says so itself.

use super::between;
use super::peer;
use crate::parse::ssh_debug::event::BadIdent;
use crate::parse::ssh_debug::event::End;
use crate::parse::ssh_debug::event::Event;
use crate::parse::ssh_debug::event::Peer;
use crate::parse::ssh_debug::event::Sharing;
use crate::parse::ssh_debug::event::SystemError;

pub(super) fn debug(word: &str, text: &str) -> Option<Event> {
    match word {
        "Reading" => text
            .strip_prefix("Reading configuration data ")
            .map(|file| Event::ConfigRead(file.to_owned())),
        "resolving" => {
            let host = between(text, '"', '"')?;
            let port = text.rsplit_once(" port ").and_then(|(_, port)| port.parse().ok());
            Some(Event::Resolving(Peer { host: host.to_owned(), port }))
        }
        "Setting" => text
            .strip_prefix("Setting implicit ProxyCommand from ProxyJump: ")
            .map(|command| Event::JumpConfigured(command.to_owned())),
        "Executing" => text.strip_prefix("Executing proxy command: ").map(|command| {
            Event::ProxyStarted(command.strip_prefix("exec ").unwrap_or(command).to_owned())
        }),
        "Connecting" => connecting(text),
        "connect" => {
            let (address, error) = text.strip_prefix("connect to address ")?.rsplit_once(": ")?;
            Some(Event::AddressFailed { peer: peer(address), error: SystemError::from_text(error) })
        }
        "Connection" if text.starts_with("Connection established") => Some(Event::Established),
        "identity" => {
            let (path, kind) = text.strip_prefix("identity file ")?.rsplit_once(" type ")?;
            Some(Event::IdentityFile { path: path.to_owned(), kind: kind.parse().ok()? })
        }
        "Local" => text
            .strip_prefix("Local version string ")
            .map(|ident| Event::LocalIdent(ident.to_owned())),
        "Remote" => remote_ident(text),
        "set_sock_tos" => {
            let (_, byte) = text.rsplit_once(" 0x")?;
            u8::from_str_radix(byte, 16).ok().map(Event::TypeOfService)
        }
        "kex_exchange_identification" | "ssh_exchange_identification" => text_before_ident(text),
        "auto-mux" => Some(Event::Sharing(Sharing::Trying)),
        "mux_client_hello_exchange" => {
            text.contains("master version").then_some(Event::Sharing(Sharing::MasterAnswered))
        }
        "mux_client_request_session" if text.contains("master session id") => {
            Some(Event::Sharing(Sharing::SessionOpen))
        }
        _ if word.starts_with("OpenSSH_") => version(text),
        _ => config_applied(text),
    }
}

pub(super) fn plain(word: &str, text: &str) -> Option<Event> {
    match word {
        "ssh" => connect_failed(text.strip_prefix("ssh: ")?),
        "bind" | "getifaddrs" | "getaddrinfo" | "socket" => bind_failed(word, text),
        "kex_exchange_identification" | "ssh_exchange_identification" => {
            let (_, reason) = text.split_once(": ")?;
            Some(bad_start(reason).unwrap_or_else(|| Event::TextBeforeIdent(reason.to_owned())))
        }
        "banner" => {
            let (_, reason) =
                text.strip_prefix("banner exchange: Connection to ")?.rsplit_once(": ")?;
            Some(Event::BadIdent(BadIdent::Refused(reason.to_owned())))
        }
        "Bad" => {
            let ident = text.strip_prefix("Bad remote protocol version identification: ")?;
            Some(Event::BadIdent(BadIdent::Malformed(ident.trim_matches('\'').to_owned())))
        }
        "Protocol" => text
            .starts_with("Protocol major versions differ")
            .then_some(Event::BadIdent(BadIdent::OnlyVersion1)),
        "jumphost" => {
            text.strip_prefix("jumphost loop via ").map(|host| Event::JumpLoop(host.to_owned()))
        }
        "Control" => {
            let (_, error) = text.strip_prefix("Control socket connect(")?.rsplit_once("): ")?;
            Some(Event::Sharing(Sharing::Stale(SystemError::from_text(error))))
        }
        "ControlSocket" => {
            text.contains("disabling multiplexing").then_some(Event::Sharing(Sharing::Disabled))
        }
        "mux_client_request_session" | "Master" => {
            let (_, reason) = text
                .split_once("refused session request: ")
                .or_else(|| text.split_once("session request failed: "))?;
            Some(Event::Sharing(Sharing::SessionRefused(reason.to_owned())))
        }
        _ if word.starts_with("OpenSSH_") => version(text),
        _ => None,
    }
}

fn version(text: &str) -> Option<Event> {
    let (software, library) = match text.split_once(", ") {
        Some((software, library)) => (software, Some(library.to_owned())),
        None => (text, None),
    };
    Some(Event::ClientVersion { software: software.to_owned(), library })
}

fn config_applied(text: &str) -> Option<Event> {
    let (place, pattern) = text.split_once(": Applying options for ")?;
    let (file, line) = place.rsplit_once(" line ")?;
    let file = file.trim_end_matches(':').to_owned();
    Some(Event::ConfigApplied { file, line: line.parse().ok()?, pattern: pattern.to_owned() })
}

fn connecting(text: &str) -> Option<Event> {
    let rest = text.strip_prefix("Connecting to ")?.trim_end_matches('.');
    let (names, port) = rest.rsplit_once(" port ")?;
    let (host, address) = match names.rsplit_once(" [") {
        Some((host, address)) => (host, address.trim_end_matches(']')),
        None => (names, names),
    };
    Some(Event::Connecting {
        host: host.to_owned(),
        address: address.to_owned(),
        port: port.parse().ok(),
    })
}

fn remote_ident(text: &str) -> Option<Event> {
    let (protocol, software) =
        text.strip_prefix("Remote protocol version ")?.split_once(", remote software version")?;
    Some(Event::RemoteIdent {
        protocol: protocol.to_owned(),
        software: software.trim_start().to_owned(),
    })
}

/// 8.0 and later: `banner line N: TEXT`; before: the text alone.
fn text_before_ident(text: &str) -> Option<Event> {
    let (_, rest) = text.split_once(": ")?;
    let line = rest.strip_prefix("banner line ").and_then(|numbered| numbered.split_once(':'));
    let line = line.filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()));
    let said = line.map_or(rest, |(_, said)| said.trim_start());
    Some(bad_start(rest).unwrap_or_else(|| Event::TextBeforeIdent(said.to_owned())))
}

/// What ends the exchange of identification strings; `None` for any other text.
fn bad_start(reason: &str) -> Option<Event> {
    Some(match reason {
        "Connection closed by remote host" => Event::End(End::Closed(None)),
        "banner line contains invalid characters" => Event::BadIdent(BadIdent::InvalidCharacters),
        "banner line too long"
        | "No SSH identification string received."
        | "No banner received" => Event::BadIdent(BadIdent::TooLong),
        _ => {
            let error = reason.strip_prefix("read: ").or_else(|| reason.strip_prefix("write: "))?;
            match SystemError::from_text(error) {
                SystemError::Reset => Event::End(End::Reset(None)),
                SystemError::TimedOut => Event::End(End::TimedOut(None)),
                other if reason.starts_with("write") => Event::End(End::WriteFailed(other)),
                other => Event::End(End::ReadFailed(other)),
            }
        }
    })
}

fn connect_failed(rest: &str) -> Option<Event> {
    if let Some(named) = rest.strip_prefix("Could not resolve hostname ") {
        let (host, text) = named.split_once(": ")?;
        return Some(Event::ResolveFailed { host: host.to_owned(), text: text.to_owned() });
    }
    if let Some(named) = rest.strip_prefix("connect to host ") {
        let (host, error) = named.rsplit_once(": ")?;
        return Some(Event::ConnectFailed {
            peer: peer(host),
            error: SystemError::from_text(error),
        });
    }
    // OpenSSH 4 and 5.0: `ssh: H: Name or service not known`.
    let (host, text) = rest.split_once(": ")?;
    let of_resolver =
        ["not known", "resolution", "No address associated"].iter().any(|w| text.contains(w));
    of_resolver.then(|| Event::ResolveFailed { host: host.to_owned(), text: text.to_owned() })
}

fn bind_failed(word: &str, text: &str) -> Option<Event> {
    let rest = text.strip_prefix(word)?;
    // `bind [A]:P: …` is a port to forward; `bind A: …` is our own end of the connection.
    if let Some((forward, _)) = rest.strip_prefix(" [").and_then(|rest| rest.rsplit_once(": ")) {
        return Some(Event::LocalForwardFailed(format!("[{forward}")));
    }
    let (from, error) = rest.trim_start_matches([':', ' ']).rsplit_once(": ").unwrap_or(("", rest));
    let error = SystemError::from_text(error.trim_start_matches([':', ' ']));
    Some(Event::BindFailed { from: from.to_owned(), error })
}
