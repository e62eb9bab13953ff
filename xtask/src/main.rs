//! Everything a developer or CI runs: one subcommand, one file.
//!
//! It must never be needed to use sshwhy, and changes nothing outside the workspace.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for a terminal")]

mod bench;
mod build;
mod codegen;
mod fuzz;
mod lab;
mod new_cause;
mod picture;
mod replay;
mod test;

use std::path::Path;
use std::path::PathBuf;

use clap::Parser;
use clap::Subcommand;

/// Everything a developer or CI runs.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure speed as a ratio to a peer in the same run
    Bench(bench::Arguments),
    /// Write what follows from the causes: their modules, their list, their pages
    Codegen(codegen::Arguments),
    /// Run every fuzz target for a while
    Fuzz(fuzz::Arguments),
    /// Run sshwhy against real daemons with faults, as root and as an ordinary user
    Lab(lab::Arguments),
    /// Write the skeletons of a new cause and of its scenario
    NewCause(new_cause::Arguments),
    /// Draw a recorded case as the README shows it
    Picture(picture::Arguments),
    /// Show what today's reasoning makes of a recording
    Replay(replay::Arguments),
    /// Run all tests, and install what they need
    Test(test::Arguments),
}

fn main() -> anyhow::Result<()> {
    // The lab starts this program again as the first process of a host.
    sshwhy_lab::tool::dispatch();
    match Arguments::parse().command {
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Lab(arguments) => lab::run(&arguments),
        Command::NewCause(arguments) => new_cause::run(&arguments),
        Command::Picture(arguments) => picture::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
    }
}

/// The root of the workspace.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}
