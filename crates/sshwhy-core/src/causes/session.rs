//! The session, and the open connection that lies still.

pub mod channel_timeout;
pub mod chroot_permissions;
pub mod forward_port_busy;
pub mod idle_timeout;
pub mod keepalive_timeout;
pub mod lossy_path;
pub mod max_sessions;
pub mod nat_conntrack_expired;
pub mod network_changed;
pub mod pty_allocation_failed;
pub mod sftp_subsystem_missing;
pub mod shell_autologout;
pub mod shell_exits;
pub mod shell_startup_hangs;
pub mod shell_startup_output;
pub mod tcp_forwarding_disabled;
