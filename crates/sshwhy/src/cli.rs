//! The command line: arguments become settings, settings become a command, a command ends in an
//! exit code.

pub mod args;
pub mod exit_code;
pub mod failure;
pub mod interrupt;
pub mod terminal;

mod command;

use clap::Parser;
use clap::error::ErrorKind;

use args::Args;
use args::Command;
use exit_code::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Nothing can be done when not even this can be printed.
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked { ExitCode::HEALTHY } else { ExitCode::FAILED };
        }
    };
    match &args.command {
        Some(Command::Server(server)) => command::server::run(server),
        Some(Command::Explain(explain)) => command::explain::run(explain),
        Some(Command::Causes(causes)) => command::causes::run(causes),
        Some(Command::Demo(demo)) => command::demo::run(demo),
        None => command::host::run(&args),
    }
}
