//! Numbers and addresses as the C library reads them for libwrap: strtol(3), sscanf(3), inet_addr(3), getaddrinfo(3).

use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

/// `isspace` in the C locale.
#[must_use]
pub fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

/// strtol(3) with base 10, kept in an `int`: blanks, a sign and digits; what follows is not looked at. 0 without digits.
#[must_use]
pub fn leading_int(text: &[u8]) -> i32 {
    number(text, 10).map_or(0, |number| number.as_int())
}

/// What `sscanf("%d%c")` takes as one number: nothing may follow it.
#[must_use]
pub fn int(text: &[u8]) -> Option<i32> {
    number(text, 10).filter(|number| number.rest.is_empty()).map(|number| number.as_int())
}

/// What `sscanf("%u%c")` takes as one number.
#[must_use]
pub fn unsigned(text: &[u8]) -> Option<u32> {
    number(text, 10).filter(|number| number.rest.is_empty()).map(|number| number.as_unsigned())
}

/// What `sscanf("%o%c")` takes as one number.
#[must_use]
pub fn octal(text: &[u8]) -> Option<u32> {
    number(text, 8).filter(|number| number.rest.is_empty()).map(|number| number.as_unsigned())
}

/// libwrap's `dot_quad_addr`: four runs of anything between dots that inet_addr(3) takes, in any of C's bases. `None` also
/// for 255.255.255.255, which inet_addr(3) cannot tell from an error.
#[must_use]
pub fn dot_quad(text: &[u8]) -> Option<u32> {
    if text.split(|b| *b == b'.').filter(|part| !part.is_empty()).count() != 4 {
        return None;
    }
    // Anything may follow a blank, even what was counted as one of the four.
    let text = text.split(|b| is_space(*b)).next().unwrap_or_default();
    let mut address = 0_u32;
    let mut parts = text.split(|b| *b == b'.').enumerate().peekable();
    while let Some((place, part)) = parts.next() {
        let value = in_any_base(part)?;
        if parts.peek().is_some() {
            let shift = 24_u32.checked_sub(8 * u32::try_from(place).ok()?)?;
            address |= u32::from(u8::try_from(value).ok()?) << shift;
        } else {
            // The last number fills what is left.
            let room =
                u32::MAX.checked_shr(8 * u32::try_from(place).ok()?).filter(|_| place < 4)?;
            address |= Some(value).filter(|value| *value <= room)?;
        }
    }
    (address != u32::MAX).then_some(address)
}

/// Four decimal numbers with dots between them, for a person's eye.
#[must_use]
pub fn plain_v4(text: &[u8]) -> Option<Ipv4Addr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// An IPv6 address without a zone.
#[must_use]
pub fn v6(text: &[u8]) -> Option<Ipv6Addr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A number with a sign, and what follows it.
struct Number<'a> {
    negative: bool,
    /// The size, if 64 bits hold it.
    size: Option<u64>,
    rest: &'a [u8],
}

impl Number<'_> {
    /// As a `long`, cut down to an `int`.
    fn as_int(&self) -> i32 {
        let limit = if self.negative { i64::MIN } else { i64::MAX };
        let size = self.size.and_then(|size| i64::try_from(size).ok());
        let long = size.map_or(limit, |size| if self.negative { -size } else { size });
        #[expect(clippy::cast_possible_truncation, reason = "the assignment in C does the same")]
        let int = long as i32;
        int
    }

    /// As an `unsigned long`, cut down to an `unsigned int`.
    fn as_unsigned(&self) -> u32 {
        let size = match self.size {
            Some(size) if self.negative => size.wrapping_neg(),
            Some(size) => size,
            None => u64::MAX,
        };
        #[expect(clippy::cast_possible_truncation, reason = "the assignment in C does the same")]
        let int = size as u32;
        int
    }
}

fn number(text: &[u8], base: u32) -> Option<Number<'_>> {
    let blanks = text.iter().take_while(|b| is_space(**b)).count();
    let text = &text[blanks..];
    let signed = matches!(text.first(), Some(b'+' | b'-'));
    let digits = &text[usize::from(signed)..];
    let count = digits.iter().take_while(|b| char::from(**b).is_digit(base)).count();
    if count == 0 {
        return None;
    }
    let value = |byte: &u8| u64::from(char::from(*byte).to_digit(base).unwrap_or(0));
    let size = digits[..count]
        .iter()
        .try_fold(0_u64, |size, byte| size.checked_mul(u64::from(base))?.checked_add(value(byte)));
    Some(Number { negative: text.first() == Some(&b'-'), size, rest: &digits[count..] })
}

/// One number of inet_addr(3): it begins with a digit; `0x` stands before hexadecimal and `0` before octal ones.
fn in_any_base(text: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(text).ok()?;
    let (digits, base) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (text, 10),
    };
    // from_str_radix takes a sign too; here it would be an error.
    let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
    u32::from_str_radix(digits, base).ok().filter(|_| plain)
}
