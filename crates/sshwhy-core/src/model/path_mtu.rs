//! How large the packets are that a path carries.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// Both directions of a path. Sizes are those of IP packets, headers and all, in bytes.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct PathMtu {
    /// From the client to the server; `None` when it was not measured.
    pub to_server: Option<Limit>,
    /// From the server to the client.
    pub from_server: Option<Limit>,
}

/// The limit of one direction.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Limit {
    /// The largest packet that was seen to pass.
    pub passes: u32,
    /// The smallest packet that was seen to vanish; `None` when even the largest one that can be sent passes.
    pub vanishes: Option<u32>,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes pass", self.passes)?;
        self.vanishes.map_or(Ok(()), |size| write!(f, " and {size} vanish"))
    }
}

impl PathMtu {
    /// The largest packet that passes in both directions, if any direction has a limit.
    pub fn usable(&self) -> Option<u32> {
        let limits = self.to_server.iter().chain(&self.from_server);
        limits.filter(|limit| limit.vanishes.is_some()).map(|limit| limit.passes).min()
    }
}
