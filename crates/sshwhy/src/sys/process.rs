//! Programs that we run: bounded in time and output, ended when we end, and without a terminal on
//! which they could ask for anything.

use std::io;
use std::io::Read;
use std::os::unix::process::CommandExt;
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

/// What holds the pipes of a program that has ended may still say why, such as the inner ssh of `-J`: so long it may be
/// silent before nothing more is expected.
const SETTLE: Duration = Duration::from_millis(200);
/// Few programs that we run say more than this.
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
    /// How long it ran; while it runs, how long it has run.
    pub took: Duration,
    /// Its process number, as long as it runs.
    pub pid: u32,
}

/// Runs a program without input to its end, or kills it when its time is up.
///
/// # Errors
///
/// When the program cannot be started.
pub fn run(command: &mut Command, limit: Duration, cancel: &Cancel) -> io::Result<Ran> {
    run_until(command, limit, cancel, |_| false)
}

/// The same for a program that says up to `room` bytes on either stream and leaves nothing behind that keeps the streams open:
/// all that it says is waited for, however busy the machine is.
///
/// # Errors
///
/// When the program cannot be started.
pub fn run_with_room(
    command: &mut Command,
    limit: Duration,
    room: usize,
    cancel: &Cancel,
) -> io::Result<Ran> {
    run_bounded(command, limit, Streams { room, settle: limit }, cancel, |_| false)
}

/// The same, and also ends the program when `enough` says so of what it did so far. It is asked
/// every few milliseconds, also while nothing happens.
///
/// # Errors
///
/// When the program cannot be started.
pub fn run_until(
    command: &mut Command,
    limit: Duration,
    cancel: &Cancel,
    enough: impl FnMut(&Ran) -> bool,
) -> io::Result<Ran> {
    run_bounded(command, limit, Streams { room: MAX_OUTPUT, settle: SETTLE }, cancel, enough)
}

/// How the output of a program is taken.
#[derive(Clone, Copy, Debug)]
struct Streams {
    /// The most bytes that are kept of each stream.
    room: usize,
    /// How long silence after the program's end must last to be the end of its output.
    settle: Duration,
}

fn run_bounded(
    command: &mut Command,
    limit: Duration,
    streams: Streams,
    cancel: &Cancel,
    mut enough: impl FnMut(&Ran) -> bool,
) -> io::Result<Ran> {
    let began = Instant::now();
    let mut child =
        Guard::spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
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
        pid: child.0.id(),
    };
    let mut open = true;
    while began.elapsed() < limit && !cancel.is_set() {
        match receiver.recv_timeout(LOOK) {
            Ok((stream, bytes)) => ran.take(stream, &bytes, streams.room, began.elapsed()),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                open = false;
                thread::sleep(Duration::from_millis(1));
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        ran.took = began.elapsed();
        if enough(&ran) {
            break;
        }
        // A grandchild may hold the pipes open after the program has ended (ControlPersist).
        ran.status = child.0.try_wait()?;
        if ran.status.is_some() && !open {
            break;
        }
        if ran.status.is_some() {
            while let Ok((stream, bytes)) = receiver.recv_timeout(streams.settle) {
                ran.take(stream, &bytes, streams.room, began.elapsed());
            }
            break;
        }
    }
    ran.took = began.elapsed();
    Ok(ran)
}

impl Ran {
    fn take(&mut self, stream: Stream, bytes: &[u8], room: usize, at: Duration) {
        let buffer = match stream {
            Stream::Out => &mut self.stdout,
            Stream::Err => &mut self.stderr,
        };
        let room = room.saturating_sub(buffer.len()).min(bytes.len());
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

/// A program in a session of its own; it and what it started are killed when this is dropped.
#[derive(Debug)]
pub struct Guard(pub Child);

impl Guard {
    /// Starts a program that has no terminal: neither it nor what it starts can ask the user. It
    /// is killed when this thread ends, also by a signal that nobody can catch.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    #[expect(unsafe_code, reason = "what a process is to its parent is said between fork and exec")]
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        // SAFETY: setsid(2) and prctl(2) are safe between fork and exec, and the closure touches no
        // memory.
        unsafe {
            command.pre_exec(|| {
                libc::setsid();
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                Ok(())
            });
        }
        command.spawn().map(Self)
    }

    #[expect(unsafe_code, reason = "kill of a group is only in libc")]
    fn kill_session(&self) {
        let Ok(leader) = libc::pid_t::try_from(self.0.id()) else { return };
        // SAFETY: kill(2) touches no memory. The leader was not reaped, so that its number, and
        // that of its group, still belong to it.
        unsafe { libc::kill(-leader, libc::SIGKILL) };
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            self.kill_session();
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_and_line_times_are_kept() {
        let script = "echo a >&2; printf b; echo c >&2; exit 3";
        let ran = run(&mut sh(script), LIMIT, &Cancel::new()).unwrap();
        assert_eq!((ran.stdout.as_slice(), ran.stderr.as_slice()), (&b"b"[..], &b"a\nc\n"[..]));
        assert_eq!((ran.line_times.len(), ran.status.unwrap().code()), (2, Some(3)));
    }

    #[test]
    fn a_program_leads_a_session_of_its_own() {
        // proc(5): the process and, sixth, its session.
        let script = "read -r pid _ _ _ _ session _ < /proc/$$/stat; test $pid = $session";
        let ran = run(&mut sh(script), LIMIT, &Cancel::new()).unwrap();
        assert!(ran.status.unwrap().success());
    }

    #[test]
    fn enough_ends_it_with_all_that_it_started() {
        let script = "sleep 1000 & echo $! >&2; wait";
        let seen = |ran: &Ran| ran.stderr.ends_with(b"\n");
        let ran = run_until(&mut sh(script), LIMIT, &Cancel::new(), seen).unwrap();
        assert!(ran.status.is_none() && ran.took < LIMIT);
        let sleeper = String::from_utf8(ran.stderr).unwrap();
        // Gone, or dead and not yet collected by its new parent; the kernel takes its moment.
        let stat = format!("/proc/{}/stat", sleeper.trim());
        let is_alive = || {
            std::fs::read_to_string(&stat).is_ok_and(|s| !s.contains(") Z ") && !s.contains(") X "))
        };
        let until = Instant::now() + LIMIT;
        while is_alive() && Instant::now() < until {
            thread::yield_now();
        }
        assert!(!is_alive());
    }
}
