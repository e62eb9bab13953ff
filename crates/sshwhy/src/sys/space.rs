//! What is free on a file system: statvfs(3).

use std::ffi::CString;
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A file system.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Space {
    /// Its size in bytes.
    pub total: u64,
    /// What an ordinary user may still write, in bytes.
    pub free: u64,
    /// How many files it may hold; 0 where that is not limited.
    pub nodes: u64,
    /// How many more an ordinary user may make.
    pub free_nodes: u64,
    /// Whether nothing can be written.
    pub read_only: bool,
}

/// Asks for the file system that a path is on. A file server that is gone makes this wait for ever:
/// call it where that may be.
///
/// # Errors
///
/// Those of statvfs(3).
#[expect(unsafe_code, reason = "statvfs is only in libc")]
pub fn of(path: &Path) -> io::Result<Space> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    let mut found = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the path ends in NUL and `found` has room for the structure; both outlive the call.
    if unsafe { libc::statvfs(path.as_ptr(), found.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a call that succeeded has filled the structure.
    let found = unsafe { found.assume_init() };
    let unit = found.f_frsize;
    Ok(Space {
        total: unit.saturating_mul(found.f_blocks),
        free: unit.saturating_mul(found.f_bavail),
        nodes: found.f_files,
        free_nodes: found.f_favail,
        read_only: found.f_flag & libc::ST_RDONLY != 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_has_a_size_and_nonsense_has_none() {
        let root = of(Path::new("/")).unwrap();
        assert!(root.total > 0 && root.free <= root.total && root.free_nodes <= root.nodes);
        let missing = of(Path::new("/no such folder")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        assert!(of(Path::new("a\0b")).is_err());
    }
}
