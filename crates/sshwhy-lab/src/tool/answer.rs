//! A name server that gives every question the same answer (RFC 1035 §4.1.1).
//!
//! Must never give an address: that is dnsmasq's work.

use std::net::UdpSocket;

use anyhow::{Context, Result, bail};

use super::{argument, ready};

/// `answer HOW`: `nxdomain`, `servfail`, `refused` or `silent`, on UDP port 53 of every address.
pub(super) fn main(arguments: &[String]) -> Result<()> {
    let code = match argument(arguments, 0, "answer")? {
        "servfail" => Some(2),
        "nxdomain" => Some(3),
        "refused" => Some(5),
        "silent" => None,
        other => bail!("no such answer: {other}"),
    };
    let socket = UdpSocket::bind("0.0.0.0:53").context("failed to listen")?;
    ready()?;
    let mut buffer = [0; 1500];
    loop {
        let (length, from) = socket.recv_from(&mut buffer)?;
        let question = buffer.get(..length).unwrap_or_default();
        if let Some(reply) = code.and_then(|code| refuse(question, code)) {
            socket.send_to(&reply, from)?;
        }
    }
}

/// The question back as an answer with `code` and no records. Additional records of the question
/// (EDNS) are cut off.
fn refuse(question: &[u8], code: u8) -> Option<Vec<u8>> {
    let mut end = 12;
    while *question.get(end)? != 0 {
        end += 1 + usize::from(*question.get(end)?);
    }
    let mut reply = question.get(..end + 5)?.to_vec();
    // QR and the question's RD; RA and the code; one question, nothing else.
    let flags = [0x80 | (question.get(2)? & 0x01), 0x80 | code, 0, 1, 0, 0, 0, 0, 0, 0];
    reply.get_mut(2..12)?.copy_from_slice(&flags);
    Some(reply)
}

#[cfg(test)]
mod tests {
    use super::refuse;

    #[test]
    fn broken_questions_are_not_answered() {
        assert_eq!(refuse(&[], 3), None);
        assert_eq!(refuse(&[0; 12], 3), None);
        assert_eq!(refuse(&[255; 40], 3), None);
    }

    #[test]
    fn a_question_is_refused() {
        let question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\x03box\x00\x00\x01\x00\x01\x00\x00\x29";
        let reply = refuse(question, 3).expect("an answer");
        assert_eq!(
            reply,
            b"\x12\x34\x81\x83\x00\x01\x00\x00\x00\x00\x00\x00\x03box\x00\x00\x01\x00\x01"
        );
    }
}
