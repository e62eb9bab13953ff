#![no_main]

use sshwhy_core::parse::journal_file;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut file = b"LPKSHHRH".to_vec();
    file.extend(data);
    assert!(journal_file::is_journal_file(&file));
    let _ = journal_file::journal_file_text(&file, |_| true);
});
