//! TCP sockets of this network namespace as sock_diag(7) shows them, also to ordinary users.
//!
//! Unlike `/proc/net/tcp` it tells a listener's backlog, whether it takes IPv6 only, and the
//! interface that it is bound to.

use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;

use super::interface;
use super::netlink;
use super::netlink::Wants;

/// A socket that listens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listening {
    /// Where.
    pub local: SocketAddr,
    /// Whether an IPv6 socket takes no IPv4 connections; `false` for IPv4.
    pub v6_only: bool,
    /// The interface that it is bound to (`SO_BINDTODEVICE`).
    pub interface: Option<String>,
    /// Connections that wait to be accepted.
    pub queue: u32,
    /// How many may wait: the queue is full when it is longer than this.
    pub backlog: u32,
    /// The user that made it.
    pub uid: u32,
    /// Its inode, by which a process is found that holds it.
    pub inode: u64,
}

/// A connection whose handshake is over and that nobody has closed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Connection {
    /// Our end. IPv4 is IPv4 here, also on a socket of IPv6.
    pub local: SocketAddr,
    /// The other end, likewise.
    pub remote: SocketAddr,
    /// Bytes that the program has not read.
    pub receive_queue: u32,
    /// Bytes that the other end has not acknowledged.
    pub send_queue: u32,
    /// The user that made it.
    pub uid: u32,
    /// Its inode; 0 while it waits to be accepted, because no program has it yet.
    pub inode: u64,
    /// A number that no other socket of this boot has.
    pub cookie: u64,
}

/// Every listening TCP socket.
///
/// # Errors
///
/// When the kernel does not answer: `ENOENT` when it was built without `INET_DIAG`.
pub fn listeners() -> io::Result<Vec<Listening>> {
    let mut found = Vec::new();
    for family in FAMILIES {
        each(family, LISTEN, 0, &mut |raw| found.push(raw.listening()))?;
    }
    Ok(found)
}

/// Every established TCP connection to one of our ports.
///
/// # Errors
///
/// As [`listeners`].
pub fn connections(port: u16) -> io::Result<Vec<Connection>> {
    let mut found = Vec::new();
    for family in FAMILIES {
        each(family, ESTABLISHED, port, &mut |raw| found.push(raw.connection()))?;
    }
    found.retain(|connection| connection.local.port() == port);
    Ok(found)
}

const FAMILIES: [u8; 2] = [libc::AF_INET as u8, libc::AF_INET6 as u8];

// linux/sock_diag.h, linux/inet_diag.h, include/net/tcp_states.h.
const NETLINK_SOCK_DIAG: libc::c_int = 4;
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const MESSAGE_BYTES: usize = 72;
const INET_DIAG_SKV6ONLY: u16 = 11;
const ESTABLISHED: u32 = 1 << 1;
const LISTEN: u32 = 1 << 10;

fn each(family: u8, states: u32, port: u16, take: &mut impl FnMut(Raw)) -> io::Result<()> {
    // struct inet_diag_req_v2: what and in which state, then a struct inet_diag_sockid, of which
    // only our own port, in network order, is used as a filter.
    let mut body = vec![family, libc::IPPROTO_TCP as u8, 0, 0];
    body.extend(states.to_ne_bytes());
    body.extend(port.to_be_bytes());
    body.resize(56, 0);
    // No cookie: all bits are set.
    body[48..].fill(0xff);
    let mut each = |kind, message: &[u8]| {
        if kind == SOCK_DIAG_BY_FAMILY
            && let Some(raw) = decode(message)
        {
            take(raw);
        }
    };
    netlink::ask(NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, Wants::All, &body, &mut each)
}

/// `struct inet_diag_msg` with the one attribute that we need.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Raw {
    local: SocketAddr,
    remote: SocketAddr,
    interface: u32,
    cookie: u64,
    receive_queue: u32,
    send_queue: u32,
    uid: u32,
    inode: u32,
    v6_only: bool,
}

impl Raw {
    fn listening(self) -> Listening {
        Listening {
            local: self.local,
            v6_only: self.v6_only,
            interface: interface::name(self.interface),
            queue: self.receive_queue,
            backlog: self.send_queue,
            uid: self.uid,
            inode: self.inode.into(),
        }
    }

    fn connection(self) -> Connection {
        let plain = |end: SocketAddr| SocketAddr::new(end.ip().to_canonical(), end.port());
        Connection {
            local: plain(self.local),
            remote: plain(self.remote),
            receive_queue: self.receive_queue,
            send_queue: self.send_queue,
            uid: self.uid,
            inode: self.inode.into(),
            cookie: self.cookie,
        }
    }
}

fn decode(message: &[u8]) -> Option<Raw> {
    let fixed: &[u8; MESSAGE_BYTES] = message.first_chunk()?;
    let word = |at| netlink::u32_at(fixed, at);
    let port = |at: usize| Some(u16::from_be_bytes([*fixed.get(at)?, *fixed.get(at + 1)?]));
    let address = |at: usize| match libc::c_int::from(fixed[0]) {
        libc::AF_INET => fixed.get(at..)?.first_chunk::<4>().map(|b| IpAddr::from(*b)),
        libc::AF_INET6 => fixed.get(at..)?.first_chunk::<16>().map(|b| IpAddr::from(*b)),
        _ => None,
    };
    let v6_only = netlink::attributes(message.get(MESSAGE_BYTES..)?)
        .any(|(kind, data)| kind == INET_DIAG_SKV6ONLY && data.first().is_some_and(|on| *on != 0));
    Some(Raw {
        local: SocketAddr::new(address(8)?, port(4)?),
        remote: SocketAddr::new(address(24)?, port(6)?),
        interface: word(40)?,
        cookie: u64::from(word(44)?) | u64::from(word(48)?) << 32,
        receive_queue: word(56)?,
        send_queue: word(60)?,
        uid: word(64)?,
        inode: word(68)?,
        v6_only,
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::net::TcpStream;
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn hostile_messages_give_nothing() {
        let mut whole = vec![0; MESSAGE_BYTES];
        whole[0] = libc::AF_INET6 as u8;
        whole[4..6].copy_from_slice(&22_u16.to_be_bytes());
        netlink::push_attribute(&mut whole, INET_DIAG_SKV6ONLY, &[1]);
        let raw = decode(&whole).unwrap();
        assert_eq!((raw.local.to_string().as_str(), raw.v6_only), ("[::]:22", true));
        for end in 0..MESSAGE_BYTES {
            assert_eq!(decode(&whole[..end]), None);
        }
        for end in MESSAGE_BYTES..MESSAGE_BYTES + 5 {
            assert!(decode(&whole[..end]).is_some_and(|r| !r.v6_only));
        }
        whole[0] = 77;
        assert_eq!(decode(&whole), None);
    }

    #[test]
    fn our_own_listener_and_a_connection_that_waits() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inode = inode_of(&listener);
        let mine = || listeners().unwrap().into_iter().find(|l| l.inode == inode).unwrap();
        assert_eq!((mine().local, mine().queue, mine().v6_only), (address, 0, false));
        assert!(mine().backlog > 0);
        let client = TcpStream::connect(address).unwrap();
        assert_eq!(mine().queue, 1);
        let ours = connections(address.port()).unwrap();
        assert_eq!(ours.len(), 1);
        assert_eq!((ours[0].remote, ours[0].inode), (client.local_addr().unwrap(), 0));
        let (accepted, _) = listener.accept().unwrap();
        assert_eq!(mine().queue, 0);
        let now = connections(address.port()).unwrap();
        assert_eq!((now[0].cookie, now[0].inode), (ours[0].cookie, inode_of(&accepted)));
    }

    #[test]
    fn an_ipv6_listener_says_whether_it_takes_ipv4() {
        let any = std::net::Ipv6Addr::UNSPECIFIED;
        for only in [true, false] {
            let (domain, kind) = (socket2::Domain::IPV6, socket2::Type::STREAM);
            let socket = socket2::Socket::new(domain, kind, None).unwrap();
            socket.set_only_v6(only).unwrap();
            socket.bind(&SocketAddr::from((any, 0)).into()).unwrap();
            socket.listen(7).unwrap();
            let inode = inode_of(&socket);
            let found = listeners().unwrap().into_iter().find(|l| l.inode == inode).unwrap();
            assert_eq!((found.v6_only, found.backlog), (only, 7));
        }
    }

    fn inode_of(socket: &impl AsRawFd) -> u64 {
        let link = std::fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd())).unwrap();
        let link = link.to_str().unwrap().to_owned();
        link.strip_prefix("socket:[").unwrap().strip_suffix(']').unwrap().parse().unwrap()
    }
}
