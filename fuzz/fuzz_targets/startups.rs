#![no_main]

use sshwhy_core::evaluate::startups::{self, MaxStartups};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = MaxStartups::parse(text);
    let _ = startups::limits_in_title(text);
    let _ = startups::unauthenticated_in_title(text);
});
