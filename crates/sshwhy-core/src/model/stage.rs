//! How far a connection gets.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// A step of a connection. Stages are ordered: a fault at one hides those after it.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The client reads its own configuration and keys.
    Config,
    /// Names become addresses.
    Resolve,
    /// This host finds a way to the address.
    Route,
    /// The TCP handshake.
    Connect,
    /// Both sides send their identification string (RFC 4253 §4.2).
    Banner,
    /// Both sides send KEXINIT and agree on algorithms (RFC 4253 §7.1).
    KexInit,
    /// The key exchange itself, up to the server's reply (RFC 4253 §8).
    KeyExchange,
    /// The client accepts or refuses the host key.
    HostKey,
    /// User authentication (RFC 4252).
    Auth,
    /// The session channel opens and the shell or command starts (RFC 4254).
    Session,
    /// The open connection lies still.
    Idle,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 11] = [
        Self::Config,
        Self::Resolve,
        Self::Route,
        Self::Connect,
        Self::Banner,
        Self::KexInit,
        Self::KeyExchange,
        Self::HostKey,
        Self::Auth,
        Self::Session,
        Self::Idle,
    ];

    /// The name used in reports and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Resolve => "resolve",
            Self::Route => "route",
            Self::Connect => "connect",
            Self::Banner => "banner",
            Self::KexInit => "kex-init",
            Self::KeyExchange => "key-exchange",
            Self::HostKey => "host-key",
            Self::Auth => "auth",
            Self::Session => "session",
            Self::Idle => "idle",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
