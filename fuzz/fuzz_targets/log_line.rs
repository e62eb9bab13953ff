#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for record in sshwhy_core::parse::log_line::records(data) {
        let _ = record.time.and_then(|time| time.unix(&Default::default()));
    }
});
