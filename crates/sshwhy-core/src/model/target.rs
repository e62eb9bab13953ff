//! What the user meant.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::parse::target::parse_destination;

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
    /// The route that our packets take, as ip-route(8) has it: `via 10.0.0.1 dev eth0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<String>,
}

impl Target {
    /// Fills `{host}` (the name or address that is connected to), `{destination}` (what ssh takes
    /// for it), `{port}`, `{user}`, `{address}`, `{source}` and `{way}` in a command for a person.
    ///
    /// An address that is not known leaves a word in capitals, which no one can run by mistake.
    /// Values come from outside, so what is not a plain word for a shell is quoted.
    pub fn fill(&self, template: &str) -> String {
        let user = if self.user.is_empty() { "USER".to_owned() } else { quoted(&self.user) };
        let address = |a: Option<IpAddr>, word: &str| a.map_or(word.to_owned(), |a| a.to_string());
        template
            .replace("{host}", &self.known_host())
            .replace("{destination}", &self.destination())
            .replace("{port}", &self.port.to_string())
            .replace("{user}", &user)
            .replace("{address}", &address(self.address, "ADDRESS"))
            .replace("{source}", &address(self.source, "YOUR-ADDRESS"))
            .replace("{way}", &self.known_way())
    }

    /// The name or address; a word that no one can run by mistake when it is not known.
    fn known_host(&self) -> String {
        if self.host.is_empty() { "HOST".to_owned() } else { quoted(&self.host) }
    }

    fn known_way(&self) -> String {
        let Some(way) = &self.way else { return "via GATEWAY".to_owned() };
        way.split_whitespace().map(quoted).collect::<Vec<_>>().join(" ")
    }

    /// The target as arguments of ssh, which takes no `host:port`.
    fn destination(&self) -> String {
        if self.given.is_empty() && self.hop.is_none() {
            return self.known_host();
        }
        let name = self.hop.as_deref().unwrap_or(&self.given);
        match parse_destination(name) {
            Ok(parsed) => {
                let user = parsed.user.map(|u| format!("{u}@")).unwrap_or_default();
                let port = parsed.port.map(|p| format!("-p {p} ")).unwrap_or_default();
                format!("{port}{}", quoted(&format!("{user}{}", parsed.host)))
            }
            Err(_) => quoted(&self.host),
        }
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

    #[test]
    fn ssh_is_given_what_it_takes() {
        for (given, expected) in [
            ("prod", "ssh prod"),
            ("alice@prod", "ssh alice@prod"),
            ("alice@prod:2222", "ssh -p 2222 alice@prod"),
            ("[::1]:22", "ssh -p 22 ::1"),
            ("ssh://prod:2022", "ssh -p 2022 prod"),
        ] {
            let target = Target { given: given.to_owned(), ..Target::default() };
            assert_eq!(target.fill("ssh {destination}"), expected);
        }
    }

    #[test]
    fn a_route_that_is_not_known_cannot_be_run_by_mistake() {
        for (way, expected) in [
            (None, "ip route add via GATEWAY"),
            (Some("via 10.0.0.1 dev eth0"), "ip route add via 10.0.0.1 dev eth0"),
            (Some("dev a;b"), "ip route add dev 'a;b'"),
        ] {
            let target = Target { way: way.map(str::to_owned), ..Target::default() };
            assert_eq!(target.fill("ip route add {way}"), expected);
        }
    }
}
