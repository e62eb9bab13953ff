#![no_main]

use sshwhy_core::evaluate::access_conf::{Client, Style, judge};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let table = sshwhy_core::parse::access_conf::entries(text, ":");
    let client = Client {
        user: "alice".to_owned(),
        groups: vec!["staff".to_owned()],
        address: [192, 0, 2, 7].into(),
        host: Some("192.0.2.7".to_owned()),
    };
    let _ = judge(&[("access.conf".to_owned(), table)], &client, &Style::default());
});
