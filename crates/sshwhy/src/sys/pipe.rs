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
/// A program that closed its output has its last words to say, and comes to its end.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A running program; it is killed when this is dropped.
#[derive(Debug)]
pub struct Pipe {
    input: Option<ChildStdin>,
    output: Receiver<Vec<u8>>,
    words: Receiver<Vec<u8>>,
    child: Guard,
    cancel: Cancel,
    said: Vec<u8>,
    /// The program will send nothing more.
    closed: bool,
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
        let (cancel, said) = (cancel.clone(), Vec::new());
        Ok(Self { input, output, words, child, cancel, said, closed: false })
    }

    /// Waits for bytes or the end, at most `limit`.
    pub fn read(&mut self, limit: Duration) -> Got {
        let until = Instant::now() + limit;
        loop {
            match self.output.recv_timeout(LOOK) {
                Ok(bytes) => return Got::Bytes(bytes),
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    self.closed = true;
                    return Got::Closed;
                }
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

    /// The program's process number.
    pub fn pid(&self) -> u32 {
        self.child.0.id()
    }

    /// What the program said on standard error so far, at most 64 KiB; when it has closed its
    /// output, all.
    pub fn words(&mut self) -> &[u8] {
        if self.closed {
            return self.last_words();
        }
        while let Ok(bytes) = self.words.try_recv() {
            self.keep(&bytes);
        }
        &self.said
    }

    /// The same, once the program has said its last word or two seconds are over.
    pub fn last_words(&mut self) -> &[u8] {
        let until = Instant::now() + LAST_WORDS;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_words_may_come_after_the_output_is_closed() {
        let mut command = Command::new("sh");
        command.args(["-c", "exec >&-; sleep 0.3; echo refused >&2; sleep 0.1; echo gone >&2"]);
        let mut pipe = Pipe::open(&mut command, &Cancel::default()).expect("a shell");
        assert!(matches!(pipe.read(Duration::from_secs(10)), Got::Closed));
        assert_eq!(String::from_utf8_lossy(pipe.words()), "refused\ngone\n");
    }
}
