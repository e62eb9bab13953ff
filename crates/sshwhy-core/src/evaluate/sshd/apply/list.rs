//! Keywords with several arguments.
//!
//! Until 9.4 most of them were added to the settings while they were read; since 9.5 a line counts as a whole.

use std::collections::BTreeSet;

use super::Done;
use super::Fault;
use super::Setter;
use crate::evaluate::sshd::address;
use crate::evaluate::sshd::address::Listed;
use crate::evaluate::sshd::criteria;
use crate::evaluate::sshd::number;
use crate::evaluate::sshd::settings::Value;

/// The methods that `AuthenticationMethods` may name.
const METHODS: &[&str] = &[
    "none",
    "publickey",
    "gssapi-keyex",
    "gssapi-with-mic",
    "password",
    "keyboard-interactive",
    "hostbased",
];

/// Most subsystems (`MAX_SUBSYSTEMS`).
const MAX_SUBSYSTEMS: usize = 256;

impl Setter<'_> {
    /// All lines count.
    pub(super) fn users(&mut self) -> Done {
        self.collect(|version_since_9_9, pattern| {
            let at = if version_since_9_9 { pattern.rfind('@') } else { pattern.find('@') };
            let valid = !pattern.is_empty()
                && at
                    .is_none_or(|at| address::look_up(&pattern[at + 1..], None) != Listed::Invalid);
            valid.then_some(()).ok_or_else(|| format!("invalid pattern: \"{pattern}\""))
        })
    }

    pub(super) fn groups(&mut self) -> Done {
        self.collect(|_, pattern| {
            (!pattern.is_empty()).then_some(()).ok_or_else(|| "empty pattern".to_owned())
        })
    }

    pub(super) fn accept_env(&mut self) -> Done {
        self.collect(|_, name| {
            let valid = !name.is_empty() && !name.contains('=');
            valid.then_some(()).ok_or_else(|| "Invalid environment name.".to_owned())
        })
    }

    fn collect(&mut self, check: impl Fn(bool, &str) -> Result<(), String>) -> Done {
        let since_9_9 = self.start.version.at_least(9, 9);
        let mut found = false;
        while let Some(word) = self.next() {
            found = true;
            check(since_9_9, word).map_err(Fault::new)?;
            if self.active {
                let value = self.value(word);
                self.settings.push(self.key, value);
            }
        }
        self.some(found)
    }

    /// Since 9.5 a line without any argument, such as one with a comment alone, is refused.
    fn some(&self, found: bool) -> Done {
        if found || !self.start.version.at_least(9, 5) {
            return Ok(());
        }
        Err(Fault::new(format!("no {} specified", self.line.keyword)))
    }

    /// Keeps the words of the first line that has any.
    fn keep(&mut self, words: Vec<String>) -> Done {
        let found = !words.is_empty();
        if found && self.active && self.settings.is_set(self.key) {
            let texts: Vec<&str> = words.iter().map(String::as_str).collect();
            self.settings.pass_over(self.key, &texts, &self.line.place);
        } else if found && self.active {
            let values: Vec<Value> = words.into_iter().map(|word| self.value(word)).collect();
            self.settings.replace(self.key, values);
        }
        self.some(found)
    }

    /// The first value of a name counts.
    pub(super) fn set_env(&mut self) -> Done {
        let mut words: Vec<String> = Vec::new();
        let mut names = BTreeSet::new();
        while let Some(word) = self.next() {
            let Some((name, _)) = word.split_once('=') else {
                return Err(Fault::new("Invalid environment."));
            };
            if names.insert(name) {
                words.push(word.to_owned());
            }
        }
        self.keep(words)
    }

    pub(super) fn key_files(&mut self) -> Done {
        let mut words = Vec::new();
        while let Some(word) = self.next() {
            if word.is_empty() {
                return Err(Fault::new(format!("keyword {} empty argument", self.line.keyword)));
            }
            words.push(self.without_tilde(word));
        }
        self.keep(words)
    }

    pub(super) fn log_verbose(&mut self) -> Done {
        let mut words = Vec::new();
        while let Some(word) = self.next() {
            if word.is_empty() {
                return Err(Fault::new(format!("keyword {} empty argument", self.line.keyword)));
            }
            self.none_alone(word, words.len())?;
            words.push(word.to_owned());
        }
        self.keep(words)
    }

    fn none_alone(&self, word: &str, before: usize) -> Done {
        if word.eq_ignore_ascii_case("none") && (before > 0 || self.left() > 0) {
            let words =
                format!("keyword {} \"none\" argument must appear alone.", self.line.keyword);
            return Err(Fault::new(words));
        }
        Ok(())
    }

    pub(super) fn channel_timeout(&mut self) -> Done {
        let mut words = Vec::new();
        let modern = self.start.version.at_least(9, 5);
        while let Some(word) = self.next() {
            if word.eq_ignore_ascii_case("none") {
                self.none_alone(word, if modern { words.len() } else { 0 })?;
            } else {
                let valid = word.split_once('=').is_some_and(|(kind, time)| {
                    !kind.is_empty() && number::time(time, self.start.version).is_some()
                });
                if !valid {
                    return Err(Fault::new(format!("invalid channel timeout {word}")));
                }
            }
            words.push(word.to_owned());
        }
        self.keep(words)
    }

    pub(super) fn methods(&mut self) -> Done {
        let modern = self.start.version.at_least(9, 5);
        let set_before = self.settings.all(self.key).len();
        let adds = set_before == 0 && self.active;
        let mut words: Vec<String> = Vec::new();
        let mut any = false;
        while let Some(word) = self.next() {
            // Before 9.5 it is what counts so far that `any` must not follow.
            let before = match (modern, adds) {
                (true, _) | (_, true) => words.len(),
                (false, false) => set_before,
            };
            if any || word == "any" && before > 0 {
                let words = format!("\"any\" must appear alone in {}", self.line.keyword);
                return Err(Fault::new(words));
            }
            any = word == "any";
            if !any && !methods_valid(word) {
                return Err(Fault::new(format!("invalid {} method list.", self.line.keyword)));
            }
            words.push(word.to_owned());
        }
        if words.is_empty() {
            return Err(Fault::new(format!("no {} specified", self.line.keyword)));
        }
        self.keep(words)
    }

    /// `PermitOpen`, `PermitListen`.
    pub(super) fn permit(&mut self, listen: bool) -> Done {
        let modern = self.start.version.at_least(9, 5);
        let mut words: Vec<String> = Vec::new();
        if !modern {
            let first = self.line.words().first();
            if first.is_none_or(String::is_empty) {
                return Err(Fault::new(format!("{} missing argument.", self.line.keyword)));
            }
        }
        while let Some(word) = self.next() {
            let alone = word == "any" || word == "none";
            if alone && !modern && words.is_empty() {
                return self.keep(vec![word.to_owned()]);
            }
            if alone && modern {
                if !words.is_empty() {
                    let words =
                        format!("{word} must appear alone on a {} line.", self.line.keyword);
                    return Err(Fault::new(words));
                }
                words.push(word.to_owned());
                continue;
            }
            if word.is_empty() && !modern {
                break;
            }
            words.push(self.permitted(word, listen)?);
        }
        if words.is_empty() {
            return Err(Fault::new(format!("{} missing argument.", self.line.keyword)));
        }
        self.keep(words)
    }

    /// `HOST:PORT`, or `PORT` alone for what may be listened on.
    fn permitted(&self, word: &str, listen: bool) -> Result<String, Fault> {
        let bare = listen && !word.contains(':');
        let port = if bare { Some(word) } else { host_and_port(word).and_then(|(_, port)| port) };
        let valid = port
            .is_some_and(|port| port == "*" || criteria::port(port).is_some_and(|port| port > 0));
        if !valid {
            return Err(Fault::new(format!("{} bad port number", self.line.keyword)));
        }
        Ok(if bare { format!("*:{word}") } else { word.to_owned() })
    }

    /// The first line for each name counts; before 9.5 a second one is refused.
    pub(super) fn subsystem(&mut self) -> Done {
        let modern = self.start.version.at_least(9, 5);
        let name = self.argument()?;
        if !self.active {
            self.take_rest();
            return Ok(());
        }
        let before = self.settings.all(self.key);
        // Newer releases have no limit of their own.
        if before.len() >= MAX_SUBSYSTEMS {
            return Err(Fault::new("too many subsystems defined."));
        }
        if before.iter().any(|value| value.text.split(' ').next() == Some(name)) {
            if !modern {
                return Err(Fault::new(format!("Subsystem '{name}' already defined.")));
            }
            self.take_rest();
            return Ok(());
        }
        let command = self
            .next()
            .filter(|command| !command.is_empty())
            .ok_or_else(|| Fault::new("Missing subsystem command."))?;
        let mut text =
            format!("{name} {}", if modern { quoted(command) } else { command.to_owned() });
        while let Some(word) = self.next() {
            text.push(' ');
            text.push_str(&if modern { quoted(word) } else { word.to_owned() });
        }
        let value = self.value(text);
        self.settings.push(self.key, value);
        Ok(())
    }
}

/// A word as `argv_assemble` in `misc.c` writes it.
fn quoted(word: &str) -> String {
    let mut text = String::new();
    for c in word.chars() {
        if matches!(c, '\\' | '\'' | '"') {
            text.push('\\');
        }
        text.push(c);
    }
    if word.contains([' ', '\t']) { format!("\"{text}\"") } else { text }
}

/// Names of methods between commas, each perhaps with a device after a colon.
fn methods_valid(list: &str) -> bool {
    let name = |method: &str| method.split(':').next().is_some_and(|name| METHODS.contains(&name));
    !list.is_empty() && list.split(',').all(name)
}

/// `HOST` or `HOST:PORT`, where the host may be in brackets (`hpdelim`). `None` when something else follows the host or the
/// brackets do not close.
pub(super) fn host_and_port(text: &str) -> Option<(&str, Option<&str>)> {
    let end = if text.starts_with('[') {
        text.find(']')? + 1
    } else {
        text.find([':', '/']).unwrap_or(text.len())
    };
    let (host, rest) = text.split_at(end);
    if rest.is_empty() {
        return Some((host, None));
    }
    Some((host, Some(rest.strip_prefix(':')?)))
}
