#![no_main]

use sshwhy_core::evaluate::authorized_keys::{self as keys, Client, judge};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let client = Client { address: [192, 0, 2, 7].into(), host: None, now: 1_768_478_400 };
    let named = Client { host: Some("client.example.org".to_owned()), ..client.clone() };
    for entry in sshwhy_core::parse::authorized_keys::entries(text) {
        let _ = (judge(&entry, &client), judge(&entry, &named));
    }
    let _ = keys::expand(text, "alice", 1500, "/home/alice");
    let _ = keys::tokens(text, text, 0, text);
});
