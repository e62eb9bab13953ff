//! The rules of a server as its tools print them, and the bans of fail2ban.

use std::net::IpAddr;

use super::About;
use super::say;
use super::sorted::Sorted;
use crate::model::case::Case;
use crate::model::question::Ban;
use crate::model::question::CloudFilter;
use crate::model::question::ServerFilter;
use crate::parse::iptables_save::net::Net;

pub(super) fn read(sorted: &Sorted<'_>, about: &About, case: &mut Case) {
    bans(sorted, about.from, case);
    other_bans(sorted, about.from, case);
    listing(sorted, case);
    ufw(sorted, about.from, case);
    zone(sorted, case);
    flow_log(sorted, about.from, case);
}

/// `fail2ban.log` (`[sshd] Ban 192.0.2.7`), and the list of a jail. The last word on an address counts.
fn bans(sorted: &Sorted<'_>, from: Option<IpAddr>, case: &mut Case) {
    let is_asked = |address: &str| {
        let parsed = address.parse::<IpAddr>().ok();
        parsed.is_some() && from.is_none_or(|from| parsed == Some(from))
    };
    let mut last = None;
    for line in sorted.unknown() {
        let text = line.text.trim();
        let of = |word: &str| {
            let (_, rest) = text.split_once(word)?;
            rest.split_whitespace().next().filter(|address| is_asked(address))
        };
        let banned =
            of("] Ban ").or_else(|| of("] Restore Ban ")).or_else(|| of(" already banned"));
        if banned.is_some() || text.ends_with("already banned") {
            last = Some((Ban::Fail2ban, line));
        } else if of("] Unban ").is_some() {
            last = Some((Ban::Free, line));
        } else if let Some((_, list)) = text.split_once("Banned IP list:")
            && list.split_whitespace().any(is_asked)
        {
            last = Some((Ban::Fail2ban, line));
        }
    }
    if let Some((answer, line)) = last {
        say(case, answer, sorted.name, line.number, &line.text);
    }
}

/// Bans of CrowdSec (`cscli decisions list`), sshguard and DenyHosts.
fn other_bans(sorted: &Sorted<'_>, from: Option<IpAddr>, case: &mut Case) {
    for line in &sorted.lines {
        let text = line.text.trim();
        let part = |before: &str| text.split_once(before).map(|(_, rest)| rest);
        let (named, answer) = if let Some(rest) = part("Blocking \"") {
            (rest, Ban::OtherDaemon)
        } else if let Some(rest) = part("hosts to /etc/hosts.deny - ") {
            (rest, Ban::OtherDaemon)
        } else if let Some(rest) = part(" Ip:").filter(|_| text.contains(" ban ")) {
            (rest, Ban::OtherDaemon)
        } else {
            continue;
        };
        let address = named.split(['/', '"', ' ', ',', ':']).next().unwrap_or_default();
        let is_asked = from.is_none_or(|from| address.parse() == Ok(from));
        if is_asked && address.parse::<std::net::Ipv4Addr>().is_ok() {
            say(case, answer, sorted.name, line.number, text);
        }
    }
}

/// Whom fail2ban bans, in `iptables -L`.
fn listing(sorted: &Sorted<'_>, case: &mut Case) {
    let mut is_ban = false;
    for line in sorted.unknown() {
        let text = line.text.trim();
        if let Some(chain) = text.strip_prefix("Chain ") {
            is_ban = chain.starts_with("f2b-") || chain.starts_with("fail2ban-");
        } else if is_ban && text.split_whitespace().any(|w| matches!(w, "DROP" | "REJECT")) {
            say(case, Ban::Fail2ban, sorted.name, line.number, text);
        }
    }
}

/// `ufw status`: the first rule for ssh, or that there is none while all else is denied.
fn ufw(sorted: &Sorted<'_>, asked: Option<IpAddr>, case: &mut Case) {
    let Some(status) = sorted.unknown().find(|line| line.text.trim() == "Status: active") else {
        return;
    };
    let is_ssh = |first: &str| matches!(first, "22" | "22/tcp" | "OpenSSH" | "SSH" | "ssh");
    for line in sorted.unknown().skip_while(|line| line.number <= status.number) {
        let mut words = line.text.split_whitespace().filter(|w| !w.starts_with(['[', '(']));
        let mut first = words.next().unwrap_or_default();
        if first.ends_with(']') {
            first = words.next().unwrap_or_default();
        }
        if !is_ssh(first) {
            continue;
        }
        let action = words.next();
        let mut from = words.filter(|word| !matches!(*word, "IN" | "OUT" | "FWD"));
        let who = from.next().unwrap_or("Anywhere");
        if who != "Anywhere"
            && !asked.is_some_and(|asked| Net::parse(who).is_some_and(|net| net.contains(asked)))
        {
            continue;
        }
        match action {
            Some("ALLOW") => return,
            Some("DENY") => say(case, ServerFilter::Drops, sorted.name, line.number, &line.text),
            Some("REJECT") => {
                say(case, ServerFilter::Rejects, sorted.name, line.number, &line.text)
            }
            Some("LIMIT") => {
                say(case, ServerFilter::MayCount, sorted.name, line.number, &line.text)
            }
            _ => continue,
        }
        return;
    }
    let denies = sorted.unknown().find(|line| line.text.contains("deny (incoming)"));
    let has_rules =
        sorted.unknown().any(|line| line.text.contains("ALLOW") || line.text.contains("--"));
    if let Some(line) = denies.or(Some(status).filter(|_| has_rules)) {
        say(
            case,
            ServerFilter::Drops,
            sorted.name,
            line.number,
            "ufw is active and no rule admits ssh",
        );
    }
}

/// AWS VPC flow logs of the default format: version, account, interface, both addresses, both ports, protocol, packets, bytes,
/// begin, end, action, status.
fn flow_log(sorted: &Sorted<'_>, from: Option<IpAddr>, case: &mut Case) {
    for line in sorted.unknown() {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let [version, _, interface, one, other, from_port, to_port, "6", .., action, _] =
            words.as_slice()
        else {
            continue;
        };
        let is_flow = interface.starts_with("eni-") && version.len() == 1;
        // What comes in is for port 22; what goes back comes from it, and only the subnet's list stops that.
        let (client, answer) = match (*from_port, *to_port) {
            (_, "22") => (one, CloudFilter::GroupDenies),
            ("22", _) => (other, CloudFilter::SubnetDenies),
            _ => continue,
        };
        let is_asked = from.is_none_or(|from| client.parse() == Ok(from));
        if is_flow && is_asked && *action == "REJECT" {
            say(case, answer, sorted.name, line.number, &line.text);
        }
    }
}

/// `firewall-cmd --list-all`: a zone that does not name ssh.
fn zone(sorted: &Sorted<'_>, case: &mut Case) {
    let mut target = "default";
    let mut services: Option<(usize, &str)> = None;
    let mut admits = false;
    for line in &sorted.lines {
        let text = line.text.trim();
        if let Some(name) = text.strip_prefix("target: ") {
            target = name;
        } else if let Some(list) = text.strip_prefix("services:") {
            admits |= list.split_whitespace().any(|service| service == "ssh");
            services = Some((line.number, text));
        } else if let Some(list) = text.strip_prefix("ports:") {
            admits |= list.split_whitespace().any(|port| port == "22/tcp");
        } else if text.starts_with("rule ") && text.contains("accept") {
            admits |= text.contains("\"ssh\"") || text.contains("port=\"22\"");
        }
    }
    let Some((line, text)) = services.filter(|_| !admits) else { return };
    let answer = match target {
        "default" | "REJECT" | "%%REJECT%%" => ServerFilter::Rejects,
        "DROP" => ServerFilter::Drops,
        _ => return,
    };
    say(case, answer, sorted.name, line, &format!("no service ssh: {text}"));
}
