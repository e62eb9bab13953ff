//! Our own packets, as they pass the interfaces while a diagnosis runs.
//!
//! Opened before the first SYN, with the right to do so given up at once. It must never keep a packet of anybody else.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::sys::packet_socket::PacketSocket;
use crate::sys::packet_socket::Seen;

mod filter;
pub mod remarks;

/// More is not kept: a diagnosis sends little.
const MAX_BYTES: usize = 16 << 20;
/// More servers are not watched; the others stay unseen.
const MAX_SERVERS: usize = 8;
/// How often the reader looks whether it is to end.
const TICK: Duration = Duration::from_millis(50);

/// A capture under way.
#[derive(Debug)]
pub struct Capture {
    shared: Arc<Shared>,
    reader: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    socket: PacketSocket,
    servers: Mutex<Vec<SocketAddr>>,
    kept: Mutex<Kept>,
    is_over: AtomicBool,
}

#[derive(Debug, Default)]
struct Kept {
    packets: Vec<Seen>,
    bytes: usize,
    lost: u64,
}

impl Capture {
    /// Begins to capture; nothing is seen before a server is named.
    ///
    /// # Errors
    ///
    /// `PermissionDenied` without CAP_NET_RAW.
    pub fn open() -> io::Result<Self> {
        let shared = Arc::new(Shared {
            socket: PacketSocket::open()?,
            servers: Mutex::default(),
            kept: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let reader = thread::Builder::new().name("capture".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || shared.read()
        })?;
        Ok(Self { shared, reader: Some(reader) })
    }

    /// Sees the connections to a server from now on.
    pub fn watch(&self, server: SocketAddr) {
        let mut servers = self.shared.servers.lock().unwrap_or_else(PoisonError::into_inner);
        if servers.contains(&server) || servers.len() >= MAX_SERVERS {
            return;
        }
        servers.push(server);
        // What the kernel refuses stays unseen, as without the right to look.
        let _ = self.shared.socket.attach(&filter::program(&servers));
    }

    /// What was seen so far.
    pub fn packets(&self) -> Vec<Seen> {
        self.shared.kept().packets.clone()
    }

    /// How many packets found no room.
    pub fn lost(&self) -> u64 {
        let lost = self.shared.socket.lost().map_or(0, u64::from);
        let mut kept = self.shared.kept();
        kept.lost += lost;
        kept.lost
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        if let Some(reader) = self.reader.take() {
            // It only reads; what it had to say is kept.
            let _ = reader.join();
        }
    }
}

impl Shared {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) {
        while !self.is_over.load(Ordering::Relaxed) {
            let Ok(seen) = self.socket.receive(TICK) else { return };
            let Some(seen) = seen else { continue };
            let mut kept = self.kept();
            if kept.bytes + seen.bytes.len() > MAX_BYTES {
                kept.lost += 1;
                continue;
            }
            kept.bytes += seen.bytes.len();
            kept.packets.push(seen);
        }
    }
}
