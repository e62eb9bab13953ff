#![no_main]

use sshwhy_core::evaluate::capture::{self, Asked, Reading};
use sshwhy_core::wire::capture::{Packets, Reader, frame};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for link in [0_u8, 1, 101, 113] {
        let _ = frame::parse(u16::from(link), data);
        let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
        file.extend([0; 8]);
        file.extend([0xff, 0xff, 0, 0, link, 0, 0, 0]);
        file.extend(data);
        assert!(sshwhy_core::wire::capture::is_capture(&file));
        let whole = capture::read(&file, &Asked::default());
        let mut reading = Reading::new(&Asked::default());
        file.chunks(37).for_each(|piece| reading.take(piece));
        assert_eq!(reading.finish(), whole);
        let (mut reader, mut count) = (Reader::default(), 0);
        file.chunks(5).for_each(|piece| reader.take(piece, |_| count += 1));
        reader.finish(|_| count += 1);
        assert_eq!(count, Packets::new(&file).map_or(0, Iterator::count));
    }
    let _ = Packets::new(data).map(Iterator::count);
    let ends = ["192.0.2.1:5000", "192.0.2.2:22"].map(|end| end.parse().unwrap());
    let packets = data.chunks(60).map(|bytes| (0.0, bytes));
    let _ = capture::of_connection(packets, ends[0], ends[1]);
});
