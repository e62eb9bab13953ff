//! What is measured of a fault once it is found: not what is wrong, but how much and where.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::idle_limit::IdleLimit;
use super::path_mtu::PathMtu;
use super::trace::Trace;
use super::trigger::Trigger;

/// All that was measured.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Measured {
    /// How large the packets are that the path carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_mtu: Option<PathMtu>,
    /// After how long a silence a connection is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_limit: Option<IdleLimit>,
    /// How far our packets get that are lost or refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
    /// What in our bytes makes a device stop a connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
}

impl Measured {
    /// In words; sizes are told as an observation.
    pub fn words(&self) -> Vec<String> {
        let trace = self.trace.as_ref().and_then(Trace::words);
        let trigger = self.trigger.as_ref().map(Trigger::words);
        let idle_limit = self.idle_limit.as_ref().map(IdleLimit::words);
        trace.into_iter().chain(trigger).chain(idle_limit).collect()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
