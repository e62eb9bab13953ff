use super::*;

fn rule(tool: &'static str, table: &str, chain: &str, text: &str) -> RuleRef {
    RuleRef {
        tool,
        table: table.to_owned(),
        chain: chain.to_owned(),
        number: Some(3),
        text: text.to_owned(),
        packets: None,
    }
}

#[track_caller]
fn check(chain: &str, text: &str, expected: &str) {
    let found = origin(&rule("iptables", "filter", chain, text));
    assert_eq!(found.map(|o| o.sentence).unwrap_or_default(), expected, "{chain} {text}");
}

#[track_caller]
fn check_nft(table: &str, chain: &str, text: &str, expected: &str) {
    let found = origin(&rule("nft", table, chain, text));
    assert_eq!(found.map(|o| o.sentence).unwrap_or_default(), expected, "{table} {chain}");
}

#[test]
fn ban_daemons() {
    check("f2b-sshd", "-A f2b-sshd -s 192.0.2.7/32 -j REJECT", "fail2ban jail sshd");
    check("f2b-ssh-ddos", "-A f2b-ssh-ddos -s 192.0.2.7/32 -j DROP", "fail2ban jail ssh-ddos");
    check("fail2ban-ssh", "-A fail2ban-ssh -s 192.0.2.7/32 -j DROP", "fail2ban jail ssh");
    let set = "-A INPUT -p tcp -m multiport --dports 22 -m set --match-set f2b-sshd src -j REJECT";
    check("INPUT", set, "fail2ban jail sshd");
    check("INPUT", "-A INPUT -m set --match-set f2b-sshd6 src -j REJECT", "fail2ban jail sshd");
    check_nft(
        "inet f2b-table",
        "f2b-chain",
        "tcp dport 22 ip saddr @addr-set-sshd reject",
        "fail2ban jail sshd",
    );
    let crowdsec = "-A CROWDSEC_CHAIN -m set --match-set crowdsec-blacklists-0 src -j DROP";
    check("CROWDSEC_CHAIN", crowdsec, "CrowdSec's decisions");
    check(
        "INPUT",
        "-A INPUT -m set --match-set crowdsec-blacklists src -j DROP",
        "CrowdSec's decisions",
    );
    check_nft("ip crowdsec", "crowdsec-chain-input", "ip saddr @x drop", "CrowdSec's decisions");
    check("sshguard", "-A sshguard -s 192.0.2.7/32 -j DROP", "sshguard's list of attackers");
    check_nft(
        "ip sshguard",
        "blacklist",
        "ip saddr @attackers drop",
        "sshguard's list of attackers",
    );
}

#[test]
fn firewalls() {
    check("ufw-user-input", "-A ufw-user-input -j DROP", "ufw rule 3 of ufw-user-input");
    check("ufw-user-limit", "-A ufw-user-limit -j REJECT", "ufw's rule `limit`");
    check("ufw-before-input", "-A x -j DROP", "ufw's before.rules (ufw-before-input)");
    check("ufw6-not-local", "-A x -j DROP", "ufw, for packets that are not for this host");
    check_nft(
        "inet firewalld",
        "filter_IN_public_deny",
        "drop",
        "firewalld zone public: a rich rule that denies",
    );
    check_nft("inet firewalld", "filter_IN_drop", "drop", "firewalld zone drop: its target");
    check_nft(
        "inet firewalld",
        "filter_IN_policy_allow-host-ipv6_allow",
        "accept",
        "firewalld policy allow-host-ipv6: a service, a port or a rich rule that allows",
    );
    check_nft("inet firewalld", "filter_INPUT", "reject", "firewalld (filter_INPUT)");
    check_nft(
        "inet firewalld_policy_drop",
        "raw_prerouting",
        "policy drop",
        "firewalld's panic mode",
    );
    check("IN_public_deny", "-A x -j DROP", "firewalld zone public: a rich rule that denies");
    check("INPUT_direct", "-A x -j DROP", "firewalld's direct rules");
    check("net2fw", "-A net2fw -j DROP", "Shorewall's chain net2fw");
    check("net-fw", "-A net-fw -j DROP", "Shorewall's chain net-fw");
    check("DENYIN", "-A DENYIN -s 192.0.2.7/32 -j DROP", "csf's chain DENYIN");
}

#[test]
fn platforms() {
    check("DOCKER-USER", "-A DOCKER-USER -j DROP", "your own rules for Docker (DOCKER-USER)");
    check("KUBE-FIREWALL", "-A KUBE-FIREWALL -j DROP", "Kubernetes (KUBE-FIREWALL)");
    check("cali-from-host-endpoint", "-A x -j DROP", "Kubernetes (cali-from-host-endpoint)");
    check("LIBVIRT_INP", "-A x -j DROP", "libvirt (LIBVIRT_INP)");
    check("ts-input", "-A x -j DROP", "Tailscale (ts-input)");
}

#[test]
fn names_that_only_look_like_it() {
    check("INPUT", "-A INPUT -s 192.0.2.7/32 -j DROP", "");
    check("IN_FROM_OFFICE", "-A x -j DROP", "");
    check("f2bad", "-A x -j DROP", "");
    check("ssh-guard", "-A x -j DROP", "");
    check_nft("inet filter", "input", "tcp dport 22 drop", "");
    check_nft("inet filter", "IN_public", "drop", "");
}

/// As ufw 0.36 writes it, and as iptables-save 1.8.9 prints it.
#[test]
fn ufw_rules_are_named_by_their_tuple() {
    let rules = "*filter\n### tuple ### allow tcp 22 0.0.0.0/0 any 10.9.9.9 in\n\
        -A ufw-user-input -p tcp --dport 22 -s 10.9.9.9 -j ACCEPT\n\n\
        ### tuple ### limit tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n\
        -A ufw-user-input -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --set\n\
        -A ufw-user-input -p tcp --dport 22 -j ufw-user-limit-accept\n\n\
        ### tuple ### reject any any 0.0.0.0/0 any 192.0.2.7 in comment=6279\n\
        -A ufw-user-input -s 192.0.2.7 -j REJECT\n\n\
        ### tuple ### deny any any 10.3.3.3 any 10.2.0.0/16 in\n\
        -A ufw-user-input -d 10.3.3.3 -s 10.2.0.0/16 -j DROP\n\n\
        ### END RULES ###\n-A ufw-user-limit -j REJECT\n";
    let check = |printed: &str, expected: &str, line: Option<usize>| {
        let chain = printed.split(' ').nth(1).unwrap();
        let found = origin_with_ufw(&rule("iptables", "filter", chain, printed), rules);
        let found = found.unwrap();
        assert_eq!((found.sentence.as_str(), found.line), (expected, line), "{printed}");
    };
    let tuple = "ufw rule `allow tcp 22 0.0.0.0/0 any 10.9.9.9 in`";
    check("-A ufw-user-input -s 10.9.9.9/32 -p tcp -m tcp --dport 22 -j ACCEPT", tuple, Some(2));
    let tuple = "ufw rule `limit tcp 22 0.0.0.0/0 any 0.0.0.0/0 in`";
    let set = "-A ufw-user-input -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m recent --set --name DEFAULT --mask 255.255.255.255 --rsource";
    check(set, tuple, Some(5));
    let tuple = "ufw rule `reject any any 0.0.0.0/0 any 192.0.2.7 in comment=6279`";
    let reject = "-A ufw-user-input -s 192.0.2.7/32 -j REJECT --reject-with icmp-port-unreachable";
    check(reject, tuple, Some(9));
    let tuple = "ufw rule `deny any any 10.3.3.3 any 10.2.0.0/16 in`";
    check("-A ufw-user-input -s 10.2.0.0/16 -d 10.3.3.3/32 -j DROP", tuple, Some(12));
    let limit = "-A ufw-user-limit -j REJECT --reject-with icmp-port-unreachable";
    check(limit, "ufw's rule `limit`", None);
    // A rule that says more than one in the file is another rule.
    let other = "ufw rule 3 of ufw-user-input";
    check("-A ufw-user-input -s 192.0.2.7/32 -i eth0 -j REJECT", other, None);
    check("-A ufw-user-input -s 10.9.9.9/32 -j DROP", other, None);
}
