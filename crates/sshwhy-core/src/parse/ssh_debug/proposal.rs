//! The lists of the two KEXINITs, which ssh prints at `-vv` under a heading that says whose they are.
//!
//! Must never take lists without a heading for a proposal: 9.6 and later print their own once more after the exchange.

use super::event::Event;
use super::event::ProposalList;
use super::event::Side;
use super::line::Line;
use super::recognise::names;

/// Lists of one KEXINIT until 6.9, where they have no labels: eight of algorithms and two of languages.
const UNLABELLED_LISTS: u32 = 10;

/// Which lists come next.
#[derive(Debug, Default)]
pub(super) struct ProposalReader {
    side: Option<Side>,
    unlabelled: u32,
}

impl ProposalReader {
    /// `None`: the line is about something else. `Some(None)`: it is about the proposals and says nothing that we keep.
    pub(super) fn read(&mut self, line: &Line<'_>) -> Option<Option<Event>> {
        if line.level == 0 {
            return None;
        }
        match line.text {
            "local client KEXINIT proposal" => {
                self.side = Some(Side::Local);
                return Some(None);
            }
            "peer server KEXINIT proposal" => {
                self.side = Some(Side::Peer);
                return Some(None);
            }
            "SSH2_MSG_KEXINIT sent" => {
                self.unlabelled = 0;
                return None;
            }
            _ => {}
        }
        if let Some(list) = line.text.strip_prefix("kex_parse_kexinit: ") {
            return Some(self.unlabelled(list));
        }
        let (label, list) = line.text.split_once(':')?;
        let list_kind = labelled(label)?;
        let event =
            self.side.map(|side| Event::ProposalList { side, list: list_kind, names: names(list) });
        // The last list of algorithms: what follows without a heading is no proposal.
        if list_kind == ProposalList::CompressionToClient {
            self.side = None;
        }
        Some(event)
    }

    fn unlabelled(&mut self, list: &str) -> Option<Event> {
        if list.starts_with("first_kex_follows") || list.starts_with("reserved") {
            return None;
        }
        let number = self.unlabelled;
        self.unlabelled = number.saturating_add(1);
        let side = match number / UNLABELLED_LISTS {
            0 => Side::Local,
            1 => Side::Peer,
            _ => return None,
        };
        let list_kind = match number % UNLABELLED_LISTS {
            0 => ProposalList::Kex,
            1 => ProposalList::HostKey,
            2 => ProposalList::CipherToServer,
            3 => ProposalList::CipherToClient,
            4 => ProposalList::MacToServer,
            5 => ProposalList::MacToClient,
            6 => ProposalList::CompressionToServer,
            7 => ProposalList::CompressionToClient,
            _ => return None,
        };
        Some(Event::ProposalList { side, list: list_kind, names: names(list) })
    }
}

fn labelled(label: &str) -> Option<ProposalList> {
    Some(match label {
        "KEX algorithms" => ProposalList::Kex,
        "host key algorithms" => ProposalList::HostKey,
        "ciphers ctos" => ProposalList::CipherToServer,
        "ciphers stoc" => ProposalList::CipherToClient,
        "MACs ctos" => ProposalList::MacToServer,
        "MACs stoc" => ProposalList::MacToClient,
        "compression ctos" => ProposalList::CompressionToServer,
        "compression stoc" => ProposalList::CompressionToClient,
        _ => return None,
    })
}
