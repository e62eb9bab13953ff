//! The vocabulary that everything else speaks: stages, questions and answers, observations,
//! diagnosis, case. Plain data.
//!
//! It must never hold behaviour beyond indexing and naming.

pub mod case;
pub mod diagnosis;
pub mod evidence;
pub mod flow;
pub mod idle_limit;
pub mod measured;
pub mod offer;
pub mod outcome;
pub mod path_mtu;
pub mod question;
pub mod stage;
pub mod target;
pub mod trace;
pub mod trigger;
