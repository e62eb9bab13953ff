//! The way through a jump host or a ProxyCommand: a program whose input and output are the
//! connection, run as ssh would run it.

use std::process::Command;
use std::time::Duration;

use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::Proxy;
use sshwhy_core::parse::target::parse_destination;

use super::attempt::Attempt;
use super::attempt::End;
use super::attempt::Greeting;
use super::attempt::Opened;
use super::ssh;
use crate::engine::facts::Facts;
use crate::engine::scene::Scene;

/// Whether the target is reached through a program.
pub(super) fn is_used(facts: &Facts) -> bool {
    !facts.via.is_empty() || facts.config.proxy_command.is_some()
}

/// Starts the program; whether it runs. What it makes of the connection shows later, see
/// [`observe`].
pub(super) fn open(scene: &Scene, facts: &Facts, attempt: &mut Attempt<'_>) -> bool {
    let mut command = command(scene, facts);
    // Two handshakes, a login and a third handshake take their time.
    attempt.manner.hello = Duration::from_secs(15);
    match attempt.open_program(&mut command) {
        Opened::Yes => true,
        Opened::NoProgram(error) => {
            let program = command.get_program().to_string_lossy().into_owned();
            scene.observe(Proxy::CommandFails, format!("cannot start {program}: {error}"));
            false
        }
        Opened::No(_) | Opened::NotTried => false,
    }
}

fn command(scene: &Scene, facts: &Facts) -> Command {
    if let Some((last, before)) = facts.via.split_last() {
        let mut command = ssh::command(&scene.settings.of_jump_host());
        command.args(["-o", "BatchMode=yes", "-o", "ControlPath=none"]);
        if !before.is_empty() {
            command.args(["-J", &before.join(",")]);
        }
        let to = format!("[{}]:{}", facts.config.hostname, facts.config.port);
        // As a destination ssh takes a port only in a URI.
        let has_port = parse_destination(last).is_ok_and(|d| d.port.is_some());
        let last = if has_port { format!("ssh://{last}") } else { last.clone() };
        command.args(["-W", &to, "--", &last]);
        return command;
    }
    let line = facts.config.proxy_command.as_deref().unwrap_or_default();
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("exec {}", expand(line, facts, &scene.target.given)));
    command
}

/// The tokens that ProxyCommand takes: ssh_config(5), TOKENS.
fn expand(line: &str, facts: &Facts, given: &str) -> String {
    let mut expanded = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            expanded.push(c);
            continue;
        }
        match chars.next() {
            Some('h') => expanded.push_str(&facts.config.hostname),
            Some('p') => expanded.push_str(&facts.config.port.to_string()),
            Some('r') => expanded.push_str(&facts.config.user),
            Some('n') => expanded.push_str(given),
            Some('%') | None => expanded.push('%'),
            Some(other) => expanded.extend(['%', other]),
        }
    }
    expanded
}

/// Records how the program fared; whether there was a connection to the server.
pub(super) fn observe(scene: &Scene, attempt: &mut Attempt<'_>, greeting: &Greeting) -> bool {
    if !matches!(greeting, Greeting::Ended(_)) {
        scene.observe(Proxy::Passes, "bytes of the server came through");
        return true;
    }
    let said = attempt.said();
    if said.trim().is_empty() && matches!(greeting, Greeting::Ended(End::Silent)) {
        // The program runs and is content: it is the server that says nothing.
        scene.observe(Proxy::Passes, "the program connects and says nothing");
        return true;
    }
    let line = |word: &str| said.lines().find(|l| l.contains(word)).map(str::trim);
    let (answer, text) = if let Some(text) = line("administratively prohibited") {
        (Proxy::ForwardDenied, text)
    } else if let Some(text) = line("open failed: connect failed") {
        observe_far_end(scene, text);
        (Proxy::TargetFails, text)
    } else if let Some(text) = line("Permission denied (").or(line("Host key verification failed"))
    {
        (Proxy::LoginFails, text)
    } else {
        (Proxy::CommandFails, said.lines().last().unwrap_or("it ended without a word").trim())
    };
    scene.observe(answer, text);
    false
}

/// What the jump host says of its own attempt to connect: connect(2)'s words for its errno.
fn observe_far_end(scene: &Scene, text: &str) {
    let answer = if text.contains("refused") {
        Connect::Refused
    } else if text.contains("timed out") {
        Connect::Silent
    } else if text.contains("No route") || text.contains("unreachable") {
        Connect::Unreachable
    } else {
        return;
    };
    scene.observe(answer, format!("seen from the jump host: {text}"));
}
