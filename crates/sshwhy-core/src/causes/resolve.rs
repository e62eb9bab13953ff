//! Names and the addresses behind them.

pub mod dns_failure;
pub mod dns_wrong_address;
pub mod ipv6_broken;
