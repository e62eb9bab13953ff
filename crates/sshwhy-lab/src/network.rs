//! Three hosts in a row: client, router, server.
//!
//! ```text
//! client ──────────────────── router ──────────────────── server
//!      eth0          client0          server0          eth0
//!   10.77.1.2       10.77.1.1        10.77.2.1       10.77.2.2
//!   fd77:1::2       fd77:1::1        fd77:2::1       fd77:2::2
//! ```
//!
//! More routers may stand between the router and the server ([`Network::start_far`]).
//!
//! Must never use an address, an interface or a rule of the machine.
//!
//! What the kernel that this was written for offers (Linux 6.18, everything built in, no modules):
//! veth, TUN, bridge; nftables with reject (also netdev ingress), conntrack with timeouts, limit,
//! connlimit, numgen, raw payload; iptables legacy and nft with string, u32, bpf, recent,
//! hashlimit, connlimit, connbytes, statistic, dscp, length, ttl, TCPMSS, NFQUEUE; tbf, htb and u32
//! for tc. It has no netem: delay, loss by content and forged resets are made by
//! [`crate::tool::middlebox`].

use anyhow::Result;

use crate::host::Host;
use crate::root::Root;

/// The interface of a further router that is nearer to the client, and the other one.
const NEAR: &str = "near0";
/// See [`NEAR`].
const FAR: &str = "far0";

/// The client, the router and the server of one scenario.
#[derive(Debug)]
pub struct Network {
    /// 10.77.1.2, fd77:1::2
    pub client: Host,
    /// 10.77.1.1 and 10.77.2.1, fd77:1::1 and fd77:2::1; also known as `jump`
    pub router: Host,
    /// Further routers behind it, in their order: the first is 10.77.11.2, the next 10.77.12.2.
    pub beyond: Vec<Host>,
    /// 10.77.2.2, fd77:2::2
    pub server: Host,
}

impl Network {
    /// The router at a hop from 1 on, with its interfaces towards the client and towards the server.
    pub fn hop(&self, number: usize) -> Option<(&Host, [&'static str; 2])> {
        match number.checked_sub(2) {
            None => (number == 1).then_some((&self.router, ["client0", "server0"])),
            Some(at) => self.beyond.get(at).map(|host| (host, [NEAR, FAR])),
        }
    }

    /// Brings the three hosts up and connects them. No daemon runs yet. About half a second.
    ///
    /// # Errors
    /// When a host does not start or the kernel refuses an interface.
    pub fn start(root: Root) -> Result<Network> {
        Self::start_far(root, 1)
    }

    /// The same with so many routers in all between client and server.
    ///
    /// # Errors
    /// As there.
    pub fn start_far(root: Root, routers: usize) -> Result<Network> {
        // Not in threads: a host ends with the thread that started it.
        let further = (1..routers).map(|_| Host::start("router", &Root::Machine));
        let network = Network {
            client: Host::start("client", &Root::Machine)?,
            router: Host::start("router", &Root::Machine)?,
            beyond: further.collect::<Result<_>>()?,
            server: Host::start("server", &root)?,
        };
        network.connect()?;
        if !network.beyond.is_empty() {
            network.lengthen()?;
        }
        Ok(network)
    }

    /// Puts the further routers between the router and the server.
    fn lengthen(&self) -> Result<()> {
        let server = self.server.pid();
        self.router.sh("ip link delete server0")?;
        let mut before = (&self.router, "server0");
        for (host, net) in self.beyond.iter().zip(11..) {
            let pid = host.pid();
            join(before, (host, NEAR), net, pid)?;
            before = (host, FAR);
        }
        let (last, _) = before;
        last.net_sh(&format!(
            "ip link add {FAR} type veth peer name eth0 netns {server}
             ip address add 10.77.2.1/24 dev {FAR}
             ip address add fd77:2::1/64 dev {FAR} nodad
             ip link set {FAR} up
             ethtool -K {FAR} tso off gso off gro off tx off > /dev/null"
        ))?;
        set_up_end(&self.server, 2)?;
        let all: Vec<&Host> = std::iter::once(&self.router).chain(&self.beyond).collect();
        for (at, host) in all.iter().enumerate() {
            host.sh("echo 1 > /proc/sys/net/ipv4/ip_forward
                 echo 1 > /proc/sys/net/ipv6/conf/all/forwarding")?;
            let net = 11 + at;
            if at + 1 < all.len() {
                host.sh(&format!(
                    "ip route add 10.77.2.0/24 via 10.77.{net}.2
                     ip -6 route add fd77:2::/64 via fd77:{net}::2"
                ))?;
            }
            if at > 0 {
                host.sh(&format!(
                    "ip route add 10.77.1.0/24 via 10.77.{net}.1
                     ip -6 route add fd77:1::/64 via fd77:{net}::1",
                    net = net - 1
                ))?;
            }
        }
        Ok(())
    }

    /// Starts the server's log and its sshd as it is configured, and waits until it listens on port 22.
    ///
    /// # Errors
    /// When sshd refuses its configuration or does not listen.
    pub fn sshd(&self) -> Result<()> {
        self.server.syslog()?;
        self.server.sh("/usr/sbin/sshd")?;
        self.server.await_listener(22)
    }

    /// As [`Network::sshd`], with `lines` of sshd_config that come before all others (the first
    /// value wins).
    ///
    /// # Errors
    /// As there.
    pub fn sshd_with(&self, lines: &str) -> Result<()> {
        self.server.write("/etc/ssh/sshd_config.d/lab.conf", &format!("{lines}\n"))?;
        self.sshd()
    }

    fn connect(&self) -> Result<()> {
        let (client, server) = (self.client.pid(), self.server.pid());
        // Offloads off: filters on the router then see packets as large as they are on a cable.
        self.router.net_sh(&format!(
            "echo 1 > /proc/sys/net/ipv4/ip_forward
             echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
             ip -batch - <<END
             link add client0 type veth peer name eth0 netns {client}
             link add server0 type veth peer name eth0 netns {server}
             address add 10.77.1.1/24 dev client0
             address add 10.77.2.1/24 dev server0
             address add fd77:1::1/64 dev client0 nodad
             address add fd77:2::1/64 dev server0 nodad
             link set client0 up
             link set server0 up
END
             for end in client0 server0; do
                 ethtool -K $end tso off gso off gro off tx off > /dev/null
             done"
        ))?;
        set_up_end(&self.client, 1)?;
        set_up_end(&self.server, 2)
    }
}

/// An interface between two hosts, each with its name there.
fn join(near: (&Host, &str), far: (&Host, &str), net: u32, pid: u32) -> Result<()> {
    let ((near, to_far), (far, to_near)) = (near, far);
    near.net_sh(&format!("ip link add {to_far} type veth peer name {to_near} netns {pid}"))?;
    for (host, interface, number) in [(near, to_far, 1), (far, to_near, 2)] {
        host.net_sh(&format!(
            "ip address add 10.77.{net}.{number}/24 dev {interface}
             ip address add fd77:{net}::{number}/64 dev {interface} nodad
             ip link set {interface} up
             ethtool -K {interface} tso off gso off gro off tx off > /dev/null"
        ))?;
    }
    Ok(())
}

/// The interface, addresses and routes of a client or server.
fn set_up_end(host: &Host, net: u32) -> Result<()> {
    // Debian's systemd lets every user ping; a new namespace does not.
    host.net_sh(&format!(
        "echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range
         ip -batch - <<END
         address add 10.77.{net}.2/24 dev eth0
         address add fd77:{net}::2/64 dev eth0 nodad
         link set eth0 up
         route add default via 10.77.{net}.1
END
         ip -6 route add default via fd77:{net}::1 dev eth0
         ethtool -K eth0 tso off gso off gro on tx off > /dev/null"
    ))?;
    // Packets are received by a thread, as from a cable. Otherwise the answer to a SYN
    // arrives inside connect(), while the socket is locked, and the kernel ignores an ICMP
    // error until the SYN is repeated a second later.
    host.sh("echo 1 > /sys/class/net/eth0/threaded").map(drop)
}
