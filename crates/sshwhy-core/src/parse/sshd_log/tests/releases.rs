//! One line of each kind, by stage, from 5.x to 10.5.

use super::*;

/// What a line says, in one short text: its kind, then client, port, user, method, key, detail,
/// process and number, as far as they are there.
fn shown(message: &str) -> String {
    let Some(said) = parse(message) else { return "unknown".to_owned() };
    let mut text = format!("{:?}", said.what);
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str(&format!(" {name}={value}"));
        }
    };
    add("from", said.source.map(|source| source.to_string()));
    add("port", said.port.map(|port| port.to_string()));
    let user_kind = if said.user_invalid { "invalid" } else { "user" };
    add(user_kind, said.user.map(str::to_owned));
    add("by", said.method.map(str::to_owned));
    add("key", said.key.map(str::to_owned));
    add("pid", said.pid.map(|pid| pid.to_string()));
    add("n", said.number.map(|number| number.to_string()));
    text
}

/// Lines, each followed by what it says, four spaces in.
fn check(table: &str) {
    let lines: Vec<&str> = table.lines().collect();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for pair in lines.chunks(2) {
        let [line, expected] = pair else { panic!("a line without what it says: {pair:?}") };
        let expected = expected.strip_prefix("    ").expect("what a line says stands four in");
        count += 1;
        if shown(line) != expected {
            wrong.push(format!("{line}\n  is    {}\n  not   {expected}", shown(line)));
        }
    }
    assert!(wrong.is_empty() && count > 10, "\n{}", wrong.join("\n"));
}

#[test]
fn start_and_stop() {
    check(include_str!("lines/start_and_stop.txt"));
}

#[test]
fn the_listener() {
    check(include_str!("lines/the_listener.txt"));
}

#[test]
fn before_authentication() {
    check(include_str!("lines/before_authentication.txt"));
}

#[test]
fn authentication() {
    check(include_str!("lines/authentication.txt"));
}

#[test]
fn pam() {
    check(include_str!("lines/pam.txt"));
}

#[test]
fn sessions() {
    check(include_str!("lines/sessions.txt"));
}

#[test]
fn dropbear() {
    check(include_str!("lines/dropbear.txt"));
}
