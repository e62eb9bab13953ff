#![no_main]

use sshwhy_core::evaluate::pasted::{About, Paste, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let from = Some([203, 0, 113, 9].into());
    for from in [None, from] {
        let about = About { from, now: 1_795_694_400_000_000, ..About::default() };
        let _ = read(&[Paste { name: "-", bytes: data }], &about);
    }
});
