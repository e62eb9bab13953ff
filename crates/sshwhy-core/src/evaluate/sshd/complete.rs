//! From what was set to what holds: defaults, what several lines say together, and what sshd checks once all is read.

use std::net::IpAddr;

use super::Problem;
use super::Start;
use super::address;
use super::algorithms;
use super::default;
use super::keyword::List;
use super::settings::Settings;
use super::settings::Value;
use crate::parse::openssh_version::Version;
use crate::parse::place::Place;

/// Fills in what is missing and returns what is wrong with the whole.
pub(super) fn complete(settings: &mut Settings, start: &Start) -> Vec<Problem> {
    let mut problems = Vec::new();
    listen(settings, &mut problems);
    for (keyword, list) in LISTS {
        assemble(settings, start, keyword, *list, &mut problems);
    }
    rekey_limit(settings);
    penalties(settings, start);
    for keyword in super::keyword::canonical() {
        if !settings.is_set(keyword) {
            let values = start.defaults(keyword).into_iter().map(by_default).collect();
            settings.replace(keyword, values);
        }
    }
    problems
}

/// What sshd checks when it starts, not for a connection.
pub(super) fn check(settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (command, user) in [
        ("authorizedkeyscommand", "authorizedkeyscommanduser"),
        ("authorizedprincipalscommand", "authorizedprincipalscommanduser"),
    ] {
        let command = settings.all(command).first();
        if let Some(Value { text, place: Some(place) }) = command
            && !text.eq_ignore_ascii_case("none")
            && settings.all(user).first().is_none_or(|value| value.place.is_none())
        {
            problems.push(fatal(place, format!("command {text} is set without {user}")));
        }
    }
    let methods = settings.all("authenticationmethods");
    if let Some(Value { place: Some(place), .. }) = methods.first()
        && !methods.iter().any(|list| list.text == "any" || satisfiable(&list.text, settings))
    {
        let words = "AuthenticationMethods cannot be satisfied by enabled authentication methods";
        problems.push(fatal(place, words.to_owned()));
    }
    problems
}

/// A bug of releases 9.5 to 10.0: when a `Match` that holds has more subsystems than there are otherwise, sshd copies beyond
/// the end of its list and crashes.
pub(super) fn crash(globals: &Settings, by_match: &Settings, version: Version) -> Option<Problem> {
    let (before, now) = (globals.all("subsystem"), by_match.all("subsystem"));
    let place = now.first()?.place.as_ref()?;
    let affected = version.at_least(9, 5) && !version.at_least(10, 1);
    (affected && now.len() > before.len()).then(|| {
        let words = "Match has more Subsystem lines than there are outside: this release crashes";
        fatal(place, words.to_owned())
    })
}

const LISTS: &[(&str, List)] = &[
    ("ciphers", List::Cipher),
    ("macs", List::Mac),
    ("kexalgorithms", List::Kex),
    ("hostkeyalgorithms", List::Key),
    ("hostbasedacceptedalgorithms", List::Key),
    ("pubkeyacceptedalgorithms", List::Key),
    ("casignaturealgorithms", List::Authority),
];

fn fatal(place: &Place, text: String) -> Problem {
    Problem { place: place.clone(), text, fatal: true }
}

fn by_default(text: String) -> Value {
    Value { text, place: None }
}

/// Whether all methods of a list are switched on.
pub(super) fn satisfiable(list: &str, settings: &Settings) -> bool {
    list.split(',').all(|method| {
        let keyword = match method.split(':').next().unwrap_or(method) {
            "none" => return true,
            "publickey" => "pubkeyauthentication",
            "password" => "passwordauthentication",
            "keyboard-interactive" => "kbdinteractiveauthentication",
            "hostbased" => "hostbasedauthentication",
            _ => "gssapiauthentication",
        };
        settings.text(keyword) == Some("yes")
    })
}

/// A list that adds to the default, takes away from it or is a pattern becomes the names that it stands for; it is left as
/// it is when the default is not known.
fn assemble(
    settings: &mut Settings,
    start: &Start,
    keyword: &'static str,
    list: List,
    problems: &mut Vec<Problem>,
) {
    let [Value { text, place: Some(place) }] = settings.all(keyword) else {
        return;
    };
    let default = start.only_default(keyword);
    if default.is_none() && text.starts_with(['+', '-', '^']) {
        return;
    }
    let default = default.unwrap_or_default();
    match algorithms::assemble(list, text, &default, start.version) {
        Some(names) => {
            let value = Value { text: names, place: Some(place.clone()) };
            settings.replace(keyword, vec![value]);
        }
        None => problems.push(fatal(place, format!("{keyword} leaves no algorithm"))),
    }
}

fn rekey_limit(settings: &mut Settings) {
    let first = |keyword| settings.all(keyword).first().cloned();
    let (bytes, time) = (first("rekeylimit:bytes"), first("rekeylimit:time"));
    let text = |value: &Option<Value>| value.as_ref().map_or("0".to_owned(), |v| v.text.clone());
    let text = format!("{} {}", text(&bytes), text(&time));
    let place = bytes.or(time).and_then(|value| value.place);
    settings.replace("rekeylimit", vec![Value { text, place }]);
}

fn penalties(settings: &mut Settings, start: &Start) {
    if !start.version.at_least(9, 8) {
        return;
    }
    let part = |name: &str| settings.all(&format!("persourcepenalties:{name}")).first().cloned();
    let enabled = part("enabled");
    let mut place = enabled.as_ref().and_then(|value| value.place.clone());
    let mut parts = Vec::new();
    for (name, default) in default::penalties(start.version) {
        let value = part(name);
        if place.is_none() {
            place = value.as_ref().and_then(|value| value.place.clone());
        }
        let text = value.map_or_else(|| default.to_owned(), |value| value.text);
        parts.push(format!("{name}:{text}"));
    }
    let overflow = part("overflow").map_or("permissive".to_owned(), |value| value.text);
    let overflow6 = part("overflow6").map_or(overflow, |value| value.text);
    parts.push(format!("overflow6:{overflow6}"));
    let text = if enabled.is_some_and(|value| value.text == "no") {
        "no".to_owned()
    } else {
        parts.join(" ")
    };
    settings.replace("persourcepenalties", vec![Value { text, place }]);
}

/// Each address without a port listens on all ports, and without any address all addresses of the family do.
fn listen(settings: &mut Settings, problems: &mut Vec<Problem>) {
    if !settings.is_set("port") {
        settings.push("port", by_default("22".to_owned()));
    }
    let ports = settings.all("port").to_vec();
    let family = settings.text("addressfamily").unwrap_or("any").to_owned();
    let mut sockets = Vec::new();
    for address in settings.all("listenaddress") {
        let (words, rdomain) = match address.text.split_once(" rdomain ") {
            Some((words, rdomain)) => (words, format!(" rdomain {rdomain}")),
            None => (address.text.as_str(), String::new()),
        };
        let (host, own) =
            words.split_once(' ').map_or((words, None), |(host, port)| (host, Some(port)));
        let host = match (address::parse_address(host), family.as_str()) {
            (Some(IpAddr::V6(_)), "inet") | (Some(IpAddr::V4(_)), "inet6") => {
                if let Some(place) = &address.place {
                    problems.push(fatal(place, format!("bad addr or host: {host}")));
                }
                continue;
            }
            (Some(IpAddr::V6(host)), _) => format!("[{host}]"),
            (Some(IpAddr::V4(host)), _) => host.to_string(),
            (None, _) => host.to_owned(),
        };
        let ports = own.map_or_else(
            || ports.iter().map(|port| port.text.as_str()).collect(),
            |port| vec![port],
        );
        for port in ports {
            let text = format!("{host}:{port}{rdomain}");
            sockets.push(Value { text, place: address.place.clone() });
        }
    }
    if !settings.is_set("listenaddress") {
        for port in &ports {
            for (host, other) in [("[::]", "inet"), ("0.0.0.0", "inet6")] {
                if family != other {
                    let text = format!("{host}:{}", port.text);
                    sockets.push(Value { text, place: port.place.clone() });
                }
            }
        }
    }
    settings.replace("listenaddress", sockets);
}
