//! Files that are read: bounded in size, never followed into devices.

use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;

/// No configuration or log is read beyond this, in bytes.
const MAX_SIZE: u64 = 64 << 20;

/// The text of a regular file, at most 64 MiB of it; bytes that are not UTF-8 are replaced.
///
/// # Errors
///
/// When it cannot be opened or read, or is a pipe, a socket or a device.
pub fn read_text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    open(path)?.take(MAX_SIZE).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Opens a regular file, or one of /proc and /sys.
///
/// # Errors
///
/// As [`read_text`].
pub fn open(path: &Path) -> io::Result<File> {
    let kind = std::fs::metadata(path)?.file_type();
    // Opening a pipe would wait for its writer.
    if !kind.is_file() && !kind.is_dir() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    File::open(path)
}
