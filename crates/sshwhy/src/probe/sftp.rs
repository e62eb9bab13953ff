//! The sftp subsystem, asked for its version: draft-ietf-secsh-filexfer-02, section 4.
//!
//! It must never ask for a file.

use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Login;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::Sftp;
use sshwhy_core::parse::ssh_debug::Dialogue;
use sshwhy_core::parse::ssh_debug::Event;
use sshwhy_core::parse::ssh_debug::Milestone;
use sshwhy_core::parse::ssh_debug::SessionRequest;
use sshwhy_core::parse::ssh_debug::parse_ssh_debug;

use super::Probe;
use super::Situation;
use super::ssh::login::Wanted;
use super::ssh::login::prepare;
use crate::engine::scene::Scene;
use crate::sys::pipe::Pipe;
use crate::sys::tcp::Got;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "sftp",
    doing: "asking for sftp",
    questions: &[Question::Sftp],
    cost: Cost { seconds: 0.6, connections: 1, risk: 0.0 },
    ready,
    run,
};

/// SSH_FXP_INIT, version 3: what every client of OpenSSH sends first.
const INIT: [u8; 9] = [0, 0, 0, 5, 1, 0, 0, 0, 3];
/// SSH_FXP_VERSION.
const VERSION: u8 = 2;
/// A version packet with its extensions is much shorter.
const MAX_LENGTH: u32 = 64 * 1024;
/// A login, and a program that starts; the login before was quick or slow, but came to an end.
const LIMIT: Duration = Duration::from_secs(40);

fn ready(situation: &Situation<'_>) -> bool {
    situation.settings.sftp && situation.evidence.holds(Login::Accepted)
}

fn run(scene: &Scene) {
    let Some(_permit) = scene.permit() else { return };
    let pipe = prepare(scene, Wanted::Subsystem("sftp"), &[]).and_then(|mut login| {
        let mut pipe = Pipe::open(&mut login.command, &scene.cancel)?;
        pipe.write(&INIT)?;
        let answer = first_bytes(&mut pipe);
        Ok((pipe, answer))
    });
    let (mut pipe, bytes) = match pipe {
        Ok(pipe) => pipe,
        Err(error) => return scene.learn(|f| f.not_assessed.push(format!("sftp: {error}"))),
    };
    if scene.cancel.is_set() {
        return;
    }
    let dialogue = parse_ssh_debug(pipe.words());
    match judge(&bytes, &dialogue) {
        Some((answer, text)) => scene.observe(answer, text),
        None => scene.learn(|f| f.not_assessed.push("sftp: the second login failed".to_owned())),
    }
}

/// What comes first: enough to know a version packet, or all until the end.
fn first_bytes(pipe: &mut Pipe) -> Vec<u8> {
    let until = Instant::now() + LIMIT;
    let mut bytes = Vec::new();
    while bytes.len() < INIT.len() {
        let left = until.saturating_duration_since(Instant::now());
        match pipe.read(left) {
            Got::Bytes(more) => bytes.extend_from_slice(&more),
            Got::Closed | Got::Reset | Got::Nothing | Got::Failed(_) => break,
        }
    }
    bytes
}

fn judge(bytes: &[u8], dialogue: &Dialogue) -> Option<(Sftp, String)> {
    if let Some(version) = version(bytes) {
        return Some((Sftp::Starts, format!("version {version}")));
    }
    if !bytes.is_empty() {
        let text = String::from_utf8_lossy(bytes.get(..60).unwrap_or(bytes)).into_owned();
        let line = text.lines().next().unwrap_or_default().trim();
        return Some((Sftp::Fails, format!("something that is not sftp comes first: {line}")));
    }
    let refusal = dialogue.events.iter().find(|e| {
        let request = SessionRequest::Subsystem;
        e.event == Event::Request { request, accepted: false }
            || matches!(e.event, Event::ChannelFailed { .. })
    });
    if let Some(refusal) = refusal {
        return Some((Sftp::Refused, refusal.text.clone()));
    }
    let logged_in = dialogue.furthest() >= Some(Milestone::Authenticated);
    let said = dialogue.events.iter().rev().find_map(|e| match &e.event {
        Event::Output(text) => Some(text.clone()),
        Event::ExitStatus(_) => Some(e.text.clone()),
        _ => None,
    });
    logged_in.then(|| (Sftp::Fails, said.unwrap_or_else(|| "it says nothing".to_owned())))
}

/// The version in SSH_FXP_VERSION; `None` when these bytes are none.
fn version(bytes: &[u8]) -> Option<u32> {
    let number = |at: usize| {
        let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(four))
    };
    let fits = (5..=MAX_LENGTH).contains(&number(0)?);
    (fits && bytes.get(4) == Some(&VERSION)).then(|| number(5)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN: &str =
        "OpenSSH_9.2p1, OpenSSL 3\r\nAuthenticated to b ([::1]:22) using \"none\".\r\n";

    fn check(bytes: &[u8], more: &str, expected: Option<Sftp>) {
        let dialogue = parse_ssh_debug(format!("{IN}{more}").as_bytes());
        assert_eq!(judge(bytes, &dialogue).map(|(a, _)| a), expected, "{bytes:?} {more}");
    }

    #[test]
    fn answers() {
        check(&[0, 0, 0, 5, 2, 0, 0, 0, 3], "", Some(Sftp::Starts));
        check(&[0, 0, 0, 5, 2, 0, 0, 0], "", Some(Sftp::Fails));
        check(&[0xff, 0, 0, 5, 2, 0, 0, 0, 3], "", Some(Sftp::Fails));
        check(b"Welcome!\n", "", Some(Sftp::Fails));
        check(b"", "subsystem request failed on channel 0\r\n", Some(Sftp::Refused));
        check(b"", "debug1: Exit status 127\r\n", Some(Sftp::Fails));
        assert_eq!(judge(b"", &parse_ssh_debug(b"")), None);
    }
}
