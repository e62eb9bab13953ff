//! What the values of sshd's configuration mean for a client: the answers that need nothing else.

use crate::evaluate::sshd::Effective;
use crate::evaluate::sshd::Undecided;
use crate::evaluate::sshd::Value;
use crate::model::question::Answer;
use crate::model::question::AuthTries;
use crate::model::question::ForwardingPolicy;
use crate::model::question::GraceTime;
use crate::model::question::IdlePolicy;
use crate::model::question::Question;
use crate::model::question::ServerAlgorithms;
use crate::model::question::ServerMethods;
use crate::parse::place::Place;
use crate::parse::ssh_g::ClientConfig;

/// A person with a token needs longer than this to log in, in seconds.
const SHORT: u64 = 10;
/// An agent with two keys more than the right one needs more tries than this.
const FEW: u32 = 2;

/// An answer, the line that gives it (`None`: a default), and the value in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The answer.
    pub answer: Answer,
    /// The line.
    pub place: Option<Place>,
    /// The keyword and its value.
    pub text: String,
}

/// What the answers rest on.
const KEYWORDS: &[(Question, &[&str])] = &[
    (Question::ServerMethods, &["pubkeyauthentication", "authenticationmethods"]),
    (Question::AuthTries, &["maxauthtries"]),
    (Question::ForwardingPolicy, &["disableforwarding", "allowtcpforwarding"]),
    (Question::IdlePolicy, &["channeltimeout", "unusedconnectiontimeout", "clientaliveinterval"]),
];

/// The questions that stay open because it is not known whether a `Match` holds that has a say, each with that `Match`.
pub fn open(effective: &Effective) -> impl Iterator<Item = (Question, &Undecided)> {
    KEYWORDS.iter().filter_map(|(question, keywords)| {
        let undecided = keywords.iter().find_map(|keyword| effective.open(keyword))?;
        Some((*question, undecided))
    })
}

/// All that the values say, but of what stays open.
#[must_use]
pub fn answers(effective: &Effective) -> Vec<Said> {
    let all = [
        algorithms(effective),
        methods(effective),
        grace_time(effective),
        tries(effective),
        forwarding(effective),
        idle(effective),
    ];
    let is_open = |said: &Said| open(effective).any(|(open, _)| open == said.answer.question());
    all.into_iter().flatten().filter(|said| !is_open(said)).collect()
}

fn said(answer: impl Into<Answer>, keyword: &str, value: &Value) -> Said {
    let text = format!("{keyword} {}", value.text);
    Said { answer: answer.into(), place: value.place.clone(), text }
}

/// Whether a client with its own defaults finds one of each kind. A list that could not be worked
/// out (`+`, `-`, `^` on unknown defaults) says nothing.
fn algorithms(effective: &Effective) -> Option<Said> {
    let client = ClientConfig::default();
    let kinds = [
        ("KexAlgorithms", &client.kex_algorithms, ServerAlgorithms::OldKex),
        ("HostKeyAlgorithms", &client.host_key_algorithms, ServerAlgorithms::OldHostKey),
        ("Ciphers", &client.ciphers, ServerAlgorithms::OldCipher),
        ("MACs", &client.macs, ServerAlgorithms::OldMac),
    ];
    let mut usual = None;
    for (keyword, wanted, old) in kinds {
        let value = effective.first(&keyword.to_ascii_lowercase())?;
        if value.text.starts_with(['+', '-', '^']) || value.text.contains('*') {
            return None;
        }
        if value.text.split(',').all(|name| !wanted.iter().any(|w| w == name)) {
            let unneeded = keyword == "MACs" && authenticates_itself(effective, &client);
            if !unneeded {
                let sha1 = keyword == "HostKeyAlgorithms"
                    && value.text.split(',').all(|name| name.starts_with("ssh-rsa"));
                return Some(said(
                    if sha1 { ServerAlgorithms::Sha1HostKey } else { old },
                    keyword,
                    value,
                ));
            }
        }
        usual.get_or_insert_with(|| said(ServerAlgorithms::Usual, keyword, value));
    }
    usual
}

/// Whether the cipher that both take needs no MAC.
fn authenticates_itself(effective: &Effective, client: &ClientConfig) -> bool {
    let Some(value) = effective.first("ciphers") else { return false };
    let offered: Vec<&str> = value.text.split(',').collect();
    let agreed = client.ciphers.iter().find(|name| offered.contains(&name.as_str()));
    agreed.is_some_and(|name| name.contains("gcm") || name.contains("poly1305"))
}

fn methods(effective: &Effective) -> Option<Said> {
    let keys = effective.first("pubkeyauthentication")?;
    let chains: Vec<&Value> = effective.all("authenticationmethods").iter().collect();
    if keys.text == "no" {
        return Some(said(ServerMethods::NoKey, "PubkeyAuthentication", keys));
    }
    let (Some(first), false) = (chains.first(), chains.iter().any(|v| v.text == "any")) else {
        return Some(said(ServerMethods::KeyEnough, "PubkeyAuthentication", keys));
    };
    let lists: Vec<&str> = chains.iter().flat_map(|v| v.text.split_whitespace()).collect();
    let answer = if lists.contains(&"publickey") {
        ServerMethods::KeyEnough
    } else if lists.iter().any(|list| list.split(',').any(|m| m.starts_with("publickey"))) {
        ServerMethods::KeyAndMore
    } else {
        ServerMethods::NoKey
    };
    Some(said(answer, "AuthenticationMethods", first))
}

fn grace_time(effective: &Effective) -> Option<Said> {
    let value = effective.first("logingracetime")?;
    let seconds: u64 = value.text.parse().ok()?;
    let answer = if (1..SHORT).contains(&seconds) { GraceTime::Short } else { GraceTime::Ample };
    Some(said(answer, "LoginGraceTime", value))
}

fn tries(effective: &Effective) -> Option<Said> {
    let value = effective.first("maxauthtries")?;
    let count: u32 = value.text.parse().ok()?;
    let answer = if count <= FEW { AuthTries::Few } else { AuthTries::Ample };
    Some(said(answer, "MaxAuthTries", value))
}

fn forwarding(effective: &Effective) -> Option<Said> {
    let all = effective.first("disableforwarding")?;
    let tcp = effective.first("allowtcpforwarding")?;
    if all.text == "yes" {
        return Some(said(ForwardingPolicy::Forbids, "DisableForwarding", all));
    }
    let forbids = tcp.text != "yes" && tcp.text != "all";
    let answer = if forbids { ForwardingPolicy::Forbids } else { ForwardingPolicy::Allows };
    Some(said(answer, "AllowTcpForwarding", tcp))
}

fn idle(effective: &Effective) -> Option<Said> {
    let is_set = |value: &&Value| !["none", "0"].contains(&value.text.as_str());
    for keyword in ["ChannelTimeout", "UnusedConnectionTimeout"] {
        let value = effective.first(&keyword.to_ascii_lowercase()).filter(is_set);
        if let Some(value) = value.filter(|value| value.place.is_some()) {
            return Some(said(IdlePolicy::EndsChannels, keyword, value));
        }
    }
    let interval = effective.first("clientaliveinterval")?;
    let answer = if is_set(&interval) { IdlePolicy::EndsUnanswered } else { IdlePolicy::Keeps };
    Some(said(answer, "ClientAliveInterval", interval))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::sshd::Config;
    use crate::evaluate::sshd::Connection;
    use crate::evaluate::sshd::Files;

    struct One(String);

    impl Files for One {
        fn expand(&self, _: &str) -> Vec<String> {
            Vec::new()
        }

        fn read(&self, _: &str) -> Result<String, String> {
            Ok(self.0.clone())
        }
    }

    fn check(lines: &str, expected: impl Into<Answer>, text: &str) {
        let expected = expected.into();
        let config = Config::load("sshd_config", &One(format!("{lines}\n")));
        let connection = Connection { user: Some("alice".to_owned()), ..Connection::default() };
        let found = answers(&config.effective(&connection));
        let said = found.iter().find(|said| said.answer.question() == expected.question());
        let said = said.unwrap_or_else(|| panic!("{lines}: nothing of {found:?}"));
        assert_eq!(said.answer, expected, "{lines}");
        assert!(said.text.contains(text), "{lines}: {}", said.text);
    }

    #[test]
    fn lists_of_algorithms() {
        check("", ServerAlgorithms::Usual, "KexAlgorithms");
        check("KexAlgorithms diffie-hellman-group14-sha1", ServerAlgorithms::OldKex, "group14");
        check("Ciphers aes128-cbc", ServerAlgorithms::OldCipher, "aes128-cbc");
        check("Ciphers aes128-ctr\nMACs hmac-md5", ServerAlgorithms::OldMac, "hmac-md5");
        check("MACs hmac-md5", ServerAlgorithms::Usual, "KexAlgorithms");
        check("HostKeyAlgorithms ssh-rsa", ServerAlgorithms::Sha1HostKey, "ssh-rsa");
        check(
            "HostKeyAlgorithms ssh-rsa,ssh-rsa-cert-v01@openssh.com",
            ServerAlgorithms::Sha1HostKey,
            "ssh-rsa-cert",
        );
    }

    #[test]
    fn methods_that_a_key_is_enough_for() {
        check("", ServerMethods::KeyEnough, "yes");
        check("PubkeyAuthentication no", ServerMethods::NoKey, "no");
        check("AuthenticationMethods publickey,password", ServerMethods::KeyAndMore, "password");
        check("AuthenticationMethods publickey password", ServerMethods::KeyEnough, "publickey");
        check("AuthenticationMethods password", ServerMethods::NoKey, "password");
    }

    #[test]
    fn what_may_be_otherwise_is_not_said() {
        let lines =
            "Match Address 10.0.0.0/8\nPubkeyAuthentication no\nMatch User bob\nMaxAuthTries 1\n";
        let config = Config::load("f", &One(lines.to_owned()));
        let connection = Connection { user: Some("alice".to_owned()), ..Connection::default() };
        let effective = config.effective(&connection);
        let said = answers(&effective);
        let has = |question| said.iter().any(|said| said.answer.question() == question);
        assert!(!has(Question::ServerMethods) && has(Question::AuthTries));
        let open: Vec<_> =
            open(&effective).map(|(question, by)| (question, by.place.line)).collect();
        assert_eq!(open, [(Question::ServerMethods, 1)]);
    }

    #[test]
    fn limits_of_time_and_number() {
        check("", GraceTime::Ample, "120");
        check("LoginGraceTime 3", GraceTime::Short, "3");
        check("LoginGraceTime 0", GraceTime::Ample, "0");
        check("", AuthTries::Ample, "6");
        check("MaxAuthTries 1", AuthTries::Few, "1");
        check("", IdlePolicy::Keeps, "ClientAliveInterval 0");
        check("ClientAliveInterval 30", IdlePolicy::EndsUnanswered, "30");
        check("", ForwardingPolicy::Allows, "yes");
        check("AllowTcpForwarding no", ForwardingPolicy::Forbids, "AllowTcpForwarding no");
        check("DisableForwarding yes", ForwardingPolicy::Forbids, "DisableForwarding");
    }
}
