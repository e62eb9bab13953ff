use super::super::tests::packets;
use super::*;

/// As nft 1.0.6 writes it.
const RULES: &str = r#"table inet t { # handle 1
	set bad { # handle 3
		type ipv4_addr
		elements = { 10.0.0.1, 10.0.0.2,
			     10.0.0.5, 10.0.0.6 }
	}

	chain sub { # handle 1
		tcp dport { 22, 80-90 } counter packets 4 bytes 9 reject with icmpx admin-prohibited comment "no # ssh" # handle 5
		return # handle 6
	}

	chain o { # handle 2
		type filter hook output priority filter; policy accept;
		ct state established,related accept # handle 7
		ip daddr @bad drop # handle 9
		ip daddr != 192.168.0.0/16 meta l4proto tcp jump sub # handle 10
		ip6 daddr fd00::/8 tcp dport 22 log prefix "a drop b" drop # handle 14
		udp dport 22 drop # handle 15
	}
}
"#;

#[test]
fn rules_that_could_be_ours() {
    let (out, reply) = packets();
    let chains = parse(RULES, &[]);
    let got: Vec<(String, Option<u64>)> =
        stops(&chains, &out, &reply).into_iter().map(|s| (s.at, s.packets)).collect();
    let reject = "tcp dport { 22, 80-90 } counter packets 4 bytes 9 reject with icmpx \
                  admin-prohibited comment \"no # ssh\" # handle 5";
    assert_eq!(
        got,
        [
            ("inet t o: ip daddr @bad drop # handle 9".to_owned(), None),
            (format!("inet t sub: {reject}"), Some(4)),
        ]
    );
    assert!(parse(RULES, &["inet t".to_owned()]).is_empty());
}

fn check(rules: &[&str], policy: &str, expected: Option<&str>) {
    let (out, _) = packets();
    let chain = format!("type filter hook output priority filter; policy {policy};");
    let text = format!(
        "table ip t {{\n chain o {{\n{chain}\n{}\n}}\n chain s {{\ntcp dport 22 drop\n}}\n}}",
        rules.join("\n")
    );
    let expected = match expected {
        Some("?") => Fate::Unknown,
        Some(rule) => Fate::Stops(format!("ip t {rule}")),
        None => Fate::Passes,
    };
    assert_eq!(fate(&parse(&text, &[]), &out), expected, "{text}");
}

#[test]
fn the_fate_of_our_syn() {
    check(&[], "accept", None);
    check(&[], "drop", Some("o: policy drop"));
    check(&["tcp dport 22 drop # handle 3"], "accept", Some("o: tcp dport 22 drop # handle 3"));
    check(&["tcp dport != 22 drop", "ip daddr 10.9.8.6 drop"], "accept", None);
    check(&["oifname \"eth*\" accept"], "drop", None);
    check(&["oif \"lo\" accept"], "drop", Some("o: policy drop"));
    check(&["jump s"], "accept", Some("s: tcp dport 22 drop"));
    check(&["tcp dport 23 jump s"], "accept", None);
    check(&["jump nowhere"], "accept", Some("?"));
    // What is beyond us counts only when it could decide.
    check(&["limit rate 1/second drop"], "accept", Some("?"));
    check(&["tcp dport 23 limit rate 1/second drop"], "accept", None);
    check(&["ct mark 7 counter packets 1 bytes 1"], "accept", None);
    check(&["tcp dport vmap { 22 : drop }"], "accept", Some("?"));
    check(
        &["ip daddr { 10.9.8.7, 10.9.8.8 } reject"],
        "accept",
        Some("o: ip daddr { 10.9.8.7, 10.9.8.8 } reject"),
    );
}

#[test]
fn hostile_rule_sets_end() {
    let (out, reply) = packets();
    for text in [
        "table",
        "table ip t {",
        "table ip t {\nchain o {\ntype\n",
        "}\n}\n}",
        "table ip t {\nchain o {\ntype filter hook output priority 0;\ntcp dport {\njump o\n",
        "table ip t {\nchain s {\njump s\n}\nchain o {\ntype x hook output\njump s\n}\n}",
    ] {
        let chains = parse(text, &[]);
        let _ = stops(&chains, &out, &reply);
        let _ = fate(&chains, &out);
    }
}
