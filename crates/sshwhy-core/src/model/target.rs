//! What the user meant.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// A host to connect to, as the user's own ssh would resolve it.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Target {
    /// What was typed.
    pub given: String,
    /// The name or address that ssh connects to (`HostName`).
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The name to log in with.
    pub user: String,
    /// The jump hosts on the way, first to last, as `[user@]host[:port]`.
    pub hops: Vec<String>,
    /// The hop that this is about, when it is not the target itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hop: Option<String>,
    /// The address that was probed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Our own address towards it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<IpAddr>,
}

impl Target {
    /// Fills `{host}`, `{port}`, `{user}`, `{address}` and `{source}` in a command for a person.
    ///
    /// A value that is not known leaves a word in capitals, which no one can run by mistake.
    /// Values come from outside, so what is not a plain word for a shell is quoted.
    pub fn fill(&self, template: &str) -> String {
        let address = |a: Option<IpAddr>, word: &str| a.map_or(word.to_owned(), |a| a.to_string());
        let host =
            if self.hop.is_some() || self.given.is_empty() { &self.host } else { &self.given };
        template
            .replace("{host}", &quoted(host))
            .replace("{port}", &self.port.to_string())
            .replace("{user}", &quoted(&self.user))
            .replace("{address}", &address(self.address, "ADDRESS"))
            .replace("{source}", &address(self.source, "YOUR-ADDRESS"))
    }
}

/// A word that a POSIX shell reads as itself.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%_+:,./-[]".contains(c);
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(plain) {
        return word.to_owned();
    }
    let printable: String = word.chars().filter(|c| !c.is_control()).collect();
    format!("'{}'", printable.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_one_word() {
        for (name, expected) in [
            ("prod", "prod"),
            ("a b; rm -rf /", "'a b; rm -rf /'"),
            ("it's", r"'it'\''s'"),
            ("-oProxyCommand=x", "'-oProxyCommand=x'"),
            ("a\x1b[2Jb", "'a[2Jb'"),
        ] {
            let target = Target { host: name.to_owned(), ..Target::default() };
            assert_eq!(target.fill("ssh {host}"), format!("ssh {expected}"));
        }
    }
}
