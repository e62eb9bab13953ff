//! The layouts of programs that make rule sets, and of people.

use super::*;

fn nets(is_ipv6: bool) -> &'static [&'static str] {
    if is_ipv6 { NETS6 } else { NETS4 }
}

/// As ufw lays out its table.
pub(super) fn ufw(random: &mut Random, is_ipv6: bool) -> String {
    let u = if is_ipv6 { "ufw6" } else { "ufw" };
    let policy = random.word(&["DROP", "ACCEPT"]);
    let mut text =
        format!("*filter\n:INPUT {policy} [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n");
    for chain in [
        "before-input",
        "after-input",
        "user-input",
        "user-limit",
        "user-limit-accept",
        "not-local",
        "skip-to-policy-input",
        "logging-deny",
    ] {
        let _ = writeln!(text, ":{u}-{chain} - [0:0]");
    }
    let skip = random.word(&["DROP", "REJECT", "ACCEPT"]);
    let _ = write!(
        text,
        "-A INPUT -j {u}-before-input
-A INPUT -j {u}-after-input
-A {u}-before-input -i lo -j ACCEPT
-A {u}-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A {u}-before-input -m conntrack --ctstate INVALID -j {u}-logging-deny
-A {u}-before-input -m conntrack --ctstate INVALID -j DROP
-A {u}-before-input -j {u}-not-local
-A {u}-before-input -j {u}-user-input
-A {u}-after-input -p udp -m udp --dport 137 -j {u}-skip-to-policy-input
-A {u}-after-input -m addrtype --dst-type MULTICAST -j {u}-skip-to-policy-input
-A {u}-not-local -m addrtype --dst-type LOCAL -j RETURN
-A {u}-not-local -m limit --limit 3/min --limit-burst 10 -j {u}-logging-deny
-A {u}-not-local -j DROP
-A {u}-skip-to-policy-input -j {skip}
-A {u}-user-limit -m limit --limit 3/min -j LOG --log-prefix \"[UFW LIMIT BLOCK] \"
-A {u}-user-limit -j REJECT
-A {u}-user-limit-accept -j ACCEPT
"
    );
    for _ in 0..random.below(6) {
        let net = random.word(nets(is_ipv6));
        let target = random.word(&["ACCEPT", "DROP", "REJECT --reject-with tcp-reset", "ACCEPT"]);
        let port = random.word(&["22", "2222", "80", "22:2222"]);
        let _ =
            writeln!(text, "-A {u}-user-input -s {net} -p tcp -m tcp --dport {port} -j {target}");
    }
    if random.chance(50) {
        let _ = writeln!(text, "-A {u}-user-input -p tcp -m tcp --dport 22 -j ACCEPT");
    }
    text + "COMMIT\n"
}

/// A host that accepts everybody, and chains of bans before that.
pub(super) fn ban_daemon(random: &mut Random, is_ipv6: bool) -> String {
    let mut text =
        String::from("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n");
    for jail in ["sshd", "recidive"] {
        let _ = writeln!(text, ":f2b-{jail} - [0:0]");
    }
    let ports = random.word(&["22", "0:65535", "80,443"]);
    let _ = writeln!(text, "-A INPUT -p tcp -m multiport --dports {ports} -j f2b-sshd");
    text.push_str(
        "-A INPUT -p tcp -j f2b-recidive\n-A INPUT -m set --match-set exact src -j DROP\n",
    );
    for jail in ["sshd", "recidive"] {
        let blocks = random.word(&["REJECT", "DROP", "REJECT --reject-with icmp-port-unreachable"]);
        let blocks =
            if is_ipv6 { blocks.replace("icmp-port", "icmp6-port") } else { blocks.to_owned() };
        for _ in 0..random.below(4) {
            let _ =
                writeln!(text, "-A f2b-{jail} -s {} -j {blocks}", random.word(&nets(is_ipv6)[..2]));
        }
        let _ = writeln!(text, "-A f2b-{jail} -j RETURN");
    }
    text + "COMMIT\n"
}

/// Zones by interface and net, as shorewall and firewalld's old back end lay them out: hundreds of chains.
pub(super) fn zones(random: &mut Random, is_ipv6: bool) -> String {
    let mut text =
        String::from("*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n");
    let count = 5 + random.below(150);
    for zone in 0..count {
        for part in ["_in", "_log", "_deny", "_allow"] {
            let _ = writeln!(text, ":zone{zone}{part} - [0:0]");
        }
    }
    text.push_str(
        "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n",
    );
    for _ in 0..1 + random.below(5) {
        let zone = random.below(count);
        match random.below(3) {
            0 => {
                let _ = writeln!(
                    text,
                    "-A INPUT -i {} -g zone{zone}_in",
                    random.word(&["eth0", "eth1", "eth+"])
                );
            }
            _ => {
                let _ =
                    writeln!(text, "-A INPUT -s {} -j zone{zone}_in", random.word(nets(is_ipv6)));
            }
        }
    }
    let end = random.word(&["REJECT", "DROP"]);
    let _ = writeln!(text, "-A INPUT -j {end}");
    for zone in 0..count {
        for part in ["log", "deny", "allow"] {
            let _ = writeln!(text, "-A zone{zone}_in -j zone{zone}_{part}");
        }
        let port = random.word(PORTS);
        let _ = writeln!(
            text,
            "-A zone{zone}_allow -p tcp -m tcp --dport {port} -m conntrack --ctstate NEW,UNTRACKED -j ACCEPT"
        );
        if random.chance(40) {
            let _ = writeln!(text, "-A zone{zone}_deny -s {} -j DROP", random.word(nets(is_ipv6)));
        }
        if random.chance(50) {
            let _ = writeln!(
                text,
                "-A zone{zone}_in -j {}",
                random.word(&["DROP", "REJECT", "ACCEPT"])
            );
        }
    }
    text + "COMMIT\n"
}

/// Thousands of addresses, one to a rule.
pub(super) fn block_list(random: &mut Random, is_ipv6: bool) -> String {
    let mut text = String::from(
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:list - [0:0]\n",
    );
    text.push_str("-A INPUT -p tcp -j list\n");
    for n in 0..random.below(3000) {
        let (a, b) = (n / 250, n % 250);
        let _ = match is_ipv6 {
            true => writeln!(text, "-A list -s 2001:db8:{a:x}:{b:x}::/64 -j DROP"),
            false => writeln!(text, "-A list -s 203.{a}.{b}.0/24 -j DROP"),
        };
        if random.chance(1) {
            let _ = writeln!(
                text,
                "-A list -s {} -j {}",
                random.word(nets(is_ipv6)),
                random.word(&["DROP", "RETURN"])
            );
        }
    }
    text + "COMMIT\n"
}

/// Protection against many tries: recent, limit, hashlimit, connlimit.
pub(super) fn brute_force(random: &mut Random, is_ipv6: bool) -> String {
    let mut text =
        String::from("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n");
    let net = random.word(nets(is_ipv6));
    let (mask, full) = if is_ipv6 {
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 128)
    } else {
        ("255.255.255.255", 32)
    };
    match random.below(4) {
        0 => {
            let hits = random.word(&["1", "2", "20"]);
            let _ = write!(
                text,
                "-A INPUT -s {net} -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m recent --set --name SSH --mask {mask} --rsource
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m recent --update --seconds 60 --hitcount {hits} --name SSH --mask {mask} --rsource -j DROP
"
            );
        }
        1 => {
            let _ = write!(
                text,
                "-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m limit --limit {} -j ACCEPT
-A INPUT -s {net} -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j DROP
",
                random.word(&["1/hour --limit-burst 1", "100/sec --limit-burst 100"])
            );
        }
        2 => {
            let _ = writeln!(
                text,
                "-A INPUT -s {net} -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -m connlimit --connlimit-above {} --connlimit-mask {full} --connlimit-saddr -j REJECT --reject-with tcp-reset",
                random.word(&["0", "50"])
            );
        }
        _ => {
            let _ = writeln!(
                text,
                "-A INPUT -s {net} -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m hashlimit --hashlimit-above {} --hashlimit-mode srcip --hashlimit-name ssh -j DROP",
                random.word(&["1/hour --hashlimit-burst 1", "1000/sec --hashlimit-burst 1000"])
            );
        }
    }
    text + "COMMIT\n"
}
