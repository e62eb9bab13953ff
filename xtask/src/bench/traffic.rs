//! Logs and captures of any length, as of a host that is guessed at.

use std::fs::File;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use anyhow::Result;

const CLIENT_IDENT: &[u8] = b"SSH-2.0-OpenSSH_9.9\r\n";
const SERVER_IDENT: &[u8] = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n";
/// What OpenSSH 9 offers.
const KEX: &str = "sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,mlkem768x25519-sha256,curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256,ext-info-c,kex-strict-c-v00@openssh.com";
const CLIENT_KEYS: &str = "ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521-cert-v01@openssh.com,sk-ssh-ed25519-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com,ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256";
const SERVER_KEYS: &str = "rsa-sha2-512,rsa-sha2-256,ecdsa-sha2-nistp256,ssh-ed25519";
const CIPHERS: &str = "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr";
const MACS: &str = "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";
/// So much fits into a segment beside the clock.
const SEGMENT: usize = 1448;
/// Flags of TCP.
const FIN: u8 = 1;
const SYN: u8 = 2;
const PUSH: u8 = 8;
const ACK: u8 = 16;

/// A log as of a busy host that is guessed at.
pub(super) fn write_log(path: &Path, lines: usize) -> Result<()> {
    let file = File::create(path).with_context(|| format!("failed to write {}", path.display()))?;
    let mut out = BufWriter::new(file);
    for n in 0..lines {
        let client = format!("10.{}.{}.{}", n % 200, n % 250, n % 240 + 1);
        let (pid, port) = (1000 + n % 30_000, 1024 + n % 60_000);
        write!(
            out,
            "Nov 26 {:02}:{:02}:{:02} prod sshd[{pid}]: ",
            n / 60_000 % 24,
            n / 1000 % 60,
            n % 60
        )?;
        match n % 10 {
            0 => writeln!(
                out,
                "Failed password for invalid user admin from {client} port {port} ssh2"
            )?,
            1 => writeln!(
                out,
                "Connection closed by invalid user admin {client} port {port} [preauth]"
            )?,
            2 => writeln!(
                out,
                "Accepted publickey for deploy from {client} port {port} ssh2: ED25519 SHA256:abcdefghijklm"
            )?,
            3 => writeln!(
                out,
                "pam_unix(sshd:session): session opened for user deploy(uid=1000) by (uid=0)"
            )?,
            4 => writeln!(
                out,
                "Received disconnect from {client} port {port}:11: disconnected by user"
            )?,
            5 => writeln!(out, "Disconnected from user deploy {client} port {port}")?,
            6 => writeln!(out, "pam_unix(sshd:session): session closed for user deploy")?,
            7 => writeln!(out, "Invalid user oracle from {client} port {port}")?,
            8 => writeln!(out, "Connection from {client} port {port} on 10.0.0.1 port 22")?,
            _ => writeln!(
                out,
                "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={client}"
            )?,
        }
    }
    Ok(out.flush()?)
}

/// Captured sessions of a few commands each, one after another.
pub(super) fn write_capture(path: &Path, packets: usize) -> Result<()> {
    let file = File::create(path).with_context(|| format!("failed to write {}", path.display()))?;
    let mut out = BufWriter::new(file);
    out.write_all(&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
    // Packets of Ethernet, kept whole.
    out.write_all(&[0xff, 0xff, 0, 0, 1, 0, 0, 0])?;
    let session = Session::usual();
    for n in 0..packets {
        let turn = n / session.segments.len();
        let client = u32::try_from(0x0a00_0000 + turn / 50_000)?;
        let port = u16::try_from(1024 + turn % 50_000)?;
        let segment = &session.segments[n % session.segments.len()];
        let packet = segment.packet(u32::try_from(n)?, (client, port));
        let size = u32::try_from(packet.len())?;
        let at = [u32::try_from(1_700_000_000 + n / 1000)?, u32::try_from(n % 1000 * 1000)?];
        for field in at.into_iter().chain([size, size]) {
            out.write_all(&field.to_le_bytes())?;
        }
        out.write_all(&packet)?;
    }
    Ok(out.flush()?)
}

/// What two sides of a connection say, by turns.
#[derive(Default)]
struct Session {
    segments: Vec<Segment>,
    /// How much the client and the server have sent.
    sent: [u32; 2],
}

struct Segment {
    by_server: bool,
    flags: u8,
    sequence: u32,
    acknowledges: u32,
    data: Vec<u8>,
}

impl Session {
    fn usual() -> Self {
        let mut session = Self::default();
        session.say(false, SYN, &[]);
        session.say(true, SYN | ACK, &[]);
        session.say(false, ACK, &[]);
        session.say(false, PUSH | ACK, CLIENT_IDENT);
        session.say(true, PUSH | ACK, SERVER_IDENT);
        session.say(false, PUSH | ACK, &key_exchange_init(CLIENT_KEYS));
        session.say(true, PUSH | ACK, &key_exchange_init(SERVER_KEYS));
        session.say(false, PUSH | ACK, &message(30, &[&[0x22; 32]]));
        let key = [&[0, 0, 0, 11], &b"ssh-ed25519"[..], &[0, 0, 0, 32], &[0x44; 32]].concat();
        let reply = message(31, &[&key, &[0x33; 32], &[0x55; 83]]);
        session.say(true, PUSH | ACK, &[reply, message(21, &[])].concat());
        session.say(false, PUSH | ACK, &message(21, &[]));
        for turn in 0..5 {
            session.say(false, PUSH | ACK, &[0x91; 44].repeat(1 + turn % 2));
            session.say(true, PUSH | ACK, &[0xa3; 60].repeat(1 + turn));
            session.say(false, ACK, &[]);
        }
        session.say(false, FIN | ACK, &[]);
        session.say(true, FIN | ACK, &[]);
        session.say(false, ACK, &[]);
        session
    }

    fn say(&mut self, by_server: bool, flags: u8, data: &[u8]) {
        let mut pieces: Vec<&[u8]> = data.chunks(SEGMENT).collect();
        pieces.resize(pieces.len().max(1), &[]);
        for piece in pieces {
            let [own, other] = if by_server { [1, 0] } else { [0, 1] };
            let acknowledges = if flags & ACK == 0 { 0 } else { self.sent[other] };
            self.segments.push(Segment {
                by_server,
                flags,
                sequence: self.sent[own],
                acknowledges,
                data: piece.to_vec(),
            });
            self.sent[own] += piece.len() as u32 + u32::from(flags & (SYN | FIN) != 0);
        }
    }
}

impl Segment {
    /// With the headers of Ethernet, IPv4 and TCP; `clock` counts up.
    fn packet(&self, clock: u32, (client, port): (u32, u16)) -> Vec<u8> {
        let server = 0x0a63_0001_u32;
        let ends = if self.by_server { (server, client) } else { (client, server) };
        let ports = if self.by_server { (22, port) } else { (port, 22) };
        let length = (20 + 32 + self.data.len()) as u16;
        let mut packet = vec![0; 12];
        packet.extend([8, 0, 0x45, 0]);
        packet.extend(length.to_be_bytes());
        packet.extend((clock as u16).to_be_bytes());
        packet.extend([0x40, 0, 64, 6, 0, 0]);
        packet.extend([ends.0, ends.1].iter().flat_map(|end| end.to_be_bytes()));
        packet.extend([ports.0, ports.1].iter().flat_map(|port| port.to_be_bytes()));
        packet.extend(self.sequence.to_be_bytes());
        packet.extend(self.acknowledges.to_be_bytes());
        packet.extend([0x80, self.flags, 0xfa, 0xf0, 0, 0, 0, 0, 1, 1, 8, 10]);
        packet.extend([clock, clock].iter().flat_map(|time| time.to_be_bytes()));
        packet.extend(&self.data);
        packet
    }
}

/// SSH_MSG_KEXINIT (RFC 4253 7.1).
fn key_exchange_init(keys: &str) -> Vec<u8> {
    let lists = [KEX, keys, CIPHERS, CIPHERS, MACS, MACS, "none,zlib", "none,zlib", "", ""];
    let mut payload = vec![20];
    payload.extend([0x11; 16]);
    for list in lists {
        payload.extend((list.len() as u32).to_be_bytes());
        payload.extend(list.as_bytes());
    }
    payload.extend([0; 5]);
    packet(&payload)
}

/// A message of strings.
fn message(number: u8, strings: &[&[u8]]) -> Vec<u8> {
    let mut payload = vec![number];
    for string in strings {
        payload.extend((string.len() as u32).to_be_bytes());
        payload.extend(*string);
    }
    packet(&payload)
}

/// A packet in clear text (RFC 4253 6).
fn packet(payload: &[u8]) -> Vec<u8> {
    let padding = match 8 - (payload.len() + 5) % 8 {
        short @ ..4 => short + 8,
        enough => enough,
    };
    let mut packet = ((payload.len() + padding + 1) as u32).to_be_bytes().to_vec();
    packet.push(padding as u8);
    packet.extend(payload);
    packet.resize(packet.len() + padding, 0);
    packet
}
