//! The wall clock.

use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// Seconds since 1970 by this host's clock; negative never, because a clock before 1970 is unset.
pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
