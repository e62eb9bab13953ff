//! Three hosts in a row: client, router, server.
//!
//! ```text
//! client ──────────────────── router ──────────────────── server
//!      eth0          client0          server0          eth0
//!   10.77.1.2       10.77.1.1        10.77.2.1       10.77.2.2
//!   fd77:1::2       fd77:1::1        fd77:2::1       fd77:2::2
//! ```
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

/// The client, the router and the server of one scenario.
#[derive(Debug)]
pub struct Network {
    /// 10.77.1.2, fd77:1::2
    pub client: Host,
    /// 10.77.1.1 and 10.77.2.1, fd77:1::1 and fd77:2::1; also known as `jump`
    pub router: Host,
    /// 10.77.2.2, fd77:2::2
    pub server: Host,
}

impl Network {
    /// Brings the three hosts up and connects them. No daemon runs yet. About half a second.
    ///
    /// # Errors
    /// When a host does not start or the kernel refuses an interface.
    pub fn start(root: Root) -> Result<Network> {
        // Not in threads: a host ends with the thread that started it.
        let network = Network {
            client: Host::start("client", &Root::Machine)?,
            router: Host::start("router", &Root::Machine)?,
            server: Host::start("server", &root)?,
        };
        network.connect()?;
        Ok(network)
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
        for (host, net) in [(&self.client, 1), (&self.server, 2)] {
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
            host.sh("echo 1 > /sys/class/net/eth0/threaded")?;
        }
        Ok(())
    }
}
