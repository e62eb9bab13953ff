//! Files that somebody hands us: plain, or packed by gzip or zstd.

use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

/// More of a file, as it is and unpacked, is not read.
pub const MAX: u64 = 256 << 20;

/// Whether what was read may be only the beginning.
pub fn is_full(bytes: &[u8]) -> bool {
    bytes.len() as u64 >= MAX
}

/// Reads a file.
///
/// # Errors
///
/// When it cannot be read or unpacked.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len().min(MAX));
    // Room for all of it at once: growing would copy what was read again and again.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0).saturating_add(1));
    file.take(MAX).read_to_end(&mut bytes)?;
    unpacked(bytes)
}

/// Unpacks bytes by what they begin with.
///
/// # Errors
///
/// When they are damaged.
pub fn unpacked(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    match bytes.as_slice() {
        [0x1f, 0x8b, ..] => {
            MultiGzDecoder::new(bytes.as_slice()).take(MAX).read_to_end(&mut plain)?;
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let decoder = StreamingDecoder::new(bytes.as_slice()).map_err(io::Error::other)?;
            decoder.take(MAX).read_to_end(&mut plain)?;
        }
        _ => return Ok(bytes),
    }
    Ok(plain)
}
