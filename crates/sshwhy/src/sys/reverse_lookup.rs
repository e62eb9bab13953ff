//! The name of an address: getnameinfo(3) with `NI_NAMEREQD`, as servers ask for their clients'.

use std::ffi::CStr;
use std::mem;
use std::net::IpAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// Room for a name (`NI_MAXHOST`).
const ROOM: usize = 1025;

/// The name of an address, and how long that took. `None` when the time is up before there is an
/// answer; a name that is `None` when there is an answer but no name.
pub fn name_of(address: IpAddr, limit: Duration) -> Option<(Option<String>, Duration)> {
    let (sender, receiver) = mpsc::channel();
    let began = Instant::now();
    // Detached: getnameinfo returns when it likes, which may be after this program's end.
    thread::spawn(move || {
        let name = look_up(address);
        let _ = sender.send((name, began.elapsed()));
    });
    receiver.recv_timeout(limit).ok()
}

#[expect(unsafe_code, reason = "getnameinfo is only in libc")]
fn look_up(address: IpAddr) -> Option<String> {
    let mut name = [0 as libc::c_char; ROOM];
    let ask = |socket: *const libc::sockaddr, size: usize, name: &mut [libc::c_char]| {
        let size = libc::socklen_t::try_from(size).unwrap_or_default();
        let room = libc::socklen_t::try_from(name.len()).unwrap_or_default();
        let (text, none) = (name.as_mut_ptr(), std::ptr::null_mut());
        // SAFETY: `socket` points to an address of `size` bytes and `text` to `room` bytes; both
        // outlive the call. No service is asked for.
        unsafe { libc::getnameinfo(socket, size, text, room, none, 0, libc::NI_NAMEREQD) }
    };
    // SAFETY: all fields of the two structures may be zero.
    let (mut v4, mut v6): (libc::sockaddr_in, libc::sockaddr_in6) =
        unsafe { (mem::zeroed(), mem::zeroed()) };
    let code = match address {
        IpAddr::V4(address) => {
            v4.sin_family = libc::AF_INET as libc::sa_family_t;
            v4.sin_addr.s_addr = address.to_bits().to_be();
            ask((&raw const v4).cast(), mem::size_of_val(&v4), &mut name)
        }
        IpAddr::V6(address) => {
            v6.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            v6.sin6_addr.s6_addr = address.octets();
            ask((&raw const v6).cast(), mem::size_of_val(&v6), &mut name)
        }
    };
    if code != 0 {
        return None;
    }
    // SAFETY: a call that succeeded has written a string that ends in NUL within the room.
    let name = unsafe { CStr::from_ptr(name.as_ptr()) };
    Some(name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_hosts_file() {
        let (name, _) = name_of(IpAddr::from([127, 0, 0, 1]), Duration::from_secs(20)).unwrap();
        assert!(name.is_some_and(|name| name.contains("localhost")));
        assert_eq!(name_of(IpAddr::from([127, 0, 0, 1]), Duration::ZERO), None);
    }
}
