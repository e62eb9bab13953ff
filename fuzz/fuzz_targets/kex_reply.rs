#![no_main]

// The number of the message, then its body.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((number, body)) = data.split_first() else { return };
    let _ = sshwhy_core::wire::ssh::exchange::Method::Gex.read(*number, body);
});
