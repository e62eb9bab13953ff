//! Counters and sockets of the kernel: `/proc/net/snmp`, `/proc/net/netstat`, `/proc/net/snmp6`, `/proc/net/tcp` and `tcp6`
//! (proc(5), Linux `Documentation/networking/snmp_counter.rst` and `proc_net_tcp.rst`).
//!
//! Must never say what a counter means: it counts for the whole network namespace, not for one connection.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;

/// Most counters that are read; Linux has about 400.
const MAX_COUNTERS: usize = 4096;

/// Most sockets that are read.
const MAX_SOCKETS: usize = 100_000;

/// Counters by the names that nstat(8) gives them: the group and the counter, as in `TcpExtListenDrops`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    values: BTreeMap<String, i64>,
}

impl Counters {
    /// Reads one of the files and adds it to the counters read before. The files with groups have a line of names and then a
    /// line of values; `snmp6` has a name and a value on each line.
    pub fn read(&mut self, text: &str) {
        let mut names: Option<(&str, &str)> = None;
        for line in text.lines() {
            let Some((group, rest)) = line.split_once(": ") else {
                self.read_single(line);
                continue;
            };
            match names.take() {
                Some((named, list)) if named == group => {
                    for (name, value) in list.split_whitespace().zip(rest.split_whitespace()) {
                        self.insert(&format!("{group}{name}"), value);
                    }
                }
                _ => names = Some((group, rest)),
            }
        }
    }

    /// The value of a counter; `None` when this kernel has none of that name, which is not zero.
    pub fn value(&self, name: &str) -> Option<i64> {
        self.values.get(name).copied()
    }

    /// What changed since an earlier reading, by name. Counters that only one reading has are left out; one that wrapped or
    /// is no counter but a state (`TcpCurrEstab`) may be negative.
    pub fn since(&self, earlier: &Self) -> BTreeMap<String, i64> {
        let change = |(name, value): (&String, &i64)| {
            let change = value.checked_sub(*earlier.values.get(name)?)?;
            (change != 0).then(|| (name.clone(), change))
        };
        self.values.iter().filter_map(change).collect()
    }

    fn read_single(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(value), None) = (words.next(), words.next(), words.next()) {
            self.insert(name, value);
        }
    }

    fn insert(&mut self, name: &str, value: &str) {
        if let Ok(value) = value.parse()
            && (self.values.len() < MAX_COUNTERS || self.values.contains_key(name))
        {
            self.values.insert(name.to_owned(), value);
        }
    }
}

/// One TCP socket of this network namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TcpSocket {
    /// The local end.
    pub local: SocketAddr,
    /// The remote end; all zero for a listener.
    pub remote: SocketAddr,
    /// Its state.
    pub state: TcpState,
    /// Bytes sent and not acknowledged, or not sent yet. For a listener: nothing.
    pub send_queue: u32,
    /// Bytes not read yet; for a listener the connections that wait to be accepted.
    pub receive_queue: u32,
    /// How often the oldest segment was sent again without an answer.
    pub retransmits: u32,
    /// The user that owns it.
    pub uid: u32,
    /// Its inode, by which a process is found that holds it.
    pub inode: u64,
}

/// The states of a TCP socket as Linux numbers them (`include/net/tcp_states.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TcpState {
    /// 1.
    Established,
    /// 2.
    SynSent,
    /// 3.
    SynReceived,
    /// 4.
    FinWait1,
    /// 5.
    FinWait2,
    /// 6.
    TimeWait,
    /// 7.
    Close,
    /// 8.
    CloseWait,
    /// 9.
    LastAck,
    /// 10.
    Listen,
    /// 11.
    Closing,
    /// 12.
    NewSynReceived,
}

/// Reads `/proc/net/tcp` or `/proc/net/tcp6` of the machine this runs on: the addresses are in its byte order. Lines that are
/// no sockets are skipped.
pub fn parse_tcp_sockets(text: &str) -> Vec<TcpSocket> {
    text.lines().filter_map(socket).take(MAX_SOCKETS).collect()
}

fn socket(line: &str) -> Option<TcpSocket> {
    let mut words = line.split_whitespace();
    let number = words.next()?.strip_suffix(':')?;
    number.parse::<u64>().ok()?;
    let local = address(words.next()?)?;
    let remote = address(words.next()?)?;
    let state = state(words.next()?)?;
    let (send_queue, receive_queue) = words.next()?.split_once(':')?;
    let _timer = words.next()?;
    let retransmits = u32::from_str_radix(words.next()?, 16).ok()?;
    let uid = words.next()?.parse().ok()?;
    let _timeout = words.next()?;
    let inode = words.next()?.parse().ok()?;
    Some(TcpSocket {
        local,
        remote,
        state,
        send_queue: u32::from_str_radix(send_queue, 16).ok()?,
        receive_queue: u32::from_str_radix(receive_queue, 16).ok()?,
        retransmits,
        uid,
        inode,
    })
}

/// Each four bytes of the address are printed as one number in the byte order of the machine.
fn address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| {
        let digits = address.get(at..at + 8)?;
        u32::from_str_radix(digits, 16).ok().map(u32::to_ne_bytes)
    };
    let address = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let mut octets = [0; 16];
            for (octets, at) in octets.chunks_exact_mut(4).zip([0, 8, 16, 24]) {
                octets.copy_from_slice(&word(at)?);
            }
            IpAddr::V6(Ipv6Addr::from(octets))
        }
        _ => return None,
    };
    Some(SocketAddr::new(address, port))
}

fn state(text: &str) -> Option<TcpState> {
    Some(match u8::from_str_radix(text, 16).ok()? {
        1 => TcpState::Established,
        2 => TcpState::SynSent,
        3 => TcpState::SynReceived,
        4 => TcpState::FinWait1,
        5 => TcpState::FinWait2,
        6 => TcpState::TimeWait,
        7 => TcpState::Close,
        8 => TcpState::CloseWait,
        9 => TcpState::LastAck,
        10 => TcpState::Listen,
        11 => TcpState::Closing,
        12 => TcpState::NewSynReceived,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
