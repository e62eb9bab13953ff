//! The command line: arguments become settings, settings become a command, a command ends in an
//! exit code.

pub mod args;
pub mod exit_code;
pub mod failure;
pub mod interrupt;
pub mod terminal;

mod command;

use clap::CommandFactory;
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
            if error.kind() == ErrorKind::ArgumentConflict
                && let Some(command) = command_behind_options(std::env::args())
            {
                return failure::fail(&format!(
                    "options of `{command}` stand behind it: sshwhy {command} [OPTIONS] …"
                ));
            }
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

/// The command that somebody named behind options, which only it can take.
fn command_behind_options(arguments: impl Iterator<Item = String>) -> Option<String> {
    let commands = Args::command();
    let mut words = arguments.skip(1);
    let begins_with_option = words.next().is_some_and(|first| first.starts_with('-'));
    let is_command = |word: &String| commands.find_subcommand(word).is_some();
    begins_with_option.then(|| words.find(is_command)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_behind_its_options_is_found() {
        let found = |words: &str| command_behind_options(words.split(' ').map(str::to_owned));
        assert_eq!(found("sshwhy --format json explain a.log").as_deref(), Some("explain"));
        assert_eq!(found("sshwhy explain --format json a.log"), None);
        assert_eq!(found("sshwhy -p 22 prod"), None);
    }
}
