#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::parse::known_hosts::HostFile::parse(
        "known_hosts",
        &String::from_utf8_lossy(data),
    );
});
