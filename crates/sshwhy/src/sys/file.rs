//! Files that are read: bounded in size, never followed into devices.

use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

/// No configuration or log is read beyond this, in bytes.
const MAX_SIZE: u64 = 64 << 20;

/// The text of a regular file, at most 64 MiB of it; bytes that are not UTF-8 are replaced.
///
/// # Errors
///
/// When it cannot be opened or read, or is a pipe, a socket or a device.
pub fn read_text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    open(path)?.take(MAX_SIZE).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Of what somebody hands us, no more is read, as it is and unpacked, in bytes.
pub const MAX_HANDED: u64 = 256 << 20;

/// A whole file that somebody hands us, also a pipe, unpacked.
///
/// # Errors
///
/// When it cannot be read or unpacked.
pub fn read_handed(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len().min(MAX_HANDED));
    // Room for all of it at once: growing would copy what was read again and again.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0).saturating_add(1));
    file.take(MAX_HANDED).read_to_end(&mut bytes)?;
    unpacked(bytes)
}

/// Unpacks gzip and zstd, known by what the bytes begin with.
///
/// # Errors
///
/// When they are damaged.
pub fn unpacked(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    match bytes.as_slice() {
        [0x1f, 0x8b, ..] => {
            MultiGzDecoder::new(bytes.as_slice()).take(MAX_HANDED).read_to_end(&mut plain)?;
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let decoder = StreamingDecoder::new(bytes.as_slice()).map_err(io::Error::other)?;
            decoder.take(MAX_HANDED).read_to_end(&mut plain)?;
        }
        _ => return Ok(bytes),
    }
    Ok(plain)
}

/// Opens a regular file, or one of /proc and /sys.
///
/// # Errors
///
/// As [`read_text`].
pub fn open(path: &Path) -> io::Result<File> {
    let kind = std::fs::metadata(path)?.file_type();
    // Opening a pipe would wait for its writer.
    if !kind.is_file() && !kind.is_dir() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    File::open(path)
}

/// The end of a file.
#[derive(Debug, Default)]
pub struct End {
    /// Its bytes, from the beginning of a line.
    pub bytes: Vec<u8>,
    /// How many lines come before.
    pub lines_before: usize,
}

/// At most the last `limit` bytes of a regular file, from the beginning of a line; a file that is
/// named `….gz` is decompressed. What comes before is read only to count its lines.
///
/// # Errors
///
/// When it cannot be opened, read or decompressed.
pub fn read_end(path: &Path, limit: usize) -> io::Result<End> {
    let mut file = open(path)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        return end_of(MultiGzDecoder::new(file).take(MAX_SIZE), limit);
    }
    // Of a file that is longer than all that we read, the lines are counted from there.
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(MAX_SIZE)))?;
    end_of(file.take(MAX_SIZE), limit)
}

/// The end of what is read, of which no more than twice the limit is held.
fn end_of(mut from: impl Read, limit: usize) -> io::Result<End> {
    let mut end = End::default();
    let mut block = vec![0; 256 << 10];
    loop {
        let count = from.read(&mut block)?;
        let read = block.get(..count).unwrap_or_default();
        if read.is_empty() {
            end.keep(limit);
            return Ok(end);
        }
        end.bytes.extend_from_slice(read);
        if end.bytes.len() > limit.saturating_mul(2) {
            end.keep(limit);
        }
    }
}

impl End {
    /// Drops whole lines from the front until no more than `limit` bytes are left.
    fn keep(&mut self, limit: usize) {
        let surplus = self.bytes.len().saturating_sub(limit);
        if surplus == 0 {
            return;
        }
        let is_line_end = |byte: &u8| *byte == b'\n';
        // The line that the cut is in goes too.
        let rest = self.bytes.get(surplus - 1..).unwrap_or_default();
        let cut = rest.iter().position(is_line_end).map_or(self.bytes.len(), |at| surplus + at);
        let dropped = self.bytes.drain(..cut);
        self.lines_before += dropped.as_slice().iter().filter(|byte| is_line_end(byte)).count();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn the_end_begins_at_a_line_whose_number_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let text: String = (1..=1000).map(|n| format!("line {n}\n")).collect();
        let plain = folder.path().join("log");
        std::fs::write(&plain, &text).unwrap();
        let packed = folder.path().join("log.2.gz");
        let mut encoder = GzEncoder::new(File::create(&packed).unwrap(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap();
        for path in [&plain, &packed] {
            let end = read_end(path, 100).unwrap();
            let kept = String::from_utf8(end.bytes).unwrap();
            let first = kept.lines().next().unwrap();
            assert_eq!(first, format!("line {}", end.lines_before + 1));
            assert!(kept.ends_with("line 1000\n") && kept.len() <= 100);
            assert_eq!(read_end(path, 1 << 20).unwrap().lines_before, 0);
        }
        // A single line that is too long leaves nothing, rather than its middle.
        std::fs::write(&plain, [b'x'; 500]).unwrap();
        assert!(read_end(&plain, 100).unwrap().bytes.is_empty());
    }
}
