//! `SSH_MSG_KEXINIT`: what each side can do (RFC 4253 section 7.1).
//!
//! Must never decide what is agreed on: that is `negotiate`.

use super::message::number;
use crate::wire::reader::ReadError;
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// The ten name-lists and what surrounds them. `c2s` is client to server, `s2c` server to client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KexInit {
    /// Random bytes of the sender.
    pub cookie: [u8; 16],
    /// `kex_algorithms`, with the pseudo algorithms that announce extensions.
    pub kex: Vec<String>,
    /// `server_host_key_algorithms`.
    pub host_key: Vec<String>,
    /// `encryption_algorithms_client_to_server`.
    pub cipher_c2s: Vec<String>,
    /// `encryption_algorithms_server_to_client`.
    pub cipher_s2c: Vec<String>,
    /// `mac_algorithms_client_to_server`.
    pub mac_c2s: Vec<String>,
    /// `mac_algorithms_server_to_client`.
    pub mac_s2c: Vec<String>,
    /// `compression_algorithms_client_to_server`.
    pub compression_c2s: Vec<String>,
    /// `compression_algorithms_server_to_client`.
    pub compression_s2c: Vec<String>,
    /// `languages_client_to_server`; empty in practice.
    pub languages_c2s: Vec<String>,
    /// `languages_server_to_client`; empty in practice.
    pub languages_s2c: Vec<String>,
    /// A guessed key exchange packet follows.
    pub first_kex_packet_follows: bool,
}

/// What a client offers: the lists of `ssh -G` (`kexalgorithms`, `hostkeyalgorithms`, `ciphers`, `macs`) and the compressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Key exchange methods; pseudo algorithms such as `ext-info-c` belong here too when the client shall announce them.
    pub kex: Vec<String>,
    /// Host key algorithms.
    pub host_key: Vec<String>,
    /// Ciphers for both directions.
    pub cipher: Vec<String>,
    /// MACs for both directions.
    pub mac: Vec<String>,
    /// Compressions for both directions.
    pub compression: Vec<String>,
}

impl Proposal {
    /// One widely known algorithm of each kind: a KEXINIT of about 230 bytes, which fits through any path and into any peer.
    #[must_use]
    pub fn small() -> Self {
        Self {
            kex: names(&["curve25519-sha256"]),
            host_key: names(&["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512"]),
            cipher: names(&["aes128-ctr"]),
            mac: names(&["hmac-sha2-256"]),
            compression: names(&["none"]),
        }
    }

    /// All that an OpenSSH client of the years 2014 to 2026 offers by default, for when no `ssh -G` can be asked.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            kex: names(&[
                "mlkem768x25519-sha256",
                "sntrup761x25519-sha512",
                "sntrup761x25519-sha512@openssh.com",
                "curve25519-sha256",
                "curve25519-sha256@libssh.org",
                "ecdh-sha2-nistp256",
                "ecdh-sha2-nistp384",
                "ecdh-sha2-nistp521",
                "diffie-hellman-group-exchange-sha256",
                "diffie-hellman-group16-sha512",
                "diffie-hellman-group18-sha512",
                "diffie-hellman-group14-sha256",
                "ext-info-c",
            ]),
            host_key: names(&[
                "ssh-ed25519-cert-v01@openssh.com",
                "ecdsa-sha2-nistp256-cert-v01@openssh.com",
                "ecdsa-sha2-nistp384-cert-v01@openssh.com",
                "ecdsa-sha2-nistp521-cert-v01@openssh.com",
                "rsa-sha2-512-cert-v01@openssh.com",
                "rsa-sha2-256-cert-v01@openssh.com",
                "ssh-ed25519",
                "ecdsa-sha2-nistp256",
                "ecdsa-sha2-nistp384",
                "ecdsa-sha2-nistp521",
                "rsa-sha2-512",
                "rsa-sha2-256",
            ]),
            cipher: names(&[
                "chacha20-poly1305@openssh.com",
                "aes128-gcm@openssh.com",
                "aes256-gcm@openssh.com",
                "aes128-ctr",
                "aes192-ctr",
                "aes256-ctr",
            ]),
            mac: names(&[
                "umac-64-etm@openssh.com",
                "umac-128-etm@openssh.com",
                "hmac-sha2-256-etm@openssh.com",
                "hmac-sha2-512-etm@openssh.com",
                "hmac-sha1-etm@openssh.com",
                "umac-64@openssh.com",
                "umac-128@openssh.com",
                "hmac-sha2-256",
                "hmac-sha2-512",
                "hmac-sha1",
            ]),
            compression: names(&["none", "zlib@openssh.com"]),
        }
    }
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

impl KexInit {
    /// The KEXINIT of a client. The cookie should be random; nothing secret depends on it here.
    #[must_use]
    pub fn of_client(cookie: [u8; 16], proposal: &Proposal) -> Self {
        Self {
            cookie,
            kex: proposal.kex.clone(),
            host_key: proposal.host_key.clone(),
            cipher_c2s: proposal.cipher.clone(),
            cipher_s2c: proposal.cipher.clone(),
            mac_c2s: proposal.mac.clone(),
            mac_s2c: proposal.mac.clone(),
            compression_c2s: proposal.compression.clone(),
            compression_s2c: proposal.compression.clone(),
            ..Self::default()
        }
    }

    /// Makes the payload at least `size` bytes long by one long language tag, which servers read over. A longer one stays.
    ///
    /// With padding of 4 to 11 bytes the packet then has 9 to 16 bytes more. OpenSSH takes packets of 256 KiB, Dropbear of 35000
    /// bytes.
    #[must_use]
    pub fn stretched_to(mut self, size: usize) -> Self {
        self.languages_c2s.clear();
        let missing = size.saturating_sub(self.encode().len());
        if missing > 0 {
            self.languages_c2s.push("x".repeat(missing));
        }
        self
    }

    /// The payload of the packet.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let writer = Writer::new().u8(number::KEXINIT).bytes(&self.cookie);
        let lists = [
            &self.kex,
            &self.host_key,
            &self.cipher_c2s,
            &self.cipher_s2c,
            &self.mac_c2s,
            &self.mac_s2c,
            &self.compression_c2s,
            &self.compression_s2c,
            &self.languages_c2s,
            &self.languages_s2c,
        ];
        let writer = lists.into_iter().fold(writer, |writer, list| writer.name_list(list));
        writer.bool(self.first_kex_packet_follows).u32(0).finish()
    }

    /// Reads what follows the message number. The last field is reserved: it is read over, and bytes after it are refused.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
        let init = Self {
            cookie: reader.array("cookie")?,
            kex: reader.name_list("kex_algorithms")?,
            host_key: reader.name_list("server_host_key_algorithms")?,
            cipher_c2s: reader.name_list("encryption_algorithms_client_to_server")?,
            cipher_s2c: reader.name_list("encryption_algorithms_server_to_client")?,
            mac_c2s: reader.name_list("mac_algorithms_client_to_server")?,
            mac_s2c: reader.name_list("mac_algorithms_server_to_client")?,
            compression_c2s: reader.name_list("compression_algorithms_client_to_server")?,
            compression_s2c: reader.name_list("compression_algorithms_server_to_client")?,
            languages_c2s: reader.name_list("languages_client_to_server")?,
            languages_s2c: reader.name_list("languages_server_to_client")?,
            first_kex_packet_follows: reader.bool("first_kex_packet_follows")?,
        };
        reader.u32("the reserved field of KEXINIT")?;
        Ok(init)
    }

    /// The sender follows strict key exchange (OpenSSH's PROTOCOL section 1.10): no other packet may come before NEWKEYS.
    #[must_use]
    pub fn announces_strict_kex(&self) -> bool {
        self.kex.iter().any(|name| name.starts_with("kex-strict-"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::KexInit;
    use super::Proposal;
    use crate::wire::ssh::message::Message;

    #[test]
    fn a_small_proposal_is_small() {
        let small = KexInit::of_client([7; 16], &Proposal::small()).encode();
        assert!(small.len() < 240, "{}", small.len());
    }

    #[test]
    fn stretching_gives_exactly_the_size() {
        let check = |size: usize, expected: usize| {
            let init = KexInit::of_client([7; 16], &Proposal::small()).stretched_to(size);
            let payload = init.encode();
            assert_eq!(payload.len(), expected);
            assert_eq!(Message::parse(&payload), Ok(Message::KexInit(Box::new(init))));
        };
        let least = KexInit::of_client([7; 16], &Proposal::small()).encode().len();
        check(0, least);
        check(least, least);
        check(least + 1, least + 1);
        check(9000, 9000);
    }

    #[test]
    fn strict_key_exchange_is_announced_by_a_pseudo_algorithm() {
        let mut init = KexInit::of_client([0; 16], &Proposal::usual());
        assert!(!init.announces_strict_kex());
        init.kex.push("kex-strict-s-v00@openssh.com".to_owned());
        assert!(init.announces_strict_kex());
    }

    proptest! {
        #[test]
        fn kexinits_read_back(
            cookie: [u8; 16], follows: bool,
            lists in prop::array::uniform10(prop::collection::vec("[!-+--~]{1,70}", 0..6)),
        ) {
            let [kex, host_key, cipher_c2s, cipher_s2c, mac_c2s, mac_s2c, rest @ ..] = lists;
            let [compression_c2s, compression_s2c, languages_c2s, languages_s2c] = rest;
            let init = KexInit {
                cookie, kex, host_key, cipher_c2s, cipher_s2c, mac_c2s, mac_s2c, compression_c2s,
                compression_s2c, languages_c2s, languages_s2c, first_kex_packet_follows: follows,
            };
            prop_assert_eq!(Message::parse(&init.encode()), Ok(Message::KexInit(Box::new(init))));
        }
    }
}
