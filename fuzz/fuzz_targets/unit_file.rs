#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::parse::unit_file::parse("file", &String::from_utf8_lossy(data));
});
