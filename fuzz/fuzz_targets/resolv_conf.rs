#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::parse::resolv_conf::parse_resolv_conf(&String::from_utf8_lossy(data));
});
