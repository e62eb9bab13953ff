//! A file for one program that we run: readable by us alone, gone when it is dropped.

use std::env;
use std::fs;
use std::fs::OpenOptions;
use std::io;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::process;

/// So many names are tried before giving up.
const TRIES: u32 = 1000;

/// The file.
#[derive(Debug)]
pub struct PrivateFile(PathBuf);

impl PrivateFile {
    /// Writes a new file in the system's folder for temporary files.
    ///
    /// # Errors
    ///
    /// When it cannot be made or written.
    pub fn new(text: &str) -> io::Result<Self> {
        let folder = env::temp_dir();
        for number in 0..TRIES {
            let path = folder.join(format!("sshwhy-{}-{number}", process::id()));
            // A file or link that is there already is never opened, whoever made it.
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Ok(mut file) => {
                    let made = Self(path);
                    file.write_all(text.as_bytes())?;
                    return Ok(made);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_private_and_goes_away() {
        let (first, second) = (PrivateFile::new("a").unwrap(), PrivateFile::new("b").unwrap());
        let path = first.path().to_owned();
        assert_ne!(path, second.path());
        assert_eq!(fs::read_to_string(&path).unwrap(), "a");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        drop(first);
        assert!(!path.exists() && second.path().exists());
    }
}
