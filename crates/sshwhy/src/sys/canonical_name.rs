//! A name with what it leads to: getaddrinfo(3) with `AI_CANONNAME`, as servers ask that check their clients' names.

use std::ffi::CStr;
use std::ffi::CString;
use std::mem;
use std::net::IpAddr;
use std::ptr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::lookup;

/// No more addresses than this are taken from one look-up.
const MAX_ADDRESSES: usize = 64;

/// What a name leads to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Canonical {
    /// The name that it is another name for, or itself.
    pub name: String,
    /// Its addresses, of the family that was asked for.
    pub addresses: Vec<IpAddr>,
}

/// Looks a name up in the family of an address. `None` when the time is up before there is an answer; in it, `None` when the
/// answer is that there is nothing.
pub fn find(name: &str, family_of: IpAddr, limit: Duration) -> Option<Option<Canonical>> {
    let (sender, receiver) = mpsc::channel();
    let name = name.to_owned();
    // Detached: getaddrinfo returns when it likes, which may be after this program's end.
    thread::spawn(move || {
        let _ = sender.send(look_up(&name, family_of));
    });
    receiver.recv_timeout(limit).ok()
}

#[expect(unsafe_code, reason = "getaddrinfo is only in libc")]
fn look_up(name: &str, family_of: IpAddr) -> Option<Canonical> {
    let name = CString::new(name).ok()?;
    // SAFETY: all fields of `addrinfo` may be zero: null pointers and "any".
    let mut hints: libc::addrinfo = unsafe { mem::zeroed() };
    hints.ai_flags = libc::AI_CANONNAME;
    hints.ai_socktype = libc::SOCK_STREAM;
    hints.ai_family = if family_of.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    let mut list = ptr::null_mut();
    // SAFETY: `name` and `hints` outlive the call; `list` receives a list or stays null.
    let code =
        unsafe { libc::getaddrinfo(name.as_ptr(), ptr::null(), &raw const hints, &raw mut list) };
    if code != 0 {
        return None;
    }
    let mut found = Canonical { name: String::new(), addresses: Vec::new() };
    let mut next = list;
    while !next.is_null() && found.addresses.len() < MAX_ADDRESSES {
        // SAFETY: `next` is an element of the list that getaddrinfo made.
        let info = unsafe { &*next };
        if !info.ai_canonname.is_null() {
            // SAFETY: a canonical name that is there is a string that ends in NUL, within the list.
            let text = unsafe { CStr::from_ptr(info.ai_canonname) };
            found.name = text.to_string_lossy().into_owned();
        }
        // SAFETY: `ai_addr` points to an address of the family `ai_family`.
        let address = unsafe { lookup::address_of(info, 0) };
        found.addresses.extend(address.map(|address| address.ip()));
        next = info.ai_next;
    }
    // SAFETY: the list is getaddrinfo's own and nothing points into it any more.
    unsafe { libc::freeaddrinfo(list) };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_resolver_is_asked_for() {
        let check = |name: &str, expected: Option<&str>| {
            let address = IpAddr::from([127, 0, 0, 1]);
            let found = find(name, address, Duration::from_secs(20)).unwrap();
            assert_eq!(found.as_ref().map(|found| found.name.as_str()), expected, "{name:?}");
            assert!(found.is_none_or(|found| found.addresses == [address]), "{name:?}");
        };
        check("a\0b", None);
        check("::1", None);
        check("127.0.0.1", Some("127.0.0.1"));
        check("localhost", Some("localhost"));
    }
}
