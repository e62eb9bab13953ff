//! What this process may do.

use std::io;

/// Whether the effective user is root.
#[expect(unsafe_code, reason = "geteuid is only in libc")]
pub fn is_root() -> bool {
    // SAFETY: geteuid(2) takes nothing, touches no memory and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// The capability to open raw and packet sockets (capabilities(7)).
const NET_RAW: u32 = 13;
/// `_LINUX_CAPABILITY_VERSION_3`: two words for each set.
const VERSION: u32 = 0x2008_0522;

#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

#[derive(Clone, Copy, Default)]
#[repr(C)]
struct Sets {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// Gives up the right to open raw sockets, for this thread and those that it starts. Sockets that are open stay open.
///
/// # Errors
///
/// What capset(2) says.
#[expect(unsafe_code, reason = "no safe wrapper knows capset")]
pub fn give_up_raw_sockets() -> io::Result<()> {
    let mut header = Header { version: VERSION, pid: 0 };
    let mut sets = [Sets::default(); 2];
    // SAFETY: both point to what capget(2) fills in this version: a header, and two sets.
    let got = unsafe { libc::syscall(libc::SYS_capget, &raw mut header, sets.as_mut_ptr()) };
    if got != 0 {
        return Err(io::Error::last_os_error());
    }
    let without = !(1_u32 << NET_RAW);
    sets[0].effective &= without;
    sets[0].permitted &= without;
    sets[0].inheritable &= without;
    // SAFETY: as above; capset(2) only reads them.
    let done = unsafe { libc::syscall(libc::SYS_capset, &raw mut header, sets.as_ptr()) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
