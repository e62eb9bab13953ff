#![no_main]

use sshwhy_core::parse::known_hosts::HostFile;
use sshwhy_core::parse::known_hosts::Name;
use sshwhy_core::parse::known_hosts::line_for;
use sshwhy_core::parse::known_hosts::look_up;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let file = HostFile::parse("known_hosts", &String::from_utf8_lossy(data));
    let name = Name { host: "example.org".to_owned(), port: 2222, alias: None };
    let Some(first) = file.entries.first() else { return };
    let _ = (look_up(std::slice::from_ref(&file), &name, &first.key), line_for(&name, &first.key));
});
