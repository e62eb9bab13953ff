//! On the server: would this client get in, and if not, which line stops it?

use sshwhy_core::causes;
use sshwhy_core::model::diagnosis::Diagnosis;
use sshwhy_core::reason::diagnose;

use super::answer;
use super::watch::Watch;
use crate::cli::args::Server;
use crate::cli::exit_code::ExitCode;
use crate::cli::interrupt;
use crate::cli::terminal::Terminal;
use crate::engine::Run;
use crate::engine::server;
use crate::engine::server::Asked;
use crate::engine::server::Suspect;
use crate::sys::cancel::Cancel;

pub(in crate::cli) fn run(args: &Server) -> ExitCode {
    let terminal = Terminal::detect();
    let cancel = Cancel::new();
    interrupt::watch(&cancel);
    let asked = Asked {
        source: args.from.map(|client| client.address),
        source_port: args.from.and_then(|client| client.port),
        user: args.user.clone(),
        port: args.port,
        destination: args.to,
    };
    let mut watch = Watch::new(&terminal, "this host", &args.output);
    let mut look = |asked: &Asked| server::look(asked, &cancel, |event| watch.look(event));
    let run = match asked.source {
        Some(_) => look(&asked),
        None => of_suspects(&asked, &server::suspects(asked.port, &cancel), &mut look),
    };
    answer::give(&run, &args.output, watch, &terminal)
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
