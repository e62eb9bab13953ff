//! Programs that we run: bounded in time and output, ended when we end.

use std::io;
use std::io::Read;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use super::cancel::Cancel;
use super::cancel::LOOK;

/// No program that we run says more than this.
const MAX_OUTPUT: usize = 4 << 20;

/// What a program did.
#[derive(Debug)]
pub struct Ran {
    /// Its exit status; `None` when its time was up and it was killed.
    pub status: Option<ExitStatus>,
    /// What it wrote to standard output, at most 4 MiB.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error, at most 4 MiB.
    pub stderr: Vec<u8>,
    /// When each line of standard error was complete, since the start.
    pub line_times: Vec<Duration>,
    /// How long it ran.
    pub took: Duration,
}

/// Runs a program without input to its end, or kills it when its time is up.
///
/// # Errors
///
/// When the program cannot be started.
pub fn run(command: &mut Command, limit: Duration, cancel: &Cancel) -> io::Result<Ran> {
    run_until(command, limit, cancel, |_| false)
}

/// The same, and also ends the program when `enough` says so of its standard error so far.
///
/// # Errors
///
/// When the program cannot be started.
pub fn run_until(
    command: &mut Command,
    limit: Duration,
    cancel: &Cancel,
    mut enough: impl FnMut(&[u8]) -> bool,
) -> io::Result<Ran> {
    let began = Instant::now();
    let mut child =
        Guard(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?);
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.0.stdout.take() {
        forward(stdout, Stream::Out, sender.clone());
    }
    if let Some(stderr) = child.0.stderr.take() {
        forward(stderr, Stream::Err, sender);
    }
    let mut ran = Ran {
        status: None,
        stdout: Vec::new(),
        stderr: Vec::new(),
        line_times: Vec::new(),
        took: Duration::ZERO,
    };
    let mut open = true;
    while began.elapsed() < limit && !cancel.is_set() {
        match receiver.recv_timeout(LOOK) {
            Ok((stream, bytes)) => {
                ran.take(stream, &bytes, began.elapsed());
                if stream == Stream::Err && enough(&ran.stderr) {
                    break;
                }
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                open = false;
                thread::sleep(Duration::from_millis(1));
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        // A grandchild may hold the pipes open after the program has ended (ControlPersist).
        ran.status = child.0.try_wait()?;
        if ran.status.is_some() && !open {
            break;
        }
        if ran.status.is_some() {
            while let Ok((stream, bytes)) = receiver.recv_timeout(LOOK) {
                ran.take(stream, &bytes, began.elapsed());
            }
            break;
        }
    }
    ran.took = began.elapsed();
    Ok(ran)
}

impl Ran {
    fn take(&mut self, stream: Stream, bytes: &[u8], at: Duration) {
        let buffer = match stream {
            Stream::Out => &mut self.stdout,
            Stream::Err => &mut self.stderr,
        };
        let room = MAX_OUTPUT.saturating_sub(buffer.len()).min(bytes.len());
        let bytes = bytes.get(..room).unwrap_or_default();
        buffer.extend_from_slice(bytes);
        if stream == Stream::Err {
            let lines = bytes.iter().filter(|b| **b == b'\n').count();
            self.line_times.extend(std::iter::repeat_n(at, lines));
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stream {
    Out,
    Err,
}

fn forward(
    mut from: impl Read + Send + 'static,
    stream: Stream,
    to: mpsc::Sender<(Stream, Vec<u8>)>,
) {
    thread::spawn(move || {
        let mut buffer = [0; 8 * 1024];
        while let Ok(count) = from.read(&mut buffer) {
            let bytes = buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() || to.send((stream, bytes.to_vec())).is_err() {
                return;
            }
        }
    });
}

/// Kills and reaps the program when nobody waits for it any more.
#[derive(Debug)]
pub struct Guard(pub Child);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}
