//! Yes, no, or not to be known.

/// The truth of a condition.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Tri {
    Yes,
    No,
    /// And why not.
    Unknown(&'static str),
}

impl Tri {
    /// Both; the other is only asked when it matters.
    pub(super) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            Self::Yes => other(),
            Self::Unknown(_) => match other() {
                Self::No => Self::No,
                _ => self,
            },
        }
    }

    /// Either.
    pub(super) fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => Self::Yes,
            Self::No => other(),
            Self::Unknown(_) => match other() {
                Self::Yes => Self::Yes,
                _ => self,
            },
        }
    }

    /// Turned round, if `not`.
    pub(super) fn negated(self, not: bool) -> Self {
        match self {
            Self::Yes if not => Self::No,
            Self::No if not => Self::Yes,
            other => other,
        }
    }

    /// Whether a port is in a range; one that is not known is one of those that clients take by themselves.
    pub(super) fn port(port: Option<u16>, from: u16, to: u16) -> Self {
        match port {
            Some(port) => Self::from((from..=to).contains(&port)),
            None if from <= 1024 && to == u16::MAX => Self::Yes,
            None if to < 1024 => Self::No,
            None => Self::Unknown("the client's port is not known"),
        }
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}
