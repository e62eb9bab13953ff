//! Datagrams with a short life, and who says that it ended: what traceroute(8) does, without privileges.

use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use socket2::Domain;
use socket2::Protocol;
use socket2::Socket;
use socket2::Type;

use super::cancel::Cancel;
use super::error_queue;
use super::error_queue::QueuedError;

/// Nobody listens on these ports (traceroute's own first one).
const PORT: u16 = 33434;
/// Between two looks.
const GLANCE: Duration = Duration::from_millis(3);

/// Sends a datagram for each life from one hop to `most`, and takes the errors that come for them until the time is up, or
/// until `enough` says so of them, the first life first.
///
/// # Errors
///
/// When this host does not let us send.
pub fn trace(
    to: IpAddr,
    most: u8,
    limit: Duration,
    cancel: &Cancel,
    enough: impl Fn(&[Option<QueuedError>]) -> bool,
) -> io::Result<Vec<Option<QueuedError>>> {
    let sockets = (1..=most).map(|life| send(to, life)).collect::<io::Result<Vec<Socket>>>()?;
    let mut errors = vec![None; sockets.len()];
    let until = Instant::now() + limit;
    while Instant::now() < until && !cancel.is_set() && !enough(&errors) {
        thread::sleep(GLANCE);
        for (socket, error) in sockets.iter().zip(&mut errors) {
            *error = error.or_else(|| error_queue::take(socket));
        }
    }
    Ok(errors)
}

fn send(to: IpAddr, life: u8) -> io::Result<Socket> {
    let to = SocketAddr::new(to, PORT + u16::from(life));
    let socket = Socket::new(Domain::for_address(to), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    error_queue::keep(&socket, to.is_ipv6(), true)?;
    limit(&socket, to.is_ipv6(), life)?;
    socket.connect(&to.into())?;
    socket.send(&[0])?;
    Ok(socket)
}

/// Lets the packets of a socket go no farther than so many hops.
///
/// # Errors
///
/// When the kernel refuses the option.
pub fn limit(socket: &Socket, ipv6: bool, hops: u8) -> io::Result<()> {
    match ipv6 {
        true => socket.set_unicast_hops_v6(u32::from(hops)),
        false => socket.set_ttl_v4(u32::from(hops)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_port_of_our_own_answers_at_once() {
        let answered = |errors: &[Option<QueuedError>]| errors.iter().all(Option::is_some);
        for host in [[127, 0, 0, 1].into(), IpAddr::from(std::net::Ipv6Addr::LOCALHOST)] {
            let limit = Duration::from_secs(5);
            let errors = trace(host, 2, limit, &Cancel::new(), answered).expect("loopback");
            let from: Vec<_> = errors.iter().map(|error| error.and_then(|e| e.sender)).collect();
            assert_eq!(from, [Some(host), Some(host)]);
        }
    }
}
