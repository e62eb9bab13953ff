//! The system's own resolver: getaddrinfo(3), as every program on this host sees names.

use std::ffi::CString;
use std::fmt;
use std::io;
use std::mem;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::SocketAddrV4;
use std::net::SocketAddrV6;
use std::ptr;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// No more addresses than this are taken from one look-up.
const MAX_ADDRESSES: usize = 64;

/// Which addresses are wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Family {
    /// Either.
    Any,
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Why a look-up gave no address: the `EAI_` codes that tell faults apart.
#[derive(Debug)]
pub enum LookupError {
    /// `EAI_NONAME`: there is no such name.
    NoSuchName,
    /// `EAI_NODATA`, `EAI_ADDRFAMILY`: the name exists without an address of the wanted family.
    NoAddress,
    /// `EAI_AGAIN`: no answer from those who are asked.
    TryAgain,
    /// `EAI_FAIL`: an answer that says that it cannot be answered.
    Failed,
    /// `EAI_SYSTEM`.
    System(io::Error),
    /// Any other code.
    Other(i32),
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In the words of glibc, which ssh prints.
        match self {
            Self::NoSuchName => f.write_str("Name or service not known"),
            Self::NoAddress => f.write_str("No address associated with hostname"),
            Self::TryAgain => f.write_str("Temporary failure in name resolution"),
            Self::Failed => f.write_str("Non-recoverable failure in name resolution"),
            Self::System(error) => write!(f, "System error: {error}"),
            Self::Other(code) => write!(f, "getaddrinfo: error {code}"),
        }
    }
}

impl std::error::Error for LookupError {}

/// What a look-up found, in the order in which a program is to try them.
pub type Found = Result<Vec<SocketAddr>, LookupError>;

/// A look-up under way. It cannot be cancelled, only left alone.
#[derive(Debug)]
pub struct Lookup {
    began: Instant,
    receiver: Receiver<(Found, Duration)>,
}

impl Lookup {
    /// Begins to look a name up.
    pub fn begin(name: &str, port: u16, family: Family) -> Self {
        let (sender, receiver) = mpsc::channel();
        let (name, began) = (name.to_owned(), Instant::now());
        // Detached: getaddrinfo returns when it likes, which may be after this program's end.
        thread::spawn(move || {
            let found = look_up(&name, port, family);
            let _ = sender.send((found, began.elapsed()));
        });
        Self { began, receiver }
    }

    /// Waits for what it found and how long that took; `None` when the time is up first.
    pub fn wait(&self, limit: Duration) -> Option<(Found, Duration)> {
        match self.receiver.recv_timeout(limit) {
            Ok(found) => Some(found),
            Err(RecvTimeoutError::Timeout) => None,
            // The thread can only have panicked, e.g. in an NSS module's Rust code.
            Err(RecvTimeoutError::Disconnected) => {
                Some((Err(LookupError::Other(0)), self.began.elapsed()))
            }
        }
    }

    /// How long it has been under way.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

/// The index of a network interface; `None` when there is none of that name.
#[expect(unsafe_code, reason = "if_nametoindex is only in libc")]
pub fn interface_index(name: &str) -> Option<u32> {
    let name = CString::new(name).ok()?;
    // SAFETY: `name` is a valid C string that outlives the call.
    let index = unsafe { libc::if_nametoindex(name.as_ptr()) };
    (index != 0).then_some(index)
}

#[expect(unsafe_code, reason = "getaddrinfo is only in libc")]
fn look_up(name: &str, port: u16, family: Family) -> Found {
    // A name with a zero byte is the name of nothing.
    let name = CString::new(name).map_err(|_| LookupError::NoSuchName)?;
    // SAFETY: all fields of `addrinfo` may be zero: null pointers and "any".
    let mut hints: libc::addrinfo = unsafe { mem::zeroed() };
    hints.ai_socktype = libc::SOCK_STREAM;
    hints.ai_family = match family {
        Family::Any => libc::AF_UNSPEC,
        Family::V4 => libc::AF_INET,
        Family::V6 => libc::AF_INET6,
    };
    let mut list = ptr::null_mut();
    // SAFETY: `name` and `hints` outlive the call; `list` receives a list or stays null.
    let code =
        unsafe { libc::getaddrinfo(name.as_ptr(), ptr::null(), &raw const hints, &raw mut list) };
    if code != 0 {
        return Err(error_of(code, io::Error::last_os_error()));
    }
    let mut addresses = Vec::new();
    let mut next = list;
    while !next.is_null() && addresses.len() < MAX_ADDRESSES {
        // SAFETY: `next` is an element of the list that getaddrinfo made.
        let info = unsafe { &*next };
        // SAFETY: `ai_addr` points to an address of the family `ai_family`.
        let address = unsafe { address_of(info, port) };
        addresses.extend(address.filter(|a| !addresses.contains(a)));
        next = info.ai_next;
    }
    // SAFETY: the list is getaddrinfo's own and nothing points into it any more.
    unsafe { libc::freeaddrinfo(list) };
    if addresses.is_empty() { Err(LookupError::NoAddress) } else { Ok(addresses) }
}

fn error_of(code: libc::c_int, last: io::Error) -> LookupError {
    // netdb.h of glibc; the libc crate has no name for it.
    const EAI_ADDRFAMILY: libc::c_int = -9;
    match code {
        libc::EAI_NONAME => LookupError::NoSuchName,
        libc::EAI_NODATA | EAI_ADDRFAMILY => LookupError::NoAddress,
        libc::EAI_AGAIN => LookupError::TryAgain,
        libc::EAI_FAIL => LookupError::Failed,
        libc::EAI_SYSTEM => LookupError::System(last),
        other => LookupError::Other(other),
    }
}

/// # Safety
///
/// `ai_addr` is null or points to a `sockaddr` of the family `ai_family`.
#[expect(unsafe_code, reason = "reads a sockaddr of libc")]
pub(super) unsafe fn address_of(info: &libc::addrinfo, port: u16) -> Option<SocketAddr> {
    if info.ai_addr.is_null() {
        return None;
    }
    match info.ai_family {
        libc::AF_INET => {
            // SAFETY: the family says that it is a sockaddr_in.
            let v4 = unsafe { info.ai_addr.cast::<libc::sockaddr_in>().read_unaligned() };
            let ip = Ipv4Addr::from(u32::from_be(v4.sin_addr.s_addr));
            Some(SocketAddrV4::new(ip, port).into())
        }
        libc::AF_INET6 => {
            // SAFETY: the family says that it is a sockaddr_in6.
            let v6 = unsafe { info.ai_addr.cast::<libc::sockaddr_in6>().read_unaligned() };
            let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            Some(SocketAddrV6::new(ip, port, 0, v6.sin6_scope_id).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    #[test]
    fn names_that_no_resolver_is_asked_for() {
        let check = |name: &str, family, expected: &str| {
            let (found, _) = Lookup::begin(name, 22, family).wait(LIMIT).unwrap();
            let said = match found {
                Ok(addresses) => format!("{addresses:?}"),
                Err(error) => error.to_string(),
            };
            assert_eq!(said, expected, "{name:?}");
        };
        check("a\0b", Family::Any, "Name or service not known");
        check("127.0.0.1", Family::Any, "[127.0.0.1:22]");
        check("::1", Family::V6, "[[::1]:22]");
        check("127.0.0.1", Family::V6, "No address associated with hostname");
    }

    #[test]
    fn interfaces_have_an_index() {
        assert_eq!(interface_index("lo"), Some(1));
        assert_eq!(interface_index("no-such-interface"), None);
        assert_eq!(interface_index("a\0b"), None);
    }
}
