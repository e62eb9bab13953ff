#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::parse::proc_net::parse_tcp_sockets(&String::from_utf8_lossy(data));
});
