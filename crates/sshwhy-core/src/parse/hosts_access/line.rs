//! Lines as libwrap's `xgets` makes them: joined over backslashes, in a buffer of 2048 bytes, up to a zero byte.

use std::borrow::Cow;

use super::LineNumbers;

/// libwrap's buffer for one line; one byte of it is for the zero at the end.
const ROOM: usize = 2048;

/// The lines of a file, each with its newline. One that has none is the last.
pub(super) struct Lines<'a> {
    left: &'a [u8],
    /// Lines of the file that were read.
    read: usize,
    /// Those of them that libwrap counts.
    counted: usize,
    full: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { left: text, read: 0, counted: 0, full: false }
    }

    /// Whether the line before ended because the buffer was full.
    pub(super) fn was_full(&self) -> bool {
        self.full
    }

    pub(super) fn next(&mut self) -> Option<(LineNumbers, Cow<'a, [u8]>)> {
        let first = self.read + 1;
        let mut joined = Cow::Borrowed(&[][..]);
        let mut room = ROOM;
        while let Some(chunk) = self.chunk(room) {
            if chunk.last() != Some(&b'\n') {
                append(&mut joined, chunk);
                room -= chunk.len();
                self.full = room == 1;
                if self.full {
                    break;
                }
                continue;
            }
            self.counted += 1;
            let Some(chunk) = chunk.strip_suffix(b"\\\n") else {
                append(&mut joined, chunk);
                break;
            };
            append(&mut joined, chunk);
            room -= chunk.len();
        }
        // A full buffer leaves the line that it ends in half read.
        let half = usize::from(self.full && !self.left.is_empty());
        let last = self.read.max(first - half) + half;
        let numbers = LineNumbers { first, last, logged: self.counted };
        (!joined.is_empty()).then_some((numbers, joined))
    }

    /// What fgets(3) reads into a buffer of `room` bytes, up to the first zero byte: libwrap sees no more of it.
    fn chunk(&mut self, room: usize) -> Option<&'a [u8]> {
        let window = &self.left[..self.left.len().min(room - 1)];
        let end = window.iter().position(|b| *b == b'\n').map_or(window.len(), |i| i + 1);
        let (chunk, left) =
            self.left.split_at_checked(end).filter(|(chunk, _)| !chunk.is_empty())?;
        self.left = left;
        // The last line counts also without its newline, for a person; libwrap does not count it.
        self.read += usize::from(chunk.ends_with(b"\n") || left.is_empty());
        Some(chunk.split(|b| *b == 0).next().unwrap_or(chunk))
    }
}

fn append<'a>(joined: &mut Cow<'a, [u8]>, chunk: &'a [u8]) {
    if joined.is_empty() {
        *joined = Cow::Borrowed(chunk);
    } else {
        joined.to_mut().extend_from_slice(chunk);
    }
}
