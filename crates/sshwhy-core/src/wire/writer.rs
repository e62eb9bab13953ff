//! Writes the data types of RFC 4251 section 5; the counterpart of the reader.
//!
//! Must never be given bytes of a peer to echo: it only makes what we send.

/// Collects bytes; each method adds one value.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Nothing written yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// Bytes as they are.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// A byte.
    #[must_use]
    pub fn u8(self, value: u8) -> Self {
        self.bytes(&[value])
    }

    /// A `uint32`.
    #[must_use]
    pub fn u32(self, value: u32) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    /// A `boolean`.
    #[must_use]
    pub fn bool(self, value: bool) -> Self {
        self.u8(u8::from(value))
    }

    /// A `string`. What lies beyond 4 GiB is left out, since the length could not say it.
    #[must_use]
    pub fn string(self, value: &[u8]) -> Self {
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
        let value = value.get(..length as usize).unwrap_or(value);
        self.u32(length).bytes(value)
    }

    /// A `name-list`.
    #[must_use]
    pub fn name_list(self, names: &[String]) -> Self {
        self.string(names.join(",").as_bytes())
    }

    /// An `mpint` that is not negative, from its magnitude: leading zeros go, and one comes back where the first bit is set.
    #[must_use]
    pub fn mpint(self, magnitude: &[u8]) -> Self {
        let zeros = magnitude.iter().take_while(|byte| **byte == 0).count();
        let magnitude = magnitude.get(zeros..).unwrap_or_default();
        let sign: &[u8] =
            if magnitude.first().is_some_and(|byte| byte & 0x80 != 0) { &[0] } else { &[] };
        self.string(&[sign, magnitude].concat())
    }
}
