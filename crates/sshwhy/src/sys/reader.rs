//! Whether somebody reads at the other end of a pipe.

use std::os::fd::AsFd;
use std::os::fd::AsRawFd;

/// Whether what is written there can still be read by somebody; true also of files and terminals.
#[expect(unsafe_code, reason = "poll(2) is only in libc")]
pub fn is_there(to: &impl AsFd) -> bool {
    let fd = to.as_fd().as_raw_fd();
    // Nothing is asked for: an error is told all the same.
    let mut asked = libc::pollfd { fd, events: 0, revents: 0 };
    // SAFETY: the pointer is to one value on our stack, which lives as long as the call, and the count is one.
    let ready = unsafe { libc::poll(&raw mut asked, 1, 0) };
    ready <= 0 || asked.revents & libc::POLLERR == 0
}

#[cfg(test)]
mod tests {
    use std::io::pipe;

    use super::*;

    #[test]
    fn who_closes_the_reading_end_is_noticed() {
        let (reader, writer) = pipe().unwrap();
        assert!(is_there(&writer));
        drop(reader);
        assert!(!is_there(&writer));
    }
}
