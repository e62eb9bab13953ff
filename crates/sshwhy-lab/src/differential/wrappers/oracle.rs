//! The C program that asks libwrap.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use sshwhy_core::evaluate::wrappers::Source;

use super::Case;
use super::generate::World;

/// Where Debian and Ubuntu keep the library on the machines that we test on.
const LIBRARIES: &[&str] = &[
    "/lib/x86_64-linux-gnu/libwrap.so.0",
    "/lib/aarch64-linux-gnu/libwrap.so.0",
    "/usr/lib64/libwrap.so.0",
];

/// libwrap, ready to be asked.
#[derive(Debug)]
pub struct Oracle {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    folder: PathBuf,
}

/// What libwrap says.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The verdict.
    pub admitted: bool,
    /// The file and the line of the last rule that matched, by libwrap's own count.
    pub matched: Option<(String, usize)>,
    /// The file that it gave up, and the line.
    pub broken: Option<(String, usize)>,
    /// `twist`, `error`, or the file that it gave up.
    pub problem: String,
}

impl Oracle {
    /// Whether the library is on this machine.
    pub fn is_possible() -> bool {
        LIBRARIES.iter().any(|path| Path::new(path).exists())
    }

    /// Compiles and starts it.
    ///
    /// # Errors
    ///
    /// When there is no C compiler or no libwrap.
    pub fn start() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("libwrap-oracle-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let (source, program) = (folder.join("oracle.c"), folder.join("oracle"));
        std::fs::write(&source, include_str!("oracle.c"))?;
        let ran = Command::new("cc")
            .args(["-O1", "-o"])
            .args([&program, &source])
            .arg("-l:libwrap.so.0")
            .output()
            .context("cc")?;
        if !ran.status.success() {
            bail!("cc: {}", String::from_utf8_lossy(&ran.stderr));
        }
        let mut child =
            Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let to = child.stdin.take().context("its input")?;
        let from = BufReader::new(child.stdout.take().context("its output")?);
        Ok(Self { child, to, from, folder })
    }

    /// Asks it, for each of the ways in which what we do not know could be.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn ask(&mut self, case: &Case, worlds: &[World]) -> Result<Vec<Answer>> {
        let mut bytes = Vec::new();
        for world in worlds {
            question(case, world, &mut bytes)?;
        }
        self.to.write_all(&bytes)?;
        self.to.flush()?;
        let mut answers = Vec::with_capacity(worlds.len());
        for _ in worlds {
            let mut line = String::new();
            self.from.read_line(&mut line)?;
            answers.push(answer(&line).with_context(|| format!("it said {line:?} to {case}"))?);
        }
        Ok(answers)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // What cannot be ended or removed does no harm to the result.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn question(case: &Case, world: &World, bytes: &mut Vec<u8>) -> Result<()> {
    let [high, low] = case.port.to_be_bytes();
    bytes.extend([u8::from(world.in_netgroups), u8::from(world.commands_fail), high, low]);
    for source in [&case.allow, &case.deny, &case.pattern_files[0], &case.pattern_files[1]] {
        match source {
            Source::Absent => bytes.extend((-1_i32).to_ne_bytes()),
            Source::Hidden(_) | Source::Unopenable(_) => bytes.extend((-2_i32).to_ne_bytes()),
            Source::Text(text) => push(bytes, text)?,
        }
    }
    for text in [case.daemon.as_str(), &case.address_text(), &world.name, &world.user] {
        push(bytes, text.as_bytes())?;
    }
    push(bytes, case.own_address.to_string().as_bytes())
}

fn push(bytes: &mut Vec<u8>, text: &[u8]) -> Result<()> {
    bytes.extend(i32::try_from(text.len())?.to_ne_bytes());
    bytes.extend(text);
    Ok(())
}

fn answer(line: &str) -> Option<Answer> {
    let [admitted, file, number, problem]: [&str; 4] =
        line.split_whitespace().collect::<Vec<_>>().try_into().ok()?;
    let matched = (file != "-").then(|| Some((file.to_owned(), number.parse().ok()?)));
    let broken = problem.strip_prefix("broken-").and_then(|at| {
        let (file, line) = at.split_once('-')?;
        Some((file.to_owned(), line.parse().ok()?))
    });
    Some(Answer {
        admitted: admitted == "1",
        matched: matched.flatten(),
        broken,
        problem: problem.to_owned(),
    })
}
