//! The forms that the head of a single line can have.

use super::Record;
use super::Stamp;
use super::bytes::long_number;
use super::bytes::name;
use super::bytes::number;
use super::bytes::split;
use super::bytes::text;
use super::journal;
use super::stamp;

/// Reads a line; `None` when it has no head that is known.
pub(super) fn read(line: &[u8]) -> Option<Record<'_>> {
    match line.first()? {
        b'{' => journal::json(line),
        b'[' => ring_buffer(line),
        b'<' => with_priority(line),
        b'0'..=b'9' => iso(line).or_else(|| unix_seconds(line)).or_else(|| kmsg(line)),
        b'A'..=b'Z' => lettered(line),
        b't' => audit(line),
        _ => None,
    }
}

/// `Nov 26 08:23:07 HOST PROGRAM[PID]: MESSAGE` and the forms that begin with a weekday.
fn lettered(line: &[u8]) -> Option<Record<'_>> {
    let (time, rest) =
        stamp::bsd(line).or_else(|| stamp::full(line)).or_else(|| stamp::ctime(line))?;
    tagged(time, rest.strip_prefix(b" ").unwrap_or(rest))
}

fn iso(line: &[u8]) -> Option<Record<'_>> {
    let (time, rest) = stamp::iso(line)?;
    tagged(time, rest.strip_prefix(b" ")?)
}

/// `1764145387.123456 HOST PROGRAM[PID]: MESSAGE` (`short-unix`).
fn unix_seconds(line: &[u8]) -> Option<Record<'_>> {
    let (micros, rest) = stamp::seconds(line)?;
    tagged(Stamp::Unix(micros), rest.strip_prefix(b" ")?)
}

/// `<34>…`: the priority as syslog sends it, and as `dmesg -r` prints it.
fn with_priority(line: &[u8]) -> Option<Record<'_>> {
    let (_, rest) = number(line.strip_prefix(b"<")?)?;
    let rest = rest.strip_prefix(b">")?;
    match rest.strip_prefix(b"1 ") {
        Some(rest) => rfc5424(rest),
        None => read(rest).or_else(|| tag(rest)),
    }
}

/// RFC 5424 after its version: `TIME HOST PROGRAM PID MESSAGE-ID DATA MESSAGE`; `-` is nothing.
fn rfc5424(line: &[u8]) -> Option<Record<'_>> {
    let (time, rest) = split(line, b' ')?;
    let (host, rest) = split(rest, b' ')?;
    let (program, rest) = split(rest, b' ')?;
    let (pid, rest) = split(rest, b' ')?;
    let (_message_id, rest) = split(rest, b' ')?;
    let rest = after_data(rest)?;
    let rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest);
    let some = |bytes| if bytes == b"-" { "" } else { name(bytes) };
    Some(Record {
        time: stamp::iso(time).map(|(time, _)| time),
        host: some(host),
        program: some(program),
        pid: number(pid).filter(|(_, rest)| rest.is_empty()).map(|(pid, _)| pid),
        message: text(rest),
        ..Record::default()
    })
}

/// What follows the structured data: `-`, or elements in brackets in whose quoted values `\`
/// escapes.
fn after_data(line: &[u8]) -> Option<&[u8]> {
    let mut rest = line;
    if let Some(after) = rest.strip_prefix(b"-") {
        rest = after;
    }
    while rest.first() == Some(&b'[') {
        let (mut quoted, mut escaped) = (false, false);
        let end = rest.iter().position(|byte| {
            let ends = !quoted && *byte == b']';
            if *byte == b'"' && !escaped {
                quoted = !quoted;
            }
            escaped = *byte == b'\\' && !escaped;
            ends
        })?;
        rest = rest.get(end + 1..)?;
    }
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(b" ") }
}

/// `[12345.678901] MESSAGE`, `[Thu Nov 26 08:23:07 2026] MESSAGE`, or a `short-monotonic` line.
fn ring_buffer(line: &[u8]) -> Option<Record<'_>> {
    let (inside, message) = split(line.get(1..)?, b']')?;
    let message = message.strip_prefix(b" ").unwrap_or(message);
    let time = match stamp::seconds(inside.trim_ascii_start()) {
        Some((micros, b"")) => Stamp::Boot(micros),
        _ => stamp::ctime(inside).filter(|(_, rest)| rest.is_empty())?.0,
    };
    let by_process = || {
        let (host, rest) = split(message, b' ')?;
        let record = tag(rest).filter(|record| record.pid.is_some())?;
        Some(Record { time: Some(time), host: name(host), ..record })
    };
    Some(by_process().unwrap_or_else(|| kernel(time, "", message)))
}

/// `6,339,5140900,-;MESSAGE`: priority, number, microseconds since the start, flags (the kernel's
/// Documentation/ABI/testing/dev-kmsg).
fn kmsg(line: &[u8]) -> Option<Record<'_>> {
    let (_, rest) = number(line)?;
    let (_, rest) = long_number(rest.strip_prefix(b",")?)?;
    let (micros, rest) = long_number(rest.strip_prefix(b",")?)?;
    let (_, message) = split(rest.strip_prefix(b",")?, b';')?;
    Some(kernel(Stamp::Boot(i64::try_from(micros).ok()?), "", message))
}

/// `type=AVC msg=audit(1364481363.243:24287): …` of /var/log/audit/audit.log; the message is all.
fn audit(line: &[u8]) -> Option<Record<'_>> {
    let (_, rest) = split(line.strip_prefix(b"type=")?, b' ')?;
    let (micros, _) = stamp::seconds(rest.strip_prefix(b"msg=audit(")?)?;
    let time = Some(Stamp::Unix(micros));
    Some(Record { time, program: "audit", message: text(line), ..Record::default() })
}

fn kernel<'a>(time: Stamp, host: &'a str, message: &'a [u8]) -> Record<'a> {
    let message = text(message);
    Record { time: Some(time), host, program: "kernel", message, ..Record::default() }
}

/// After the time: `HOST PROGRAM[PID]: MESSAGE`; some loggers leave out the host, or put the
/// priority in words before the program (`authpriv.info`).
fn tagged(time: Stamp, line: &[u8]) -> Option<Record<'_>> {
    let (first, rest) = split(line, b' ')?;
    let (host, rest) = match first {
        _ if is_priority(first) => (&b""[..], rest),
        [.., b':'] => (&b""[..], line),
        _ => match split(rest, b' ') {
            Some((second, after)) if is_priority(second) => (first, after),
            _ => (first, rest),
        },
    };
    let host = name(host);
    let mut record =
        tag(rest).unwrap_or_else(|| Record { message: text(rest), ..Record::default() });
    (record.time, record.host) = (Some(time), host);
    if record.program == "kernel"
        && let Some(ring) = rest.strip_prefix(b"kernel: [")
        && let Some((inside, message)) = split(ring, b']')
        && stamp::seconds(inside.trim_ascii_start()).is_some()
    {
        record.message = text(message.strip_prefix(b" ").unwrap_or(message));
    }
    Some(record)
}

/// `PROGRAM[PID]: MESSAGE` or `PROGRAM: MESSAGE`.
fn tag(line: &[u8]) -> Option<Record<'_>> {
    let end = line.iter().position(|byte| matches!(byte, b'[' | b':' | b' '))?;
    let (program, rest) = line.split_at(end);
    let (pid, rest) = match rest.strip_prefix(b"[") {
        Some(rest) => {
            let (pid, rest) = split(rest, b']')?;
            (number(pid).filter(|(_, rest)| rest.is_empty()).map(|(pid, _)| pid), rest)
        }
        None => (None, rest),
    };
    let message = rest.strip_prefix(b":")?;
    let message = message.strip_prefix(b" ").unwrap_or(message);
    let program = Some(name(program)).filter(|program| !program.is_empty())?;
    Some(Record { program, pid, message: text(message), ..Record::default() })
}

/// `authpriv.info`: facility and level, as BusyBox and OpenWrt write them.
fn is_priority(word: &[u8]) -> bool {
    const FACILITIES: &[&[u8]] = &[
        b"kern",
        b"user",
        b"mail",
        b"daemon",
        b"auth",
        b"syslog",
        b"lpr",
        b"news",
        b"cron",
        b"authpriv",
        b"ftp",
        b"local0",
        b"local1",
        b"local2",
        b"local3",
        b"local4",
        b"local5",
        b"local6",
        b"local7",
    ];
    const LEVELS: &[&[u8]] = &[
        b"emerg", b"alert", b"crit", b"err", b"error", b"warn", b"warning", b"notice", b"info",
        b"debug",
    ];
    split(word, b'.')
        .is_some_and(|(facility, level)| FACILITIES.contains(&facility) && LEVELS.contains(&level))
}
