#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = sshwhy_core::parse::program_text::ProgramText::find(bytes, &["OpenSSH_", "/"]);
    let _ = text.release();
});
