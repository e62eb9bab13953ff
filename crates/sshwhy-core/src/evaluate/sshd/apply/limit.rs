//! Limits on connections that have not authenticated.

use super::Done;
use super::Fault;
use super::Setter;
use crate::evaluate::sshd::address;
use crate::evaluate::sshd::address::Listed;
use crate::evaluate::sshd::number;

/// The penalties that have a time, as they are written and as they are kept.
const TIMES: &[(&str, &str)] = &[
    ("crash:", "persourcepenalties:crash"),
    ("authfail:", "persourcepenalties:authfail"),
    ("noauth:", "persourcepenalties:noauth"),
    ("grace-exceeded:", "persourcepenalties:grace-exceeded"),
    ("refuseconnection:", "persourcepenalties:refuseconnection"),
    ("invaliduser:", "persourcepenalties:invaliduser"),
    ("max:", "persourcepenalties:max"),
    ("min:", "persourcepenalties:min"),
];

impl Setter<'_> {
    /// The last line counts. One number is the limit for all, and leaves the rate of an earlier line as it is.
    pub(super) fn max_startups(&mut self) -> Done {
        let argument = self.argument()?;
        let (begin, rate, full) = match number::between_colons(argument, 3)[..] {
            [begin, rate, full] if begin <= full && (1..=100).contains(&rate) => {
                (begin, rate.to_string(), full)
            }
            [limit] => {
                let before = self.settings.text(self.key);
                let rate = before.and_then(|text| text.split(':').nth(1)).unwrap_or("30");
                (limit, rate.to_owned(), limit)
            }
            _ => return Err(self.invalid()),
        };
        if begin <= 0 || full <= 0 {
            return Err(self.invalid());
        }
        self.set_last(self.key, format!("{begin}:{rate}:{full}"));
        Ok(())
    }

    /// The last line counts. Before 10.3 one value alone makes that of IPv6 zero.
    pub(super) fn net_block_size(&mut self) -> Done {
        let argument = self.argument()?;
        let (v4, v6) = match number::between_colons(argument, 2)[..] {
            [v4] if (0..=32).contains(&v4) => {
                (v4, if self.start.version.at_least(10, 3) { 128 } else { 0 })
            }
            [v4, v6] if (0..=32).contains(&v4) && (0..=128).contains(&v6) => (v4, v6),
            _ => return Err(self.invalid()),
        };
        self.set_last(self.key, format!("{v4}:{v6}"));
        Ok(())
    }

    /// Before 9.9 the last line counts.
    pub(super) fn per_source_max(&mut self) -> Done {
        let argument = self.argument()?;
        let text = if argument == "none" {
            "none".to_owned()
        } else {
            let value = number::count(Some(argument)).map_err(|why| self.bad_number(why))?;
            if value == i64::from(i32::MAX) { "none".to_owned() } else { value.to_string() }
        };
        if self.start.version.at_least(9, 9) {
            self.set_first(self.key, text);
        } else {
            self.set_last(self.key, text);
        }
        Ok(())
    }

    /// The first value of each penalty counts, and any of them switches penalties on, whatever was said of that before.
    pub(super) fn penalties(&mut self) -> Done {
        let mut found = false;
        while let Some(word) = self.next() {
            found = true;
            let lower = word.to_ascii_lowercase();
            if lower == "yes" || lower == "no" {
                if self.left() > 0 {
                    let words = format!(
                        "keyword {} \"{word}\" argument must appear alone.",
                        self.line.keyword
                    );
                    return Err(Fault::new(words));
                }
                self.set_first("persourcepenalties:enabled", lower);
                continue;
            }
            let (key, text) = self.penalty(word)?;
            if self.active && !self.settings.is_set(key) {
                self.set_first(key, text);
                self.set_last("persourcepenalties:enabled", "yes");
            }
        }
        if found {
            return Ok(());
        }
        Err(Fault::new(format!("no {} specified", self.line.keyword)))
    }

    fn penalty(&self, word: &str) -> Result<(&'static str, String), Fault> {
        let times = TIMES.iter().filter(|(name, _)| {
            let version = self.start.version;
            match *name {
                "refuseconnection:" => version.at_least(9, 9),
                "invaliduser:" => version.at_least(10, 3),
                _ => true,
            }
        });
        for (name, key) in times {
            if let Some(time) = word.strip_prefix(name) {
                let time = self.penalty_time(time).ok_or_else(|| {
                    Fault::new(format!("invalid {} time value.", self.line.keyword))
                })?;
                return Ok((key, time));
            }
        }
        let sources = [
            ("max-sources4:", "persourcepenalties:max-sources4"),
            ("max-sources6:", "persourcepenalties:max-sources6"),
        ];
        for (name, key) in sources {
            if let Some(count) = word.strip_prefix(name) {
                let count = number::count(Some(count))
                    .map_err(|why| Fault::new(format!("{} value {why}.", self.line.keyword)))?;
                return Ok((key, count.to_string()));
            }
        }
        match word {
            "overflow:deny-all" => Ok(("persourcepenalties:overflow", "deny-all".to_owned())),
            "overflow:permissive" => Ok(("persourcepenalties:overflow", "permissive".to_owned())),
            "overflow6:deny-all" => Ok(("persourcepenalties:overflow6", "deny-all".to_owned())),
            "overflow6:permissive" => Ok(("persourcepenalties:overflow6", "permissive".to_owned())),
            _ => {
                let words = format!("unsupported {} keyword {word}", self.line.keyword);
                Err(Fault::new(words))
            }
        }
    }

    /// Since 10.3 fractions of a second may be written.
    fn penalty_time(&self, text: &str) -> Option<String> {
        if let Some(seconds) = number::time(text, self.start.version) {
            return Some(seconds.to_string());
        }
        if !self.start.version.at_least(10, 3) {
            return None;
        }
        let (whole, fraction) = text.trim_end_matches(['s', 'S']).split_once('.')?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 9;
        (digits(whole) && digits(fraction) && !fraction.is_empty())
            .then(|| format!("{}.{fraction}", if whole.is_empty() { "0" } else { whole }))
    }

    pub(super) fn exempt_list(&mut self) -> Done {
        let argument = self.argument()?;
        if address::look_up(argument, None) == Listed::Invalid {
            let words = format!("keyword {} invalid address argument.", self.line.keyword);
            return Err(Fault::new(words));
        }
        let none = argument.eq_ignore_ascii_case("none");
        self.set_first(self.key, if none { "none" } else { argument });
        Ok(())
    }
}
