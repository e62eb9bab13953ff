//! The loopback server: accepts, and leaves each connection to the fault.

use std::io;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use super::fault::Behaviour;
use super::fault::Fault;
use crate::sys::cancel::Cancel;

/// A running server.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    stop: Cancel,
    /// Kept open so that connections wait in its queue, for faults that never accept.
    listener: Option<TcpListener>,
}

/// Starts a server with the fault on a free port of loopback.
pub(super) fn start(fault: &Fault) -> io::Result<Server> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let stop = Cancel::new();
    let listener = match fault.behaviour {
        // Nobody listens: the port is free again as soon as this returns.
        Behaviour::NoListener => None,
        Behaviour::NeverAccept => Some(listener),
        Behaviour::Serve(serve) => {
            accept(listener, serve, stop.clone());
            None
        }
    };
    Ok(Server { address, stop, listener })
}

impl Server {
    /// Stops accepting. Connections end by themselves within seconds.
    pub(super) fn stop(self) {
        self.stop.set();
        drop(self.listener);
        // Wakes the thread that waits in accept(2).
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(200));
    }
}

fn accept(listener: TcpListener, serve: fn(TcpStream, usize), stop: Cancel) {
    thread::spawn(move || {
        let count = Arc::new(AtomicUsize::new(0));
        for stream in listener.incoming() {
            if stop.is_set() {
                return;
            }
            let Ok(stream) = stream else { continue };
            let number = count.fetch_add(1, Ordering::Relaxed);
            thread::spawn(move || serve(stream, number));
        }
    });
}
