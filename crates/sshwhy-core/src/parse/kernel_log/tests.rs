//! Lines of kernels from 4 to 6, and of auditd.

use proptest::prelude::*;

use super::*;

#[test]
fn memory_and_crashes() {
    let oom = |pid, name, in_group| Some(Kernel::OomKill { pid: Some(pid), name, in_group });
    let crash = |name| Some(Kernel::Crash { name, pid: Some(42) });
    for (line, expected) in [
        (
            "Out of memory: Killed process 42 (sshd) total-vm:1000kB, anon-rss:1kB",
            oom(42, "sshd", false),
        ),
        (
            "Out of memory: Kill process 42 (sshd) score 900 or sacrifice child",
            oom(42, "sshd", false),
        ),
        (
            "Memory cgroup out of memory: Killed process 42 (a) b) total-vm:1kB, anon-rss:1kB",
            oom(42, "a) b", true),
        ),
        ("oom-kill:constraint=CONSTRAINT_NONE,task=sshd,pid=42", None),
        ("sshd[42]: segfault at 0 ip 00007f sp 00007f error 4 in libc.so.6[7f+1]", crash("sshd")),
        ("traps: sshd[42] general protection fault ip:7f sp:7f error:0", crash("sshd")),
        ("usb 1-1: new device [42]: segfault at", None),
        ("TCP: out of memory -- consider tuning tcp_mem", Some(Kernel::TcpMemory)),
        (
            "TCP: request_sock_TCP: Possible SYN flooding on port 22. Sending cookies.  Check SNMP counters.",
            Some(Kernel::SynFlood { port: Some(22), cookies: true }),
        ),
        (
            "TCP: request_sock_TCP: Possible SYN flooding on port [::]:22. Dropping request.",
            Some(Kernel::SynFlood { port: Some(22), cookies: false }),
        ),
        ("nf_conntrack: nf_conntrack: table full, dropping packet", Some(Kernel::ConntrackFull)),
        ("nf_conntrack: table full, dropping packet.", Some(Kernel::ConntrackFull)),
        ("neighbour: arp_cache: neighbor table overflow!", None),
    ] {
        assert_eq!(parse(line), expected, "{line}");
    }
}

#[test]
fn audit() {
    let seccomp = Some(Kernel::Seccomp { name: "sshd", pid: Some(42), call: Some(41) });
    let fields = "auid=4294967295 uid=109 gid=65534 ses=1 pid=42 comm=\"sshd\" exe=\"/usr/sbin/sshd\" sig=31 arch=c000003e syscall=41 compat=0";
    assert_eq!(parse(&format!("audit: type=1326 audit(1.2:3): {fields}")), seccomp);
    assert_eq!(parse(&format!("type=SECCOMP msg=audit(1.2:3): {fields}")), seccomp);

    let selinux = "avc:  denied  { name_bind } for  pid=42 comm=\"sshd\" src=2222 scontext=system_u:system_r:sshd_t:s0-s0:c0.c1023 tcontext=system_u:object_r:unreserved_port_t:s0 tclass=tcp_socket permissive=";
    let denial = Denial {
        by: Module::Selinux,
        name: "sshd",
        pid: Some(42),
        wanted: "name_bind",
        object: "2222",
        profile: "sshd_t",
        only_noted: false,
    };
    let line = format!("audit: type=1400 audit(1.2:3): {selinux}0");
    assert_eq!(parse(&line), Some(Kernel::Denied(denial)));
    let line = format!("type=AVC msg=audit(1.2:3): {selinux}1");
    assert_eq!(parse(&line), Some(Kernel::Denied(Denial { only_noted: true, ..denial })));

    let apparmor = "apparmor=\"DENIED\" operation=\"open\" profile=\"/usr/sbin/sshd\" name=\"/etc/x pid=7\" pid=42 comm=\"sshd\" requested_mask=\"r\" denied_mask=\"r\" fsuid=0 ouid=0";
    let denial = Denial {
        by: Module::AppArmor,
        wanted: "open",
        object: "/etc/x pid=7",
        profile: "/usr/sbin/sshd",
        ..denial
    };
    let line = format!("audit: type=1400 audit(1.2:3): {apparmor}");
    assert_eq!(parse(&line), Some(Kernel::Denied(denial)));
    let complain = Some(Kernel::Denied(Denial { only_noted: true, ..denial }));
    assert_eq!(parse(&line.replace("DENIED", "ALLOWED")), complain);
    assert_eq!(parse(&line.replace("DENIED", "STATUS")), None);
}

#[test]
fn packets() {
    let fields = "IN=eth0 OUT= MAC=aa:bb SRC=192.0.2.7 DST=192.0.2.1 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=1 DF PROTO=TCP SPT=50000 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0 ";
    assert!(matches!(parse(fields), Some(Kernel::Packet(_))));
    let line = format!("[UFW BLOCK] {fields}");
    let Some(Kernel::Packet(blocked)) = parse(&line) else { panic!("{line}") };
    assert_eq!((blocked.ufw(), blocked.is_syn), (Some(Ufw::Block), true));
    assert_eq!((blocked.source, blocked.source_port), ("192.0.2.7".parse().ok(), Some(50000)));
    assert_eq!((blocked.input, blocked.output, blocked.destination_port), ("eth0", "", Some(22)));
    let line = format!("[UFW LIMIT BLOCK] {fields}").replace("SYN", "ACK SYN");
    let Some(Kernel::Packet(limited)) = parse(&line) else { panic!("{line}") };
    assert_eq!((limited.ufw(), limited.is_syn), (Some(Ufw::LimitBlock), false));
    // Whoever writes a rule may write anything in front.
    let line = format!("my drop IN=x OUT= SRC=203.0.113.9 DPT=1: {fields}");
    let Some(Kernel::Packet(odd)) = parse(&line) else { panic!("{line}") };
    assert_eq!((odd.source, odd.ufw()), ("192.0.2.7".parse().ok(), None));
    assert_eq!(parse("FOO IN=eth0 OUT= MAC="), None);
}

#[test]
fn disks() {
    for line in [
        "EXT4-fs error (device sda1): ext4_find_entry:1463: inode #2: comm sshd: reading directory",
        "EXT4-fs (sda1): Remounting filesystem read-only",
        "systemd-journald: Failed to write entry: No space left on device",
    ] {
        assert_eq!(parse(line), Some(Kernel::Disk { text: line }));
    }
    assert_eq!(parse("EXT4-fs (sda1): mounted filesystem with ordered data mode"), None);
}

proptest! {
    #[test]
    fn nothing_panics(start in prop_oneof![
        Just(""), Just("audit: type=1400 audit(1): "), Just("type=AVC msg=audit(1): avc: denied {"),
        Just("Out of memory: Killed process "), Just("IN=a OUT="), Just("x IN= OUT= SRC=1.1.1.1 "),
        Just("possible SYN flooding on port "), Just("traps: a[1]"),
    ], rest in "\\PC{0,80}") {
        let _ = parse(&format!("{start}{rest}"));
    }
}
