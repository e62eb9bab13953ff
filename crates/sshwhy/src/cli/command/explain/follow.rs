//! Standard input that does not end, such as `tail -f auth.log`: whoever meets trouble is named as it happens.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use sshwhy_core::evaluate::pasted;
use sshwhy_core::evaluate::pasted::About;
use sshwhy_core::evaluate::pasted::Paste;
use sshwhy_core::evaluate::pasted::Source;
use sshwhy_core::reason::diagnose;
use sshwhy_core::report::Report;
use sshwhy_core::report::text;

use super::PIECE;
use super::read;
use crate::cli::terminal::Terminal;
use crate::sys::file;

/// Who writes nothing for so long may write nothing for hours.
const QUIET: Duration = Duration::from_millis(500);
/// What is told rests on so many of the last bytes.
const RECENT: usize = 256 << 10;
/// So many clients of one burst are judged.
const MAX_CLIENTS: usize = 20;
/// So many clients are remembered.
const MAX_KNOWN: usize = 10_000;

/// Reads all of it; tells what is new whenever it pauses, if somebody is there to be told.
pub(super) fn source(about: &About, tell: Option<&Terminal>) -> io::Result<Source> {
    let (sender, pieces) = mpsc::sync_channel(4);
    thread::spawn(move || {
        let mut from = match file::unpacked(io::stdin()) {
            Ok(from) => from,
            // Who no longer listens needs no error.
            Err(error) => return drop(sender.send(Err(error))),
        };
        loop {
            let mut piece = vec![0; PIECE];
            let read = read(&mut from, &mut piece).map(|count| {
                piece.truncate(count);
                piece
            });
            let is_end = read.as_ref().map_or(true, Vec::is_empty);
            if sender.send(read).is_err() || is_end {
                return;
            }
        }
    });
    let mut source = Source::new("-", about);
    let mut news = News { about: *about, ..News::default() };
    loop {
        match pieces.recv_timeout(QUIET) {
            Ok(piece) => {
                let piece = piece?;
                source.take(&piece);
                news.take(&piece);
                if piece.is_empty() || source.is_full() {
                    return Ok(source);
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                if let Some(terminal) = tell {
                    news.tell(terminal)?;
                }
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(source),
        }
    }
}

/// What came since the last pause.
#[derive(Default)]
struct News {
    about: About,
    recent: Vec<u8>,
    /// So much of it was told of.
    told: usize,
    /// What was told last of each client.
    known: HashMap<IpAddr, &'static str>,
}

impl News {
    fn take(&mut self, piece: &[u8]) {
        self.recent.extend_from_slice(piece);
        let surplus = self.recent.len().saturating_sub(RECENT);
        let line = self.recent.iter().skip(surplus).position(|byte| *byte == b'\n');
        if surplus > 0 {
            let gone = line.map_or(surplus, |at| surplus + at + 1);
            self.recent.drain(..gone);
            self.told = self.told.saturating_sub(gone);
        }
    }

    /// Tells of each client of the new lines of which something else is to be said than before.
    fn tell(&mut self, terminal: &Terminal) -> io::Result<()> {
        let new = self.recent.get(self.told..).unwrap_or_default();
        let clients = pasted::clients(new);
        self.told = self.recent.len();
        let is_asked = |client: &IpAddr| self.about.from.is_none_or(|from| from == *client);
        for client in clients.into_iter().filter(is_asked).take(MAX_CLIENTS) {
            let about = About { from: Some(client), ..self.about };
            let case = pasted::read(&[Paste { name: "-", bytes: &self.recent }], &about);
            let diagnosis = diagnose(&case.observations);
            let report = Report::new(&case, &diagnosis);
            let id = diagnosis.broke.and_then(|_| report.leading.first()).map_or("", |c| c.id);
            let before = self.known.get(&client).copied().unwrap_or_default();
            if before != id && (self.known.len() < MAX_KNOWN || !before.is_empty()) {
                self.known.insert(client, id);
                terminal.print(&text::brief(&report, &client.to_string(), terminal.style()))?;
            }
        }
        Ok(())
    }
}
