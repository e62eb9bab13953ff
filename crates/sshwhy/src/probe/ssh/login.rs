//! A login with the user's own ssh: as the user's `ssh HOST`, but for what could ask, change or
//! disturb something.
//!
//! It must never try a password, ask anybody anything, nor write to a file of the user's.

use std::io;
use std::process::Command;

use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::HostKey;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::known_hosts::line_for;
use sshwhy_core::parse::ssh_g::ClientConfig;

use crate::engine::facts::Facts;
use crate::engine::scene::Scene;
use crate::probe::host_key;
use crate::probe::ssh;
use crate::sys::private_file::PrivateFile;

/// For TCP and the identification string; longer through a proxy, which logs in somewhere first.
const CONNECT_SECONDS: u32 = 10;
const CONNECT_SECONDS_PROXY: u32 = 20;
/// The handshake has waited for the first address already, in vain.
const CONNECT_SECONDS_DEAD: u32 = 4;

/// What is asked of the server after the login.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::probe) enum Wanted<'a> {
    /// A command with a terminal.
    Terminal(&'a str),
    /// A command.
    Command(&'a str),
    /// The login shell, with a terminal.
    Shell,
    /// A subsystem, such as `sftp`.
    Subsystem(&'a str),
    /// No session at all.
    Nothing,
}

/// A call of ssh that is ready to be run, with the files that it needs.
#[derive(Debug)]
pub(in crate::probe) struct Login {
    /// The call.
    pub(in crate::probe) command: Command,
    _known_hosts: Option<PrivateFile>,
}

/// Says how to log in; `more` are options that win over all others.
///
/// # Errors
///
/// When the temporary file of known hosts cannot be written.
pub(in crate::probe) fn prepare(
    scene: &Scene,
    wanted: Wanted<'_>,
    more: &[&str],
) -> io::Result<Login> {
    let facts = scene.facts();
    let mut command = ssh::plain_command(&scene.settings);
    // The first value of an option counts, so ours stand before the user's.
    let mut option = |text: &str| {
        command.args(["-o", text]);
    };
    more.iter().copied().for_each(&mut option);
    let fixed = fixed_options(&facts);
    // ssh takes its -s and -N for a SessionType, which may be set only once.
    let special = matches!(wanted, Wanted::Subsystem(_) | Wanted::Nothing);
    let fixed = fixed.iter().filter(|o| !(special && o.starts_with("SessionType=")));
    fixed.for_each(|text| option(text));
    let known_hosts = new_key(scene, &facts)?;
    if let Some(file) = &known_hosts {
        trust(file).iter().for_each(|text| option(text));
    }
    // ssh takes only one way, and it knows the one that the user typed.
    let typed = scene.settings.ssh_options.iter().any(|o| o.starts_with("-J"));
    if !facts.via.is_empty() && !typed {
        option(&format!("ProxyJump={}", facts.via.join(",")));
    }
    command.args(&scene.settings.ssh_options);
    command.args(["-vvv", "-a", "-x"]);
    let host = ssh::host(&scene.target);
    match wanted {
        Wanted::Terminal(line) => command.args(["-tt", "--", &host, line]),
        Wanted::Shell => command.args(["-tt", "-e", "none", "--", &host]),
        Wanted::Nothing => command.args(["-T", "-N", "--", &host]),
        Wanted::Command(line) => command.args(["-T", "--", &host, line]),
        Wanted::Subsystem(name) => command.args(["-T", "-s", "--", &host, name]),
    };
    // Whatever asks, asks nobody: there is no terminal, and no window may open.
    command.env("SSH_ASKPASS_REQUIRE", "never").env_remove("SSH_ASKPASS");
    Ok(Login { command, _known_hosts: known_hosts })
}

/// Options that keep the login from asking, changing or disturbing anything.
fn fixed_options(facts: &Facts) -> Vec<String> {
    let proxied = !facts.via.is_empty() || facts.config.proxy_command.is_some();
    let first_is_dead = !proxied && facts.address != facts.addresses.first().copied();
    let seconds = match (proxied, first_is_dead) {
        (true, _) => CONNECT_SECONDS_PROXY,
        (false, true) => CONNECT_SECONDS_DEAD,
        (false, false) => CONNECT_SECONDS,
    };
    let mut options: Vec<String> = [
        "BatchMode=yes",
        "NumberOfPasswordPrompts=0",
        "ConnectionAttempts=1",
        // A session of its own: neither through a connection that is open already, nor one that
        // stays open.
        "ControlMaster=no",
        "ControlPath=none",
        "ControlPersist=no",
        // Nothing of the user's is changed or opened.
        "CheckHostIP=no",
        "ClearAllForwardings=yes",
        "PermitLocalCommand=no",
        "Tunnel=no",
    ]
    .map(str::to_owned)
    .to_vec();
    options.push(format!("ConnectTimeout={seconds}"));
    if let Some(address) = facts.address.filter(|_| first_is_dead) {
        // When it is the other family that works, the dead address is left out altogether.
        let family = if address.is_ipv6() { "inet6" } else { "inet" };
        if facts.addresses.first().is_some_and(|first| first.is_ipv6() != address.is_ipv6()) {
            options.push(format!("AddressFamily={family}"));
        }
    }
    // What the user's version does not know would be an error, and so would be some of these
    // beside other options: only what is set is unset.
    let set = [
        ("addkeystoagent", "AddKeysToAgent=no"),
        ("forkafterauthentication", "ForkAfterAuthentication=no"),
        ("remotecommand", "RemoteCommand=none"),
        ("sessiontype", "SessionType=default"),
        ("updatehostkeys", "UpdateHostKeys=no"),
    ];
    let unset = |keyword| match facts.config.other(keyword) {
        None | Some("" | "no" | "false" | "default") => true,
        Some(value) => value == "none" && keyword != "sessiontype",
    };
    options.extend(set.iter().filter(|(k, _)| !unset(k)).map(|(_, option)| (*option).to_owned()));
    options
}

/// Whether the user's `ssh HOST` would ask for a terminal: with a command of its own it does not.
pub(in crate::probe) fn wants_terminal(config: &ClientConfig) -> bool {
    let other = |keyword| config.other(keyword).unwrap_or_default();
    match other("requesttty") {
        "no" | "false" => false,
        "yes" | "true" | "force" => true,
        _ => {
            let command = !matches!(other("remotecommand"), "" | "none");
            let kind = !matches!(other("sessiontype"), "" | "default");
            !command && !kind
        }
    }
}

/// Options that ask for the remote forwardings of the configuration: only the server can refuse
/// them. The ports are given back when the session ends.
pub(in crate::probe) fn forwardings(config: &ClientConfig) -> &'static [&'static str] {
    match config.other("remoteforward") {
        Some(_) => &["ClearAllForwardings=no", "ExitOnForwardFailure=no"],
        None => &[],
    }
}

/// Whether the key is new to the user: ssh would ask, and then go on.
pub(in crate::probe) fn is_new_key(scene: &Scene) -> bool {
    scene.evidence.answer(Question::HostKey) == Some(Answer::HostKey(HostKey::Unknown))
}

/// A file with the one key that the server showed, for this login alone.
fn new_key(scene: &Scene, facts: &Facts) -> io::Result<Option<PrivateFile>> {
    let Some(key) = facts.host_key.as_ref().filter(|_| is_new_key(scene)) else { return Ok(None) };
    let line = line_for(&host_key::name(&facts.config), key);
    line.map(|line| PrivateFile::new(&format!("{line}\n"))).transpose()
}

fn trust(file: &PrivateFile) -> [String; 3] {
    let path = file.path().to_string_lossy().replace('%', "%%");
    [
        format!("UserKnownHostsFile=\"{path}\""),
        "GlobalKnownHostsFile=none".to_owned(),
        "StrictHostKeyChecking=yes".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> ClientConfig {
        let others = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        ClientConfig { others, ..ClientConfig::default() }
    }

    #[test]
    fn a_terminal_is_wanted_when_ssh_would_ask_for_one() {
        let check = |pairs: &[(&str, &str)], expected| {
            assert_eq!(wants_terminal(&config(pairs)), expected, "{pairs:?}");
        };
        check(&[], true);
        check(&[("requesttty", "auto"), ("sessiontype", "default")], true);
        check(&[("requesttty", "no")], false);
        check(&[("requesttty", "false")], false);
        check(&[("remotecommand", "tmux")], false);
        check(&[("remotecommand", "tmux"), ("requesttty", "force")], true);
        check(&[("sessiontype", "none")], false);
    }

    #[test]
    fn a_dead_address_is_not_waited_for_again() {
        let options = |addresses: &[&str], used: &str| {
            let addresses = addresses.iter().map(|a| a.parse().unwrap()).collect();
            let address = Some(used.parse().unwrap());
            fixed_options(&Facts { addresses, address, ..Facts::default() }).join(" ")
        };
        let (v6, v4, other) = ("[2001:db8::1]:22", "192.0.2.1:22", "192.0.2.2:22");
        assert!(options(&[v6, v4], v6).contains("ConnectTimeout=10"));
        assert!(options(&[v6, v4], v4).contains("ConnectTimeout=4 AddressFamily=inet"));
        let same = options(&[v4, other], other);
        assert!(same.contains("ConnectTimeout=4") && !same.contains("AddressFamily"), "{same}");
    }

    #[test]
    fn only_options_that_are_set_are_unset() {
        let options = |pairs: &[(&str, &str)]| {
            fixed_options(&Facts { config: config(pairs), ..Facts::default() })
        };
        let has = |options: Vec<String>, wanted: &str| options.iter().any(|o| o == wanted);
        assert!(has(options(&[]), "BatchMode=yes"));
        assert!(!has(options(&[]), "UpdateHostKeys=no"));
        assert!(!has(options(&[("sessiontype", "default")]), "SessionType=default"));
        assert!(has(options(&[("sessiontype", "none")]), "SessionType=default"));
        assert!(has(options(&[("updatehostkeys", "true")]), "UpdateHostKeys=no"));
    }
}
