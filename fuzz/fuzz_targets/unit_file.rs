#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = sshwhy_core::parse::unit_file::parse("file", &text);
    let _ = sshwhy_core::evaluate::unit_address::Prefix::parse(&text);
    let _ = sshwhy_core::evaluate::unit_address::slices_above(&text);
});
