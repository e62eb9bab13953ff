//! Everything a developer or CI runs: one subcommand, one file.
//!
//! It must never be needed to use sshwhy, and changes nothing outside the workspace.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for a terminal")]

mod codegen;

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
    /// Write what follows from the causes: their modules, their list, their pages.
    Codegen(codegen::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Codegen(arguments) => codegen::run(&arguments),
    }
}

/// The root of the workspace.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}
