#![no_main]

// The list of patterns is the first line, the name the rest.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (list, name) = text.split_once('\n').unwrap_or((&text, ""));
    let _ = sshwhy_core::parse::pattern::matches_list(list, name);
});
