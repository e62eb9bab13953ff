//! TCP connections that are bounded in time, can be cancelled, and tell exactly how they end.

use std::io;
use std::io::Read;
use std::io::Write;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::os::fd::AsRawFd;
use std::time::Duration;
use std::time::Instant;

use socket2::Domain;
use socket2::Protocol;
use socket2::SockAddr;
use socket2::Socket;
use socket2::Type;

use super::cancel::Cancel;
use super::cancel::LOOK;
use super::error_queue;
use super::error_queue::QueuedError;
use super::hop;
use super::tcp_info;
use super::tcp_info::TcpInfo;

/// How a connection is opened, where it differs from the system's defaults.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Options {
    /// The IPv4 TOS or IPv6 traffic class byte.
    pub tos: Option<u8>,
    /// The largest segment to send and to announce, in bytes (tcp(7), `TCP_MAXSEG`).
    pub max_segment: Option<u32>,
    /// How many hops its packets may go.
    pub hops: Option<u8>,
    /// The local address (`BindAddress`).
    pub source: Option<IpAddr>,
    /// The local port; the next 50 are tried when it is taken.
    pub source_port: Option<u16>,
}

/// Why a connection could not be opened.
#[derive(Debug)]
pub struct ConnectError {
    /// What connect(2) says; `TimedOut` when our own time was up.
    pub error: io::Error,
    /// The ICMP error that ended it, if one did.
    pub icmp: Option<QueuedError>,
    /// How long it took.
    pub after: Duration,
    /// What the kernel knew of the SYN when our own time was up.
    pub unanswered: Option<Box<TcpInfo>>,
}

/// What reading brings.
#[derive(Debug)]
pub enum Got {
    /// Bytes.
    Bytes(Vec<u8>),
    /// The peer closed its side.
    Closed,
    /// The connection was reset.
    Reset,
    /// Nothing came in the given time.
    Nothing,
    /// Another error ended the connection.
    Failed(io::Error),
}

/// An open connection.
#[derive(Debug)]
pub struct Connection {
    socket: Socket,
    cancel: Cancel,
    /// When the connection attempt began.
    pub began: Instant,
    /// How long the TCP handshake took.
    pub handshake: Duration,
    /// Our end.
    pub local: Option<SocketAddr>,
    /// It was reset before we looked: the kernel says so only once.
    reset: bool,
}

/// Opens a connection.
///
/// # Errors
///
/// When it is refused, fails, or takes longer than `limit`.
pub fn connect(
    to: SocketAddr,
    options: Options,
    limit: Duration,
    cancel: &Cancel,
) -> Result<Connection, ConnectError> {
    let began = Instant::now();
    let fail = |error, icmp| ConnectError { error, icmp, after: began.elapsed(), unanswered: None };
    let socket = prepare(to, options).map_err(|error| fail(error, None))?;
    let mut reset = false;

    match socket.connect(&SockAddr::from(to)) {
        Ok(()) => {}
        Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {
            wait_for_answer(&socket, began, limit, cancel).map_err(|error| {
                let unanswered = tcp_info::read(&socket).ok().map(Box::new);
                ConnectError { unanswered, ..fail(error, None) }
            })?;
            match socket.take_error() {
                Ok(None) => {}
                // A reset in answer to a SYN is ECONNREFUSED; this one came after the handshake.
                Ok(Some(error)) if error.kind() == io::ErrorKind::ConnectionReset => reset = true,
                Ok(Some(error)) | Err(error) => {
                    return Err(fail(error, error_queue::take(&socket)));
                }
            }
        }
        Err(error) => return Err(fail(error, error_queue::take(&socket))),
    }
    // From here on ssh would not be told of ICMP errors, so neither are we.
    let _ = error_queue::keep(&socket, to.is_ipv6(), false);
    let local = socket.local_addr().ok().and_then(|a| a.as_socket());
    let handshake = began.elapsed();
    Ok(Connection { socket, cancel: cancel.clone(), began, handshake, local, reset })
}

/// The kernel asks for a neighbour three times, a second apart, before it gives up: arp(7),
/// `mcast_solicit` and `retrans_time_ms`.
const NEIGHBOUR_LIMIT: Duration = Duration::from_millis(3300);

fn wait_for_answer(
    socket: &Socket,
    began: Instant,
    limit: Duration,
    cancel: &Cancel,
) -> io::Result<()> {
    let first = wait(socket, libc::POLLOUT, began + limit, cancel);
    // A little more patience turns "nothing answers" into "nobody has that address".
    let neighbour = tcp_info::read(socket).is_ok_and(|info| info.waits_for_neighbour());
    if first.is_err() && neighbour && limit < NEIGHBOUR_LIMIT {
        return wait(socket, libc::POLLOUT, began + NEIGHBOUR_LIMIT, cancel);
    }
    first
}

fn prepare(to: SocketAddr, options: Options) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    // Without it the sender and type of an ICMP error stay unknown; the rest works.
    let _ = error_queue::keep(&socket, to.is_ipv6(), true);
    if let Some(tos) = options.tos {
        if to.is_ipv6() {
            socket.set_tclass_v6(u32::from(tos))?;
        } else {
            socket.set_tos_v4(u32::from(tos))?;
        }
    }
    if let Some(hops) = options.hops {
        hop::limit(&socket, to.is_ipv6(), hops)?;
    }
    if let Some(bytes) = options.max_segment {
        socket.set_tcp_mss(bytes)?;
    }
    // ssh does the same: small packets must not wait for each other.
    socket.set_tcp_nodelay(true)?;
    bind(&socket, to, options)?;
    Ok(socket)
}

fn bind(socket: &Socket, to: SocketAddr, options: Options) -> io::Result<()> {
    let unspecified = if to.is_ipv6() {
        IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED)
    } else {
        IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED)
    };
    let address = options.source.unwrap_or(unspecified);
    match options.source_port {
        Some(first) => {
            let bound = (first..first.saturating_add(50))
                .any(|port| socket.bind(&SocketAddr::new(address, port).into()).is_ok());
            if bound { Ok(()) } else { Err(io::ErrorKind::AddrInUse.into()) }
        }
        None if options.source.is_some() => socket.bind(&SocketAddr::new(address, 0).into()),
        None => Ok(()),
    }
}

impl Connection {
    /// Waits for bytes or the end, at most until `limit` after now.
    pub fn read(&mut self, limit: Duration) -> Got {
        let until = Instant::now() + limit;
        loop {
            let mut buffer = [0; 16 * 1024];
            match self.socket.read(&mut buffer) {
                Ok(0) if self.reset => return Got::Reset,
                Ok(0) => return Got::Closed,
                Ok(count) => return Got::Bytes(buffer[..count].to_vec()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return ended(error),
            }
            match wait(&self.socket, libc::POLLIN, until, &self.cancel) {
                Ok(()) => {}
                Err(_) => return Got::Nothing,
            }
        }
    }

    /// Sends all bytes; short as they are, they fit into the kernel's buffer.
    ///
    /// # Errors
    ///
    /// When the connection is broken already.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        let until = Instant::now() + Duration::from_secs(5);
        while !rest.is_empty() {
            match self.socket.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    wait(&self.socket, libc::POLLOUT, until, &self.cancel)?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Lets what is sent from now on go no farther than so many hops. Who says that it ended there shows as `EHOSTUNREACH` of
    /// a read, after which the connection goes on.
    ///
    /// # Errors
    ///
    /// When the kernel refuses the options.
    pub fn limit_hops(&self, hops: u8) -> io::Result<()> {
        let ipv6 = self.local.is_some_and(|local| local.is_ipv6());
        error_queue::keep(&self.socket, ipv6, true)?;
        hop::limit(&self.socket, ipv6, hops)
    }

    /// What the kernel knows of the connection; all zero when it does not say.
    pub fn info(&self) -> TcpInfo {
        tcp_info::read(&self.socket).unwrap_or_default()
    }

    /// Ends the connection with a reset: a polite end would wait behind bytes that never arrive, and the server with it.
    pub fn abort(self) {
        // Where it fails, the kernel closes as usual.
        let _ = self.socket.set_linger(Some(Duration::ZERO));
    }
}

fn ended(error: io::Error) -> Got {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Got::Reset,
        _ => Got::Failed(error),
    }
}

/// Waits for events on a socket; `TimedOut` when the time is up or the work was cancelled.
#[expect(unsafe_code, reason = "poll is only in libc")]
pub(crate) fn wait(
    socket: &impl AsFd,
    events: libc::c_short,
    until: Instant,
    cancel: &Cancel,
) -> io::Result<()> {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || cancel.is_set() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let mut poll = libc::pollfd { fd: socket.as_fd().as_raw_fd(), events, revents: 0 };
        let slice = left.min(LOOK).as_millis().max(1) as libc::c_int;
        // SAFETY: `poll` is one valid pollfd and outlives the call.
        let ready = unsafe { libc::poll(&raw mut poll, 1, slice) };
        if ready > 0 {
            return Ok(());
        }
        if ready < 0 && io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return Err(io::Error::last_os_error());
        }
    }
}
