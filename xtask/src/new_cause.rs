//! `cargo xtask new-cause FOLDER/ID`: writes the two files of a new cause, and the lists.
//!
//! It must never overwrite a file. What it writes compiles and fails the tests of the catalogue
//! until the cause is documented and predicts something: they say what is missing.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use sshwhy_core::causes::SECTIONS;

use crate::codegen;
use crate::codegen::list;
use crate::root;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the catalogue and the id: banner/server-overslept
    #[arg(value_name = "FOLDER/ID")]
    cause: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let (folder, id) = parse(&arguments.cause)?;
    let root = root();
    let module = id.replace('-', "_");
    let cause = list::catalogue(&root).join(folder).join(format!("{module}.rs"));
    let scenarios = root.join("crates/sshwhy-lab/src/scenario");
    let scenario = scenarios.join(format!("{module}.rs"));
    for file in [&cause, &scenario] {
        if file.exists() {
            bail!("{} exists; choose another id or edit that file", file.display());
        }
    }
    let index = scenarios.with_extension("rs");
    let known = fs::read_to_string(&index).with_context(|| format!("read {}", index.display()))?;
    let known = with_scenario(&known, &module)?;

    write(&cause, &cause_text(folder, id))?;
    write(&scenario, &scenario_text(id))?;
    write(&index, &known)?;
    codegen::run(&codegen::Arguments { check: false })?;
    println!("`cargo test -p sshwhy-core causes` says what the cause still lacks");
    Ok(())
}

/// Takes `FOLDER/ID` apart.
fn parse(cause: &str) -> Result<(&str, &str)> {
    let folders = list::FOLDERS.map(|(name, _)| name).join(", ");
    let Some((folder, id)) = cause.split_once('/') else {
        bail!("{cause} is not FOLDER/ID; the folders are {folders}");
    };
    if !list::FOLDERS.iter().any(|(name, _)| *name == folder) {
        bail!("there is no folder {folder}; the folders are {folders}");
    }
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let starts = id.starts_with(|c: char| c.is_ascii_lowercase());
    if !starts || !id.chars().all(kebab) || id.ends_with('-') || id.contains("--") {
        bail!("{id} is no id: lowercase words joined by single dashes name the trouble");
    }
    Ok((folder, id))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("write {}", path.display()))?;
    println!("wrote {}", path.display());
    Ok(())
}

fn cause_text(folder: &str, id: &str) -> String {
    let mut text =
        "//! See the documentation of the cause itself.\n\nuse crate::causes::cause;\n\ncause! {\n"
            .to_owned();
    for section in SECTIONS {
        let _ = write!(text, "    /// ## {section}\n    ///\n");
    }
    let stage = match folder {
        "config" => "Config",
        "resolve" => "Resolve",
        "connect" => "Connect",
        "banner" => "Banner",
        "kex" => "KeyExchange",
        "auth" => "Auth",
        _ => "Session",
    };
    let name = id.replace('-', "_").to_uppercase();
    let _ = write!(
        text,
        "    {name} {{\n        id: \"{id}\",\n        title: \"\",\n        stage: {stage},\n        \
         commonness: Occasional,\n        predicts: {{}},\n        shown_by: [],\n        \
         remedy: \"\",\n    }}\n}}\n"
    );
    text
}

fn scenario_text(id: &str) -> String {
    format!(
        "//! What plain ssh shows, and why.\n\n\
         use crate::scenario::{{Plain, Scenario}};\n\n\
         pub(super) const SCENARIO: Scenario = Scenario {{\n    \
         honest: &[],\n    never: &[],\n    plain: Plain::Fails(\"\"),\n    \
         ..Scenario::fault(\n        \"{id}\",\n        \"{id}\",\n        \
         \"what is broken, in one line\",\n        |network| network.sshd(),\n    )\n}};\n"
    )
}

/// The list of scenarios with one more module: first in the list, since only its author knows
/// where it belongs.
fn with_scenario(list: &str, module: &str) -> Result<String> {
    const ALL: &str = "pub const ALL: &[Scenario] = &[\n";
    let (before, after) =
        list.split_once(ALL).context("scenario.rs has no list of all scenarios")?;
    let line = format!("mod {module};");
    let mut lines: Vec<&str> = before.lines().collect();
    let is_module = |l: &&str| l.starts_with("mod ") && l.ends_with(';');
    let place = lines
        .iter()
        .position(|l| is_module(l) && **l > *line)
        .or_else(|| lines.iter().rposition(is_module).map(|last| last + 1))
        .context("scenario.rs declares no modules")?;
    lines.insert(place, &line);
    Ok(format!("{}\n{ALL}    {module}::SCENARIO,\n{after}", lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_none_is_refused() {
        for wrong in ["", "banner", "banner/", "nowhere/a", "banner/A", "banner/-a", "banner/a--b"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        for hostile in ["banner/../../a", "banner/a/b", "banner/a b", "banner/é", "banner/1a"] {
            assert!(parse(hostile).is_err(), "{hostile}");
        }
        assert_eq!(parse("banner/sshd-overslept").unwrap(), ("banner", "sshd-overslept"));
    }

    #[test]
    fn a_scenario_is_declared_in_order_and_listed() {
        let check = |module: &str, expected: &str| {
            let list = "mod a;\nmod c;\n\nuse x;\npub const ALL: &[Scenario] = &[\n    a::S,\n];\n";
            assert_eq!(with_scenario(list, module).unwrap(), expected);
        };
        let tail = "\nuse x;\npub const ALL: &[Scenario] = &[\n";
        check("b", &format!("mod a;\nmod b;\nmod c;\n{tail}    b::SCENARIO,\n    a::S,\n];\n"));
        check("d", &format!("mod a;\nmod c;\nmod d;\n{tail}    d::SCENARIO,\n    a::S,\n];\n"));
        assert!(with_scenario("mod a;", "b").is_err());
    }
}
