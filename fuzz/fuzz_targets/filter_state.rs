#![no_main]

use sshwhy_core::parse::{ip_address, ipset, netfilter};

// The live state of packet filters: sets, recent, hashlimit, tracked connections, addresses.
libfuzzer_sys::fuzz_target!(|text: &str| {
    let (first, second) = text.split_once('\0').unwrap_or((text, text));
    let _ = ipset::parse_ipset(text);
    let _ = netfilter::parse_recent(text);
    let _ = netfilter::parse_hash_limit(text);
    let _ = netfilter::parse_ticks(first, second);
    let _ = netfilter::parse_tracked(text);
    let _ = ip_address::parse(text);
});
