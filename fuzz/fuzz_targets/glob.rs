#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (pattern, name) = text.split_once('/').unwrap_or((&text, ""));
    let _ = sshwhy_core::parse::glob::fits(pattern, name);
});
