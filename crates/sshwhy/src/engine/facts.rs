//! What probes learn that other probes build on: data, no judgement.

use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::measured::Measured;
use sshwhy_core::model::stage::Stage;
use sshwhy_core::parse::ssh_g::ClientConfig;
use sshwhy_core::wire::ssh::host_key::HostKey;

use crate::sys::tcp_info::TcpInfo;

/// What is known so far about the way to the target.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The user's configuration for this host.
    pub config: ClientConfig,
    /// Whether the ssh program runs.
    pub has_ssh: bool,
    /// The jump hosts through which this target is reached, as ssh's `-J` takes them. Empty for a
    /// direct connection.
    pub via: Vec<String>,
    /// All addresses, in the order in which ssh tries them.
    pub addresses: Vec<SocketAddr>,
    /// What became of the system's own look-up, once it has ended.
    pub looked_up: Option<LookedUp>,
    /// Whether the name servers are being asked at this moment.
    pub asking_name_servers: bool,
    /// Whether no name server answers us at all.
    pub name_servers_dead: bool,
    /// The address that the main connection went to.
    pub address: Option<SocketAddr>,
    /// Our own address towards it.
    pub source: Option<SocketAddr>,
    /// An address and the route to it, as ip-route(8) has it.
    pub way: Option<(SocketAddr, String)>,
    /// The shortest round trip seen.
    pub round_trip: Option<Duration>,
    /// How long the server took for its key exchange reply where that came, at most.
    pub reply_time: Option<Duration>,
    /// When the main connection attempt was refused, since its SYN.
    pub refused_after: Option<Duration>,
    /// What the kernel knew of the main connection's SYN when we stopped to wait for its answer.
    pub unanswered_syn: Option<TcpInfo>,
    /// Where the main connection is and since when, while it is under way.
    pub waiting: Option<(Stage, Instant)>,
    /// How far the main connection got when it ended.
    pub reached: Option<Stage>,
    /// The server's software, from its identification string.
    pub software: Option<String>,
    /// The largest segment of the server's that arrived, in bytes of payload; zero when it was no larger than any path
    /// carries.
    pub largest_segment: u32,
    /// What was measured of the fault.
    pub measured: Measured,
    /// The host key that the server showed.
    pub host_key: Option<HostKey>,
    /// Something worth telling that is no answer: what was not looked at and why.
    pub not_assessed: Vec<String>,
}

/// How the system's own look-up of the name ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LookedUp {
    /// Whether it found an address.
    pub found: bool,
    /// How long it took.
    pub took: Duration,
    /// When it ended.
    pub at: Instant,
}

impl Facts {
    /// How long the main connection has been waiting at a stage; `None` when it is not there.
    pub fn stuck_at(&self, stage: Stage) -> Option<Duration> {
        self.waiting.filter(|(at, _)| *at == stage).map(|(_, since)| since.elapsed())
    }
}
