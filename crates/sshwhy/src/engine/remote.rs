//! Asking sshwhy on the server, by whatever command reaches it: to watch there while it is probed here, and then to look.

mod watching;

use std::net::IpAddr;
use std::process::Command;
use std::time::Duration;

use sshwhy_core::evaluate::both_ends;
use sshwhy_core::evaluate::both_ends::clocks;
use sshwhy_core::model::case::Case;

pub use self::watching::OtherEnd;
use crate::sys::cancel::Cancel;
use crate::sys::clock;
use crate::sys::process;

/// Reaching the server may want a second key or a slow jump host.
const LIMIT: Duration = Duration::from_secs(60);
/// What a shell says of a program that it does not find.
const NOT_FOUND: i32 = 127;

/// Runs `COMMAND sshwhy server …` and joins what it found to the case. `seen_as` is the client's address as the server sees it,
/// when that is known.
///
/// # Errors
///
/// What went wrong, with the way out, when the command fails or says something else.
pub fn ask(
    case: &mut Case,
    command: &str,
    seen_as: Option<IpAddr>,
    cancel: &Cancel,
) -> Result<(), String> {
    let before = clock::now();
    let ran = process::run(&mut shell(command, &words(case, seen_as)), LIMIT, cancel)
        .map_err(|error| format!("failed to run `{command}`: {error}"))?;
    let after = clock::now();
    if cancel.is_set() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ran.stdout);
    let Ok(server) = Case::from_json(&said) else {
        return Err(no_answer(command, &ran));
    };
    if let Some(taken) = server.taken {
        case.observations.push(clocks(before, taken, after));
    }
    both_ends::join(case, server).map_err(|error| error.to_string())
}

/// Runs words by the user's command. It is the user's own and may hold quotes, so a shell takes it apart; the words that are
/// added are plain ones, which no further shell on the way can misread.
fn shell(command: &str, words: &[String]) -> Command {
    let script = format!("{command} \"$@\"");
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &script, "sh"]).args(words);
    shell
}

/// The words of the command on the server.
fn words(case: &Case, seen_as: Option<IpAddr>) -> Vec<String> {
    let target = &case.target;
    let mut words = vec!["sshwhy".to_owned(), "server".to_owned()];
    words.extend(["--save".to_owned(), "-".to_owned()]);
    words.extend(["--port".to_owned(), target.port.to_string()]);
    if let Some(source) = seen_as.or(target.source) {
        words.extend(["--from".to_owned(), source.to_string()]);
    }
    if is_plain(&target.user) {
        words.extend(["--user".to_owned(), target.user.clone()]);
    }
    words
}

fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    !word.is_empty() && !word.starts_with('-') && word.chars().all(plain)
}

fn no_answer(command: &str, ran: &process::Ran) -> String {
    let said = String::from_utf8_lossy(&ran.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nothing");
    let last: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    match ran.status.and_then(|status| status.code()) {
        None => format!("`{command}` did not end within {} s; it said: {last}", LIMIT.as_secs()),
        Some(NOT_FOUND) => format!(
            "`{command}` does not find sshwhy on the server: copy this program into its path first \
             ({last})"
        ),
        Some(code) => format!("`{command} sshwhy server` gave no recording (exit {code}): {last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case() -> Case {
        let text = r#"{"schema":"sshwhy/case/1","target":{"given":"box","host":"box","port":22,
            "user":"alice","hops":[],"source":"192.0.2.7"},"seconds":0,"connections":0,
            "observations":[]}"#;
        Case::from_json(text).unwrap()
    }

    #[test]
    fn what_the_server_says_is_joined() {
        let reply = r#"{"schema":"sshwhy/case/1","target":{"given":"s","host":"s","port":22,
            "user":"","hops":[]},"seconds":0,"connections":0,"view":"server","taken":5.0,
            "observations":[{"question":"wrappers","answer":"deny","source":"/etc/hosts.deny:3",
            "at":0,"text":"ALL: ALL"}]}"#;
        let mut case = case();
        // The words come after `#`, where no shell reads them.
        ask(&mut case, &format!("printf %s '{reply}' #"), None, &Cancel::new()).unwrap();
        let seen: Vec<String> =
            case.observations.observations().iter().map(|o| o.answer.name()).collect();
        assert_eq!(seen, ["differ", "deny"]);
    }

    #[test]
    fn a_command_that_fails_is_named_with_the_way_out() {
        let check = |command: &str, expected: &str| {
            let error = ask(&mut case(), command, None, &Cancel::new()).unwrap_err();
            assert!(error.contains(expected), "{error}");
        };
        check("exec /nonexistent/command", "copy this program");
        check("echo hello #", "gave no recording (exit 0)");
        check("echo refused >&2; exit 5 #", "(exit 5): refused");
    }

    #[test]
    fn only_plain_words_are_sent() {
        let mut case = case();
        assert_eq!(
            words(&case, None)[4..],
            ["--port", "22", "--from", "192.0.2.7", "--user", "alice"]
        );
        case.target.user = "a; reboot".to_owned();
        assert!(!words(&case, None).iter().any(|w| w.contains("reboot")));
    }
}
