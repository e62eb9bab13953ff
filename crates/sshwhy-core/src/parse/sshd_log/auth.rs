//! Authentication.

use super::Said;
use super::What;
use super::read;
use super::read::attempt;
use super::read::detail;
use super::read::nothing;
use super::read::user_from;
use super::row::Row;
use super::row::row;

pub(super) const ROWS: &[Row] = &[
    row("Accepted key ", What::NotNeeded, nothing),
    row("Accepted certificate ID ", What::NotNeeded, nothing),
    row("Accepted ", What::Accepted, attempt),
    row("Failed ", What::Failed, attempt),
    row("Partial ", What::Partial, attempt),
    row("Postponed ", What::NotNeeded, attempt),
    // ── who ─────────────────────────────────────────────────────────────────────────────────
    row("Invalid user ", What::InvalidUser, invalid_user),
    row("Illegal user ", What::InvalidUser, invalid_user),
    row("input_userauth_request: invalid user ", What::InvalidUser, named_invalid),
    row("User ", What::NotAllowed, of_user).or(&[What::Locked, What::Shell, What::KeysUnreadable]),
    row("Login restricted for ", What::NotAllowed, detail),
    row("ROOT LOGIN REFUSED FROM ", What::RootRefused, root),
    row("Root login accepted for forced command", What::NotNeeded, nothing),
    row("administratively prohibited connection for ", What::Prohibited, user_from),
    row("Account ", What::AccountExpired, account_expired),
    row("Could not get shadow information for ", What::NotNeeded, nothing),
    row("Access denied for user ", What::PamDenied, access_denied),
    // ── too many, too few ───────────────────────────────────────────────────────────────────
    row(
        "maximum authentication attempts exceeded for ",
        What::TooManyFailures,
        read::user_from_ssh2,
    ),
    row("No AuthenticationMethods left", What::NoMethods, nothing),
    row("Authentication methods list ", What::NotNeeded, nothing),
    row("authentication methods list ", What::NotNeeded, nothing),
    // ── keys ────────────────────────────────────────────────────────────────────────────────
    row("Authentication refused: ", What::BadModes, refused),
    row("Authentication refused for ", What::BadModes, refused_for),
    row("Rhosts authentication refused for ", What::NotNeeded, nothing),
    row("Authentication tried for ", What::NotFromHere, not_from_here),
    row("Could not open user '", What::KeysUnreadable, unreadable),
    row("Could not open authorized keys '", What::KeysUnreadable, path),
    row("trying public key file ", What::KeysTried, detail),
    row("signature algorithm ", What::KeyKind, detail),
    row("key type ", What::KeyKind, detail),
    row("refusing ", What::KeyKind, refusing_key),
    row("Authentication key ", What::KeyRevoked, revoked),
    row("unsupported public key algorithm: ", What::KeyKind, detail),
    row("Refusing RSA key because ", What::KeyKind, nothing),
    row("ssh-", What::KeyKind, not_permitted),
    row("Refusing certificate ID ", What::Certificate, detail),
    row("Refusing RSA/", What::KeyKind, detail),
    row("Certificate ", What::Certificate, detail),
    row("Certificate invalid: ", What::Certificate, detail),
    row("Certificate lacks principal list", What::Certificate, nothing),
    row("certificate ", What::Certificate, detail),
    row("cert: ", What::NotNeeded, nothing),
    row("public key ", What::TokenNotUsed, token),
    row("AuthorizedKeysCommand ", What::KeyCommand, command),
    row("AuthorizedPrincipalsCommand ", What::KeyCommand, command),
    row("Unsafe AuthorizedKeysCommand ", What::KeyCommand, detail),
    row("Unsafe AuthorizedPrincipalsCommand ", What::KeyCommand, detail),
    row("Could not stat AuthorizedKeysCommand ", What::KeyCommand, detail),
    row("userauth_hostbased mismatch: ", What::NotNeeded, nothing),
    // ── names ───────────────────────────────────────────────────────────────────────────────
    row("reverse mapping checking getaddrinfo for ", What::ReverseMapping, reverse),
    row("Nasty PTR record ", What::ReverseMapping, detail),
    row("Address ", What::ReverseMapping, maps_back),
    row("Failed to negotiate", What::NotNeeded, nothing),
];

fn invalid_user<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let known = user_from(said, rest);
    said.user_invalid = true;
    known
}

/// The user, up to the end.
fn named_invalid<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    (said.user, said.user_invalid) = (Some(rest), true);
    true
}

/// `U[ from HOST] not allowed because REASON`, `U password has expired (…)`, and `child is on pid N`.
fn of_user<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    if let Some(pid) = rest.strip_prefix("child is on pid ") {
        (said.what, said.pid) = (What::SessionOpened, read::leading_number(pid));
        return said.pid.is_some();
    }
    if let Some((user, reason)) = rest.rsplit_once(" password has expired (") {
        (said.what, said.user, said.detail) = (What::PasswordExpired, Some(user), reason);
        return true;
    }
    if rest.ends_with(" is not a regular file") {
        (said.what, said.detail) = (What::KeysUnreadable, rest);
        return true;
    }
    let Some((who, reason)) = rest.rsplit_once(" not allowed because ") else { return false };
    said.detail = reason;
    said.what = match reason {
        "account is locked" => What::Locked,
        _ if reason.starts_with("shell ") => What::Shell,
        _ => What::NotAllowed,
    };
    said.user = Some(who);
    if said.what == What::NotAllowed
        && let Some((user, from)) = who.rsplit_once(" from ")
    {
        (said.user, said.source) = (Some(user), read::address_of(from));
    }
    true
}

fn root<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.user = Some("root");
    read::address_first(said, rest);
    true
}

/// `U has expired`.
fn account_expired<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.user = rest.strip_suffix(" has expired");
    said.user.is_some()
}

/// `U by PAM account configuration`; up to 7.6 also `U.`
fn access_denied<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let user = rest.strip_suffix(" by PAM account configuration");
    said.user = user.or(rest.strip_suffix('.'));
    said.user.is_some()
}

/// `bad ownership or modes for file F`, `F is not a regular file`, `realpath F failed: E`.
fn refused<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    if rest.starts_with("realpath ") {
        said.what = What::KeysUnreadable;
    }
    true
}

/// `U: bad owner or modes for F`.
fn refused_for<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    rest.contains(": bad owner")
}

/// `ssh-rsa key type X is not in permitted list L`.
fn not_permitted<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    rest.contains(" is not in permitted list ")
}

/// `U with correct key but not from a permitted host (host=H, ip=A[, required=L]).`, or about a
/// certificate `(ip=A)` or `(A)`.
pub(super) fn not_from_here<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.what = What::NotFromHere;
    let forms = [
        " with correct key but not from a permitted host (",
        " with valid certificate but not from a permitted host (",
        " with valid certificate but not from a permitted source address (",
    ];
    let Some((user, rest)) = forms.iter().find_map(|form| rest.split_once(form)) else {
        return false;
    };
    (said.user, said.detail) = (Some(user), rest);
    // The name is whoever's who keeps the address's zone; what is required is the user's own text.
    let before = rest.split_once(", required=").map_or(rest, |(before, _)| before);
    let address = before.rsplit_once("ip=").map_or(before, |(_, address)| address);
    said.source = read::address_of(address.trim_end_matches([')', '.']));
    true
}

/// `U' authorized keys 'F': ERROR`.
fn unreadable<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((user, rest)) = rest.split_once("' ") else { return false };
    (said.user, said.detail) = (Some(user), rest);
    true
}

/// `F': ERROR`.
fn path<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    detail(said, rest)
}

/// `refusing RSA key: Invalid key length`; `refusing non-sftp session` is another matter.
fn refusing_key<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    rest.contains(" key: ")
}

/// `ED25519 SHA256:… revoked by file F`.
fn revoked<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((key, rest)) = rest.split_once(" revoked by file ") else { return false };
    (said.key, said.detail) = (Some(key), rest);
    true
}

/// `ED25519-SK SHA256:… signature for U from A port P rejected: user presence … not met`.
fn token<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((key, rest)) = rest.split_once(" signature for ") else { return false };
    let Some((who, reason)) = rest.rsplit_once(" rejected: ") else { return false };
    (said.key, said.detail) = (Some(key), reason);
    user_from(said, who)
}

/// `F U failed, status N`, `… exited on signal N`.
fn command<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    rest.contains(" failed, status ") || rest.contains(" exited on signal ")
}

/// `NAME [ADDRESS] failed.`, up to 6.7 ` failed - POSSIBLE BREAK-IN ATTEMPT!`
fn reverse<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let bracket = rest.rsplit_once(" [").and_then(|(_, rest)| rest.split_once("] failed"));
    said.source = bracket.and_then(|(address, _)| read::address_of(address));
    bracket.is_some()
}

/// `ADDRESS maps to NAME, but this does not map back to the address.`
fn maps_back<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    rest.contains(" maps to ") && read::address_first(said, rest)
}
