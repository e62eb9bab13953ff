//! All tests, with all the set-up that they need.

use anyhow::Result;
use anyhow::bail;
use clap::Parser;

use crate::build;
use crate::codegen;
use crate::fuzz;
use crate::lab;
use crate::lab::Ended;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Fail when a part had to be skipped
    #[arg(long)]
    strict: bool,
    /// Seconds for each fuzz target
    #[arg(long, default_value_t = 60)]
    fuzz_seconds: u64,
}

/// For arguments of other subcommands with all their defaults.
#[derive(Parser)]
struct Defaults<T: clap::Args> {
    #[command(flatten)]
    arguments: T,
}

fn defaults<T: clap::Args>() -> T {
    Defaults::parse_from(["xtask"]).arguments
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    build::cargo(&["fmt", "--all", "--check"])?;
    build::cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    codegen::run(&codegen::Arguments { check: true })?;
    build::cargo(&["test", "--workspace"])?;
    fuzz::smoke(arguments.fuzz_seconds)?;
    match lab::prove(&defaults())? {
        Ended::Passed(count) => println!("{count} passed, 0 failed"),
        Ended::Skipped(why) if arguments.strict => bail!("the lab was skipped: {why}"),
        Ended::Skipped(why) => println!("skipped: the lab ({why})"),
    }
    Ok(())
}
