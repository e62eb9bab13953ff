//! The route to the host, and the TCP handshake.

pub mod asymmetric_route;
pub mod ban_daemon;
pub mod captive_portal;
pub mod cloud_nacl;
pub mod cloud_route;
pub mod cloud_security_group;
pub mod conntrack_full;
pub mod fail2ban_ban;
pub mod firewall_drop;
pub mod firewall_drops_established;
pub mod firewall_reject;
pub mod firewall_tcp_reset;
pub mod host_down;
pub mod ipqos_dscp;
pub mod local_firewall;
pub mod no_listener;
pub mod no_route;
pub mod port_in_use;
pub mod rate_limit_rule;
pub mod source_address_mismatch;
pub mod sshd_listens_elsewhere;
pub mod syn_backlog_overflow;
pub mod unit_ip_deny;
pub mod vpn_policy_denied;
