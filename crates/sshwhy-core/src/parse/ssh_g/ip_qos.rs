//! `IPQoS`: which type-of-service byte ssh puts on its packets (`ssh_config(5)`; `ipqos[]` in `misc.c`).
//!
//! Must never guess: a word that OpenSSH does not know is no class.

/// The type-of-service bytes (DSCP in the upper six bits) of the two kinds of session. `None` leaves the system's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpQos {
    /// Sessions with a terminal; also the connection set-up since OpenSSH 8.5.
    pub interactive: Option<u8>,
    /// All others.
    pub bulk: Option<u8>,
}

impl Default for IpQos {
    /// Upstream from 7.8 to 10.0: AF21 and CS1.
    fn default() -> Self {
        Self { interactive: Some(0x48), bulk: Some(0x20) }
    }
}

impl IpQos {
    /// Reads one or two classes, as `ssh -G` and `ssh_config` write them; one class holds for both. `None` when a word is
    /// unknown.
    pub fn parse(value: &str) -> Option<Self> {
        let mut words = value.split_whitespace();
        let interactive = class(words.next()?)?;
        let bulk = words.next().map_or(Some(interactive), class)?;
        Some(Self { interactive, bulk })
    }
}

fn class(word: &str) -> Option<Option<u8>> {
    let word = word.to_ascii_lowercase();
    if word == "none" {
        return Some(None);
    }
    let dscp = match word.as_str() {
        // RFC 1349 bits, still named by ssh_config(5) until 10.0.
        "lowdelay" => return Some(Some(0x10)),
        "throughput" => return Some(Some(0x08)),
        "reliability" => return Some(Some(0x04)),
        "ef" => 46,
        "va" => 44,
        "le" => 1,
        _ => return numbered_class(&word).or_else(|| number(&word)).map(Some),
    };
    Some(Some(dscp << 2))
}

/// `afXY` (RFC 2597) and `csX` (RFC 2474).
fn numbered_class(word: &str) -> Option<u8> {
    if let Some(digits) = word.strip_prefix("cs") {
        let class: u8 = digits.parse().ok().filter(|class| *class <= 7 && digits.len() == 1)?;
        return Some(class << 5);
    }
    let &[class, drop] = word.strip_prefix("af")?.as_bytes() else { return None };
    let in_range = (b'1'..=b'4').contains(&class) && (b'1'..=b'3').contains(&drop);
    in_range.then(|| ((class - b'0') << 5) | ((drop - b'0') << 3))
}

fn number(word: &str) -> Option<u8> {
    match word.strip_prefix("0x") {
        Some(hexadecimal) => u8::from_str_radix(hexadecimal, 16).ok(),
        None => word.parse().ok(),
    }
}
