//! What this process may do.

/// Whether the effective user is root.
#[expect(unsafe_code, reason = "geteuid is only in libc")]
pub fn is_root() -> bool {
    // SAFETY: geteuid(2) takes nothing, touches no memory and cannot fail.
    unsafe { libc::geteuid() == 0 }
}
