#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = sshwhy_core::parse::shadow::Shadow::find(text, "alice");
});
