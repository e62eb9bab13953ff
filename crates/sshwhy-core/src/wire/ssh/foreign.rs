//! Which other protocol a server speaks, told by its first bytes.
//!
//! Must never guess: what is not certain from the bytes is `None`.

/// A service that is not SSH.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ForeignService {
    /// `220` and text with no word that tells SMTP from FTP.
    FtpOrSmtp,
    /// `220` and text that names FTP.
    Ftp,
    /// `HTTP/` or a page of HTML.
    Http,
    /// `* OK`.
    Imap,
    /// MySQL or MariaDB: the handshake, or an error packet.
    Mysql,
    /// `+OK`.
    Pop3,
    /// An ErrorResponse of PostgreSQL.
    Postgresql,
    /// A `PROXY` line or the signature of its version 2: a load balancer speaks as client.
    ProxyProtocol,
    /// TPKT with X.224: remote desktop.
    Rdp,
    /// `-ERR` or `-DENIED` of Redis.
    Redis,
    /// `RFB 003.`: VNC.
    Rfb,
    /// `220` and text that names SMTP.
    Smtp,
    /// Telnet option negotiation: IAC WILL, WONT, DO or DONT.
    Telnet,
    /// A TLS record.
    Tls,
}

impl ForeignService {
    /// The name as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FtpOrSmtp => "FTP or SMTP",
            Self::Ftp => "FTP",
            Self::Http => "HTTP",
            Self::Imap => "IMAP",
            Self::Mysql => "MySQL",
            Self::Pop3 => "POP3",
            Self::Postgresql => "PostgreSQL",
            Self::ProxyProtocol => "the PROXY protocol",
            Self::Rdp => "RDP",
            Self::Redis => "Redis",
            Self::Rfb => "VNC",
            Self::Smtp => "SMTP",
            Self::Telnet => "Telnet",
            Self::Tls => "TLS",
        }
    }
}

/// The first twelve bytes of version 2 of the PROXY protocol.
const PROXY_2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// Tells the protocol from the first bytes of the peer; a whole first line or what there is of it.
#[must_use]
pub fn classify(start: &[u8]) -> Option<ForeignService> {
    match start {
        // content type 20 to 23, version 3.0 to 3.4
        [20..=23, 3, 0..=4, ..] => Some(ForeignService::Tls),
        [255, 251..=254, ..] => Some(ForeignService::Telnet),
        // version 3, reserved 0, length; then the X.224 connection confirm
        [3, 0, _, _, _, 0xd0, ..] => Some(ForeignService::Rdp),
        // little-endian length, sequence 0, protocol version 10 or 9 and its text, or error
        [_, _, 0, 0, 10 | 9, b'0'..=b'9', ..] | [_, _, 0, 0, 0xff, ..] => {
            Some(ForeignService::Mysql)
        }
        // ErrorResponse: length, then the severity field
        [b'E', 0, 0, _, _, b'S', ..] => Some(ForeignService::Postgresql),
        _ if start.starts_with(PROXY_2) => Some(ForeignService::ProxyProtocol),
        _ => classify_text(start),
    }
}

fn classify_text(start: &[u8]) -> Option<ForeignService> {
    let text = String::from_utf8_lossy(start.get(..256).unwrap_or(start)).to_ascii_uppercase();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    if starts(&["HTTP/1.", "HTTP/2", "<!DOCTYPE HTML", "<HTML"]) {
        return Some(ForeignService::Http);
    }
    if starts(&["PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN"]) {
        return Some(ForeignService::ProxyProtocol);
    }
    if starts(&["220 ", "220-"]) {
        return Some(match (text.contains("SMTP"), text.contains("FTP")) {
            (true, _) => ForeignService::Smtp,
            (false, true) => ForeignService::Ftp,
            (false, false) => ForeignService::FtpOrSmtp,
        });
    }
    let others: [(&[&str], ForeignService); 4] = [
        (&["* OK", "* BYE", "* PREAUTH"], ForeignService::Imap),
        (&["+OK"], ForeignService::Pop3),
        (&["-ERR ", "-DENIED ", "-NOAUTH "], ForeignService::Redis),
        (&["RFB 00"], ForeignService::Rfb),
    ];
    others.into_iter().find(|(prefixes, _)| starts(prefixes)).map(|(_, service)| service)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ForeignService;
    use super::classify;

    #[test]
    fn first_bytes_tell_the_service() {
        let check = |start: &[u8], expected: Option<ForeignService>| {
            assert_eq!(classify(start), expected, "{}", start.escape_ascii());
        };
        check(b"", None);
        check(b"\0\0\0\0", None);
        check(b"hello", None);
        check(b"2200 apples", None);
        check(b"\x15\x03\x01\0\x02\x02\x46", Some(ForeignService::Tls));
        check(b"\x16\x03\x03\0\x7a", Some(ForeignService::Tls));
        check(b"\xff\xfd\x18\xff\xfd\x20", Some(ForeignService::Telnet));
        check(b"\x03\0\0\x13\x0e\xd0\0\0\x124\0", Some(ForeignService::Rdp));
        check(b"J\0\0\0\x0a8.0.36\0", Some(ForeignService::Mysql));
        check(b"E\0\0\0\xff\x6a\x04Host '192.0.2.1' is not allowed", Some(ForeignService::Mysql));
        check(b"E\0\0\0\x8cSFATAL\0", Some(ForeignService::Postgresql));
        check(b"\r\n\r\n\0\r\nQUIT\n!", Some(ForeignService::ProxyProtocol));
        check(b"PROXY TCP4 192.0.2.1 192.0.2.2 5 22", Some(ForeignService::ProxyProtocol));
        check(b"HTTP/1.1 400 Bad Request", Some(ForeignService::Http));
        check(b"<html>", Some(ForeignService::Http));
        check(b"220 mx.example.org ESMTP Postfix", Some(ForeignService::Smtp));
        check(b"220 ProFTPD Server ready", Some(ForeignService::Ftp));
        check(b"220-welcome", Some(ForeignService::FtpOrSmtp));
        check(b"* OK [CAPABILITY IMAP4rev1]", Some(ForeignService::Imap));
        check(b"+OK Dovecot ready.", Some(ForeignService::Pop3));
        check(b"-DENIED Redis is running in protected mode", Some(ForeignService::Redis));
        check(b"RFB 003.008", Some(ForeignService::Rfb));
    }

    proptest! {
        #[test]
        fn no_input_panics(start: Vec<u8>) {
            let _ = classify(&start);
        }
    }
}
