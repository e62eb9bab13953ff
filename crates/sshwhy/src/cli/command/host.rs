//! The main job: why can I not connect to this host?

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
use crate::engine::Settings;
use crate::sys::cancel::Cancel;

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
    let run =
        engine::diagnose(given, &destination, &settings, &cancel, |event| watch.notice(&event));
    answer::give(&run, &args.output, watch, &terminal)
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
