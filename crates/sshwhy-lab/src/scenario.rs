//! The scenarios: one file each, data and the function that breaks (or merely unsettles) a fresh
//! network.
//!
//! Must never hold two faults at once: a scenario with a second fault has no single truth.
//!
//! To add one: write `scenario/SLUG.rs` (dashes become underscores) and name it twice below.

mod absent;
mod access_denied_by_pam;
mod account_expired;
mod account_locked;
mod agent_refuses;
mod balancer_resets;
mod balancer_works;
mod banner_dropped;
mod banner_malformed;
mod both_families;
mod bytes_changed;
mod capability_missing;
mod certificate_expired;
mod certificate_not_yet_valid;
mod certificate_valid;
mod child_crashes;
mod chroot_writable;
mod cipher_no_match;
mod client_cipher_unknown;
mod client_config_writable;
mod client_library_missing;
mod client_option_unknown;
mod connection_refused_by_match;
mod content_dropped;
mod definition;
mod descriptors_exhausted;
mod drop_everything;
mod drop_on_router;
mod drop_on_server;
mod dropbear_host;
mod dscp_from_syn;
mod dscp_in_session;
mod established_dropped;
mod established_dropped_on_router;
mod fail2ban_drop;
mod fail2ban_hostsdeny;
mod fail2ban_idle;
mod fail2ban_iptables;
mod fail2ban_nftables;
mod fail2ban_route;
mod far_away;
mod first_address_dead;
mod first_protocol_only;
mod flow_blocked;
mod forward_busy;
mod forward_refused;
mod forwarder_closes;
mod grace_expired;
mod hello_dropped;
mod helper_missing;
mod home_writable;
mod host_key_other;
mod host_key_revoked;
mod host_key_strict;
mod host_off;
mod host_off_silent;
mod hostkey_no_match;
mod hostkey_sha1_only;
mod icmp_silent;
mod idle_channel_closed;
mod idle_forgotten;
mod idle_reset;
mod ipv6_drops;
mod ipv6_only;
mod ipv6_refused_falls_back;
mod jump_forward_denied;
mod jump_target_refused;
mod jump_unresolved;
mod jump_works;
mod kex_no_match;
mod key_damaged;
mod key_not_listed;
mod key_not_listed_logged;
mod key_readable;
mod keys_elsewhere;
mod local_output_drop;
mod local_output_reject;
mod login_banner;
mod logins_limited;
mod lookup_slow;
mod lossy_link;
mod mac_no_match;
mod marks_bleached;
mod maxstartups_hard;
mod maxstartups_low;
mod maxstartups_new_server;
mod maxstartups_others;
mod maxstartups_own;
mod maxstartups_random;
mod modern_only;
mod mtu_ipv6;
mod mtu_just_below;
mod mtu_just_below_to_client;
mod mtu_small;
mod mtu_to_client;
mod mtu_to_server;
mod name_stale;
mod name_unknown;
mod name_wrong_host;
mod named_by_dns;
mod no_key_method;
mod nologin_file;
mod other_port;
mod other_port_in_config;
mod packets_lost;
mod password_expired;
mod penalty;
mod per_source_limit;
mod plain_host;
mod plain_new_host;
mod portal;
mod privsep_dir_removed;
mod processes_limited;
mod proxy_command_missing;
mod queue_full;
mod rate_limit_connlimit;
mod rate_limit_drop;
mod rate_limit_hashlimit;
mod rate_limit_recent;
mod rate_limit_roomy;
mod reject_admin_prohibited;
mod reject_host;
mod reject_host_prohibited;
mod reject_ipv6;
mod reject_net;
mod reject_net_prohibited;
mod reject_on_router;
mod reject_port;
mod reject_protocol;
mod reply_lost;
mod reset_by_string_match;
mod reset_injected;
mod reset_on_banner;
mod reset_on_hello;
mod reset_on_router;
mod reset_on_server;
mod resolver_absent;
mod resolver_refuses;
mod resolver_servfail;
mod resolver_silent;
mod route_missing;
mod route_prohibit;
mod route_unreachable;
mod router_unreachable;
mod server_busy;
mod service_http;
mod service_silent;
mod service_smtp;
mod service_tls;
mod session_slow;
mod sessions_none;
mod shell_leaves;
mod shell_missing;
mod shell_nologin;
mod shell_prints;
mod shell_startup_hangs;
mod slow_link;
mod small_mtu;
mod small_mtu_ipv6;
mod source_translated;
mod sshd_config_broken;
mod sshd_frozen;
mod sshd_other_family;
mod sshd_other_port;
mod sshd_stopped;
mod strict_firewall;
mod tarpit;
mod text_after_banner;
mod text_before_banner;
mod too_many_keys;
mod translated;
mod ufw_allows;
mod ufw_limit;
mod user_denied;
mod user_missing;
mod wrappers_allow;
mod wrappers_deny;
mod wrappers_deny_one;
use definition::{CHILD_DIES, DENIED, REFUSED, REJECTED, SILENT, SILENT_OR_BUSY};

pub use absent::ABSENT;
pub use definition::{OnServer, Plain, Scenario};

/// Every scenario, in the order of the stages; the healthy controls come last.
pub const ALL: &[Scenario] = &[
    shell_startup_hangs::SCENARIO,
    client_option_unknown::SCENARIO,
    client_config_writable::SCENARIO,
    client_cipher_unknown::SCENARIO,
    client_library_missing::SCENARIO,
    key_readable::SCENARIO,
    key_damaged::SCENARIO,
    proxy_command_missing::SCENARIO,
    jump_unresolved::SCENARIO,
    jump_forward_denied::SCENARIO,
    jump_target_refused::SCENARIO,
    name_unknown::SCENARIO,
    resolver_servfail::SCENARIO,
    resolver_refuses::SCENARIO,
    resolver_silent::SCENARIO,
    resolver_absent::SCENARIO,
    name_wrong_host::SCENARIO,
    name_stale::SCENARIO,
    ipv6_drops::SCENARIO,
    route_missing::SCENARIO,
    route_unreachable::SCENARIO,
    route_prohibit::SCENARIO,
    router_unreachable::SCENARIO,
    host_off::SCENARIO,
    host_off_silent::SCENARIO,
    local_output_drop::SCENARIO,
    local_output_reject::SCENARIO,
    sshd_stopped::SCENARIO,
    sshd_config_broken::SCENARIO,
    sshd_other_port::SCENARIO,
    sshd_other_family::SCENARIO,
    drop_on_server::SCENARIO,
    drop_on_router::SCENARIO,
    drop_everything::SCENARIO,
    reply_lost::SCENARIO,
    reject_port::SCENARIO,
    reject_host::SCENARIO,
    reject_net::SCENARIO,
    reject_protocol::SCENARIO,
    reject_host_prohibited::SCENARIO,
    reject_net_prohibited::SCENARIO,
    reject_admin_prohibited::SCENARIO,
    reject_on_router::SCENARIO,
    reject_ipv6::SCENARIO,
    reset_on_server::SCENARIO,
    reset_on_router::SCENARIO,
    established_dropped::SCENARIO,
    established_dropped_on_router::SCENARIO,
    rate_limit_recent::SCENARIO,
    rate_limit_hashlimit::SCENARIO,
    rate_limit_connlimit::SCENARIO,
    rate_limit_drop::SCENARIO,
    ufw_limit::SCENARIO,
    fail2ban_iptables::SCENARIO,
    fail2ban_nftables::SCENARIO,
    fail2ban_drop::SCENARIO,
    fail2ban_route::SCENARIO,
    fail2ban_hostsdeny::SCENARIO,
    queue_full::SCENARIO,
    dscp_from_syn::SCENARIO,
    dscp_in_session::SCENARIO,
    portal::SCENARIO,
    source_translated::SCENARIO,
    wrappers_deny::SCENARIO,
    wrappers_deny_one::SCENARIO,
    maxstartups_hard::SCENARIO,
    maxstartups_random::SCENARIO,
    maxstartups_others::SCENARIO,
    maxstartups_own::SCENARIO,
    per_source_limit::SCENARIO,
    penalty::SCENARIO,
    maxstartups_new_server::SCENARIO,
    reset_on_hello::SCENARIO,
    reset_on_banner::SCENARIO,
    reset_injected::SCENARIO,
    reset_by_string_match::SCENARIO,
    content_dropped::SCENARIO,
    hello_dropped::SCENARIO,
    banner_dropped::SCENARIO,
    flow_blocked::SCENARIO,
    balancer_resets::SCENARIO,
    forwarder_closes::SCENARIO,
    privsep_dir_removed::SCENARIO,
    helper_missing::SCENARIO,
    child_crashes::SCENARIO,
    capability_missing::SCENARIO,
    descriptors_exhausted::SCENARIO,
    sshd_frozen::SCENARIO,
    server_busy::SCENARIO,
    grace_expired::SCENARIO,
    service_http::SCENARIO,
    service_smtp::SCENARIO,
    service_tls::SCENARIO,
    service_silent::SCENARIO,
    first_protocol_only::SCENARIO,
    banner_malformed::SCENARIO,
    tarpit::SCENARIO,
    mtu_to_client::SCENARIO,
    mtu_to_server::SCENARIO,
    mtu_just_below::SCENARIO,
    mtu_just_below_to_client::SCENARIO,
    mtu_small::SCENARIO,
    mtu_ipv6::SCENARIO,
    kex_no_match::SCENARIO,
    cipher_no_match::SCENARIO,
    mac_no_match::SCENARIO,
    hostkey_sha1_only::SCENARIO,
    hostkey_no_match::SCENARIO,
    bytes_changed::SCENARIO,
    text_after_banner::SCENARIO,
    host_key_other::SCENARIO,
    host_key_strict::SCENARIO,
    host_key_revoked::SCENARIO,
    key_not_listed::SCENARIO,
    key_not_listed_logged::SCENARIO,
    home_writable::SCENARIO,
    keys_elsewhere::SCENARIO,
    user_denied::SCENARIO,
    user_missing::SCENARIO,
    account_locked::SCENARIO,
    no_key_method::SCENARIO,
    too_many_keys::SCENARIO,
    agent_refuses::SCENARIO,
    connection_refused_by_match::SCENARIO,
    account_expired::SCENARIO,
    password_expired::SCENARIO,
    access_denied_by_pam::SCENARIO,
    nologin_file::SCENARIO,
    logins_limited::SCENARIO,
    lookup_slow::SCENARIO,
    session_slow::SCENARIO,
    certificate_expired::SCENARIO,
    certificate_not_yet_valid::SCENARIO,
    sessions_none::SCENARIO,
    forward_busy::SCENARIO,
    forward_refused::SCENARIO,
    shell_nologin::SCENARIO,
    shell_leaves::SCENARIO,
    shell_missing::SCENARIO,
    shell_prints::SCENARIO,
    chroot_writable::SCENARIO,
    processes_limited::SCENARIO,
    idle_forgotten::SCENARIO,
    idle_reset::SCENARIO,
    idle_channel_closed::SCENARIO,
    plain_host::SCENARIO,
    plain_new_host::SCENARIO,
    dropbear_host::SCENARIO,
    other_port::SCENARIO,
    other_port_in_config::SCENARIO,
    ipv6_only::SCENARIO,
    both_families::SCENARIO,
    ipv6_refused_falls_back::SCENARIO,
    first_address_dead::SCENARIO,
    small_mtu::SCENARIO,
    small_mtu_ipv6::SCENARIO,
    text_before_banner::SCENARIO,
    balancer_works::SCENARIO,
    slow_link::SCENARIO,
    far_away::SCENARIO,
    lossy_link::SCENARIO,
    packets_lost::SCENARIO,
    strict_firewall::SCENARIO,
    ufw_allows::SCENARIO,
    wrappers_allow::SCENARIO,
    jump_works::SCENARIO,
    maxstartups_low::SCENARIO,
    fail2ban_idle::SCENARIO,
    rate_limit_roomy::SCENARIO,
    translated::SCENARIO,
    modern_only::SCENARIO,
    login_banner::SCENARIO,
    icmp_silent::SCENARIO,
    marks_bleached::SCENARIO,
    certificate_valid::SCENARIO,
    named_by_dns::SCENARIO,
];

/// The scenario called `slug`.
#[must_use]
pub fn find(slug: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.slug == slug)
}

#[cfg(test)]
mod tests;
