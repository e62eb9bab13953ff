//! What a server's first words, and the time until it ended the connection, come to.

use std::time::Duration;

use crate::model::question::ForeignService as Foreign;
use crate::model::question::HelloDelay;
use crate::model::question::Notice;
use crate::wire::ssh::foreign::ForeignService;

/// How long after it opened a connection ended, by the time that a packet takes there and back.
pub fn delay(after: Duration, round_trip: Duration) -> HelloDelay {
    let at_once = Duration::from_millis(100) + 2 * round_trip;
    // libwrap sleeps for five seconds to the millisecond; the rest is the way there and back.
    let five = Duration::from_millis(4900)..Duration::from_millis(5500) + 2 * round_trip;
    if after < at_once {
        HelloDelay::AtOnce
    } else if after < Duration::from_secs(2) {
        HelloDelay::Soon
    } else if five.contains(&after) {
        HelloDelay::FiveSeconds
    } else {
        HelloDelay::Other
    }
}

/// What sshd says, on some versions, before it drops a connection.
pub fn notice(said: &str) -> Notice {
    if said.is_empty() {
        Notice::Nothing
    } else if said.contains("Not allowed at this time") {
        Notice::NotAllowedNow
    } else if said.contains("Exceeded MaxStartups") {
        Notice::MaxStartups
    } else {
        Notice::OtherText
    }
}

/// The kind of a service that is not SSH.
pub fn foreign(service: Option<ForeignService>) -> Foreign {
    match service {
        Some(ForeignService::Http) => Foreign::Http,
        Some(
            ForeignService::Ftp
            | ForeignService::FtpOrSmtp
            | ForeignService::Imap
            | ForeignService::Pop3
            | ForeignService::Smtp,
        ) => Foreign::Mail,
        Some(ForeignService::Tls) => Foreign::Tls,
        _ => Foreign::OtherBytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_seconds_are_five_seconds_on_a_slow_way_too() {
        let check = |after: u64, round_trip: u64, expected: HelloDelay| {
            let of = Duration::from_millis;
            assert_eq!(delay(of(after), of(round_trip)), expected, "{after} {round_trip}");
        };
        check(20, 1, HelloDelay::AtOnce);
        check(450, 200, HelloDelay::AtOnce);
        check(450, 1, HelloDelay::Soon);
        check(5003, 1, HelloDelay::FiveSeconds);
        check(5700, 1, HelloDelay::Other);
        check(5700, 200, HelloDelay::FiveSeconds);
    }
}
