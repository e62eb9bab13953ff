#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::parse::ssh_g::parse_client_errors(&String::from_utf8_lossy(data));
});
