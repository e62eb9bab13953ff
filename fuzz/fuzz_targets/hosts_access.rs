#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let table = sshwhy_core::parse::hosts_access::Table::parse(data);
    for options in table.rules.iter().filter_map(|rule| rule.options()) {
        let _ = sshwhy_core::parse::hosts_access::option::Options::parse(options);
    }
});
