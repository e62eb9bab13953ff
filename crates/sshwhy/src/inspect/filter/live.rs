//! What rules of iptables ask of this host at this moment: lists, limits, connections. Only what a rule asks for is read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::HashSet;
use std::io::ErrorKind;

use sshwhy_core::evaluate::filter::iptables::sets::Sets;
use sshwhy_core::evaluate::filter::iptables::world::World;
use sshwhy_core::evaluate::filter::nft::Reply;
use sshwhy_core::evaluate::filter::nft::World as Ways;
use sshwhy_core::model::flow::Flow;
use sshwhy_core::parse::ipset::parse_ipset;
use sshwhy_core::parse::iptables_save::Dump;
use sshwhy_core::parse::iptables_save::Match;
use sshwhy_core::parse::netfilter::HashLimitEntry;
use sshwhy_core::parse::netfilter::RecentEntry;
use sshwhy_core::parse::netfilter::Ticks;
use sshwhy_core::parse::netfilter::Tracked;
use sshwhy_core::parse::netfilter::parse_hash_limit;
use sshwhy_core::parse::netfilter::parse_recent;
use sshwhy_core::parse::netfilter::parse_ticks;
use sshwhy_core::parse::netfilter::parse_tracked;

use crate::inspect::host::Host;
use crate::inspect::sockets;
use crate::sys::clock;
use crate::sys::fib;
use crate::sys::process::Ran;
use crate::sys::sock_diag;

/// Where the kernel shows the lists of the module recent.
const RECENT: &str = "/proc/net/xt_recent";

/// Reads what the rules ask for. What cannot be read stays unknown; in words, what that is and why.
pub(super) fn read(
    host: &Host,
    flow: &Flow,
    dumps: &[Dump<'_>],
    ways: &Ways,
) -> (World, Vec<String>) {
    let live = Live { host, missing: RefCell::default() };
    let asks = |wanted: fn(&Match<'_>) -> bool| conditions(dumps).any(wanted);
    let addresses = ways.addresses.as_ref();
    let world = World {
        sets: asks(|m| matches!(m, Match::Set { .. })).then(|| live.sets()).flatten(),
        addresses: addresses.map(|all| all.iter().map(|(address, _)| *address).collect()),
        recent: Some(live.recent(dumps)),
        ticks: asks(|m| matches!(m, Match::Recent(r) if r.seconds.is_some()))
            .then(|| live.ticks())
            .flatten(),
        hash_limits: Some(live.hash_limits(dumps, flow.source.is_ipv6())),
        tracked: asks(|m| matches!(m, Match::ConnLimit(_))).then(|| live.tracked(flow)).flatten(),
        sender: asks(|m| matches!(m, Match::Uid { .. } | Match::Gid { .. }))
            .then(|| sender(host, flow))
            .flatten(),
        mac: asks(|m| matches!(m, Match::Mac { .. })).then(|| neighbour(host, flow)).flatten(),
        reverse_path: reverse_path(flow, ways),
        ipsec: asks(|m| matches!(m, Match::Ipsec { .. })).then(|| live.ipsec()).flatten(),
        now: Some(clock::now() as i64),
    };
    (world, live.missing.into_inner())
}

/// The host, and what of its state could not be read.
struct Live<'h> {
    host: &'h Host,
    missing: RefCell<Vec<String>>,
}

fn conditions<'d>(dumps: &'d [Dump<'_>]) -> impl Iterator<Item = &'d Match<'d>> {
    dumps.iter().flat_map(|dump| &dump.tables).flat_map(|table| {
        let rules = table.chains.iter().flat_map(|chain| &chain.rules);
        rules.flat_map(move |rule| table.matches(rule))
    })
}

impl Live<'_> {
    /// Notes what could not be read.
    fn miss(&self, asked: &str, why: &str) {
        self.missing.borrow_mut().push(format!("`{asked}`: {why}: a rule asks for it"));
    }

    /// What a program printed; says so when it could not.
    fn listing(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let succeeded = |ran: &Ran| ran.status.is_some_and(|status| status.success());
        let why = match self.host.run_listing(program, arguments) {
            Ok(ran) if succeeded(&ran) => {
                return Some(String::from_utf8_lossy(&ran.stdout).into_owned());
            }
            Ok(ran) => {
                let said = String::from_utf8_lossy(&ran.stderr);
                said.lines().next().unwrap_or("it did not end in time").to_owned()
            }
            Err(error) if error.kind() == ErrorKind::NotFound => "it is not installed".to_owned(),
            Err(error) => error.to_string(),
        };
        self.miss(&format!("{program} {}", arguments.join(" ")), &why);
        None
    }

    fn sets(&self) -> Option<Sets> {
        self.listing("ipset", &["save"]).map(|text| Sets::new(parse_ipset(&text)))
    }

    /// The lists that rules name. One that is not there is left out, and so not known.
    fn recent(&self, dumps: &[Dump<'_>]) -> HashMap<String, Vec<RecentEntry>> {
        let names = conditions(dumps).filter_map(|condition| match condition {
            Match::Recent(recent) => Some(recent.name.to_string()),
            _ => None,
        });
        self.read_named(RECENT, names, parse_recent)
    }

    fn hash_limits(
        &self,
        dumps: &[Dump<'_>],
        is_ipv6: bool,
    ) -> HashMap<String, Vec<HashLimitEntry>> {
        let folder = if is_ipv6 { "/proc/net/ip6t_hashlimit" } else { "/proc/net/ipt_hashlimit" };
        let names = conditions(dumps).filter_map(|condition| match condition {
            Match::HashLimit(limit) => Some(limit.name.to_string()),
            _ => None,
        });
        self.read_named(folder, names, parse_hash_limit)
    }

    /// Reads the files of these names in a folder, each once.
    fn read_named<T>(
        &self,
        folder: &str,
        names: impl Iterator<Item = String>,
        parse: fn(&str) -> T,
    ) -> HashMap<String, T> {
        let mut all = HashMap::new();
        let mut tried = HashSet::new();
        for name in names {
            // A name is the rule's: it must not lead out of the folder.
            if name.contains('/') || !tried.insert(name.clone()) {
                continue;
            }
            let path = format!("{folder}/{name}");
            match self.host.read(&path) {
                Ok(text) => drop(all.insert(name, parse(&text))),
                Err(error) => self.miss(&path, &error.to_string()),
            }
        }
        all
    }

    fn ticks(&self) -> Option<Ticks> {
        let read = |path| self.host.read(path).ok();
        let ticks = parse_ticks(&read("/proc/timer_list")?, &read("/proc/uptime")?);
        if ticks.is_none() {
            self.miss("/proc/timer_list", "the kernel's clock does not fit its uptime");
        }
        ticks
    }

    /// The connections that are tracked: the kernel's own file, which few distributions build, or the program.
    fn tracked(&self, flow: &Flow) -> Option<Vec<Tracked>> {
        let text = self.host.read("/proc/net/nf_conntrack").ok();
        let text = text.or_else(|| self.listing("conntrack", &["-L", "-p", "tcp"]));
        if text.is_none() {
            self.count_sockets(flow);
        }
        text.map(|text| parse_tracked(&text))
    }

    /// Sockets are not what a rule counts: it still counts connections that have just ended, and those that go through this
    /// host. They help a person to judge.
    fn count_sockets(&self, flow: &Flow) {
        let Ok(all) = sock_diag::connections(flow.port) else { return };
        let is_client = |c: &&sock_diag::Connection| c.remote.ip().to_canonical() == flow.source;
        let words = format!(
            "connections to port {} that are open: {}; with the client: {}",
            flow.port,
            all.len(),
            all.iter().filter(is_client).count()
        );
        self.missing.borrow_mut().push(words);
    }

    /// Without a policy, IPsec handles nothing. With some, which packets they are for is not looked at.
    fn ipsec(&self) -> Option<bool> {
        let text = self.listing("ip", &["xfrm", "policy"])?;
        text.trim().is_empty().then_some(false)
    }
}

/// Who sends our packets: a listener that root opened, and the sockets that it accepted, are root's.
fn sender(host: &Host, flow: &Flow) -> Option<(u32, u32)> {
    let listening = sockets::listening(host);
    let mut here = listening.iter().filter(|socket| socket.local.port() == flow.port).peekable();
    here.peek()?;
    here.all(|socket| socket.uid == 0).then_some((0, 0))
}

/// The hardware address of a client on the same network, as the kernel knows it from talking to it. What a router sends may
/// come from another of its addresses than the one that we send to.
fn neighbour(host: &Host, flow: &Flow) -> Option<[u8; 6]> {
    let way = fib::way(flow.source, None).ok()?;
    if way.gateway.is_some() {
        return None;
    }
    let client = flow.source.to_string();
    let ran = host.run("ip", &["neighbour", "show", "to", &client]).ok()?;
    let said = String::from_utf8_lossy(&ran.stdout);
    let mut words = said.split_whitespace().skip_while(|word| *word != "lladdr").skip(1);
    let mut bytes = words.next()?.split(':').map(|byte| u8::from_str_radix(byte, 16).ok());
    let mut address = [0; 6];
    for byte in &mut address {
        *byte = bytes.next()??;
    }
    Some(address)
}

/// Where both ways are known, and no policy rule makes the way depend on marks.
fn reverse_path(flow: &Flow, ways: &Ways) -> Option<bool> {
    let comes_in_by = flow.interface.as_deref()?;
    match ways.reply.as_ref()? {
        Reply::Missing => Some(false),
        Reply::Via(_) if fib::has_mark_rule(flow.source) => None,
        Reply::Via(name) => Some(name == comes_in_by),
    }
}
