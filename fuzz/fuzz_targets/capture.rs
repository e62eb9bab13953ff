#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for link in [0_u8, 1, 101, 113] {
        let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
        file.extend([0; 8]);
        file.extend([0xff, 0xff, 0, 0, link, 0, 0, 0]);
        file.extend(data);
        let _ = sshwhy_core::evaluate::capture::read(&file, None, None);
    }
    let _ = sshwhy_core::evaluate::capture::read(data, None, None);
});
