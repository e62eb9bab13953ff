//! Another client that opens connections and keeps them without logging in.
//!
//! Must never close one, and never write to it.

use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};
use socket2::{Domain, Socket, Type};

use super::{argument, ready, stay};

/// How long a server may take to say its identification string.
const BANNER_TIMEOUT: Duration = Duration::from_secs(5);

/// `hold FROM TO COUNT [mute]`: connects from address FROM to socket address TO until COUNT
/// connections have shown an identification string, then is ready. With `mute` a connection counts
/// as soon as TCP has opened it (for servers that say nothing).
pub(super) fn main(arguments: &[String]) -> Result<()> {
    let from: std::net::IpAddr = argument(arguments, 0, "source address")?.parse()?;
    let to: SocketAddr = argument(arguments, 1, "target")?.parse()?;
    let count: usize = argument(arguments, 2, "number of connections")?.parse()?;
    let mute = arguments.get(3).is_some_and(|word| word == "mute");
    let mut held = Vec::new();
    // Servers that drop at random need more tries; one that lets nobody in must not keep us for
    // ever.
    for _ in 0..count * 50 {
        if held.len() == count {
            break;
        }
        let Ok(stream) = connect(from, to) else {
            // A full listen queue: more cannot be held.
            if mute {
                break;
            }
            continue;
        };
        if mute || identified(&stream) {
            held.push(stream);
        }
    }
    ready()?;
    stay()
}

fn connect(from: std::net::IpAddr, to: SocketAddr) -> Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, None)?;
    socket.bind(&SocketAddr::new(from, 0).into())?;
    socket.connect_timeout(&to.into(), Duration::from_millis(1500)).context("failed to connect")?;
    Ok(socket.into())
}

fn identified(stream: &TcpStream) -> bool {
    let mut first = [0; 4];
    stream.set_read_timeout(Some(BANNER_TIMEOUT)).is_ok()
        && (&*stream).read_exact(&mut first).is_ok()
        && &first == b"SSH-"
}
