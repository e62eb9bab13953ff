//! ICMP errors that belong to a socket: ip(7), `IP_RECVERR`; ipv6(7), `IPV6_RECVERR`.

use std::io;
use std::mem;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::os::fd::AsRawFd;

/// An error from the socket's error queue.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct QueuedError {
    /// Who made it.
    pub origin: Origin,
    /// The ICMP type; zero unless it came by ICMP.
    pub kind: u8,
    /// The ICMP code.
    pub code: u8,
    /// Who sent it, when the kernel knows.
    pub sender: Option<IpAddr>,
}

/// Who made an error.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    /// This host.
    Local,
    /// An ICMP message.
    Icmp,
    /// An ICMPv6 message.
    Icmp6,
}

/// Asks the kernel to keep ICMP errors of this socket, or to stop that.
///
/// # Errors
///
/// When the kernel refuses the option.
#[expect(unsafe_code, reason = "no safe wrapper knows IP_RECVERR")]
pub fn keep(socket: &impl AsRawFd, ipv6: bool, on: bool) -> io::Result<()> {
    let (level, name) = if ipv6 {
        (libc::IPPROTO_IPV6, libc::IPV6_RECVERR)
    } else {
        (libc::IPPROTO_IP, libc::IP_RECVERR)
    };
    let value = libc::c_int::from(on);
    // SAFETY: `value` is a valid c_int of the given length and outlives the call.
    let done = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            name,
            (&raw const value).cast(),
            mem::size_of::<libc::c_int>() as libc::socklen_t,
        )
    };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Takes one error from the queue without waiting; `None` when it is empty.
#[expect(unsafe_code, reason = "control messages are only in libc")]
pub fn take(socket: &impl AsRawFd) -> Option<QueuedError> {
    // u64 elements give the alignment that `cmsghdr` wants.
    let mut control = [0_u64; 64];
    let mut data = [0_u8; 512];
    let mut vector = libc::iovec { iov_base: data.as_mut_ptr().cast(), iov_len: data.len() };
    // SAFETY: all fields of `msghdr` may be zero; padding differs by C library, so it cannot be
    // written as a literal.
    let mut message: libc::msghdr = unsafe { mem::zeroed() };
    message.msg_iov = &raw mut vector;
    message.msg_iovlen = 1;
    message.msg_control = control.as_mut_ptr().cast();
    message.msg_controllen = mem::size_of_val(&control) as _;

    // SAFETY: every pointer in `message` is valid for its length and outlives the call.
    let got = unsafe {
        libc::recvmsg(socket.as_raw_fd(), &raw mut message, libc::MSG_ERRQUEUE | libc::MSG_DONTWAIT)
    };
    if got < 0 {
        return None;
    }
    // SAFETY: recvmsg succeeded, so msg_control and msg_controllen describe valid headers.
    let mut header = unsafe { libc::CMSG_FIRSTHDR(&raw const message) };
    while !header.is_null() {
        // SAFETY: CMSG_FIRSTHDR and CMSG_NXTHDR return null or a header inside `control`.
        let (level, kind) = unsafe { ((*header).cmsg_level, (*header).cmsg_type) };
        let ours = (level == libc::IPPROTO_IP && kind == libc::IP_RECVERR)
            || (level == libc::IPPROTO_IPV6 && kind == libc::IPV6_RECVERR);
        if ours {
            // SAFETY: for these two the kernel writes a sock_extended_err followed by the
            // sender's address (net/ipv4/ip_sockglue.c, net/ipv6/datagram.c).
            return Some(unsafe { decode(libc::CMSG_DATA(header)) });
        }
        // SAFETY: `header` is a valid header of `message`.
        header = unsafe { libc::CMSG_NXTHDR(&raw const message, header) };
    }
    None
}

/// # Safety
///
/// `data` points to a `sock_extended_err` that is followed by a `sockaddr` whose family says how
/// long it is.
#[expect(unsafe_code, reason = "control messages are only in libc")]
unsafe fn decode(data: *const u8) -> QueuedError {
    // SAFETY: promised by the caller; read_unaligned needs no alignment.
    let error = unsafe { data.cast::<libc::sock_extended_err>().read_unaligned() };
    // SAFETY: the address follows the structure, as promised by the caller.
    let address = unsafe { data.add(mem::size_of::<libc::sock_extended_err>()) };
    // SAFETY: every sockaddr begins with its family.
    let family = unsafe { address.cast::<libc::sa_family_t>().read_unaligned() };
    let sender = match i32::from(family) {
        libc::AF_INET => {
            // SAFETY: the family says that it is a sockaddr_in.
            let v4 = unsafe { address.cast::<libc::sockaddr_in>().read_unaligned() };
            Some(IpAddr::V4(Ipv4Addr::from(u32::from_be(v4.sin_addr.s_addr))))
        }
        libc::AF_INET6 => {
            // SAFETY: the family says that it is a sockaddr_in6.
            let v6 = unsafe { address.cast::<libc::sockaddr_in6>().read_unaligned() };
            Some(IpAddr::V6(Ipv6Addr::from(v6.sin6_addr.s6_addr)))
        }
        _ => None,
    };
    let origin = match error.ee_origin {
        libc::SO_EE_ORIGIN_ICMP => Origin::Icmp,
        libc::SO_EE_ORIGIN_ICMP6 => Origin::Icmp6,
        _ => Origin::Local,
    };
    QueuedError { origin, kind: error.ee_type, code: error.ee_code, sender }
}
