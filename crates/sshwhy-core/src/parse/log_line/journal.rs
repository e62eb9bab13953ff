//! The journal's own formats: `journalctl -o json` and `-o export`.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;

use super::Record;
use super::Stamp;
use super::bytes::long_number;
use super::bytes::split;
use super::bytes::text;

/// No entry that matters has longer values; journalctl itself leaves out longer ones.
const MAX_BYTES_VALUE: usize = 64 << 10;

/// Whether a text goes on with an entry in the export format (systemd's Journal Export Formats).
pub(super) fn begins_export(log: &[u8]) -> bool {
    log.starts_with(b"__CURSOR=") || log.starts_with(b"__REALTIME_TIMESTAMP=")
}

/// Reads an entry of the export format: the record, how many lines it has, what follows.
pub(super) fn export(log: &[u8]) -> (Record<'_>, usize, &[u8]) {
    let mut entry = Entry::default();
    let (mut left, mut lines) = (log, 0);
    while !left.is_empty() {
        let end = memchr(b'\n', left).unwrap_or(left.len());
        let (line, rest) = left.split_at(end);
        left = rest.get(1..).unwrap_or_default();
        lines += 1;
        if line.is_empty() {
            break;
        }
        if let Some((field, value)) = split(line, b'=') {
            entry.set(field, text(value));
        } else {
            // A field whose value is bytes: 64 bits of length, the value, a line feed.
            let Some((length, rest)) = left.split_first_chunk::<8>() else { break };
            let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
            let Some((value, rest)) = rest.split_at_checked(length) else {
                left = &[];
                break;
            };
            entry.set(line, text(value));
            lines += value.iter().filter(|byte| **byte == b'\n').count() + 1;
            left = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
    }
    (entry.record(), lines, left)
}

/// Reads an entry of `-o json`: an object on one line.
pub(super) fn json(line: &[u8]) -> Option<Record<'_>> {
    let entry: Entry<'_> = serde_json::from_slice(line).ok()?;
    entry.message.is_some().then(|| entry.record())
}

/// The fields of an entry that a record is made of (systemd.journal-fields(7)).
#[derive(Debug, Default)]
struct Entry<'a> {
    message: Option<Cow<'a, str>>,
    time: Option<Cow<'a, str>>,
    host: Option<Cow<'a, str>>,
    identifier: Option<Cow<'a, str>>,
    command: Option<Cow<'a, str>>,
    transport: Option<Cow<'a, str>>,
    pid: Option<Cow<'a, str>>,
    said_pid: Option<Cow<'a, str>>,
}

impl<'a> Entry<'a> {
    fn set(&mut self, field: &[u8], value: Cow<'a, str>) {
        let slot = match field {
            b"MESSAGE" => &mut self.message,
            b"__REALTIME_TIMESTAMP" => &mut self.time,
            b"_HOSTNAME" => &mut self.host,
            b"SYSLOG_IDENTIFIER" => &mut self.identifier,
            b"_COMM" => &mut self.command,
            b"_TRANSPORT" => &mut self.transport,
            b"_PID" => &mut self.pid,
            b"SYSLOG_PID" => &mut self.said_pid,
            _ => return,
        };
        *slot = Some(value);
    }

    fn record(self) -> Record<'a> {
        let whole = |value: Option<Cow<'a, str>>| {
            let value = value?;
            long_number(value.as_bytes()).filter(|(_, rest)| rest.is_empty()).map(|(n, _)| n)
        };
        let is_kernel = self.transport.as_deref() == Some("kernel");
        // Names hold nothing that would have to be escaped; one that does is nobody's.
        let plain = |value| if let Some(Cow::Borrowed(value)) = value { value } else { "" };
        let program = plain(self.identifier.or(self.command));
        Record {
            time: whole(self.time).and_then(|t| i64::try_from(t).ok()).map(Stamp::Unix),
            host: plain(self.host),
            program: if is_kernel { "kernel" } else { program },
            // A daemon's child writes with the number of its own.
            pid: whole(self.said_pid.or(self.pid)).and_then(|pid| u32::try_from(pid).ok()),
            message: self.message.unwrap_or_default(),
            ..Record::default()
        }
    }
}

impl<'de> Deserialize<'de> for Entry<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry of the journal")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry<'de>, A::Error> {
        let mut entry = Entry::default();
        while let Some(field) = map.next_key::<Value<'de>>()? {
            let value = map.next_value::<Value<'de>>()?;
            if let (Some(field), Some(value)) = (field.0, value.0) {
                entry.set(field.as_bytes(), value);
            }
        }
        Ok(entry)
    }
}

/// A value: text, bytes as a list of numbers, or something that no record is made of.
struct Value<'a>(Option<Cow<'a, str>>);

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field of the journal")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Value<'de>, E> {
        Ok(Value(Some(Cow::Borrowed(value))))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value<'de>, E> {
        Ok(Value(Some(Cow::Owned(value.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value<'de>, A::Error> {
        let mut bytes = Vec::new();
        while let Some(Byte(byte)) = list.next_element()? {
            bytes.extend(byte.filter(|_| bytes.len() < MAX_BYTES_VALUE));
        }
        Ok(Value((!bytes.is_empty()).then(|| Cow::Owned(text(&bytes).into_owned()))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value(None))
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value(None))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value<'de>, E> {
        Ok(Value(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value<'de>, E> {
        Ok(Value(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value<'de>, E> {
        Ok(Value(None))
    }
}

/// An element of a list: a byte, or what is none.
struct Byte(Option<u8>);

impl<'de> Deserialize<'de> for Byte {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(Self(value.0.and_then(|number| number.parse().ok())))
    }
}
