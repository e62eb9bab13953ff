//! UDP to one peer, bounded in time and cancellable.

use std::io;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::time::Instant;

use socket2::Domain;
use socket2::Socket;
use socket2::Type;

use super::cancel::Cancel;
use super::tcp;

/// A socket that talks to one peer only.
#[derive(Debug)]
pub struct Datagrams {
    socket: Socket,
    cancel: Cancel,
}

impl Datagrams {
    /// Opens it; sends nothing.
    ///
    /// # Errors
    ///
    /// When there is no route to the peer.
    pub fn open(to: SocketAddr, cancel: &Cancel) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(to), Type::DGRAM, None)?;
        socket.set_nonblocking(true)?;
        socket.connect(&to.into())?;
        Ok(Self { socket, cancel: cancel.clone() })
    }

    /// Sends one datagram.
    ///
    /// # Errors
    ///
    /// When this host refuses to send it, or an ICMP error came for one before it.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.socket.write(bytes).map(|_| ())
    }

    /// Waits for one datagram of the peer; what lies beyond 64 KiB is cut.
    ///
    /// # Errors
    ///
    /// `TimedOut` when none came in time or the work was cancelled; otherwise what an ICMP error
    /// means, such as `ConnectionRefused`.
    pub fn receive(&mut self, until: Instant) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match self.socket.read(&mut buffer) {
                Ok(length) => {
                    buffer.truncate(length);
                    return Ok(buffer);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            tcp::wait(&self.socket, libc::POLLIN, until, &self.cancel)?;
        }
    }
}
