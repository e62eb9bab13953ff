//! What holds when nothing is set (`fill_default_server_options` in `servconf.c`, `myproposal.h`).
//!
//! Builds differ: security updates bring algorithms to older releases, and the paths are the builder's. What the program
//! says of itself ([`Start::defaults`](super::Start::defaults)) is therefore preferred to this table.

use crate::parse::openssh_version::Version;

/// Keywords whose default is the same in all releases since 8.4.
const SAME: &[(&str, &str)] = &[
    ("port", "22"),
    ("addressfamily", "any"),
    ("usepam", "no"),
    ("logingracetime", "120"),
    ("x11displayoffset", "10"),
    ("maxauthtries", "6"),
    ("maxsessions", "10"),
    ("clientaliveinterval", "0"),
    ("clientalivecountmax", "3"),
    ("requiredrsasize", "1024"),
    ("streamlocalbindmask", "0177"),
    ("unusedconnectiontimeout", "none"),
    ("permitrootlogin", "without-password"),
    ("ignorerhosts", "yes"),
    ("ignoreuserknownhosts", "no"),
    ("hostbasedauthentication", "no"),
    ("hostbasedusesnamefrompacketonly", "no"),
    ("pubkeyauthentication", "yes"),
    ("kerberosauthentication", "no"),
    ("kerberosorlocalpasswd", "yes"),
    ("kerberosticketcleanup", "yes"),
    ("gssapiauthentication", "no"),
    ("gssapicleanupcredentials", "yes"),
    ("gssapikeyexchange", "no"),
    ("gssapistrictacceptorcheck", "yes"),
    ("gssapistorecredentialsonrekey", "no"),
    ("passwordauthentication", "yes"),
    ("kbdinteractiveauthentication", "yes"),
    ("printmotd", "yes"),
    ("printlastlog", "yes"),
    ("x11forwarding", "no"),
    ("x11uselocalhost", "yes"),
    ("permittty", "yes"),
    ("permituserrc", "yes"),
    ("strictmodes", "yes"),
    ("tcpkeepalive", "yes"),
    ("permitemptypasswords", "no"),
    ("compression", "yes"),
    ("gatewayports", "no"),
    ("usedns", "no"),
    ("allowtcpforwarding", "yes"),
    ("allowagentforwarding", "yes"),
    ("disableforwarding", "no"),
    ("allowstreamlocalforwarding", "yes"),
    ("streamlocalbindunlink", "no"),
    ("fingerprinthash", "SHA256"),
    ("exposeauthinfo", "no"),
    ("refuseconnection", "no"),
    ("pidfile", "/run/sshd.pid"),
    ("modulifile", "/etc/ssh/moduli"),
    ("xauthlocation", "/usr/bin/xauth"),
    ("banner", "none"),
    ("forcecommand", "none"),
    ("chrootdirectory", "none"),
    ("trustedusercakeys", "none"),
    ("revokedkeys", "none"),
    ("securitykeyprovider", "internal"),
    ("authorizedprincipalsfile", "none"),
    ("versionaddendum", "none"),
    ("authorizedkeyscommand", "none"),
    ("authorizedkeyscommanduser", "none"),
    ("authorizedprincipalscommand", "none"),
    ("authorizedprincipalscommanduser", "none"),
    ("hostkeyagent", "none"),
    ("loglevel", "INFO"),
    ("syslogfacility", "AUTH"),
    ("authenticationmethods", "any"),
    ("channeltimeout", "none"),
    ("maxstartups", "10:30:100"),
    ("persourcemaxstartups", "none"),
    ("persourcenetblocksize", "32:128"),
    ("persourcepenaltyexemptlist", "none"),
    ("permittunnel", "no"),
    ("permitopen", "any"),
    ("permitlisten", "any"),
    ("permituserenvironment", "no"),
    ("pubkeyauthoptions", "none"),
    ("pamservicename", "sshd"),
    ("debianbanner", "yes"),
    (
        "macs",
        "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,\
         hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,\
         umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1",
    ),
];

/// Those with several values.
const SEVERAL: &[(&str, &[&str])] = &[
    ("authorizedkeysfile", &[".ssh/authorized_keys", ".ssh/authorized_keys2"]),
    (
        "hostkey",
        &[
            "/etc/ssh/ssh_host_rsa_key",
            "/etc/ssh/ssh_host_ecdsa_key",
            "/etc/ssh/ssh_host_ed25519_key",
        ],
    ),
];

const CURVES: &str = "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,\
                      ecdh-sha2-nistp384,ecdh-sha2-nistp521";
const GROUPS: &str = "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,\
                      diffie-hellman-group18-sha512,diffie-hellman-group14-sha256";
const SIGNATURES: &str = "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,\
                          sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,\
                          rsa-sha2-512,rsa-sha2-256";
const CERTIFICATES: &str = "ssh-ed25519-cert-v01@openssh.com,\
                            ecdsa-sha2-nistp256-cert-v01@openssh.com,\
                            ecdsa-sha2-nistp384-cert-v01@openssh.com,\
                            ecdsa-sha2-nistp521-cert-v01@openssh.com,\
                            sk-ssh-ed25519-cert-v01@openssh.com,\
                            sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,\
                            rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com";

/// The default values of a keyword; none when it has none, or when it is not known for that release.
pub(super) fn values(keyword: &str, version: Version) -> Vec<String> {
    if let Some((_, value)) = SAME.iter().find(|(name, _)| *name == keyword) {
        return vec![(*value).to_owned()];
    }
    if let Some((_, values)) = SEVERAL.iter().find(|(name, _)| *name == keyword) {
        return values.iter().map(|value| (*value).to_owned()).collect();
    }
    by_version(keyword, version).into_iter().collect()
}

fn by_version(keyword: &str, version: Version) -> Option<String> {
    let value = match keyword {
        "ciphers" => {
            let counter = "aes128-ctr,aes192-ctr,aes256-ctr";
            let galois = "aes128-gcm@openssh.com,aes256-gcm@openssh.com";
            let chacha = "chacha20-poly1305@openssh.com";
            if version.at_least(10, 0) {
                format!("{chacha},{galois},{counter}")
            } else {
                format!("{chacha},{counter},{galois}")
            }
        }
        "kexalgorithms" => kex(version)?,
        "hostkeyalgorithms" | "hostbasedacceptedalgorithms" | "pubkeyacceptedalgorithms" => {
            // Until 8.7 signatures with SHA-1 were accepted.
            if version.at_least(8, 8) {
                format!("{CERTIFICATES},{SIGNATURES}")
            } else {
                format!("{CERTIFICATES},ssh-rsa-cert-v01@openssh.com,{SIGNATURES},ssh-rsa")
            }
        }
        "casignaturealgorithms" => SIGNATURES.to_owned(),
        "ipqos" => {
            let text = if version.at_least(10, 1) { "ef none" } else { "lowdelay throughput" };
            text.to_owned()
        }
        _ => return None,
    };
    Some(value)
}

/// In order of preference. Releases before 8.4 differ.
fn kex(version: Version) -> Option<String> {
    let old = "sntrup761x25519-sha512@openssh.com";
    let new = "sntrup761x25519-sha512";
    let mlkem = "mlkem768x25519-sha256";
    match (version.major, version.minor) {
        (10.., _) => Some(format!("{mlkem},{new},{old},{CURVES}")),
        (9, 9) => Some(format!("{new},{old},{mlkem},{CURVES},{GROUPS}")),
        (9, _) => Some(format!("{old},{CURVES},{GROUPS}")),
        (8, 5..) => Some(format!("{CURVES},{old},{GROUPS}")),
        (8, 4) => Some(format!("{CURVES},{GROUPS}")),
        _ => None,
    }
}

/// The times of `PerSourcePenalties`, in the order of `sshd -T`.
pub(super) fn penalties(version: Version) -> Vec<(&'static str, &'static str)> {
    let grace = if version.at_least(9, 9) { "10" } else { "20" };
    let mut penalties =
        vec![("crash", "90"), ("authfail", "5"), ("noauth", "1"), ("grace-exceeded", grace)];
    if version.at_least(9, 9) {
        penalties.push(("refuseconnection", "10"));
    }
    if version.at_least(10, 3) {
        penalties.push(("invaliduser", "5"));
    }
    penalties.extend([
        ("max", "600"),
        ("min", "15"),
        ("max-sources4", "65536"),
        ("max-sources6", "65536"),
        ("overflow", "permissive"),
    ]);
    penalties
}
