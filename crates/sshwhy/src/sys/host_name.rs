//! This host's own name.

/// The name that the kernel has (proc(5), `/proc/sys/kernel/hostname`); `this host` where it cannot
/// be read.
pub fn own() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "this host".to_owned() } else { name.to_owned() }
}
