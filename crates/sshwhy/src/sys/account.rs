//! Entries of the password database: getpwuid(3), getpwnam(3).

use std::ffi::CStr;
use std::ffi::CString;
use std::ffi::OsStr;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::ptr;

/// A user of this system.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// The login name.
    pub name: String,
    /// The home directory, which ssh takes from here and not from `HOME`.
    pub home: PathBuf,
    /// The number.
    pub uid: u32,
    /// The number of its own group.
    pub gid: u32,
    /// The shell, `/bin/sh` when none is set.
    pub shell: PathBuf,
}

/// Room for one entry; the largest that is sane.
const ROOM: usize = 16 * 1024;

/// The real user of this process; `None` when the database does not know it.
#[expect(unsafe_code, reason = "getpwuid_r is only in libc")]
pub fn own() -> Option<Account> {
    read(|entry, buffer, room, found| {
        // SAFETY: getuid(2) cannot fail; the pointers are valid and the buffer has `room` bytes.
        unsafe { libc::getpwuid_r(libc::getuid(), entry, buffer, room, found) }
    })
}

/// The user of that name; `None` when there is none.
#[expect(unsafe_code, reason = "getpwnam_r is only in libc")]
pub fn named(name: &str) -> Option<Account> {
    let name = CString::new(name).ok()?;
    read(|entry, buffer, room, found| {
        // SAFETY: the name ends in NUL; the pointers are valid and the buffer has `room` bytes.
        unsafe { libc::getpwnam_r(name.as_ptr(), entry, buffer, room, found) }
    })
}

type Entry = *mut libc::passwd;

#[expect(unsafe_code, reason = "the entry is a C structure")]
fn read(
    look_up: impl FnOnce(Entry, *mut libc::c_char, usize, *mut Entry) -> libc::c_int,
) -> Option<Account> {
    let mut entry = MaybeUninit::<libc::passwd>::uninit();
    let mut buffer = vec![0 as libc::c_char; ROOM];
    let mut found: Entry = ptr::null_mut();
    let failed = look_up(entry.as_mut_ptr(), buffer.as_mut_ptr(), buffer.len(), &raw mut found);
    if failed != 0 || found.is_null() {
        return None;
    }
    // SAFETY: a call that succeeded and found something has filled the entry; its strings end in
    // NUL and lie in `buffer`, which is still here.
    let (entry, name, home, shell) = unsafe {
        let entry = entry.assume_init();
        let text = |field: *const libc::c_char| CStr::from_ptr(field);
        (entry, text(entry.pw_name), text(entry.pw_dir), text(entry.pw_shell))
    };
    let path = |text: &CStr| PathBuf::from(OsStr::from_bytes(text.to_bytes()));
    Some(Account {
        name: name.to_string_lossy().into_owned(),
        home: path(home),
        uid: entry.pw_uid,
        gid: entry.pw_gid,
        shell: if shell.is_empty() { PathBuf::from("/bin/sh") } else { path(shell) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_known_everywhere_and_nonsense_nowhere() {
        let root = named("root").unwrap();
        assert_eq!((root.uid, root.name.as_str()), (0, "root"));
        assert!(root.home.is_absolute() && root.shell.is_absolute());
        assert_eq!(root.gid, 0);
        for name in ["", "no such user", "a\0b"] {
            assert_eq!(named(name), None, "{name:?}");
        }
    }
}
