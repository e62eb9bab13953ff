#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::parse::kernel_log::parse(&String::from_utf8_lossy(data));
});
