//! What the kernel's routing tables say of an address: connect(2) on UDP, and rtnetlink(7).

use std::io;
use std::io::Read;
use std::io::Write;
use std::mem;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::time::Duration;

use socket2::Domain;
use socket2::Socket;
use socket2::Type;

use super::interface;

/// The way that a packet would take.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Way {
    /// Our own address towards the other end.
    pub source: Option<SocketAddr>,
    /// The path MTU as the kernel believes it, in bytes.
    pub mtu: Option<u32>,
    /// The interface that it leaves by.
    pub interface: Option<String>,
    /// The router that it is sent to; `None` when the other end is on the same network.
    pub gateway: Option<IpAddr>,
}

/// Asks for a route without sending anything: connecting a UDP socket only looks the route up.
///
/// # Errors
///
/// Those of connect(2): `ENETUNREACH`, `EACCES`, `EHOSTUNREACH`, `EINVAL` tell which kind of route
/// there is instead.
pub fn to(address: SocketAddr, source: Option<IpAddr>) -> io::Result<Way> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, None)?;
    // Otherwise a broadcast address gives EACCES, as a prohibited route does.
    socket.set_broadcast(true)?;
    if let Some(source) = source {
        // An address that is not ours shows at connect(2) of TCP; here only the route counts.
        let _ = socket.bind(&SocketAddr::new(source, 0).into());
    }
    socket.connect(&address.into())?;
    let source = socket.local_addr().ok().and_then(|a| a.as_socket());
    let mtu = path_mtu(&socket, address.is_ipv6());
    let hop = next_hop(address, source.map(|s| s.ip())).unwrap_or_default();
    let interface = hop.interface.and_then(interface::name);
    Ok(Way { source, mtu, interface, gateway: hop.gateway })
}

/// Whether an address is one of this host's: then a socket can be bound to it.
pub fn is_own(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

/// ip(7), `IP_MTU`; ipv6(7), `IPV6_MTU`.
#[expect(unsafe_code, reason = "no safe wrapper knows IP_MTU")]
fn path_mtu(socket: &Socket, ipv6: bool) -> Option<u32> {
    let (level, name) =
        if ipv6 { (libc::IPPROTO_IPV6, libc::IPV6_MTU) } else { (libc::IPPROTO_IP, libc::IP_MTU) };
    let mut mtu: libc::c_int = 0;
    let mut length = mem::size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: `mtu` is valid for `length` bytes and both pointers outlive the call.
    let done = unsafe {
        libc::getsockopt(socket.as_raw_fd(), level, name, (&raw mut mtu).cast(), &raw mut length)
    };
    (done == 0).then(|| u32::try_from(mtu).ok())?
}

/// What RTM_NEWROUTE says beyond what a socket tells.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Hop {
    interface: Option<u32>,
    gateway: Option<IpAddr>,
}

/// Asks rtnetlink for the route to one address, as `ip route get` does.
fn next_hop(to: SocketAddr, from: Option<IpAddr>) -> io::Result<Hop> {
    let mut socket = Socket::new(Domain::from(libc::AF_NETLINK), Type::RAW, None)?;
    socket.set_read_timeout(Some(Duration::from_millis(200)))?;
    socket.write_all(&request(to, from))?;
    let mut buffer = [0; 4096];
    let length = socket.read(&mut buffer)?;
    decode(buffer.get(..length).unwrap_or_default())
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

// rtnetlink(7), linux/rtnetlink.h.
const HEADER_BYTES: usize = 16;
const ROUTE_BYTES: usize = 12;
const RTA_DST: u16 = 1;
const RTA_SRC: u16 = 2;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_VIA: u16 = 18;

fn request(to: SocketAddr, from: Option<IpAddr>) -> Vec<u8> {
    let (family, bits) = if to.is_ipv6() { (libc::AF_INET6, 128) } else { (libc::AF_INET, 32) };
    let mut body = vec![family as u8, bits, 0, 0, 0, 0, 0, 0];
    body.extend(0_u32.to_ne_bytes());
    attribute(&mut body, RTA_DST, &octets(to.ip()));
    if let Some(from) = from.filter(|f| f.is_ipv6() == to.is_ipv6() && !f.is_unspecified()) {
        body[2] = bits;
        attribute(&mut body, RTA_SRC, &octets(from));
    }
    if let SocketAddr::V6(v6) = to
        && v6.scope_id() != 0
    {
        attribute(&mut body, RTA_OIF, &v6.scope_id().to_ne_bytes());
    }
    let mut message = Vec::with_capacity(HEADER_BYTES + body.len());
    message.extend(((HEADER_BYTES + body.len()) as u32).to_ne_bytes());
    message.extend(libc::RTM_GETROUTE.to_ne_bytes());
    message.extend((libc::NLM_F_REQUEST as u16).to_ne_bytes());
    message.extend([0; 8]);
    message.extend(body);
    message
}

fn attribute(body: &mut Vec<u8>, kind: u16, data: &[u8]) {
    body.extend(((4 + data.len()) as u16).to_ne_bytes());
    body.extend(kind.to_ne_bytes());
    body.extend(data);
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

/// `None` when it is no RTM_NEWROUTE.
fn decode(message: &[u8]) -> Option<Hop> {
    let kind = u16::from_ne_bytes(*message.get(4..6)?.first_chunk()?);
    if kind != libc::RTM_NEWROUTE {
        return None;
    }
    let mut hop = Hop::default();
    let mut rest = message.get(HEADER_BYTES + ROUTE_BYTES..)?;
    while let (Some(length), Some(kind)) = (u16_at(rest, 0), u16_at(rest, 2)) {
        let length = usize::from(length);
        let data = rest.get(4..length)?;
        match kind {
            RTA_OIF => hop.interface = data.first_chunk().map(|b| u32::from_ne_bytes(*b)),
            RTA_GATEWAY => hop.gateway = address(data),
            // A router of the other address family: its family comes first.
            RTA_VIA => hop.gateway = data.get(2..).and_then(address),
            _ => {}
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Some(hop)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|b| u16::from_ne_bytes(*b))
}

fn address(data: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(data).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(data).map(IpAddr::from)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_messages_give_nothing() {
        let whole = {
            let mut bytes = vec![0; 4];
            bytes.extend(libc::RTM_NEWROUTE.to_ne_bytes());
            bytes.extend([0; 10 + ROUTE_BYTES]);
            attribute(&mut bytes, RTA_OIF, &7_u32.to_ne_bytes());
            attribute(&mut bytes, RTA_GATEWAY, &[10, 0, 0, 1]);
            bytes
        };
        let gateway = Some(IpAddr::from([10, 0, 0, 1]));
        assert_eq!(decode(&whole), Some(Hop { interface: Some(7), gateway }));
        for end in 0..whole.len() {
            let _ = decode(&whole[..end]);
        }
        // An attribute that claims to have no length at all must not be read for ever.
        let mut endless = whole[..HEADER_BYTES + ROUTE_BYTES].to_vec();
        endless.extend([0; 8]);
        assert_eq!(decode(&endless), None);
    }

    #[test]
    fn the_way_to_ourselves() {
        let way = to(SocketAddr::from(([127, 0, 0, 1], 22)), None).unwrap();
        assert_eq!(way.interface.as_deref(), Some("lo"));
        assert_eq!(way.source.map(|s| s.ip()), Some(IpAddr::from([127, 0, 0, 1])));
        assert_eq!(way.gateway, None);
        assert!(way.mtu.is_some_and(|m| m > 1000));
    }
}
