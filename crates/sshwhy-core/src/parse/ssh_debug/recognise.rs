//! From the words of one line to an event.
//!
//! Must never look at another line: what a line means in its place is decided in `speaker.rs`.

use super::event::Event;
use super::event::Peer;
use super::line::Line;

mod auth;
mod connect;
mod end;
mod host_key;
mod kex;
mod session;

/// Recognises one line; `None` for a line that says nothing we use, and for text that is not ssh's own.
pub(super) fn recognise(line: &Line<'_>) -> Option<Event> {
    let text = line.text.trim_end();
    // The word decides where to look; most lines of a long log are decided here.
    let word = text.split([' ', ':', ',']).next().unwrap_or_default();
    match (line.level, word) {
        (_, "") => None,
        (1.., "channel" | "fd" | "client_loop" | "chan_shutdown_read" | "chan_shutdown_write") => {
            session::channel(text)
        }
        (1.., "send" | "receive") => session::packet(text),
        (1.., _) => debug(word, text),
        (0, _) => plain(word, text),
    }
}

fn debug(word: &str, text: &str) -> Option<Event> {
    connect::debug(word, text)
        .or_else(|| kex::debug(word, text))
        .or_else(|| host_key::debug(word, text))
        .or_else(|| auth::debug(word, text))
        .or_else(|| session::debug(word, text))
        // Old versions print some errors as debug messages, and some wrappers print errors with the mark.
        .or_else(|| end::plain(word, text))
}

fn plain(word: &str, text: &str) -> Option<Event> {
    connect::plain(word, text)
        .or_else(|| kex::plain(word, text))
        .or_else(|| host_key::plain(word, text))
        .or_else(|| auth::plain(word, text))
        .or_else(|| session::plain(word, text))
        .or_else(|| end::plain(word, text))
}

/// `H port P`, where ` port P` may be missing (until 7.1) and a final full stop or colon does not count.
fn peer(text: &str) -> Peer {
    let text = text.trim_end_matches(['.', ':']);
    match text.rsplit_once(" port ") {
        Some((host, port)) => Peer { host: host.to_owned(), port: port.parse().ok() },
        None => Peer { host: text.to_owned(), port: None },
    }
}

/// A list of names separated by commas; empty names do not count.
pub(super) fn names(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The text between the first pair of `quote` characters.
fn between(text: &str, open: char, close: char) -> Option<&str> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests;
