#![no_main]

use sshwhy_core::evaluate::dialogue::of_log;
use sshwhy_core::parse::ssh_debug::parse_ssh_debug;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = of_log(&parse_ssh_debug(data), &[]);
});
