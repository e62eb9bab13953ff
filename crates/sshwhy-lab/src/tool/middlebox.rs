//! A box on the way: every packet between client and server passes through it by a TUN interface of
//! the router.
//!
//! Must never change a packet that its rule does not name.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result, bail};

use super::packet::{Look, Segment, corrupt};
use super::road::Road;
use super::{argument, ready};
use crate::sys;

/// Which packets a rule is about.
#[derive(Debug, Default)]
struct Match {
    /// Only from this address.
    from: Option<[u8; 4]>,
    /// Only with these bytes in the payload.
    contains: Option<Vec<u8>>,
    /// Only from the n-th payload packet of that direction on.
    after: usize,
}

/// What the box does with a packet that matches.
#[derive(Debug, Clone, Copy)]
enum Action {
    Corrupt,
    Drop,
    /// Drops it and everything of its connection afterwards, in both directions.
    DropFlow,
    /// Drops it and resets both ends.
    Reset,
    /// Lets it pass and resets the client only, as injectors beside the path do.
    Inject,
}

/// How much of the host in whose name it comes a forged reset copies.
#[derive(Debug, Clone, Copy, Default)]
struct Care {
    /// The time to live.
    ttl: bool,
    /// Identification, window and clock.
    rest: bool,
    /// How far its number is from the exact one.
    off: u32,
}

/// `middlebox INTERFACE [delay=MS] [lose=N] [late=N] [from=ADDRESS] [contains=TEXT] [after=N] [copy=ttl|all] [off=N]
/// [do=ACTION]`, where ACTION is `corrupt`, `drop`, `drop-flow`, `reset` or `inject`, for IPv4. Of a thousand packets `lose` are
/// lost and `late` overtaken. Ready when it forwards.
pub(super) fn main(arguments: &[String]) -> Result<()> {
    let tun = sys::open_tun(argument(arguments, 0, "interface")?)?;
    let Rule { matches, care, action, road } = parse(&arguments[1..])?;
    ready()?;
    let out = road.pave(tun.try_clone()?);
    let mut state = State { care, ..State::default() };
    forward(tun, out, |packet| match action {
        Some(action) => state.judge(packet, &matches, action),
        None => vec![packet],
    })
}

/// All that a box is told.
#[derive(Debug, Default)]
struct Rule {
    matches: Match,
    care: Care,
    action: Option<Action>,
    road: Road,
}

fn parse(words: &[String]) -> Result<Rule> {
    let mut rule = Rule::default();
    let Rule { matches, care, action, road } = &mut rule;
    for word in words {
        match word.split_once('=') {
            Some(("from", address)) => {
                matches.from = Some(address.parse::<std::net::Ipv4Addr>()?.octets());
            }
            Some(("contains", text)) => matches.contains = Some(text.as_bytes().to_vec()),
            Some(("after", count)) => matches.after = count.parse()?,
            Some(("copy", "ttl")) => care.ttl = true,
            Some(("copy", "all")) => (care.ttl, care.rest) = (true, true),
            Some(("off", count)) => care.off = count.parse()?,
            Some(("delay", time)) => road.delay = std::time::Duration::from_millis(time.parse()?),
            Some(("lose", share)) => road.lose = share.parse()?,
            Some(("late", share)) => road.late = share.parse()?,
            Some(("do", name)) => *action = Some(parse_action(name)?),
            _ => bail!("no such condition: {word}"),
        }
    }
    if rule.action.is_none() && rule.road.is_plain() {
        bail!("missing do=ACTION or something that happens to all packets");
    }
    Ok(rule)
}

fn parse_action(name: &str) -> Result<Action> {
    Ok(match name {
        "corrupt" => Action::Corrupt,
        "drop" => Action::Drop,
        "drop-flow" => Action::DropFlow,
        "reset" => Action::Reset,
        "inject" => Action::Inject,
        _ => bail!("no such action: {name}"),
    })
}

/// What the box remembers of the connections that passed.
#[derive(Debug, Default)]
struct State {
    care: Care,
    blocked: HashSet<Vec<u8>>,
    /// One entry per payload packet seen, by direction of a connection.
    seen: HashMap<Vec<u8>, usize>,
    /// How the last packet of each direction looked.
    looks: HashMap<Vec<u8>, Look>,
}

impl State {
    /// The packets that leave the box when `packet` entered.
    fn judge(&mut self, mut packet: Vec<u8>, matches: &Match, action: Action) -> Vec<Vec<u8>> {
        let Some(segment) = Segment::parse(&packet) else { return vec![packet] };
        let flow = segment.flow();
        self.looks.insert(flow.clone(), segment.look());
        if self.blocked.contains(&flow) {
            return Vec::new();
        }
        if !self.matches(segment, &flow, matches) {
            return vec![packet];
        }
        match action {
            Action::Corrupt => {
                corrupt(&mut packet);
                vec![packet]
            }
            Action::Drop => Vec::new(),
            Action::DropFlow => {
                self.blocked.insert(segment.reverse_flow());
                self.blocked.insert(flow);
                Vec::new()
            }
            Action::Reset => {
                vec![segment.reset_to_sender(&self.look(segment)), segment.reset_to_receiver()]
            }
            Action::Inject => vec![segment.reset_to_sender(&self.look(segment)), packet],
        }
    }

    /// How a reset looks that goes to the sender of a segment.
    fn look(&self, segment: Segment<'_>) -> Look {
        let known = self.looks.get(&segment.reverse_flow()).cloned().unwrap_or(Look::CARELESS);
        let look = match self.care {
            Care { ttl: false, .. } => Look::CARELESS,
            Care { rest: false, .. } => Look { ttl: known.ttl, ..Look::CARELESS },
            Care { .. } => known,
        };
        Look { off: self.care.off, ..look }
    }

    fn matches(&mut self, segment: Segment<'_>, flow: &[u8], matches: &Match) -> bool {
        let payload = segment.payload();
        if payload.is_empty() || matches.from.is_some_and(|from| !flow.starts_with(&from)) {
            return false;
        }
        let seen = self.seen.entry(flow.to_vec()).or_default();
        *seen += 1;
        let holds = |text: &Vec<u8>| payload.windows(text.len().max(1)).any(|part| part == text);
        *seen > matches.after && matches.contains.as_ref().is_none_or(holds)
    }
}

fn forward(
    mut tun: File,
    out: impl Fn(Vec<u8>),
    mut pass: impl FnMut(Vec<u8>) -> Vec<Vec<u8>>,
) -> Result<()> {
    let mut buffer = vec![0; 65536];
    loop {
        let length = tun.read(&mut buffer).context("failed to read from the TUN interface")?;
        let packet = buffer.iter().take(length).copied().collect();
        pass(packet).into_iter().for_each(&out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: bool) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(parse(&words).is_ok(), expected, "{words:?}");
    }

    #[test]
    fn rules_are_read_strictly() {
        check(&[], false);
        check(&["do=explode"], false);
        check(&["delay=soon"], false);
        check(&["from=server", "do=drop"], false);
        check(&["mood=bad", "do=drop"], false);
        check(&["from=10.77.2.2", "contains=SSH-", "after=2", "do=drop-flow"], true);
        check(&["delay=40"], true);
        check(&["delay=40", "lose=10", "from=10.77.2.2", "do=drop"], true);
        check(&["copy=all", "off=9", "do=inject"], true);
        check(&["copy=some", "do=inject"], false);
    }
}
