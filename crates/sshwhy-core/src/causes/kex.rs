//! KEXINIT, the key exchange and the host key.

pub mod cipher_mismatch;
pub mod compression_mismatch;
pub mod host_key_changed;
pub mod host_key_revoked;
pub mod host_key_unknown;
pub mod hostkey_alg_mismatch;
pub mod kex_mismatch;
pub mod mac_corrupted;
pub mod mac_mismatch;
pub mod mtu_black_hole;
pub mod rsa_sha1_disabled;
pub mod server_protocol_bug;
