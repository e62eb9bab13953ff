#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::parse::ssh_debug::parse_ssh_debug(data);
});
