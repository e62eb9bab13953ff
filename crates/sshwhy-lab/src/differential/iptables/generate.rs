//! Rule sets in the form of iptables-save, aimed at the addresses that [`super::ground`] connects from.

use std::fmt::Write;

use crate::differential::random::Random;

mod layout;

/// The lists of the module recent that rules name.
pub(super) const RECENT: &[&str] = &["SSH", "DEFAULT"];
/// The tables of the module hashlimit that rules name.
pub(super) const HASH_LIMITS: &[&str] = &["ssh", "all"];

const NETS4: &[&str] = &[
    "10.9.0.2/32",
    "10.9.0.0/24",
    "10.9.0.64/26",
    "10.0.0.0/8",
    "192.0.2.0/24",
    "198.51.100.16/28",
    "10.200.0.0/255.255.0.0",
    "10.9.0.1/255.255.255.1",
    "172.16.5.6",
    "10.9.1.0/25",
    "8.8.8.8",
    "0.0.0.0/0",
];
const NETS6: &[&str] =
    &["fd09::2/128", "fd09::/64", "fd09::40/122", "2001:db8::/32", "fe80::/10", "::/0"];
const RANGES4: &[&str] = &["10.9.0.2-10.9.0.3", "198.51.100.10-198.51.100.30", "10.0.0.0-10.8.0.0"];
const RANGES6: &[&str] = &["fd09::1-fd09::10", "2001:db8::-2001:db8::ffff"];
const PORTS: &[&str] = &["22", "2222", "80", "22:25", "1024:65535", ":1023"];
const MULTI: &[&str] = &["22,80,443", "2000:3000,22", "80,443", "21:23"];
const SETS: &[&str] = &["exact", "nets", "ports", "both"];
const USER: usize = 4;

/// Where a chain is met.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    In,
    Out,
    Any,
}

/// What the rules of a chain may name.
#[derive(Clone, Copy, Debug)]
struct Scope {
    is_ipv6: bool,
    place: Place,
    table: &'static str,
    /// User chains from this number on may be jumped to.
    next: usize,
}

/// What ipset-save(8) would print of the sets that rules name.
pub(super) fn sets(is_ipv6: bool) -> String {
    let family = if is_ipv6 { "inet6" } else { "inet" };
    let (one, net, but, other) = if is_ipv6 {
        ("fd09::77", "2001:db8::/32", "2001:db8::5", "fd09::2")
    } else {
        ("10.9.0.77", "10.9.0.0/24", "10.9.0.3", "192.0.2.9")
    };
    format!(
        "create exact hash:ip family {family}\nadd exact {one}\nadd exact {other}\n\
         create nets hash:net family {family}\nadd nets {net}\nadd nets {but} nomatch\n\
         create ports hash:ip,port family {family}\nadd ports {one},tcp:22\nadd ports {other},tcp:2222\n\
         create both list:set\nadd both exact\nadd both nets\n"
    )
}

/// No rule at all: what modules keep by name goes with the last rule that names it.
pub(super) fn nothing() -> String {
    let filter = ("filter", &["INPUT", "FORWARD", "OUTPUT"][..]);
    TABLES.into_iter().chain([filter]).map(|(table, chains)| empty(table, chains)).collect()
}

fn empty(table: &str, chains: &[&str]) -> String {
    let chains: String = chains.iter().map(|chain| format!(":{chain} ACCEPT [0:0]\n")).collect();
    format!("*{table}\n{chains}COMMIT\n")
}

/// A rule set of one family. It names all tables, because those that are not named stay as they were.
pub(super) fn rule_set(random: &mut Random, is_ipv6: bool) -> String {
    let mut text = rules_of(random, is_ipv6);
    for (table, chains) in TABLES {
        if !text.contains(&format!("*{table}\n")) {
            text += &empty(table, chains);
        }
    }
    text
}

const TABLES: [(&str, &[&str]); 3] = [
    ("raw", &["PREROUTING", "OUTPUT"]),
    ("mangle", &["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]),
    ("nat", &["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"]),
];

fn rules_of(random: &mut Random, is_ipv6: bool) -> String {
    match random.below(12) {
        0 => layout::ufw(random, is_ipv6),
        1 => layout::ban_daemon(random, is_ipv6),
        2 => layout::zones(random, is_ipv6),
        3 => layout::block_list(random, is_ipv6),
        4 => layout::brute_force(random, is_ipv6),
        _ => tables(random, is_ipv6),
    }
}

fn tables(random: &mut Random, is_ipv6: bool) -> String {
    let mut text = String::new();
    if random.chance(25) {
        raw(random, is_ipv6, &mut text);
    }
    if random.chance(30) {
        mangle(random, is_ipv6, &mut text);
    }
    // What is not tracked from its first packet on is translated from its second on, which breaks it.
    if random.chance(20) && !text.contains("--notrack") {
        nat(random, is_ipv6, &mut text);
    }
    filter(random, is_ipv6, &mut text);
    text
}

fn filter(random: &mut Random, is_ipv6: bool, text: &mut String) {
    let policy =
        |random: &mut Random, percent| if random.chance(percent) { "DROP" } else { "ACCEPT" };
    let (input, output) = (policy(random, 30), policy(random, 8));
    let _ = writeln!(
        text,
        "*filter\n:INPUT {input} [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT {output} [0:0]"
    );
    for chain in 0..USER {
        let _ = writeln!(text, ":chain{chain} - [0:0]");
    }
    if input == "DROP" && random.chance(70) {
        text.push_str("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n");
    }
    if output == "DROP" && random.chance(80) {
        text.push_str("-A OUTPUT -m state --state ESTABLISHED -j ACCEPT\n");
    }
    for (chain, place, most) in [("INPUT", Place::In, 9), ("OUTPUT", Place::Out, 3)] {
        let scope = Scope { is_ipv6, place, table: "filter", next: 0 };
        let count = random.below(most);
        rules(random, chain, scope, count, text);
    }
    for chain in 0..USER {
        let scope = Scope { is_ipv6, place: Place::Any, table: "filter", next: chain + 1 };
        let count = random.below(5);
        rules(random, &format!("chain{chain}"), scope, count, text);
    }
    text.push_str("COMMIT\n");
}

fn raw(random: &mut Random, is_ipv6: bool, text: &mut String) {
    text.push_str("*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n");
    let scope = Scope { is_ipv6, place: Place::In, table: "raw", next: USER };
    for _ in 0..random.below(3) {
        let matches = matches(random, scope, 1);
        let target =
            *random.pick(&["DROP", "ACCEPT", "CT --notrack", "MARK --set-xmark 0x1/0xffffffff"]);
        let target = if target.starts_with("MARK") { "ACCEPT" } else { target };
        let _ = writeln!(text, "-A PREROUTING{matches} -j {target}");
    }
    text.push_str("COMMIT\n");
}

fn mangle(random: &mut Random, is_ipv6: bool, text: &mut String) {
    text.push_str(
        "*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n",
    );
    for (chain, place) in [("PREROUTING", Place::In), ("INPUT", Place::In), ("OUTPUT", Place::Out)]
    {
        let scope = Scope { is_ipv6, place, table: "mangle", next: USER };
        for _ in 0..random.below(2) {
            let matches = matches(random, scope, 2);
            let target = random.pick(&[
                "DROP",
                "MARK --set-xmark 0x1/0xffffffff",
                "MARK --set-xmark 0x2/0xff",
                "CONNMARK --set-xmark 0x4/0xffffffff",
                "CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff",
                "CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff",
                "ACCEPT",
            ]);
            let _ = writeln!(text, "-A {chain}{matches} -j {target}");
        }
    }
    text.push_str("COMMIT\n");
}

fn nat(random: &mut Random, is_ipv6: bool, text: &mut String) {
    text.push_str("*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n");
    let scope = Scope { is_ipv6, place: Place::In, table: "nat", next: USER };
    let (from, to) = *random.pick(&[("22", "2222"), ("2222", "22")]);
    let net = source(random, scope);
    let _ = writeln!(
        text,
        "-A PREROUTING{net} -p tcp -m tcp --dport {from} -j REDIRECT --to-ports {to}"
    );
    text.push_str("COMMIT\n");
}

fn rules(random: &mut Random, chain: &str, scope: Scope, count: usize, text: &mut String) {
    for _ in 0..count {
        let most = 3;
        let refuses = random.chance(35);
        let mut words = matches(random, scope, most);
        let target = if refuses {
            if !words.contains("-p tcp") {
                words.insert_str(0, " -p tcp");
            }
            reject(random, scope)
        } else {
            target(random, scope)
        };
        let _ = writeln!(text, "-A {chain}{words}{target}");
    }
}

fn reject(random: &mut Random, scope: Scope) -> String {
    let kinds: &[&str] = if scope.is_ipv6 {
        &[
            "icmp6-no-route",
            "icmp6-adm-prohibited",
            "icmp6-addr-unreachable",
            "icmp6-port-unreachable",
            "tcp-reset",
        ]
    } else {
        &[
            "icmp-net-unreachable",
            "icmp-host-unreachable",
            "icmp-port-unreachable",
            "icmp-proto-unreachable",
            "icmp-net-prohibited",
            "icmp-host-prohibited",
            "icmp-admin-prohibited",
            "tcp-reset",
        ]
    };
    format!(" -j REJECT --reject-with {}", random.word(kinds))
}

fn target(random: &mut Random, scope: Scope) -> String {
    let calls = scope.next < USER && random.chance(35);
    if calls {
        let chain = scope.next + random.below(USER - scope.next);
        let how = if random.chance(20) { "-g" } else { "-j" };
        return format!(" {how} chain{chain}");
    }
    let ends = if scope.place == Place::Any {
        &["ACCEPT", "DROP", "RETURN", "LOG --log-prefix \"two words: \" --log-level 4", "ACCEPT"][..]
    } else {
        &["ACCEPT", "DROP", "ACCEPT", "RETURN", "LOG"][..]
    };
    match random.below(12) {
        0 => String::new(),
        _ => format!(" -j {}", random.word(ends)),
    }
}

/// At most so many conditions.
fn matches(random: &mut Random, scope: Scope, most: usize) -> String {
    let mut text = String::new();
    if random.chance(60) {
        text += &source(random, scope);
    }
    if random.chance(15) {
        text += if scope.place == Place::Out { " -o eth0" } else { " -i eth+" };
        if scope.place == Place::Any {
            text.truncate(text.len() - " -i eth+".len());
        }
    }
    let is_tcp = random.chance(75);
    if is_tcp {
        text += " -p tcp";
    }
    for _ in 0..random.below(most + 1) {
        let word = condition(random, scope, is_tcp);
        // A module's option may stand once only.
        let option = word.split(" --").nth(1).unwrap_or(&word).to_owned();
        if !text.contains(option.split(' ').next().unwrap_or_default()) {
            text += &word;
        }
    }
    text
}

/// The client's side of the packet, wherever that is.
fn source(random: &mut Random, scope: Scope) -> String {
    let nets = if scope.is_ipv6 { NETS6 } else { NETS4 };
    let net = random.word(nets);
    // The back end nft refuses what nothing can match.
    let not = if random.chance(15) && !net.ends_with("/0") { " !" } else { "" };
    let option = if scope.place == Place::Out { "-d" } else { "-s" };
    format!("{not} {option} {net}")
}

fn condition(random: &mut Random, scope: Scope, is_tcp: bool) -> String {
    let not = if random.chance(15) { " !" } else { "" };
    let (client, server) =
        if scope.place == Place::Out { ("dst", "source") } else { ("src", "destination") };
    let port = if scope.place == Place::Out { "sport" } else { "dport" };
    match random.below(15) {
        0 | 1 if is_tcp => format!(" -m tcp{not} --{port} {}", random.word(PORTS)),
        2 if is_tcp => {
            let ports = if server == "source" { "sports" } else { "dports" };
            format!(" -m multiport{not} --{ports} {}", random.word(MULTI))
        }
        3 if is_tcp => format!(" -m tcp{not} --tcp-flags FIN,SYN,RST,ACK SYN"),
        4 if scope.table != "raw" => {
            let states = random.word(&[
                "NEW",
                "ESTABLISHED",
                "RELATED,ESTABLISHED",
                "INVALID",
                "NEW,UNTRACKED",
            ]);
            format!(" -m conntrack{not} --ctstate {states}")
        }
        5 => {
            let ranges = if scope.is_ipv6 { RANGES6 } else { RANGES4 };
            let option = if scope.place == Place::Out { "dst-range" } else { "src-range" };
            format!(" -m iprange{not} --{option} {}", random.word(ranges))
        }
        6 | 7 => {
            let set = random.word(SETS);
            let dirs = match (set, client) {
                ("ports", "src") => "src,dst",
                ("ports", _) => "dst,src",
                (_, client) => client,
            };
            format!(" -m set{not} --match-set {set} {dirs}")
        }
        8 => {
            format!(" -m mark{not} --mark {}", random.word(&["0x0", "0x1", "0x1/0x1", "0x2/0xff"]))
        }
        9 if scope.table != "raw" => {
            format!(" -m connmark{not} --mark {}", random.word(&["0x0", "0x4"]))
        }
        10 => format!(
            " -m comment --comment \"{}\"",
            random.word(&["one", "two words", "it's -j DROP", "\\\"quoted\\\""])
        ),
        11 if scope.place == Place::Out && scope.table == "filter" => {
            format!(" -m owner{not} --uid-owner {}", random.word(&["0", "1000"]))
        }
        12 if scope.place == Place::In => {
            format!(
                " -m addrtype{not} --dst-type {}",
                random.word(&["LOCAL", "MULTICAST", "UNICAST"])
            )
        }
        13 if scope.place == Place::In && is_tcp => {
            format!(" -m length{not} --length {}", random.word(&["0:50", "60:100", "1000:65535"]))
        }
        _ => String::new(),
    }
}
