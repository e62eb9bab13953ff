//! What may stand before a key (`sshauthopt_parse` in `auth-options.c`).

/// Options that are on or off. Those that `no-` may stand before.
const NEGATABLE: &[&str] = &[
    "agent-forwarding",
    "port-forwarding",
    "pty",
    "touch-required",
    "user-rc",
    "verify-required",
    "x11-forwarding",
];

/// Options with a value that says nothing about who may use the key.
const VALUED: &[&str] = &["environment", "permitlisten", "permitopen", "tunnel"];

/// What the options say.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Options {
    /// `from=`: the list of patterns.
    pub from: Option<String>,
    /// `expiry-time=`: the earliest.
    pub expiry: Option<Expiry>,
    /// `cert-authority`: the line is for certificates that the key signed.
    pub authority: bool,
    /// `principals=` is there.
    pub principals: bool,
    /// `command=`: the only command that may run.
    pub command: Option<String>,
    /// `restrict`.
    pub restrict: bool,
}

/// A moment, as far as it can be told without the server's time zone.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Expiry {
    /// Seconds since 1970, as if the time were UTC.
    pub seconds: i64,
    /// Whether it is UTC (a `Z` follows). Otherwise it is the server's local time.
    pub is_utc: bool,
}

/// The options of a line and what follows them; `None` when a quotation mark is not closed.
pub(super) fn split(line: &str) -> Option<(&str, &str)> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, character) in line.char_indices() {
        match character {
            _ if escaped => escaped = false,
            // Only `\"` is an escape.
            '\\' if line[at + 1..].starts_with('"') => escaped = true,
            '"' => quoted = !quoted,
            ' ' | '\t' if !quoted => return Some((&line[..at], line[at..].trim_start())),
            _ => {}
        }
    }
    (!quoted).then_some((line, ""))
}

impl Options {
    /// Reads them; the error says what sshd stumbles over, in its words.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut options = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            rest = options.take(rest)?;
            if rest.is_empty() {
                break;
            }
            rest = rest.strip_prefix(',').ok_or("unknown key option")?;
            if rest.is_empty() {
                return Err("unexpected end-of-options");
            }
        }
        Ok(options)
    }

    /// Takes one option; what follows it.
    fn take<'a>(&mut self, text: &'a str) -> Result<&'a str, &'static str> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let end = text.find(|c: char| !is_name(c)).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let name = name.to_ascii_lowercase();
        let Some(value) = rest.strip_prefix('=') else {
            return self.set_flag(&name).map(|()| rest);
        };
        let (value, rest) = dequote(value)?;
        self.set(&name, value)?;
        Ok(rest)
    }

    fn set_flag(&mut self, name: &str) -> Result<(), &'static str> {
        match name {
            "cert-authority" => self.authority = true,
            "restrict" => self.restrict = true,
            _ if NEGATABLE.contains(&name.strip_prefix("no-").unwrap_or(name)) => {}
            _ => return Err("unknown key option"),
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), &'static str> {
        let once = |known: &Option<String>, error| known.is_none().then_some(()).ok_or(error);
        match name {
            "from" => {
                once(&self.from, "multiple \"from\" clauses")?;
                self.from = Some(value);
            }
            "command" => {
                once(&self.command, "multiple \"command\" clauses")?;
                self.command = Some(value);
            }
            "principals" if self.principals => return Err("multiple \"principals\" clauses"),
            "principals" => self.principals = true,
            "expiry-time" => {
                let expiry = Expiry::parse(&value).ok_or("invalid expires time")?;
                self.expiry = Some(self.expiry.map_or(expiry, |before| before.min(expiry)));
            }
            _ if VALUED.contains(&name) => {}
            _ => return Err("unknown key option"),
        }
        Ok(())
    }
}

/// A value in quotation marks, in which `\"` stands for one; and what follows.
fn dequote(text: &str) -> Result<(String, &str), &'static str> {
    let text = text.strip_prefix('"').ok_or("missing start quote")?;
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' if text[at + 1..].starts_with('"') => {
                characters.next();
                value.push('"');
            }
            other => value.push(other),
        }
    }
    Err("missing end quote")
}

impl Expiry {
    /// `YYYYMMDD[HHMM[SS]][Z]` (`parse_absolute_time` in `misc.c`).
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_suffix('Z').or_else(|| text.strip_suffix("UTC"));
        let (digits, is_utc) = digits.map_or((text, false), |digits| (digits, true));
        let is_sound = digits.bytes().all(|b| b.is_ascii_digit());
        if !is_sound || !matches!(digits.len(), 8 | 12 | 14) {
            return None;
        }
        let part = |from: usize, length: usize| -> Option<i64> {
            digits.get(from..from + length).map_or(Some(0), |part| part.parse().ok())
        };
        let (year, month, day) = (part(0, 4)?, part(4, 2)?, part(6, 2)?);
        let (hour, minute, second) = (part(8, 2)?, part(10, 2)?, part(12, 2)?);
        let in_range = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60;
        let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
        (in_range && seconds > 0).then_some(Self { seconds, is_utc })
    }
}

/// Days from 1970 in the Gregorian calendar, counted in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
