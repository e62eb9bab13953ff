//! The main job: why can I not connect to this host?

use sshwhy_core::evaluate::both_ends;
use sshwhy_core::model::case::Case;
use sshwhy_core::parse::target::parse_destination;

use super::answer;
use super::watch::Watch;
use crate::cli::args::Args;
use crate::cli::args::Reach;
use crate::cli::exit_code::ExitCode;
use crate::cli::failure;
use crate::cli::interrupt;
use crate::cli::terminal::Terminal;
use crate::engine;
use crate::engine::Run;
use crate::engine::Settings;
use crate::engine::remote::OtherEnd;
use crate::engine::run::Event;
use crate::sys::cancel::Cancel;
use crate::sys::file;

pub(in crate::cli) fn run(args: &Args) -> ExitCode {
    let terminal = Terminal::detect();
    let given = args.target.as_deref().unwrap_or_default();
    let destination = match parse_destination(given) {
        Ok(destination) => destination,
        Err(error) => return failure::fail(&error.to_string()),
    };
    let settings = settings(&args.reach);
    let cancel = Cancel::new();
    interrupt::watch(&cancel);

    let mut watch = Watch::new(&terminal, given, &args.output);
    let mut other_end = None;
    let mut run = engine::diagnose(given, &destination, &settings, &cancel, |event| {
        if let (Event::Reached(target), Some(command)) = (&event, &args.reach.server) {
            other_end = Some(OtherEnd::watch(command, target, &cancel));
        }
        watch.notice(&event);
    });
    if let Err(message) = add_server(&mut run, &args.reach, other_end, &cancel) {
        return failure::fail(&message);
    }
    answer::give(&run, &args.output, watch, &terminal)
}

/// Adds what the server found, from recordings or by asking it now.
fn add_server(
    run: &mut Run,
    reach: &Reach,
    other_end: Option<OtherEnd>,
    cancel: &Cancel,
) -> Result<(), String> {
    for path in &reach.with {
        let failed = |what: &str| format!("failed to read `{}`: {what}", path.display());
        let text = file::read_text(path).map_err(|e| failed(&e.to_string()))?;
        let case = Case::from_json(&text).map_err(|e| failed(&e.to_string()))?;
        both_ends::join(&mut run.case, case).map_err(|e| failed(&e.to_string()))?;
    }
    let source = other_end.and_then(|watching| watching.end(&mut run.case));
    match &reach.server {
        Some(command) if !run.cancelled => {
            engine::remote::ask(&mut run.case, command, source, cancel)
        }
        _ => Ok(()),
    }
}

fn settings(reach: &Reach) -> Settings {
    Settings {
        connections: reach.connections,
        ssh: reach.ssh.clone(),
        ssh_options: reach.ssh_options(),
        login: !reach.no_auth,
        sftp: reach.sftp,
        idle: reach.idle,
    }
}
