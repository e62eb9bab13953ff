//! Tells the command in an instruction from the prose around it.
//!
//! The catalogue writes `PLACE: COMMAND   and PROSE`: a colon ends the place, three spaces end the
//! command. It must never change a character of a command.

use super::line::Role;
use super::line::Span;
use super::line::Style;

/// No instruction is longer than this; a hostile name that was filled in may be.
const LIMIT: usize = 1000;

/// What an instruction of the catalogue begins with when it is a command.
const PROGRAMS: &[&str] = &[
    "cat",
    "chage",
    "chmod",
    "chown",
    "df",
    "dig",
    "echo",
    "for",
    "getent",
    "ip",
    "iptables",
    "journalctl",
    "mkdir",
    "nc",
    "nft",
    "nstat",
    "passwd",
    "ping",
    "printf",
    "ps",
    "sftp",
    "ss",
    "ssh",
    "ssh-add",
    "ssh-copy-id",
    "ssh-keygen",
    "ssh-keyscan",
    "sudo",
    "sysctl",
    "systemctl",
    "tcpdmatch",
    "time",
    "uptime",
];

/// An instruction of the catalogue for this style: prose in words, a command in one piece.
pub(super) fn spans(text: &str, style: Style) -> Vec<Span> {
    let span = |(role, part): (Role, &str)| {
        // Cleaning trims, and the spaces at the edges are what keeps the parts apart.
        let before = part.len() - part.trim_start().len();
        let after = part.trim_start().len() - part.trim().len();
        let clean = style.clean(part, LIMIT);
        Span::new(role, format!("{}{clean}{}", " ".repeat(before.min(3)), " ".repeat(after.min(3))))
    };
    parts(text).into_iter().map(span).collect()
}

/// The parts of an instruction in order, each with its role.
fn parts(text: &str) -> Vec<(Role, &str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    // A place or a condition in words; a colon within a command is not followed by a space, or
    // comes after its program.
    while let Some((before, after)) = rest.split_once(": ") {
        if is_command(before) {
            break;
        }
        parts.extend(prose(Role::Plain, split_after(rest, before.len() + 2)));
        rest = after.trim_start();
    }
    if !is_command(rest) {
        parts.extend(prose(Role::Strong, rest));
        return parts;
    }
    match rest.split_once("   ") {
        Some((command, then)) => {
            parts.push((Role::Command, command));
            parts.push((Role::Plain, "   "));
            parts.extend(prose(Role::Plain, then.trim_start()));
        }
        None => parts.push((Role::Command, rest)),
    }
    parts
}

/// Prose, with the commands that stand in it in parentheses or back-ticks.
fn prose(role: Role, text: &str) -> Vec<(Role, &str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(found) = rest.get(from..).and_then(|tail| tail.find(['(', '`'])) {
        let open = from + found;
        from = open + 1;
        let Some(inside) = rest.get(from..).and_then(|tail| enclosed(rest, open, tail)) else {
            continue;
        };
        if is_command(inside) {
            parts.push((role, split_after(rest, from)));
            parts.push((Role::Command, inside));
            rest = rest.get(from + inside.len()..).unwrap_or_default();
            from = 0;
        }
    }
    parts.push((role, rest));
    parts
}

/// What stands between the opening sign and its closing one.
fn enclosed<'a>(text: &str, open: usize, tail: &'a str) -> Option<&'a str> {
    if text.as_bytes().get(open) == Some(&b'`') {
        return tail.split_once('`').map(|(inside, _)| inside);
    }
    let mut depth = 1;
    for (i, c) in tail.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return tail.get(..i);
        }
    }
    None
}

/// The first `length` bytes, where they end at a character.
fn split_after(text: &str, length: usize) -> &str {
    text.get(..length).unwrap_or(text)
}

fn is_command(text: &str) -> bool {
    text.split(' ').next().is_some_and(|first| PROGRAMS.contains(&first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_prose() {
        let check = |text: &str, expected: &[(Role, &str)]| assert_eq!(parts(text), expected);
        check("", &[(Role::Strong, "")]);
        check("sudo systemctl start ssh", &[(Role::Command, "sudo systemctl start ssh")]);
        check(
            "on the server: echo 'sshd: 192.0.2.1' | sudo tee -a /etc/hosts.allow",
            &[
                (Role::Plain, "on the server: "),
                (Role::Command, "echo 'sshd: 192.0.2.1' | sudo tee -a /etc/hosts.allow"),
            ],
        );
        check(
            "on the server: sudo sshd -t   names the line",
            &[
                (Role::Plain, "on the server: "),
                (Role::Command, "sudo sshd -t"),
                (Role::Plain, "   "),
                (Role::Plain, "names the line"),
            ],
        );
        check(
            "see `ssh -G a` (cat $(x) y), (not this) (",
            &[
                (Role::Strong, "see `"),
                (Role::Command, "ssh -G a"),
                (Role::Strong, "` ("),
                (Role::Command, "cat $(x) y"),
                (Role::Strong, "), (not this) ("),
            ],
        );
        check("ask whoever runs it", &[(Role::Strong, "ask whoever runs it")]);
        check(
            "in the console: add a rule: one address",
            &[
                (Role::Plain, "in the console: "),
                (Role::Plain, "add a rule: "),
                (Role::Strong, "one address"),
            ],
        );
    }
}
