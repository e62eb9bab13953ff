use proptest::prelude::*;

use super::*;

/// A file of 64 or 32 bits with two headers, a dynamic section and these names.
fn elf(is_64: bool, is_big: bool, names: &[&str]) -> Vec<u8> {
    let width = if is_64 { 8 } else { 4 };
    let put = |bytes: &mut Vec<u8>, value: u64, width: usize| {
        let all = value.to_le_bytes();
        let mut part = all[..width].to_vec();
        if is_big {
            part.reverse();
        }
        bytes.extend(part);
    };
    let (head, header) = if is_64 { (64_u64, 56_u64) } else { (52, 32) };
    let dynamic = head + 2 * header;
    let entries = names.len() as u64 + 2;
    let strings = dynamic + entries * 2 * width;
    // Loaded elsewhere than it lies, as programs are.
    let base = 0x1000;
    let mut table = vec![0];
    let mut offsets = Vec::new();
    for name in names {
        offsets.push(table.len() as u64);
        table.extend(name.as_bytes());
        table.push(0);
    }
    let end = strings + table.len() as u64;
    let mut bytes = b"\x7fELF".to_vec();
    bytes.extend([if is_64 { 2 } else { 1 }, if is_big { 2 } else { 1 }, 1]);
    bytes.resize(if is_64 { 0x20 } else { 0x1c }, 0);
    put(&mut bytes, head, width as usize);
    bytes.resize(if is_64 { 0x36 } else { 0x2a }, 0);
    put(&mut bytes, header, 2);
    put(&mut bytes, 2, 2);
    bytes.resize(head as usize, 0);
    for (kind, offset, size) in [(PT_LOAD, 0, end), (PT_DYNAMIC, dynamic, entries * 2 * width)] {
        let start = bytes.len();
        put(&mut bytes, kind, 4);
        bytes.resize(start + width as usize, 0);
        put(&mut bytes, offset, width as usize);
        put(&mut bytes, base + offset, width as usize);
        put(&mut bytes, base + offset, width as usize);
        put(&mut bytes, size, width as usize);
        bytes.resize(start + header as usize, 0);
    }
    for (tag, value) in
        offsets.iter().map(|o| (DT_NEEDED, *o)).chain([(DT_STRTAB, base + strings), (DT_NULL, 0)])
    {
        put(&mut bytes, tag, width as usize);
        put(&mut bytes, value, width as usize);
    }
    bytes.extend(table);
    bytes
}

#[test]
fn files_that_are_not_programs() {
    let check = |bytes: &[u8], expected| assert_eq!(needed(bytes), Err(expected), "{bytes:?}");
    check(b"", ElfError::NotElf);
    check(b"#!/bin/sh\n", ElfError::NotElf);
    check(b"\x7fELF", ElfError::Truncated("the header"));
    check(b"\x7fELF\x03\x01", ElfError::UnknownKind);
    check(b"\x7fELF\x02\x00", ElfError::UnknownKind);
    check(b"\x7fELF\x02\x01\x01", ElfError::Truncated("the header"));
}

#[test]
fn every_class_and_byte_order() {
    for (is_64, is_big) in [(true, false), (true, true), (false, false), (false, true)] {
        let names = ["libwrap.so.0", "libc.so.6"];
        assert_eq!(needed(&elf(is_64, is_big, &names)).unwrap(), names, "{is_64} {is_big}");
        assert_eq!(needed(&elf(is_64, is_big, &[])).unwrap(), [""; 0]);
    }
}

#[test]
fn names_outside_the_file_are_an_error() {
    let mut bytes = elf(true, false, &["libwrap.so.0"]);
    // The address of the strings: the value of the second entry.
    let at = 64 + 2 * 56 + 16 + 8;
    bytes[at..at + 8].fill(0xff);
    assert_eq!(needed(&bytes), Err(ElfError::NoStrings));
    // The offset of the name in them: the value of the first.
    let mut bytes = elf(true, false, &["libwrap.so.0"]);
    bytes[at - 16..at - 8].fill(0xff);
    assert_eq!(needed(&bytes), Err(ElfError::Truncated("the name of a library")));
}

proptest! {
    #[test]
    fn a_damaged_file_does_not_panic(
        is_64: bool,
        is_big: bool,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut: prop::sample::Index,
    ) {
        let mut bytes = elf(is_64, is_big, &["libwrap.so.0", "libc.so.6"]);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len() + 1));
        if let Ok(names) = needed(&bytes) {
            prop_assert!(names.iter().all(|name| name.len() <= 3 * bytes.len()));
        }
    }
}
