//! Owners and modes of files. No look of its own: what several looks read.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sshwhy_core::evaluate::file_mode::FileKind;
use sshwhy_core::evaluate::file_mode::FileMode;

/// Owner and mode of what a path leads to, through symbolic links.
pub(super) fn of(path: &Path) -> io::Result<FileMode> {
    let found = fs::metadata(path)?;
    let kind = match found.file_type() {
        kind if kind.is_file() => FileKind::File,
        kind if kind.is_dir() => FileKind::Folder,
        _ => FileKind::Other,
    };
    Ok(FileMode {
        path: path.to_string_lossy().into_owned(),
        kind,
        uid: found.uid(),
        gid: found.gid(),
        mode: found.mode(),
    })
}

/// The same of a path without symbolic links, then of its folders up to the root.
pub(super) fn upwards(path: &Path) -> io::Result<Vec<FileMode>> {
    fs::canonicalize(path)?.ancestors().map(of).collect()
}
