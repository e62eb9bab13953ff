//! Who sent the reset: what `sshwhy explain` reads out of captures of real ones, and what a diagnosis sees itself.

#[path = "support/build.rs"]
mod build;
mod support;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sshwhy_lab::fault::path::{self, Towards};
use sshwhy_lab::fault::{crowd, filter, middlebox};
use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use sshwhy_lab::run;

/// A connection that is reset, captured where the client is.
struct Trial {
    name: &'static str,
    sender: fn(&Network) -> Result<()>,
    /// Who sent it; `None` where nobody was reset.
    origin: Option<&'static str>,
    /// Words of the evidence.
    shown: &'static str,
    /// Causes that may come first.
    first: &'static [&'static str],
}

/// Devices of whatever kind; what they are does not show.
const DEVICES: &[&str] = &["middlebox-reset", "dpi-block"];

const TRIALS: &[Trial] = &[
    Trial {
        name: "the kernel, for a port that nobody has",
        sender: |_| Ok(()),
        origin: None,
        shown: "RST in answer to the SYN",
        first: &["no-listener", "sshd-listens-elsewhere", "firewall-tcp-reset"],
    },
    Trial {
        name: "sshd closes with unread data",
        sender: |network| {
            network.sshd_with("MaxStartups 1:100:1")?;
            crowd::hold(network, crowd::OTHER, 1)?;
            network.server.spawn(LATE)
        },
        origin: Some("server"),
        shown: "clock",
        first: &["maxstartups-throttled", "per-source-limit", "per-source-penalty", "sshd-crash"],
    },
    Trial {
        name: "sshd ends five seconds late",
        sender: |network| {
            network.server.sh("echo 'sshd: ALL' > /etc/hosts.deny")?;
            network.sshd()
        },
        origin: Some("server"),
        shown: "clock",
        first: &["tcp-wrappers-deny"],
    },
    Trial {
        name: "the server's filter",
        sender: |network| filter::iptables(&network.server, INPUT).and_then(|()| network.sshd()),
        origin: Some("no-socket"),
        shown: "bare",
        first: &["middlebox-reset", "dpi-block", "firewall-drops-established"],
    },
    Trial {
        name: "a router",
        sender: |network| filter::iptables(&network.router, FORWARD).and_then(|()| network.sshd()),
        origin: Some("somebody-else"),
        shown: "nearer",
        first: DEVICES,
    },
    Trial {
        name: "an injector that copies nothing",
        sender: |network| injector(network, &["do=inject"]),
        origin: Some("somebody-else"),
        shown: "nearer",
        first: DEVICES,
    },
    Trial {
        name: "an injector that copies the time to live",
        sender: |network| injector(network, &["copy=ttl", "do=reset"]),
        origin: Some("somebody-else"),
        shown: "lacks the clock",
        first: DEVICES,
    },
    Trial {
        name: "an injector beside the path that copies all",
        sender: |network| injector(network, &["copy=all", "do=inject"]),
        origin: Some("somebody-else"),
        shown: "came after it",
        first: DEVICES,
    },
    Trial {
        name: "an injector with a wrong number",
        sender: |network| injector(network, &["copy=all", "off=20000", "do=inject"]),
        origin: None,
        shown: "a reset that nobody heeded",
        first: &[],
    },
];

/// sshd sees the next connection when its first bytes are there already.
const LATE: &str = "
    pkill -STOP -o -x sshd
    until ss -Htno state established 'sport = :22' | grep -q 10.77.1.2; do sleep 0.02; done
    sleep 0.3
    pkill -CONT -o -x sshd";

const INPUT: &str = "-A INPUT -p tcp --dport 22 -m string --algo bm --string SSH- \
                     -j REJECT --reject-with tcp-reset";
const FORWARD: &str = "-A FORWARD -p tcp --dport 22 -m string --algo bm --string SSH- \
                       -j REJECT --reject-with tcp-reset";

fn injector(network: &Network, rule: &[&str]) -> Result<()> {
    let words = [&[middlebox::FROM_CLIENT, "contains=SSH-"], rule].concat();
    middlebox::between(network, &words)?;
    network.sshd()
}

#[test]
fn who_sent_a_reset_is_read_out_of_a_capture() {
    let Some(sshwhy) = build::in_lab() else { return };
    for trial in TRIALS {
        explained(&sshwhy, trial).context(trial.name).expect("the origin");
    }
}

/// A forger that copies everything and resets both ends leaves no trace: nothing may be sure.
#[test]
fn a_perfect_forger_is_not_found_and_nobody_is_blamed_for_sure() {
    let Some(sshwhy) = build::in_lab() else { return };
    let report =
        told(&sshwhy, |network| injector(network, &["copy=all", "do=reset"])).expect("a report");
    // What would decide is told where nobody stands alone.
    let needs = report.pointer("/needs").and_then(Value::as_array);
    assert!(needs.is_some_and(|needs| !needs.is_empty()), "{report:#}");
    assert!(report.to_string().contains("copies everything"), "{report:#}");
}

/// The same senders, met by a diagnosis that sees its own packets, and servers at several distances.
#[test]
fn who_sent_a_reset_is_seen_as_it_happens() {
    let Some(sshwhy) = build::in_lab() else { return };
    for trial in TRIALS.iter().filter(|trial| trial.origin.is_some()) {
        for routers in 1..=ROUTERS {
            let seen = seen(&sshwhy, trial, routers);
            seen.with_context(|| format!("{}, {routers} hops", trial.name)).expect("the origin");
        }
    }
}

/// So many routers stand before a server that is far away.
const ROUTERS: usize = 4;

/// Devices of two kinds, at each hop of a longer way.
#[test]
fn a_device_is_found_at_each_hop() {
    let Some(sshwhy) = build::in_lab() else { return };
    for hop in 1..=ROUTERS {
        far(&sshwhy, hop, true).with_context(|| format!("a rule at hop {hop}")).expect("it");
        far(&sshwhy, hop, false).with_context(|| format!("an injector at hop {hop}")).expect("it");
    }
}

fn far(sshwhy: &Path, hop: usize, by_rule: bool) -> Result<()> {
    let network = Network::start_far(Root::Machine, ROUTERS)?;
    run::install(&network.client, sshwhy)?;
    let (router, interfaces) = network.hop(hop).context("no such hop")?;
    if by_rule {
        filter::iptables(router, FORWARD)?;
    } else {
        let rule = [middlebox::FROM_CLIENT, "contains=SSH-", "copy=ttl", "do=reset"];
        middlebox::on(router, interfaces, &rule)?;
    }
    network.sshd()?;
    let ran = network.client.try_sh("sshwhy --format json --no-auth alice@10.77.2.2")?;
    let report = serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))?;
    // The server's packets pass one hop more than those of the last router.
    let nearer = match ROUTERS + 1 - hop {
        1 => "one hop nearer".to_owned(),
        hops => format!("{hops} hops nearer"),
    };
    let shown = if by_rule { nearer.as_str() } else { "lacks the clock" };
    check(&report, shown, Some("somebody-else"), DEVICES)
}

/// Who may not see packets names nobody for sure that it was not, and says what it could not see.
#[test]
fn without_privileges_nobody_is_blamed_for_sure() {
    let Some(sshwhy) = build::in_lab() else { return };
    for trial in TRIALS.iter().filter(|trial| trial.origin.is_some()) {
        unseen(&sshwhy, trial).context(trial.name).expect("modesty");
    }
}

fn unseen(sshwhy: &Path, trial: &Trial) -> Result<()> {
    let network = Network::start(Root::Machine)?;
    run::install(&network.client, sshwhy)?;
    (trial.sender)(&network)?;
    let ran = network
        .client
        .try_sh("su alice -s /bin/sh -c 'sshwhy --format json --no-auth alice@10.77.2.2'")?;
    let report: Value = serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))?;
    let first = report.pointer("/causes/0").with_context(|| format!("{report:#}"))?;
    let is_sure = first.get("probability").and_then(Value::as_f64).is_some_and(|p| p >= SURE);
    let id = first.get("id").and_then(Value::as_str).context("a cause")?;
    ensure!(!is_sure || trial.first.contains(&id), "{report:#}");
    ensure!(report.to_string().contains("our own packets cannot be seen"), "{report:#}");
    Ok(())
}

/// From this probability on a cause is named alone.
const SURE: f64 = 0.8;

fn seen(sshwhy: &Path, trial: &Trial, routers: usize) -> Result<()> {
    let network = Network::start_far(Root::Machine, routers)?;
    run::install(&network.client, sshwhy)?;
    (trial.sender)(&network)?;
    let ran = network
        .client
        .try_sh("/usr/local/bin/sshwhy --format json --no-auth --pcap /run/live --record /run/case alice@10.77.2.2")?;
    let report = serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))?;
    check(&report, trial.shown, trial.origin, trial.first)?;
    // Others can read it, and the remark stands in it.
    let read = network.client.sh("tcpdump -nr /run/live 2> /dev/null | grep -c 10.77.2.2.22")?;
    ensure!(read.trim().parse::<u32>().is_ok_and(|count| count > 5), "{read}");
    network.client.sh("grep -aq 'sshwhy: probe handshake' /run/live")?;
    // The recording holds the same.
    network.client.sh("sshwhy explain /run/case --pcap /run/kept > /dev/null || true
         cmp /run/live /run/kept")?;
    network.client.sh("grep -aq 'sshwhy: the server\\|sshwhy: no socket' /run/live")?;
    Ok(())
}

/// The diagnosis that sends most: what another program saw on the interface until its end, we saw, too.
#[test]
fn no_packet_of_ours_is_lost() {
    let Some(sshwhy) = build::in_lab() else { return };
    let network = Network::start(Root::Machine).expect("a network");
    run::install(&network.client, &sshwhy).expect("a sshwhy");
    path::mtu_hole(&network, Towards::Client, 1333).expect("a path that swallows large packets");
    network.sshd().expect("sshd");
    let read = network.client.sh(BESIDE).expect("two captures");
    let (all, ours) = read.split_once("ours\n").expect("both");
    // The number that IPv4 gives each packet tells those apart that were sent twice.
    let ours: Vec<&str> = ours.lines().collect();
    let last = all.lines().position(|line| Some(&line) == ours.last());
    let until: Vec<&str> = all.lines().take(last.expect("our last packet") + 1).collect();
    assert!(until.len() > 100, "{} packets", until.len());
    let lost: Vec<&&str> = until.iter().filter(|line| !ours.contains(line)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

const BESIDE: &str = "
    tcpdump -i eth0 -U --immediate-mode -w /run/all tcp port 22 2> /run/tcpdump & capture=$!
    while ! grep -q listening /run/tcpdump; do sleep 0.05; done
    sshwhy --no-auth --pcap /run/own 10.77.2.2 > /dev/null || true
    sleep 0.3
    kill $capture; wait $capture || true
    tcpdump -tnvr /run/all 2> /dev/null | paste - - | grep -v '^$'
    echo ours
    tcpdump -tnvr /run/own 2> /dev/null | paste - - | grep -v '^$'";

/// Who may open raw sockets by a capability of the file gives that up at once.
#[test]
fn the_right_to_see_packets_is_given_up() {
    let Some(sshwhy) = build::in_lab() else { return };
    let network = Network::start(Root::Machine).expect("a network");
    run::install(&network.client, &sshwhy).expect("a sshwhy");
    network.router.sh("iptables -A FORWARD -p tcp --dport 22 -j DROP").expect("a filter");
    let status = network.client.sh(CAPABLE).expect("a status");
    let rights: Vec<&str> = status.lines().filter_map(|line| line.split('\t').nth(1)).collect();
    assert_eq!(rights, ["0000000000000000", "0000000000000000"], "{status}");
}

const CAPABLE: &str = "
    cp /usr/local/bin/sshwhy /usr/local/bin/capable
    setcap cap_net_raw+ep /usr/local/bin/capable
    su alice -s /bin/sh -c '/usr/local/bin/capable --no-auth --pcap /tmp/own 10.77.2.2' > /dev/null 2>&1 &
    until pgrep -x capable > /dev/null; do sleep 0.05; done
    sleep 1
    grep -E '^Cap(Prm|Eff)' /proc/$(pgrep -x capable)/status
    pkill -x capable";

fn explained(sshwhy: &Path, trial: &Trial) -> Result<()> {
    check(&told(sshwhy, trial.sender)?, trial.shown, trial.origin, trial.first)
}

fn check(report: &Value, shown: &str, origin: Option<&str>, causes: &[&str]) -> Result<()> {
    let evidence =
        report.pointer("/observations").and_then(Value::as_array).context("no observations")?;
    let seen = evidence.iter().find(|o| o.get("question") == Some(&"end-sent-by".into()));
    let answer = seen.and_then(|o| o.get("answer")).and_then(Value::as_str);
    ensure!(answer == origin, "{report:#}");
    ensure!(report.to_string().contains(shown), "{report:#}");
    let first = report.pointer("/causes/0/id").and_then(Value::as_str);
    ensure!(first.is_none_or(|first| causes.contains(&first)), "{report:#}");
    ensure!(first.is_some() || causes.is_empty(), "{report:#}");
    Ok(())
}

/// What is made of one connection of ssh that was captured at the client.
fn told(sshwhy: &Path, sender: impl Fn(&Network) -> Result<()>) -> Result<Value> {
    let network = Network::start(Root::Machine)?;
    run::install(&network.client, sshwhy)?;
    sender(&network)?;
    network.client.sh(
        "tcpdump -i eth0 -U --immediate-mode -w /run/cap tcp port 22 2> /run/tcpdump & capture=$!
         while ! grep -q listening /run/tcpdump; do sleep 0.05; done
         sleep 0.2
         timeout 8 ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o ConnectTimeout=8 \
             alice@10.77.2.2 true < /dev/null > /dev/null 2>&1 || true
         sleep 0.3
         kill $capture; wait $capture || true",
    )?;
    let ran = network.client.try_sh("/usr/local/bin/sshwhy explain --format json /run/cap")?;
    serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))
}
