//! The loop: ask reasoning which probe helps most, run it, add what it saw, ask again.
//!
//! It must never change a host: the module that applies fixes is out of its reach.

pub mod budget;
pub mod facts;
pub mod hops;

pub mod remote;
pub mod run;
pub mod scene;
pub mod server;
pub mod settings;

pub use hops::diagnose;
pub use run::Run;
pub use settings::Settings;
