//! One file per command.

pub(super) mod causes;
pub(super) mod demo;
pub(super) mod host;

mod answer;
mod watch;
