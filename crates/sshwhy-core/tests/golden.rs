//! Replays every recorded case: the same case gives the same diagnosis, in text and in JSON.
//!
//! `BLESS=1 cargo test -p sshwhy-core --test golden` writes what comes out now; read the diff.

#![allow(
    clippy::disallowed_methods,
    reason = "this test reads recordings; the crate itself reads no files"
)]

use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use sshwhy_core::model::case::Case;
use sshwhy_core::model::diagnosis::Diagnosis;
use sshwhy_core::reason::diagnose;
use sshwhy_core::report::Report;
use sshwhy_core::report::Style;
use sshwhy_core::report::json;
use sshwhy_core::report::line::plain;
use sshwhy_core::report::markdown;
use sshwhy_core::report::text;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder, the case and its diagnosis, for every case of `cases/*/*/`.
fn cases() -> Vec<(PathBuf, Case, Diagnosis)> {
    let mut found = Vec::new();
    for group in folders(&root().join("cases")) {
        for folder in folders(&group) {
            let path = folder.join("case.json");
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let case = Case::from_json(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let diagnosis = diagnose(&case.observations);
            found.push((folder, case, diagnosis));
        }
    }
    assert!(!found.is_empty(), "there is no case to replay");
    found
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn every_case_gives_the_expected_report() {
    let bless = env::var_os("BLESS").is_some();
    let mut stale = Vec::new();
    for (folder, case, diagnosis) in cases() {
        let lines = text::render(&Report::new(&case, &diagnosis), Style::new(100, true));
        let outputs =
            [("expected.txt", plain(&lines)), ("expected.json", json::render(&case, &diagnosis))];
        for (name, output) in outputs {
            let path = folder.join(name);
            let expected = fs::read_to_string(&path).unwrap_or_default();
            if expected == output {
                continue;
            }
            if bless {
                fs::write(&path, output).unwrap();
            } else {
                stale.push(format!("── {}\n{}", path.display(), difference(&expected, &output)));
            }
        }
    }
    assert!(
        stale.is_empty(),
        "{}\nIf that is as it should be: BLESS=1 cargo test -p sshwhy-core --test golden",
        stale.join("\n")
    );
}

/// The first lines that differ.
fn difference(expected: &str, output: &str) -> String {
    let (mut old, mut new) = (expected.lines(), output.lines());
    let mut shown = String::new();
    let mut count = 0;
    loop {
        let (before, after) = (old.next(), new.next());
        if (before.is_none() && after.is_none()) || count == 8 {
            return shown;
        }
        if before != after {
            shown += &before.map(|l| format!("- {l}\n")).unwrap_or_default();
            shown += &after.map(|l| format!("+ {l}\n")).unwrap_or_default();
            count += 1;
        }
    }
}

#[test]
fn every_report_is_valid_by_the_committed_schema() {
    let committed = fs::read_to_string(root().join("docs/report.schema.json")).unwrap_or_default();
    assert!(
        committed == json::schema(),
        "docs/report.schema.json is stale: run `cargo xtask codegen`"
    );
    let schema = serde_json::from_str(&committed).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (folder, case, diagnosis) in cases() {
        let document = serde_json::from_str(&json::render(&case, &diagnosis)).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", folder.display());
    }
}

#[test]
fn every_case_survives_its_own_format() {
    for (folder, case, _) in cases() {
        let again = Case::from_json(&case.to_json()).unwrap();
        assert_eq!(again, case, "{}", folder.display());
    }
}

#[test]
fn no_width_breaks_the_layout_and_ascii_stays_ascii() {
    for (folder, case, diagnosis) in cases() {
        let report = Report::new(&case, &diagnosis);
        for width in [0, 40, 60, 80, 100, 120, 500] {
            for unicode in [true, false] {
                let style = Style::new(width, unicode);
                let lines = text::render(&report, style);
                let command = |l: &sshwhy_core::report::Line| {
                    l.spans.iter().any(|s| s.role == sshwhy_core::report::Role::Command)
                };
                let long = lines.iter().find(|l| l.columns() > style.width() && !command(l));
                assert!(long.is_none(), "{}, {width}: {long:?}", folder.display());
                assert!(unicode || plain(&lines).is_ascii(), "{}", plain(&lines));
            }
        }
        assert!(markdown::render(&report).starts_with("**"), "{}", folder.display());
    }
}

#[test]
fn the_verdict_the_exit_code_and_the_document_agree() {
    for (folder, case, diagnosis) in cases() {
        let document: serde_json::Value =
            serde_json::from_str(&json::render(&case, &diagnosis)).unwrap();
        let healthy = document["outcome"] == "healthy";
        let needs = document["needs"].as_array().is_some_and(|n| !n.is_empty());
        let code = Report::new(&case, &diagnosis).exit_code();
        assert_eq!(healthy, document["stage"].is_null(), "{}", folder.display());
        assert_eq!(healthy, code == 0, "{}", folder.display());
        assert!(code != 1 || !needs, "{}: one cause is named and yet needs more", folder.display());
        assert!(!healthy || document["causes"] == serde_json::json!([]), "{}", folder.display());
    }
}
