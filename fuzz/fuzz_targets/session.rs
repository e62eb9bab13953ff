#![no_main]

use std::time::Duration;

use sshwhy_core::evaluate::dialogue::Told;
use sshwhy_core::evaluate::dialogue::answers;
use sshwhy_core::parse::ssh_debug::parse_ssh_debug;

// What the client said, then after a NUL what the remote command printed.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let dialogue = &parse_ssh_debug(parts.next().unwrap_or_default());
    let times = &[Duration::from_secs(1); 100];
    let (took, stopped, output) = (Duration::from_secs(2), true, parts.next());
    let _ = answers(&Told { dialogue, times, took, stopped, output });
});
