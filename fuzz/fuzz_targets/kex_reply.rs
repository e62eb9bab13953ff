#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::wire::ssh::exchange::Method::Gex.read(31, data);
});
