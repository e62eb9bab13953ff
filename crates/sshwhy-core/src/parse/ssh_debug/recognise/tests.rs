use super::*;
use crate::parse::ssh_debug::event::*;

mod auth;
mod connect;
mod end;
mod host_key;
mod kex;
mod session;

fn recognised(line: &str) -> Option<Event> {
    let (level, text) = match line.split_once(": ") {
        Some(("debug1", text)) => (1, text),
        Some(("debug2", text)) => (2, text),
        Some(("debug3", text)) => (3, text),
        _ => (0, line),
    };
    recognise(&Line { level, text, crlf: false })
}

fn check(line: &str, expected: Event) {
    assert_eq!(recognised(line), Some(expected), "line {line:?}");
}

fn check_all(lines: &[&str], expected: &Event) {
    for line in lines {
        assert_eq!(recognised(line).as_ref(), Some(expected), "line {line:?}");
    }
}

fn at(host: &str, port: Option<u16>) -> Peer {
    Peer { host: host.to_owned(), port }
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn what_is_cut_or_hostile_is_nothing_or_harmless() {
    for line in [
        "",
        ":",
        " ",
        "debug1: ",
        "debug1: Connecting to ",
        "debug1: Connecting to x port",
        "debug1: connect to address ",
        "debug1: identity file type",
        "debug1: Remote protocol version 2.0",
        "debug1: kex: ",
        "debug1: kex: server->client",
        "debug1: Server host key:",
        "debug3: send packet: type 999",
        "debug3: receive packet: type",
        "debug3: set_sock_tos: set socket 3 IP_TOS 0xfff",
        "Received disconnect from ",
        "Received disconnect from h:",
        "Received disconnect from h port 22:99999999999: x",
        "Bad packet length 4294967296.",
        "Unable to negotiate with h port 22: no matching dragon found. Their offer: x",
        "ssh: ",
        "ssh: connect to host",
        "channel 0: ",
        "Load key \"",
        "Permissions 0644 for 'x' are fine.",
        "Exit status 3",
        "user name: Permission denied (publickey).",
    ] {
        assert_eq!(recognised(line), None, "line {line:?}");
    }
}
