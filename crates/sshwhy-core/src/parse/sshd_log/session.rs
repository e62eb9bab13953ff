//! After login.

use super::Said;
use super::What;
use super::read;
use super::read::detail;
use super::read::nothing;
use super::row::Row;
use super::row::row;

pub(super) const ROWS: &[Row] = &[
    row("Starting session: ", What::SessionOpened, starting),
    row("Close session: ", What::SessionClosed, close),
    row("subsystem request for ", What::Subsystem, subsystem),
    row("bad ownership or modes for chroot directory", What::Chroot, detail),
    row("safely_chroot: ", What::Chroot, detail),
    row("stat(\"", What::Chroot, detail),
    row("chroot path ", What::Chroot, detail),
    row("no more sessions", What::NoMoreSessions, nothing),
    row("refused local port forward: ", What::ForwardRefused, detail),
    row("refused remote port forward: ", What::ForwardRefused, detail),
    row("refused streamlocal port forward: ", What::ForwardRefused, detail),
    row("Received request to connect to host ", What::ForwardRefused, forward),
    row("bind [", What::ForwardBusy, detail),
    row("bind: ", What::ForwardBusy, detail),
    row("channel_setup_fwd_listener_tcpip: cannot listen to port: ", What::ForwardBusy, detail),
    row("cannot listen to port: ", What::ForwardBusy, detail),
    row("channel_setup_fwd_listener", What::ForwardBusy, detail),
    row("openpty: ", What::NoTerminal, detail),
    row("session_pty_req: ", What::NotNeeded, nothing),
    row("Timeout, client not responding", What::AliveTimeout, alive),
    row("terminating inactive connection from ", What::Inactive, read::remote),
    row("channel ", What::Inactive, channel),
    row("refusing non-sftp session", What::NotNeeded, nothing),
    row("Connection from UNKNOWN", What::NotNeeded, nothing),
    row("Transferred: ", What::NotNeeded, nothing),
    row("Changed root directory to ", What::NotNeeded, nothing),
    row("syslogin_perform_logout: ", What::NotNeeded, nothing),
    row("lastlog_", What::NotNeeded, nothing),
    row("session opened for ", What::NotNeeded, nothing),
    row("session closed for ", What::NotNeeded, nothing),
    row("rekeyed ", What::NotNeeded, nothing),
    row("ssh_selinux_", What::NotNeeded, nothing),
    row("Set /proc/self/oom_score_adj", What::NotNeeded, nothing),
];

/// `shell on pts/0 for U from A port P id 0`; a command may stand before `for`.
fn starting<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    session(said, rest)
}

/// `user U from A port P id 0`.
fn close<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    session(said, rest)
}

/// `… [for |user ]U from A port P id N`, from the end.
fn session<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let before_id = rest.rsplit_once(" id ").filter(|(_, id)| id.parse::<u32>().is_ok());
    let rest = before_id.map_or(rest, |(rest, _)| rest);
    let (before, source, port) = read::address_at_end(rest);
    (said.source, said.port) = (source, port);
    let user = before.strip_suffix(" from").unwrap_or(before);
    let user = user.rsplit_once("for ").map_or(user, |(_, user)| user);
    said.user = Some(user.strip_prefix("user ").unwrap_or(user));
    true
}

/// `sftp by user U failed, subsystem not found`; without the failure it is an ordinary request.
fn subsystem<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    if !rest.contains(" failed, ") {
        said.what = What::NotNeeded;
    }
    true
}

/// `H port P, but the request was denied.`
fn forward<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    rest.ends_with("but the request was denied.")
}

/// ` from REMOTE-ID`; up to 7.6 a full stop.
fn alive<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    rest.strip_prefix(" from ").is_none_or(|remote| read::remote(said, remote))
}

/// `0: closing after 300 seconds of inactivity`.
fn channel<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    rest.ends_with(" seconds of inactivity")
}
