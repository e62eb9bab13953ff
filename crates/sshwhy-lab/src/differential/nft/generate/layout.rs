//! The layouts of programs that make rule sets.

use super::*;

/// As firewalld lays out its table.
pub(super) fn firewalld(random: &mut Random) -> String {
    let zones = ["block", "dmz", "public", "trusted"];
    let mut text = String::from("table inet firewalld {\n");
    firewalld_zones(random, &zones, &mut text);
    text.push_str(" chain filter_INPUT_ZONES {\n");
    for zone in zones {
        if random.chance(40) {
            let _ = writeln!(text, "  ip saddr {} goto filter_IN_{zone}", random.word(NETWORKS4));
        }
    }
    if random.chance(50) {
        text.push_str("  ip6 saddr 2001:db8::/32 goto filter_IN_block\n");
    }
    let _ = writeln!(text, "  iifname \"eth1\" goto filter_IN_{}", random.word(&zones));
    let _ = writeln!(text, "  goto filter_IN_{}\n }}", random.word(&["public", "dmz"]));
    text.push_str(
        " chain filter_INPUT { type filter hook input priority 10; policy accept;
  ct state { established, related } accept
  ct status dnat accept
  iifname \"lo\" accept
  ct state { invalid } drop
  jump filter_INPUT_ZONES
  reject with icmpx admin-prohibited
 }\n",
    );
    if random.chance(10) {
        text.push_str(
            " chain raw_PREROUTING { type filter hook prerouting priority -290; policy accept;
  icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept
  meta nfproto ipv6 fib saddr . iif oif missing drop\n }\n",
        );
    }
    text.push_str("}\n");
    if random.chance(15) {
        text.push_str(
            "table inet firewalld_policy_drop {\n chain raw_prerouting { type filter hook prerouting priority -291; policy drop;\n }\n}\n",
        );
    }
    text
}

fn firewalld_zones(random: &mut Random, zones: &[&str], text: &mut String) {
    for zone in zones {
        for part in ["pre", "log", "deny", "allow", "post"] {
            let _ = writeln!(text, " chain filter_IN_{zone}_{part} {{");
            let usual = if part == "allow" { 90 } else { 20 };
            if random.chance(usual) {
                let service = random.word(&["22", "80", "2222"]);
                match part {
                    "allow" => {
                        let _ = writeln!(text, "  tcp dport {service} accept");
                    }
                    "deny" => {
                        let (address, end) =
                            (random.word(NETWORKS4), random.word(&["drop", "reject"]));
                        let _ = writeln!(text, "  ip saddr {address} tcp dport {service} {end}");
                    }
                    _ => {
                        let (address, end) =
                            (random.word(ADDRESSES4), random.word(&["accept", "drop"]));
                        let _ = writeln!(text, "  ip saddr {address} {end}");
                    }
                }
            }
            text.push_str(" }\n");
        }
        let target = match *zone {
            "block" => "reject with icmpx admin-prohibited",
            "trusted" => "accept",
            "dmz" if random.chance(30) => "drop",
            _ => "",
        };
        let _ = writeln!(text, " chain filter_IN_{zone} {{");
        for part in ["pre", "log", "deny", "allow", "post"] {
            let _ = writeln!(text, "  jump filter_IN_{zone}_{part}");
        }
        let _ = writeln!(text, "  meta l4proto {{ icmp, ipv6-icmp }} accept\n  {target}\n }}");
    }
}

/// fail2ban, CrowdSec and sshguard, before a usual filter.
pub(super) fn ban_daemons(random: &mut Random) -> String {
    let mut text = String::new();
    if random.chance(70) {
        let banned = random.some(ADDRESSES4).join(", ");
        let blocktype = random.word(&["reject", "drop", "meta l4proto tcp reject with tcp reset"]);
        let _ = write!(
            text,
            "table inet f2b-table {{
 set addr-set-sshd {{ type ipv4_addr; elements = {{ {banned} }} }}
 set addr6-set-sshd {{ type ipv6_addr; elements = {{ {} }} }}
 chain f2b-chain {{ type filter hook input priority -1; policy accept;
  tcp dport {} ip saddr @addr-set-sshd {blocktype}
  tcp dport 22 ip6 saddr @addr6-set-sshd {blocktype}
 }}
}}
",
            random.word(ADDRESSES6),
            random.word(&["22", "{ 22, 2222 }"]),
        );
    }
    if random.chance(50) {
        let _ = write!(
            text,
            "table ip crowdsec {{
 set crowdsec-blacklists {{ type ipv4_addr; flags timeout; elements = {{ {} timeout 4h }} }}
 chain crowdsec-chain-input {{ type filter hook input priority -10; policy accept;
  ip saddr @crowdsec-blacklists counter drop
 }}
}}
",
            random.some(ADDRESSES4).join(" timeout 2h, ")
        );
    }
    if random.chance(50) {
        let _ = write!(
            text,
            "table ip sshguard {{
 set attackers {{ type ipv4_addr; flags interval; elements = {{ {} }} }}
 chain blacklist {{ type filter hook input priority -10; policy accept;
  ip saddr @attackers drop
 }}
}}
",
            random.some(APART4).join(", ")
        );
    }
    text + &host_firewall(random)
}

/// A list of thousands of addresses, one rule each, among others.
pub(super) fn block_list(random: &mut Random) -> String {
    let mut text = String::from("table ip lists {\n chain listed {\n");
    let count = if random.chance(10) { 6000 } else { 200 + random.below(1500) };
    for _ in 0..count {
        let address = match random.below(60) {
            0 => random.word(ADDRESSES4).to_owned(),
            1 => random.word(NETWORKS4).to_owned(),
            _ => format!(
                "{}.{}.{}.0/24",
                11 + random.below(100),
                random.below(256),
                random.below(256)
            ),
        };
        let end = random.word(&["drop", "drop", "drop", "return", "accept", "reject"]);
        let port =
            random.word(&["", "tcp dport 22 ", "tcp dport 2222 ", "udp dport 53 ", "counter "]);
        let _ = writeln!(text, "  ip saddr {address} {port}{end}");
        if random.chance(1) {
            let _ = writeln!(
                text,
                "  ip saddr {} meta mark set {}",
                random.word(ADDRESSES4),
                random.below(3)
            );
        }
    }
    text.push_str(" }\n chain in { type filter hook input priority -20; policy accept;\n");
    let _ =
        writeln!(text, "  {}jump listed", random.word(&["", "ct state new ", "iifname \"eth0\" "]));
    let _ = writeln!(text, "  meta mark {} drop\n }}\n}}", random.below(3));
    text + &host_firewall(random)
}

/// What a person writes for a host.
pub(super) fn host_firewall(random: &mut Random) -> String {
    let policy = random.word(&["drop", "accept"]);
    let mut text = format!(
        "table inet filter {{
 chain limits {{
  ip saddr {} return
  {}
 }}
 chain input {{ type filter hook input priority filter; policy {policy};
  ct state vmap {{ established : accept, related : accept, invalid : drop }}
  iif lo accept
",
        random.word(NETWORKS4),
        random.word(&[
            "tcp dport 22 drop",
            "tcp dport 2222 reject",
            "continue",
            "limit rate 1000/second return"
        ]),
    );
    if random.chance(40) {
        text.push_str("  tcp dport 22 jump limits\n");
    }
    if random.chance(70) {
        let _ = writeln!(text, "  ip saddr {} tcp dport 22 accept", random.word(NETWORKS4));
    }
    if random.chance(50) {
        let _ =
            writeln!(text, "  ip6 saddr {} tcp dport {{ 22, 2222 }} accept", random.word(APART6));
    }
    if random.chance(40) {
        text.push_str("  meta l4proto tcp reject with tcp reset\n");
    } else if random.chance(50) {
        text.push_str("  reject with icmpx admin-prohibited\n");
    }
    text.push_str(" }\n");
    if random.chance(25) {
        let _ = write!(
            text,
            " chain output {{ type filter hook output priority filter; policy drop;
  {}
 }}\n",
            random.word(&[
                "ct state established,related accept",
                "tcp sport 22 accept",
                "tcp sport 22 tcp flags & (syn | ack) == syn | ack accept",
                "ip daddr 10.0.0.0/8 accept",
            ])
        );
    }
    text.push_str("}\n");
    text
}

/// Addresses and ports that are translated.
pub(super) fn translation(random: &mut Random) -> String {
    let family = random.word(&["ip", "inet"]);
    let rule = random.word(&[
        "tcp dport 2222 redirect to :22",
        "tcp dport 2222 dnat ip to 10.9.0.1:22",
        "dnat ip to ip daddr map { 10.9.1.1 : 10.9.0.1 }",
        "ip saddr 10.9.0.0/24 tcp dport 22 redirect to :2222",
        "tcp dport { 22, 2222 } dnat ip to ip saddr map { 10.9.0.2 : 10.9.1.1, 192.0.2.9 : 10.9.0.1 }",
        "tcp dport 2222 dnat ip addr . port to tcp dport map { 2222 : 10.9.0.1 . 22 }",
    ]);
    let second = random.word(&[
        "tcp dport 2222 redirect to :22",
        "tcp dport 22 accept",
        "ip saddr 10.9.0.3 accept",
    ]);
    let mut text = format!(
        "table {family} nat {{
 chain pre {{ type nat hook prerouting priority {}; policy accept;
  {}
  {rule}
  {second}
 }}
}}
",
        random.word(&["dstnat", "-50", "-100"]),
        random.word(&["", "ip saddr 10.9.0.77 return", "ip saddr 172.16.0.0/12 accept"]),
    );
    let _ = write!(
        text,
        "table inet filter {{
 chain input {{ type filter hook input priority 0; policy accept;
  {}
  {} {}
 }}
}}
",
        random.word(&["ct status dnat accept", "ct state established accept", ""]),
        random.word(&[
            "tcp dport 22",
            "tcp dport 2222",
            "ip daddr 10.9.1.1",
            "meta l4proto tcp ct original proto-dst 2222",
            "ct original ip daddr 10.9.1.1",
            "ct status dnat",
        ]),
        random.word(&["drop", "reject", "accept"])
    );
    text
}

/// A chain on the device itself, before the others.
pub(super) fn ingress(random: &mut Random) -> String {
    let mut text = String::from(
        "table netdev early {\n chain ingress { type filter hook ingress device \"eth0\" priority -500; policy accept;\n",
    );
    let count = 1 + random.below(3);
    for _ in 0..count {
        let _ = writeln!(
            text,
            "  {} {}",
            random.word(&[
                "ip saddr 10.9.0.0/26",
                "ip saddr { 192.0.2.9, 10.9.0.77 }",
                "ip6 saddr 2001:db8::/32",
                "tcp flags & (fin | syn) == syn ip saddr 10.200.0.0/16",
                "tcp dport 2222",
                "ip protocol udp",
                "meta protocol ip6",
            ]),
            random.word(&["drop", "accept", "drop", "counter"])
        );
    }
    text.push_str(" }\n}\n");
    text + &tables(random)
}
