//! PAM: its modules, which write under sshd's name, and sshd about it.

use super::Said;
use super::What;
use super::read;
use super::read::detail;
use super::read::nothing;
use super::row::Row;
use super::row::row;

pub(super) const ROWS: &[Row] = &[
    row("pam_", What::NotNeeded, module),
    row("PAM: initialisation failed", What::PamBroken, nothing),
    row("PAM: initialization failed", What::PamBroken, nothing),
    row("PAM: pam_open_session(): ", What::PamSession, detail),
    row("PAM: pam_setcred(): ", What::PamSession, detail),
    row("PAM: pam_start: ", What::PamBroken, detail),
    row("PAM unable to dlopen(", What::PamBroken, detail),
    row("PAM adding faulty module: ", What::PamBroken, detail),
    row("PAM _pam_", What::PamBroken, detail),
    row("PAM service(", What::NotNeeded, nothing),
    row("PAM rejected by account configuration", What::PamDenied, detail),
    row("PAM: ", What::PamFailed, failure),
    row("PAM ", What::PamFailed, more_failures),
    row("Failed to create session: ", What::Logind, detail),
];

/// `MODULE(SERVICE:TYPE): TEXT`, after `pam_`.
fn module<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((_, text)) = rest.split_once("): ") else { return false };
    said.detail = text;
    if let Some(rest) = text.strip_prefix("authentication failure; ") {
        said.what = What::PamFailed;
        remote_host(said, rest);
    } else if let Some(user) = text.strip_prefix("session opened for user ") {
        said.what = What::SessionOpened;
        said.user = user.split(['(', ' ']).next();
    } else if let Some(user) = text.strip_prefix("session closed for user ") {
        (said.what, said.user) = (What::SessionClosed, Some(user));
    } else {
        said.what = module_says(rest, text);
        about_user(said, text);
    }
    true
}

/// The user, and with pam_access the client, of a module's own words.
fn about_user<'a>(said: &mut Said<'a>, text: &'a str) {
    if let Some(rest) = text.strip_prefix("access denied for user `")
        && let Some((user, from)) = rest.rsplit_once("' from `")
    {
        said.user = Some(user);
        said.source = read::address_of(from.trim_end_matches('\''));
    } else if let Some(rest) = text.strip_prefix("account ")
        && let Some((user, _)) = rest.split_once(" has expired")
    {
        said.user = Some(user);
    } else if let Some((_, user)) = text.split_once(" for user ") {
        said.user = user.split(' ').next();
    }
}

/// What a module's text is about.
fn module_says(module: &str, text: &str) -> What {
    let holds = |words: &str| text.contains(words);
    match () {
        () if holds("has expired (account expired)") => What::AccountExpired,
        () if holds("expired password for user ") => What::PasswordExpired,
        () if holds("has expired (failed to change password)") => What::PasswordExpired,
        () if holds("Too many logins") || holds("too many logins") => What::LoginLimit,
        () if module.starts_with("systemd(") && holds("Failed to create session") => What::Logind,
        () if module.starts_with("systemd(") && holds("timed out") => What::Logind,
        () if holds("temporarily locked") => What::PamLocked,
        () if module.starts_with("tally") && holds(", deny ") => What::PamLocked,
        () if module.starts_with("access(") && holds("access denied") => What::PamDenied,
        () if holds("Login restricted") || holds("not permitted at this time") => What::PamDenied,
        () => What::NotNeeded,
    }
}

/// `logname= uid=0 euid=0 tty=ssh ruser= rhost=ADDRESS  user=U`: the user is the client's, and last.
fn remote_host<'a>(said: &mut Said<'a>, text: &'a str) {
    let Some((_, rest)) = text.split_once(" rhost=") else { return };
    let (host, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    said.source = read::address_of(host);
    said.user = rest.trim_start().strip_prefix("user=");
}

/// `Authentication failure for [illegal user ]U from ADDRESS`.
fn failure<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((reason, rest)) = rest.split_once(" for ") else { return false };
    said.detail = reason;
    read::user_from(said, rest)
}

/// `2 more authentication failures; logname= … rhost=ADDRESS`.
fn more_failures<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((count, rest)) = rest.split_once(" more authentication failure") else { return false };
    remote_host(said, rest);
    count.bytes().all(|byte| byte.is_ascii_digit())
}
