//! On the server: would this client get in, and if not, which line stops it?

use std::io;
use std::io::Write;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::causes;
use sshwhy_core::evaluate::watch::Happening;
use sshwhy_core::model::diagnosis::Diagnosis;
use sshwhy_core::reason::diagnose;

use super::answer;
use super::watch::Watch;
use crate::cli::args::Format;
use crate::cli::args::Output;
use crate::cli::args::Server;
use crate::cli::exit_code::ExitCode;
use crate::cli::interrupt;
use crate::cli::terminal::Terminal;
use crate::engine::Run;
use crate::engine::server;
use crate::engine::server::Asked;
use crate::engine::server::Suspect;
use crate::engine::server::live;
use crate::sys::cancel::Cancel;
use crate::sys::reader;

/// Events are told for so long when nobody says how long.
const EVENTS: Duration = Duration::from_secs(60);
/// How often is looked whether somebody still reads what is told.
const LOOK: Duration = Duration::from_millis(200);

pub(in crate::cli) fn run(args: &Server) -> ExitCode {
    let terminal = Terminal::detect();
    live::clean_up();
    let asked = Asked {
        source: args.from.map(|client| client.address),
        source_port: args.from.and_then(|client| client.port),
        user: args.user.clone(),
        port: args.port,
        destination: args.to,
    };
    if args.events {
        return tell_events(&asked, args.watch.unwrap_or(EVENTS));
    }
    let seen = args.watch.map(|limit| follow(&asked, limit, &args.output, &terminal));
    // A watch may end by Ctrl-C: what it saw is told all the same.
    let cancel = Cancel::new();
    interrupt::watch(&cancel);
    let mut watch = Watch::new(&terminal, "this host", &args.output);
    let mut look = |asked: &Asked| server::look(asked, &cancel, |event| watch.look(event));
    let mut run = match asked.source {
        Some(_) => look(&asked),
        None => of_suspects(&asked, &server::suspects(asked.port, &cancel), &mut look),
    };
    if let Some(seen) = seen {
        run.case.observations =
            run.case.observations.observations().iter().cloned().chain(seen.observation).collect();
        // A person has read them as they came.
        let stories = if args.output.format == Format::Text { Vec::new() } else { seen.stories };
        run.case.notes.extend(stories.into_iter().map(|story| format!("watched: {story}")));
        run.case.not_assessed.extend(seen.missing.into_iter().map(|why| format!("watch: {why}")));
    }
    answer::give(&run, &args.output, watch, &terminal)
}

/// Tells live what happens, unless a program reads the answer; until the time is over or Ctrl-C.
fn follow(asked: &Asked, limit: Duration, output: &Output, terminal: &Terminal) -> live::Seen {
    let is_read_by_person = output.format == Format::Text;
    let began = Instant::now();
    watch(asked, limit, |happening| {
        if is_read_by_person {
            let seconds = began.elapsed().as_secs_f64();
            // Whoever closes the pipe is told by the report that follows.
            let line = clean(&happening.line());
            let _ = terminal.print_text(&format!("{seconds:7.2} s  {line}\n"));
        }
        true
    })
}

/// Only tells what happens, each a line of JSON, as long as somebody reads them.
fn tell_events(asked: &Asked, limit: Duration) -> ExitCode {
    let mut stdout = io::stdout().lock();
    watch(asked, limit, |happening| {
        let line = serde_json::to_string(happening).unwrap_or_default();
        writeln!(stdout, "{line}").and_then(|()| stdout.flush()).is_ok()
    });
    ExitCode::HEALTHY
}

/// Watches until the time is over, nobody cares any more, or Ctrl-C.
fn watch(asked: &Asked, limit: Duration, mut tell: impl FnMut(&Happening) -> bool) -> live::Seen {
    let cancel = Cancel::new();
    interrupt::end_with(&cancel);
    // A thread of its own, because the trace may be mounted for it alone.
    thread::scope(|scope| {
        let (sender, happenings) = mpsc::channel::<Happening>();
        let cancel = &cancel;
        let watching = scope.spawn(move || {
            live::watch(asked, limit, cancel, &mut |happening| drop(sender.send(happening)))
        });
        loop {
            let cares = match happenings.recv_timeout(LOOK) {
                Ok(happening) => tell(&happening),
                Err(RecvTimeoutError::Timeout) => reader::is_there(&io::stdout()),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if !cares {
                cancel.set();
            }
        }
        watching.join().unwrap_or_default()
    })
}

/// Foreign text with what could move the cursor shown as such.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '·' } else { c }).collect()
}

/// Judges the clients that failed last: the first that would fail again is told at length, the others in a line.
fn of_suspects(asked: &Asked, suspects: &[Suspect], look: &mut dyn FnMut(&Asked) -> Run) -> Run {
    let judge = |suspect: &Suspect| {
        let asked = Asked {
            source: Some(suspect.source),
            user: asked.user.clone().or_else(|| suspect.user.clone()),
            ..asked.clone()
        };
        let run = look(&asked);
        let diagnosis = diagnose(&run.case.observations);
        (suspect.clone(), run, diagnosis)
    };
    let mut judged: Vec<(Suspect, Run, Diagnosis)> = suspects.iter().map(judge).collect();
    if judged.is_empty() {
        let mut run = look(asked);
        run.case.notes.push(
            "no --from IP, and no trace of a client that failed in the last hour: only what concerns every client was judged"
                .to_owned(),
        );
        return run;
    }
    let stopped = judged.iter().position(|(_, _, diagnosis)| diagnosis.broke.is_some());
    let (suspect, mut run, _) = judged.remove(stopped.unwrap_or(0));
    let Suspect { source, why, .. } = suspect;
    run.case.notes.push(format!("no --from IP: judged for {source}, which failed last ({why})"));
    run.case.notes.extend(judged.iter().map(|(suspect, _, diagnosis)| {
        let first = diagnosis.causes.first().and_then(|cause| causes::find(cause.id));
        let end = first.map_or("nothing here stops it", |cause| cause.title);
        format!("{}: {end} ({})", suspect.source, suspect.why)
    }));
    run
}
