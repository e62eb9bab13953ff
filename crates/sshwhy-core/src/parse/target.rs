//! What the user typed to name a host: `[user@]host[:port]`, `ssh://[user@]host[:port]`, `[v6]:port`, a bare IPv6 address, or
//! an alias of the client configuration.
//!
//! Must never resolve, expand or look up anything: an alias stays an alias until `ssh -G` has spoken.

use std::fmt;
use std::net::Ipv6Addr;

/// Longest input that is read at all, in bytes: a host name has at most 1025 (`NI_MAXHOST`), a user name 256.
pub const MAX_DESTINATION_BYTES: usize = 2048;

/// A host as it was named, before any configuration was applied. ssh(1) calls this the destination.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Destination {
    /// The login name, when one was given.
    pub user: Option<String>,
    /// The host: a name, an alias or an address, without brackets; an IPv6 address may end in `%zone`.
    pub host: String,
    /// The TCP port, when one was given; never zero.
    pub port: Option<u16>,
}

/// Why a destination could not be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestinationError {
    /// The input, shortened and with control characters escaped, fit to be printed.
    pub input: String,
    /// Byte offset into the input at which the trouble begins.
    pub at: usize,
    /// What the trouble is.
    pub kind: DestinationErrorKind,
}

/// What is wrong with a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DestinationErrorKind {
    /// A character that ssh refuses (since OpenSSH 9.6) because a shell could act on it: see `valid_hostname` in `ssh.c`.
    BadCharacter {
        /// The character.
        character: char,
        /// Whether it stands in the user name; otherwise in the host.
        in_user: bool,
    },
    /// Something that looks like an IPv6 address and is none.
    BadIpv6(String),
    /// What follows the last colon is no number from 1 to 65535.
    BadPort(String),
    /// A `%` in an `ssh://` address that is not followed by two hexadecimal digits, or that hides a forbidden byte.
    BadPercent,
    /// Nothing stands where the host should be.
    EmptyHost,
    /// Nothing stands before the `@`.
    EmptyUser,
    /// A `-` at the start: ssh would take it for an option.
    LeadingDash,
    /// A password in an `ssh://` address: ssh would take it for a part of the user name.
    Password,
    /// A path after the host of an `ssh://` address.
    Path,
    /// More than [`MAX_DESTINATION_BYTES`].
    TooLong,
    /// A `[` without its `]`, or something other than `:port` after the `]`.
    UnbalancedBracket,
}

/// Reads one destination.
///
/// Differs from ssh in one point: ssh takes `host:22` for an alias of that very name, here it is a host and a port when the
/// part after the only colon is a port number. Nobody has such an alias, and everybody has typed it.
///
/// # Errors
/// [`DestinationError`] names the first place at which the input cannot be what it seems to be.
pub fn parse_destination(input: &str) -> Result<Destination, DestinationError> {
    if input.len() > MAX_DESTINATION_BYTES {
        return Err(error(input, MAX_DESTINATION_BYTES, DestinationErrorKind::TooLong));
    }
    let scheme_bytes = "ssh://".len();
    let is_uri = input.get(..scheme_bytes).is_some_and(|s| s.eq_ignore_ascii_case("ssh://"));
    let start = if is_uri { scheme_bytes } else { 0 };
    let reader = Reader { input, is_uri };
    reader.read(start).map_err(|(at, kind)| error(input, at, kind))
}

/// Reads the value of `ProxyJump`: destinations separated by commas, the first hop first. `none` and nothing give no hop.
///
/// # Errors
/// [`DestinationError`] of the first hop that cannot be read; its offset counts from the start of `input`.
pub fn parse_jump_chain(input: &str) -> Result<Vec<Destination>, DestinationError> {
    if input.is_empty() || input.eq_ignore_ascii_case("none") {
        return Ok(Vec::new());
    }
    let mut hops = Vec::new();
    let mut start = 0;
    for hop in input.split(',') {
        let parsed = parse_destination(hop);
        hops.push(parsed.map_err(|hop_error| error(input, start + hop_error.at, hop_error.kind))?);
        start += hop.len() + 1;
    }
    Ok(hops)
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match self.port {
            Some(port) if self.host.contains(':') => write!(f, "[{}]:{port}", self.host),
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

impl fmt::Display for DestinationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed to read target `{}`: {} (at byte {})", self.input, self.kind, self.at + 1)
    }
}

impl std::error::Error for DestinationError {}

impl fmt::Display for DestinationErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadCharacter { character, in_user } => {
                let part = if *in_user { "user name" } else { "host name" };
                write!(f, "ssh allows no `{}` in a {part}", character.escape_debug())
            }
            Self::BadIpv6(text) => {
                write!(
                    f,
                    "`{text}` is not an IPv6 address; a port after one needs brackets: [ADDRESS]:PORT"
                )
            }
            Self::BadPort(text) => write!(f, "port `{text}` is not a number from 1 to 65535"),
            Self::BadPercent => f.write_str("`%` needs two hexadecimal digits of a printable byte"),
            Self::EmptyHost => f.write_str("the host is missing"),
            Self::EmptyUser => f.write_str("the user name before `@` is missing"),
            Self::LeadingDash => f.write_str("a leading `-` would be read as an option"),
            Self::Password => f.write_str("ssh takes no password from an address; leave it out"),
            Self::Path => f.write_str("an ssh address has no path; leave it out"),
            Self::TooLong => write!(f, "it is longer than {MAX_DESTINATION_BYTES} bytes"),
            Self::UnbalancedBracket => {
                f.write_str("brackets enclose an address: [ADDRESS] or [ADDRESS]:PORT")
            }
        }
    }
}

type Place = (usize, DestinationErrorKind);

struct Reader<'a> {
    input: &'a str,
    is_uri: bool,
}

impl Reader<'_> {
    fn read(&self, start: usize) -> Result<Destination, Place> {
        let mut rest = self.input.get(start..).unwrap_or_default();
        if self.is_uri {
            rest = self.without_path(start, rest)?;
        }
        // The last `@` separates: a user name may hold one, a host name may not.
        let (user, host_start, host_port) = match rest.rsplit_once('@') {
            Some((user, host)) => (Some(self.user(start, user)?), start + user.len() + 1, host),
            None => (None, start, rest),
        };
        let (host, port) = self.host_and_port(host_start, host_port)?;
        Ok(Destination { user, host, port })
    }

    fn without_path<'b>(&self, start: usize, rest: &'b str) -> Result<&'b str, Place> {
        match rest.split_once('/') {
            Some((authority, "")) => Ok(authority),
            Some((authority, _)) => Err((start + authority.len(), DestinationErrorKind::Path)),
            None => Ok(rest),
        }
    }

    fn user(&self, start: usize, text: &str) -> Result<String, Place> {
        let decoded = if self.is_uri {
            // Connection parameters (`user;fingerprint=…`) are skipped, as ssh does.
            let name = text.split_once(';').map_or(text, |(name, _)| name);
            if let Some((before, _)) = name.split_once(':') {
                return Err((start + before.len(), DestinationErrorKind::Password));
            }
            percent_decoded(name).ok_or((start, DestinationErrorKind::BadPercent))?
        } else {
            text.to_owned()
        };
        if decoded.is_empty() {
            return Err((start, DestinationErrorKind::EmptyUser));
        }
        check_user(&decoded).map_err(|(at, kind)| (start + at, kind))?;
        Ok(decoded)
    }

    fn host_and_port(&self, start: usize, text: &str) -> Result<(String, Option<u16>), Place> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let unbalanced = (start, DestinationErrorKind::UnbalancedBracket);
                let (host, after) = rest.split_once(']').ok_or(unbalanced)?;
                let after_at = start + host.len() + 2;
                let port = match after.strip_prefix(':') {
                    Some(digits) => Some(port(after_at + 1, digits)?),
                    None if after.is_empty() => None,
                    None => return Err((after_at, DestinationErrorKind::UnbalancedBracket)),
                };
                if host.contains(':') {
                    check_ipv6(start + 1, host)?;
                }
                (host, port)
            }
            None => match text.matches(':').count() {
                0 => (text, None),
                1 => {
                    let (host, digits) = text.split_once(':').unwrap_or((text, ""));
                    (host, Some(port(start + host.len() + 1, digits)?))
                }
                _ => {
                    check_ipv6(start, text)?;
                    (text, None)
                }
            },
        };
        if host.is_empty() {
            return Err((start, DestinationErrorKind::EmptyHost));
        }
        check_host(host).map_err(|(at, kind)| (start + at, kind))?;
        Ok((host.to_owned(), port))
    }
}

fn port(start: usize, digits: &str) -> Result<u16, Place> {
    let bad = || (start, DestinationErrorKind::BadPort(shortened(digits)));
    // `u16::from_str` takes a leading `+`, which no port number has.
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad());
    }
    match digits.parse::<u16>() {
        Ok(0) | Err(_) => Err(bad()),
        Ok(port) => Ok(port),
    }
}

fn check_ipv6(start: usize, text: &str) -> Result<(), Place> {
    let (address, zone) = text.split_once('%').map_or((text, None), |(a, z)| (a, Some(z)));
    if address.parse::<Ipv6Addr>().is_err() || zone == Some("") {
        return Err((start, DestinationErrorKind::BadIpv6(shortened(text))));
    }
    Ok(())
}

fn check_host(host: &str) -> Result<(), Place> {
    if host.starts_with('-') {
        return Err((0, DestinationErrorKind::LeadingDash));
    }
    let refused =
        |c: char| c.is_whitespace() || c.is_control() || "'`\"$\\;&<>|(){}[]/@".contains(c);
    match host.char_indices().find(|(_, c)| refused(*c)) {
        Some((at, character)) => {
            Err((at, DestinationErrorKind::BadCharacter { character, in_user: false }))
        }
        None => Ok(()),
    }
}

fn check_user(user: &str) -> Result<(), Place> {
    if user.starts_with('-') {
        return Err((0, DestinationErrorKind::LeadingDash));
    }
    // A backslash is allowed inside (`DOMAIN\user`), not at the end, where it would escape what follows.
    let refused = |at: usize, c: char| {
        let after = user.get(at + c.len_utf8()..).unwrap_or_default();
        c.is_control()
            || "'`\";&<>|(){}".contains(c)
            || (c.is_whitespace() && after.starts_with('-'))
            || (c == '\\' && after.is_empty())
    };
    match user.char_indices().find(|(at, c)| refused(*at, *c)) {
        Some((at, character)) => {
            Err((at, DestinationErrorKind::BadCharacter { character, in_user: true }))
        }
        None => Ok(()),
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

fn error(input: &str, at: usize, kind: DestinationErrorKind) -> DestinationError {
    DestinationError { input: shortened(input), at, kind }
}

/// At most 80 characters, control characters escaped: an error message must not move the cursor of a terminal.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(80).flat_map(printable).collect();
    if text.chars().nth(80).is_some() {
        short.push('…');
    }
    short
}

fn printable(c: char) -> Vec<char> {
    if c.is_control() { c.escape_default().collect() } else { vec![c] }
}

#[cfg(test)]
mod tests;
