//! A syslog daemon for roots that have none: writes what daemons say about logins to
//! /var/log/auth.log, in the form that rsyslog gives it (RFC 3164).

use std::fs::{File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;

use anyhow::{Context, Result};

use super::{argument, ready};

/// Where syslog(3) sends to.
const SOCKET: &str = "/dev/log";

/// The facilities `auth` and `authpriv` (RFC 3164 section 4.1.1).
const AUTH: [u32; 2] = [4, 10];

/// No message of syslog(3) is longer, in bytes.
const MAX_MESSAGE: usize = 8192;

/// `log HOST`: never ends.
pub(super) fn main(arguments: &[String]) -> Result<()> {
    let host = argument(arguments, 0, "host name")?;
    let socket = UnixDatagram::bind(SOCKET).context("failed to bind /dev/log")?;
    std::fs::set_permissions(SOCKET, Permissions::from_mode(0o666))?;
    let mut file = OpenOptions::new().append(true).create(true).open("/var/log/auth.log")?;
    ready()?;
    let mut buffer = vec![0; MAX_MESSAGE];
    loop {
        let length = socket.recv(&mut buffer)?;
        let message = String::from_utf8_lossy(buffer.get(..length).unwrap_or_default());
        write(&mut file, host, &message)?;
    }
}

/// `<38>Nov 26 08:23:07 sshd[4242]: MESSAGE`: only the host is missing.
fn write(file: &mut File, host: &str, message: &str) -> Result<()> {
    let parts = message.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    let Some((priority, rest)) = parts else { return Ok(()) };
    let facility = priority.parse::<u32>().unwrap_or(0) / 8;
    if let (true, Some((time, rest))) = (AUTH.contains(&facility), rest.split_at_checked(16)) {
        let text = rest.trim_end_matches(['\n', '\0']);
        file.write_all(format!("{time}{host} {text}\n").as_bytes())?;
    }
    Ok(())
}
