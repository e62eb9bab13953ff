//! What people paste: each text of `cases/field` beside the causes that may honestly be named first for it.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "this test reads texts and tells what it counted; the crate itself does neither"
)]

use std::fs;
use std::path::Path;

use sshwhy_core::evaluate::pasted::{About, Paste, read};
use sshwhy_core::reason::diagnose;

/// 2026-11-26 12:00 UTC, in microseconds since 1970.
const NOW: i64 = 1_795_694_400_000_000;
/// The promise.
const RIGHT: f64 = 0.95;

#[test]
fn what_people_paste_is_understood() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/field");
    let mut texts: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    texts.sort();
    let (mut wrong, mut sure) = (Vec::new(), Vec::new());
    for path in &texts {
        let bytes = fs::read(path).unwrap();
        let expected = fs::read_to_string(path.with_extension("expect")).unwrap();
        let case = read(
            &[Paste { name: "paste", bytes: &bytes }],
            &About { now: NOW, ..About::default() },
        );
        let diagnosis = diagnose(&case.observations);
        let first = diagnosis.causes.first();
        let named = first.map_or("healthy", |cause| cause.id);
        if expected.lines().any(|honest| honest == named) {
            continue;
        }
        let seen: Vec<String> =
            case.observations.observations().iter().map(|o| format!("{:?}", o.answer)).collect();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let share = first.map_or(1.0, |cause| cause.probability);
        wrong.push(format!("{name}: {named} ({share:.2}) by {seen:?}"));
        if diagnosis.singled_out {
            sure.push(name);
        }
    }
    let right = 1.0 - wrong.len() as f64 / texts.len() as f64;
    eprintln!(
        "{} texts, {:.1} % right; sure and wrong: {}",
        texts.len(),
        right * 100.0,
        sure.len()
    );
    assert!(texts.len() >= 200, "too few texts");
    assert!(right >= RIGHT && sure.is_empty(), "{sure:?}\n{}", wrong.join("\n"));
}
