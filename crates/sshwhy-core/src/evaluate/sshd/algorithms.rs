//! Lists of algorithms: which names are valid, and what a list that begins with `+`, `-` or `^` makes of the default
//! (`kex_assemble_names` in `kex.c`).

use std::collections::BTreeSet;

use super::keyword::List;
use crate::parse::openssh_version::Version;
use crate::parse::pattern::Verdict;
use crate::parse::pattern::matches_list;

const CIPHERS: &str = "3des-cbc,aes128-cbc,aes192-cbc,aes256-cbc,aes128-ctr,aes192-ctr,aes256-ctr,\
                       aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com";
const MACS: &str = "hmac-sha1,hmac-sha1-96,hmac-sha2-256,hmac-sha2-512,hmac-md5,hmac-md5-96,\
                    umac-64@openssh.com,umac-128@openssh.com,hmac-sha1-etm@openssh.com,\
                    hmac-sha1-96-etm@openssh.com,hmac-sha2-256-etm@openssh.com,\
                    hmac-sha2-512-etm@openssh.com,hmac-md5-etm@openssh.com,\
                    hmac-md5-96-etm@openssh.com,umac-64-etm@openssh.com,umac-128-etm@openssh.com";
const KEXES: &str = "diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,\
                     diffie-hellman-group14-sha256,diffie-hellman-group16-sha512,\
                     diffie-hellman-group18-sha512,diffie-hellman-group-exchange-sha1,\
                     diffie-hellman-group-exchange-sha256,ecdh-sha2-nistp256,ecdh-sha2-nistp384,\
                     ecdh-sha2-nistp521,curve25519-sha256,curve25519-sha256@libssh.org,\
                     sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,\
                     mlkem768x25519-sha256";
const KEYS: &str = "ssh-ed25519,ssh-ed25519-cert-v01@openssh.com,sk-ssh-ed25519@openssh.com,\
                    sk-ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256,\
                    ecdsa-sha2-nistp256-cert-v01@openssh.com,ecdsa-sha2-nistp384,\
                    ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521,\
                    ecdsa-sha2-nistp521-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,\
                    sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,\
                    webauthn-sk-ecdsa-sha2-nistp256@openssh.com,ssh-dss,\
                    ssh-dss-cert-v01@openssh.com,ssh-rsa,ssh-rsa-cert-v01@openssh.com,\
                    rsa-sha2-256,rsa-sha2-256-cert-v01@openssh.com,rsa-sha2-512,\
                    rsa-sha2-512-cert-v01@openssh.com";

/// Short names of keys, which until 9.8 are valid in a list though they stand for nothing there.
const SHORT_KEYS: &[&str] = &["ed25519", "ed25519-sk", "ecdsa", "ecdsa-sk", "dsa", "rsa"];

/// Kerberos key exchanges (a patch that Debian, Ubuntu and Red Hat carry): any mechanism may follow the name.
const GSS_KEXES: &[&str] = &[
    "gss-gex-sha1-",
    "gss-group1-sha1-",
    "gss-group14-sha1-",
    "gss-group14-sha256-",
    "gss-group16-sha512-",
    "gss-nistp256-sha256-",
    "gss-curve25519-sha256-",
];

/// All names that the usual builds of a release know.
fn known(list: List, version: Version) -> impl Iterator<Item = &'static str> {
    let names = match list {
        List::Kex => KEXES,
        List::Cipher => CIPHERS,
        List::Mac => MACS,
        List::Key | List::Authority => KEYS,
    };
    names.split(',').filter(move |name| match *name {
        "mlkem768x25519-sha256" => version.at_least(9, 9),
        // Releases after 9.9 have it under its final name; security updates brought it to older ones as well.
        "ssh-dss" | "ssh-dss-cert-v01@openssh.com" => !version.at_least(10, 0),
        _ => true,
    })
}

/// Whether sshd takes the list as the argument of its keyword. A list after `-` is never checked.
pub(super) fn valid(list: List, text: &str, version: Version) -> bool {
    if text.starts_with('-') {
        return true;
    }
    let names = text.strip_prefix(['+', '^']).unwrap_or(text);
    !names.is_empty()
        && names
            .split(',')
            .take_while(|name| !name.is_empty())
            .all(|name| valid_name(list, name, version))
}

fn valid_name(list: List, name: &str, version: Version) -> bool {
    let named = known(list, version).any(|known| known == name);
    match list {
        List::Cipher => named || name == "rijndael-cbc@lysator.liu.se" && !version.at_least(8, 3),
        List::Mac => named,
        List::Kex => named || valid_gss_name(name),
        List::Key => named || short(name, version) || by_pattern(name, version),
        List::Authority => {
            // Since 9.4 it takes no certificates, but patterns of them all the same.
            let plain = !version.at_least(9, 4) || !name.contains("-cert-v01@");
            if named { plain } else { short(name, version) || by_pattern(name, version) }
        }
    }
}

fn short(name: &str, version: Version) -> bool {
    !version.at_least(9, 9) && SHORT_KEYS.iter().any(|short| short.eq_ignore_ascii_case(name))
}

fn by_pattern(pattern: &str, version: Version) -> bool {
    known(List::Key, version).any(|name| matches_list(pattern, name) != Verdict::NoMatch)
}

/// Whether sshd takes the name of a Kerberos key exchange.
pub(super) fn valid_gss_name(name: &str) -> bool {
    GSS_KEXES.iter().any(|known| name.starts_with(known))
}

/// The names that a list stands for, given the default; `None` when none is left, or a pattern is negated: sshd ends then.
pub(super) fn assemble(list: List, text: &str, default: &str, version: Version) -> Option<String> {
    if let Some(removed) = text.strip_prefix('-') {
        let kept = default.split(',').filter(|name| matches_list(removed, name) != Verdict::Match);
        return Some(kept.collect::<Vec<_>>().join(","));
    }
    let patterns = match (text.strip_prefix('+'), text.strip_prefix('^')) {
        (Some(added), _) => concatenated(default, added),
        (None, Some(first)) => concatenated(first, default),
        (None, None) => text.split(',').collect(),
    };
    let mut all: Vec<&str> = known(list, version).collect();
    if list == List::Authority {
        all.retain(|name| !name.contains("-cert-v01@"));
    }
    // What the default names exists, whether it is known here or not.
    all.extend(default.split(',').filter(|name| !known(list, version).any(|known| known == *name)));
    let mut names: Vec<&str> = Vec::new();
    for pattern in patterns {
        if pattern.starts_with('!') {
            return None;
        }
        for name in &all {
            if matches_list(pattern, name) == Verdict::Match && !names.contains(name) {
                names.push(name);
            }
        }
    }
    (!names.is_empty()).then(|| names.join(","))
}

/// Both lists, without what the first has already; the second ends at an empty name.
fn concatenated<'a>(first: &'a str, second: &'a str) -> Vec<&'a str> {
    let mut names: Vec<&str> = first.split(',').filter(|_| !first.is_empty()).collect();
    let mut known: BTreeSet<&str> = names.iter().copied().collect();
    let second = second.split(',').take_while(|name| !name.is_empty());
    names.extend(second.filter(|name| known.insert(name)));
    names
}
