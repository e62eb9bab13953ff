//! The user's keys as sshd finds them.

use std::io;
use std::path::Path;

use sshwhy_core::evaluate::authorized_keys::Client;
use sshwhy_core::evaluate::authorized_keys::Use;
use sshwhy_core::evaluate::authorized_keys::expand;
use sshwhy_core::evaluate::authorized_keys::judge;
use sshwhy_core::evaluate::file_mode::FileKind;
use sshwhy_core::evaluate::file_mode::first_untrusted;
use sshwhy_core::evaluate::sshd::Effective;
use sshwhy_core::model::question;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::authorized_keys::Entry;
use sshwhy_core::parse::authorized_keys::entries;
use sshwhy_core::parse::place::Place;

use super::Concerns;
use super::Look;
use super::file_modes;
use super::group_rule;
use super::host::Host;
use super::login::Login;
use super::this_sshd::ThisSshd;
use super::this_sshd::source_of;
use crate::sys::clock;

pub(super) static LOOK: Look = Look {
    name: "authorized_keys",
    doing: "looking at the user's authorized keys",
    concerns: Concerns::ThisClient,
    questions: &[Question::KeyFile],
    run,
};

/// Where keys lie when nobody says otherwise.
const USUAL: [&str; 2] = [".ssh/authorized_keys", ".ssh/authorized_keys2"];

/// Other places that keys can come from: what is in the files does not decide alone then.
const ELSEWHERE: [&str; 2] = ["authorizedkeyscommand", "trustedusercakeys"];

/// What one file gives.
enum Found {
    Missing,
    /// sshd does not take it: why, and where.
    Refused(String, String),
    /// We may not read it.
    Closed(String),
    Keys(Vec<(Entry, Use)>),
}

fn run(host: &Host) {
    let Some(login) = Login::of(host) else { return };
    let Some(sshd) = ThisSshd::find(host) else { return };
    let Some(effective) = sshd.effective(host, Some(&login)) else {
        host.not_assessed("authorized keys: sshd's configuration could not be read");
        return;
    };
    if effective.value_or_default("pubkeyauthentication") == "no" {
        return;
    }
    let mut files = Vec::new();
    for value in effective.all("authorizedkeysfile") {
        match expand(&value.text, &login.name, login.uid, &login.home) {
            Some(path) => files.push((look_at(host, sshd, &effective, &login, &path), path)),
            None if value.text.eq_ignore_ascii_case("none") => {}
            None => {
                let source = source_of(value.place.as_ref());
                host.not_assessed(format!("authorized keys: {source}: unknown token"));
                return;
            }
        }
    }
    say(host, &effective, &login, &files);
}

fn look_at(
    host: &Host,
    sshd: &ThisSshd,
    effective: &Effective,
    login: &Login,
    path: &str,
) -> Found {
    let chain = match file_modes::upwards(Path::new(path)) {
        Ok(chain) => chain,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Found::Missing,
        Err(error) => return Found::Closed(format!("{path}: {error}")),
    };
    let Some((file, folders)) = chain.split_first() else { return Found::Missing };
    let refused = |at: &str, why: String| Found::Refused(at.to_owned(), why);
    if file.kind != FileKind::File {
        return refused(path, format!("{path} is not a regular file"));
    }
    // sshd reads it as the user.
    let is_shut = || folders.iter().find(|folder| !folder.may_pass(login.uid, &login.gids));
    let shut = if file.may_read(login.uid, &login.gids) { is_shut() } else { Some(file) };
    if let Some(part) = shut {
        let why = format!("{} may not read {}: {}", login.name, part.path, part.text());
        return refused(&part.path, why);
    }
    if effective.value_or_default("strictmodes") != "no" {
        let home = std::fs::canonicalize(&login.home).ok();
        let home = home.as_ref().and_then(|home| home.to_str());
        let rule = group_rule::of(host, sshd, &chain);
        if let Some(part) = first_untrusted(&chain, home, login.uid, &rule) {
            let why = format!("{}: {}; StrictModes refuses that", part.path, part.text());
            return refused(&part.path, why);
        }
    }
    match host.read(path) {
        Ok(text) => {
            let client = client(host, effective);
            let entries = entries(&text).into_iter();
            Found::Keys(entries.map(|entry| (judge(&entry, &client), entry)).map(flip).collect())
        }
        Err(error) => Found::Closed(format!("{path}: {error}")),
    }
}

fn flip((used, entry): (Use, Entry)) -> (Entry, Use) {
    (entry, used)
}

fn client(host: &Host, effective: &Effective) -> Client {
    let source = host.flow.source;
    let uses_names = effective.value_or_default("usedns") == "yes";
    Client {
        address: source,
        host: (!uses_names).then(|| source.to_string()),
        // Seconds since 1970 fit many times over.
        now: clock::now() as i64,
    }
}

fn say(host: &Host, effective: &Effective, login: &Login, files: &[(Found, String)]) {
    let all = || {
        files.iter().flat_map(|(found, path)| {
            let keys = if let Found::Keys(keys) = found { keys.as_slice() } else { &[] };
            keys.iter()
                .map(move |(entry, used)| (Place::new(path.as_str(), entry.line), entry, *used))
        })
    };
    let first = |wanted: &[Use]| all().find(|(_, _, used)| wanted.contains(used));
    for (place, entry, used) in all() {
        warn(host, &place, entry, used);
    }
    if let Some((place, entry, _)) = first(&[Use::Usable, Use::Authority]) {
        host.observe_at(question::KeyFile::Usable, &place, words(entry));
        return;
    }
    for keyword in ELSEWHERE {
        let other = effective.first(keyword).filter(|value| value.text != "none");
        if let Some(value) = other {
            let source = source_of(value.place.as_ref());
            host.not_assessed(format!(
                "authorized keys: {source}: {keyword} {} may admit the key; no file does",
                value.text
            ));
            return;
        }
    }
    let refused = files.iter().find_map(|(found, _)| match found {
        Found::Refused(at, why) => Some((at, why)),
        _ => None,
    });
    let closed = files.iter().find_map(|(found, _)| match found {
        Found::Closed(why) => Some(why),
        _ => None,
    });
    if let Some((at, why)) = refused {
        host.observe(question::KeyFile::BadModes, at.as_str(), why.as_str());
    } else if let Some(why) = closed {
        host.not_assessed(format!("authorized keys: {why}: whether keys are there is open"));
    } else if let Some((place, entry, _)) = first(&[Use::Unknown]) {
        let words = words(entry);
        host.not_assessed(format!("authorized keys: {place}: {words}: not known whether it holds"));
    } else if let Some((place, entry, _)) = first(&[Use::Excluded]) {
        host.observe_at(question::KeyFile::SourceExcluded, &place, words(entry));
    } else if let Some((place, ..)) = first(&[Use::Expired]) {
        host.not_assessed(format!("authorized keys: {place}: every key has expired"));
    } else {
        say_missing(host, effective, login, files);
    }
}

/// No file has a key: perhaps because the keys lie where sshd does not look.
fn say_missing(host: &Host, effective: &Effective, login: &Login, files: &[(Found, String)]) {
    let read: Vec<&str> = files.iter().map(|(_, path)| path.as_str()).collect();
    let usual = USUAL.map(|name| format!("{}/{name}", login.home));
    let has_keys = |path: &&String| {
        let text = host.read(path).unwrap_or_default();
        entries(&text).iter().any(|entry| entry.kind.is_some())
    };
    let elsewhere = usual.iter().filter(|path| !read.contains(&path.as_str())).find(has_keys);
    let looked = read.join(" and ");
    if let Some(path) = elsewhere {
        let value = effective.first("authorizedkeysfile");
        let source = source_of(value.and_then(|value| value.place.as_ref()));
        let text = format!("sshd reads {looked}; the keys are in {path}");
        host.observe(question::KeyFile::Elsewhere, source, text);
        return;
    }
    let exists = files.iter().any(|(found, _)| matches!(found, Found::Keys(_)));
    let text = match exists {
        true => format!("{looked}: no key that sshd can read"),
        false => format!("there is no {looked}"),
    };
    let source = read.first().copied().unwrap_or("AuthorizedKeysFile none");
    host.observe(question::KeyFile::Missing, source, text);
}

/// A key without its blob: what it is and what it may.
fn words(entry: &Entry) -> String {
    let kind = entry.kind.as_deref().unwrap_or("no key");
    let print = entry.fingerprint.as_deref().unwrap_or_default();
    let mut words = format!("{kind} {print}");
    if let Ok(options) = &entry.options {
        if let Some(from) = &options.from {
            words.push_str(&format!(" from=\"{from}\""));
        }
        if options.authority {
            words.push_str(" cert-authority: only for certificates");
        }
        if options.restrict {
            words.push_str(" restrict");
        }
        if let Some(command) = &options.command {
            words.push_str(&format!(" command=\"{command}\""));
        }
    }
    words
}

fn warn(host: &Host, place: &Place, entry: &Entry, used: Use) {
    match (used, &entry.options) {
        (Use::Bad, Err(why)) => host.warn(place, &format!("sshd passes over this line: {why}")),
        (Use::Bad, Ok(_)) if entry.kind.is_none() => {
            host.warn(place, "sshd passes over this line: it holds no key that it can read");
        }
        (Use::Expired, _) => host.warn(place, "this key has expired (expiry-time=)"),
        _ => {}
    }
}
