#![no_main]

use sshwhy_core::evaluate::watch::Watched;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut watched = Watched::new(22, None);
    for line in text.lines() {
        if let Some(traced) = sshwhy_core::parse::trace_event::parse(line) {
            let _ = watched.take(&traced);
        }
    }
    let _ = (watched.stories(), watched.observation());
});
