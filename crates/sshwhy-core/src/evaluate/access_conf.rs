//! What the tables of pam_access make of a client (`pam_access.c`): access.conf(5).

use std::net::IpAddr;

use crate::parse::access_conf::Entry;
use crate::parse::place::Place;

/// Who asks for access.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Client {
    /// The login name.
    pub user: String,
    /// The names of the account's groups.
    pub groups: Vec<String>,
    /// Where it comes from.
    pub address: IpAddr,
    /// The same as sshd tells it to PAM: the address, or the name when `UseDNS` is on. `None` when
    /// that name is not known.
    pub host: Option<String>,
}

/// How the tables are read: the module's arguments.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Style {
    /// What ends a word of a list (`listsep=`).
    pub list_separators: String,
    /// Whether a group needs its parentheses (`nodefgroup`).
    pub only_marked_groups: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { list_separators: ", \t".to_owned(), only_marked_groups: false }
    }
}

/// What the tables say.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Access {
    /// No line is about this client: granted.
    NoLine,
    /// This line grants it.
    Granted(Place, String),
    /// This line refuses it.
    Refused(Place, String),
    /// It depends on whether this line is about this client, which cannot be told.
    Unknown(Place, String),
}

/// Goes through tables in their order; the first line that is about the client decides.
#[must_use]
pub fn judge(tables: &[(String, Vec<Entry>)], client: &Client, style: &Style) -> Access {
    let mut open: Option<(Place, String, bool)> = None;
    let lines = tables.iter().flat_map(|(file, entries)| entries.iter().map(move |e| (file, e)));
    for (file, entry) in lines {
        let Ok(grants) = entry.grants else { continue };
        let (place, text) = (Place::new(file.as_str(), entry.line), entry.text.clone());
        let users = listed(&entry.users, style, &|word| is_user(word, client, style));
        if users == Some(false) {
            continue;
        }
        let origins = listed(&entry.origins, style, &|word| is_origin(word, client));
        match (users, origins) {
            (_, Some(false)) => {}
            (Some(true), Some(true)) => return settle(open, place, text, grants),
            _ => match &open {
                Some((_, _, other)) if *other != grants => return unknown(open),
                Some(_) => {}
                None => open = Some((place, text, grants)),
            },
        }
    }
    match open {
        // Without a line access is granted.
        Some((_, _, false)) => unknown(open),
        _ => Access::NoLine,
    }
}

/// A line decides, unless one before it that cannot be judged says the opposite.
fn settle(open: Option<(Place, String, bool)>, place: Place, text: String, grants: bool) -> Access {
    if open.as_ref().is_some_and(|(_, _, other)| *other != grants) {
        return unknown(open);
    }
    if grants { Access::Granted(place, text) } else { Access::Refused(place, text) }
}

fn unknown(open: Option<(Place, String, bool)>) -> Access {
    open.map_or(Access::NoLine, |(place, text, _)| Access::Unknown(place, text))
}

/// Whether a list with its exceptions holds; `None` when that cannot be told.
fn listed(list: &str, style: &Style, is: &dyn Fn(&str) -> Option<bool>) -> Option<bool> {
    let words = list.split(|c| style.list_separators.contains(c));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let parts = words.split(|word| word.eq_ignore_ascii_case("EXCEPT"));
    // a EXCEPT b EXCEPT c: a, but not (b, but not c). From the last to the first.
    let mut result = Some(false);
    for part in parts.rev() {
        let excepted = result;
        result = both(any(part, is), excepted.map(|e| !e));
    }
    result
}

fn any(words: &[&str], is: &dyn Fn(&str) -> Option<bool>) -> Option<bool> {
    let mut result = Some(false);
    for word in words {
        match is(word) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn is_user(word: &str, client: &Client, style: &Style) -> Option<bool> {
    if let Some(group) = word.strip_prefix('(').and_then(|w| w.strip_suffix(')')) {
        return Some(client.groups.iter().any(|name| name == group));
    }
    if let Some((name, _)) = word.split_once('@') {
        // A netgroup, or a user of a host: for the latter the user at least has to fit.
        let could_be = name.is_empty() || is_user(name, client, style) != Some(false);
        return if could_be { None } else { Some(false) };
    }
    if word.eq_ignore_ascii_case("ALL") || word.eq_ignore_ascii_case(&client.user) {
        return Some(true);
    }
    Some(!style.only_marked_groups && client.groups.iter().any(|name| name == word))
}

fn is_origin(word: &str, client: &Client) -> Option<bool> {
    if word.eq_ignore_ascii_case("ALL") {
        return Some(true);
    }
    if word.starts_with('@') {
        return None;
    }
    let Some(host) = &client.host else {
        // Whether the name fits is open, but the address may fit anyway.
        return if is_address(word, client.address) == Some(true) { Some(true) } else { None };
    };
    if word.eq_ignore_ascii_case(host) {
        return Some(true);
    }
    if word.starts_with('.') {
        let end = host.len().checked_sub(word.len()).and_then(|at| host.get(at..));
        return Some(end.is_some_and(|end| end.eq_ignore_ascii_case(word)));
    }
    is_address(word, client.address)
}

/// An address, a network, or the beginning of one; a name would have to be looked up.
fn is_address(word: &str, address: IpAddr) -> Option<bool> {
    if let Some(prefix) = word.strip_suffix('.') {
        let is_prefix = prefix.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        return Some(is_prefix && address.to_string().starts_with(word));
    }
    if let Some((network, mask)) = word.split_once('/') {
        let Ok(network) = network.parse::<IpAddr>() else { return Some(false) };
        let Some(bits) = prefix_length(mask, network) else { return Some(false) };
        // Linux-PAM 1.5.2 takes a length of 0 for that one address; others need not.
        if bits == 0 && network != address {
            return if network.is_ipv4() == address.is_ipv4() { None } else { Some(false) };
        }
        return Some(same_network(address, network, bits));
    }
    if let Ok(other) = word.parse::<IpAddr>() {
        return Some(other == address);
    }
    // LOCAL is for logins without a network; without a dot it is the name of a terminal.
    if word.contains('.') { None } else { Some(false) }
}

fn prefix_length(mask: &str, network: IpAddr) -> Option<u32> {
    let most = if network.is_ipv4() { 32 } else { 128 };
    if let Ok(bits) = mask.parse::<u32>() {
        return (bits <= most).then_some(bits);
    }
    match (mask.parse().ok()?, network) {
        (IpAddr::V4(mask), IpAddr::V4(_)) => Some(mask.to_bits().leading_ones()),
        (IpAddr::V6(mask), IpAddr::V6(_)) => Some(mask.to_bits().leading_ones()),
        _ => None,
    }
}

fn same_network(a: IpAddr, b: IpAddr, bits: u32) -> bool {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            let beyond = 32 - bits.min(32);
            (a.to_bits() ^ b.to_bits()).checked_shr(beyond).unwrap_or(0) == 0
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            let beyond = 128 - bits.min(128);
            (a.to_bits() ^ b.to_bits()).checked_shr(beyond).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::access_conf::entries;

    fn client(address: &str) -> Client {
        Client {
            user: "alice".to_owned(),
            groups: vec!["alice".to_owned(), "staff".to_owned()],
            address: address.parse().unwrap(),
            host: Some(address.to_owned()),
        }
    }

    /// `+` granted, `-` refused, `?` unknown, each with the line; 0 for none.
    fn check(table: &str, expected: (char, usize)) {
        let tables = [("access.conf".to_owned(), entries(table, ":"))];
        let found = match judge(&tables, &client("192.0.2.7"), &Style::default()) {
            Access::NoLine => ('+', 0),
            Access::Granted(place, _) => ('+', place.line),
            Access::Refused(place, _) => ('-', place.line),
            Access::Unknown(place, _) => ('?', place.line),
        };
        assert_eq!(found, expected, "{table:?}");
    }

    #[test]
    fn tables_that_say_nothing_of_the_client() {
        check("", ('+', 0));
        check("-:bob:ALL\n-:alice:LOCAL\n-:alice:tty1 cron", ('+', 0));
        check("-:ALL EXCEPT alice:ALL", ('+', 0));
        check("-:alice:10.0.0.0/8 2001:db8::/32 192.0.3. 192.0.2.70", ('+', 0));
        check("-:(wheel):ALL\n-:EXCEPT alice:ALL\n-::ALL", ('+', 0));
        check("-:bob@elsewhere:ALL", ('+', 0));
        check("-:alice:ALL EXCEPT 192.0.2.0/24", ('+', 0));
        check("-:alice:192.0.2.0/33 x/24 192.0.2.0/x", ('+', 0));
    }

    #[test]
    fn the_first_line_decides() {
        check("-:alice:ALL", ('-', 1));
        check("+:alice:192.0.2.7\n-:ALL:ALL", ('+', 1));
        check("# x\n-:ALL EXCEPT root:ALL", ('-', 2));
        check("-:staff:192.0.2.", ('-', 1));
        check("-:(staff):192.0.2.0/255.255.255.0", ('-', 1));
        check("-:Alice:all", ('-', 1));
        check("-:ALL EXCEPT bob EXCEPT alice:ALL", ('-', 1));
        check("-:ALL EXCEPT staff EXCEPT alice:128.0.0.0/1", ('-', 1));
    }

    #[test]
    fn what_cannot_be_told() {
        check("-:@netgroup:ALL", ('?', 1));
        check("-:ALL:0.0.0.0/0", ('?', 1));
        check("-:ALL:::/0", ('+', 0));
        check("-:alice:host.example.org", ('?', 1));
        check("-:alice:.example.org", ('+', 0));
        check("+:@netgroup:ALL\n-:ALL:ALL", ('?', 1));
        check("+:@netgroup:ALL", ('+', 0));
        check("-:@netgroup:ALL\n-:ALL:ALL", ('-', 2));
        check("-:alice@server:ALL", ('?', 1));
        let named = Client { host: None, ..client("192.0.2.7") };
        let tables = [("a".to_owned(), entries("-:alice:.example.org", ":"))];
        let found = judge(&tables, &named, &Style::default());
        assert!(matches!(found, Access::Unknown(..)), "{found:?}");
    }

    #[test]
    fn groups_that_need_parentheses() {
        let style = Style { only_marked_groups: true, ..Style::default() };
        let tables = [("a".to_owned(), entries("-:staff:ALL", ":"))];
        assert_eq!(judge(&tables, &client("2001:db8::1"), &style), Access::NoLine);
    }

    proptest! {
        #[test]
        fn no_table_panics(text in "[-+:@()/.a0-9 EXCPTL\n]{0,60}") {
            let tables = [("a".to_owned(), entries(&text, ":"))];
            let _ = judge(&tables, &client("192.0.2.7"), &Style::default());
        }
    }
}
