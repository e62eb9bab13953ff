#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::wire::ssh::ident::Ident::parse(data).map(|ident| ident.openssh_version());
});
