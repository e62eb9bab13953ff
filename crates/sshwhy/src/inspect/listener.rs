//! What listens on the port: sockets by sock_diag(7), their holders by proc(5).

use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::evaluate::listener::Greeting;
use sshwhy_core::evaluate::listener::Judgement;
use sshwhy_core::evaluate::listener::Socket;
use sshwhy_core::evaluate::listener::judge;
use sshwhy_core::model::question::Listener;
use sshwhy_core::model::question::Question;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::sockets;
use crate::sys::tcp;
use crate::sys::tcp::Got;
use crate::sys::tcp::Options;

pub(super) static LOOK: Look = Look {
    name: "listener",
    doing: "looking at what listens on the port",
    concerns: Concerns::Anybody,
    questions: &[Question::Listener],
    run,
};

/// An SSH server speaks at once; a relay before one has to connect first.
const GREETING_LIMIT: Duration = Duration::from_millis(1000);
/// What is longer is no greeting.
const MOST_GREETING: usize = 64 * 1024;

/// A program that limits another one's share of the processor stops it for longer than it lets it run.
const TURN: Duration = Duration::from_millis(150);

/// Whether an sshd that ran when it was looked at first does not run a little later. Other looks go on meanwhile.
fn stops_by_turns(host: &Host, all: &mut [Socket]) -> bool {
    thread::sleep(TURN);
    let own = all.iter_mut().filter(|socket| socket.local.port() == host.flow.port);
    let mut stops = false;
    for program in own.flat_map(|socket| &mut socket.programs).filter(|p| p.is_sshd()) {
        if sockets::is_stopped(host, program.pid) {
            program.stopped = Some("stopped by a signal, by turns");
            stops = true;
        }
    }
    stops
}

fn run(host: &Host) {
    let mut all = sockets::listening(host).to_vec();
    let port = host.flow.port;
    let waits = |s: &Socket| s.local.port() == port && s.queue > 0;
    if all.iter().any(waits) && sockets::stands_still(host, port) {
        // Which of several sockets the connections wait at is seen by their queues.
        all.iter_mut().filter(|s| waits(s)).for_each(|s| s.stands_still = true);
    }
    let mut judged = judge(&all, &host.flow, &arrives_by(host));
    if judged.answer == Some(Listener::Listens) && stops_by_turns(host, &mut all) {
        judged = judge(&all, &host.flow, &arrives_by(host));
    }
    if judged.is_unclear
        && let Some(greeting) = greeting(host)
    {
        judged = judged.with_greeting(&greeting);
    }
    let Judgement { answer, text, open, .. } = judged;
    if let Some(open) = open {
        host.not_assessed(format!("listener: {open}"));
    }
    let Some(answer) = answer else { return };
    let blames_port = matches!(answer, Listener::Nothing | Listener::Elsewhere);
    if blames_port && let Some(why) = may_be_redirected(host) {
        host.not_assessed(format!("listener: {text}, but {why}"));
        return;
    }
    host.observe(answer, format!("ss -ltnp 'sport = :{port}'"), text);
}

/// What the program on the port says to one who says nothing. The one connection that a look opens,
/// to this host itself, and only where the program's name tells nothing.
fn greeting(host: &Host) -> Option<Greeting> {
    let to = SocketAddr::new(host.flow.destination, host.flow.port);
    let mut connection = tcp::connect(to, Options::default(), GREETING_LIMIT, &host.cancel).ok()?;
    let began = Instant::now();
    let mut greeting = Greeting::default();
    while let Some(left) = GREETING_LIMIT.checked_sub(began.elapsed())
        && !greeting.ended
        && greeting.bytes.len() < MOST_GREETING
        && !greeting.is_enough()
    {
        match connection.read(left) {
            Got::Bytes(bytes) => greeting.bytes.extend(bytes),
            Got::Nothing => break,
            Got::Closed | Got::Reset | Got::Failed(_) => greeting.ended = true,
        }
    }
    greeting.seconds = began.elapsed().as_secs_f64();
    drop(connection);
    Some(greeting)
}

/// The interface that the client comes in by, and the VRF or bridge that it belongs to.
fn arrives_by(host: &Host) -> Vec<String> {
    let Some(own) = &host.flow.interface else { return Vec::new() };
    let master = std::fs::read_link(Path::new("/sys/class/net").join(own).join("master")).ok();
    let master = master.as_deref().and_then(Path::file_name).and_then(|n| n.to_str());
    std::iter::once(own.clone()).chain(master.map(str::to_owned)).collect()
}

/// A port that is redirected needs no listener. Rules are judged elsewhere; here it counts whether
/// there are any that could do it, because otherwise a sound host would be blamed.
fn may_be_redirected(host: &Host) -> Option<String> {
    if !host.is_root {
        let port = host.flow.port;
        host.not_assessed(format!(
            "listener: whether the packet filter redirects port {port} (needs root); taken as no"
        ));
        return None;
    }
    let commands: [(&str, &[&str]); 4] = [
        ("nft", &["-s", "list", "ruleset"]),
        ("iptables-legacy-save", &["-t", "nat"]),
        ("ip6tables-legacy-save", &["-t", "nat"]),
        ("ipvsadm", &["-Sn"]),
    ];
    commands.iter().find_map(|(program, arguments)| {
        let ran = host.run(program, arguments).ok()?;
        let said = String::from_utf8_lossy(&ran.stdout).to_lowercase();
        let line = said.lines().find(|l| redirects(l, program, host.flow.port))?;
        Some(format!("`{program}` shows a rule that redirects: {}", line.trim()))
    })
}

/// Whether a line moves connections to this port, as far as can be told from the line alone: one
/// that names a single other port does not.
fn redirects(line: &str, program: &str, port: u16) -> bool {
    let words: Vec<&str> = line.split_whitespace().map(|w| w.trim_matches('"')).collect();
    if program == "ipvsadm" {
        return words.first() == Some(&"-a");
    }
    let other = words.windows(2).any(|pair| {
        let is_port = ["dport", "--dport"].contains(&pair[0]);
        is_port && pair[1].parse::<u16>().is_ok_and(|named| named != port)
    });
    !other && words.iter().any(|w| ["dnat", "redirect", "tproxy"].contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, program: &str, expected: bool) {
        assert_eq!(redirects(line, program, 22), expected, "{line:?}");
    }

    #[test]
    fn only_rules_that_move_a_port_count() {
        check("", "nft", false);
        check("\t\ttcp dport 22 accept comment \"no-redirect\"", "nft", false);
        check("\t\ttype nat hook prerouting priority dstnat; policy accept;", "nft", false);
        check("\t\ttcp dport 8080 dnat to 172.17.0.2:80", "nft", false);
        check("\t\ttcp dport 22 redirect to :2222", "nft", true);
        check("\t\ttcp dport { 21-23 } redirect to :2222", "nft", true);
        check("\t\ttcp dport 22 counter xt target \"redirect\"", "nft", true);
        check("\t\tip daddr 192.0.2.1 dnat to 10.0.0.2", "nft", true);
        check(
            "-a prerouting -p tcp -m tcp --dport 22 -j redirect --to-ports 2222",
            "iptables-legacy-save",
            true,
        );
        check("-a postrouting -o eth0 -j masquerade", "iptables-legacy-save", false);
        check("-a -t 192.0.2.1:22 -s wlc", "ipvsadm", true);
    }
}
