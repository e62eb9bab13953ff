//! Real hosts in network namespaces with real daemons and one fault each. Development only; runs as
//! root.
//!
//! Must never change the machine's own network, packet filter or /etc: everything happens inside
//! the namespaces that [`host::Host`] makes. The one exception is [`install`], which installs
//! Debian packages when asked.

pub mod bench;
pub mod differential;
pub mod fault;
pub mod host;
pub mod install;
pub mod network;
pub mod root;
pub mod run;
pub mod scenario;
pub mod score;
pub mod tool;

mod fixture;
mod sys;
