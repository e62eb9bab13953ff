//! Who made a rule, as far as the names that it bears tell: of its chain, its table, its sets, and its comment.

use super::RuleRef;

/// Who made a rule.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// The program.
    pub program: Program,
    /// The same in words, with what it calls the rule: `fail2ban jail sshd`.
    pub sentence: String,
    /// The line of its own file in which the program keeps the rule, from 1, where that file was given.
    pub line: Option<usize>,
}

/// Programs that make rules.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "each is a program of that name")]
pub enum Program {
    CrowdSec,
    Csf,
    Docker,
    Fail2ban,
    Firewalld,
    Kubernetes,
    Libvirt,
    Podman,
    Shorewall,
    Sshguard,
    Tailscale,
    Ufw,
}

/// Who made a rule; `None` when no name tells.
pub fn origin(rule: &RuleRef) -> Option<Origin> {
    ban(rule).or_else(|| firewall(rule)).or_else(|| platform(rule))
}

/// The same, with the text of `/etc/ufw/user.rules` or `user6.rules`, in which ufw's own words for each rule stand.
pub fn origin_with_ufw(rule: &RuleRef, user_rules: &str) -> Option<Origin> {
    let mut origin = origin(rule)?;
    if origin.program == Program::Ufw
        && let Some((line, tuple)) = ufw_tuple(rule, user_rules)
    {
        origin.sentence = format!("ufw rule `{tuple}`");
        origin.line = Some(line);
    }
    Some(origin)
}

fn made(program: Program, sentence: impl Into<String>) -> Option<Origin> {
    Some(Origin { program, sentence: sentence.into(), line: None })
}

fn ban(rule: &RuleRef) -> Option<Origin> {
    if let Some(jail) = fail2ban_jail(rule) {
        return made(Program::Fail2ban, format!("fail2ban jail {jail}"));
    }
    let set = set_name(&rule.text).unwrap_or_default();
    if [&*rule.table, &*rule.chain, set].iter().any(|name| is_crowdsec(name)) {
        return made(Program::CrowdSec, "CrowdSec's decisions");
    }
    let is_sshguard = rule.chain == "sshguard"
        || rule.table.ends_with(" sshguard")
        || matches!(set, "sshguard4" | "sshguard6")
        || jump(&rule.text) == Some("sshguard");
    if is_sshguard {
        return made(Program::Sshguard, "sshguard's list of attackers");
    }
    None
}

fn is_crowdsec(name: &str) -> bool {
    name.contains("crowdsec") || name.contains("CROWDSEC")
}

/// Chains and sets are called `f2b-NAME` (since 0.9), `fail2ban-NAME` before; nftables sets `addr-set-NAME`. fail2ban makes
/// the name itself from the jail's unless told otherwise.
fn fail2ban_jail(rule: &RuleRef) -> Option<&str> {
    if rule.chain != "f2b-chain"
        && let Some(jail) = jail(&rule.chain)
    {
        return Some(jail);
    }
    // A set of IPv6 addresses is called f2b-NAME6.
    let of_set = |jail: &'_ str| -> usize {
        let is_set = rule.text.contains("match-set");
        jail.strip_suffix('6').filter(|_| is_set).unwrap_or(jail).len()
    };
    let named = rule.text.split([' ', '"', '@']).find_map(jail);
    let named = named.and_then(|jail| jail.get(..of_set(jail)));
    named.or_else(|| rule.table.ends_with("f2b-table").then_some("(unnamed)"))
}

fn jail(name: &str) -> Option<&str> {
    let begins = ["f2b-", "fail2ban-", "addr-set-", "addr6-set-"];
    begins.iter().find_map(|begin| name.strip_prefix(begin))
}

fn firewall(rule: &RuleRef) -> Option<Origin> {
    let chain = rule.chain.as_str();
    if let Some(part) = ufw_part(rule) {
        return made(Program::Ufw, part);
    }
    if let Some(part) = firewalld_part(rule) {
        return made(Program::Firewalld, part);
    }
    // Shorewall names chains after the pair of zones: net2fw, net-fw, and their lists.
    let is_shorewall = matches!(
        chain,
        "shorewall"
            | "dynamic"
            | "smurfs"
            | "tcpflags"
            | "logdrop"
            | "logreject"
            | "smurflog"
            | "sfilter"
            | "reject"
            | "logflags"
            | "blacklst"
            | "norfc1918"
            | "~blacklist0"
            | "~log0"
    ) || ["2fw", "-fw", "2all", "-all", "_in", "_fwd"].iter().any(|end| {
        chain.strip_suffix(end).is_some_and(|zone| {
            matches!(zone, "net" | "loc" | "dmz" | "vpn" | "fw" | "wan" | "lan")
        })
    });
    if is_shorewall {
        return made(Program::Shorewall, format!("Shorewall's chain {chain}"));
    }
    let is_csf = matches!(
        chain,
        "LOCALINPUT"
            | "LOCALOUTPUT"
            | "DENYIN"
            | "DENYOUT"
            | "ALLOWIN"
            | "ALLOWOUT"
            | "LOGDROPIN"
            | "LOGDROPOUT"
            | "INVDROP"
            | "GDENYIN"
            | "GALLOWIN"
    );
    if is_csf { made(Program::Csf, format!("csf's chain {chain}")) } else { None }
}

fn ufw_part(rule: &RuleRef) -> Option<String> {
    let chain = rule.chain.as_str();
    let plain = chain.strip_prefix("ufw6-").or(chain.strip_prefix("ufw-"))?;
    Some(match plain {
        "user-input" | "user-output" | "user-forward" => {
            format!("ufw rule {} of {chain}", rule.number.unwrap_or_default())
        }
        "user-limit" | "user-limit-accept" => "ufw's rule `limit`".to_owned(),
        "not-local" => "ufw, for packets that are not for this host".to_owned(),
        _ if plain.starts_with("before-") => format!("ufw's before.rules ({chain})"),
        _ if plain.starts_with("after-") => format!("ufw's after.rules ({chain})"),
        _ if plain.starts_with("reject-") || plain.starts_with("skip-to-policy-") => {
            format!("ufw's default policy ({chain})")
        }
        _ => format!("ufw's chain {chain}"),
    })
}

/// Chains of a zone: `filter_IN_public_deny` (nftables), `IN_public_deny` (iptables before 0.9), with the part that rich rules
/// and services go to.
fn firewalld_part(rule: &RuleRef) -> Option<String> {
    let is_own_table = rule.table.ends_with(" firewalld");
    if rule.table.contains("firewalld_policy_drop") {
        return Some("firewalld's panic mode".to_owned());
    }
    let chain = rule.chain.as_str();
    let zone = [
        "filter_IN_",
        "filter_FWD_",
        "mangle_PRE_",
        "nat_PRE_",
        "raw_PRE_",
        "IN_",
        "FWDI_",
        "FWDO_",
        "PRE_",
    ]
    .iter()
    .find_map(|begin| chain.strip_prefix(begin))
    .filter(|zone| {
        is_own_table || rule.tool != "nft" && zone.chars().next().is_some_and(char::is_lowercase)
    });
    let Some(zone) = zone else {
        let is_direct = chain.ends_with("_direct")
            && (chain.starts_with("INPUT")
                || chain.starts_with("OUTPUT")
                || chain.starts_with("FORWARD"));
        if is_direct {
            return Some("firewalld's direct rules".to_owned());
        }
        return is_own_table.then(|| format!("firewalld ({chain})"));
    };
    let parts = [
        ("_deny", "a rich rule that denies"),
        ("_allow", "a service, a port or a rich rule that allows"),
        ("_log", "a rule that logs"),
        ("_pre", "a rich rule with a negative priority"),
        ("_post", "a rich rule with a positive priority"),
    ];
    // Policies that zones are a part of have chains of the same form.
    let (kind, name) = match zone.strip_prefix("policy_") {
        Some(policy) => ("policy", policy),
        None => ("zone", zone),
    };
    for (end, what) in parts {
        if let Some(name) = name.strip_suffix(end) {
            return Some(format!("firewalld {kind} {name}: {what}"));
        }
    }
    Some(format!("firewalld {kind} {name}: its target"))
}

fn platform(rule: &RuleRef) -> Option<Origin> {
    let chain = rule.chain.as_str();
    let begins = |begin: &str| chain.starts_with(begin);
    if begins("KUBE-")
        || begins("cali-")
        || begins("CILIUM_")
        || begins("FLANNEL-")
        || begins("WEAVE-")
    {
        return made(Program::Kubernetes, format!("Kubernetes ({chain})"));
    }
    if begins("DOCKER") {
        let words = if chain == "DOCKER-USER" { "your own rules for Docker" } else { "Docker" };
        return made(Program::Docker, format!("{words} ({chain})"));
    }
    if begins("LIBVIRT_") {
        return made(Program::Libvirt, format!("libvirt ({chain})"));
    }
    if begins("NETAVARK") || begins("CNI-") {
        return made(Program::Podman, format!("Podman's networks ({chain})"));
    }
    if begins("ts-") {
        return made(Program::Tailscale, format!("Tailscale ({chain})"));
    }
    None
}

/// The set that a rule asks for.
fn set_name(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("--match-set ").or_else(|| text.split_once('@'))?;
    rest.split_ascii_whitespace().next()
}

fn jump(text: &str) -> Option<&str> {
    text.split_once("-j ")?.1.split_ascii_whitespace().next()
}

/// ufw writes `### tuple ### deny tcp 22 0.0.0.0/0 any 192.0.2.7 in` before the rules that it makes of it.
fn ufw_tuple<'t>(rule: &RuleRef, user_rules: &'t str) -> Option<(usize, &'t str)> {
    let wanted = words(&rule.text);
    let mut tuple = None;
    for (number, line) in (1..).zip(user_rules.lines()) {
        if let Some(rest) = line.strip_prefix("### tuple ###") {
            tuple = Some((number, rest.trim()));
        } else if line.starts_with("###") {
            // What follows the last rule of a person is of ufw itself.
            tuple = None;
        } else if line.starts_with("-A ") && same_rule(&words(line), &wanted) {
            return tuple;
        }
    }
    None
}

fn words(text: &str) -> Vec<&str> {
    text.split_ascii_whitespace().map(|word| word.strip_suffix("/32").unwrap_or(word)).collect()
}

/// What iptables-save adds to a rule that ufw has written.
const ADDED: [&str; 13] = [
    "-m",
    "tcp",
    "udp",
    "--reject-with",
    "icmp-port-unreachable",
    "icmp6-port-unreachable",
    "tcp-reset",
    "--name",
    "DEFAULT",
    "--mask",
    "255.255.255.255",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "--rsource",
];

/// iptables-save puts the words into another order and adds some. Other words of its own are those of another rule.
fn same_rule(written: &[&str], printed: &[&str]) -> bool {
    let mut rest = printed.to_vec();
    let all = written.iter().all(|word| {
        let at = rest
            .iter()
            .position(|other| other.trim_end_matches("/128") == word.trim_end_matches("/128"));
        at.map(|at| rest.swap_remove(at)).is_some()
    });
    all && rest.iter().all(|word| ADDED.contains(word))
}

#[cfg(test)]
mod tests;
