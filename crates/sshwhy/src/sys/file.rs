//! Files that are read: bounded in size, never followed into devices.

use std::fs::File;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::FrameDecoder;
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

/// What somebody hands us: unpacked if it is gzip, zstd or xz by what it begins with.
///
/// # Errors
///
/// When it cannot be read, or begins like one of these and is none.
pub fn unpacked(mut from: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut magic = Vec::new();
    from.by_ref().take(6).read_to_end(&mut magic)?;
    let whole = io::Cursor::new(magic.clone()).chain(from);
    Ok(match magic.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(whole)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(Zstd::Between(BufReader::new(whole))),
        [0xfd, b'7', b'z', b'X', b'Z', 0] => Box::new(XzReader::new(whole, true)),
        _ => Box::new(whole),
    })
}

/// A file of zstd is one frame or several.
enum Zstd<R: BufRead> {
    Between(R),
    Within(Box<StreamingDecoder<R, FrameDecoder>>),
    Over,
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, Self::Over) {
                Self::Between(mut from) => {
                    if from.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    let decoder = StreamingDecoder::new(from).map_err(io::Error::other)?;
                    *self = Self::Within(Box::new(decoder));
                }
                Self::Within(mut decoder) => {
                    let count = decoder.read(buffer)?;
                    if count > 0 || buffer.is_empty() {
                        *self = Self::Within(decoder);
                        return Ok(count);
                    }
                    *self = Self::Between(decoder.into_inner());
                }
                Self::Over => return Ok(0),
            }
        }
    }
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
    fn what_is_packed_is_read_as_what_is_not() {
        // `printf 'one\n' | zstd`.
        let zstd = [
            0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x21, 0x00, 0x00, 0x6f, 0x6e, 0x65, 0x0a, 0xd2,
            0x8d, 0x80, 0x4a,
        ];
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(b"one\none\n").unwrap();
        let gzip = packed.finish().unwrap();
        let xz =
            [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00];
        assert!(unpacked(io::Cursor::new(xz.to_vec())).unwrap().read(&mut [0; 9]).is_err());
        for bytes in [&zstd.repeat(2)[..], &gzip, b"one\none\n"] {
            let mut read = Vec::new();
            let packed = io::Cursor::new(bytes.to_vec());
            unpacked(packed).unwrap().read_to_end(&mut read).unwrap();
            assert_eq!(read, b"one\none\n");
        }
        let cut = io::Cursor::new(zstd[..9].to_vec());
        assert!(unpacked(cut).unwrap().read_to_end(&mut Vec::new()).is_err());
    }

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
