#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = sshwhy_core::parse::proc_host::memory(&text);
    let _ = sshwhy_core::parse::proc_host::load(&text);
    let _ = sshwhy_core::parse::proc_host::pressure(&text);
    let _ = sshwhy_core::parse::proc_host::soft_limit(&text, "Max open files");
    let _ = sshwhy_core::parse::proc_host::file_descriptors(&text);
});
