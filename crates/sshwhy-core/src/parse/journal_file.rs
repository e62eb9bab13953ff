//! Files of systemd's journal (systemd's `JOURNAL_FILE_FORMAT`): the entries of the programs that are asked for, as lines of
//! `journalctl -o short-unix`.
//!
//! Must never follow an offset out of the file or in a circle. Values of over 512 bytes may be compressed, and are left out: no
//! message that matters is so long.

use std::fmt::Write;

const SIGNATURE: &[u8] = b"LPKSHHRH";
/// Offsets have 32 bits.
const COMPACT: u32 = 16;
/// Types of objects.
const DATA: u8 = 1;
const ENTRY: u8 = 3;
const ENTRY_ARRAY: u8 = 6;

/// Whether a file begins like one of the journal.
pub fn is_journal_file(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

/// The entries of programs as lines, in the order of the file.
pub fn journal_file_text(bytes: &[u8], is_asked: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    let Some(file) = File::new(bytes) else { return text };
    let mut array = u64_at(bytes, 176);
    // No array and no entry is smaller: more of them are a circle.
    let (mut arrays, mut entries) = (bytes.len() / 24, bytes.len() / 64);
    while let Some(object) = array.and_then(|at| file.object(at, ENTRY_ARRAY)) {
        for item in object.get(24..).unwrap_or_default().chunks_exact(file.offset_size()) {
            let at = file.offset(item);
            let entry = at.filter(|at| *at > 0).and_then(|at| file.object(at, ENTRY));
            if let Some(entry) = entry {
                entries = entries.saturating_sub(1);
                file.line(entry, &is_asked, &mut text);
            }
        }
        arrays = arrays.saturating_sub(1);
        array = u64_at(object, 16).filter(|at| *at > 0 && arrays > 0 && entries > 0);
    }
    text
}

struct File<'a> {
    bytes: &'a [u8],
    is_compact: bool,
}

impl<'a> File<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let is_compact = u32_at(bytes, 12)? & COMPACT != 0;
        is_journal_file(bytes).then_some(Self { bytes, is_compact })
    }

    fn offset_size(&self) -> usize {
        if self.is_compact { 4 } else { 8 }
    }

    fn offset(&self, item: &[u8]) -> Option<u64> {
        if self.is_compact { u32_at(item, 0).map(u64::from) } else { u64_at(item, 0) }
    }

    /// An object of a type, with its head.
    fn object(&self, at: u64, kind: u8) -> Option<&'a [u8]> {
        let object = self.bytes.get(usize::try_from(at).ok()?..)?;
        let size = usize::try_from(u64_at(object, 8)?).ok()?;
        object.get(..size).filter(|object| object.first() == Some(&kind))
    }

    /// `FIELD=VALUE`, unless it is compressed.
    fn data(&self, at: u64) -> Option<&'a [u8]> {
        let object = self.object(at, DATA)?;
        let payload = object.get(if self.is_compact { 72 } else { 64 }..)?;
        (object.get(1)? & 7 == 0).then_some(payload)
    }

    fn line(&self, entry: &[u8], is_asked: impl Fn(&str) -> bool, text: &mut String) {
        let (mut message, mut program, mut command) = ("", "", "");
        let (mut host, mut pid) = ("", "");
        let size = if self.is_compact { 4 } else { 16 };
        for item in entry.get(64..).unwrap_or_default().chunks_exact(size) {
            let data = self.offset(item).and_then(|at| self.data(at));
            let Some((field, value)) = data.and_then(|d| str::from_utf8(d).ok()?.split_once('='))
            else {
                continue;
            };
            match field {
                "MESSAGE" => message = value,
                "SYSLOG_IDENTIFIER" => program = value,
                "_COMM" => command = value,
                "_HOSTNAME" => host = value,
                "_PID" => pid = value,
                "SYSLOG_PID" if pid.is_empty() => pid = value,
                _ => {}
            }
        }
        let program = if program.is_empty() { command } else { program };
        let Some(at) = u64_at(entry, 24).filter(|_| is_asked(program)) else { return };
        let (seconds, micros) = (at / 1_000_000, at % 1_000_000);
        let host = if host.is_empty() { "-" } else { host };
        for part in message.lines() {
            // Writing to a string does not fail.
            let _ = match pid {
                "" => writeln!(text, "{seconds}.{micros:06} {host} {program}: {part}"),
                _ => writeln!(text, "{seconds}.{micros:06} {host} {program}[{pid}]: {part}"),
            };
        }
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|b| u64::from_le_bytes(*b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A file with one entry of these fields, and where its array of entries is.
    fn file(is_compact: bool, fields: &[&str]) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_vec();
        bytes.extend([0; 4]);
        bytes.extend(if is_compact { COMPACT } else { 0 }.to_le_bytes());
        bytes.resize(256, 0);
        let mut object = |kind: u8, body: &[u8]| {
            bytes.resize(bytes.len().next_multiple_of(8), 0);
            let at = bytes.len() as u64;
            bytes.extend([kind, 0, 0, 0, 0, 0, 0, 0]);
            bytes.extend((16 + body.len() as u64).to_le_bytes());
            bytes.extend(body);
            at
        };
        let offset = |at: u64| {
            let long = at.to_le_bytes();
            if is_compact { long[..4].to_vec() } else { long.to_vec() }
        };
        let mut entry = vec![0; 8];
        entry.extend(1_795_694_400_000_001_u64.to_le_bytes());
        entry.resize(48, 0);
        for field in fields {
            let mut body = vec![0; if is_compact { 56 } else { 48 }];
            body.extend(field.as_bytes());
            entry.extend(offset(object(DATA, &body)));
            if !is_compact {
                entry.extend([0; 8]);
            }
        }
        let entry = object(ENTRY, &entry);
        let mut array = vec![0; 8];
        array.extend(offset(entry));
        let array = object(ENTRY_ARRAY, &array);
        bytes[176..184].copy_from_slice(&array.to_le_bytes());
        bytes
    }

    const FIELDS: &[&str] =
        &["MESSAGE=Accepted a=b", "_PID=9", "SYSLOG_IDENTIFIER=sshd", "_HOSTNAME=prod"];

    #[test]
    fn an_entry_is_a_line() {
        for is_compact in [false, true] {
            let text = journal_file_text(&file(is_compact, FIELDS), |program| program == "sshd");
            assert_eq!(text, "1795694400.000001 prod sshd[9]: Accepted a=b\n");
            assert_eq!(journal_file_text(&file(is_compact, FIELDS), |_| false), "");
        }
    }

    #[test]
    fn a_circle_ends() {
        let mut bytes = file(false, FIELDS);
        let at = u64_at(&bytes, 176).unwrap() as usize;
        let next = (at as u64).to_le_bytes();
        bytes[at + 16..at + 24].copy_from_slice(&next);
        assert!(journal_file_text(&bytes, |_| true).lines().count() <= bytes.len() / 24);
    }

    proptest! {
        #[test]
        fn never_panics(at in 8usize..700, byte: u8, is_compact: bool, cut in 0usize..700) {
            let mut bytes = file(is_compact, FIELDS);
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            let _ = journal_file_text(bytes.get(..cut).unwrap_or(&bytes), |_| true);
        }
    }
}
