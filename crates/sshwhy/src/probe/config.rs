//! What the user's own ssh says of its configuration for a host: `ssh -G`.
//!
//! It must never guess a cause: a configuration that ssh refuses is an answer like any other.

use std::io;
use std::time::Duration;

use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::ClientConfig as Verdict;
use sshwhy_core::model::question::SshProgram;
use sshwhy_core::parse::ssh_g::ClientConfig;
use sshwhy_core::parse::ssh_g::ClientError;
use sshwhy_core::parse::ssh_g::ClientErrorKind;
use sshwhy_core::parse::ssh_g::parse_client_errors;
use sshwhy_core::parse::ssh_g::parse_ssh_g;

use super::host_key;
use super::ssh;
use crate::engine::settings::Settings;
use crate::sys::account;
use crate::sys::cancel::Cancel;
use crate::sys::process;
use crate::sys::process::Ran;

/// `Match exec` runs commands, and `CanonicalizeHostname` asks name servers.
const LIMIT: Duration = Duration::from_secs(15);

/// What was seen, each with the words that show it.
pub type Seen = Vec<(Answer, String)>;

/// Asks ssh what it would do for a host. No configuration when ssh refuses its own; OpenSSH's
/// defaults when there is no ssh to ask.
pub fn look(settings: &Settings, host: &str, cancel: &Cancel) -> (Option<ClientConfig>, Seen) {
    let mut command = ssh::command(settings);
    command.args(["-G", "--", host]);
    let (config, seen) = match process::run(&mut command, LIMIT, cancel) {
        Err(error) => (Some(defaults(settings, host)), vec![missing(settings, &error)]),
        Ok(ran) => read(&ran, settings, host),
    };
    (config.map(|c| in_order(c, host)), seen)
}

/// Whether the observations say that ssh runs.
pub fn has_ssh(seen: &[(Answer, String)]) -> bool {
    !seen.iter().any(|(a, _)| matches!(a, Answer::SshProgram(p) if *p != SshProgram::Works))
}

/// ssh asks for the kinds of host key first that it knows for the host.
fn in_order(mut config: ClientConfig, host: &str) -> ClientConfig {
    let files = host_key::files(&config, host);
    let name = host_key::name(&config);
    config.host_key_algorithms = host_key::in_order(&files, &name, config.host_key_algorithms);
    config
}

fn missing(settings: &Settings, error: &io::Error) -> (Answer, String) {
    let program = settings.ssh.as_deref().unwrap_or("ssh".as_ref()).display();
    (SshProgram::Missing.into(), format!("{program}: {error}"))
}

fn read(ran: &Ran, settings: &Settings, host: &str) -> (Option<ClientConfig>, Seen) {
    let works = (SshProgram::Works.into(), String::from("ssh -G runs"));
    let said = String::from_utf8_lossy(&ran.stderr);
    if ran.status.is_none() {
        let text = format!("ssh -G did not end in {} s", LIMIT.as_secs());
        return (None, vec![works, (Verdict::Unusable.into(), text)]);
    }
    let errors = parse_client_errors(&said);
    if let Some(error) = errors.iter().find(|e| e.kind == ClientErrorKind::LibraryMismatch) {
        return (None, vec![(SshProgram::LibraryMismatch.into(), error.text.clone())]);
    }
    if ran.status.is_some_and(|s| s.success()) {
        return match parse_ssh_g(&String::from_utf8_lossy(&ran.stdout)) {
            Ok(config) => {
                let text = format!("{}:{} as {}", config.hostname, config.port, config.user);
                (Some(config), vec![works, (Verdict::Valid.into(), text)])
            }
            Err(error) => (Some(defaults(settings, host)), vec![works, valid(error.to_string())]),
        };
    }
    if said.contains("option -- G") {
        let text = "this ssh is older than 6.8 and cannot say; its defaults are assumed";
        return (Some(defaults(settings, host)), vec![works, valid(text.to_owned())]);
    }
    (None, vec![works, refused(&errors, &said)])
}

fn valid(text: String) -> (Answer, String) {
    (Verdict::Valid.into(), text)
}

/// Why ssh refuses its configuration: its first complaint.
fn refused(errors: &[ClientError], said: &str) -> (Answer, String) {
    let Some(error) = errors.first() else {
        let last = said.lines().rfind(|l| !l.trim().is_empty());
        let text = last.unwrap_or("ssh -G fails without a word").trim().to_owned();
        return (Verdict::Unusable.into(), text);
    };
    (verdict(&error.kind).into(), error.text.clone())
}

fn verdict(kind: &ClientErrorKind) -> Verdict {
    match kind {
        ClientErrorKind::BadOption { .. } => Verdict::BadOption,
        ClientErrorKind::BadPermissions { .. } => Verdict::BadPermissions,
        ClientErrorKind::Refused => Verdict::Forbidden,
        ClientErrorKind::BadValue
        | ClientErrorKind::ControlPathTooLong
        | ClientErrorKind::ExtraArguments
        | ClientErrorKind::InvalidHostName
        | ClientErrorKind::InvalidJump
        | ClientErrorKind::InvalidUserName
        | ClientErrorKind::MissingArgument
        | ClientErrorKind::UnknownToken
        | ClientErrorKind::UnsupportedAlgorithm { .. }
        | ClientErrorKind::UnterminatedQuote => Verdict::BadValue,
        ClientErrorKind::BadArguments
        | ClientErrorKind::IncludeLoop
        | ClientErrorKind::LibraryMismatch
        | ClientErrorKind::NoLocalUser
        | ClientErrorKind::Unreadable { .. } => Verdict::Unusable,
    }
}

/// OpenSSH's defaults for a host, with what the command line says.
fn defaults(settings: &Settings, host: &str) -> ClientConfig {
    let option = |letter: &str| {
        let options = &settings.ssh_options;
        options.iter().enumerate().find_map(|(i, word)| {
            let value = word.strip_prefix(letter)?;
            if value.is_empty() { options.get(i + 1).cloned() } else { Some(value.to_owned()) }
        })
    };
    let mut config = ClientConfig { hostname: host.to_owned(), ..ClientConfig::default() };
    config.port = option("-p").and_then(|p| p.parse().ok()).unwrap_or(config.port);
    let own = || account::own().map(|a| a.name).unwrap_or_default();
    config.user = option("-l").unwrap_or_else(own);
    config
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Runs `look` with a shell that stands for ssh. A script of its own could not be run for
    /// certain: while another test starts a program, the file may still be open for writing.
    fn look_at(script: &str) -> (Option<ClientConfig>, Seen) {
        look_with(Path::new("/bin/sh"), &["-c", script])
    }

    fn look_with(program: &Path, options: &[&str]) -> (Option<ClientConfig>, Seen) {
        let ssh_options = options.iter().map(|o| (*o).to_owned()).collect();
        let settings =
            Settings { ssh: Some(program.to_owned()), ssh_options, ..Settings::default() };
        look(&settings, "box", &Cancel::new())
    }

    fn check(script: &str, usable: bool, expected: impl Into<Answer>) {
        let (config, seen) = look_at(script);
        assert_eq!(config.is_some(), usable, "{script}: {seen:?}");
        let expected = expected.into();
        assert!(seen.iter().any(|(a, _)| *a == expected), "{script}: {seen:?}");
    }

    #[test]
    fn without_ssh_the_defaults_hold() {
        let (config, seen) = look_with(Path::new("/no/such/ssh"), &["-p2222", "-lbob"]);
        let config = config.unwrap();
        assert_eq!((config.hostname.as_str(), config.port), ("box", 2222));
        assert_eq!(config.user, "bob");
        assert_eq!(seen.first().map(|(a, _)| *a), Some(SshProgram::Missing.into()));
        assert!(!has_ssh(&seen));
    }

    #[test]
    fn complaints_become_answers() {
        check(
            "echo '~/.ssh/config: line 3: Bad configuration option: mtu' >&2; exit 255",
            false,
            Verdict::BadOption,
        );
        check(
            "echo 'Bad owner or permissions on /home/a/.ssh/config' >&2; exit 255",
            false,
            Verdict::BadPermissions,
        );
        check("echo 'F line 1: Bad number \"x\".' >&2; exit 255", false, Verdict::BadValue);
        check("echo 'something new' >&2; exit 255", false, Verdict::Unusable);
        check("exit 255", false, Verdict::Unusable);
        check(
            "echo 'OpenSSL version mismatch. Built against 1, you have 2' >&2; exit 255",
            false,
            SshProgram::LibraryMismatch,
        );
        check(
            "echo 'ssh: error while loading shared libraries: libcrypto.so.3: cannot open' >&2; exit 127",
            false,
            SshProgram::LibraryMismatch,
        );
        check("echo 'unknown option -- G' >&2; exit 255", true, Verdict::Valid);
    }

    #[test]
    fn a_good_answer_is_used() {
        let (config, seen) =
            look_at("echo 'hostname 192.0.2.7'; echo 'port 2222'; echo 'user bob'");
        assert_eq!(config.unwrap().hostname, "192.0.2.7");
        assert!(has_ssh(&seen) && seen.iter().any(|(a, _)| *a == Verdict::Valid.into()));
    }
}
