#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::parse::counters::per_processor(&String::from_utf8_lossy(data));
});
