//! Causes without a scenario, each with the reason. A test compares the two lists with the
//! catalogue.
//!
//! Must never hold a cause that hosts in namespaces could have.

/// No packet tells it from another cause, and only that one has a scenario.
const SAME_TO_A_CLIENT: &str = "to a client it is exactly another cause that has a scenario";

/// It is about a program or system that the lab does not have.
const ELSEWHERE: &str =
    "needs a cloud, another operating system or a security module of the kernel";

/// It is something that a server sees; the client of it has no trouble.
const SERVER_SIDE: &str = "seen in the server's log only; nobody's connection fails";

/// sshwhy does not do by default what would show it.
const NOT_ASKED: &str = "shows only in what the user does after the login";

/// Ids and reasons, in the order of ids.
pub const ABSENT: &[(&str, &str)] = &[
    ("apparmor-denied", ELSEWHERE),
    ("ban-daemon", SAME_TO_A_CLIENT),
    ("client-closed-early", SERVER_SIDE),
    ("cloud-nacl", ELSEWHERE),
    ("cloud-route", ELSEWHERE),
    ("cloud-security-group", ELSEWHERE),
    ("compression-mismatch", "no server of the lab can insist on compression"),
    (
        "conntrack-full",
        "the size of the table belongs to the machine and not to a network namespace",
    ),
    ("disk-full", SAME_TO_A_CLIENT),
    ("health-check-probe", SERVER_SIDE),
    ("hostkey-permissions", SAME_TO_A_CLIENT),
    ("hostkeys-missing", SAME_TO_A_CLIENT),
    ("keepalive-timeout", "needs a path that breaks in the middle of a session"),
    ("kernel-rst-unread-data", SERVER_SIDE),
    ("local-network-permission", ELSEWHERE),
    ("local-proxy-blocks-ssh", ELSEWHERE),
    (
        "lossy-path",
        "chance makes a login slow on such a road, and mostly does not: a control has one",
    ),
    ("network-changed", "needs a path that breaks in the middle of a session"),
    ("oom-kill", SAME_TO_A_CLIENT),
    ("port-in-use", SAME_TO_A_CLIENT),
    ("privileges-missing", SAME_TO_A_CLIENT),
    ("pty-allocation-failed", NOT_ASKED),
    ("sandbox-violation", SAME_TO_A_CLIENT),
    ("selinux-denied", ELSEWHERE),
    ("sftp-subsystem-missing", NOT_ASKED),
    ("shell-autologout", NOT_ASKED),
    ("slow-gssapi", "needs a Kerberos realm"),
    ("socket-activation-limit", "needs systemd as process 1"),
    ("sshd-config-error", SAME_TO_A_CLIENT),
    ("sshd-restarted", "needs a server that restarts in the middle of a session"),
    ("unit-ip-deny", "needs systemd as process 1"),
    ("vpn-policy-denied", ELSEWHERE),
    ("wrong-protocol-client", SERVER_SIDE),
];
