#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let words: Vec<String> = String::from_utf8_lossy(data).split(' ').map(str::to_owned).collect();
    let _ = sshwhy_core::parse::sshd_arguments::parse_sshd_arguments(&words);
});
