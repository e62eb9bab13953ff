//! The criteria of a `Match` line (`match_cfg_line` in `servconf.c`).

use super::Connection;
use super::address;
use super::address::Listed;
use crate::parse::openssh_version::Version;
use crate::parse::pattern;
use crate::parse::pattern::Verdict;
use crate::parse::service::port_of;
use crate::parse::sshd_config::Line;
use crate::parse::sshd_config::delimited;

/// What a `Match` line says of a connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Holds {
    /// All criteria hold.
    Yes,
    /// One does not.
    No,
    /// It depends on this, which is not known.
    Unknown(&'static str),
}

/// Judges a `Match` line; without a connection it is only checked, and only `all` holds.
///
/// # Errors
///
/// What is wrong with the line, in words.
pub(super) fn judge(
    line: &Line,
    version: Version,
    connection: Option<&Connection>,
) -> Result<Holds, String> {
    let words = words(line, version)?;
    let mut words = words.iter().map(String::as_str).peekable();
    let mut holds = Holds::Yes;
    let mut count = 0;
    while let Some(word) = words.next() {
        if word.is_empty() || word.starts_with('#') {
            break;
        }
        count += 1;
        if word.eq_ignore_ascii_case("all") {
            let alone = words.next().is_none_or(|word| word.is_empty() || word.starts_with('#'));
            return if count == 1 && alone {
                Ok(Holds::Yes)
            } else {
                Err("'all' cannot be combined with other Match attributes".to_owned())
            };
        }
        let one = if version.at_least(9, 9) && word.eq_ignore_ascii_case("invalid-user") {
            connection.map_or(Holds::No, |connection| yes_or_no(connection.invalid_user))
        } else {
            let (name, argument) = pair(word, version, &mut words);
            match argument {
                Some(argument) if !argument.is_empty() && !argument.starts_with('#') => {
                    criterion(name, argument, version, connection)?
                }
                _ => return Err(format!("Missing Match criteria for {name}")),
            }
        };
        holds = match (holds, one) {
            (Holds::No, _) | (_, Holds::No) => Holds::No,
            (Holds::Unknown(what), _) | (_, Holds::Unknown(what)) => Holds::Unknown(what),
            (Holds::Yes, Holds::Yes) => Holds::Yes,
        };
    }
    if count == 0 {
        return Err("One or more attributes required for Match".to_owned());
    }
    // Without a connection sshd takes no criterion to hold, not even the one of the version, unless it is the only one.
    Ok(holds)
}

/// Until 9.8 the line was split like the keyword from its argument, later like the arguments of other keywords.
fn words(line: &Line, version: Version) -> Result<Vec<String>, String> {
    if version.at_least(9, 9) {
        return Ok(line.words().to_vec());
    }
    let mut words = Vec::new();
    let mut rest = Some(line.rest.clone());
    while let Some(text) = rest.take() {
        let Some((word, after)) = delimited(&text) else {
            break;
        };
        let ends = word.is_empty() || word.starts_with('#');
        words.push(word);
        if ends {
            // An empty word ends the criteria; what follows it is left over.
            match after {
                Some(after) if !after.is_empty() && words.last().is_some_and(String::is_empty) => {
                    return Err("extra arguments at end of line".to_owned());
                }
                _ => break,
            }
        }
        rest = after;
    }
    Ok(words)
}

/// The criterion and its argument; since 10.0 also in one word with `=`.
fn pair<'a>(
    word: &'a str,
    version: Version,
    words: &mut impl Iterator<Item = &'a str>,
) -> (&'a str, Option<&'a str>) {
    if version.at_least(10, 0)
        && let Some((name, argument)) = word.split_once('=')
        && KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
    {
        return (name, Some(argument));
    }
    (word, words.next())
}

/// The criteria that may be written with `=`.
const KNOWN: &[&str] =
    &["user", "group", "host", "address", "localaddress", "localport", "rdomain", "version"];

fn criterion(
    name: &str,
    argument: &str,
    version: Version,
    connection: Option<&Connection>,
) -> Result<Holds, String> {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "address" | "localaddress" if address::look_up(argument, None) == Listed::Invalid => {
            return Err(format!("Invalid Match {lower} argument '{argument}'"));
        }
        "localport" if port(argument).is_none() => {
            return Err(format!("Invalid LocalPort '{argument}' on Match line"));
        }
        "version" if version.at_least(10, 0) => {
            let release = format!("OpenSSH_{version}");
            return Ok(yes_or_no(listed(argument, &release)));
        }
        name if !KNOWN.contains(&name) || name == "version" => {
            return Err(format!("Unsupported Match attribute {name}"));
        }
        _ => {}
    }
    Ok(connection.map_or(Holds::No, |connection| of_connection(&lower, argument, connection)))
}

fn of_connection(name: &str, argument: &str, connection: &Connection) -> Holds {
    let known = |what, known: Option<bool>| known.map_or(Holds::Unknown(what), yes_or_no);
    let in_list = |address: std::net::IpAddr| {
        address::look_up(argument, Some(&address.to_string())) == Listed::Yes
    };
    match name {
        "user" => known("the user", connection.user.as_ref().map(|user| listed(argument, user))),
        "group" => {
            let user = connection.user.as_ref();
            known("the user", user.map(|_| in_groups(argument, &connection.groups)))
        }
        "host" => {
            let host = connection.host.as_ref().map(|host| host.to_ascii_lowercase());
            let argument = argument.to_ascii_lowercase();
            known("the client's name", host.map(|host| listed(&argument, &host)))
        }
        "address" => known("the client's address", connection.address.map(in_list)),
        "localaddress" => known("the server's address", connection.local_address.map(in_list)),
        "localport" => {
            known("the server's port", connection.local_port.map(|own| port(argument) == Some(own)))
        }
        _ => {
            let rdomain = connection.rdomain.as_ref();
            known("the routing domain", rdomain.map(|rdomain| listed(argument, rdomain)))
        }
    }
}

/// Whether a list of patterns matches one of the groups, and none of them is negated.
pub(super) fn in_groups(list: &str, groups: &[String]) -> bool {
    let mut found = false;
    for group in groups {
        match pattern::matches_list(list, group) {
            Verdict::Negated => return false,
            Verdict::Match => found = true,
            Verdict::NoMatch => {}
        }
    }
    found
}

fn listed(list: &str, text: &str) -> bool {
    pattern::matches_list(list, text) == Verdict::Match
}

/// A port by its number, or by the name of a service.
pub(super) fn port(text: &str) -> Option<u16> {
    port_of(text).or_else(|| text.trim_start().trim_start_matches('+').parse().ok())
}

fn yes_or_no(yes: bool) -> Holds {
    if yes { Holds::Yes } else { Holds::No }
}
