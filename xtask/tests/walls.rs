//! Who may use whom: the table of ARCHITECTURE.md, read off the `use` lines of the sources.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// A module and the modules of its own crate that it may use, itself apart.
type Rule = (&'static str, &'static [&'static str]);

const CORE: &[Rule] = &[
    ("wire", &[]),
    ("parse", &["wire"]),
    ("model", &["wire", "parse"]),
    ("evaluate", &["model", "wire", "parse"]),
    ("causes", &["model", "fix"]),
    ("reason", &["model", "causes"]),
    ("fix", &["model"]),
    ("report", &["model", "causes", "reason", "fix"]),
];

const SHELL: &[Rule] = &[
    ("sys", &[]),
    // Probes are handed the engine's scene; they never run the engine.
    ("probe", &["sys", "engine::scene", "engine::facts", "engine::settings", "engine::budget"]),
    // Looks share the host that they look at; they never run the engine.
    ("inspect", &["sys"]),
    ("capture", &["sys"]),
    ("engine", &["sys", "probe", "inspect", "capture"]),
    ("demo", &["sys", "engine"]),
    ("cli", &["sys", "engine", "demo", "probe", "capture"]),
];

/// What the crate that thinks must not be built from, directly: everything that is not pure data.
const CORE_DEPENDENCIES: &[&str] =
    &["base64ct", "foldhash", "hmac", "memchr", "schemars", "serde", "serde_json", "sha1", "sha2"];

#[test]
fn imports_flow_one_way() {
    let mut wrong = check("crates/sshwhy-core/src", CORE);
    wrong.extend(check("crates/sshwhy/src", SHELL));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn core_depends_on_nothing_that_does_input_or_output() {
    let manifest = fs::read_to_string(root().join("crates/sshwhy-core/Cargo.toml")).unwrap();
    let section = manifest.split("[dependencies]").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    for line in section.lines().filter(|l| l.contains(".workspace")) {
        let name = line.split('.').next().unwrap();
        assert!(CORE_DEPENDENCIES.contains(&name), "sshwhy-core may not depend on {name}");
    }
}

#[test]
fn unsafe_code_lives_in_sys_alone() {
    for file in sources(&root().join("crates/sshwhy/src")) {
        let inside = file.components().any(|c| c.as_os_str() == "sys");
        let text = fs::read_to_string(&file).unwrap();
        assert!(inside || !text.contains("unsafe {"), "{} has unsafe code", file.display());
    }
}

fn check(source: &str, rules: &[Rule]) -> Vec<String> {
    let top = root().join(source);
    let mut wrong = Vec::new();
    for file in sources(&top) {
        let inside = file.strip_prefix(&top).unwrap();
        let module = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = module.trim_end_matches(".rs");
        let Some((_, allowed)) = rules.iter().find(|(name, _)| *name == module) else {
            continue;
        };
        for (i, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let line = line.trim_start();
            if line.starts_with("//") {
                continue;
            }
            for used in line.split("crate::").skip(1) {
                let is_of =
                    |m: &str| used.strip_prefix(m).is_some_and(|rest| !rest.starts_with(is_word));
                let known = rules.iter().any(|(m, _)| is_of(m));
                if known && !is_of(module) && !allowed.iter().any(|m| is_of(m)) {
                    let name = inside.display();
                    wrong.push(format!(
                        "{source}/{name}:{}: `{module}` may not use `{used}`",
                        i + 1
                    ));
                }
            }
        }
    }
    wrong
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}
