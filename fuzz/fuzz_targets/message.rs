#![no_main]

use sshwhy_core::wire::ssh::message::Message;
use sshwhy_core::wire::ssh::packet;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = Message::parse(data);
    assert!(packet::messages(data).count() <= data.len());
});
