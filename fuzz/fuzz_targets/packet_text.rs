#![no_main]

use sshwhy_core::evaluate::capture::{self, Asked};
use sshwhy_core::parse::packet_text;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = packet_text::packets((1..).zip(text.lines())).count();
    let _ = capture::read_text((1..).zip(text.lines()), &Asked::default());
});
