//! What in our bytes makes a device on the way stop a connection.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// What a device looks for, by changing one thing at a time.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Trigger {
    /// The part of what we send; `None` where a block that lasts hides it.
    pub part: Option<Part>,
    /// Whether it is found in single packets alone: cut into small pieces the same bytes pass.
    pub in_one_packet: Option<bool>,
    /// Whether later connections of this host are stopped for it, too, and for how long.
    pub outlasts: Option<Outlasts>,
}

/// A part of what a client sends first.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A first line that begins with `SSH-`, whatever follows.
    Ssh,
    /// `SSH-2.0`; another version of the protocol passes.
    Protocol,
    /// The name of our software; another one passes.
    Software,
    /// Our KEXINIT; other bytes of its length pass.
    KexInit,
    /// As many bytes as our KEXINIT has, whatever they are.
    Length,
}

/// How long a block lasts.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outlasts {
    /// It hits the one connection.
    No,
    /// The next connections are stopped, too, for so many seconds at most.
    For(u32),
    /// They still were, after so many seconds.
    Longer(u32),
}

impl Trigger {
    /// In words.
    pub fn words(&self) -> String {
        let mut words = match self.part {
            None => "what we send first is stopped".to_owned(),
            Some(Part::Ssh) => "what begins with `SSH-` is stopped, and other first lines are not".to_owned(),
            Some(Part::Protocol) => "`SSH-2.0` is stopped, and `SSH-1.99` is not".to_owned(),
            Some(Part::Software) => "the name of our software is what is stopped: another one passes".to_owned(),
            Some(Part::KexInit) => {
                "our first line passes, our KEXINIT is stopped, and other bytes of its length are not".to_owned()
            }
            Some(Part::Length) => {
                "our first line passes, and what is as long as our KEXINIT is stopped, whatever it says".to_owned()
            }
        };
        match self.in_one_packet {
            Some(true) => {
                words += "; in small pieces the same bytes pass: single packets are looked at"
            }
            Some(false) => words += "; in small pieces the same bytes are stopped, too",
            None => {}
        }
        match self.outlasts {
            None => {}
            Some(Outlasts::No) => words += "; it hits each connection alone",
            Some(Outlasts::For(seconds)) => {
                words += &format!("; afterwards this host is stopped for up to {seconds} s");
            }
            Some(Outlasts::Longer(seconds)) => {
                words += &format!("; afterwards this host is stopped for more than {seconds} s");
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_passes_and_what_does_not() {
        let check = |part, in_one_packet, outlasts, expected: &str| {
            let trigger = Trigger { part, in_one_packet, outlasts: Some(outlasts) };
            assert_eq!(trigger.words(), expected);
        };
        check(
            Some(Part::Ssh),
            Some(true),
            Outlasts::No,
            "what begins with `SSH-` is stopped, and other first lines are not; in small pieces the same bytes pass: \
             single packets are looked at; it hits each connection alone",
        );
        check(
            Some(Part::Length),
            None,
            Outlasts::Longer(20),
            "our first line passes, and what is as long as our KEXINIT is stopped, whatever it says; afterwards this \
             host is stopped for more than 20 s",
        );
    }
}
