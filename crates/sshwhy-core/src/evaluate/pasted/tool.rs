//! What people try next and paste too: nc, telnet, nmap, ping, tracepath, ss, systemctl, ufw, firewall-cmd, fail2ban-client.

use std::net::IpAddr;

use super::ANYBODY;
use super::About;
use super::phrase;
use super::phrase::Phrase;
use super::phrase::phrases;
use super::say;
use super::sorted::Line;
use super::sorted::Sorted;
use crate::evaluate::unit_address;
use crate::model::case::Case;
use crate::model::question::Answer;
use crate::model::question::Connect;
use crate::model::question::Echo;
use crate::model::question::Hello;
use crate::model::question::HostKeyFiles;
use crate::model::question::IdleEnd;
use crate::model::question::IdlePolicy;
use crate::model::question::KeyOutcome;
use crate::model::question::LargePackets;
use crate::model::question::Listener;
use crate::model::question::MandatoryAccess;
use crate::model::question::NameServer;
use crate::model::question::ServerFilter;
use crate::model::question::ServerHealth;
use crate::model::question::Session;
use crate::model::question::SilentHello;
use crate::model::question::SystemLookup;
use crate::model::question::Unit;
use crate::parse::systemctl_show;

pub(super) fn read(sorted: &Sorted<'_>, about: &About, case: &mut Case) {
    phrase::read(PHRASES, sorted.unknown(), sorted.name, case);
    phrase::read(ANYWHERE, sorted.lines.iter(), sorted.name, case);
    scan(sorted, case);
    banner(sorted, case);
    telnet(sorted, case);
    units(sorted, case);
    sockets(sorted, case);
    sizes(sorted, case);
    unit_lists(sorted, about.from, case);
    without_keys(sorted, case);
}

const PHRASES: &[Phrase] = phrases! {
    // nc, ncat, telnet.
    " port " "succeeded!" => &[Answer::Connect(Connect::Established)],
    "nc: connect to " "timed out" => &[Answer::Connect(Connect::Silent)],
    "ncat: connected to" => &[Answer::Connect(Connect::Established)],
    "escape character is" => &[Answer::Connect(Connect::Established)],
    "tcptestsucceeded" "true" => &[Answer::Connect(Connect::Established)],
    "tcptestsucceeded" "false" => &[Answer::Connect(Connect::Silent)],
    // ping.
 "frag needed and df set" => &[Answer::LargePackets(LargePackets::TooLong)],
    "message too long, mtu=" => &[Answer::LargePackets(LargePackets::TooLong)],
    // ip neigh.
    " dev " " failed" => &[Answer::Connect(Connect::NeighbourFailed)],
    "destination host unreachable" => &[Answer::Echo(Echo::Unreachable)],
    "destination port unreachable" => &[Answer::Connect(Connect::PortUnreachable)],
    "communication prohibited" => &[Answer::Connect(Connect::AdminProhibited)],
    "packet filtered" => &[Answer::Connect(Connect::AdminProhibited)],
    " 100% packet loss" => &[Answer::Echo(Echo::Silent)],
    " 0% packet loss" => &[Answer::Echo(Echo::Replies)],
    "bytes from" "ttl=" => &[Answer::Echo(Echo::Replies)],
    // dig, host, nslookup.
    "status: nxdomain" => &[Answer::NameServer(NameServer::NoSuchName)],
    "status: servfail" => &[Answer::NameServer(NameServer::Failing)],
    "not found: 3(nxdomain)" => &[Answer::SystemLookup(SystemLookup::NoSuchName)],
    "server can't find" "nxdomain" => &[Answer::SystemLookup(SystemLookup::NoSuchName)],
    "no servers could be reached" => &[Answer::NameServer(NameServer::Silent)],
    "address already in use" => &[Answer::Listener(Listener::OtherProgram)],
    "no space left on device" => &[Answer::ServerHealth(ServerHealth::DiskFull)],
};

/// `ping -M do -s SIZE` that is lost where a smaller one is answered; `tracepath`, whose `pmtu` falls on the way.
fn sizes(sorted: &Sorted<'_>, case: &mut Case) {
    let mut size: Option<u32> = None;
    let (mut lost, mut passed): (Option<(u32, &Line<'_>)>, Option<u32>) = (None, None);
    let mut first = None;
    for line in sorted.unknown() {
        let text = line.text.trim();
        if let Some((_, rest)) = text.split_once(" pmtu ") {
            let mtu: Option<u32> = rest.split_whitespace().next().and_then(|n| n.parse().ok());
            let before: u32 = *first.get_or_insert(mtu.unwrap_or(0));
            if mtu.is_some_and(|mtu| mtu < before) {
                say(case, LargePackets::TooLong, sorted.name, line.number, text);
            }
            continue;
        }
        if text.contains("-M do") || text.contains("-M dont") || text.contains("ping -D") {
            let (_, rest) = text.split_once("-s").unwrap_or((text, ""));
            size = rest.split_whitespace().next().and_then(|n| n.parse().ok());
        }
        let Some(own) = size else { continue };
        if text.contains("100% packet loss") {
            lost = Some((own, line));
        } else if text.contains(" 0% packet loss") || text.contains("bytes from ") {
            passed = Some(passed.map_or(own, |known| known.max(own)));
        }
    }
    if let (Some((size, line)), Some(small)) = (lost, passed)
        && small < size
    {
        let words = format!("{size} bytes: {}; {small} bytes pass", line.text.trim());
        say(case, LargePackets::Lost, sorted.name, line.number, &words);
    } else if let Some(size) = passed.filter(|size| *size >= 1472) {
        let line = sorted.unknown().find(|line| line.text.contains("-M do"));
        let number = line.map_or(1, |line| line.number);
        say(case, LargePackets::Pass, sorted.name, number, &format!("{size} bytes pass"));
    }
}

/// `systemctl show ssh -p IPAddressDeny -p IPAddressAllow`.
fn unit_lists(sorted: &Sorted<'_>, from: Option<IpAddr>, case: &mut Case) {
    let is_list = |line: &&Line<'_>| line.text.trim().starts_with("IPAddress");
    let lists: Vec<&Line<'_>> = sorted.unknown().filter(is_list).collect();
    // A unit's file has names that `systemctl show` resolves.
    let plain = |line: &&Line<'_>| {
        let (name, words) = line.text.trim().split_once('=')?;
        let prefixes = words.split_whitespace().flat_map(unit_address::Prefix::parse_word);
        let prefixes: Vec<String> = prefixes.map(|prefix| prefix.to_string()).collect();
        Some(format!("{name}={}", prefixes.join(" ")))
    };
    let text: Vec<String> = lists.iter().filter_map(plain).collect();
    let shown = systemctl_show::parse(&text.join("\n"));
    let shown: Vec<_> = shown.iter().collect();
    if let unit_address::Verdict::Denied(entry) =
        unit_address::judge(&shown, from.unwrap_or(ANYBODY))
        && let Some(line) = lists.iter().find(|line| line.text.contains(entry.list))
    {
        say(case, ServerFilter::UnitDenies, sorted.name, line.number, &line.text);
    }
}

/// An sshd that found no host key and was not started with better luck since.
fn without_keys(sorted: &Sorted<'_>, case: &mut Case) {
    let last = |words: &str| sorted.lines.iter().rfind(|line| line.text.contains(words));
    let Some(line) = last("no hostkeys available") else { return };
    if last("Server listening on").is_none_or(|started| started.number < line.number) {
        say(case, Listener::Nothing, sorted.name, line.number, &line.text);
    }
}

/// What is meant wherever it stands, also in a log.
const ANYWHERE: &[Phrase] = phrases! {
    // With SYN cookies the kernel goes on without harm.
    "possible syn flooding on port 22." "dropping request" => &[Answer::Listener(Listener::QueueFull)],
    "apparmor=\"denied\"" "comm=\"sshd" => &[Answer::MandatoryAccess(MandatoryAccess::AppArmorDenies)],
    "terminating inactive connection from" => &[Answer::IdleEnd(IdleEnd::Closed), Answer::IdlePolicy(IdlePolicy::EndsChannels)],
    "closing after " " seconds of inactivity" => &[Answer::IdleEnd(IdleEnd::ClosedByChannel), Answer::IdlePolicy(IdlePolicy::EndsChannels)],
    "agent refused operation" => &[Answer::KeyOutcome(KeyOutcome::Unsigned)],
    // A key whose forced command says only that.
    "please login as the user" => &[Answer::Session(Session::ExitsAtOnce)],
    "/ssh_host_" "' are too open" => &[Answer::HostKeyFiles(HostKeyFiles::BadModes)],
    "timed out waiting for input: auto-logout" => &[Answer::IdleEnd(IdleEnd::LoggedOut)],
};

/// nmap: `22/tcp filtered ssh`.
fn scan(sorted: &Sorted<'_>, case: &mut Case) {
    for line in sorted.unknown() {
        let mut words = line.text.split_whitespace();
        let (port, state, service) = (words.next(), words.next(), words.next());
        let is_ssh = service == Some("ssh") || port == Some("22/tcp");
        if !port.is_some_and(|port| port.ends_with("/tcp")) || !is_ssh {
            continue;
        }
        let answer = match state {
            Some("open") => Connect::Established,
            Some("closed") => Connect::Reset,
            Some("filtered") => Connect::Silent,
            _ => continue,
        };
        say(case, answer, sorted.name, line.number, &line.text);
    }
}

/// A server's first line as nc and telnet show it.
fn banner(sorted: &Sorted<'_>, case: &mut Case) {
    let first = sorted.unknown().find(|line| line.text.starts_with("SSH-"));
    if let Some(line) = first {
        let is_old = line.text.starts_with("SSH-1.") && !line.text.starts_with("SSH-1.99");
        let answer = if is_old { Hello::OldProtocol } else { Hello::Identification };
        say(case, answer, sorted.name, line.number, &line.text);
    }
}

/// telnet that is let go before a server's first line: whoever speaks first fares no better.
fn telnet(sorted: &Sorted<'_>, case: &mut Case) {
    let words = "onnection closed by foreign host";
    let Some(end) = sorted.unknown().find(|line| line.text.contains(words)) else {
        // Who is connected hears sshd at once.
        let is_remark = |line: &&Line<'_>| line.text.trim().starts_with('(');
        let last = sorted.unknown().filter(|line| !is_remark(line)).last();
        if let Some(last) = last.filter(|line| line.text.contains("Escape character is")) {
            say(case, SilentHello::Silent, sorted.name, last.number, &last.text);
            say(case, Hello::Silent, sorted.name, last.number, &last.text);
        }
        return;
    };
    if !sorted.unknown().any(|line| line.text.starts_with("SSH-")) {
        say(case, SilentHello::Closed, sorted.name, end.number, &end.text);
        say(case, Hello::Closed, sorted.name, end.number, &end.text);
    }
}

/// `systemctl status ssh`.
fn units(sorted: &Sorted<'_>, case: &mut Case) {
    let of_ssh = |text: &str| text.contains("ssh.service") || text.contains("sshd.service");
    for line in sorted.lines.iter().filter(|line| of_ssh(&line.text)) {
        let ended = ["Start request repeated too quickly", "Failed with result"];
        if ended.iter().any(|words| line.text.contains(words)) {
            say(case, Unit::Failed, sorted.name, line.number, &line.text);
        }
    }
    let mut is_ssh = false;
    for line in sorted.lines.iter().filter(|line| !line.is_known()) {
        let text = line.text.trim();
        let name = text.trim_start_matches(['●', '○', '×', '*', 'x', ' ']);
        if name
            .split_whitespace()
            .next()
            .is_some_and(|n| n.ends_with(".service") || n.ends_with(".socket"))
        {
            is_ssh = name.starts_with("ssh") || name.starts_with("dropbear");
        }
        let Some(state) = text.strip_prefix("Active: ").filter(|_| is_ssh) else { continue };
        let answer = match state.split([' ', '(']).next() {
            Some("active") => Unit::Active,
            Some("inactive") => Unit::Inactive,
            Some("failed") if state.contains("start-limit") => Unit::LimitHit,
            Some("failed" | "activating") => Unit::Failed,
            _ => continue,
        };
        say(case, answer, sorted.name, line.number, text);
    }
}

/// `ss -ltn` and `netstat -ltn`: who listens on the port of ssh.
fn sockets(sorted: &Sorted<'_>, case: &mut Case) {
    let is_list = sorted.unknown().any(|line| {
        line.text.contains("Local Address")
            && (line.text.contains("Recv-Q") || line.text.contains("Proto"))
    });
    let mut rows = 0;
    let mut elsewhere = None;
    for line in sorted.unknown() {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let Some(place) = words.iter().position(|word| *word == "LISTEN") else { continue };
        rows += 1;
        // ss writes the state first, netstat after the addresses.
        let local = words.get(if place < 2 { place + 3 } else { place.saturating_sub(2) });
        let Some((address, port)) = local.and_then(|local| local.rsplit_once(':')) else {
            continue;
        };
        let queue = words.get(place + 1).and_then(|n| n.parse::<u32>().ok());
        let limit = words.get(place + 2).and_then(|n| n.parse::<u32>().ok());
        let is_full = place < 2 && matches!((queue, limit), (Some(q), Some(l)) if l > 0 && q > l);
        let is_ssh = line.text.contains("sshd");
        let is_loopback = address.starts_with("127.") || address == "[::1]";
        let answer = match port {
            "22" if is_full => Listener::QueueFull,
            "22" if is_loopback => Listener::Elsewhere,
            "22" if line.text.contains("users:((") && !is_ssh && !line.text.contains("systemd") => {
                Listener::OtherProgram
            }
            "22" => Listener::Listens,
            _ if is_ssh => {
                elsewhere = elsewhere.or(Some(line));
                continue;
            }
            _ => continue,
        };
        say(case, answer, sorted.name, line.number, &line.text);
        return;
    }
    if let Some(line) = elsewhere {
        say(case, Listener::Elsewhere, sorted.name, line.number, &line.text);
    } else if is_list && rows > 0 {
        let last = sorted.unknown().last().map_or(0, |line| line.number);
        say(case, Listener::Nothing, sorted.name, last, "no line of the list is about port 22");
    }
}
