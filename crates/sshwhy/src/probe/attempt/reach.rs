//! How far a packet of a connection gets: copies of it with a short life, which the kernel makes by itself because nobody
//! acknowledges the packet.

use std::time::Duration;
use std::time::Instant;

use super::Attempt;
use super::link::Transport;
use crate::sys::tcp::Got;

/// An answer to a copy is waited for so long, and two round trips: less than until the next one (200 ms, `TCP_RTO_MIN`).
const PATIENCE: Duration = Duration::from_millis(120);
/// Between two looks.
const GLANCE: Duration = Duration::from_millis(5);
/// Copies come ever more seldom: 0.2, 0.4, 0.8, 1.6 s and so on.
const LIMIT: Duration = Duration::from_secs(8);

impl Attempt<'_> {
    /// Sends bytes that will be lost, first with a life of so many hops; `next` is told whether somebody said that their life
    /// ended there, and says how far the next copy may go, or that it is enough. Whether the connection stood it.
    pub fn reach(
        &mut self,
        bytes: &[u8],
        first: u8,
        mut next: impl FnMut(u8, bool) -> Option<u8>,
    ) -> Option<()> {
        let before = self.info()?;
        let (began, mut life, mut copies) = (Instant::now(), first, before.retransmitted);
        self.limit_hops(life)?;
        self.write(bytes);
        let mut sent = Some(Instant::now());
        loop {
            let Some(Transport::Tcp(link)) = &mut self.transport else { return None };
            let ended = match link.connection.read(GLANCE) {
                Got::Failed(error) if error.raw_os_error() == Some(libc::EHOSTUNREACH) => true,
                Got::Bytes(bytes) => {
                    self.stream.feed(&bytes);
                    false
                }
                Got::Nothing => false,
                Got::Failed(_) | Got::Closed | Got::Reset => return None,
            };
            let info = self.info()?;
            if info.unacked == 0 || info.send_mss < before.send_mss {
                return None;
            }
            if info.retransmitted > copies {
                (copies, sent) = (info.retransmitted, Some(Instant::now()));
            }
            let patience = PATIENCE + 2 * before.round_trip;
            let is_over = sent.is_some_and(|at| at.elapsed() > patience);
            if sent.is_some() && (ended || is_over) {
                sent = None;
                let Some(following) = next(life, ended) else { return Some(()) };
                life = following;
                self.limit_hops(life)?;
            }
            if began.elapsed() > LIMIT || self.scene.cancel.is_set() {
                return Some(());
            }
        }
    }

    fn limit_hops(&mut self, life: u8) -> Option<()> {
        match &mut self.transport {
            Some(Transport::Tcp(link)) => link.connection.limit_hops(life).ok(),
            _ => None,
        }
    }
}
