use std::net::IpAddr;

use proptest::prelude::*;

use super::kind::Side;
use super::kind::state;
use super::net::Net;
use super::*;

fn one(rule: &str) -> (Vec<Match<'_>>, Target<'_>, Vec<&'static str>) {
    let dump = parse_iptables_save(rule);
    let chain = &dump.tables[0].chains[0];
    let rule = &chain.rules[0];
    let problems = dump.problems.iter().map(|p| p.what);
    // The chain of a single rule is never declared.
    let problems = problems.filter(|what| !what.contains("not declared")).collect();
    (dump.tables[0].matches(rule).to_vec(), rule.target.clone(), problems)
}

#[track_caller]
fn check(rule: &str, matches: &[Match<'_>], target: Target<'_>) {
    let (found, does, problems) = one(rule);
    assert_eq!((found.as_slice(), does), (matches, target), "{rule}");
    assert_eq!(problems, [""; 0], "{rule}");
}

fn net(text: &str) -> Net {
    Net::parse(text).unwrap()
}

const TCP: Match<'static> = Match::Protocol { not: false, number: 6 };

#[test]
fn damage_hides_nothing_else() {
    let text = "# comment\r\n*filter\r\n:INPUT DROP [0:0]\r\nnoise\r\n:BAD what\r\n-A INPUT -j ACCEPT\r\n\
        [3:180] -A INPUT -s host.example -j DROP\r\n[x:y] -A INPUT\r\n-A\r\n-A OTHER -j DROP\r\nCOMMIT\r\nCOMMIT\r\n";
    let dump = parse_iptables_save(text);
    let lines: Vec<_> = dump.problems.iter().map(|p| p.line).collect();
    assert_eq!(lines, [4, 5, 7, 8, 9, 10, 12]);
    let input = &dump.tables[0].chains[0];
    assert_eq!((input.policy, input.line, input.rules.len()), (Some(Policy::Drop), 3, 2));
    let rule = &input.rules[1];
    assert_eq!((rule.line, rule.packets()), (7, Some(3)));
    assert_eq!(rule.text(), "-A INPUT -s host.example -j DROP");
    assert_eq!(dump.tables[0].matches(rule), [Match::Unknown { text: "-s host.example" }]);
    assert!(dump.tables[0].complete);
    assert!(!parse_iptables_save("*filter\n:INPUT DROP [0:0]\n").tables[0].complete);
}

#[test]
fn the_last_of_two_tables_of_one_name_counts() {
    let dump = parse_iptables_save("*filter\n:A - [0:0]\nCOMMIT\n*filter\n:B - [0:0]\nCOMMIT\n");
    assert_eq!(dump.tables.len(), 1);
    assert_eq!(dump.tables[0].chains[0].name, "B");
}

#[test]
fn addresses_interfaces_and_ports() {
    check(
        "-A INPUT ! -s 192.0.2.1/32 -d 10.0.0.0/255.255.0.0 -i eth+ -p tcp -m tcp --dport 22 -j DROP",
        &[
            Match::Source { not: true, net: net("192.0.2.1") },
            Match::Destination { not: false, net: net("10.0.0.0/16") },
            Match::Input { not: false, name: "eth+" },
            TCP,
            Match::DestinationPort { not: false, from: 22, to: 22 },
        ],
        Target::Drop,
    );
    check(
        "-A INPUT -p tcp ! --sport 1024: --tcp-flags FIN,SYN,RST,ACK SYN -g next",
        &[
            TCP,
            Match::SourcePort { not: true, from: 1024, to: 65535 },
            Match::Flags { not: false, mask: 23, set: 2 },
        ],
        Target::Goto("next"),
    );
    check("-A INPUT -p all -j RETURN", &[], Target::Return);
}

#[test]
fn very_old_negations() {
    check(
        "-A INPUT -s ! 192.0.2.0/24 -p ! udp -i ! lo -j sub",
        &[
            Match::Source { not: true, net: net("192.0.2.0/24") },
            Match::Protocol { not: true, number: 17 },
            Match::Input { not: true, name: "lo" },
        ],
        Target::Jump("sub"),
    );
}

#[test]
fn modules() {
    check(
        "-A INPUT -p tcp -m multiport ! --dports 22,80:90 -m comment --comment \"-j DROP ! x\" -j ACCEPT",
        &[
            TCP,
            Match::Ports {
                not: true,
                side: Side::Destination,
                ranges: [(22, 22), (80, 90)].into(),
            },
        ],
        Target::Accept,
    );
    check(
        "-A INPUT -m conntrack ! --ctstate INVALID,NEW -m mark --mark 0x4000/0xff00 -j LOG --log-prefix \"-j x\"",
        &[
            Match::State { not: true, states: state::INVALID | state::NEW },
            Match::Mark { not: false, value: 0x4000, mask: 0xff00 },
        ],
        Target::Continue,
    );
    let ends: (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "10.0.0.9".parse().unwrap());
    check(
        "-A INPUT -m iprange ! --src-range 10.0.0.1-10.0.0.9 -j REJECT --reject-with icmp-admin-prohibited",
        &[Match::Range { not: true, side: Side::Source, ends: Box::new(ends) }],
        Target::Reject("admin-prohibited"),
    );
    check("-A INPUT -p tcp -j REJECT --reject-with tcp-reset", &[TCP], Target::Reset);
    check(
        "-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT",
        &[Match::Protocol { not: false, number: 1 }, Match::Never { not: false }],
        Target::Accept,
    );
}

#[test]
fn modules_that_count() {
    let (matches, ..) = one(
        "-A INPUT -m recent ! --rcheck --seconds 60 --hitcount 4 --rttl --name a\\b --mask 255.255.255.0 --rdest -j DROP",
    );
    let Match::Recent(recent) = &matches[0] else { panic!() };
    assert_eq!(
        (recent.not, recent.mode, recent.seconds),
        (true, kind::RecentMode::Check, Some(60))
    );
    assert_eq!((recent.hits, recent.ttl, recent.bits), (Some(4), true, Some(24)));
    assert!(recent.by_destination && recent.name == "a\\b");
    let (matches, ..) = one(
        "-A INPUT -m hashlimit --hashlimit-above 3/min --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-name h --hashlimit-srcmask 24",
    );
    let Match::HashLimit(limit) = &matches[0] else { panic!() };
    assert!(limit.above && !limit.unclear && limit.mode == "srcip" && limit.name == "h");
    assert_eq!(limit.source_bits, Some(24));
    let (matches, ..) = one(
        "-A INPUT -p tcp -m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr",
    );
    let expected = kind::ConnLimit { above: true, count: 3, bits: Some(32), by_destination: false };
    assert_eq!(matches[1], Match::ConnLimit(Box::new(expected)));
}

#[test]
fn what_is_not_judged_keeps_its_words() {
    let (matches, target, problems) =
        one("-A INPUT -m u32 --u32 \"0x6&0xff=0x6 -j\" -m ttl ! --ttl-eq 64 ! -s 10.0.0.1 -j DROP");
    assert_eq!(
        matches,
        [
            Match::Unknown { text: "-m u32 --u32 \"0x6&0xff=0x6 -j\"" },
            Match::Unknown { text: "-m ttl ! --ttl-eq 64" },
            Match::Source { not: true, net: net("10.0.0.1") },
        ]
    );
    assert_eq!((target, problems), (Target::Drop, vec![]));
    let (matches, _, problems) = one("-A INPUT -m new-thing --what 1 2 -p tcp --odd a b -j DROP");
    assert_eq!(
        matches,
        [
            Match::Unknown { text: "-m new-thing --what 1 2" },
            TCP,
            Match::Unknown { text: "--odd a b" }
        ]
    );
    assert_eq!(problems, ["a condition that is not known"]);
}

#[test]
fn targets() {
    for (text, expected) in [
        ("-j MARK --set-xmark 0x1/0xffffffff", Target::Mark { clear: u32::MAX, flip: 1 }),
        ("-j MARK --and-mark 0xf", Target::Mark { clear: !15, flip: 0 }),
        ("-j MARK --or-mark 0xf", Target::Mark { clear: 15, flip: 15 }),
        ("-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff", Target::SaveMark),
        ("-j CT --notrack", Target::NoTrack),
        ("-j CT --zone 1", Target::Continue),
        ("-j SET --add-set bad src", Target::ChangeSet("bad")),
        ("-j REDIRECT --to-ports 2222", Target::Redirect(Some(2222))),
        ("-j MASQUERADE --random", Target::SourceNat),
        ("-j NFQUEUE --queue-num 0 --queue-bypass", Target::Queue),
        ("-j REJECT --reject-with icmp6-adm-prohibited", Target::Reject("admin-prohibited")),
        ("-j DOCKER", Target::Jump("DOCKER")),
        ("", Target::Continue),
    ] {
        check(&format!("-A INPUT {text}"), &[], expected);
    }
    for (text, address, port) in [
        ("10.0.0.1", Some("10.0.0.1"), None),
        ("10.0.0.1-10.0.0.3:22-25", Some("10.0.0.1"), Some(22)),
        (":2222", None, Some(2222)),
        ("[2001:db8::1]:22", Some("2001:db8::1"), Some(22)),
        ("2001:db8::1", Some("2001:db8::1"), None),
    ] {
        let nat = (address.map(|a| a.parse().unwrap()), port);
        let rule = format!("-A PREROUTING -j DNAT --to-destination {text}");
        check(&rule, &[], Target::DestinationNat(Box::new(nat)));
    }
}

#[test]
fn what_iptables_s_prints() {
    let dump =
        parse_iptables_save("-P INPUT DROP\n-N sub\n-A INPUT -j sub\n-A sub -c 1 2 -j ACCEPT\n");
    assert_eq!(dump.problems, []);
    assert_eq!((dump.tables[0].name, dump.tables[0].chains.len()), ("filter", 2));
}

proptest! {
    #[test]
    fn no_text_panics(text in "(-A INPUT |-m [a-z]{1,5} |-j |! |\"|\\\\|--[a-z-]{1,9} |[0-9./:, ]|\\PC|\n|\\*filter\n|:INPUT |\\[){0,40}") {
        parse_iptables_save(&text);
        super::super::ipset::parse_ipset(&text);
    }

    #[test]
    fn no_option_panics(
        module in "recent|hashlimit|connlimit|time|string|set|conntrack|owner|policy|tcp|rpfilter|limit",
        option in "--(name|seconds|hitcount|mask|hashlimit-above|connlimit-above|timestart|datestart|weekdays|string|hex-string|match-set|ctstate|uid-owner|pol|dport|invert|limit|to)",
        value in "[0-9a-zé:/,|.-]{0,12}",
    ) {
        parse_iptables_save(&format!("-A INPUT -m {module} {option} {value} -j DROP"));
    }
}
