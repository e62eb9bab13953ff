//! The wall clock.

use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// Seconds since 1970 by this host's clock; negative never, because a clock before 1970 is unset.
pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// By how many seconds the wall clock is ahead of UTC now, as the host is configured (and `TZ`).
#[expect(unsafe_code, reason = "localtime_r(3) is only in libc")]
pub fn utc_offset() -> i32 {
    let seconds = now() as libc::time_t;
    // SAFETY: all zeros is a valid `tm`: numbers, and a pointer to a name that may be null.
    let mut broken_down: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to values on our stack, which live as long as the call.
    let filled = unsafe { libc::localtime_r(&raw const seconds, &raw mut broken_down) };
    let offset = if filled.is_null() { 0 } else { broken_down.tm_gmtoff };
    i32::try_from(offset).unwrap_or(0)
}

/// Seconds since 1970 when this host was started; `None` when /proc does not say.
pub fn booted() -> Option<f64> {
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    let uptime: f64 = uptime.split(' ').next()?.parse().ok()?;
    Some(now() - uptime)
}
