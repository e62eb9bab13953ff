#![no_main]

use sshwhy_core::parse::log_line::{self, Clock, Stamp};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for record in log_line::records(data) {
        let _ = record.time.and_then(|time| time.unix(&Clock::default()));
    }
    let _ = Stamp::of(&String::from_utf8_lossy(data), &Clock::default());
});
