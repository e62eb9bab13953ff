//! The host key that the server showed, against the keys on record, as ssh checks it:
//! `check_host_key` and `order_hostkeyalgs` in OpenSSH's `sshconnect.c`.
//!
//! It must never write to a file, nor verify a signature: the login does that.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use sshwhy_core::model::question::HostKey as Verdict;
use sshwhy_core::model::question::KeyElsewhere;
use sshwhy_core::parse::known_hosts::Entry;
use sshwhy_core::parse::known_hosts::HostFile;
use sshwhy_core::parse::known_hosts::KnownHost;
use sshwhy_core::parse::known_hosts::Marker;
use sshwhy_core::parse::known_hosts::Name;
use sshwhy_core::parse::known_hosts::Names;
use sshwhy_core::parse::known_hosts::Place;
use sshwhy_core::parse::known_hosts::look_up;
use sshwhy_core::parse::pattern;
use sshwhy_core::parse::ssh_g::ClientConfig;
use sshwhy_core::parse::ssh_g::StrictHostKeyChecking as Strict;
use sshwhy_core::wire::ssh::host_key::Certificate;
use sshwhy_core::wire::ssh::host_key::HostKey;

use super::ssh;
use super::tokens::Tokens;
use crate::engine::scene::Scene;

/// No file of known hosts is larger; what lies beyond is not read.
const MAX_FILE: u64 = 16 << 20;
/// A host certificate: `SSH2_CERT_TYPE_HOST`.
const HOST_CERTIFICATE: u32 = 2;

/// Looks the key up and records what the files say of it.
pub(super) fn observe(scene: &Scene, blob: &[u8]) {
    let config = scene.facts().config;
    let key = match HostKey::parse(blob) {
        Ok(key) => key,
        Err(error) => {
            return scene.learn(|f| f.not_assessed.push(format!("the host key: {error}")));
        }
    };
    scene.learn(|f| f.host_key = Some(key.clone()));
    if let Some(text) = too_short(&key, &config) {
        return scene.observe(Verdict::Unusable, text);
    }
    if set(&config, "revokedhostkeys") {
        let reason = "the host key: only ssh reads RevokedHostKeys";
        return scene.learn(|f| f.not_assessed.push(reason.to_owned()));
    }
    let files = files(&config, &ssh::host(&scene.target));
    let found = judge(&files, &name(&config), &key, now());
    match verdict(&found, &config) {
        Ok(verdict) => {
            if verdict == Verdict::Changed {
                observe_elsewhere(scene, &files, &key);
            }
            scene.observe(verdict, text(&found, &key));
        }
        Err(reason) => scene.learn(|f| {
            f.not_assessed.push(format!("the host key: {}; {reason}", text(&found, &key)));
        }),
    }
}

/// A key that belongs to another host on record: did the name lead to the wrong machine?
fn observe_elsewhere(scene: &Scene, files: &[HostFile], key: &HostKey) {
    let here = files.iter().find_map(|file| {
        let same = |e: &&Entry| e.marker == Marker::None && e.key.plain == key.plain;
        file.entries.iter().find(same).map(|e| (e, file))
    });
    match here {
        None => scene.observe(KeyElsewhere::No, "no line of the known_hosts files has this key"),
        Some((entry, file)) => {
            let whose = match &entry.names {
                Names::Patterns(names) => format!(" for {names}"),
                Names::Hashed { .. } => String::new(),
            };
            scene.observe(KeyElsewhere::Yes, format!("{}:{}{whose}", file.name, entry.line));
        }
    }
}

/// Whether ssh refuses the key for its size (`RequiredRSASize`, 9.1 and later).
fn too_short(key: &HostKey, config: &ClientConfig) -> Option<String> {
    let bits = key.rsa_bits?;
    let wanted: usize = config.other("requiredrsasize")?.parse().ok()?;
    (bits < wanted).then(|| format!("{bits} bits of RSA; RequiredRSASize wants {wanted}"))
}

/// What the files say, certificates included.
#[derive(Debug, PartialEq)]
enum Found {
    Plain(KnownHost),
    /// The authority is known, the certificate is not acceptable.
    Unacceptable(String),
}

fn judge(files: &[HostFile], name: &Name, key: &HostKey, now: u64) -> Found {
    let found = look_up(files, name, key);
    let (KnownHost::CertificateAuthority { .. }, Some(certificate)) = (&found, &key.certificate)
    else {
        return Found::Plain(found);
    };
    let Some(trouble) = trouble(certificate, name, now) else { return Found::Plain(found) };
    // ssh falls back to the key in the certificate.
    match HostKey::parse(&key.plain).map(|plain| look_up(files, name, &plain)) {
        Ok(plain @ (KnownHost::Match { .. } | KnownHost::Revoked { .. })) => Found::Plain(plain),
        _ => Found::Unacceptable(trouble),
    }
}

/// Why ssh would not accept a certificate of a known authority: `sshkey_cert_check_host`.
fn trouble(certificate: &Certificate, name: &Name, now: u64) -> Option<String> {
    let host = name.alias.clone().unwrap_or_else(|| name.host.to_ascii_lowercase());
    let principals = &certificate.principals;
    if certificate.kind != HOST_CERTIFICATE {
        Some("it is not a host certificate".to_owned())
    } else if now < certificate.valid_after {
        Some("it is not valid yet".to_owned())
    } else if now >= certificate.valid_before {
        Some("it has expired".to_owned())
    } else if !principals.is_empty() && !principals.iter().any(|p| pattern::matches(p, &host)) {
        Some(format!("it is for {} and not for {host}", principals.join(", ")))
    } else {
        None
    }
}

/// The answer; `Err` says why there is none from here.
fn verdict(found: &Found, config: &ClientConfig) -> Result<Verdict, &'static str> {
    let (changed, strict) = match found {
        Found::Unacceptable(_) => return Ok(Verdict::BadCertificate),
        Found::Plain(KnownHost::Match { .. } | KnownHost::CertificateAuthority { .. }) => {
            return Ok(Verdict::Known);
        }
        Found::Plain(KnownHost::Revoked { .. }) => return Ok(Verdict::Revoked),
        Found::Plain(KnownHost::Changed { .. } | KnownHost::OtherTypeKnown { .. }) => {
            (true, config.strict_host_key_checking)
        }
        Found::Plain(KnownHost::Unknown { .. }) => (false, config.strict_host_key_checking),
    };
    if set(config, "knownhostscommand") {
        return Err("KnownHostsCommand may know it");
    }
    if config.other("verifyhostkeydns").is_some_and(|v| !matches!(v, "no" | "false")) {
        return Err("VerifyHostKeyDNS may know it");
    }
    match (changed, strict) {
        (true, Strict::Off) => Err("StrictHostKeyChecking lets ssh go on all the same"),
        (true, _) => Ok(Verdict::Changed),
        (false, Strict::Yes) => Ok(Verdict::UnknownStrict),
        (false, _) => Ok(Verdict::Unknown),
    }
}

fn set(config: &ClientConfig, keyword: &str) -> bool {
    config.other(keyword).is_some_and(|value| !value.is_empty() && value != "none")
}

fn text(found: &Found, key: &HostKey) -> String {
    let shown = format!("{} {}", key.type_word(), key.fingerprint());
    let at = |place: &Place| format!("{}:{}", place.file, place.line);
    let other = |place: &Place| {
        let Place { key_type, fingerprint, .. } = place;
        format!("{shown}; {} has {key_type} {fingerprint}", at(place))
    };
    match found {
        Found::Unacceptable(trouble) => format!("{shown}; its certificate: {trouble}"),
        Found::Plain(KnownHost::Match { at: place, .. }) => format!("{shown}, {}", at(place)),
        Found::Plain(KnownHost::CertificateAuthority { at: place }) => {
            format!("{shown}, signed by the authority of {}", at(place))
        }
        Found::Plain(KnownHost::Revoked { at: place }) => {
            format!("{shown} is revoked by {}", at(place))
        }
        Found::Plain(
            KnownHost::Changed { offending, .. } | KnownHost::OtherTypeKnown { offending, .. },
        ) => other(offending),
        Found::Plain(KnownHost::Unknown { same_key }) => match same_key.first() {
            Some(place) => format!("{shown}; the same key is known at {}", at(place)),
            None => shown,
        },
    }
}

/// Under which name the files hold a host.
pub(super) fn name(config: &ClientConfig) -> Name {
    Name { host: config.hostname.clone(), port: config.port, alias: config.host_key_alias.clone() }
}

/// The files of known hosts that ssh would read for a host; `given` is the name that was typed.
pub(super) fn files(config: &ClientConfig, given: &str) -> Vec<HostFile> {
    let tokens = Tokens::new(config, given);
    let names = config.user_known_hosts_files.iter().chain(&config.global_known_hosts_files);
    names
        .filter_map(|name| tokens.path(name))
        // A file that cannot be read is one that ssh cannot read either.
        .filter_map(|path| {
            let text = read(&path)?;
            Some(HostFile::parse(&path.to_string_lossy(), &text))
        })
        .collect()
}

fn read(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    // A device or pipe in the file's place would never end.
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    file.take(MAX_FILE).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// The host key algorithms in the order in which ssh offers them: those of known keys first,
/// unless the user fixed the order or the best of all is known.
pub(super) fn in_order(files: &[HostFile], name: &Name, algorithms: Vec<String>) -> Vec<String> {
    // Every version's own list begins with a certificate; a list that the user wrote is kept.
    let best = match algorithms.first() {
        Some(best) if best.contains("-cert-v01@") => plain(best),
        _ => return algorithms,
    };
    let in_files = name.in_files();
    let entries = || {
        let all = files.iter().flat_map(|f| &f.entries);
        all.filter(|e| e.names.matches(&in_files))
    };
    let knows =
        |wanted: &str| entries().any(|e| e.marker == Marker::None && plain(&e.key.name) == wanted);
    if knows(&best) {
        return algorithms;
    }
    let authority = entries().any(|e| e.marker == Marker::CertAuthority);
    let (mut first, last): (Vec<String>, Vec<String>) = algorithms
        .into_iter()
        .partition(|a| (authority && a.contains("-cert-v01@")) || knows(&plain(a)));
    first.extend(last);
    first
}

/// The name of the plain key behind an algorithm: `rsa-sha2-512-cert-v01@openssh.com` is
/// `ssh-rsa`.
fn plain(algorithm: &str) -> String {
    let stem = algorithm.trim_end_matches("@openssh.com").trim_end_matches("-cert-v01");
    match stem {
        "rsa-sha2-256" | "rsa-sha2-512" => "ssh-rsa".to_owned(),
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests;
