//! What the looks at the kernel say on hosts with one fault each, and that they blame no sound one.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "tests speak")]

use std::process::Command;
use std::process::ExitCode;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;
use sshwhy::inspect::LOOKS;
use sshwhy::sys::cancel::Cancel;
use sshwhy_core::model::flow::Flow;
use sshwhy_lab::fault::{crowd, daemon};
use sshwhy_lab::host::Host;
use sshwhy_lab::install;
use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use sshwhy_lab::run;
use sshwhy_lab::scenario;
use sshwhy_lab::tool;

/// A test that panics when it fails.
type Test = (&'static str, fn());

const TESTS: &[Test] = &[
    ("a_sound_host_is_not_blamed", a_sound_host_is_not_blamed),
    ("no_control_is_blamed", no_control_is_blamed),
    ("nothing_and_elsewhere", nothing_and_elsewhere),
    ("other_family", other_family),
    ("stopped_and_full", stopped_and_full),
    ("ways_back", ways_back),
    ("what_is_exhausted", what_is_exhausted),
    ("a_full_table", a_full_table),
    ("a_queue_that_overflows", a_queue_that_overflows),
    ("a_frozen_cgroup", a_frozen_cgroup),
    ("units", units),
];

/// The first argument that makes this executable take the looks of the host that it runs in.
const LOOK: &str = "look-here";

/// As cargo's own harness, runs the tests whose names contain one of the words.
fn main() -> ExitCode {
    tool::dispatch();
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [first, rest @ ..] = words.as_slice()
        && first == LOOK
    {
        look_here(rest);
        return ExitCode::SUCCESS;
    }
    if !ready() {
        return ExitCode::SUCCESS;
    }
    let filters: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let wanted =
        |name: &str| filters.is_empty() || filters.iter().any(|f| name.contains(f.as_str()));
    let mut failed = false;
    for (name, test) in TESTS.iter().filter(|(name, _)| wanted(name)) {
        let passed = std::panic::catch_unwind(test).is_ok();
        println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
        failed |= !passed;
    }
    ExitCode::from(u8::from(failed))
}

/// Takes looks and prints what they saw: `CLIENT SERVER PORT INTERFACE|- [LOOK]`.
fn look_here(words: &[String]) {
    let [client, server, port, interface, names @ ..] = words else { panic!("{words:?}") };
    let flow = Flow {
        source: client.parse().expect("an address"),
        source_port: None,
        destination: server.parse().expect("an address"),
        port: port.parse().expect("a port"),
        interface: Some(interface.clone()).filter(|name| name != "-"),
    };
    let user = Some("alice".to_owned());
    let host = sshwhy::inspect::host::Host::new(flow, user, Cancel::new());
    let wanted = |name: &str| names.is_empty() || names.iter().any(|n| n == name);
    LOOKS.iter().filter(|look| wanted(look.name)).for_each(|look| (look.run)(&host));
    let seen = host.take_seen();
    let line = json!({
        "observations": seen.observations,
        "not_assessed": seen.not_assessed,
        "warnings": seen.warnings,
    });
    println!("{line}");
}

const CLIENT: &str = "10.77.1.2";
const SERVER: &str = "10.77.2.2";

/// Whether the lab can run. Root without the packages is a failure: `cargo xtask test` installs
/// them.
fn ready() -> bool {
    let root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.contains("Uid:\t0\t0"));
    if !root {
        eprintln!("skipped: not root");
        return false;
    }
    assert_eq!(install::missing(), Vec::<&str>::new(), "packages of the lab are missing");
    true
}

/// What the looks saw on a host.
struct Seen(Value);

impl Seen {
    /// The answers to a question with what shows them: `listens: sshd (pid 7) listens on …`.
    fn answers(&self, question: &str) -> Vec<String> {
        let all = self.0["observations"].as_array().expect("observations");
        let of = all.iter().filter(|o| o["question"] == question);
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        of.map(|o| format!("{}: {}", word(&o["answer"]), word(&o["text"]))).collect()
    }

    fn words(&self, list: &str) -> String {
        let list = self.0[list].as_array().expect("a list");
        list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
    }
}

/// Takes looks inside a host, as root.
fn look(host: &Host, arguments: &str) -> Seen {
    look_as(host, "", arguments)
}

/// The same by way of another program, such as setpriv. An open descriptor reaches this executable
/// from any file system.
fn look_as(host: &Host, program: &str, arguments: &str) -> Seen {
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "exec 3< \"$0\"; exec nsenter --target {} --net --mount --pid --uts --ipc \
             -- {program} /proc/self/fd/3 {LOOK} {arguments}",
            host.pid()
        ))
        .arg(std::env::current_exe().expect("this test"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("looks");
    let said = String::from_utf8_lossy(&output.stdout);
    Seen(serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}")))
}

/// A network; no daemon runs yet.
fn network() -> Network {
    Network::start(Root::Machine).expect("a network")
}

fn check(seen: &Seen, question: &str, answer: &str, words: &[&str]) {
    let answers = seen.answers(question);
    let [said] = answers.as_slice() else { panic!("{question}: {answers:?} of {}", seen.0) };
    assert!(said.starts_with(&format!("{answer}: ")), "{question}: {said}");
    for word in words {
        assert!(said.contains(word), "{question}: {said} lacks {word}");
    }
}

fn a_sound_host_is_not_blamed() {
    let network = network();
    network.sshd().expect("sshd");
    for (client, server) in [(CLIENT, SERVER), ("fd77:1::2", "fd77:2::2")] {
        for interface in ["eth0", "-"] {
            let seen = look(&network.server, &format!("{client} {server} 22 {interface}"));
            check(&seen, "listener", "listens", &["sshd (pid ", ":22", "queue 0 of 128"]);
            check(&seen, "reply-route", "exists", &[client, "dev eth0"]);
            check(&seen, "tracking-table", "room", &["track"]);
            check(&seen, "server-health", "well", &["load", "memory available", "free on"]);
            check(&seen, "mandatory-access", "lets", &[]);
            // No systemd runs here.
            assert_eq!(seen.answers("unit"), Vec::<String>::new());
            let warnings = seen.words("warnings");
            assert_eq!(warnings, "", "{client}");
        }
    }
}

/// Answers of sound hosts to the questions that the looks at the kernel answer.
const SOUND: &[(&str, &str)] = &[
    ("listener", "listens"),
    ("reply-route", "exists"),
    ("tracking-table", "room"),
    ("server-health", "well"),
    ("mandatory-access", "lets"),
];

/// Some unusual but sound hosts; all of them when `LOOKS_ALL` is set.
fn no_control_is_blamed() {
    let some = ["plain-new-host", "dropbear-host", "translated", "ipv6-only", "other-port"];
    let all = std::env::var_os("LOOKS_ALL").is_some();
    let controls = scenario::ALL.iter().filter(|control| control.truth.is_none());
    for control in controls.filter(|control| all || some.contains(&control.slug)) {
        let network = run::bring_up(control).expect("a network");
        let flows = [
            format!("{CLIENT} {SERVER} 22"),
            "fd77:1::2 fd77:2::2 22".to_owned(),
            format!("{CLIENT} {SERVER} 2222"),
        ];
        let is_sound = |flow: &String| {
            let seen = look(&network.server, &format!("{flow} eth0"));
            SOUND.iter().all(|(question, answer)| {
                let answers = seen.answers(question);
                let sound = answers.iter().all(|said| said.starts_with(&format!("{answer}: ")));
                // Whether sshd is on this port and address is what differs between the flows.
                assert!(sound || *question == "listener", "{}: {}", control.slug, seen.0);
                // Where the lab's own program stands before sshd, nothing can be told of it.
                let open = seen.words("not_assessed").contains("cannot be told");
                sound && (open && *question == "listener" || !answers.is_empty())
            })
        };
        assert!(flows.iter().any(is_sound), "{} is blamed", control.slug);
    }
}

fn nothing_and_elsewhere() {
    let network = network();
    let server = &network.server;
    let asked = format!("{CLIENT} {SERVER} 22 eth0 listener");
    check(&look(server, &asked), "listener", "nothing", &["nothing listens on 10.77.2.2:22"]);
    server.sh("/usr/sbin/sshd -p 2222").expect("sshd");
    server.await_listener(2222).expect("a listener");
    check(&look(server, &asked), "listener", "elsewhere", &["0.0.0.0:2222", "[::]:2222"]);
    server.sh("dnsmasq --port=22 --conf-file=/dev/null --pid-file").expect("a server");
    let words = ["dnsmasq (pid ", "0.0.0.0:22", "0.0.0.0:2222"];
    check(&look(server, &asked), "listener", "other-program", &words);
    // A program that nobody knows may pass connections on to sshd: what it says first decides.
    server.sh("killall dnsmasq; while pidof dnsmasq; do sleep 0.01; done").expect("an end");
    daemon::service(&network, 22, "http").expect("a service");
    check(&look(server, &asked), "listener", "other-program", &["it says nothing"]);
    server
        .sh("nft -f - <<'END'
table ip nat {
    chain pre { type nat hook prerouting priority dstnat; tcp dport 23 redirect to :2222; }
}
END
")
        .expect("a rule");
    // A port that is redirected needs no listener.
    let seen = look(server, &format!("{CLIENT} {SERVER} 23 eth0 listener"));
    assert_eq!(seen.answers("listener"), Vec::<String>::new());
    assert!(seen.words("not_assessed").contains("redirect to :2222"), "{}", seen.0);
}

fn other_family() {
    let network = network();
    network.sshd_with("AddressFamily inet6").expect("sshd");
    let seen = look(&network.server, &format!("{CLIENT} {SERVER} 22 eth0 listener"));
    check(&seen, "listener", "elsewhere", &["[::]:22 (IPv6 only)"]);
    let seen = look(&network.server, "fd77:1::2 fd77:2::2 22 eth0 listener");
    check(&seen, "listener", "listens", &["[::]:22"]);
}

fn stopped_and_full() {
    let network = network();
    network.server.sh("echo 4 > /proc/sys/net/core/somaxconn").expect("a setting");
    network.sshd().expect("sshd");
    let asked = format!("{CLIENT} {SERVER} 22 eth0 listener");
    check(&look(&network.server, &asked), "listener", "listens", &["queue 0 of 4"]);
    daemon::freeze(&network).expect("a stop");
    check(&look(&network.server, &asked), "listener", "stopped", &["stopped by a signal"]);
    crowd::hold_mute(&network, crowd::OTHER, 2).expect("a crowd");
    // An ordinary user sees neither the holder nor why, but that nobody accepts.
    let seen = look_as(&network.server, "setpriv --reuid 1500 --clear-groups", &asked);
    check(&seen, "listener", "stopped", &["a program of user 0", "queue 2 of 4"]);
    crowd::hold_mute(&network, crowd::SELF, 20).expect("a crowd");
    check(&look(&network.server, &asked), "listener", "queue-full", &["queue 5 of 4", "stopped"]);
}

/// How many packets of one try of the client the server's rp_filter drops.
fn dropped_by_reverse_path(network: &Network) -> i64 {
    let count = || -> i64 {
        let said = network.server.sh("nstat -az TcpExtIPReversePathFilter").expect("a counter");
        let line = said.lines().find(|l| l.starts_with("TcpExt")).expect("a counter");
        line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number")
    };
    let before = count();
    let try_once = "timeout 0.5 bash -c '< /dev/tcp/10.77.2.2/22' || true";
    network.client.sh(try_once).expect("a try");
    count() - before
}

fn ways_back() {
    let network = network();
    let server = &network.server;
    let asked =
        |client: &str, own: &str| look(server, &format!("{client} {own} 22 eth0 'reply route'"));
    for (kind, answer) in
        [("unreachable", "prohibited"), ("prohibit", "prohibited"), ("blackhole", "prohibited")]
    {
        for (client, own) in [(CLIENT, SERVER), ("fd77:1::2", "fd77:2::2")] {
            server.sh(&format!("ip route add {kind} {client}")).expect("a route");
            let line = format!("{kind} {client}");
            check(&asked(client, own), "reply-route", answer, &[line.as_str()]);
            server.sh(&format!("ip route del {kind} {client}")).expect("a route");
        }
    }
    // The kernel refuses the question itself, which says nothing of the way.
    assert_eq!(asked(CLIENT, "127.0.0.1").answers("reply-route"), Vec::<String>::new());
    server.sh("ip rule add to 10.77.1.0/24 prohibit priority 99").expect("a rule");
    check(
        &asked(CLIENT, SERVER),
        "reply-route",
        "prohibited",
        &["99: from all to 10.77.1.0/24 prohibit"],
    );
    server.sh("ip rule del priority 99").expect("a rule");
    // Another way back: told; dropped only where rp_filter says so.
    server
        .sh("ip link add other type veth peer name peer; ip link set other up; ip link set peer up; ip route add 10.77.1.2 dev other")
        .expect("a route");
    server.sh("echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/eth0/rp_filter").expect("a setting");
    check(&asked(CLIENT, SERVER), "reply-route", "other-interface", &["dev other, not eth0"]);
    server.sh("echo 2 > /proc/sys/net/ipv4/conf/eth0/rp_filter").expect("a setting");
    check(&asked(CLIENT, SERVER), "reply-route", "other-interface", &["dev other, not eth0"]);
    assert_eq!(dropped_by_reverse_path(&network), 0);
    server.sh("echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/eth0/rp_filter").expect("a setting");
    check(&asked(CLIENT, SERVER), "reply-route", "reverse-path-drops", &["rp_filter = 1"]);
    assert!(dropped_by_reverse_path(&network) > 0, "the kernel itself lets it pass");
    let unsure = look(server, &format!("{CLIENT} {SERVER} 22 - 'reply route'"));
    assert_eq!(unsure.answers("reply-route"), Vec::<String>::new());
    assert!(unsure.words("not_assessed").contains("rp_filter is strict"), "{}", unsure.0);
    server.sh("ip rule add fwmark 1 lookup 100").expect("a rule");
    assert_eq!(asked(CLIENT, SERVER).answers("reply-route"), Vec::<String>::new());
    server
        .sh("ip rule del fwmark 1 lookup 100; ip link del other; ip route del default")
        .expect("routes");
    check(&asked(CLIENT, SERVER), "reply-route", "missing", &["unreachable"]);
}

fn what_is_exhausted() {
    let network = network();
    let server = &network.server;
    network.sshd().expect("sshd");
    let asked = format!("{CLIENT} {SERVER} 22 eth0 health");
    server.sh("prlimit --nofile=7:1024 --pid $(cat /run/sshd.pid)").expect("a limit");
    let words = ["of 7 descriptors of sshd (pid "];
    check(&look(server, &asked), "server-health", "out-of-descriptors", &words);
    server.sh("prlimit --nofile=1024:1024 --pid $(cat /run/sshd.pid)").expect("a limit");
    check(&look(server, &asked), "server-health", "well", &[]);
    let fill = "mount -t tmpfs -o size=1m full /tmp; dd if=/dev/zero of=/tmp/f bs=64k || true";
    server.sh(fill).expect("a full disk");
    check(&look(server, &asked), "server-health", "disk-full", &["0 KiB of 1 MiB free on /tmp"]);
    server
        .sh("umount /tmp; mount -t tmpfs -o nr_inodes=2 full /tmp; touch /tmp/f")
        .expect("a file");
    check(&look(server, &asked), "server-health", "disk-full", &["0 of 2 inodes free on /tmp"]);
    // A read-only image is full by nature.
    server.sh("mount -o remount,ro /tmp").expect("a mount");
    check(&look(server, &asked), "server-health", "well", &[]);
}

fn a_full_table() {
    let network = network();
    let server = &network.server;
    // The limit can only be set for the whole machine: here its file is another one.
    let numbers = |count: u32, max: u32| {
        let set = format!(
            "echo {count} > /tmp/count; echo {max} > /tmp/max; cd /proc/sys/net/netfilter
             for f in count max; do
                 mountpoint -q nf_conntrack_$f || mount --bind /tmp/$f nf_conntrack_$f
             done"
        );
        server.sh(&set).expect("numbers");
        look(server, &format!("{CLIENT} {SERVER} 22 eth0 tracking"))
    };
    check(&numbers(94, 100), "tracking-table", "room", &["94 of 100"]);
    let nearly = numbers(95, 100);
    check(&nearly, "tracking-table", "room", &["95 of 100"]);
    assert!(nearly.words("warnings").contains("nf_conntrack_max:1: 95 of 100"), "{}", nearly.0);
    check(&numbers(100, 100), "tracking-table", "full", &["100 of 100"]);
    check(&numbers(100, 0), "tracking-table", "room", &["100 of 0"]);
}

fn a_queue_that_overflows() {
    let network = network();
    network.server.sh("echo 4 > /proc/sys/net/core/somaxconn").expect("a setting");
    network.sshd().expect("sshd");
    daemon::freeze(&network).expect("a stop");
    let asked = format!("{CLIENT} {SERVER} 22 eth0 counters");
    let quiet = look(&network.server, &asked).words("warnings");
    assert!(quiet.contains("net.core.somaxconn = 4") && !quiet.contains("rose"), "{quiet}");
    crowd::hold_mute(&network, crowd::SELF, 20).expect("a crowd");
    let tries = "while true; do
                     timeout 1 bash -c '< /dev/tcp/10.77.2.2/22' & sleep 0.02
                 done";
    network.client.spawn(tries).expect("tries");
    let counted = "nstat -az TcpExtListenOverflows | grep -q 'Overflows  *[1-9]'";
    network.server.await_sh(counted).expect("an overflow");
    let warned = look(&network.server, &asked).words("warnings");
    assert!(warned.contains("TcpExtListenOverflows rose by"), "{warned}");
}

fn a_frozen_cgroup() {
    let network = network();
    let server = &network.server;
    network.sshd().expect("sshd");
    // The machine's own cgroups are left alone: this tree is made of plain files.
    server
        .sh("group=$(sed -n 's/^0:://p' /proc/$(cat /run/sshd.pid)/cgroup)
             mount -t tmpfs none /sys/fs/cgroup
             mkdir -p /sys/fs/cgroup/$group
             printf 'populated 1\nfrozen 1\n' > /sys/fs/cgroup/$group/cgroup.events
             echo 7 > /sys/fs/cgroup/$group/pids.max
             echo 7 > /sys/fs/cgroup/$group/pids.current")
        .expect("a tree");
    let seen = look(server, &format!("{CLIENT} {SERVER} 22 eth0 listener"));
    check(&seen, "listener", "stopped", &["in a frozen cgroup"]);
    let seen = look(server, &format!("{CLIENT} {SERVER} 22 eth0 health"));
    check(&seen, "server-health", "out-of-descriptors", &["7 of 7 tasks of the cgroup /"]);
}

/// No systemd runs in the lab: its answers are written after systemctl(1) and the sources of
/// systemd 252, for the part of the look that reads files and runs programs.
fn units() {
    let network = network();
    let server = &network.server;
    let systemctl =
        "#!/bin/sh\ncase \"$*\" in\n*-.slice*) cat /run/slices;;\n*) cat /run/units;;\nesac\n";
    server.write("/usr/local/sbin/systemctl", systemctl).expect("a program");
    server
        .sh("chmod 755 /usr/local/sbin/systemctl; mkdir -p /run/systemd/system")
        .expect("systemd");
    let slices = "Id=system.slice\nIPAddressAllow=\nIPAddressDeny=\n\n\
                  Id=-.slice\nIPAddressAllow=\nIPAddressDeny=\n";
    server.write("/run/slices", slices).expect("a file");
    let unit = |state: &str, more: &str| {
        let text = format!(
            "Id=ssh.service\nLoadState=loaded\n{state}\nSlice=system.slice\n\
             FragmentPath=/lib/systemd/system/ssh.service\n\
             DropInPaths=/etc/systemd/system/ssh.service.d/deny.conf\n{more}\n\n\
             Id=ssh.service\nLoadState=loaded\n{state}\n\n\
             Id=ssh.socket\nLoadState=loaded\nActiveState=inactive\nSubState=dead\n\n\
             Id=sshd.socket\nLoadState=not-found\nActiveState=inactive\nSubState=dead\n"
        );
        server.write("/run/units", &text).expect("a file");
        look(server, &format!("{CLIENT} {SERVER} 22 eth0 unit 'unit lists'"))
    };
    let failed = "ActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=255";
    check(&unit(failed, ""), "unit", "failed", &["ssh.service: failed", "exit status 255"]);
    let rests = "ActiveState=inactive\nSubState=dead\nResult=success";
    check(&unit(rests, ""), "unit", "inactive", &["ssh.service: inactive (dead)"]);
    network.sshd().expect("sshd");
    // sshd runs without its unit: that is nobody's fault.
    assert_eq!(unit(rests, "").answers("unit"), Vec::<String>::new());
    let active = "ActiveState=active\nSubState=running\nResult=success";
    let sound = unit(active, "IPAddressAllow=\nIPAddressDeny=\n");
    check(&sound, "unit", "active", &["ssh.service: active (running)"]);
    assert_eq!(sound.answers("server-filter"), Vec::<String>::new());
    let drop_in = "[Service]\nIPAddressAllow=10.77.3.0/24\nIPAddressDeny=any\n";
    server.write("/etc/systemd/system/ssh.service.d/deny.conf", drop_in).expect("a file");
    let lists = "IPAddressAllow=10.77.3.0/24\nIPAddressDeny=::/0 0.0.0.0/0";
    let unsure = unit(active, lists);
    assert_eq!(unsure.answers("server-filter"), Vec::<String>::new());
    assert!(
        unsure.words("not_assessed").contains("deny.conf:3: IPAddressDeny=any"),
        "{}",
        unsure.0
    );
    server
        .sh("mount -t tmpfs none /sys/fs/cgroup; touch /sys/fs/cgroup/cgroup.controllers")
        .expect("a file");
    let denied = unit(active, lists);
    check(&denied, "server-filter", "unit-denies", &["IPAddressDeny=any"]);
    let source = denied.0.to_string();
    assert!(source.contains("/etc/systemd/system/ssh.service.d/deny.conf:3"), "{source}");
    let allowed = unit(active, &lists.replace("10.77.3.", "10.77.1."));
    assert_eq!(allowed.answers("server-filter"), Vec::<String>::new());
}
