#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = sshwhy_core::parse::semanage::tcp_ports(&String::from_utf8_lossy(data), "ssh_port_t");
});
