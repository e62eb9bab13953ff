//! What is read off a packet, as far as it is known.

/// Yes, no, or not to be known, and why not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Truth {
    Yes,
    No,
    Unknown(&'static str),
}

impl Truth {
    pub(super) fn negated_if(self, not: bool) -> Self {
        match self {
            Self::Yes if not => Self::No,
            Self::No if not => Self::Yes,
            other => other,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

/// A value, as the number that its bytes make.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Value {
    /// This.
    Known(u128),
    /// Only these bits are known.
    Bits { value: u128, known: u128 },
    /// One of these, both ends included.
    Between(u128, u128),
    /// The packet has no such thing: whatever a rule asks of it, it does not match.
    Absent,
    /// It cannot be known, and why not.
    Unknown(&'static str),
}

/// Why a value of which a part is known does not decide.
const PARTLY: &str = "a field of the packet is known only in part";
/// The same of ports.
const PORT: &str = "the client's port is not known";

impl Value {
    /// Whether it lies between two values.
    pub(super) fn is_within(self, low: u128, high: u128) -> Truth {
        match self {
            Self::Known(value) => (low..=high).contains(&value).into(),
            Self::Between(from, to) if low <= from && to <= high => Truth::Yes,
            Self::Between(from, to) if to < low || high < from => Truth::No,
            Self::Between(..) => Truth::Unknown(PORT),
            Self::Bits { value, known } if low == high && (low ^ value) & known != 0 => Truth::No,
            Self::Bits { .. } => Truth::Unknown(PARTLY),
            Self::Absent => Truth::No,
            Self::Unknown(why) => Truth::Unknown(why),
        }
    }

    /// Whether it has any of these bits.
    pub(super) fn has_any(self, mask: u128) -> Truth {
        match self {
            Self::Known(value) => (value & mask != 0).into(),
            Self::Bits { value, known } if value & known & mask != 0 => Truth::Yes,
            Self::Bits { known, .. } if mask & !known == 0 => Truth::No,
            Self::Bits { .. } => Truth::Unknown(PARTLY),
            Self::Between(..) => Truth::Unknown(PORT),
            Self::Absent => Truth::No,
            Self::Unknown(why) => Truth::Unknown(why),
        }
    }

    /// Only these bits of it.
    pub(super) fn masked(self, mask: u128) -> Self {
        match self {
            Self::Known(value) => Self::Known(value & mask),
            Self::Bits { value, known } if mask & !known == 0 => Self::Known(value & mask),
            Self::Bits { value, known } => Self::Bits { value: value & mask, known: known | !mask },
            Self::Between(..) => Self::Unknown(PORT),
            other => other,
        }
    }

    /// What a function makes of it.
    pub(super) fn map(self, function: impl FnOnce(u128) -> u128) -> Self {
        match self {
            Self::Known(value) => Self::Known(function(value)),
            Self::Bits { .. } => Self::Unknown(PARTLY),
            Self::Between(..) => Self::Unknown(PORT),
            other => other,
        }
    }
}
