//! What may listen on an SSH port and is not a healthy sshd.
//!
//! Must never speak SSH past the identification string.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use socket2::SockRef;

use super::{argument, ready};

/// How a service behaves towards each connection.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Says a good identification and then text instead of packets.
    Babble,
    /// Accepts and closes at once, as a forwarder without a target does.
    Close,
    /// Says an SSH-1 identification and waits.
    FirstProtocol,
    /// Forwards to sshd on port 2200 of the same host, as a port forwarder with a target does.
    Forward,
    /// Says two lines of text, then forwards to sshd on port 2200.
    Greet,
    /// Waits for a request and answers 400, as web servers do with anything else.
    Http,
    /// Says a line that begins like SSH and is not.
    Malformed,
    /// Accepts and resets at once, as a balancer without a backend does.
    Reset,
    /// Accepts and says nothing for ever.
    Silent,
    /// Greets as a mail server.
    Smtp,
    /// Sends one more line of text every second and never an identification.
    Tarpit,
    /// Answers the first bytes with a TLS alert.
    Tls,
}

/// `serve PORT KIND`: ready when it listens.
pub(super) fn main(arguments: &[String]) -> Result<()> {
    let port: u16 = argument(arguments, 0, "port")?.parse()?;
    let kind = match argument(arguments, 1, "kind")? {
        "babble" => Kind::Babble,
        "close" => Kind::Close,
        "forward" => Kind::Forward,
        "greet" => Kind::Greet,
        "ssh1" => Kind::FirstProtocol,
        "http" => Kind::Http,
        "malformed" => Kind::Malformed,
        "reset" => Kind::Reset,
        "silent" => Kind::Silent,
        "smtp" => Kind::Smtp,
        "tarpit" => Kind::Tarpit,
        "tls" => Kind::Tls,
        other => bail!("no such service: {other}"),
    };
    let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).context("failed to listen")?;
    ready()?;
    for stream in listener.incoming() {
        let stream = stream?;
        std::thread::spawn(move || {
            // The client may leave at any moment; that is not this service's trouble.
            let _ = answer(stream, kind);
        });
    }
    Ok(())
}

fn answer(mut stream: TcpStream, kind: Kind) -> std::io::Result<()> {
    match kind {
        Kind::Close => return Ok(()),
        Kind::Reset => return SockRef::from(&stream).set_linger(Some(Duration::ZERO)),
        Kind::Babble => {
            stream
                .write_all(b"SSH-2.0-OpenSSH_7.4\r\nWelcome to this machine, please log in.\r\n")?;
        }
        Kind::Forward => return forward(stream),
        Kind::Greet => {
            stream.write_all(b"Authorised use only.\r\nEverything is logged.\r\n")?;
            return forward(stream);
        }
        Kind::FirstProtocol => stream.write_all(b"SSH-1.5-1.2.27\n")?,
        Kind::Http => {
            read_some(&mut stream)?;
            return stream.write_all(
                b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            );
        }
        Kind::Malformed => stream.write_all(b"SSH-two.zero\x01\xff device\r\n")?,
        Kind::Silent => {}
        Kind::Smtp => stream.write_all(b"220 mail.example.net ESMTP Postfix\r\n")?,
        Kind::Tarpit => loop {
            stream.write_all(b"4f1c77a0b2\r\n")?;
            std::thread::sleep(Duration::from_secs(1));
        },
        Kind::Tls => {
            read_some(&mut stream)?;
            return stream.write_all(&[0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x0a]);
        }
    }
    // Stay connected until the client leaves.
    while read_some(&mut stream)? > 0 {}
    Ok(())
}

fn forward(mut client: TcpStream) -> std::io::Result<()> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, 2200))?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    std::io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Both)
}

fn read_some(stream: &mut TcpStream) -> std::io::Result<usize> {
    stream.read(&mut [0; 4096])
}
