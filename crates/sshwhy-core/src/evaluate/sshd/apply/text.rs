//! Keywords whose argument is a text: files, commands, names.

use super::Done;
use super::Fault;
use super::Setter;
use crate::evaluate::sshd::algorithms;
use crate::evaluate::sshd::keyword::List;
use crate::evaluate::sshd::number;

const FACILITIES: &[&str] = &[
    "DAEMON", "USER", "AUTH", "AUTHPRIV", "LOCAL0", "LOCAL1", "LOCAL2", "LOCAL3", "LOCAL4",
    "LOCAL5", "LOCAL6", "LOCAL7",
];

/// Levels, and what is printed for each.
const LEVELS: &[(&str, &str)] = &[
    ("SILENT", "SILENT"),
    ("QUIET", "SILENT"),
    ("FATAL", "FATAL"),
    ("ERROR", "ERROR"),
    ("INFO", "INFO"),
    ("VERBOSE", "VERBOSE"),
    ("DEBUG", "DEBUG"),
    ("DEBUG1", "DEBUG"),
    ("DEBUG2", "DEBUG2"),
    ("DEBUG3", "DEBUG3"),
];

const HASHES: &[&str] = &["MD5", "SHA1", "SHA256", "SHA384", "SHA512"];

/// Classes of service and their values of the type-of-service byte.
const CLASSES: &[(&str, i64)] = &[
    ("af11", 0x28),
    ("af12", 0x30),
    ("af13", 0x38),
    ("af21", 0x48),
    ("af22", 0x50),
    ("af23", 0x58),
    ("af31", 0x68),
    ("af32", 0x70),
    ("af33", 0x78),
    ("af41", 0x88),
    ("af42", 0x90),
    ("af43", 0x98),
    ("cs0", 0x00),
    ("cs1", 0x20),
    ("cs2", 0x40),
    ("cs3", 0x60),
    ("cs4", 0x80),
    ("cs5", 0xa0),
    ("cs6", 0xc0),
    ("cs7", 0xe0),
    ("ef", 0xb8),
    ("le", 0x04),
    ("lowdelay", 0x10),
    ("throughput", 0x08),
    ("reliability", 0x04),
];

impl Setter<'_> {
    /// A path, made absolute unless it is `none` or another word with a meaning of its own.
    pub(super) fn path(&mut self, special: &str) -> Done {
        let argument = self.argument()?;
        let text = self.absolute(argument, special);
        self.set_first(self.key, text);
        Ok(())
    }

    /// `HostKey`, `HostCertificate`: all lines count.
    pub(super) fn key_file(&mut self) -> Done {
        let argument = self.argument()?;
        if self.active {
            let value = self.value(self.absolute(argument, ""));
            self.settings.push(self.key, value);
        }
        Ok(())
    }

    fn absolute(&self, path: &str, special: &str) -> String {
        if path.eq_ignore_ascii_case("none") {
            return "none".to_owned();
        }
        if !special.is_empty() && path.eq_ignore_ascii_case(special) {
            return path.to_owned();
        }
        let path = self.without_tilde(path);
        if path.starts_with('/') {
            return path;
        }
        format!("{}/{path}", self.start.directory.trim_end_matches('/'))
    }

    /// `~` is the home of who started sshd: root.
    pub(super) fn without_tilde(&self, path: &str) -> String {
        match path.strip_prefix('~') {
            Some("") => format!("{ROOT_HOME}/"),
            Some(rest) if rest.starts_with('/') => {
                format!("{ROOT_HOME}/{}", rest.trim_start_matches('/'))
            }
            _ => path.to_owned(),
        }
    }

    pub(super) fn user_path(&mut self) -> Done {
        let argument = self.argument()?;
        let text = if argument.eq_ignore_ascii_case("none") {
            "none".to_owned()
        } else {
            self.without_tilde(argument)
        };
        self.set_first(self.key, text);
        Ok(())
    }

    pub(super) fn word(&mut self) -> Done {
        let argument = self.argument()?;
        self.set_first(self.key, argument);
        Ok(())
    }

    /// `ForceCommand`: all that follows, quotes and comments included.
    pub(super) fn rest(&mut self) -> Done {
        self.take_rest();
        self.set_first(self.key, self.line.rest.clone());
        Ok(())
    }

    /// `AuthorizedKeysCommand`, `AuthorizedPrincipalsCommand`. Before 9.5 the latter looked whether the former is set.
    pub(super) fn command(&mut self) -> Done {
        let text = self.line.rest.clone();
        if !text.starts_with('/') && !text.eq_ignore_ascii_case("none") {
            let words = format!("{} must be an absolute path", self.line.keyword);
            return Err(Fault::new(words));
        }
        self.take_rest();
        if self.start.version.at_least(9, 5) || self.key == "authorizedkeyscommand" {
            self.set_first(self.key, text);
        } else if !self.settings.is_set("authorizedkeyscommand") {
            self.set_last(self.key, text);
        }
        Ok(())
    }

    pub(super) fn addendum(&mut self) -> Done {
        let text = self.line.rest.clone();
        if text.contains('\r') {
            return Err(Fault::new(format!("Invalid {} argument", self.line.keyword)));
        }
        self.take_rest();
        let text = if text.eq_ignore_ascii_case("none") { "none".to_owned() } else { text };
        self.set_first(self.key, text);
        Ok(())
    }

    pub(super) fn algorithms(&mut self, list: List) -> Done {
        let argument = self.argument()?;
        if !algorithms::valid(list, argument, self.start.version) {
            let words = match list {
                List::Cipher => format!("Bad SSH2 cipher spec '{argument}'."),
                List::Mac => format!("Bad SSH2 mac spec '{argument}'."),
                List::Kex => format!("Bad SSH2 KexAlgorithms '{argument}'."),
                List::Key | List::Authority => format!("Bad key types '{argument}'."),
            };
            return Err(Fault::new(words));
        }
        self.set_first(self.key, argument);
        Ok(())
    }

    pub(super) fn gss_algorithms(&mut self) -> Done {
        let argument = self.argument()?;
        let mut names = argument.split(',').take_while(|name| !name.is_empty());
        if !names.all(algorithms::valid_gss_name) {
            return Err(Fault::new(format!("Bad GSSAPI KexAlgorithms '{argument}'.")));
        }
        self.set_first(self.key, argument);
        Ok(())
    }

    /// The last line counts, and the value is an octal number with anything after it.
    pub(super) fn mask(&mut self) -> Done {
        let argument = self.argument()?;
        let digits = argument.trim_start();
        let end = digits.find(|c: char| !matches!(c, '0'..='7')).unwrap_or(digits.len());
        let mask = u32::from_str_radix(&digits[..end], 8).ok().filter(|mask| *mask <= 0o777);
        let mask = mask.ok_or_else(|| Fault::new(format!("Invalid {}.", self.line.keyword)))?;
        self.set_last(self.key, format!("0{mask:o}"));
        Ok(())
    }

    pub(super) fn hash(&mut self) -> Done {
        let argument = self.argument()?;
        let hash = HASHES.iter().find(|hash| hash.eq_ignore_ascii_case(argument));
        let Some(hash) = hash else {
            let words = format!("Invalid {} algorithm \"{argument}\".", self.line.keyword);
            return Err(Fault::new(words));
        };
        self.set_last(self.key, *hash);
        Ok(())
    }

    pub(super) fn user_environment(&mut self) -> Done {
        let argument = self.argument()?;
        self.set_first(self.key, argument);
        Ok(())
    }

    pub(super) fn facility(&mut self) -> Done {
        let argument = self.next().unwrap_or("<NONE>");
        let found = FACILITIES.iter().find(|name| name.eq_ignore_ascii_case(argument));
        let name =
            found.ok_or_else(|| Fault::new(format!("unsupported log facility '{argument}'")))?;
        self.set_first(self.key, *name);
        Ok(())
    }

    pub(super) fn level(&mut self) -> Done {
        let argument = self.next().unwrap_or("<NONE>");
        let found = LEVELS.iter().find(|(name, _)| name.eq_ignore_ascii_case(argument));
        let (_, name) =
            found.ok_or_else(|| Fault::new(format!("unsupported log level '{argument}'")))?;
        self.set_first(self.key, *name);
        Ok(())
    }

    pub(super) fn pubkey_options(&mut self) -> Done {
        let (mut touch, mut verify) = (false, false);
        while let Some(option) = self.next() {
            match option.to_ascii_lowercase().as_str() {
                "none" => {}
                "touch-required" => touch = true,
                "verify-required" => verify = true,
                _ => {
                    let words = format!("unsupported {} option {option}", self.line.keyword);
                    return Err(Fault::new(words));
                }
            }
        }
        let text = match (touch, verify) {
            (false, false) => "none",
            (true, false) => "touch-required",
            (false, true) => "verify-required",
            (true, true) => "touch-required verify-required",
        };
        self.set_first(self.key, text);
        Ok(())
    }

    /// Bytes, and perhaps a time. Each part counts from the first line that has it.
    pub(super) fn rekey_limit(&mut self) -> Done {
        let argument = self.argument()?;
        let bytes = if argument == "default" {
            0
        } else {
            number::scaled(argument)
                .ok_or_else(|| Fault::new(format!("Bad rekeylimit number '{argument}'")))?
        };
        if bytes != 0 && bytes < 16 {
            return Err(Fault::new(format!("{} too small", self.line.keyword)));
        }
        self.set_first("rekeylimit:bytes", bytes.to_string());
        if self.left() == 0 {
            return Ok(());
        }
        if self.line.words().get(self.at).is_some_and(|word| word == "none") {
            self.take_one();
            return Ok(());
        }
        self.time("rekeylimit:time")
    }

    /// The last line counts.
    pub(super) fn qos(&mut self) -> Done {
        let argument = self.argument()?;
        let interactive = self.class(argument)?;
        let bulk = match self.next() {
            None => interactive.clone(),
            Some(argument) => self.class(argument)?,
        };
        self.set_last(self.key, format!("{interactive} {bulk}"));
        Ok(())
    }

    fn class(&self, argument: &str) -> Result<String, Fault> {
        // Since 10.1, and where its change was brought to earlier ones, the types of service of old are without effect.
        let modern =
            self.start.only_default("ipqos").is_some_and(|default| default.starts_with("ef"));
        let old = ["lowdelay", "throughput", "reliability"];
        if argument.eq_ignore_ascii_case("none")
            || modern && old.iter().any(|old| old.eq_ignore_ascii_case(argument))
        {
            return Ok("none".to_owned());
        }
        let named = CLASSES.iter().find(|(name, _)| name.eq_ignore_ascii_case(argument));
        // Since 10.0 a number must be decimal.
        let number = if self.start.version.at_least(10, 0) {
            number::whole(argument, 255).ok()
        } else {
            c_number(argument)
        };
        let value = named.map(|(_, value)| *value).or(number);
        let value = value
            .filter(|value| (0..=255).contains(value))
            .ok_or_else(|| Fault::new(format!("Bad {} value: {argument}", self.line.keyword)))?;
        let mut names = CLASSES.iter().filter(|(name, _)| !modern || !old.contains(name));
        let name = names.find(|(_, known)| *known == value);
        Ok(name.map_or_else(|| format!("0x{value:02x}"), |(name, _)| (*name).to_owned()))
    }
}

/// Where `~` leads: sshd runs as root.
const ROOT_HOME: &str = "/root";

/// `strtol(3)` with base 0 over a whole text.
fn c_number(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let text = text.strip_prefix('+').unwrap_or(text);
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(hex, 16).ok().filter(|_| !hex.starts_with(['+', '-']));
    }
    if text.len() > 1 && text.starts_with('0') {
        return i64::from_str_radix(text, 8).ok();
    }
    text.parse().ok().filter(|_| !text.starts_with('+'))
}
