//! What the program's exit code means. A promise to scripts: see `--help`.

use std::process;

/// The end of the program in one number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ExitCode(pub u8);

impl ExitCode {
    /// Nothing is wrong.
    pub const HEALTHY: Self = Self(0);
    /// A cause was found.
    pub const CAUSE: Self = Self(1);
    /// sshwhy was used wrongly or failed itself.
    pub const FAILED: Self = Self(2);
    /// Something is wrong and the evidence does not single out one cause.
    pub const UNDECIDED: Self = Self(3);
    /// Ctrl-C, as shells count it.
    pub const INTERRUPTED: Self = Self(130);
}

impl process::Termination for ExitCode {
    fn report(self) -> process::ExitCode {
        process::ExitCode::from(self.0)
    }
}
