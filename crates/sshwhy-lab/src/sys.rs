//! The system calls of the lab that std and socket2 lack: opening a TUN interface, and moving a
//! thread from one network namespace to another.
//!
//! Must never hold anything else that is unsafe.
#![allow(unsafe_code, reason = "these have no safe wrapper among our dependencies")]

use std::fs::{File, OpenOptions};
use std::os::fd::AsRawFd;

use anyhow::{Context, Result, bail};

/// Opens the TUN interface `name` of this network namespace; each read is one IP packet, each write
/// sends one. Source: Documentation/networking/tuntap.rst of Linux.
pub(crate) fn open_tun(name: &str) -> Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/net/tun")
        .context("failed to open /dev/net/tun")?;
    // struct ifreq: 16 bytes of name, then the flags, then padding up to 40 bytes.
    let mut request = [0_u8; 40];
    let flags = (libc::IFF_TUN | libc::IFF_NO_PI).to_ne_bytes();
    if name.len() > 15 {
        bail!("interface name {name} is longer than 15 bytes");
    }
    for (to, from) in request.iter_mut().zip(name.as_bytes()) {
        *to = *from;
    }
    for (to, from) in request.iter_mut().skip(16).zip(flags.iter().take(2)) {
        *to = *from;
    }
    // SAFETY: the descriptor is open, and the kernel reads and writes at most sizeof(struct ifreq)
    // = 40 bytes of `request`, which lives across the call.
    let result = unsafe { libc::ioctl(file.as_raw_fd(), libc::TUNSETIFF, request.as_mut_ptr()) };
    if result < 0 {
        return Err(std::io::Error::last_os_error())
            .with_context(|| format!("failed to attach to {name}"));
    }
    Ok(file)
}

/// Gives the calling thread a network namespace of its own, and returns what keeps it (unshare(2)).
pub(crate) fn new_network() -> Result<File> {
    // SAFETY: no memory is involved; only the calling thread's network changes.
    if unsafe { libc::unshare(libc::CLONE_NEWNET) } != 0 {
        return Err(std::io::Error::last_os_error()).context("failed to make a network namespace");
    }
    File::open("/proc/thread-self/ns/net").context("failed to open the network namespace")
}

/// Moves the calling thread into a network namespace (setns(2)).
pub(crate) fn enter_network(network: &File) -> Result<()> {
    // SAFETY: the descriptor is open; only the calling thread's network changes.
    if unsafe { libc::setns(network.as_raw_fd(), libc::CLONE_NEWNET) } != 0 {
        return Err(std::io::Error::last_os_error()).context("failed to enter a network namespace");
    }
    Ok(())
}
