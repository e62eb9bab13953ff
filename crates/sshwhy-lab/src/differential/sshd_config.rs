//! Our reading of `sshd_config` against `sshd -T -C`: every value that sshd prints, whether it accepts the files at all, and
//! if not, which line it names.

mod generate;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::IpAddr;

use anyhow::{Context, Result};
use sshwhy_core::evaluate::sshd::{Config, Connection, Effective, Files, Start};
use sshwhy_core::parse::openssh_version::Version;
use sshwhy_core::parse::pattern::matches;

use super::random::Random;
use crate::host::Host;
use crate::root::Root;

/// How many inputs one shell script runs.
const BATCH: usize = 200;

/// Separates what belongs to different inputs in the output of the script.
const MARK: &str = "=~=";

/// How often both agreed.
#[derive(Debug, Default)]
pub struct Counts {
    /// Inputs on which both say the same.
    pub agree: usize,
    /// Inputs on which they differ.
    pub disagree: usize,
    /// Single values that were compared.
    pub values: usize,
    /// Inputs that sshd accepts.
    pub valid: usize,
    /// Inputs that both refuse.
    pub invalid: usize,
    /// Of these, those in which sshd names a line.
    pub by_a_line: usize,
    /// The first inputs on which they differ, each with what both say.
    pub examples: Vec<String>,
}

/// Files of a made-up host, and the connection that is asked for.
#[derive(Debug)]
struct Input {
    main: String,
    files: BTreeMap<String, String>,
    /// Given on the command line: with `-o`, with `-p`.
    options: Vec<String>,
    ports: Vec<u16>,
    spec: String,
    connection: Connection,
}

impl Files for Input {
    fn expand(&self, pattern: &str) -> Vec<String> {
        let parts: Vec<&str> = pattern.split('/').collect();
        let fits = |path: &&String| {
            let names: Vec<&str> = path.split('/').collect();
            let fit = |(part, name): (&&str, &&str)| {
                matches(part, name) && (part.starts_with('.') || !name.starts_with('.'))
            };
            names.len() == parts.len() && parts.iter().zip(&names).all(fit)
        };
        self.files.keys().filter(fits).cloned().collect()
    }

    fn read(&self, path: &str) -> Result<String, String> {
        self.files.get(path).cloned().ok_or_else(|| "No such file or directory".to_owned())
    }
}

impl Input {
    fn arguments(&self) -> String {
        let options = self.options.iter().map(|option| format!("-o '{option}'"));
        let ports = self.ports.iter().map(|port| format!("-p {port}"));
        options.chain(ports).collect::<Vec<_>>().join(" ")
    }
}

/// What sshd said of an input.
struct Said {
    accepts: bool,
    values: BTreeMap<String, Vec<String>>,
    errors: String,
}

/// Compares `count` inputs that depend on the seed.
///
/// # Errors
/// When the host cannot be started.
pub fn run(root: Root, count: usize, seed: u64) -> Result<Counts> {
    let host = Host::start("server", &root)?;
    let said = host.try_sh("/usr/sbin/sshd -V")?;
    let version = Version::find(&said.stderr).context("sshd does not say its version")?;
    let start = Start {
        version,
        defaults: Some(host.sh("/usr/sbin/sshd -T -f /dev/null")?),
        directory: "/tmp".to_owned(),
        ..Start::default()
    };
    let mut random = Random::new(seed);
    let mut counts = Counts::default();
    let mut done = 0;
    while done < count {
        let inputs: Vec<Input> = (done..count.min(done + BATCH))
            .map(|number| generate::input(&mut random, number, version))
            .collect();
        let outputs = ask(&host, &inputs)?;
        for (input, said) in inputs.iter().zip(&outputs) {
            compare(input, said, &start, &mut counts);
        }
        done += inputs.len();
    }
    Ok(counts)
}

/// Writes the files of all inputs and runs sshd on each.
fn ask(host: &Host, inputs: &[Input]) -> Result<Vec<Said>> {
    let mut script = "cd /tmp\n".to_owned();
    for input in inputs {
        for (path, text) in &input.files {
            let folder = path.rsplit_once('/').map_or("/", |(folder, _)| folder);
            write!(script, "mkdir -p {folder}\ncat > '{path}' <<'{MARK}'\n{text}\n{MARK}\n")?;
        }
        writeln!(
            script,
            "/usr/sbin/sshd -T -f {} -C '{}' {} > out 2> err; echo \"{MARK}$?\"; cat out; \
             echo '{MARK}'; cat err",
            input.main,
            input.spec,
            input.arguments()
        )?;
    }
    host.write("/tmp/batch.sh", &script)?;
    let output = host.sh("sh /tmp/batch.sh")?;
    let mut parts = output.split(MARK).skip(1);
    let mut all = Vec::new();
    while let (Some(printed), Some(errors)) = (parts.next(), parts.next()) {
        let (status, printed) = printed.split_once('\n').unwrap_or((printed, ""));
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in printed.lines() {
            let (keyword, value) = line.split_once(' ').unwrap_or((line, ""));
            values.entry(keyword.to_owned()).or_default().push(value.to_owned());
        }
        all.push(Said { accepts: status == "0", values, errors: errors.to_owned() });
    }
    anyhow::ensure!(all.len() == inputs.len(), "sshd answered {} of {}", all.len(), inputs.len());
    Ok(all)
}

fn compare(input: &Input, said: &Said, start: &Start, counts: &mut Counts) {
    let start =
        Start { options: input.options.clone(), ports: input.ports.clone(), ..start.clone() };
    let config = Config::load_for(&input.main, input, start);
    let effective = config.effective(&input.connection);
    let fatal = config.problems().iter().chain(effective.problems()).find(|problem| problem.fatal);
    let mut difference = String::new();
    if said.accepts != fatal.is_none() {
        difference = format!("sshd accepts: {}; we say {fatal:?}", said.accepts);
    } else if said.accepts {
        counts.valid += 1;
        for (keyword, values) in &said.values {
            counts.values += 1;
            let ours = printed(&effective, keyword);
            if sorted(keyword, values.clone()) != sorted(keyword, ours.clone()) {
                let _ = writeln!(difference, "{keyword}: sshd {values:?}, we {ours:?}");
            }
        }
    } else {
        counts.invalid += 1;
        if let (Some((file, line)), Some(problem)) = (named_line(&said.errors), fatal) {
            counts.by_a_line += 1;
            // sshd counts no lines there.
            let same_line = line == problem.place.line || file == "command-line";
            if file != problem.place.file || !same_line {
                difference = format!("sshd names {file}:{line}, we {}", problem.place);
            }
        }
    }
    if difference.is_empty() {
        counts.agree += 1;
        return;
    }
    counts.disagree += 1;
    if counts.examples.len() < 20 {
        let files: String =
            input.files.iter().map(|(path, text)| format!("--- {path}\n{text}\n")).collect();
        let (spec, arguments) = (&input.spec, input.arguments());
        let errors = &said.errors;
        counts.examples.push(format!("{difference}\n-C {spec} {arguments}\n{files}sshd: {errors}"));
    }
}

/// The values as `sshd -T` prints them, those of some keywords on one line.
fn printed(effective: &Effective, keyword: &str) -> Vec<String> {
    let values: Vec<String> =
        effective.all(keyword).iter().map(|value| value.text.clone()).collect();
    match keyword {
        "authorizedkeysfile"
        | "authenticationmethods"
        | "logverbose"
        | "channeltimeout"
        | "permitopen"
        | "permitlisten" => vec![values.join(" ")],
        _ => values,
    }
}

/// The order of the sockets is that of getaddrinfo(3), and `none` may be written in any case.
fn sorted(keyword: &str, mut values: Vec<String>) -> Vec<String> {
    if keyword == "listenaddress" {
        values.sort();
        values.dedup();
    }
    for value in &mut values {
        if value.eq_ignore_ascii_case("none") || value == "(null)" {
            *value = "none".to_owned();
        }
    }
    values
}

/// The first line that sshd complains of, other than one that it passes over.
fn named_line(errors: &str) -> Option<(&str, usize)> {
    errors.lines().find_map(|line| {
        let (file, rest) = line.split_once(" line ")?;
        let (number, rest) = rest.split_once(':')?;
        if rest.starts_with(" Deprecated") || rest.starts_with(" Unsupported option") {
            return None;
        }
        Some((file.trim_end_matches(':'), number.parse().ok()?))
    })
}

/// The addresses that connections come from or go to.
fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}
