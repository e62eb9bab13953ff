//! Before anything leaves this machine.

pub mod client_config_error;
pub mod jump_host_forward_denied;
pub mod key_file_malformed;
pub mod key_permissions;
pub mod library_version_mismatch;
pub mod local_network_permission;
pub mod local_proxy_blocks_ssh;
pub mod proxy_command_failed;
