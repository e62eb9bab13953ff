//! What each name server of this host says itself, beside what the system makes of it.
//!
//! It must never report a name server's ignorance of a name that this host knows from elsewhere
//! (the hosts file, multicast DNS) as if something were wrong.

mod ask;

use std::collections::BTreeSet;
use std::fs;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::net::SocketAddrV6;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use domain::base::Rtype;
use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::LookupAgreement;
use sshwhy_core::model::question::NameServer;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::hosts;
use sshwhy_core::parse::resolv_conf::MAX_NAME_SERVERS;
use sshwhy_core::parse::resolv_conf::ResolvConf;
use sshwhy_core::parse::resolv_conf::parse_resolv_conf;
use sshwhy_core::parse::ssh_g::AddressFamily;
use sshwhy_core::parse::ssh_g::ClientConfig;

use self::ask::Said;
use super::Probe;
use super::Situation;
use super::host_name::SLOW;
use super::host_name::list;
use super::host_name::needs_look_up;
use crate::engine::facts::LookedUp;
use crate::engine::scene::Scene;
use crate::sys::cancel::Cancel;
use crate::sys::cancel::LOOK;
use crate::sys::lookup;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "name_servers",
    doing: "asking the name servers",
    questions: &[Question::NameServer, Question::LookupAgreement],
    cost: Cost { seconds: 0.1, connections: 0, risk: 0.0 },
    ready,
    run,
};

/// Once the system has found the name, a name server gets only this much longer to answer.
const REST: Duration = Duration::from_millis(400);
/// Longer than both tries with every name server and with getaddrinfo(3).
const LIMIT: Duration = Duration::from_secs(13);

fn ready(situation: &Situation<'_>) -> bool {
    needs_look_up(situation.facts)
}

fn run(scene: &Scene) {
    scene.learn(|f| f.asking_name_servers = true);
    ask_all(scene);
    scene.learn(|f| f.asking_name_servers = false);
}

fn ask_all(scene: &Scene) {
    let config = scene.facts().config;
    let conf = read("/etc/resolv.conf").map_or_else(ResolvConf::default, |t| parse_resolv_conf(&t));
    let names = candidates(&config.hostname, &conf);
    let servers = servers(&conf);
    let types: &[Rtype] = match config.address_family {
        AddressFamily::Any => &[Rtype::A, Rtype::AAAA],
        AddressFamily::Inet => &[Rtype::A],
        AddressFamily::Inet6 => &[Rtype::AAAA],
    };
    let stop = Cancel::new();
    let mut said: Vec<Option<Said>> = vec![None; servers.len()];
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for (i, server) in servers.iter().enumerate() {
            let (sender, names, stop) = (sender.clone(), &names, &stop);
            scope.spawn(move || sender.send((i, ask::ask(*server, names, types, stop))));
        }
        let began = Instant::now();
        let is_over = || scene.cancel.is_set() || began.elapsed() > LIMIT || is_enough(scene);
        while said.iter().any(Option::is_none) && !is_over() {
            if let Ok((i, answer)) = receiver.recv_timeout(LOOK) {
                said[i] = Some(answer);
            }
        }
        stop.set();
    });
    let all_dead = said.iter().all(|s| s.as_ref().is_some_and(is_dead));
    scene.learn(|f| f.name_servers_dead = all_dead);
    observe(scene, &config, &said);
}

/// Whether the system's own look-up has found the name, and that a while ago.
fn is_enough(scene: &Scene) -> bool {
    scene.facts().looked_up.is_some_and(|l| l.found && l.at.elapsed() > REST)
}

fn is_dead(said: &Said) -> bool {
    matches!(said.answer, NameServer::Silent | NameServer::Unreachable)
}

fn observe(scene: &Scene, config: &ClientConfig, said: &[Option<Said>]) {
    let first = said.first().and_then(Option::as_ref);
    if let Some(first) = first.filter(|s| s.answer == NameServer::Answers) {
        scene.observe(first.answer, first.text.clone());
    }
    let hosts = hosts_file(config);
    let facts = scene.facts();
    // The system's own look-up hangs with them.
    if facts.name_servers_dead && facts.looked_up.is_none() && hosts.is_empty() {
        if let Some(first) = first {
            scene.observe(first.answer, first.text.clone());
        }
        return;
    }
    let Some(looked_up) = wait_for_system(scene) else { return };
    // A server that does not answer while the system finds the name at once is not the one asked.
    let matters =
        if looked_up.found { looked_up.took > SLOW && hosts.is_empty() } else { hosts.is_empty() };
    if let Some(first) = first.filter(|s| s.answer != NameServer::Answers) {
        let ignorant = matches!(first.answer, NameServer::NoSuchName | NameServer::NoAddress);
        if matters && !(ignorant && looked_up.found) {
            scene.observe(first.answer, first.text.clone());
        }
    }
    if looked_up.found {
        let system = scene.facts().addresses.iter().map(SocketAddr::ip).collect();
        let said: Vec<&Said> = said.iter().flatten().collect();
        if let Some((answer, text)) = agreement(&system, &hosts, &said) {
            scene.observe(answer, text);
        }
    }
}

/// What the system's own look-up brought; `None` when it is still under way after its time.
fn wait_for_system(scene: &Scene) -> Option<LookedUp> {
    let began = Instant::now();
    while began.elapsed() < LIMIT && !scene.cancel.is_set() {
        if let Some(looked_up) = scene.facts().looked_up {
            return Some(looked_up);
        }
        thread::sleep(LOOK);
    }
    None
}

fn read(path: &str) -> Option<String> {
    fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The addresses of the wanted family that the hosts file has for the name.
fn hosts_file(config: &ClientConfig) -> BTreeSet<IpAddr> {
    let text = read("/etc/hosts").unwrap_or_default();
    let entries = hosts::parse_hosts(&text);
    let found = hosts::entries_of(&entries, &config.hostname);
    let wanted = |address: &IpAddr| match config.address_family {
        AddressFamily::Any => true,
        AddressFamily::Inet => address.is_ipv4(),
        AddressFamily::Inet6 => address.is_ipv6(),
    };
    found.into_iter().map(|entry| entry.address).filter(wanted).collect()
}

/// The name servers that the C library asks, in its order.
fn servers(conf: &ResolvConf) -> Vec<SocketAddr> {
    const PORT: u16 = 53;
    if conf.name_servers.is_empty() {
        return conf.asked().into_iter().map(|a| SocketAddr::new(a, PORT)).collect();
    }
    let asked = conf.name_servers.iter().take(MAX_NAME_SERVERS);
    asked
        .map(|server| match (server.address, &server.zone) {
            (IpAddr::V6(v6), Some(zone)) => {
                let index = lookup::interface_index(zone).unwrap_or_default();
                SocketAddrV6::new(v6, PORT, 0, index).into()
            }
            (address, _) => SocketAddr::new(address, PORT),
        })
        .collect()
}

/// The names that the C library asks for, in its order: `res_search` in glibc's resolver.
fn candidates(name: &str, conf: &ResolvConf) -> Vec<String> {
    if name.ends_with('.') {
        return vec![name.to_owned()];
    }
    let with_domain = conf
        .search
        .iter()
        .map(|domain| if domain == "." { name.to_owned() } else { format!("{name}.{domain}") });
    let dots = name.matches('.').count();
    let plain_first = dots >= usize::try_from(conf.ndots).unwrap_or(usize::MAX);
    let mut names = Vec::new();
    if plain_first {
        names.push(name.to_owned());
    }
    names.extend(with_domain);
    if !plain_first {
        names.push(name.to_owned());
    }
    names
}

/// Whether the system, the hosts file and the name servers name the same addresses. Their order
/// does not count, and servers may name parts of one set in turn.
fn agreement(
    system: &BTreeSet<IpAddr>,
    hosts: &BTreeSet<IpAddr>,
    said: &[&Said],
) -> Option<(LookupAgreement, String)> {
    let known = |s: &&&Said| s.answer == NameServer::Answers;
    if !system.is_disjoint(hosts) {
        let from_file = format!("hosts file: {}", list(hosts.iter().copied()));
        let other = said.iter().filter(known).find(|s| s.addresses.is_disjoint(hosts));
        return Some(match other {
            None => (LookupAgreement::HostsFile, from_file),
            Some(s) => (LookupAgreement::HostsFileDiffers, format!("{from_file}; {}", s.text)),
        });
    }
    let first = said.iter().find(known)?;
    let differs = |s: &&&Said| match s.answer {
        NameServer::Answers => s.addresses.is_disjoint(&first.addresses),
        NameServer::NoSuchName => true,
        _ => false,
    };
    if let Some(other) = said.iter().find(differs) {
        let text = format!("{}; {}", first.text, other.text);
        return Some((LookupAgreement::ServersDiffer, text));
    }
    let agrees = !first.addresses.is_disjoint(system);
    agrees.then(|| (LookupAgreement::Agree, first.text.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_asked_for_in_the_order_of_the_c_library() {
        let check = |name: &str, conf: &str, expected: &[&str]| {
            assert_eq!(candidates(name, &parse_resolv_conf(conf)), expected, "{name}: {conf:?}");
        };
        check("box", "", &["box"]);
        check("box.", "search a\n", &["box."]);
        check("box", "search a b.c\n", &["box.a", "box.b.c", "box"]);
        check("box.lan", "search a\n", &["box.lan", "box.lan.a"]);
        check("box.lan", "search a\noptions ndots:2\n", &["box.lan.a", "box.lan"]);
        check("box", "search . a\n", &["box", "box.a", "box"]);
    }

    #[test]
    fn sources_are_compared_as_sets() {
        let set = |last: &[u8]| -> BTreeSet<IpAddr> {
            last.iter().map(|l| IpAddr::from([10, 0, 0, *l])).collect()
        };
        let said = |answer, last: &[u8]| Said { answer, addresses: set(last), text: String::new() };
        let check = |system: &[u8], hosts: &[u8], answers: &[Said], expected| {
            let answers: Vec<&Said> = answers.iter().collect();
            let got = agreement(&set(system), &set(hosts), &answers).map(|(a, _)| a);
            assert_eq!(got, expected, "{system:?} {hosts:?} {answers:?}");
        };
        let one = || said(NameServer::Answers, &[1, 2]);
        let other = || said(NameServer::Answers, &[9]);
        let unknown = || said(NameServer::NoSuchName, &[]);
        let silent = || said(NameServer::Silent, &[]);
        check(&[1], &[], &[silent()], None);
        check(&[1], &[], &[unknown()], None);
        check(&[1], &[1], &[unknown()], Some(LookupAgreement::HostsFile));
        check(&[1], &[1], &[one()], Some(LookupAgreement::HostsFile));
        check(&[1], &[1], &[other()], Some(LookupAgreement::HostsFileDiffers));
        check(&[2, 1], &[], &[one(), silent()], Some(LookupAgreement::Agree));
        check(&[1], &[], &[one(), other()], Some(LookupAgreement::ServersDiffer));
        check(&[1], &[], &[unknown(), one()], Some(LookupAgreement::ServersDiffer));
        // From neither: perhaps multicast DNS, perhaps a cache.
        check(&[5], &[], &[one()], None);
    }
}
