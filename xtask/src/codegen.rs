//! `cargo xtask codegen`: writes what follows from the causes, or says what is stale.
//!
//! The modules and the list come from the names of the files alone, because they must be right
//! before the catalogue with a new file compiles; the pages come from the compiled catalogue.
//! Nothing here decides anything about a cause.

mod docs;
pub(crate) mod list;

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process;

use anyhow::Context;
use anyhow::bail;

use crate::root;

/// `cargo xtask codegen [--check]`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail when a file is stale.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Something that ought to be on disk.
struct Wanted {
    path: PathBuf,
    /// `None`: the file must not exist.
    text: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let root = root();
    let list_changed = settle(&root, list::wanted(&root)?, arguments.check)?;
    if list_changed {
        // This program was built with the old list: only a new build knows the new pages.
        return again();
    }
    let mut wanted = docs::wanted(&root)?;
    let schema = Some(sshwhy_core::report::json::schema());
    wanted.push(Wanted { path: root.join("docs/report.schema.json"), text: schema });
    settle(&root, wanted, arguments.check)?;
    Ok(())
}

/// Writes what differs from what is wanted; with `check`, fails instead. Whether any differed.
fn settle(root: &Path, wanted: Vec<Wanted>, check: bool) -> anyhow::Result<bool> {
    let mut stale = Vec::new();
    for file in wanted {
        let there = match fs::read_to_string(&file.path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).context(format!("read {}", file.path.display())),
        };
        if there != file.text {
            stale.push(file);
        }
    }
    for file in &stale {
        let shown = file.path.strip_prefix(root).unwrap_or(&file.path).display();
        if check {
            eprintln!("stale: {shown}");
        } else {
            write(file).with_context(|| format!("write {}", file.path.display()))?;
            println!("wrote {shown}");
        }
    }
    if check && !stale.is_empty() {
        bail!("generated files are stale; run `cargo xtask codegen` and commit them");
    }
    Ok(!stale.is_empty())
}

fn write(file: &Wanted) -> io::Result<()> {
    let Some(text) = &file.text else {
        return fs::remove_file(&file.path);
    };
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file.path, text)
}

/// Builds and runs `cargo xtask codegen` anew.
pub(crate) fn again() -> anyhow::Result<()> {
    let status = process::Command::new(env!("CARGO"))
        .args(["xtask", "codegen"])
        .current_dir(root())
        .status()
        .context("run cargo xtask codegen again")?;
    if !status.success() {
        bail!("the catalogue does not compile; mend it and run `cargo xtask codegen` again");
    }
    Ok(())
}
