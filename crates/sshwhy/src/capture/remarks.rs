//! Remarks on our packets: which probe a connection is of, and who sent the reset.

use sshwhy_core::model::case::Case;
use sshwhy_core::model::evidence::Exchange;
use sshwhy_core::model::question::Question;
use sshwhy_core::wire::capture::Content;
use sshwhy_core::wire::capture::frame;

use crate::sys::packet_socket::Seen;

/// Our packets, each with what there is to say of it. Others may have a connection to the same server: theirs are left out.
pub fn on<'p>(packets: &'p [Seen], case: &'p Case) -> impl Iterator<Item = (&'p Seen, String)> {
    packets.iter().filter_map(move |seen| Some((seen, remark(seen, case)?)))
}

/// `None` for a packet that is not of one of our connections.
fn remark(seen: &Seen, case: &Case) -> Option<String> {
    let frame = frame::parse(frame::RAW, &seen.bytes)?;
    let (source, destination) = frame.ends();
    let is_of = |exchange: &&Exchange| {
        let ends = (exchange.from, exchange.to);
        ends == (Some(source), Some(destination)) || ends == (Some(destination), Some(source))
    };
    let exchange = case.exchanges.iter().find(is_of)?;
    let Content::Tcp(tcp) = frame.content else { return Some(String::new()) };
    if tcp.has(frame::SYN) && !tcp.has(frame::ACK) {
        return Some(format!("sshwhy: probe {}", exchange.probe));
    }
    let is_reset = tcp.has(frame::RST) && !seen.is_outgoing && exchange.probe == "handshake";
    let origin = case.observations.observation(Question::EndSentBy).filter(|_| is_reset);
    Some(origin.map_or_else(String::new, |o| format!("sshwhy: {}: {}", o.answer.text(), o.text)))
}
