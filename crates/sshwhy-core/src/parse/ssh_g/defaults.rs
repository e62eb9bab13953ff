//! OpenSSH's own client defaults, for a machine that has no `ssh` to ask (`readconf.c` and `myproposal.h` of 10.0).
//!
//! Must never be mixed with a configuration that ssh printed: it prints every default itself.

use super::AddressFamily;
use super::Canonicalize;
use super::ClientConfig;
use super::IpQos;
use super::StrictHostKeyChecking;

const KEX: &str = "mlkem768x25519-sha256,sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,\
    curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521";
const HOST_KEYS: &str = "ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,\
    ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521-cert-v01@openssh.com,\
    sk-ssh-ed25519-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,rsa-sha2-512-cert-v01@openssh.com,\
    rsa-sha2-256-cert-v01@openssh.com,ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,\
    sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256";
const CIPHERS: &str = "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr,aes192-ctr,\
    aes256-ctr";
const MACS: &str = "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,\
    hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,\
    hmac-sha2-512,hmac-sha1";
const IDENTITY_FILES: [&str; 5] = [
    "~/.ssh/id_rsa",
    "~/.ssh/id_ecdsa",
    "~/.ssh/id_ecdsa_sk",
    "~/.ssh/id_ed25519",
    "~/.ssh/id_ed25519_sk",
];

impl Default for ClientConfig {
    fn default() -> Self {
        let texts =
            |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let names = |list: &str| list.split(',').map(str::to_owned).collect::<Vec<_>>();
        Self {
            user: String::new(),
            hostname: String::new(),
            port: 22,
            address_family: AddressFamily::Any,
            bind_address: None,
            bind_interface: None,
            proxy_jump: Vec::new(),
            proxy_command: None,
            ip_qos: IpQos::default(),
            kex_algorithms: names(KEX),
            host_key_algorithms: names(HOST_KEYS),
            ciphers: names(CIPHERS),
            macs: names(MACS),
            compression: false,
            host_key_alias: None,
            user_known_hosts_files: texts(&["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]),
            global_known_hosts_files: texts(&[
                "/etc/ssh/ssh_known_hosts",
                "/etc/ssh/ssh_known_hosts2",
            ]),
            strict_host_key_checking: StrictHostKeyChecking::Ask,
            connect_timeout: None,
            connection_attempts: 1,
            identity_files: texts(&IDENTITY_FILES),
            certificate_files: Vec::new(),
            identities_only: false,
            identity_agent: None,
            preferred_authentications: Vec::new(),
            pubkey_accepted_algorithms: names(HOST_KEYS),
            server_alive_interval: None,
            server_alive_count_max: 3,
            tcp_keep_alive: true,
            canonicalize_hostname: Canonicalize::No,
            canonical_domains: Vec::new(),
            rekey_bytes: None,
            rekey_time: None,
            control_master: "false".to_owned(),
            control_path: None,
            others: Vec::new(),
        }
    }
}
