#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::model::case::Case::from_json(&String::from_utf8_lossy(data));
});
