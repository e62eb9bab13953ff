//! Our evaluators against the programs that they describe, on many inputs each.

pub mod nft;
pub mod wrappers;
