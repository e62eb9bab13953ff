//! One file per command.

pub(super) mod causes;
pub(super) mod demo;
pub(super) mod explain;
pub(super) mod host;
pub(super) mod server;

mod answer;
mod watch;
