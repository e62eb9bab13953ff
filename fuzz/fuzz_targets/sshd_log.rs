#![no_main]

use sshwhy_core::parse::sshd_log::{Screen, What, parse};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let said = parse(&text);
    // What is left out unread is surely of no account.
    let counts = |what| matches!(what, What::Failed | What::RefusedConnect | What::StartupsDrop);
    let screen = Screen::new(counts);
    assert!(screen.may_count(text.as_bytes()) || !said.is_some_and(|said| counts(said.what)));
});
