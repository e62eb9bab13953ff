//! Starting, stopping, and what sshd needs for it.

use super::Level;
use super::Said;
use super::What;
use super::read;
use super::read::detail;
use super::read::nothing;
use super::row::Row;
use super::row::row;

pub(super) const ROWS: &[Row] = &[
    row("Server listening on ", What::Listening, listening),
    row("Received signal ", What::Terminating, signal),
    row("Received SIGHUP; restarting.", What::Restarting, nothing),
    row("RESTART FAILED: ", What::Helper, detail),
    row("Bind to port ", What::BindFailed, bind_failed),
    row("Cannot bind any address", What::BindFailed, nothing),
    row("listen on [", What::BindFailed, detail),
    row("listen: ", What::BindFailed, detail),
    row("Too many listen sockets", What::ConfigError, detail),
    // ── configuration ───────────────────────────────────────────────────────────────────────
    row("/", What::ConfigError, of_file),
    row("command-line", What::ConfigError, of_file),
    row("rexec line ", What::NotNeeded, nothing),
    row("Unsupported KEX algorithm ", What::ConfigError, detail),
    row("Bad SSH2 ", What::ConfigError, detail),
    row("Directive '", What::ConfigError, detail),
    row("Bad configuration option: ", What::ConfigError, detail),
    row("AuthenticationMethods cannot be satisfied", What::ConfigError, nothing),
    row("AuthorizedKeysCommand set without", What::ConfigError, nothing),
    row("AuthorizedPrincipalsCommand set without", What::ConfigError, nothing),
    row("Configuration file is too large", What::ConfigError, nothing),
    row("Invalid AllowUsers pattern ", What::ConfigError, detail),
    row("Invalid DenyUsers pattern ", What::ConfigError, detail),
    row("'all' cannot be combined with other Match", What::ConfigError, nothing),
    row("Missing Match criteria for ", What::ConfigError, detail),
    row("One or more attributes required for Match", What::ConfigError, nothing),
    row("Unsupported Match attribute ", What::ConfigError, detail),
    row("Invalid LocalPort ", What::ConfigError, detail),
    row("no configuration ", What::ConfigError, nothing),
    // ── host keys ───────────────────────────────────────────────────────────────────────────
    row("sshd: no hostkeys available", What::NoHostKeys, nothing),
    row("no hostkeys available", What::NoHostKeys, nothing),
    row("Unable to load host key", What::HostKeyUnusable, detail),
    row("Could not load host key", What::HostKeyUnusable, detail),
    row("Error loading host key ", What::HostKeyUnusable, detail),
    row("No matching private key for certificate", What::NotNeeded, nothing),
    row("Couldn't create pid file ", What::NotNeeded, nothing),
    row("setsockopt ", What::NotNeeded, nothing),
    row("Could not load host certificate", What::NotNeeded, nothing),
    row("Disabling protocol version ", What::HostKeyUnusable, detail),
    row("Host key ", What::HostKeyUnusable, detail),
    row("Public key for ", What::HostKeyUnusable, detail),
    row("Permissions 0", What::HostKeyUnusable, detail),
    row("key_load_private: bad permissions", What::HostKeyUnusable, nothing),
    row("bad permissions: ignore key: ", What::HostKeyUnusable, detail),
    row("It is required that your private key files", What::NotNeeded, nothing),
    row("It is recommended that your private key files", What::NotNeeded, nothing),
    row("This private key will be ignored.", What::NotNeeded, nothing),
    row("@", What::NotNeeded, nothing),
    // ── what it runs as and with ────────────────────────────────────────────────────────────
    row("Missing privilege separation directory: ", What::PrivsepDir, detail),
    row("Bad owner or mode for ", What::PrivsepDir, detail),
    row("chroot(\"", What::PrivsepDir, chroot),
    row("Privilege separation user ", What::PrivsepUser, detail),
    row("OpenSSL version mismatch", What::LibraryMismatch, detail),
    row("rexec of ", What::Helper, detail),
    row("exec of ", What::Helper, detail),
    row("-R not supported here", What::Helper, nothing),
    row("recv_rexec_state: ", What::Helper, detail),
    row("rexec version mismatch", What::Helper, nothing),
    row("parse config: ", What::Helper, detail),
    row("ssh_msg_recv: ", What::Helper, detail),
    row("ssh_msg_send: ", What::Helper, detail),
    row("received no hostkeys", What::Helper, nothing),
    row("internal error: hostkeys confused", What::Helper, nothing),
    row("internal error: monitor received no hostkeys", What::Helper, nothing),
    row("ssh_sandbox_", What::Sandbox, detail),
    row("setgroups: ", What::Unprivileged, denied),
    row("setgroups failed: ", What::Unprivileged, denied),
    row("initgroups: ", What::Unprivileged, denied),
    row("setgid failed: ", What::Unprivileged, denied),
    row("setresuid ", What::Unprivileged, denied),
    row("setresgid ", What::Unprivileged, denied),
    row("permanently_set_uid: ", What::Unprivileged, detail),
    row("Failed to set uids to ", What::Unprivileged, detail),
];

/// `0.0.0.0 port 22.`
fn listening<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    said.number = rest.split_once(" port ").and_then(|(_, port)| read::leading_number(port));
    true
}

/// `15; terminating.`
fn signal<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.number = read::leading_number(rest);
    rest.ends_with("terminating.")
}

/// `22 on 0.0.0.0 failed: Address already in use.`
fn bind_failed<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    (said.number, said.detail) = (read::leading_number(rest), rest);
    true
}

/// `/run/sshd"): No such file or directory`
fn chroot<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    if rest.ends_with("Operation not permitted") {
        said.what = What::Unprivileged;
    }
    true
}

fn denied<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    rest.ends_with("Operation not permitted") || rest.ends_with("Permission denied")
}

/// Lines that begin with the path of a file.
fn of_file<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    if rest.ends_with("must be owned by root and not group or world-writable.") {
        said.what = What::PrivsepDir;
        return true;
    }
    if let Some((place, tried)) = rest.split_once(": Authentication tried for ")
        && !place.contains(": ")
    {
        return super::auth::not_from_here(said, tried);
    }
    if rest.contains(": terminating, ") && rest.ends_with("bad configuration options") {
        return true;
    }
    let Some((path, text)) = rest.split_once(" line ") else { return false };
    // A shell names itself and its line in the same way.
    if path.contains(' ') || path.trim_end_matches(':').ends_with("sh") {
        return false;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let text = text.get(digits..).and_then(|text| text.strip_prefix(": "));
    let Some(text) = text.filter(|_| digits > 0) else { return false };
    // These do not keep sshd from starting.
    let harmless = ["Deprecated option", "Unsupported option", "ignoring", "Ignoring"];
    if said.level == Level::Debug || harmless.iter().any(|start| text.starts_with(start)) {
        said.what = What::NotNeeded;
    }
    true
}
