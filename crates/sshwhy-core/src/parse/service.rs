//! Ports by the names that rules and configurations use for them, as everybody has them in /etc/services.

/// The port of a service.
pub fn port_of(name: &str) -> Option<u16> {
    Some(match name {
        "ssh" => 22,
        "smtp" => 25,
        "domain" => 53,
        "bootps" => 67,
        "bootpc" => 68,
        "http" => 80,
        "ntp" => 123,
        "https" => 443,
        _ => return None,
    })
}
