//! A recording of a whole run: replayable without root or network.
//!
//! The golden tests, the bug report that a user sends, and the bundles are all this one format.

use std::fmt;

use base64ct::Base64;
use base64ct::Encoding;
use serde::Deserialize;
use serde::Serialize;

use crate::model::evidence::Evidence;
use crate::model::evidence::Exchange;
use crate::model::measured::Measured;
use crate::model::target::Target;
use crate::model::trace::Trace;

/// The schema that this version writes and reads.
pub const SCHEMA: &str = "sshwhy/case/1";

/// Nearly every tunnel leaves more.
const CAUTIOUS_MTU: u32 = 1300;
/// Nearly every device remembers a connection for longer, in seconds.
const CAUTIOUS_INTERVAL: u32 = 60;

/// A recorded run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Case {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Who was probed.
    pub target: Target,
    /// The clock of the host that it was taken on when it began, in seconds since 1970; `None` in
    /// recordings that do not need it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<f64>,
    /// How long the run took, in seconds.
    pub seconds: f64,
    /// How many connections to the target it opened.
    pub connections: u32,
    /// What was not looked at and why, in words.
    #[serde(default)]
    pub not_assessed: Vec<String>,
    /// Where it was looked from.
    #[serde(default, skip_serializing_if = "View::is_client")]
    pub view: View,
    /// Who was judged and why, when nobody was named, and what would become of others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Lines worth mending that do not stop this connection, each with its place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What was measured of the fault.
    #[serde(default, skip_serializing_if = "Measured::is_empty")]
    pub measured: Measured,
    /// What was seen, in order.
    pub observations: Evidence,
    /// What went over each connection.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
    /// Our own packets, where they were seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packets: Option<Packets>,
}

/// A capture in a recording: pcapng as base64 (RFC 4648 4), which `base64 -d` turns into a file for other programs.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Packets(String);

impl Packets {
    /// Of a file's bytes.
    pub fn of(pcapng: &[u8]) -> Self {
        Self(Base64::encode_string(pcapng))
    }

    /// The file's bytes; `None` when somebody has changed the text.
    pub fn pcapng(&self) -> Option<Vec<u8>> {
        Base64::decode_vec(&self.0).ok()
    }
}

/// Where a run looked from.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// From the client: what happens to a connection.
    #[default]
    Client,
    /// On the server: what would become of a client.
    Server,
    /// Nowhere: what somebody pasted was read.
    Pasted,
}

impl View {
    fn is_client(&self) -> bool {
        *self == Self::Client
    }
}

/// Why a case could not be read.
#[derive(Debug)]
pub enum CaseError {
    /// Not JSON, or not of this shape; the message names line and column.
    Malformed(serde_json::Error),
    /// Another schema.
    Schema(String),
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "not a case file: {error}"),
            Self::Schema(schema) => {
                let schema: String = schema.chars().filter(|c| !c.is_control()).take(64).collect();
                write!(f, "the case file has schema `{schema}`; this version reads `{SCHEMA}`")
            }
        }
    }
}

impl std::error::Error for CaseError {}

impl Case {
    /// As [`Target::fill`], and `{mtu}`: the largest packet that passes, or a size that nearly every path carries; and
    /// `{interval}`: how often to send something, in seconds, so that the connection is not forgotten; and `{where}`: what stops a
    /// SYN.
    pub fn fill(&self, template: &str) -> String {
        let Measured { path_mtu, idle_limit, trace, .. } = &self.measured;
        let usable = path_mtu.and_then(|mtu| mtu.usable()).unwrap_or(CAUTIOUS_MTU);
        let place = trace.as_ref().and_then(Trace::place);
        let interval = idle_limit.as_ref().map_or(CAUTIOUS_INTERVAL, |limit| limit.interval());
        let filled = self.target.fill(template).replace("{mtu}", &usable.to_string());
        let filled = filled.replace("{interval}", &interval.to_string());
        filled.replace("{where}", place.as_deref().unwrap_or("the server"))
    }

    /// Reads a case.
    ///
    /// # Errors
    ///
    /// When the text is no case of this schema.
    pub fn from_json(text: &str) -> Result<Self, CaseError> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let head: Head = serde_json::from_str(text).map_err(CaseError::Malformed)?;
        if head.schema != SCHEMA {
            return Err(CaseError::Schema(head.schema));
        }
        serde_json::from_str(text).map_err(CaseError::Malformed)
    }

    /// Writes the case, one field a line, ending in a newline.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_schemas_and_broken_files_are_named() {
        let check = |text: &str, expected: &str| {
            let error = Case::from_json(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("", "line 1 column 0");
        check(r#"{"schema":"sshwhy/case/9"}"#, "sshwhy/case/9");
        check(r#"{"schema":"sshwhy/case/1"}"#, "missing field");
    }
}
