//! How bytes fare that no answer is waited for: whether the other TCP takes them and the connection lives on.

use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::evidence::Actor;
use sshwhy_core::wire::ssh::kexinit::KexInit;
use sshwhy_core::wire::ssh::message::Message;

use super::Attempt;
use crate::sys::tcp::Got;

/// Whoever resets a connection for what it reads does so at once; the way of the reset comes on top.
const AT_ONCE: Duration = Duration::from_millis(150);
/// Bytes that were sent three times and are not acknowledged are not lost by chance.
const LOST_AFTER: u32 = 2;
/// Nobody waits longer.
const LIMIT: Duration = Duration::from_secs(4);
/// Between two looks.
const GLANCE: Duration = Duration::from_millis(20);

/// How bytes fared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fared {
    /// They arrived, and nothing happened.
    Passed,
    /// They were not acknowledged, or the connection was reset.
    Stopped,
    /// Nothing can be said: the connection was closed.
    Unclear,
}

impl Attempt<'_> {
    /// Waits until it is clear how our bytes fare.
    pub fn fares(&mut self) -> Fared {
        let began = Instant::now();
        loop {
            let Some(transport) = &mut self.transport else { return Fared::Unclear };
            match transport.read(GLANCE) {
                Got::Bytes(bytes) => self.stream.feed(&bytes),
                Got::Reset | Got::Failed(_) => {
                    self.note(Actor::Peer, "RST");
                    return Fared::Stopped;
                }
                Got::Closed => return Fared::Unclear,
                Got::Nothing => {}
            }
            let info = self.info().unwrap_or_default();
            let is_over = began.elapsed() > AT_ONCE + 2 * info.round_trip;
            if info.unacked == 0 && is_over {
                return Fared::Passed;
            }
            if info.backoff >= LOST_AFTER {
                self.note(Actor::Nobody, "our bytes are not acknowledged");
                return Fared::Stopped;
            }
            if began.elapsed() > LIMIT || self.scene.cancel.is_set() {
                return Fared::Unclear;
            }
        }
    }

    /// Sends as many bytes as our KEXINIT has, which every SSH server takes and forgets (RFC 4253 11.2).
    pub fn say_filling(&mut self) {
        let length = KexInit::of_client([0; 16], &self.manner.proposal).encode().len();
        // The number of the message and the length of the data come before them.
        let filling = Message::Ignore(vec![b' '; length.saturating_sub(5)]);
        self.send_packet(&filling.encode(), "IGNORE");
    }
}
