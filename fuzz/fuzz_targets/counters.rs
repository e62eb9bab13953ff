#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sshwhy_core::parse::proc_net::Counters::default().read(&String::from_utf8_lossy(data));
});
