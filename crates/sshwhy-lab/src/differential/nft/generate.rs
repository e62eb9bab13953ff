//! Rule sets of realistic shapes, aimed at the addresses that [`super::ground`] connects from.

use std::fmt::Write;

use crate::differential::random::Random;

mod layout;

const ADDRESSES4: &[&str] = &[
    "10.9.0.2",
    "10.9.0.3",
    "10.9.0.77",
    "192.0.2.9",
    "198.51.100.20",
    "10.200.3.4",
    "172.16.5.6",
    "10.9.1.2",
    "10.9.1.50",
    "8.8.8.8",
];

/// None touches another.
const APART4: &[&str] = &[
    "10.9.0.2",
    "10.9.0.64/26",
    "192.0.2.0/24",
    "198.51.100.10-198.51.100.30",
    "10.200.0.0/16",
    "172.16.0.0/12",
    "10.9.1.0/25",
    "8.8.8.0/24",
];

const NETWORKS4: &[&str] = &[
    "10.9.0.0/24",
    "10.0.0.0/8",
    "10.9.0.2/31",
    "10.9.0.2",
    "192.0.2.0/24",
    "198.51.100.1-198.51.100.40",
    "172.16.0.0/12",
    "0.0.0.0/1",
    "10.9.1.0/24",
];

const ADDRESSES6: &[&str] = &["fd09::2", "fd09::77", "2001:db8::5", "fe80::9"];

const APART6: &[&str] = &["fd09::2", "fd09::40/122", "2001:db8::/32", "fe80::/10"];

const PORTS: &[&str] = &["22", "80", "443", "2222", "1000-2000", "22-25"];

/// None touches another.
const PORTS_APART: &[&str] = &["22", "80", "443", "2000-3000", "8080"];

/// Which packets a chain sees.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    In,
    Out,
    /// After routing, where nothing can be refused.
    Leaving,
    /// A chain that others jump to.
    Any,
}

/// What a table holds that rules can name.
#[derive(Clone, Copy, Debug)]
struct Scope {
    family: &'static str,
    place: Place,
    /// The chains that may be jumped to: from this number on, below [`CHAINS`].
    next_chain: usize,
    has_sets: bool,
}

/// Chains to jump to, in each table.
const CHAINS: usize = 4;

/// A rule set.
pub(super) fn rule_set(random: &mut Random) -> String {
    match random.below(12) {
        0 => layout::firewalld(random),
        1 => layout::ban_daemons(random),
        2 => layout::block_list(random),
        3 => layout::host_firewall(random),
        4 => layout::translation(random),
        5 => layout::ingress(random),
        _ => tables(random),
    }
}

/// Several tables of anything.
fn tables(random: &mut Random) -> String {
    let mut text = String::new();
    for number in 0..=random.below(3) {
        let family = ["inet", "ip", "inet", "ip6"][random.below(4)];
        table(random, family, number, &mut text);
    }
    text
}

fn table(random: &mut Random, family: &'static str, number: usize, text: &mut String) {
    let _ = writeln!(text, "table {family} t{number} {{");
    let has_sets = random.chance(60);
    if has_sets {
        sets(random, family, text);
    }
    for chain in (0..CHAINS).rev() {
        let scope = Scope { family, place: Place::Any, next_chain: chain + 1, has_sets };
        let _ = writeln!(text, " chain c{chain} {{");
        let count = random.below(5);
        rules(random, scope, count, text);
        text.push_str(" }\n");
    }
    for base in 0..=random.below(2) {
        let (hook, priorities): (_, &[&str]) = match random.below(8) {
            0 => ("prerouting", &["-300", "-150", "-250"]),
            1 => ("output", &["0", "-300", "-150", "50"]),
            2 => ("postrouting", &["0", "-150", "100"]),
            _ => ("input", &["0", "-1", "-10", "10", "0", "-150", "50", "300"]),
        };
        let place = match hook {
            "output" => Place::Out,
            "postrouting" => Place::Leaving,
            _ => Place::In,
        };
        let policy = if random.chance(25) { "drop" } else { "accept" };
        let priority = random.word(priorities);
        let _ = writeln!(
            text,
            " chain b{base} {{ type filter hook {hook} priority {priority}; policy {policy};"
        );
        let count = 1 + random.below(8);
        // The chains that can be jumped to may refuse.
        let next_chain = if place == Place::Leaving { CHAINS } else { 0 };
        let scope = Scope { family, place, next_chain, has_sets };
        if policy == "drop" && random.chance(60) {
            text.push_str("  ct state established,related accept\n");
        }
        rules(random, scope, count, text);
        text.push_str(" }\n");
    }
    text.push_str("}\n");
}

fn sets(random: &mut Random, family: &str, text: &mut String) {
    let list = |random: &mut Random, from| random.some(from).join(", ");
    if family != "ip6" {
        let (exact, apart) = (list(random, ADDRESSES4), list(random, APART4));
        let _ = writeln!(text, " set exact4 {{ type ipv4_addr; elements = {{ {exact} }} }}");
        let _ = writeln!(
            text,
            " set apart4 {{ type ipv4_addr; flags interval; elements = {{ {apart} }} }}"
        );
        let _ = writeln!(
            text,
            " set ban4 {{ type ipv4_addr; flags timeout; elements = {{ {} timeout 1h }} }}",
            random.word(ADDRESSES4)
        );
        let pairs: Vec<_> = random
            .some(APART4)
            .into_iter()
            .map(|address| format!("{address} . {}", random.word(PORTS_APART)))
            .collect();
        let _ = writeln!(
            text,
            " set pairs4 {{ type ipv4_addr . inet_service; flags interval; elements = {{ {} }} }}",
            pairs.join(", ")
        );
        let marks: Vec<_> = random
            .some(ADDRESSES4)
            .into_iter()
            .map(|address| format!("{address} : {}", random.below(4)))
            .collect();
        let _ = writeln!(
            text,
            " map marks4 {{ type ipv4_addr : mark; elements = {{ {} }} }}",
            marks.join(", ")
        );
    }
    if family != "ip" {
        let apart = list(random, APART6);
        let _ = writeln!(
            text,
            " set apart6 {{ type ipv6_addr; flags interval; elements = {{ {apart} }} }}"
        );
    }
    let ports = list(random, PORTS_APART);
    let _ = writeln!(
        text,
        " set ports {{ type inet_service; flags interval; elements = {{ {ports} }} }}"
    );
    let device = random.word(&["\"eth0\"", "\"eth1\"", "\"eth0\", \"lo\""]);
    let _ = writeln!(text, " set nics {{ type ifname; elements = {{ {device} }} }}");
}

fn rules(random: &mut Random, scope: Scope, count: usize, text: &mut String) {
    for _ in 0..count {
        text.push_str("  ");
        rule(random, scope, text);
        text.push('\n');
    }
}

fn rule(random: &mut Random, scope: Scope, text: &mut String) {
    // nft allows only one way to be IP and one to be TCP in a rule.
    let is_v6 = scope.family == "ip6" || scope.family == "inet" && random.chance(30);
    let mut conditions = Vec::new();
    for _ in 0..random.below(3) {
        conditions.push(condition(random, scope, is_v6));
    }
    for condition in &conditions {
        let _ = write!(text, "{condition} ");
    }
    if random.chance(20) {
        text.push_str("counter ");
    }
    if random.chance(10) {
        // An end of its own: a map of verdicts.
        verdict_map(random, scope, is_v6, text);
        return;
    }
    if random.chance(8) {
        let value = if scope.has_sets && !is_v6 && random.chance(40) {
            "ip saddr map @marks4".to_owned()
        } else {
            random.below(4).to_string()
        };
        let _ = write!(text, "meta mark set {value} ");
        return;
    }
    let verdict = verdict(random, scope, conditions.is_empty());
    // nft 1.0.6 prints neither in text nor in JSON that a rule with a reset is for one version of IP only.
    let is_hidden = conditions.iter().any(|condition| condition.contains("nfproto"));
    text.push_str(if is_hidden && verdict.contains("reset") { "drop" } else { &verdict });
}

fn verdict(random: &mut Random, scope: Scope, is_bare: bool) -> String {
    // A rule without conditions that ends everything makes a dull rule set.
    let limit = if is_bare { 30 } else { 100 };
    let jumps = scope.next_chain < CHAINS;
    let chain = scope.next_chain + random.below(CHAINS.saturating_sub(scope.next_chain));
    match random.below(limit) {
        0..10 if jumps => format!("jump c{chain}"),
        10..15 if jumps => format!("goto c{chain}"),
        0..20 => "return".to_owned(),
        20..25 => "continue".to_owned(),
        25..30 => "log prefix \"x\" level debug".to_owned(),
        30..65 => "accept".to_owned(),
        65..80 => "drop".to_owned(),
        80.. if scope.place == Place::Leaving => "drop".to_owned(),
        80..88 if scope.place != Place::Out => "meta l4proto tcp reject with tcp reset".to_owned(),
        _ => match (scope.family, random.below(4)) {
            (_, 0) => "reject".to_owned(),
            ("ip", _) => format!(
                "reject with icmp {}",
                random.word(&[
                    "host-unreachable",
                    "admin-prohibited",
                    "net-unreachable",
                    "host-prohibited",
                    "net-prohibited",
                    "prot-unreachable",
                ])
            ),
            ("ip6", _) => format!(
                "reject with icmpv6 {}",
                random.word(&["no-route", "admin-prohibited", "addr-unreachable"])
            ),
            _ => format!(
                "reject with icmpx {}",
                random.word(&["admin-prohibited", "host-unreachable", "no-route"])
            ),
        },
    }
}

fn verdict_map(random: &mut Random, scope: Scope, is_v6: bool, text: &mut String) {
    let end = |random: &mut Random| match random.below(4) {
        0 if scope.next_chain < CHAINS => format!("jump c{}", scope.next_chain),
        1 => "drop".to_owned(),
        2 => "return".to_owned(),
        _ => "accept".to_owned(),
    };
    let (key, from): (_, &[&str]) = match random.below(4) {
        0 if is_v6 => ("ip6 saddr", APART6),
        0 => ("ip saddr", APART4),
        1 => ("tcp dport", PORTS_APART),
        2 if matches!(scope.place, Place::Out | Place::Leaving) => ("oifname", &["eth0", "eth1"]),
        2 => ("iifname", &["eth0", "eth1"]),
        _ => ("ct state", &["new", "established", "invalid"]),
    };
    let elements: Vec<_> = random
        .some(from)
        .into_iter()
        .map(|element| format!("{element} : {}", end(random)))
        .collect();
    let _ = write!(text, "{key} vmap {{ {} }}", elements.join(", "));
}

fn condition(random: &mut Random, scope: Scope, is_v6: bool) -> String {
    let not = if random.chance(20) { "!= " } else { "" };
    let (ip, end) = (if is_v6 { "ip6" } else { "ip" }, random.word(&["saddr", "saddr", "daddr"]));
    match random.below(24) {
        0..7 => format!("{ip} {end} {not}{}", addresses(random, scope, is_v6)),
        7..11 => {
            let side = random.word(&["dport", "dport", "sport"]);
            format!("tcp {side} {not}{}", ports(random, scope))
        }
        11 => device(random, scope, not),
        12 => format!(
            "ct state {}",
            random.word(&[
                "new",
                "established",
                "established,related",
                "invalid",
                "!= new",
                "! invalid",
                "untracked",
            ])
        ),
        13 => format!(
            "tcp flags {}",
            random.word(&[
                "syn",
                "& (syn | ack) == syn",
                "& (fin | syn | rst | ack) == syn | ack",
                "! psh",
                "!= syn",
                "psh"
            ])
        ),
        14 => format!("meta mark {not}{}", random.below(4)),
        15 => "meta mark & 0x1 == 0x1".to_owned(),
        16 => match scope.place {
            Place::In => "fib daddr type local".to_owned(),
            Place::Out | Place::Leaving => format!("meta skuid {not}0"),
            Place::Any => "meta l4proto tcp".to_owned(),
        },
        17 => format!("meta l4proto {}", random.word(&["tcp", "!= udp", "!= tcp", "!= icmp"])),
        18 if scope.family == "inet" => {
            format!("meta nfproto {}", if is_v6 { "ipv6" } else { "ipv4" })
        }
        19 => format!("@th,16,16 {not}{}", random.word(&["22", "2222", "80"])),
        20 => format!("ct direction {}", random.word(&["original", "reply"])),
        21 if !is_v6 => {
            let pairs: Vec<_> = random
                .some(ADDRESSES4)
                .into_iter()
                .map(|address| format!("{address} . {}", random.word(&["22", "2222", "80"])))
                .collect();
            format!("ip saddr . tcp dport {not}{{ {} }}", pairs.join(", "))
        }
        22 if !is_v6 && scope.has_sets => format!("ip saddr . tcp dport {not}@pairs4"),
        23 if !is_v6 => format!(
            "ip saddr & 255.255.255.1 == {}",
            random.word(&["10.9.0.0", "10.9.0.1", "10.9.1.0"])
        ),
        _ => format!("tcp dport {}", random.word(PORTS)),
    }
}

fn addresses(random: &mut Random, scope: Scope, is_v6: bool) -> String {
    let (single, apart, server) =
        if is_v6 { (ADDRESSES6, APART6, "fd09::1") } else { (ADDRESSES4, APART4, "10.9.0.1") };
    match random.below(8) {
        0 if scope.has_sets && !is_v6 => "@exact4".to_owned(),
        1 if scope.has_sets => (if is_v6 { "@apart6" } else { "@apart4" }).to_owned(),
        2 if scope.has_sets && !is_v6 => "@ban4".to_owned(),
        3 => format!("{{ {} }}", random.some(apart).join(", ")),
        4 => server.to_owned(),
        5 | 6 if !is_v6 => random.word(NETWORKS4).to_owned(),
        _ => random.word(single).to_owned(),
    }
}

fn ports(random: &mut Random, scope: Scope) -> String {
    match random.below(6) {
        0 if scope.has_sets => "@ports".to_owned(),
        1 => format!("{{ {} }}", random.some(PORTS_APART).join(", ")),
        2 => "1024-65535".to_owned(),
        _ => random.word(PORTS).to_owned(),
    }
}

fn device(random: &mut Random, scope: Scope, not: &str) -> String {
    let key = match scope.place {
        Place::Out | Place::Leaving => "oifname",
        Place::In => random.word(&["iifname", "iif"]),
        Place::Any => random.word(&["iifname", "oifname"]),
    };
    match (key, random.below(5)) {
        ("iif", _) => format!("iif {not}{}", random.word(&["eth0", "eth1", "lo"])),
        (_, 0) => format!("{key} {not}\"eth*\""),
        (_, 1) if scope.has_sets => format!("{key} {not}@nics"),
        _ => format!("{key} {not}{}", random.word(&["\"eth0\"", "\"eth1\"", "\"lo\""])),
    }
}
