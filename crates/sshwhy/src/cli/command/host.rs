//! The main job: why can I not connect to this host?

use std::fs;
use std::io;
use std::sync::Arc;

use sshwhy_core::evaluate::both_ends;
use sshwhy_core::model::case::Case;
use sshwhy_core::model::case::Packets;
use sshwhy_core::model::outcome::was_reset;
use sshwhy_core::parse::target::parse_destination;
use sshwhy_core::wire::capture::write::Noted;
use sshwhy_core::wire::capture::write::pcapng;

use super::answer;
use super::watch::Watch;
use crate::capture::Capture;
use crate::capture::remarks;
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
use crate::sys::echo;
use crate::sys::file;
use crate::sys::privilege;

pub(in crate::cli) fn run(args: &Args) -> ExitCode {
    let terminal = Terminal::detect();
    let given = args.target.as_deref().unwrap_or_default();
    let destination = match parse_destination(given) {
        Ok(destination) => destination,
        Err(error) => return failure::fail(&error.to_string()),
    };
    // Before any other thread begins, so that all are without the right that it takes.
    let capture = match captured() {
        Err(error) if args.reach.pcap.is_some() => {
            return failure::fail(&format!("failed to see our own packets: {error}"));
        }
        capture => capture.ok(),
    };
    let settings = Settings { capture: capture.clone(), ..settings(&args.reach) };
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
    if let Some(lost @ 1..) = capture.as_ref().map(|capture| capture.lost()) {
        let text = format!("{lost} of our own packets: they came faster than they were read");
        run.case.not_assessed.push(text);
    }
    if capture.is_none() && was_reset(&run.case.observations) {
        let words = "who sent the reset: without CAP_NET_RAW (sudo) our own packets cannot be seen";
        run.case.not_assessed.push(words.to_owned());
    }
    if let Some(capture) = &capture {
        let pcapng = pcapng_of(capture, &run.case);
        if let Some(path) = &args.reach.pcap
            && let Err(error) = fs::write(path, &pcapng)
        {
            return failure::fail(&format!("failed to write `{}`: {error}", path.display()));
        }
        run.case.packets = Some(Packets::of(&pcapng));
    }
    answer::give(&run, &args.output, watch, &terminal)
}

/// Begins to see our packets, and gives up the right to do more than that.
fn captured() -> io::Result<Arc<Capture>> {
    let capture = Capture::open()?;
    // Where everybody may ping, nothing else needs that right.
    if echo::is_open_to_all() {
        privilege::give_up_raw_sockets()?;
    }
    Ok(Arc::new(capture))
}

/// Our packets with remarks: which probe a connection is of, and who sent its reset.
fn pcapng_of(capture: &Capture, case: &Case) -> Vec<u8> {
    let packets = capture.packets();
    let ours: Vec<_> = remarks::on(&packets, case).collect();
    let noted = ours.iter().map(|(seen, comment)| Noted {
        at: seen.at,
        is_outgoing: seen.is_outgoing,
        bytes: &seen.bytes,
        comment,
    });
    let program = concat!("sshwhy ", env!("CARGO_PKG_VERSION"));
    pcapng(program, noted)
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
        capture: None,
    }
}
