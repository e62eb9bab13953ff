//! When sshwhy itself fails or was used wrongly: said on standard error, in one form.

use std::io;
use std::io::Write;

use super::exit_code::ExitCode;

/// Says what failed; the exit code to end with.
pub fn fail(message: &str) -> ExitCode {
    // Nothing can be done when not even this can be written.
    let _ = writeln!(io::stderr(), "error: {message}");
    ExitCode::FAILED
}

/// The exit code when something was printed or not.
pub fn printed(result: io::Result<()>, then: ExitCode) -> ExitCode {
    match result {
        Ok(()) => then,
        Err(error) => fail(&format!("failed to write to standard output: {error}")),
    }
}
