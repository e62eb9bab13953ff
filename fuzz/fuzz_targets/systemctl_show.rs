#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let units = sshwhy_core::parse::systemctl_show::parse(&String::from_utf8_lossy(data));
    let _ = sshwhy_core::evaluate::unit_state::judge(&units, 1);
    let all: Vec<_> = units.iter().collect();
    let _ = sshwhy_core::evaluate::unit_address::judge(&all, [192, 0, 2, 7].into());
});
