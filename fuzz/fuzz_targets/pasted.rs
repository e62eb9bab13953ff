#![no_main]

use sshwhy_core::evaluate::pasted::{self, About, Paste, Source};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = pasted::clients(data);
    let from = Some([203, 0, 113, 9].into());
    for from in [None, from] {
        let about = About { from, now: 1_795_694_400_000_000, ..About::default() };
        let whole = pasted::read(&[Paste { name: "-", bytes: data }], &about);
        let mut source = Source::new("-", &about);
        data.chunks(7).for_each(|piece| source.take(piece));
        assert_eq!(pasted::read_sources(vec![source], &about), whole);
    }
});
