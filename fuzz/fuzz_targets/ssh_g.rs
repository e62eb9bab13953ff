#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::parse::ssh_g::parse_ssh_g(&String::from_utf8_lossy(data));
});
