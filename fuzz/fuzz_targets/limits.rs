#![no_main]

use sshwhy_core::evaluate::limits::{Account, of};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let table = sshwhy_core::parse::limits::entries(text);
    let groups = vec!["staff".to_owned()];
    let account = Account { name: "alice".to_owned(), uid: 1500, gid: 1500, groups };
    let _ = of(&[("limits.conf".to_owned(), table)], &account);
});
