use std::collections::HashMap;
use std::net::IpAddr;

use proptest::prelude::*;

use super::sets::Sets;
use super::*;
use crate::model::flow::Flow;
use crate::parse::ipset::parse_ipset;
use crate::parse::iptables_save::parse_iptables_save;
use crate::parse::netfilter::RecentEntry;
use crate::parse::netfilter::Ticks;
use crate::parse::netfilter::Tracked;
use crate::parse::netfilter::parse_hash_limit;

fn client() -> IpAddr {
    "192.0.2.7".parse().unwrap()
}

fn flow() -> Flow {
    Flow {
        source: client(),
        source_port: None,
        destination: "10.0.0.1".parse().unwrap(),
        port: 22,
        interface: Some("eth0".to_owned()),
    }
}

fn world() -> World {
    World {
        sets: Some(Sets::default()),
        addresses: Some(vec!["10.0.0.1".parse().unwrap()]),
        recent: Some(HashMap::new()),
        ticks: Some(Ticks { now: 1_000_000, per_second: 100 }),
        hash_limits: Some(HashMap::new()),
        tracked: Some(Vec::new()),
        sender: Some((0, 0)),
        mac: None,
        reverse_path: Some(true),
        ipsec: Some(false),
        now: Some(1_000_000_000),
    }
}

fn input(rules: &str) -> String {
    format!("*filter\n:INPUT ACCEPT [0:0]\n:sub - [0:0]\n:other - [0:0]\n{rules}\nCOMMIT\n")
}

/// A verdict in short: `pass`, `drop 3` (rule or policy), `unknown 2 drop/pass`.
fn short(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Pass => "pass".to_owned(),
        Verdict::Stop(stop) => {
            let action = match stop.action {
                Action::Drop => "drop",
                Action::Reject(name) => name,
                Action::Reset => "reset",
            };
            let counts = if stop.counts { " counts" } else { "" };
            let chain = &stop.rule.chain;
            match stop.rule.number {
                Some(number) => format!("{action} {chain} {number}{counts}"),
                None => format!("{action} {chain} policy{counts}"),
            }
        }
        Verdict::Unknown(unknown) => format!(
            "{} {}? {} : {}",
            unknown.rule.chain,
            unknown.rule.number.unwrap_or_default(),
            short(&unknown.if_matches),
            short(&unknown.if_not)
        ),
    }
}

#[track_caller]
fn check_in(rules: &str, world: &World, expected: &str) {
    let text = input(rules);
    let set = RuleSet::new("iptables", parse_iptables_save(&text));
    let judged = set.judge(&Packet::syn(&flow()), Hook::Input, world);
    assert_eq!(short(&judged.verdict), expected, "{rules}");
}

#[track_caller]
fn check(rules: &str, expected: &str) {
    check_in(rules, &world(), expected);
}

#[test]
fn chains_return_and_go() {
    check("", "pass");
    check("-A INPUT -p tcp --dport 22 -j DROP", "drop INPUT 1");
    check(
        "-A INPUT -j sub\n-A sub -j RETURN\n-A sub -j DROP\n-A INPUT -j REJECT",
        "port-unreachable INPUT 2",
    );
    check("-A INPUT -g sub\n-A INPUT -j DROP", "pass");
    check("-A INPUT -j sub\n-A sub -g other\n-A sub -j DROP\n-A INPUT -j DROP", "drop INPUT 2");
    check("-A INPUT -j RETURN\n-A INPUT -j DROP", "pass");
}

#[test]
fn a_chain_that_calls_itself_ends() {
    let text = input("-A INPUT -j sub\n-A sub -j other\n-A other -j sub\n-A INPUT -j DROP");
    let set = RuleSet::new("iptables", parse_iptables_save(&text));
    let judged = set.judge(&Packet::syn(&flow()), Hook::Input, &world());
    // Either way it is dropped.
    assert!(matches!(judged.verdict, Verdict::Stop(Stop { action: Action::Drop, .. })));
}

#[test]
fn what_cannot_be_known_matters_only_where_it_makes_a_difference() {
    check("-A INPUT -m ttl --ttl-eq 64 -j DROP", "INPUT 1? drop INPUT 1 : pass");
    check("-A INPUT -m ttl --ttl-eq 64 -j LOG\n-A INPUT -j DROP", "drop INPUT 2");
    check("-A INPUT -m ttl --ttl-eq 64 -j DROP\n-A INPUT -j DROP", "drop INPUT 2");
    check("-A INPUT -m ttl --ttl-eq 64 -j ACCEPT\n-A INPUT -m ttl --ttl-eq 9 -j ACCEPT", "pass");
    check("-A INPUT -s 10.9.9.9 -m ttl --ttl-eq 64 -j DROP", "pass");
    check("-A INPUT -m ttl --ttl-eq 64 -s 10.9.9.9 -j DROP", "pass");
    check(
        "-A INPUT -j sub\n-A sub -m ttl --ttl-eq 1 -j RETURN\n-A sub -j DROP",
        "sub 1? pass : drop sub 2",
    );
    check("-A INPUT -m ttl --ttl-eq 1 -g sub\n-A INPUT -j DROP", "INPUT 1? pass : drop INPUT 2");
    check(
        "-A INPUT -m ttl --ttl-eq 1 -j DROP\n-A INPUT -m ttl --ttl-eq 2 -j REJECT",
        "INPUT 1? drop INPUT 1 : INPUT 2? port-unreachable INPUT 2 : pass",
    );
    check("-A INPUT -j NOSUCH", "INPUT 1? drop INPUT 1 : pass");
    check("-A INPUT -j NFQUEUE --queue-num 1", "INPUT 1? drop INPUT 1 : pass");
}

#[test]
fn many_rules_that_cannot_be_known_take_no_longer() {
    let mut rules = String::new();
    for i in 0..3000 {
        rules += &format!("-A INPUT -m ttl --ttl-eq {} -j sub\n", i % 250);
    }
    rules += "-A sub -m hl --x 1 -j ACCEPT\n-A sub -m hl --x 2 -j DROP\n-A INPUT -j REJECT";
    check(&rules, "sub 1? pass : sub 2? drop sub 2 : port-unreachable INPUT 3001");
}

#[test]
fn conditions() {
    for (condition, holds) in [
        ("-i eth0", true),
        ("-i eth+", true),
        ("! -i eth+", false),
        ("-i eth1", false),
        ("-o eth0", false),
        ("! -s 192.0.2.0/24", false),
        ("-d 10.0.0.0/255.0.0.0", true),
        ("-p udp", false),
        ("! -p udp", true),
        ("-p icmp -m icmp --icmp-type 8", false),
        ("-f", false),
        ("-p tcp --syn", true),
        ("-p tcp ! --syn", false),
        ("-p tcp --tcp-flags ALL NONE", false),
        ("-p tcp --sport 1024:", true),
        ("-p tcp --sport 0:1023", false),
        ("-p tcp -m multiport --dports 80,20:23", true),
        ("-p tcp -m multiport ! --ports 22", false),
        ("-m iprange --src-range 192.0.2.1-192.0.2.7", true),
        ("-m iprange ! --src-range 192.0.2.1-192.0.2.6", true),
        ("-m conntrack --ctstate NEW,RELATED", true),
        ("-m conntrack ! --ctstate NEW", false),
        ("-m state --state INVALID", false),
        ("-m conntrack --ctorigsrc 192.0.2.7 --ctdir ORIGINAL", true),
        ("-m conntrack --ctstatus NONE", true),
        ("-m mark --mark 0x0", true),
        ("-m mark --mark 0x4000/0x4000", false),
        ("-m connmark ! --mark 1", true),
        ("-m addrtype --dst-type LOCAL", true),
        ("-m addrtype ! --dst-type LOCAL", false),
        ("-m addrtype --src-type BROADCAST,MULTICAST", false),
        ("-m pkttype --pkt-type broadcast", false),
        ("-m length --length 0:65535", true),
        ("-m length --length 1000:", false),
        ("-m rpfilter --invert", false),
        ("-m policy --dir in --pol none", true),
        ("-m helper --helper ftp", false),
        ("-m owner --uid-owner 0", false),
        ("-m string --string GET --algo bm", false),
        ("-m time --timestart 01:46:40 --timestop 01:46:40", true),
        ("-m time --weekdays Sun", true),
        ("-m time --weekdays Mon,Tue", false),
    ] {
        check(
            &format!("-A INPUT {condition} -j DROP"),
            if holds { "drop INPUT 1" } else { "pass" },
        );
    }
}

#[test]
fn sets() {
    let text = "create ips hash:ip family inet\nadd ips 192.0.2.7\n\
        create nets hash:net family inet\nadd nets 192.0.0.0/16\nadd nets 192.0.2.0/24 nomatch\n\
        create pairs hash:ip,port family inet\nadd pairs 192.0.2.7,tcp:22\nadd pairs 192.0.2.8,tcp:22\n\
        create faces hash:net,iface family inet\nadd faces 0.0.0.0/0,eth0\n\
        create ports bitmap:port range 0-1000\nadd ports 22\n\
        create six hash:ip family inet6\nadd six 2001:db8::1\n\
        create all list:set size 8\nadd all six\nadd all ips\n\
        create odd hash:mystery\nadd odd 1";
    let world = World { sets: Some(Sets::new(parse_ipset(text))), ..world() };
    for (condition, expected) in [
        ("--match-set ips src", "drop INPUT 1"),
        ("! --match-set ips src", "pass"),
        ("--match-set ips dst", "pass"),
        ("--match-set nets src", "pass"),
        ("--match-set nets src --return-nomatch", "drop INPUT 1"),
        ("--match-set pairs src,dst", "drop INPUT 1"),
        ("--match-set pairs dst,dst", "pass"),
        ("--match-set pairs src", "pass"),
        ("--match-set faces src,src", "drop INPUT 1"),
        ("--match-set ports dst", "drop INPUT 1"),
        ("--match-set six src", "pass"),
        ("--match-set all src", "drop INPUT 1"),
        ("--match-set none src", "INPUT 1? drop INPUT 1 : pass"),
        ("--match-set odd src", "INPUT 1? drop INPUT 1 : pass"),
        ("--match-set ips src --packets-gt 3", "INPUT 1? drop INPUT 1 : pass"),
    ] {
        check_in(&format!("-A INPUT -m set {condition} -j DROP"), &world, expected);
    }
    let unread = World { sets: None, ..world };
    check_in(
        "-A INPUT -m set --match-set ips src -j DROP",
        &unread,
        "INPUT 1? drop INPUT 1 : pass",
    );
}

/// A list in which the client was seen at these moments, in seconds before now.
fn seen(ago: &[u64]) -> World {
    let stamps = ago.iter().map(|ago| 1_000_000 - ago * 100).collect();
    let entries = vec![RecentEntry { address: client(), ttl: 64, stamps }];
    World { recent: Some(HashMap::from([("DEFAULT".to_owned(), entries)])), ..world() }
}

#[test]
fn recent_lists() {
    let ufw = "-A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --set --name DEFAULT --rsource\n\
        -A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 --name DEFAULT --rsource -j sub\n\
        -A sub -j REJECT --reject-with icmp-port-unreachable";
    check_in(ufw, &seen(&[1, 2, 3, 4, 5]), "port-unreachable sub 1 counts");
    check_in(ufw, &seen(&[1, 2, 3, 4]), "pass");
    check_in(ufw, &seen(&[1, 2, 3, 4, 31, 32]), "pass");
    let check_only = "-A INPUT -m recent --rcheck --seconds 10 --name DEFAULT -j DROP";
    check_in(check_only, &seen(&[11]), "pass");
    check_in(check_only, &seen(&[9]), "drop INPUT 1 counts");
    let knock = "-A INPUT -m recent ! --rcheck --name DEFAULT -j DROP";
    check_in(knock, &seen(&[900]), "pass");
    let empty = World { recent: Some(HashMap::from([("DEFAULT".to_owned(), vec![])])), ..world() };
    check_in(knock, &empty, "drop INPUT 1 counts");
    let no_clock = World { ticks: None, ..seen(&[1]) };
    check_in(check_only, &no_clock, "INPUT 1? drop INPUT 1 counts : pass");
    let set_maybe = "-A INPUT -m ttl --ttl-eq 1 -m recent --set --name DEFAULT\n\
        -A INPUT -m recent --rcheck --hitcount 1 --name DEFAULT -j DROP";
    check_in(set_maybe, &empty, "INPUT 2? drop INPUT 2 counts : pass");
}

#[test]
fn limits_of_hashes_and_connections() {
    let rule = "-A INPUT -m hashlimit --hashlimit-above 3/min --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-name h -j DROP";
    let table = |line: &str| World {
        hash_limits: Some(HashMap::from([("h".to_owned(), parse_hash_limit(line))])),
        ..world()
    };
    check_in(rule, &table(""), "pass");
    check_in(rule, &table("9 192.0.2.7:0->0.0.0.0:0 5 90 30"), "drop INPUT 1 counts");
    check_in(rule, &table("9 192.0.2.7:0->0.0.0.0:0 30 90 30"), "pass");
    check_in(rule, &table("9 192.0.2.8:0->0.0.0.0:0 0 90 30"), "pass");
    let upto = rule.replace("above", "upto").replace("-j DROP", "-j ACCEPT\n-A INPUT -j DROP");
    check_in(&upto, &table("9 192.0.2.7:0->0.0.0.0:0 5 90 30"), "drop INPUT 2 counts");
    let open = |count: usize, port| World {
        tracked: Some(vec![
            Tracked {
                source: client(),
                destination: flow().destination,
                port,
                is_over: false
            };
            count
        ]),
        ..world()
    };
    let rule = "-A INPUT -p tcp --dport 22 -m connlimit --connlimit-above 2 --connlimit-mask 32 --connlimit-saddr -j DROP";
    check_in(rule, &open(1, 22), "pass");
    check_in(rule, &open(2, 22), "drop INPUT 1 counts");
    check_in(rule, &open(2, 80), "INPUT 1? drop INPUT 1 counts : pass");
}

#[test]
fn marks_go_with_the_packet() {
    let text = "*mangle\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp --dport 22 -j MARK --set-xmark 0x7/0xffffffff\nCOMMIT\n\
        *filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m mark --mark 0x7 -j DROP\nCOMMIT\n";
    let set = RuleSet::new("iptables", parse_iptables_save(text));
    let judged = set.judge(&Packet::syn(&flow()), Hook::Input, &world());
    assert_eq!(short(&judged.verdict), "drop INPUT 1");
    let maybe = text.replace("--dport 22", "-m ttl --ttl-eq 1");
    let set = RuleSet::new("iptables", parse_iptables_save(&maybe));
    let judged = set.judge(&Packet::syn(&flow()), Hook::Input, &world());
    assert_eq!(short(&judged.verdict), "INPUT 1? drop INPUT 1 : pass");
}

#[test]
fn tables_come_in_the_order_of_the_kernel() {
    let text = "*filter\n:INPUT DROP [0:0]\nCOMMIT\n*mangle\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n";
    let set = RuleSet::new("iptables", parse_iptables_save(text));
    let judged = set.judge(&Packet::syn(&flow()), Hook::Input, &world());
    let Verdict::Stop(stop) = judged.verdict else { panic!() };
    assert_eq!((stop.rule.table.as_str(), judged.priority), ("mangle", -150));
}

#[test]
fn the_other_family_is_not_ours() {
    let text = input("-A INPUT -j DROP");
    let set = RuleSet::new("ip6tables", parse_iptables_save(&text));
    assert_eq!(set.judge(&Packet::syn(&flow()), Hook::Input, &world()).verdict, Verdict::Pass);
}

#[test]
fn what_admits_is_said() {
    let text = input("-A INPUT -i lo -j ACCEPT\n[7:420] -A INPUT -p tcp --dport 22 -j ACCEPT");
    let set = RuleSet::new("iptables", parse_iptables_save(&text));
    let judged = set.judge(&Packet::syn(&flow()), Hook::Input, &world());
    let rule = judged.trail.last().unwrap();
    assert_eq!((rule.number, rule.packets), (Some(2), Some(7)));
    assert_eq!(rule.text, "-A INPUT -p tcp --dport 22 -j ACCEPT");
}

/// A rule of a long chain: some literal that tells rules apart, some that does not, some that remembers.
fn rule() -> impl Strategy<Value = String> {
    let chain = prop_oneof![3 => Just("INPUT"), 2 => Just("sub"), 1 => Just("other")];
    let condition = prop_oneof![
        (0u8..3, 24u8..=32).prop_map(|(net, bits)| format!("-s 192.0.{net}.7/{bits}")),
        Just("! -s 192.0.2.0/24".to_owned()),
        (0u8..2).prop_map(|n| format!("-d 10.0.0.{n}")),
        (20u16..24).prop_map(|port| format!("-p tcp --dport {port}")),
        (20u16..24).prop_map(|port| format!("-p tcp --dport 20:{port}")),
        (1u16..3).prop_map(|port| format!("-p tcp --sport {port}000")),
        Just("-p udp".to_owned()),
        Just("-m ttl --ttl-eq 1".to_owned()),
        Just("-m connlimit --connlimit-above 3 -p tcp --dport 23".to_owned()),
        Just("-m recent --set --name a".to_owned()),
        Just("-m recent --rcheck --hitcount 2 --name a".to_owned()),
        Just(String::new()),
    ];
    let target = prop_oneof![
        4 => Just("-j DROP"), 2 => Just("-j ACCEPT"), 2 => Just("-j RETURN"), 2 => Just("-j REJECT"),
        1 => Just("-j sub"), 1 => Just("-g other"), 1 => Just("-j LOG"), 1 => Just(""),
        1 => Just("-j MARK --set-mark 1"), 1 => Just("-m mark --mark 1 -j DROP"),
    ];
    (chain, proptest::collection::vec(condition, 1..3), target)
        .prop_filter("a chain below cannot call one above", |(chain, _, target)| {
            *chain == "INPUT"
                || (*chain == "sub" && *target != "-j sub")
                || !target.contains(['s', 'g'])
        })
        .prop_map(|(chain, conditions, target)| {
            format!("-A {chain} {} {target}", conditions.join(" "))
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_index_leaves_out_nothing(rules in proptest::collection::vec(rule(), 0..90), port in 20u16..24) {
        let text = input(&rules.join("\n"));
        let set = RuleSet::new("iptables", parse_iptables_save(&text));
        let entries = vec![RecentEntry { address: client(), ttl: 0, stamps: vec![5] }];
        let world = World { recent: Some(HashMap::from([("a".to_owned(), entries)])), ..world() };
        let syn = Packet::syn(&Flow { port, ..flow() });
        let filed = set.judge(&syn, Hook::Input, &world);
        let walked = set.judge_by(&syn, Hook::Input, &world, true);
        prop_assert_eq!(filed, walked);
    }

    #[test]
    fn no_dump_panics(text in "(-A (INPUT|sub) |-m [a-z]{1,5} |-[sdipjg] |[0-9./:!, ]|INPUT|sub|DROP|tcp|\n|\\*filter\n|:INPUT DROP\n){0,60}") {
        let set = RuleSet::new("iptables", parse_iptables_save(&text));
        set.judge(&Packet::syn(&flow()), Hook::Input, &world());
    }
}
