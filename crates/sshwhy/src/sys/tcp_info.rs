//! What the kernel knows of a TCP connection: tcp(7), `TCP_INFO`.

use std::io;
use std::os::fd::AsRawFd;
use std::time::Duration;

/// The part of the kernel's `struct tcp_info` that tells faults apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TcpInfo {
    /// How often the timer of the oldest segment ran out. Unlike `backoff` it also counts the first
    /// timeouts of a SYN since Linux 6.5 (`tcp_syn_linear_timeouts`).
    pub timeouts: u32,
    /// Timeouts in a row without any acknowledgement.
    pub backoff: u32,
    /// Whether both ends stamp their segments (RFC 7323).
    pub timestamps: bool,
    /// The largest segment that we send, in bytes of payload.
    pub send_mss: u32,
    /// The largest segment that came, in bytes of payload; zero when it was no larger than the kernel assumes of all.
    pub largest_received: u32,
    /// Segments sent and not acknowledged.
    pub unacked: u32,
    /// Segments that the peer acknowledged selectively, beyond a hole.
    pub sacked: u32,
    /// Segments sent again and not acknowledged since; one that a local packet filter drops is not
    /// counted.
    pub in_flight_again: u32,
    /// The path MTU as the kernel believes it, in bytes.
    pub path_mtu: u32,
    /// The smoothed round-trip time; zero before the first sample.
    pub round_trip: Duration,
    /// Segments retransmitted since the connection began.
    pub retransmitted: u32,
    /// Payload bytes that the peer acknowledged.
    pub bytes_acked: u64,
    /// Segments given to the network layer; zero on kernels before 4.2.
    pub sent: u32,
    /// Segments that the peer got twice (RFC 2883); zero on kernels before 4.19.
    pub arrived_twice: u32,
    /// Segments that arrived out of order; zero on kernels before 5.4.
    pub out_of_order: u32,
}

impl TcpInfo {
    /// Whether the network layer took a SYN that was sent again; `None` when none was.
    pub fn left_host(&self) -> Option<bool> {
        let again = self.timeouts > 0 && !self.waits_for_neighbour();
        again.then_some(self.in_flight_again > 0)
    }

    /// Whether a SYN is still on this host, because nobody has told yet which Ethernet address it
    /// is to be sent to: it is not sent again while the first one waits.
    pub fn waits_for_neighbour(&self) -> bool {
        self.timeouts > 0 && self.sent == 1
    }
}

/// Larger than the structure of any kernel so far; what an older kernel does not fill stays zero.
const ROOM: usize = 512;

/// Asks the kernel.
///
/// # Errors
///
/// When the socket is no TCP socket.
pub fn read(socket: &impl AsRawFd) -> io::Result<TcpInfo> {
    let raw = read_raw(socket)?;
    // Offsets of include/uapi/linux/tcp.h; the structure only ever grows at its end.
    let u32_at = |at: usize| u32::from_ne_bytes([raw[at], raw[at + 1], raw[at + 2], raw[at + 3]]);
    let u64_at = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&raw[at..at + 8]);
        u64::from_ne_bytes(bytes)
    };
    Ok(TcpInfo {
        timeouts: u32::from(raw[2]),
        backoff: u32::from(raw[4]),
        timestamps: raw[5] & 1 != 0,
        send_mss: u32_at(16),
        // What the kernel begins with (`TCP_MSS_DEFAULT`).
        largest_received: Some(u32_at(20)).filter(|size| *size > 536).unwrap_or(0),
        unacked: u32_at(24),
        sacked: u32_at(28),
        in_flight_again: u32_at(36),
        path_mtu: u32_at(60),
        round_trip: Duration::from_micros(u64::from(u32_at(68))),
        retransmitted: u32_at(100),
        bytes_acked: u64_at(120),
        sent: u32_at(136),
        arrived_twice: u32_at(216),
        out_of_order: u32_at(224),
    })
}

#[expect(unsafe_code, reason = "no safe wrapper knows TCP_INFO")]
fn read_raw(socket: &impl AsRawFd) -> io::Result<[u8; ROOM]> {
    let mut raw = [0_u8; ROOM];
    let mut length = ROOM as libc::socklen_t;
    // SAFETY: `raw` is valid for `length` bytes and both pointers outlive the call.
    let done = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            raw.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    if done == 0 { Ok(raw) } else { Err(io::Error::last_os_error()) }
}
