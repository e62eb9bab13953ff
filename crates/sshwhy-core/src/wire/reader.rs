//! A bounded reader over bytes that we did not write, in the data types of RFC 4251 section 5.
//!
//! Must never read past its slice, panic, or copy more than the slice holds. Every error names the offset and what was expected.

use std::error;
use std::fmt;

/// Reads big-endian values from the front of a slice.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    left: &'a [u8],
    offset: usize,
}

/// What the bytes are wrong in. `offset` counts from the start of the outermost slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Where the unreadable value begins.
    pub offset: usize,
    /// Which value was expected there, e.g. `kex_algorithms`.
    pub expected: &'static str,
    /// What is there instead.
    pub found: Found,
}

/// What was found instead of the expected value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The value has a form that its definition forbids.
    BadForm,
    /// More bytes follow than the definition allows.
    Extra(usize),
    /// The input ends: so many bytes were needed and so many are left.
    TooShort {
        /// Bytes that the value needs.
        needed: usize,
        /// Bytes that are there.
        left: usize,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at offset {}: ", self.expected, self.offset)?;
        match self.found {
            Found::BadForm => f.write_str("malformed"),
            Found::Extra(count) => write!(f, "{count} bytes too many"),
            Found::TooShort { needed, left } => write!(f, "needs {needed} bytes, {left} are left"),
        }
    }
}

impl error::Error for ReadError {}

impl<'a> Reader<'a> {
    /// Begins at offset 0 of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes, offset: 0 }
    }

    /// Bytes read so far, counted from the start of the outermost slice.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// All that is not read yet; nothing is consumed.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.left
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize, expected: &'static str) -> Result<&'a [u8], ReadError> {
        let Some((head, tail)) = self.left.split_at_checked(count) else {
            let found = Found::TooShort { needed: count, left: self.left.len() };
            return Err(ReadError { offset: self.offset, expected, found });
        };
        self.left = tail;
        self.offset += count;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self, expected: &'static str) -> Result<[u8; N], ReadError> {
        let Some((head, tail)) = self.left.split_first_chunk::<N>() else {
            let found = Found::TooShort { needed: N, left: self.left.len() };
            return Err(ReadError { offset: self.offset, expected, found });
        };
        self.left = tail;
        self.offset += N;
        Ok(*head)
    }

    /// A byte.
    pub fn u8(&mut self, expected: &'static str) -> Result<u8, ReadError> {
        let [byte] = self.array(expected)?;
        Ok(byte)
    }

    /// A 16-bit number, most significant byte first.
    pub fn u16(&mut self, expected: &'static str) -> Result<u16, ReadError> {
        self.array(expected).map(u16::from_be_bytes)
    }

    /// A `uint32` of RFC 4251.
    pub fn u32(&mut self, expected: &'static str) -> Result<u32, ReadError> {
        self.array(expected).map(u32::from_be_bytes)
    }

    /// A `uint64` of RFC 4251.
    pub fn u64(&mut self, expected: &'static str) -> Result<u64, ReadError> {
        self.array(expected).map(u64::from_be_bytes)
    }

    /// A `boolean` of RFC 4251: every value but 0 is true.
    pub fn bool(&mut self, expected: &'static str) -> Result<bool, ReadError> {
        self.u8(expected).map(|byte| byte != 0)
    }

    /// A `string` of RFC 4251: a `uint32` length and so many bytes. The offset of an error is that of the length.
    pub fn string(&mut self, expected: &'static str) -> Result<&'a [u8], ReadError> {
        let start = self.clone();
        let length = self.u32(expected)? as usize;
        self.bytes(length, expected).map_err(|error| {
            *self = start.clone();
            ReadError { offset: start.offset, ..error }
        })
    }

    /// A `string` as a reader of its own, whose offsets go on counting from the outermost slice.
    pub fn nested(&mut self, expected: &'static str) -> Result<Reader<'a>, ReadError> {
        let left = self.string(expected)?;
        Ok(Reader { left, offset: self.offset - left.len() })
    }

    /// A `string` that holds text for people. Bytes that are not UTF-8 become U+FFFD, since old servers send Latin-1.
    pub fn text(&mut self, expected: &'static str) -> Result<String, ReadError> {
        self.string(expected).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// A `name-list` of RFC 4251: printable US-ASCII names between commas, none of them empty.
    pub fn name_list(&mut self, expected: &'static str) -> Result<Vec<String>, ReadError> {
        let offset = self.offset;
        let bytes = self.string(expected)?;
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        let name = |part: &[u8]| {
            let good = !part.is_empty() && part.iter().all(u8::is_ascii_graphic);
            good.then(|| part.iter().copied().map(char::from).collect())
        };
        let names: Option<Vec<String>> = bytes.split(|byte| *byte == b',').map(name).collect();
        names.ok_or(ReadError { offset, expected, found: Found::BadForm })
    }

    /// The magnitude of an `mpint` of RFC 4251 without leading zeros. Negative numbers are refused: no SSH value is one.
    pub fn mpint(&mut self, expected: &'static str) -> Result<&'a [u8], ReadError> {
        let offset = self.offset;
        let bytes = self.string(expected)?;
        if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
            return Err(ReadError { offset, expected, found: Found::BadForm });
        }
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Ok(bytes.get(zeros..).unwrap_or_default())
    }

    /// Nothing may be left.
    pub fn end(&self, expected: &'static str) -> Result<(), ReadError> {
        if self.left.is_empty() {
            return Ok(());
        }
        Err(ReadError { offset: self.offset, expected, found: Found::Extra(self.left.len()) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Found;
    use super::ReadError;
    use super::Reader;
    use crate::wire::writer::Writer;

    fn error<T>(offset: usize, found: Found) -> Result<T, ReadError> {
        Err(ReadError { offset, expected: "it", found })
    }

    #[test]
    fn a_length_beyond_the_end_is_refused_and_consumes_nothing() {
        let mut reader = Reader::new(&[9, 0xff, 0xff, 0xff, 0xff, 1]);
        assert_eq!(reader.u8("it"), Ok(9));
        let found = Found::TooShort { needed: 0xffff_ffff, left: 1 };
        assert_eq!(reader.string("it"), error(1, found));
        assert_eq!(reader.offset(), 1);
        assert_eq!(reader.u32("it"), Ok(0xffff_ffff));
        assert_eq!(reader.u16("it"), error(5, Found::TooShort { needed: 2, left: 1 }));
    }

    #[test]
    fn name_lists() {
        let check = |text: &str, expected: Result<&[&str], Found>| {
            let bytes = Writer::new().string(text.as_bytes()).finish();
            let found = Reader::new(&bytes).name_list("it");
            let expected = expected
                .map(|names| names.iter().map(ToString::to_string).collect())
                .map_err(|found| ReadError { offset: 0, expected: "it", found });
            assert_eq!(found, expected, "{text:?}");
        };
        check("a,", Err(Found::BadForm));
        check(",a", Err(Found::BadForm));
        check(",", Err(Found::BadForm));
        check("a b", Err(Found::BadForm));
        check("a\0", Err(Found::BadForm));
        check("é", Err(Found::BadForm));
        check("", Ok(&[]));
        check("a", Ok(&["a"]));
        check("a,b@c", Ok(&["a", "b@c"]));
    }

    #[test]
    fn the_mpints_of_rfc_4251() {
        let check = |bytes: &[u8], expected: Result<&[u8], ReadError>| {
            assert_eq!(Reader::new(bytes).mpint("it"), expected, "{bytes:?}");
        };
        check(&[0, 0, 0, 2, 0xed, 0xcc], error(0, Found::BadForm));
        check(&[0, 0, 0, 0], Ok(&[]));
        check(&[0, 0, 0, 2, 0, 0x80], Ok(&[0x80]));
        check(&[0, 0, 0, 3, 0, 0, 1], Ok(&[1]));
    }

    #[test]
    fn errors_say_where_and_what() {
        let error = Reader::new(&[0, 0, 0, 5, 1]).string("kex_algorithms").unwrap_err();
        let expected = "expected kex_algorithms at offset 0: needs 5 bytes, 1 are left";
        assert_eq!(error.to_string(), expected);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            number: u32, flag: bool, text: Vec<u8>, names in prop::collection::vec("[!-+--~]{1,9}", 0..5),
            magnitude in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let bytes = Writer::new().u32(number).bool(flag).string(&text).name_list(&names).mpint(&magnitude).finish();
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.u32("it"), Ok(number));
            prop_assert_eq!(reader.bool("it"), Ok(flag));
            prop_assert_eq!(reader.string("it"), Ok(text.as_slice()));
            prop_assert_eq!(reader.name_list("it"), Ok(names));
            let zeros = magnitude.iter().take_while(|byte| **byte == 0).count();
            prop_assert_eq!(reader.mpint("it"), Ok(&magnitude[zeros..]));
            prop_assert_eq!(reader.end("nothing"), Ok(()));
        }

        #[test]
        fn no_input_panics(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while reader.nested("it").is_ok() && reader.mpint("it").is_ok() && reader.name_list("it").is_ok() {}
            prop_assert!(reader.offset() <= bytes.len());
        }
    }
}
