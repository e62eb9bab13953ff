//! Whether sshd's own lists admit a user: `RefuseConnection`, `DenyUsers`, `AllowUsers`, `DenyGroups`, `AllowGroups`,
//! `PermitRootLogin` (`allowed_user` and `auth_root_allowed` in `auth.c`, `match_user` in `match.c`).

use std::net::IpAddr;

use super::sshd::Connection;
use super::sshd::Effective;
use super::sshd::Listing;
use super::sshd::Value;
use super::sshd::list_address;
use crate::parse::pattern;
use crate::parse::pattern::Verdict;
use crate::parse::place::Place;

/// What the lists make of a user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Gate {
    /// They admit the user; by these lines, if any.
    Admits(Vec<Reason>),
    /// One of the lists refuses the user.
    NotAllowed(Reason),
    /// `PermitRootLogin` refuses root.
    RootForbidden(Reason),
    /// `RefuseConnection` ends the connection.
    Prohibited(Reason),
    /// It depends on something that is not known.
    Unknown(Reason),
}

/// A line that decides, and what it says of the user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reason {
    /// The line; `None` when it is a default.
    pub place: Option<Place>,
    /// In words.
    pub text: String,
}

/// What decides.
const KEYWORDS: &[&str] = &[
    "refuseconnection",
    "denyusers",
    "allowusers",
    "denygroups",
    "allowgroups",
    "permitrootlogin",
];

/// Judges the user of a connection who has an account with this number. The values must be those of that connection.
#[must_use]
pub fn judge(effective: &Effective, connection: &Connection, uid: u32) -> Gate {
    if let Some(undecided) = KEYWORDS.iter().find_map(|keyword| effective.open(keyword)) {
        let text = format!("whether this holds depends on {}", undecided.lacks);
        return Gate::Unknown(Reason { place: Some(undecided.place.clone()), text });
    }
    if let Some(refuse) = effective.first("refuseconnection").filter(|value| value.text == "yes") {
        return Gate::Prohibited(reason(refuse, "RefuseConnection yes".to_owned()));
    }
    let Some(user) = connection.user.as_deref() else {
        return Gate::Unknown(Reason { place: None, text: "the user is not known".to_owned() });
    };
    let mut admitting = Vec::new();
    for step in [deny_users, allow_users, deny_groups, allow_groups] {
        match step(effective, connection, user) {
            Step::Pass(None) => {}
            Step::Pass(Some(by)) => admitting.push(by),
            Step::Refuse(by) => return Gate::NotAllowed(by),
            Step::Unknown(by) => return Gate::Unknown(by),
        }
    }
    if uid == 0
        && let Some(value) = effective.first("permitrootlogin")
    {
        let text = format!("PermitRootLogin {}", value.text);
        match value.text.as_str() {
            "no" => return Gate::RootForbidden(reason(value, text)),
            "forced-commands-only" => {
                let text = format!("{text}: only with a key that has a command of its own");
                return Gate::Unknown(reason(value, text));
            }
            "without-password" => {
                admitting.push(reason(value, format!("{text}: not with a password")))
            }
            _ => admitting.push(reason(value, text)),
        }
    }
    Gate::Admits(admitting)
}

enum Step {
    Pass(Option<Reason>),
    Refuse(Reason),
    Unknown(Reason),
}

fn reason(value: &Value, text: String) -> Reason {
    Reason { place: value.place.clone(), text }
}

fn deny_users(effective: &Effective, connection: &Connection, user: &str) -> Step {
    for value in effective.all("denyusers") {
        let text = format!("DenyUsers {}", value.text);
        match matches_user(&value.text, user, connection) {
            Some(true) => return Step::Refuse(reason(value, text)),
            Some(false) => {}
            None => return unknown_name(value, &text),
        }
    }
    Step::Pass(None)
}

fn allow_users(effective: &Effective, connection: &Connection, user: &str) -> Step {
    let all = effective.all("allowusers");
    let mut unknown = None;
    for value in all {
        let text = format!("AllowUsers {}", value.text);
        match matches_user(&value.text, user, connection) {
            Some(true) => return Step::Pass(Some(reason(value, text))),
            Some(false) => {}
            None => unknown = unknown.or(Some(unknown_name(value, &text))),
        }
    }
    unknown.unwrap_or_else(|| not_listed(all, "AllowUsers", user))
}

fn deny_groups(effective: &Effective, connection: &Connection, user: &str) -> Step {
    let all = effective.all("denygroups");
    if let Some(step) = no_group(all, connection, user) {
        return step;
    }
    match in_group(all, &connection.groups) {
        Some((value, group)) => {
            Step::Refuse(reason(value, format!("DenyGroups {}: {user} is in {group}", value.text)))
        }
        None => Step::Pass(None),
    }
}

fn allow_groups(effective: &Effective, connection: &Connection, user: &str) -> Step {
    let all = effective.all("allowgroups");
    if let Some(step) = no_group(all, connection, user) {
        return step;
    }
    match in_group(all, &connection.groups) {
        Some((value, group)) => {
            let text = format!("AllowGroups {}: {user} is in {group}", value.text);
            Step::Pass(Some(reason(value, text)))
        }
        None => not_listed(all, "AllowGroups", user),
    }
}

/// A list that is empty admits everybody, one that is not only those whom it names.
fn not_listed(all: &[Value], keyword: &str, user: &str) -> Step {
    let Some(first) = all.first() else {
        return Step::Pass(None);
    };
    let listed: Vec<&str> = all.iter().map(|value| value.text.as_str()).collect();
    let text = format!("{keyword} {} does not name {user}", listed.join(" "));
    Step::Refuse(reason(first, text))
}

fn no_group(all: &[Value], connection: &Connection, user: &str) -> Option<Step> {
    let first = all.first().filter(|_| connection.groups.is_empty())?;
    Some(Step::Refuse(reason(first, format!("{user} is not in any group"))))
}

/// Unlike in `Match Group`, each word is one pattern, without negation.
fn in_group<'a>(all: &'a [Value], groups: &'a [String]) -> Option<(&'a Value, &'a str)> {
    all.iter().find_map(|value| {
        let group = groups.iter().find(|group| pattern::matches(&value.text, group))?;
        Some((value, group.as_str()))
    })
}

fn unknown_name(value: &Value, text: &str) -> Step {
    Step::Unknown(reason(value, format!("{text}: the client's name is not known (UseDNS)")))
}

/// `USER` or `USER@HOST`; `None` when it depends on the client's name. Since 9.9 the last `@` counts.
fn matches_user(pattern: &str, user: &str, connection: &Connection) -> Option<bool> {
    let split = if connection.version.at_least(9, 9) {
        pattern.rsplit_once('@')
    } else {
        pattern.split_once('@')
    };
    match split {
        None => Some(pattern::matches(pattern, user)),
        Some((name, _)) if !pattern::matches(name, user) => Some(false),
        Some((_, hosts)) => matches_host(hosts, connection.address, connection.host.as_deref()),
    }
}

/// The list is one of addresses and one of names at once.
fn matches_host(list: &str, address: Option<IpAddr>, name: Option<&str>) -> Option<bool> {
    let by_address = match list_address(list, address?) {
        Listing::Negated | Listing::Invalid => return Some(false),
        Listing::Yes => true,
        Listing::No => false,
    };
    match name {
        Some(name) => {
            let by_name =
                pattern::matches_list(&list.to_ascii_lowercase(), &name.to_ascii_lowercase());
            Some(by_name != Verdict::Negated && (by_name == Verdict::Match || by_address))
        }
        // A name could still be negated.
        None if by_address && !list.contains('!') => Some(true),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;
    use super::judge;
    use crate::evaluate::sshd::Config;
    use crate::evaluate::sshd::Connection;
    use crate::evaluate::sshd::Files;

    struct One(&'static str);

    impl Files for One {
        fn expand(&self, _: &str) -> Vec<String> {
            Vec::new()
        }
        fn read(&self, _: &str) -> Result<String, String> {
            Ok(self.0.to_owned())
        }
    }

    /// The verdict in a letter, and the line that decides.
    fn shown(text: &'static str, user: &str, host: Option<&str>) -> String {
        let connection = Connection {
            user: Some(user.to_owned()),
            groups: if user == "lone" { vec![] } else { vec![user.to_owned(), "staff".to_owned()] },
            address: "10.0.0.2".parse().ok(),
            host: host.map(str::to_owned),
            ..Connection::default()
        };
        let config = Config::load("c", &One(text));
        assert!(config.problems().is_empty(), "{:?}", config.problems());
        let effective = config.effective(&connection);
        let uid = if user == "root" { 0 } else { 1000 };
        let (letter, reason) = match judge(&effective, &connection, uid) {
            Gate::Admits(reasons) => ("+", reasons.last().cloned()),
            Gate::NotAllowed(reason) => ("-", Some(reason)),
            Gate::RootForbidden(reason) => ("root", Some(reason)),
            Gate::Prohibited(reason) => ("refuse", Some(reason)),
            Gate::Unknown(reason) => ("?", Some(reason)),
        };
        let line = reason.and_then(|reason| reason.place).map(|place| format!(" {}", place.line));
        format!("{letter}{}", line.unwrap_or_default())
    }

    #[test]
    fn verdicts() {
        let check = |text, user: &str, expected: &str| {
            assert_eq!(shown(text, user, Some("c.example.org")), expected, "{text} {user}");
        };
        check("RefuseConnection yes\nDenyUsers a", "a", "refuse 1");
        check("DenyUsers b a", "a", "- 1");
        check("DenyUsers b\nDenyUsers a@10.0.0.0/8", "a", "- 2");
        check("DenyUsers a@10.0.0.0/8,!10.0.0.2", "a", "+");
        check("AllowUsers b\nAllowUsers c", "a", "- 1");
        check("DenyUsers a\nAllowUsers a", "a", "- 1");
        check("DenyGroups staff\nAllowUsers a", "a", "- 1");
        check("AllowGroups wheel !x", "a", "- 1");
        check("AllowGroups *", "lone", "- 1");
        check("PermitRootLogin no", "root", "root 1");
        check("PermitRootLogin forced-commands-only", "root", "? 1");
        check("", "a", "+");
        check("", "root", "+");
        check("PermitRootLogin no", "a", "+");
        check("AllowUsers b\nAllowUsers a*@*.EXAMPLE.org", "a", "+ 2");
        check("AllowUsers a@10.0.0.*,!c.example.org", "a", "- 1");
        check("AllowGroups wheel\nAllowGroups st*", "a", "+ 2");
        check("Match User a\nAllowUsers a\nMatch all\nDenyUsers a", "a", "- 4");
        check("AllowUsers b\nMatch User a\nAllowUsers a", "a", "+ 3");
    }

    #[test]
    fn a_name_that_is_not_known_decides_nothing() {
        let check = |text, expected: &str| assert_eq!(shown(text, "a", None), expected, "{text}");
        check("AllowUsers a@*.example.org", "? 1");
        check("DenyUsers a@*.example.org", "? 1");
        check("Match Host *.example.org\nDenyUsers a", "? 1");
        check("Match Host *.example.org User b\nDenyUsers a", "+");
        check("Match Host *.example.org\nBanner x", "+");
        check("AllowUsers a@10.0.0.0/8", "+ 1");
        check("AllowUsers a@*.example.org a", "+ 1");
    }
}
