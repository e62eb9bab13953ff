//! A program whose standard input and output are a connection: what ssh does with ProxyCommand.

use std::io;
use std::io::Read;
use std::io::Write;
use std::process::ChildStdin;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use super::cancel::Cancel;
use super::cancel::LOOK;
use super::process::Guard;
use super::tcp::Got;

/// No more of standard error than this is kept.
const MAX_WORDS: usize = 64 * 1024;

/// A running program; it is killed when this is dropped.
#[derive(Debug)]
pub struct Pipe {
    input: Option<ChildStdin>,
    output: Receiver<Vec<u8>>,
    words: Receiver<Vec<u8>>,
    child: Guard,
    cancel: Cancel,
    said: Vec<u8>,
}

impl Pipe {
    /// Starts the program.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn open(command: &mut Command, cancel: &Cancel) -> io::Result<Self> {
        let mut child = Guard::spawn(
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()),
        )?;
        let input = child.0.stdin.take();
        let output = channel(child.0.stdout.take());
        let words = channel(child.0.stderr.take());
        Ok(Self { input, output, words, child, cancel: cancel.clone(), said: Vec::new() })
    }

    /// Waits for bytes or the end, at most `limit`.
    pub fn read(&mut self, limit: Duration) -> Got {
        let until = Instant::now() + limit;
        loop {
            match self.output.recv_timeout(LOOK) {
                Ok(bytes) => return Got::Bytes(bytes),
                Err(mpsc::RecvTimeoutError::Disconnected) => return Got::Closed,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
            if Instant::now() >= until || self.cancel.is_set() {
                return Got::Nothing;
            }
        }
    }

    /// Sends bytes.
    ///
    /// # Errors
    ///
    /// When the program has ended.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.input {
            Some(input) => input.write_all(bytes).and_then(|()| input.flush()),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// What the program said on standard error so far, at most 64 KiB; when it has ended, all.
    pub fn words(&mut self) -> &[u8] {
        let ended = matches!(self.child.0.try_wait(), Ok(Some(_)) | Err(_));
        // A program's last words may still be on their way through our thread.
        let patience = if ended { LOOK } else { Duration::ZERO };
        while let Ok(bytes) = self.words.recv_timeout(patience) {
            self.keep(&bytes);
        }
        &self.said
    }

    /// The same, once the program has said its last word or the time is up.
    pub fn last_words(&mut self, limit: Duration) -> &[u8] {
        let until = Instant::now() + limit;
        while Instant::now() < until && !self.cancel.is_set() {
            match self.words.recv_timeout(LOOK) {
                Ok(bytes) => self.keep(&bytes),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        &self.said
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = MAX_WORDS.saturating_sub(self.said.len()).min(bytes.len());
        self.said.extend_from_slice(bytes.get(..room).unwrap_or_default());
    }
}

fn channel(from: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut from) = from {
        thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(count) = from.read(&mut buffer) {
                let bytes = buffer.get(..count).unwrap_or_default();
                if bytes.is_empty() || sender.send(bytes.to_vec()).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}
