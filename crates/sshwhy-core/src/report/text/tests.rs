//! The layout holds whatever the case says.

use super::*;

#[test]
fn commands_are_told_from_prose() {
    for (instruction, expected) in [
        ("sudo systemctl start ssh", Role::Command),
        ("ssh -o IPQoS=none prod", Role::Command),
        ("echo 'sshd: 192.0.2.1' | sudo tee -a /etc/hosts.allow", Role::Command),
        ("ask whoever runs the firewall to admit port 22", Role::Strong),
        ("the inbound rules of the instance", Role::Strong),
        ("", Role::Strong),
    ] {
        assert_eq!(role_of(instruction), expected, "{instruction}");
    }
}
