//! The TCP connection of a program that we started, by a copy of its descriptor: pidfd_getfd(2), since Linux 5.6. Its options
//! can be set so, and its bytes are left alone.

use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::os::fd::FromRawFd;
use std::os::fd::OwnedFd;
use std::time::Duration;

use socket2::SockRef;
use socket2::TcpKeepalive;

/// Lets the kernel send keepalives on the connections that a process has, one every `interval` in which nothing came; how many
/// connections that were.
///
/// # Errors
///
/// When the process is none that we may trace.
pub fn keep_alive(pid: u32, interval: Duration) -> io::Result<usize> {
    let process = open(pid)?;
    let keepalive = TcpKeepalive::new().with_time(interval).with_interval(interval);
    let mut count = 0;
    for entry in fs::read_dir(format!("/proc/{pid}/fd"))? {
        let entry = entry?;
        let is_socket =
            fs::read_link(entry.path()).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"));
        let Some(number) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if !is_socket {
            continue;
        }
        let socket = copy(&process, number)?;
        // Other sockets than those of TCP refuse the option.
        count += usize::from(SockRef::from(&socket).set_tcp_keepalive(&keepalive).is_ok());
    }
    Ok(count)
}

#[expect(unsafe_code, reason = "no safe wrapper has pidfd_open")]
fn open(pid: u32) -> io::Result<OwnedFd> {
    // SAFETY: the call takes numbers alone.
    descriptor(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) })
}

#[expect(unsafe_code, reason = "no safe wrapper has pidfd_getfd")]
fn copy(process: &OwnedFd, number: i32) -> io::Result<OwnedFd> {
    // SAFETY: the call takes numbers alone.
    descriptor(unsafe { libc::syscall(libc::SYS_pidfd_getfd, process.as_raw_fd(), number, 0) })
}

#[expect(unsafe_code, reason = "a system call returns a bare number")]
fn descriptor(returned: libc::c_long) -> io::Result<OwnedFd> {
    let number = i32::try_from(returned).map_err(io::Error::other)?;
    if number < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just opened it for us, and nobody else knows of it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_connection_of_a_process_gets_keepalives() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        let stream =
            TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection");
        assert!(!SockRef::from(&stream).keepalive().expect("an option"));
        let count = keep_alive(std::process::id(), Duration::from_secs(7)).expect("ourselves");
        assert!(count > 0);
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().expect("an option"));
        assert_eq!(socket.tcp_keepalive_time().expect("an option"), Duration::from_secs(7));
        assert!(keep_alive(u32::MAX / 2, Duration::from_secs(7)).is_err());
    }
}
