//! Packet filters, on any host.
//!
//! Must never flush rules: several faults may share a host.

use anyhow::Result;

use crate::host::Host;

/// Adds an nftables rule to the base chain `chain` (input, forward or output) of table `inet lab`,
/// which is made when it is missing.
///
/// # Errors
/// When nft refuses it.
pub fn nft(host: &Host, chain: &str, rule: &str) -> Result<()> {
    host.net_sh(&format!(
        "nft -f - <<'END'
add table inet lab
add chain inet lab {chain} {{ type filter hook {chain} priority 0; }}
add rule inet lab {chain} {rule}
END"
    ))
    .map(drop)
}

/// Runs `iptables` (nf_tables back end) with these arguments.
///
/// # Errors
/// When it refuses them.
pub fn iptables(host: &Host, arguments: &str) -> Result<()> {
    host.sh(&format!("iptables-nft {arguments}")).map(drop)
}

/// Runs `iptables-legacy` with these arguments.
///
/// # Errors
/// When it refuses them.
pub fn iptables_legacy(host: &Host, arguments: &str) -> Result<()> {
    host.sh(&format!("iptables-legacy {arguments}")).map(drop)
}
