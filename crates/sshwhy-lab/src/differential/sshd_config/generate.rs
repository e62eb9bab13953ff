//! Random configurations: all keywords of `sshd_config(5)` with valid and invalid values, `Include` and `Match`.

use std::collections::BTreeMap;

use sshwhy_core::evaluate::sshd::Connection;
use sshwhy_core::parse::openssh_version::Version;

use super::Input;
use super::address;
use crate::differential::random::Random;

/// Keywords with values, of which the first are valid and those after `!` are not.
const SETTINGS: &str = include_str!("settings.txt");

/// Users of the lab's hosts, and their groups.
const USERS: &[(&str, &[&str])] =
    &[("alice", &["alice"]), ("root", &["root"]), ("nobody", &["nogroup"]), ("ghost", &[])];

const MATCHES: &[&str] = &[
    "all",
    "User alice",
    "User a*,root",
    "User !alice,*",
    "user=alice",
    "User \"alice\"",
    "User alice Address 10.0.0.0/8",
    "Address 10.0.0.0/8,!10.77.0.0/16",
    "Address 10.77.*",
    "Address fd77::/16",
    "Address !10.77.1.2,10.0.0.0/8",
    "Address 167772160",
    "LocalAddress 10.77.2.2",
    "LocalAddress 192.0.2.0/24,fd77:2::2",
    "LocalPort 22",
    "LocalPort 2222 User root",
    "Host *.example.org",
    "Host CLIENT*,!client.bad.org",
    "Group alice",
    "Group root,nogroup",
    "Group !root,*",
    "RDomain blue",
    "Group alice Host * LocalPort 22 Address *",
    "User alice # comment",
    "all # comment",
];

const BAD_MATCHES: &[&str] = &[
    "User",
    "Address 10.0.0.1/8",
    "Address 10.0.0.0/33",
    "Address 10.0.0.0/8,",
    "LocalAddress 1.2.3.4/24",
    "LocalPort 70000",
    "LocalPort x",
    "all User alice",
    "User alice all",
    "Exec true",
    "alice",
    "=",
];

const NEW_MATCHES: &[&str] = &[
    "invalid-user",
    "invalid-user User ghost",
    "Version OpenSSH_10*",
    "Version=OpenSSH_9* User alice",
    "user=alice,root address=10.77.1.2",
];

/// One input; its number names its folder.
pub(super) fn input(random: &mut Random, number: usize, version: Version) -> Input {
    let folder = format!("/etc/ssh/n{number}");
    let mut files = BTreeMap::new();
    let faulty = random.chance(25);
    let mut writer = Writer { random, number, version, faulty, lines: Vec::new() };
    let included: Vec<&str> =
        ["a.conf", "b.conf", "Z.conf", "05-b.conf", "10-a.conf", ".hidden.conf", "c.cfg"]
            .into_iter()
            .filter(|_| writer.random.chance(45))
            .collect();
    for name in &included {
        let lines = writer.random.below(6);
        let nested = writer.random.chance(15);
        let mut text = writer.file(lines, true);
        if nested {
            text.push_str(&format!("\nInclude n{number}/nested/*"));
        }
        files.insert(format!("{folder}/{name}"), text);
    }
    if writer.random.chance(40) {
        let text = writer.file(3, true);
        files.insert(format!("{folder}/nested/deep.conf"), text);
    }
    if writer.random.chance(2) {
        files.insert(
            format!("{folder}/nested/loop.conf"),
            format!("Include n{number}/nested/loop*"),
        );
    }
    let lines = 2 + writer.random.below(14);
    let main = format!("{folder}/main");
    let text = writer.file(lines, false);
    files.insert(main.clone(), format!("HostKey /etc/ssh/ssh_host_ed25519_key\n{text}"));
    let (options, ports) = writer.command_line();
    let (spec, connection) = connection(random, version);
    Input { main, files, options, ports, spec, connection }
}

fn connection(random: &mut Random, version: Version) -> (String, Connection) {
    let (user, groups) = *random.pick(USERS);
    let host = *random.pick(&["client.example.org", "client.bad.org", "10.77.1.2", "Client7"]);
    let from = *random.pick(&[
        "10.77.1.2",
        "10.1.2.3",
        "192.0.2.7",
        "fd77:1::2",
        "2001:db8::1",
        "10.0.0.0",
    ]);
    let to = *random.pick(&["10.77.2.2", "192.0.2.1", "fd77:2::2"]);
    let port = *random.pick(&[22_u16, 2222]);
    let rdomain = *random.pick(&["blue", "red"]);
    let invalid_user = version.at_least(9, 9) && groups.is_empty() && random.chance(70);
    let mut spec =
        format!("user={user},host={host},addr={from},laddr={to},lport={port},rdomain={rdomain}");
    if invalid_user {
        spec.push_str(",invalid-user");
    }
    let connection = Connection {
        user: Some(user.to_owned()),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        invalid_user,
        host: Some(host.to_owned()),
        address: address(from),
        local_address: address(to),
        local_port: Some(port),
        rdomain: Some(rdomain.to_owned()),
        version,
    };
    (spec, connection)
}

struct Writer<'a> {
    random: &'a mut Random,
    number: usize,
    version: Version,
    /// Whether invalid lines may be written.
    faulty: bool,
    lines: Vec<String>,
}

impl Writer<'_> {
    fn file(&mut self, lines: usize, included: bool) -> String {
        self.lines.clear();
        let mut under_match = false;
        for _ in 0..lines {
            match self.random.below(100) {
                0..4 => self
                    .lines
                    .push(["", "# comment", "  \t", "   # x"][self.random.below(4)].to_owned()),
                4..16 => {
                    under_match = true;
                    self.match_line();
                }
                16..26 if !included => self.include(),
                _ => self.setting(under_match || included && !self.faulty),
            }
        }
        self.lines.join("\n")
    }

    fn command_line(&mut self) -> (Vec<String>, Vec<u16>) {
        let (mut options, mut ports) = (Vec::new(), Vec::new());
        while self.random.chance(15) {
            self.lines.clear();
            self.setting(false);
            options.extend(self.lines.pop().map(|line| line.trim().to_owned()));
        }
        while self.random.chance(10) {
            ports.push(*self.random.pick(&[22, 2222, 8022]));
        }
        (options, ports)
    }

    fn match_line(&mut self) {
        let condition = if self.faulty && self.random.chance(8) {
            *self.random.pick(BAD_MATCHES)
        } else if self.version.at_least(10, 0) && self.random.chance(25) {
            *self.random.pick(NEW_MATCHES)
        } else {
            *self.random.pick(MATCHES)
        };
        // What 9.2 takes `=` for is another thing than what 10.0 does.
        self.lines.push(format!("Match {condition}"));
    }

    fn include(&mut self) {
        let folder = format!("n{}", self.number);
        let pattern = match self.random.below(6) {
            0 => format!("{folder}/*.conf"),
            1 => format!("/etc/ssh/{folder}/?.conf"),
            2 => format!("{folder}/missing.conf {folder}/a.conf"),
            3 => format!("{folder}/Z* {folder}/*.cfg"),
            4 => format!("\"{folder}/10-a.conf\" # the last"),
            _ => format!("{folder}/*/deep.conf"),
        };
        self.lines.push(format!("Include {pattern}"));
    }

    fn setting(&mut self, under_match: bool) {
        let rows: Vec<&str> = SETTINGS.lines().filter(|row| !row.is_empty()).collect();
        for _ in 0..50 {
            let row = *self.random.pick(&rows);
            let mut parts = row.split(" | ");
            let head = parts.next().unwrap_or_default();
            let mut head = head.split(' ');
            let (keyword, scope) =
                (head.next().unwrap_or_default(), head.next().unwrap_or_default());
            let since: u16 = head.next().and_then(|since| since.parse().ok()).unwrap_or_default();
            let now = self.version.major * 100 + self.version.minor;
            if (since > now || under_match && scope == "G")
                && !(self.faulty && self.random.chance(2))
            {
                continue;
            }
            let (good, bad): (Vec<&str>, Vec<&str>) =
                parts.partition(|value| !value.starts_with('!'));
            let value = if !bad.is_empty() && self.faulty && self.random.chance(6) {
                &self.random.pick(&bad)[1..]
            } else {
                self.random.pick(&good)
            };
            let keyword = match self.random.below(10) {
                0 => keyword.to_ascii_lowercase(),
                1 => keyword.to_ascii_uppercase(),
                _ => keyword.to_owned(),
            };
            let between = *self.random.pick(&[" ", " ", " ", "\t", "=", " = ", "   "]);
            let indent = *self.random.pick(&["", "", "", "  ", "\t"]);
            let end = *self.random.pick(&["", "", "", " ", "\t", "\r"]);
            self.lines.push(format!("{indent}{keyword}{between}{value}{end}"));
            return;
        }
    }
}
