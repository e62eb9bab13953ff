//! Where rule sets are tried: two network namespaces with two cables between them: a server with a packet filter, and a client with many addresses.
//!
//! Must never touch the machine's own network: all of it happens in the namespaces of one thread.

use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use socket2::{Domain, Socket, Type};

use crate::sys;

/// How long silence must last to be silence. The cable takes microseconds.
const SILENCE: Duration = Duration::from_millis(40);

/// The same when it is looked at a second time.
const LONG_SILENCE: Duration = Duration::from_millis(400);

/// The ports on which the server listens.
const PORTS: &[u16] = &[22, 2222];

const HELLO: &[u8] = b"SSH-2.0-OpenSSH_9.9\r\n";

/// The client's addresses, the interface of the server that they come in by, and the address that they connect to.
const CLIENTS: &[(&str, &str, &str)] = &[
    ("10.9.0.2", "eth0", "10.9.0.1"),
    ("10.9.0.3", "eth0", "10.9.0.1"),
    ("10.9.0.77", "eth0", "10.9.0.1"),
    ("192.0.2.9", "eth0", "10.9.0.1"),
    ("198.51.100.20", "eth0", "10.9.0.1"),
    ("10.200.3.4", "eth0", "10.9.0.1"),
    ("172.16.5.6", "eth0", "10.9.0.1"),
    ("10.9.1.2", "eth1", "10.9.1.1"),
    ("10.9.1.50", "eth1", "10.9.1.1"),
    ("fd09::2", "eth0", "fd09::1"),
    ("fd09::77", "eth0", "fd09::1"),
    ("2001:db8::5", "eth0", "fd09::1"),
];

/// A connection that is tried.
#[derive(Clone, Debug)]
pub(super) struct Try {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) port: u16,
    pub(super) interface: &'static str,
}

/// What became of a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Seen {
    /// Both sides heard each other.
    Admitted,
    /// The client heard nothing.
    Silent,
    /// The client got this error.
    Refused(i32),
    /// The server heard nothing of an open connection.
    SilentAfterHello,
    /// The client's first words were answered with a reset.
    ResetAfterHello,
    /// The client heard nothing of an open connection.
    NoBanner,
}

impl Seen {
    /// Whether the server said no, by an error or a reset, which another of its rules may stop on its way out.
    pub(super) fn is_refusal(self) -> bool {
        matches!(self, Self::Refused(_) | Self::ResetAfterHello)
    }

    /// Whether nothing more was heard of the server.
    pub(super) fn is_silence(self) -> bool {
        matches!(self, Self::Silent | Self::SilentAfterHello | Self::NoBanner)
    }
}

pub(super) const REFUSED: i32 = libc::ECONNREFUSED;

/// The error that an ICMP error of this name becomes (Linux `icmp_err_convert`, `icmpv6_err_convert`).
pub(super) fn errors(name: &str, is_v6: bool) -> i32 {
    match name {
        "admin-prohibited" | "policy-fail" | "reject-route" if is_v6 => libc::EACCES,
        "port-unreachable" => REFUSED,
        "net-unreachable" | "net-prohibited" | "no-route" => libc::ENETUNREACH,
        "prot-unreachable" | "proto-unreachable" => libc::ENOPROTOOPT,
        _ => libc::EHOSTUNREACH,
    }
}

/// The connections that are tried against each rule set.
pub(super) fn tries() -> Vec<Try> {
    let mut tries = Vec::new();
    for (source, interface, destination) in CLIENTS {
        let (Ok(source), Ok(destination)) = (source.parse(), destination.parse()) else { continue };
        tries.push(Try { source, destination, port: 22, interface });
    }
    let others = tries.iter().step_by(3).map(|one| Try { port: 2222, ..*one });
    let others: Vec<_> = others.collect();
    tries.extend(others);
    tries
}

/// The server's addresses.
pub(super) fn addresses() -> Vec<(IpAddr, String)> {
    let all =
        [("127.0.0.1", "lo"), ("10.9.0.1", "eth0"), ("fd09::1", "eth0"), ("10.9.1.1", "eth1")];
    all.iter()
        .filter_map(|(address, device)| Some((address.parse().ok()?, (*device).to_owned())))
        .collect()
}

pub(super) struct Ground {
    server: File,
    client: File,
    listeners: Vec<TcpListener>,
    /// A process in the server's namespace, by which it is known to `ip`.
    _holder: Holder,
}

struct Holder(Child);

impl Drop for Holder {
    fn drop(&mut self) {
        // It has ended already if this fails.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Ground {
    /// Makes both namespaces. The calling thread stays in them.
    pub(super) fn new() -> Result<Self> {
        let server = sys::new_network()?;
        let holder = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        let pid = holder.id();
        let holder = Holder(holder);
        sh("ip link set lo up
            echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
            echo 100000 > /proc/sys/net/ipv4/icmp_msgs_per_sec || true
            echo 100000 > /proc/sys/net/ipv4/icmp_msgs_burst || true
            echo 0 > /proc/sys/net/ipv6/icmp/ratelimit
            echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter
            echo 0 > /proc/sys/net/ipv4/conf/default/rp_filter")?;
        let client = sys::new_network()?;
        sh(&format!(
            "ip -batch - <<END
             link set lo up
             link add c0 address 02:00:00:00:00:02 type veth peer name eth0 address 02:00:00:00:00:01 netns {pid}
             link add c1 address 02:00:00:00:01:02 type veth peer name eth1 address 02:00:00:00:01:01 netns {pid}
             link set c0 up
             link set c1 up
END
             echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/c0/rp_filter
             {}",
            client_side()
        ))?;
        sys::enter_network(&server)?;
        sh(&server_side())?;
        let mut listeners = Vec::new();
        for port in PORTS {
            for (domain, any) in [(Domain::IPV4, "0.0.0.0"), (Domain::IPV6, "::")] {
                let socket = Socket::new(domain, Type::STREAM, None)?;
                if domain == Domain::IPV6 {
                    socket.set_only_v6(true)?;
                }
                socket.set_nonblocking(true)?;
                socket.bind(&SocketAddr::new(any.parse()?, *port).into())?;
                socket.listen(128)?;
                listeners.push(socket.into());
            }
        }
        Ok(Self { server, client, listeners, _holder: holder })
    }

    /// Gives a program on the server a text to read, such as a rule set.
    pub(super) fn feed(&self, program: &str, arguments: &[&str], text: &str) -> Result<()> {
        sys::enter_network(&self.server)?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| program.to_owned())?;
        if let Some(mut stdin) = child.stdin.take() {
            // It says itself why it does not read on.
            let _ = stdin.write_all(text.as_bytes());
        }
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// What a program on the server prints.
    pub(super) fn listing(&self, program: &str, arguments: &[&str]) -> Result<String> {
        sys::enter_network(&self.server)?;
        run(program, arguments)
    }

    /// A file as it is in the server's network, such as one of /proc/net; empty when there is none.
    pub(super) fn read(&self, path: &str) -> String {
        let entered = sys::enter_network(&self.server);
        entered.ok().and_then(|()| std::fs::read_to_string(path).ok()).unwrap_or_default()
    }

    /// Tries connections, all at once. With each, the port that the client took.
    pub(super) fn connect(&mut self, tries: &[Try]) -> Result<Vec<(Seen, u16)>> {
        self.connect_for(tries, SILENCE)
    }

    /// Tries one connection, with much patience.
    pub(super) fn connect_slowly(&mut self, one: &Try) -> Result<(Seen, u16)> {
        let seen = self.connect_for(std::slice::from_ref(one), LONG_SILENCE)?;
        seen.first().copied().context("nothing was tried")
    }

    fn connect_for(&mut self, tries: &[Try], silence: Duration) -> Result<Vec<(Seen, u16)>> {
        sys::enter_network(&self.client)?;
        let mut sockets = Vec::new();
        let mut ports = Vec::new();
        for one in tries {
            let socket =
                Socket::new(Domain::for_address((one.source, 0).into()), Type::STREAM, None)?;
            socket.set_nonblocking(true)?;
            // Nothing is left waiting when it is closed.
            socket.set_linger(Some(Duration::ZERO))?;
            socket.bind(&SocketAddr::new(one.source, 0).into())?;
            ports.push(socket.local_addr()?.as_socket().map_or(0, |own| own.port()));
            match socket.connect(&SocketAddr::new(one.destination, one.port).into()) {
                Err(error) if error.raw_os_error() != Some(libc::EINPROGRESS) => bail!(error),
                _ => sockets.push(socket),
            }
        }
        let mut seen = vec![None; sockets.len()];
        let mut streams: Vec<Option<TcpStream>> = Vec::new();
        self.wait(silence, || {
            let mut waits = false;
            for (socket, seen) in sockets.iter().zip(&mut seen) {
                if seen.is_none() {
                    *seen = connected(socket);
                    waits |= seen.is_none();
                }
            }
            !waits
        });
        for (socket, seen) in sockets.into_iter().zip(&mut seen) {
            let is_open = *seen == Some(Seen::Admitted);
            seen.get_or_insert(Seen::Silent);
            streams.push(is_open.then(|| socket.into()));
        }
        let mut seen: Vec<_> = seen.into_iter().flatten().collect();
        self.talk(&mut streams, &mut seen, silence);
        Ok(seen.into_iter().zip(ports).collect())
    }

    /// Both sides say hello on every open connection.
    fn talk(&self, streams: &mut [Option<TcpStream>], seen: &mut [Seen], silence: Duration) {
        for stream in streams.iter_mut().flatten() {
            // A reset is seen below.
            let _ = stream.write_all(HELLO);
        }
        let mut server = HashMap::new();
        let mut heard = HashMap::new();
        let names: Vec<_> =
            streams.iter().map(|s| s.as_ref().and_then(|s| s.local_addr().ok())).collect();
        self.wait(silence, || {
            for listener in &self.listeners {
                while let Ok((stream, peer)) = listener.accept() {
                    let is_ready = stream.set_nonblocking(true).is_ok();
                    if is_ready {
                        server.insert(peer, stream);
                    }
                }
            }
            for (peer, stream) in &mut server {
                let mut buffer = [0; 64];
                if !heard.contains_key(peer) && stream.read(&mut buffer).is_ok_and(|n| n > 0) {
                    heard.insert(*peer, stream.write_all(HELLO).is_ok());
                }
            }
            names.iter().flatten().all(|name| heard.contains_key(name))
        });
        self.wait(silence, || {
            let mut waits = false;
            for ((stream, seen), name) in streams.iter_mut().zip(&mut *seen).zip(&names) {
                let Some(open) = stream else { continue };
                let was_heard = name.is_some_and(|name| heard.contains_key(&name));
                let mut buffer = [0; 64];
                match open.read(&mut buffer) {
                    Ok(count) if count > 0 => *stream = None,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        waits = true;
                        *seen = if was_heard { Seen::NoBanner } else { Seen::SilentAfterHello };
                        continue;
                    }
                    _ => {
                        *seen = Seen::ResetAfterHello;
                        *stream = None;
                        continue;
                    }
                }
                *seen = Seen::Admitted;
            }
            !waits
        });
        for stream in server.into_values() {
            // It is closed in any case.
            let _ = Socket::from(stream).set_linger(Some(Duration::ZERO));
        }
    }

    fn wait(&self, silence: Duration, mut done: impl FnMut() -> bool) {
        let start = Instant::now();
        while !done() && start.elapsed() < silence {
            std::thread::sleep(Duration::from_micros(300));
        }
    }
}

/// What has become of an attempt to connect, if anything has.
fn connected(socket: &Socket) -> Option<Seen> {
    // An ICMP error for a packet of an open connection is kept as an error too, and ends nothing.
    if socket.peer_addr().is_ok() {
        return Some(Seen::Admitted);
    }
    let error = socket.take_error().ok()??.raw_os_error().unwrap_or_default();
    // A refusal is another error: this one came after the connection was open.
    let after = error == libc::ECONNRESET;
    Some(if after { Seen::ResetAfterHello } else { Seen::Refused(error) })
}

fn client_side() -> String {
    let mut script = String::new();
    for (source, interface, _) in CLIENTS {
        let device = interface.replace("eth", "c");
        let (length, nodad) = if source.contains(':') { (64, "nodad") } else { (24, "") };
        script += &format!("ip address add {source}/{length} dev {device} {nodad}\n");
    }
    for (address, device, mac) in
        [("10.9.0.1", "c0", "00:01"), ("fd09::1", "c0", "00:01"), ("10.9.1.1", "c1", "01:01")]
    {
        script += &format!(
            "ip neighbour replace {address} dev {device} lladdr 02:00:00:00:{mac} nud permanent\n"
        );
    }
    script
}

fn server_side() -> String {
    let mut script = "ip -batch - <<END
address add 10.9.0.1/24 dev eth0
address add 10.9.1.1/24 dev eth1
address add fd09::1/64 dev eth0 nodad
link set eth0 up
link set eth1 up
route add default dev eth0
END
ip -6 route add default dev eth0
echo 0 > /proc/sys/net/ipv4/conf/eth0/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/eth1/rp_filter
"
    .to_owned();
    for (source, interface, _) in CLIENTS {
        let mac = if *interface == "eth0" { "00:02" } else { "01:02" };
        script += &format!(
            "ip neighbour replace {source} dev {interface} lladdr 02:00:00:00:{mac} nud permanent\n"
        );
    }
    script
}

fn sh(script: &str) -> Result<()> {
    run("sh", &["-euc", script]).map(drop)
}

/// Runs a program in the calling thread's namespace.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output()?;
    ensure!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
