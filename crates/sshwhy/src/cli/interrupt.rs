//! Ctrl-C: probes end at once, and with them the programs that they run.

use std::thread;
use std::time::Duration;

use signal_hook::consts::SIGHUP;
use signal_hook::consts::SIGINT;
use signal_hook::consts::SIGTERM;
use signal_hook::iterator::Signals;

use super::exit_code::ExitCode;
use crate::sys::cancel::Cancel;

/// What runs gets this long to clean up before the process ends anyway.
const GRACE: Duration = Duration::from_millis(500);

/// Sets the flag on the first signal, and no more: what was seen until then is still told.
pub fn end_with(cancel: &Cancel) {
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    let cancel = cancel.clone();
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            cancel.set();
        }
    });
}

/// Sets the flag on the first signal, and ends the process if that is not heeded.
pub fn watch(cancel: &Cancel) {
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    let cancel = cancel.clone();
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            cancel.set();
            thread::sleep(GRACE);
            std::process::exit(i32::from(ExitCode::INTERRUPTED.0));
        }
    });
}
