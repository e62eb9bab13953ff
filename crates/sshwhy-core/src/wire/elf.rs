//! Which shared libraries a program is linked with: the dynamic section of an ELF file (System V gABI, "Dynamic Section"; elf(5)).
//!
//! Reads 32 and 64 bits in both byte orders, by the program headers alone, since a stripped program may have no sections. Must
//! never follow an offset that the file does not hold.

use std::error;
use std::fmt;

/// No program has more program headers, dynamic entries or libraries than this.
const MAX_HEADERS: usize = 512;
const MAX_ENTRIES: usize = 4096;
/// A library's name is no longer, in bytes.
const MAX_NAME: usize = 4096;

const PT_LOAD: u64 = 1;
const PT_DYNAMIC: u64 = 2;
const DT_NULL: u64 = 0;
const DT_NEEDED: u64 = 1;
const DT_STRTAB: u64 = 5;

/// Why a file's libraries cannot be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ElfError {
    /// It does not begin as ELF files do.
    NotElf,
    /// A class or byte order that does not exist.
    UnknownKind,
    /// Something lies beyond the end of the file: what.
    Truncated(&'static str),
    /// The names of the libraries lie in no part of the file that is loaded.
    NoStrings,
}

impl fmt::Display for ElfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotElf => f.write_str("not an ELF file"),
            Self::UnknownKind => f.write_str("neither 32 nor 64 bits, or of no known byte order"),
            Self::Truncated(what) => write!(f, "{what} lies beyond the end of the file"),
            Self::NoStrings => f.write_str("the names of its libraries are not in it"),
        }
    }
}

impl error::Error for ElfError {}

/// The libraries that a program names as needed (`DT_NEEDED`), in order; none for one that is linked statically. Bytes that
/// are not UTF-8 are replaced.
///
/// # Errors
///
/// When the file is not ELF, or cut.
pub fn needed(file: &[u8]) -> Result<Vec<String>, ElfError> {
    let file = File::new(file)?;
    let segments = file.segments()?;
    let Some(dynamic) = segments.iter().find(|segment| segment.kind == PT_DYNAMIC) else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    let mut strings = None;
    for index in 0..MAX_ENTRIES {
        let (tag, value) = file.entry(dynamic, index)?;
        match tag {
            DT_NULL => break,
            DT_NEEDED => names.push(value),
            DT_STRTAB => strings = Some(value),
            _ => {}
        }
    }
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let strings = strings.and_then(|address| offset_of(&segments, address));
    let strings = strings.ok_or(ElfError::NoStrings)?;
    names.iter().map(|name| file.string(strings, *name)).collect()
}

struct File<'a> {
    bytes: &'a [u8],
    is_64: bool,
    is_big: bool,
}

/// A part of the file, and where it is loaded.
struct Segment {
    kind: u64,
    offset: u64,
    address: u64,
    size: u64,
}

impl<'a> File<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, ElfError> {
        if !bytes.starts_with(b"\x7fELF") {
            return Err(ElfError::NotElf);
        }
        let (is_64, is_big) = match bytes.get(4..6) {
            Some([class @ (1 | 2), order @ (1 | 2)]) => (*class == 2, *order == 2),
            Some(_) => return Err(ElfError::UnknownKind),
            None => return Err(ElfError::Truncated("the header")),
        };
        Ok(Self { bytes, is_64, is_big })
    }

    fn segments(&self) -> Result<Vec<Segment>, ElfError> {
        let what = "the header";
        let (at, sizes) = if self.is_64 { (0x20, 0x36) } else { (0x1c, 0x2a) };
        let table = self.word(at, what)?;
        let size = self.number(sizes, 2, what)?;
        let count = self.number(sizes + 2, 2, what)?;
        let count = count.min(MAX_HEADERS as u64);
        (0..count).map(|i| self.segment(table.saturating_add(i * size))).collect()
    }

    fn segment(&self, at: u64) -> Result<Segment, ElfError> {
        let what = "a program header";
        let field = |offset: u64| self.word(at.saturating_add(offset), what);
        let (offset, address, size) = if self.is_64 { (8, 16, 32) } else { (4, 8, 16) };
        Ok(Segment {
            kind: self.number(at, 4, what)?,
            offset: field(offset)?,
            address: field(address)?,
            size: field(size)?,
        })
    }

    /// The tag and the value of an entry of the dynamic section; the end when the section ends before.
    fn entry(&self, dynamic: &Segment, index: usize) -> Result<(u64, u64), ElfError> {
        let width = if self.is_64 { 8 } else { 4 };
        let inside = index as u64 * 2 * width;
        if inside.saturating_add(2 * width) > dynamic.size {
            return Ok((DT_NULL, 0));
        }
        let at = dynamic.offset.saturating_add(inside);
        let what = "the dynamic section";
        Ok((self.word(at, what)?, self.word(at.saturating_add(width), what)?))
    }

    fn string(&self, table: u64, name: u64) -> Result<String, ElfError> {
        let what = "the name of a library";
        let start = usize::try_from(table.saturating_add(name)).ok();
        let rest = start.and_then(|start| self.bytes.get(start..));
        let rest = rest.ok_or(ElfError::Truncated(what))?;
        let rest = &rest[..rest.len().min(MAX_NAME)];
        let end = rest.iter().position(|b| *b == 0).ok_or(ElfError::Truncated(what))?;
        Ok(String::from_utf8_lossy(&rest[..end]).into_owned())
    }

    /// An address, offset or size: as wide as the class says.
    fn word(&self, at: u64, what: &'static str) -> Result<u64, ElfError> {
        self.number(at, if self.is_64 { 8 } else { 4 }, what)
    }

    fn number(&self, at: u64, width: usize, what: &'static str) -> Result<u64, ElfError> {
        let start = usize::try_from(at).ok();
        let range = start.and_then(|start| Some(start..start.checked_add(width)?));
        let bytes = range.and_then(|range| self.bytes.get(range));
        let bytes = bytes.ok_or(ElfError::Truncated(what))?;
        let append = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Ok(if self.is_big {
            bytes.iter().fold(0, append)
        } else {
            bytes.iter().rev().fold(0, append)
        })
    }
}

/// Where in the file an address lies that is loaded from it.
fn offset_of(segments: &[Segment], address: u64) -> Option<u64> {
    let loaded = segments.iter().filter(|segment| segment.kind == PT_LOAD);
    let mut inside = loaded.filter_map(|segment| {
        let distance = address.checked_sub(segment.address).filter(|d| *d < segment.size)?;
        segment.offset.checked_add(distance)
    });
    inside.next()
}

#[cfg(test)]
mod tests;
