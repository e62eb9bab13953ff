//! The C program that asks libpam.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

/// The account that is asked about: every Debian has it, and its group has another name.
pub(super) const USER: &str = "sync";

/// Where Debian and Ubuntu keep a module that answers what it is told to.
const MODULES: [&str; 2] =
    ["/lib/x86_64-linux-gnu/security/pam_debug.so", "/lib/aarch64-linux-gnu/security/pam_debug.so"];

/// libpam, ready to be asked.
#[derive(Debug)]
pub struct Oracle {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    folder: PathBuf,
}

impl Oracle {
    /// Whether what it takes is on this machine, and we are root.
    pub fn is_possible() -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        status.contains("Uid:\t0\t0") && MODULES.iter().any(|path| Path::new(path).exists())
    }

    /// Compiles and starts it.
    ///
    /// # Errors
    ///
    /// When there is no C compiler or no libpam.
    pub fn start() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("libpam-oracle-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let (source, program) = (folder.join("oracle.c"), folder.join("oracle"));
        std::fs::write(&source, include_str!("oracle.c"))?;
        let ran = Command::new("cc")
            .args(["-O1", "-o"])
            .args([&program, &source])
            .arg("-l:libpam.so.0")
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

    /// The path of a file of the folder that [`Self::ask`] is about.
    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).to_string_lossy().into_owned()
    }

    /// Asks about a client after files were written: whether it comes in, and how many processes
    /// its session may have.
    ///
    /// # Errors
    ///
    /// When a file cannot be written or the program has ended.
    pub fn ask(
        &mut self,
        question: &str,
        address: &str,
        files: &[(&str, &str)],
    ) -> Result<(bool, u64)> {
        for (name, text) in files {
            std::fs::write(self.folder.join(name), text)?;
        }
        writeln!(self.to, "{question} {USER} {address} {}", self.folder.display())?;
        self.to.flush()?;
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        let (result, limit) = line.trim().split_once(' ').context("an answer")?;
        // PAM_SUCCESS, and PAM_NEW_AUTHTOK_REQD: a new password is wanted, but the client is in.
        Ok((matches!(result, "0" | "12"), limit.parse()?))
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
