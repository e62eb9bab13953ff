//! Who sent a reset: the host in whose name it came, or somebody else.
//!
//! Only what cannot be otherwise is said: a careful forger leaves no trace in the packets, and then nothing is said.

use super::connection::Connection;
use super::connection::Reset;
use crate::model::question::EndSentBy;

/// Times to live of one way differ by no more, where routes change under way.
const SAME_WAY: u8 = 1;
/// A reset whose number is so far off was not made by the connection's own kernel.
const OFF: i64 = 1;

/// Who sent it, and what shows that; `None` when the packets do not tell.
pub(super) fn of(connection: &Connection, reset: &Reset) -> Option<(EndSentBy, String)> {
    if !reset.by_server {
        return None;
    }
    if let Some((usual, least, most)) = connection.of_server.ttls
        && !(least.saturating_sub(SAME_WAY)..=most.saturating_add(SAME_WAY)).contains(&reset.ttl)
    {
        let words = format!(
            "its time to live is {}, that of the server's other packets {usual}",
            reset.ttl
        );
        return Some((EndSentBy::SomebodyElse, words));
    }
    if connection.after_reset > 0 {
        let words = format!("{} packets of the server came after it", connection.after_reset);
        return Some((EndSentBy::SomebodyElse, words));
    }
    match reset.off {
        Some(off) if off.abs() > OFF => {
            let words = format!("its number is {off} off what the server would send next");
            Some((EndSentBy::SomebodyElse, words))
        }
        _ => None,
    }
}
