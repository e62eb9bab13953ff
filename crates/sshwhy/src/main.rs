//! The `sshwhy` program.

use sshwhy::cli;
use sshwhy::cli::exit_code::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
