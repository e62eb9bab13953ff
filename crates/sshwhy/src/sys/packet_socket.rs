//! Packets as they leave and reach this host's interfaces: packet(7), with a filter that the kernel runs.
//!
//! A socket sees nothing before it is given a filter, and never more than that lets pass.

use std::io;
use std::mem;
use std::os::fd::AsRawFd;
use std::time::Duration;

use socket2::Domain;
use socket2::Protocol;
use socket2::Socket;
use socket2::Type;

/// An instruction of the kernel's filter (bpf(4), `struct sock_filter`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(C)]
pub struct Instruction {
    /// What it does.
    pub code: u16,
    /// How many instructions it leaves out when a test holds.
    pub if_true: u8,
    /// How many when it does not.
    pub if_false: u8,
    /// Its operand.
    pub k: u32,
}

/// Lets nothing pass.
const NOTHING: [Instruction; 1] = [Instruction { code: 0x06, if_true: 0, if_false: 0, k: 0 }];
/// So much waits for us: seconds of a diagnosis, which sends little.
const BUFFER: usize = 4 << 20;
/// No packet is longer.
const LONGEST: usize = 64 << 10;

/// A socket that sees packets.
#[derive(Debug)]
pub struct PacketSocket {
    socket: Socket,
}

/// A packet, from its network header on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seen {
    /// When the kernel saw it, since 1970.
    pub at: Duration,
    /// Whether this host sends it.
    pub is_outgoing: bool,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl PacketSocket {
    /// Opens one that sees nothing yet, on all interfaces. Needs CAP_NET_RAW.
    ///
    /// # Errors
    ///
    /// `PermissionDenied` without that, and what socket(2), setsockopt(2) and bind(2) say.
    pub fn open() -> io::Result<Self> {
        // Without a protocol it sees nothing before it is bound, and then the filter stands.
        let socket = Socket::new(Domain::PACKET, Type::DGRAM, Some(Protocol::from(0)))?;
        let opened = Self { socket };
        opened.attach(&NOTHING)?;
        option(&opened.socket, libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, &1_i32)?;
        // More than the system allows everybody where we may, else as much as that.
        if option(&opened.socket, libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, &(BUFFER as i32)).is_err()
        {
            opened.socket.set_recv_buffer_size(BUFFER)?;
        }
        opened.bind()?;
        Ok(opened)
    }

    /// Replaces the filter.
    ///
    /// # Errors
    ///
    /// When the kernel refuses the program.
    pub fn attach(&self, filter: &[Instruction]) -> io::Result<()> {
        let program = libc::sock_fprog {
            len: u16::try_from(filter.len()).map_err(io::Error::other)?,
            // The kernel only reads it.
            filter: filter.as_ptr().cast_mut().cast(),
        };
        option(&self.socket, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, &program)
    }

    /// The next packet; `None` when none came in time.
    ///
    /// # Errors
    ///
    /// What recvmsg(2) says.
    #[expect(unsafe_code, reason = "control messages and link addresses are only in libc")]
    pub fn receive(&self, limit: Duration) -> io::Result<Option<Seen>> {
        self.socket.set_read_timeout(Some(limit.max(Duration::from_millis(1))))?;
        let mut bytes = vec![0_u8; LONGEST];
        // u64 elements give the alignment that `cmsghdr` wants.
        let mut control = [0_u64; 16];
        // SAFETY: all fields of `sockaddr_ll` are numbers and may be zero.
        let mut from: libc::sockaddr_ll = unsafe { mem::zeroed() };
        let mut vector = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
        // SAFETY: all fields of `msghdr` may be zero; padding differs by C library, so it cannot be
        // written as a literal.
        let mut message: libc::msghdr = unsafe { mem::zeroed() };
        message.msg_name = (&raw mut from).cast();
        message.msg_namelen = mem::size_of_val(&from) as libc::socklen_t;
        message.msg_iov = &raw mut vector;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = mem::size_of_val(&control) as _;
        // SAFETY: every pointer in `message` is valid for its length and outlives the call.
        let got = unsafe { libc::recvmsg(self.socket.as_raw_fd(), &raw mut message, 0) };
        let Ok(length) = usize::try_from(got) else {
            let error = io::Error::last_os_error();
            return match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(None),
                _ => Err(error),
            };
        };
        bytes.truncate(length);
        let is_outgoing = from.sll_pkttype == libc::PACKET_OUTGOING;
        Ok(Some(Seen { at: stamp(&message).unwrap_or_default(), is_outgoing, bytes }))
    }

    /// How many packets passed the filter and found no room, since this was asked last.
    ///
    /// # Errors
    ///
    /// What getsockopt(2) says.
    #[expect(unsafe_code, reason = "no safe wrapper knows PACKET_STATISTICS")]
    pub fn lost(&self) -> io::Result<u32> {
        let mut counts = [0_u32; 2];
        let mut length = mem::size_of_val(&counts) as libc::socklen_t;
        // SAFETY: `counts` has room for `struct tpacket_stats`, two u32, and `length` says so.
        let done = unsafe {
            libc::getsockopt(
                self.socket.as_raw_fd(),
                libc::SOL_PACKET,
                libc::PACKET_STATISTICS,
                counts.as_mut_ptr().cast(),
                &raw mut length,
            )
        };
        if done == 0 { Ok(counts[1]) } else { Err(io::Error::last_os_error()) }
    }

    /// To all protocols of all interfaces: only so a socket sees what leaves.
    #[expect(unsafe_code, reason = "socket2 has no address of AF_PACKET")]
    fn bind(&self) -> io::Result<()> {
        // SAFETY: all fields of `sockaddr_ll` are numbers and may be zero.
        let mut to: libc::sockaddr_ll = unsafe { mem::zeroed() };
        to.sll_family = libc::AF_PACKET as u16;
        to.sll_protocol = (libc::ETH_P_ALL as u16).to_be();
        // SAFETY: `to` is a whole `sockaddr_ll` and outlives the call.
        let done = unsafe {
            libc::bind(
                self.socket.as_raw_fd(),
                (&raw const to).cast(),
                mem::size_of_val(&to) as libc::socklen_t,
            )
        };
        if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }
}

/// The time in the control messages (socket(7), `SO_TIMESTAMPNS`).
#[expect(unsafe_code, reason = "control messages are only in libc")]
fn stamp(message: &libc::msghdr) -> Option<Duration> {
    // SAFETY: the kernel has filled `message`; the macro checks its length.
    let mut header = unsafe { libc::CMSG_FIRSTHDR(message) };
    while !header.is_null() {
        // SAFETY: `header` lies within the control buffer, as the macros say that gave it.
        let (level, kind) = unsafe { ((*header).cmsg_level, (*header).cmsg_type) };
        if level == libc::SOL_SOCKET && kind == libc::SCM_TIMESTAMPNS {
            // SAFETY: a message of this type carries a `timespec`, which need not be aligned.
            let time: libc::timespec =
                unsafe { libc::CMSG_DATA(header).cast::<libc::timespec>().read_unaligned() };
            let seconds = u64::try_from(time.tv_sec).ok()?;
            return Some(Duration::new(seconds, u32::try_from(time.tv_nsec).ok()?));
        }
        // SAFETY: both belong to the same message.
        header = unsafe { libc::CMSG_NXTHDR(message, header) };
    }
    None
}

#[expect(unsafe_code, reason = "no safe wrapper knows these options")]
fn option<T>(socket: &Socket, level: i32, name: i32, value: &T) -> io::Result<()> {
    // SAFETY: `value` is valid for its size and outlives the call.
    let done = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            name,
            std::ptr::from_ref(value).cast(),
            mem::size_of::<T>() as libc::socklen_t,
        )
    };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
