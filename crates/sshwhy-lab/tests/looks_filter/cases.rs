//! Hosts with rules, and what is to be said of them.

/// A host.
#[derive(Debug)]
pub(crate) struct Case {
    /// What it is about.
    pub(crate) name: &'static str,
    /// Makes its rules, as root on the server.
    pub(crate) rules: &'static str,
    /// What the client does before, such as holding a connection.
    pub(crate) client: &'static str,
    /// The client's address and the server's.
    pub(crate) flow: [&'static str; 2],
    /// The interface that the client comes in by.
    pub(crate) interface: &'static str,
    /// The program through which the look is taken.
    pub(crate) program: &'static str,
    /// The answer; none when it is left open.
    pub(crate) answer: Option<&'static str>,
    /// Words of the answer's source and text; without an answer, of what is left open.
    pub(crate) words: &'static [&'static str],
    /// Words of what is left open beside the answer.
    pub(crate) leaves_open: &'static str,
}

const V4: [&str; 2] = ["10.77.1.2", "10.77.2.2"];
const V6: [&str; 2] = ["fd77:1::2", "fd77:2::2"];
const MAPPED: [&str; 2] = ["::ffff:10.77.1.2", "::ffff:10.77.2.2"];

const NOBODY: &str = "setpriv --reuid 1500 --regid 1500 --clear-groups";

const fn case(
    name: &'static str,
    answer: &'static str,
    words: &'static [&'static str],
    rules: &'static str,
) -> Case {
    Case {
        name,
        rules,
        client: "",
        flow: V4,
        interface: "eth0",
        program: "",
        answer: Some(answer),
        words,
        leaves_open: "",
    }
}

const fn open(name: &'static str, words: &'static [&'static str], rules: &'static str) -> Case {
    Case { answer: None, ..case(name, "", words, rules) }
}

/// Cases that only have rules.
pub(crate) const CASES: &[Case] = &[
    case("no_rules", "admits", &["nft list ruleset no rule"], ":"),
    case(
        "iptables_drop",
        "drops",
        &["iptables filter INPUT rule 2 -A INPUT -p tcp -m tcp --dport 22 -j DROP (packets "],
        "iptables -A INPUT -i lo -j ACCEPT; iptables -A INPUT -p tcp --dport 22 -j DROP",
    ),
    case(
        "iptables_reject_with_a_match_that_nft_does_not_know",
        "rejects",
        &["iptables filter INPUT rule 1 -A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j REJECT"],
        "iptables -A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -j REJECT",
    ),
    case(
        "iptables_reset",
        "resets",
        &["iptables filter INPUT rule 1", "--reject-with tcp-reset"],
        "iptables -A INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset",
    ),
    case(
        "iptables_policy",
        "drops",
        &["iptables filter INPUT policy drop"],
        "iptables -P INPUT DROP; iptables -A INPUT -p tcp --dport 2222 -j ACCEPT",
    ),
    case(
        "iptables_chain_of_the_admin",
        "rejects",
        &["iptables filter BAD rule 2 -A BAD -s 10.77.0.0/16 -j REJECT --reject-with icmp-admin-prohibited"],
        "iptables -N BAD; iptables -A INPUT -p tcp -m multiport --dports 22,23 -j BAD
         iptables -A BAD -s 192.0.2.1 -j DROP
         iptables -A BAD -s 10.77.0.0/16 -j REJECT --reject-with icmp-admin-prohibited",
    ),
    case(
        "legacy_drop",
        "drops",
        &["iptables-legacy filter INPUT rule 1 -A INPUT -p tcp -m tcp --dport 22 -j DROP"],
        "iptables-legacy -A INPUT -p tcp --dport 22 -j DROP",
    ),
    case(
        "legacy_reset_in_a_chain",
        "resets",
        &["iptables-legacy filter SSH rule 1"],
        "iptables-legacy -N SSH; iptables-legacy -A INPUT -p tcp --dport 22 -g SSH
         iptables-legacy -A SSH -p tcp -j REJECT --reject-with tcp-reset",
    ),
    Case {
        flow: V6,
        ..case(
            "ip6tables_reject",
            "rejects",
            &["ip6tables filter INPUT rule 1", "icmp6-adm-prohibited"],
            "ip6tables -A INPUT -p tcp --dport 22 -j REJECT --reject-with icmp6-adm-prohibited",
        )
    },
    Case {
        flow: V6,
        ..case(
            "ip6tables_legacy_drop",
            "drops",
            &["ip6tables-legacy filter INPUT rule 1 -A INPUT -s fd77:1::/64"],
            "ip6tables-legacy -A INPUT -s fd77:1::/64 -p tcp --dport 22 -j DROP",
        )
    },
    case(
        "rules_of_the_other_family",
        "admits",
        &["no rule"],
        "ip6tables -A INPUT -p tcp --dport 22 -j DROP; ip6tables-legacy -P INPUT DROP",
    ),
    Case {
        flow: MAPPED,
        ..case(
            "an_address_in_the_form_for_sockets_of_ipv6",
            "drops",
            &["iptables filter INPUT rule 1"],
            "iptables -A INPUT -s 10.77.1.2 -p tcp --dport 22 -j DROP",
        )
    },
    case(
        "nft_drops_what_iptables_accepts",
        "drops",
        &["nft inet own input handle ", "tcp dport 22 drop"],
        "iptables -A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
         nft 'table inet own { chain input { type filter hook input priority 10; tcp dport 22 drop; }; }'",
    ),
    case(
        "legacy_drops_what_nft_accepts",
        "drops",
        &["iptables-legacy filter INPUT rule 1"],
        "nft 'table inet own { chain input { type filter hook input priority 0; tcp dport 22 accept; }; }'
         iptables-legacy -A INPUT -p tcp --dport 22 -j DROP",
    ),
    case(
        "the_first_of_two_that_stop",
        "rejects",
        &["nft inet own input handle "],
        "iptables -A INPUT -p tcp --dport 22 -m comment --comment x -j DROP
         nft 'table inet own { chain input { type filter hook input priority -5; tcp dport 22 reject; }; }'",
    ),
    case(
        "established_is_dropped",
        "drops-established",
        &["iptables filter INPUT rule 2", "--ctstate ESTABLISHED -j DROP", "the client's identification string"],
        "iptables -A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
         iptables -A INPUT -p tcp --dport 22 -m conntrack --ctstate ESTABLISHED -j DROP",
    ),
    case(
        "our_answer_is_dropped",
        "drops",
        &["iptables filter OUTPUT rule 1", "--tcp-flags SYN,ACK SYN,ACK", "our answer to the client's first packet"],
        "iptables -A OUTPUT -p tcp --sport 22 --tcp-flags SYN,ACK SYN,ACK -j DROP",
    ),
    case(
        "our_banner_is_dropped",
        "drops-established",
        &["iptables-legacy filter OUTPUT rule 1", "--string", "our identification string"],
        "iptables-legacy -A OUTPUT -p tcp --sport 22 -m string --algo bm --string SSH-2.0 -j DROP",
    ),
    case(
        "a_set",
        "drops",
        &["iptables filter INPUT rule 1", "--match-set bad src -j DROP"],
        "ipset create bad hash:net; ipset add bad 10.77.1.0/24; ipset add bad 192.0.2.0/24
         iptables -A INPUT -m set --match-set bad src -j DROP",
    ),
    case(
        "a_set_without_the_client",
        "admits",
        &["iptables filter INPUT policy accept"],
        "ipset create bad hash:net; ipset add bad 10.77.0.0/16; ipset add bad 10.77.1.2/32 nomatch
         iptables -A INPUT -m set --match-set bad src -j DROP",
    ),
    case(
        "recent",
        "counts",
        &["iptables filter INPUT rule 1", "--rcheck --seconds 600 --hitcount 1"],
        "iptables -A INPUT -p tcp --dport 22 -m recent --rcheck --seconds 600 --hitcount 1 --name x -j REJECT
         echo +10.77.1.2 > /proc/net/xt_recent/x",
    ),
    case(
        "recent_without_the_client",
        "admits",
        &["iptables filter INPUT policy accept"],
        "iptables -A INPUT -p tcp --dport 22 -m recent --rcheck --seconds 600 --hitcount 1 --name y -j REJECT
         echo +10.77.1.3 > /proc/net/xt_recent/y",
    ),
    Case {
        client: "bash -c 'exec 3<> /dev/tcp/10.77.2.2/22; sleep 5'",
        ..case(
            "as_many_connections_as_connlimit_allows",
            "counts",
            &["iptables filter INPUT rule 1", "--connlimit-above 1"],
            "iptables -A INPUT -p tcp --dport 22 -m connlimit --connlimit-above 1 --connlimit-mask 16 -j REJECT",
        )
    },
    case(
        "hashlimit_with_room",
        "admits",
        &["iptables filter INPUT policy accept"],
        "iptables -A INPUT -p tcp --syn --dport 22 -m hashlimit --hashlimit-above 2/min --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-name room -j DROP",
    ),
    open(
        "a_limit_whose_state_nobody_shows",
        &["iptables filter INPUT rule 1", "how much of its limit is left cannot be read", "is stopped by iptables filter INPUT if"],
        "iptables -P INPUT DROP; iptables -A INPUT -p tcp --dport 22 -m limit --limit 3/min -j ACCEPT
         iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT",
    ),
    open(
        "a_port_of_the_client_that_is_not_known",
        &["iptables filter INPUT rule 1", "the client's port is not known (give it with --from ADDRESS:PORT)"],
        "iptables -A INPUT -p tcp --dport 22 --sport 1024:40000 -j DROP",
    ),
    case(
        "a_low_port_of_the_client",
        "admits",
        &["iptables filter INPUT policy accept"],
        "iptables -A INPUT -p tcp --dport 22 --sport 1:1023 -j DROP",
    ),
    case(
        "firewalld_without_the_service",
        "rejects",
        &["nft inet firewalld filter_IN_public handle ", "firewalld zone public: its target"],
        FIREWALLD,
    ),
    case(
        "firewalld_with_the_service",
        "admits",
        &["nft inet firewalld filter_IN_public_allow handle ", "firewalld zone public: a service"],
        FIREWALLD_WITH_SSH,
    ),
    case(
        "firewalld_zone_of_the_source",
        "drops",
        &["nft inet firewalld filter_IN_drop handle ", "firewalld zone drop: its target"],
        FIREWALLD_WITH_SOURCE,
    ),
    case(
        "firewalld_rich_rule",
        "resets",
        &["nft inet firewalld filter_IN_public_deny handle ", "firewalld zone public: a rich rule that denies"],
        FIREWALLD_WITH_RICH_RULE,
    ),
    case(
        "fail2ban",
        "rejects",
        &["iptables filter f2b-sshd rule 1 -A f2b-sshd -s 10.77.1.2/32 -j REJECT", "(fail2ban jail sshd; packets "],
        "iptables -N f2b-sshd; iptables -A f2b-sshd -j RETURN
         iptables -I INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
         iptables -I f2b-sshd 1 -s 10.77.1.2 -j REJECT",
    ),
    case(
        "fail2ban_of_others",
        "admits",
        &["iptables filter INPUT policy accept"],
        "iptables -N f2b-sshd; iptables -A f2b-sshd -j RETURN
         iptables -I INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
         iptables -I f2b-sshd 1 -s 10.77.1.3 -j REJECT",
    ),
    case(
        "fail2ban_with_a_set_of_ipset",
        "rejects",
        &["iptables filter INPUT rule 1", "(fail2ban jail sshd; packets "],
        "ipset create f2b-sshd hash:ip timeout 600; ipset add f2b-sshd 10.77.1.2
         iptables -I INPUT -p tcp -m multiport --dports 22 -m set --match-set f2b-sshd src -j REJECT",
    ),
    case(
        "fail2ban_with_nft",
        "rejects",
        &["nft inet f2b-table f2b-chain handle ", "@addr-set-sshd", "(fail2ban jail sshd)"],
        "nft 'table inet f2b-table { set addr-set-sshd { type ipv4_addr; elements = { 10.77.1.2 }; }
            chain f2b-chain { type filter hook input priority filter - 1; tcp dport { 22 } ip saddr @addr-set-sshd reject with icmp type port-unreachable; }; }'",
    ),
    case(
        "crowdsec",
        "drops",
        &["iptables filter CROWDSEC_CHAIN rule 1", "(CrowdSec's decisions; packets "],
        "ipset create crowdsec-blacklists-0 hash:net timeout 600; ipset add crowdsec-blacklists-0 10.77.1.0/24
         iptables -N CROWDSEC_CHAIN; iptables -I INPUT -j CROWDSEC_CHAIN
         iptables -A CROWDSEC_CHAIN -m set --match-set crowdsec-blacklists-0 src -j DROP",
    ),
    case(
        "sshguard",
        "drops",
        &["nft ip sshguard blacklist handle ", "(sshguard's list of attackers)"],
        "nft 'table ip sshguard { set attackers { type ipv4_addr; flags interval; elements = { 10.77.1.0/28 }; }
            chain blacklist { type filter hook input priority -10; ip saddr @attackers drop; }; }'",
    ),
    case("docker", "admits", &["no rule stops these packets"], DOCKER),
    case(
        "docker_and_a_policy",
        "admits",
        &["iptables filter INPUT rule 3 -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT (packets "],
        DOCKER_AND_POLICY,
    ),
    case(
        "a_set_of_nft_in_a_table_of_iptables",
        "admits",
        &["nft ip filter INPUT policy accept"],
        "iptables -A INPUT -p tcp --dport 23 -j DROP; nft add rule ip filter INPUT tcp dport '{ 80, 443 }' counter drop",
    ),
    case(
        "a_set_of_nft_among_rules_of_iptables",
        "admits",
        &["nft ip filter INPUT policy accept"],
        "iptables -A INPUT -p tcp --dport 23 -m conntrack --ctstate NEW -j DROP
         nft add rule ip filter INPUT tcp dport '{ 80, 443 }' drop",
    ),
    open(
        "what_neither_can_read_in_whole",
        &["tcp dport { 22, 443 } drop", "cannot be judged"],
        "iptables -A INPUT -p tcp --dport 22 -m conntrack --ctstate ESTABLISHED -j ACCEPT
         nft add rule ip filter INPUT tcp dport '{ 22, 443 }' drop",
    ),
    case(
        "rules_for_bridges",
        "admits",
        &["nft list ruleset", "no rule"],
        "nft 'table bridge filter { chain input { type filter hook input priority 0; drop; }; }'",
    ),
    Case {
        interface: "br0",
        ..open(
        "rules_for_bridges_where_the_client_comes_in_by_one",
        &["`nft list ruleset`: not judged: nft table bridge filter: it sees what passes a bridge"],
        "nft 'table bridge filter { chain input { type filter hook input priority 0; drop; }; }'
         ip link show br0 > /dev/null 2>&1 || ip link add br0 type bridge",
        )
    },
    case(
        "an_answer_by_another_port",
        "drops",
        &["iptables filter INPUT rule 1", "--dport 2222", "the client's first packet"],
        "iptables -t nat -A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 2222
         iptables -A INPUT -p tcp --dport 2222 -j DROP",
    ),
    case(
        "a_device_of_its_own",
        "drops",
        &["nft netdev early ingress handle ", "tcp dport 22 drop"],
        "nft 'table netdev early { chain ingress { type filter hook ingress device eth0 priority 0; tcp dport 22 drop; }; }'",
    ),
    case(
        "untracked",
        "drops",
        &["iptables filter INPUT rule 1", "--ctstate UNTRACKED"],
        "iptables -t raw -A PREROUTING -p tcp --dport 22 -j CT --notrack
         iptables -A INPUT -m conntrack --ctstate UNTRACKED -j DROP",
    ),
    case(
        "a_mark_of_iptables_that_nft_reads",
        "drops",
        &["nft inet own input handle ", "meta mark 0x00000007 drop"],
        "iptables -t mangle -A PREROUTING -p tcp --dport 22 -j MARK --set-mark 7
         nft 'table inet own { chain input { type filter hook input priority 0; meta mark 7 drop; }; }'",
    ),
    open(
        "a_mark_that_is_written_at_the_same_hook",
        &["change the packet for each other"],
        "iptables -A INPUT -p tcp --dport 22 -m mark --mark 7 -j DROP
         nft 'table inet own { chain input { type filter hook input priority -170; tcp dport 22 meta mark set 7; }; }'",
    ),
    case(
        "a_policy_of_ipsec_and_the_way_back",
        "admits",
        &["iptables filter INPUT policy accept"],
        "iptables -A INPUT -m policy --dir in --pol ipsec -j DROP
         iptables -t raw -A PREROUTING -m rpfilter --invert -j DROP",
    ),
    case(
        "who_sends",
        "drops",
        &["iptables filter OUTPUT rule 1", "--uid-owner 0"],
        "iptables -A OUTPUT -p tcp --sport 22 -m owner --uid-owner 0 -j DROP",
    ),
    Case {
        program: NOBODY,
        ..open(
            "an_ordinary_user",
            &["`nft list ruleset`: only root may see the rules: a rule of nftables may stop the client",
              "`/proc/net/ip_tables_names`: Permission denied"],
            "iptables -A INPUT -p tcp --dport 22 -j DROP",
        )
    },
];

/// Cases that take programs away or configure some.
pub(crate) const ALONE: &[Case] = &[
    case(
        "ufw_denies",
        "drops",
        &[
            "iptables filter ufw-user-input rule 1",
            "(ufw rule `deny tcp 22 0.0.0.0/0 any 10.77.1.0/24 in`, /etc/ufw/user.rules:",
        ],
        "ufw deny from 10.77.1.0/24 to any port 22 proto tcp; ufw allow 22/tcp; ufw --force enable",
    ),
    case(
        "ufw_allows",
        "admits",
        &["iptables filter ufw-user-input rule 2", "ufw rule `allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in`"],
        "ufw deny from 10.77.3.0/24; ufw allow 22/tcp; ufw --force enable",
    ),
    Case {
        flow: V6,
        ..case(
            "ufw_rejects_ipv6",
            "resets",
            &["ip6tables filter ufw6-user-input rule ", "(ufw rule `reject tcp 22 ::/0 any fd77:1::2 in`, /etc/ufw/user6.rules:"],
            "ufw allow 80/tcp; ufw reject proto tcp from fd77:1::2 to any port 22; ufw --force enable",
        )
    },
    case(
        "ufw_limits",
        "admits",
        &["iptables filter ufw-user-limit-accept rule 1", "ufw's rule `limit`"],
        "ufw limit 22/tcp; ufw --force enable",
    ),
    case(
        "ufw_limits_the_client",
        "counts",
        &["iptables filter ufw-user-limit rule 2", "ufw's rule `limit`"],
        "ufw limit 22/tcp; ufw --force enable; for i in 1 2 3 4 5 6; do echo +10.77.1.2 > /proc/net/xt_recent/DEFAULT; done",
    ),
    case(
        "ufw_by_its_policy",
        "drops",
        &["iptables filter INPUT policy drop"],
        "ufw allow 80/tcp; ufw --force enable",
    ),
    open(
        "a_set_that_cannot_be_read",
        &["iptables filter INPUT rule 1", "the sets could not be read", "`ipset save`: it is not installed: a rule asks for it"],
        "ipset create bad hash:net; iptables -A INPUT -m set --match-set bad src -j DROP
         mv /usr/sbin/ipset /usr/sbin/not-ipset",
    ),
    open(
            "legacy_tables_without_iptables",
            &[
                "`iptables-legacy-save`: it is not installed, but the kernel has tables of it (filter",
            ],
            "iptables-legacy -N NEVER
             mkdir /away; mv /usr/sbin/iptables* /usr/sbin/ip6tables* /usr/sbin/xtables* /away",
    ),
    case(
        "a_host_whose_iptables_is_the_older_one",
        "drops",
        &["iptables filter INPUT rule 1 -A INPUT -s 10.77.1.2/32"],
        "ln -sf /usr/sbin/iptables-legacy /etc/alternatives/iptables; iptables -A INPUT -s 10.77.1.2 -j DROP
         iptables-nft -A INPUT -p tcp --dport 22 -j ACCEPT",
    ),
    case(
        "rules_of_the_newer_one_on_such_a_host",
        "resets",
        &["iptables-nft filter INPUT rule 1 -A INPUT -p tcp"],
        "ln -sf /usr/sbin/iptables-legacy /etc/alternatives/iptables
         iptables-nft -A INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset",
    ),
    case(
        "rules_of_iptables_without_nft",
        "drops",
        &["iptables filter INPUT rule 1"],
        "iptables -A INPUT -p tcp --dport 22 -j DROP; mv /usr/sbin/nft /usr/sbin/not-nft",
    ),
    open(
            "rules_of_nft_without_nft",
            &["`nft list ruleset`: nft is not installed, but the kernel has tables of it (own)"],
            "nft 'table inet own { chain input { type filter hook input priority 0; tcp dport 23 drop; }; }'
             mv /usr/sbin/nft /usr/sbin/not-nft",
    ),
    Case {
        leaves_open: "the kernel has tables of it (own)",
        ..case(
            "rules_of_iptables_that_stop_for_certain",
            "drops",
            &["iptables-legacy filter INPUT rule 1"],
            "nft 'table inet own { chain input { type filter hook input priority 0; tcp dport 23 drop; }; }'
             iptables-legacy -A INPUT -p tcp --dport 22 -j DROP; mv /usr/sbin/nft /usr/sbin/not-nft",
        )
    },
];

macro_rules! firewalld {
    ($zones:literal, $deny:literal, $allow:literal) => {
        concat!(
            "nft -f - <<'END'
table inet firewalld {
    chain filter_INPUT {
        type filter hook input priority filter + 10; policy accept;
        ct state { established, related } accept
        ct status dnat accept
        iifname \"lo\" accept
        ct state invalid drop
        jump filter_INPUT_ZONES
        reject with icmpx admin-prohibited
    }
    chain filter_INPUT_ZONES { ",
            $zones,
            "
        goto filter_IN_public
    }
    chain filter_IN_drop {
        drop
    }
    chain filter_IN_public_deny {
        ",
            $deny,
            "
    }
    chain filter_IN_public_allow {
        ",
            $allow,
            "
    }
    chain filter_IN_public {
        jump filter_IN_public_deny
        jump filter_IN_public_allow
        meta l4proto { icmp, ipv6-icmp } accept
        reject with icmpx admin-prohibited
    }
}
END"
        )
    };
}

const FIREWALLD: &str = firewalld!("", "", "tcp dport 80 accept");
const FIREWALLD_WITH_SSH: &str = firewalld!("", "", "tcp dport 22 accept");
const FIREWALLD_WITH_SOURCE: &str =
    firewalld!("ip saddr 10.77.1.0/24 goto filter_IN_drop", "", "tcp dport 22 accept");
const FIREWALLD_WITH_RICH_RULE: &str =
    firewalld!("", "ip saddr 10.77.1.2 tcp dport 22 reject with tcp reset", "tcp dport 22 accept");

const DOCKER: &str = "iptables-restore <<'END'
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A DOCKER -i docker0 -j RETURN
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 2222 -j DNAT --to-destination 172.17.0.2:22
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-ISOLATION-STAGE-1 - [0:0]
:DOCKER-ISOLATION-STAGE-2 - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-ISOLATION-STAGE-1
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 22 -j ACCEPT
-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -j RETURN
-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
-A DOCKER-ISOLATION-STAGE-2 -j RETURN
-A DOCKER-USER -j RETURN
COMMIT
END";

const DOCKER_AND_POLICY: &str = "iptables-restore <<'END'
*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -j DOCKER-USER
-A DOCKER-USER -j RETURN
COMMIT
END";
