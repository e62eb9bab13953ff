//! All tests, with all the set-up that they need.

use anyhow::Result;
use anyhow::bail;
use sshwhy_lab::install;
use sshwhy_lab::install::Readiness;

use crate::build;
use crate::codegen;
use crate::fuzz;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Fail when a part had to be skipped
    #[arg(long)]
    strict: bool,
    /// Seconds for each fuzz target
    #[arg(long, default_value_t = 10)]
    fuzz_seconds: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    // First, because the tests of the workspace use the lab's hosts too.
    match install::ensure()? {
        Readiness::Skipped(why) if arguments.strict => bail!("the lab would be skipped: {why}"),
        Readiness::Skipped(_) | Readiness::Ready => {}
    }
    build::cargo(&["fmt", "--all", "--check"])?;
    build::cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    codegen::run(&codegen::Arguments { check: true })?;
    build::cargo(&["test", "--workspace"])?;
    fuzz::smoke(arguments.fuzz_seconds)?;
    // A process of its own: the tests above have built this program anew, and the lab starts its
    // hosts' tools from the file that it runs from.
    let lab = ["xtask", "lab", "--strict"];
    build::cargo(if arguments.strict { &lab } else { &lab[..2] })
}
