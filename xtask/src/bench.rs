//! How long it takes, as a ratio to a peer on the same work in the same run.

mod evaluate;
mod path;
mod read;
mod traffic;
mod verdict;

use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Time to verdict against the time that ssh itself takes to fail
    Verdict(verdict::Arguments),
    /// Time to read and judge big rule sets against the programs that they belong to; and a whole look at a server
    Evaluate(evaluate::Arguments),
    /// Time to find how large packets may be against tracepath
    Path,
    /// Time to read a long log and a long capture against grep, fail2ban-regex, tcpdump and tshark
    Read(read::Arguments),
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.what {
        What::Verdict(arguments) => verdict::run(arguments),
        What::Evaluate(arguments) => evaluate::run(arguments),
        What::Path => path::run(),
        What::Read(arguments) => read::run(arguments),
    }
}
