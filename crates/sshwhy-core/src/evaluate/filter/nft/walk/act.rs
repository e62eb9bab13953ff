//! What a rule does to a packet that it matches.

use super::*;
use crate::evaluate::filter::nft::compile::part_of;
use crate::evaluate::filter::nft::look_up::Found;
use crate::evaluate::filter::nft::operand::Operand;
use crate::evaluate::filter::nft::rule::Check;
use crate::evaluate::filter::nft::rule::MarkSource;
use crate::evaluate::filter::nft::rule::NewPart;
use crate::evaluate::filter::nft::rule::Translation;
use crate::evaluate::filter::nft::value::Value;

/// Most different verdicts that a map is followed to when it is not known what it holds for a packet.
const MAX_BRANCHES: usize = 16;

/// The end of a rule, when it was reached.
#[derive(Clone, Copy, Debug)]
enum End {
    /// No verdict: the next rule.
    None,
    Verdict(Verdict),
    Stop(Action),
    /// A program decides.
    Queue,
    /// A verdict of a map, which one is not known.
    Any(usize, &'static str),
}

/// What asking a rule came to.
struct Asked {
    end: End,
    after: State,
    /// Why it is not known whether it matches, and whether that counts.
    doubt: Option<(&'static str, bool)>,
    /// Whether it matched for what came before.
    counted: bool,
}

impl<'w> Walker<'w> {
    /// Asks a rule, and walks on within the same base chain unless that ends the walk.
    pub(super) fn ask(
        &mut self,
        (chain, rule): (usize, usize),
        at: &mut At<'w>,
        state: &mut State,
        passed: &mut Vec<Passed>,
    ) -> Option<Outcome> {
        let filter = self.filter;
        let base = self.bases.get(at.base).copied()?;
        let own = filter.chains.get(chain)?.rules.get(rule)?;
        let asked = self.test(&own.steps, base, *state)?;
        let passes = Passed { chain, rule: Some(rule) };
        let Some((why, counts)) = asked.doubt else {
            if asked.after != *state {
                passed.push(passes);
            }
            *state = asked.after;
            return self.apply(passes, asked, at, passed);
        };
        if matches!(asked.end, End::None) {
            // Whether it matches or not, the next rule is asked.
            *state = asked.after.blend(state);
            return None;
        }
        Some(self.fork(passes, why, counts, asked, at, *state))
    }

    /// Follows both ways.
    fn fork(
        &mut self,
        passes: Passed,
        why: &str,
        counts: bool,
        asked: Asked,
        at: &At<'w>,
        state: State,
    ) -> Outcome {
        let doubt = self.doubt(passes, why, counts);
        self.forks += 1;
        if self.forks > MAX_FORKS || self.rules > MAX_RULES {
            return self.lost(passes, "too much of the rule set cannot be judged", at, state);
        }
        let no = self.remembered(at.clone(), state);
        let yes = self.follow(passes, asked, at.clone());
        Outcome::either(doubt, yes, no)
    }

    /// Walks on after a rule that matched.
    fn follow(&mut self, passes: Passed, asked: Asked, mut at: At<'w>) -> Outcome {
        let state = asked.after;
        let mut passed = Vec::new();
        let mut outcome = match self.apply(passes, asked, &mut at, &mut passed) {
            Some(outcome) => outcome,
            None => self.run(at, state),
        };
        outcome.trail.extend(passed.into_iter().rev());
        outcome
    }

    /// Goes through the tests and actions; `None` when the rule does not match.
    fn test(&self, steps: &[Step], base: &BaseChain, state: State) -> Option<Asked> {
        let mut asked = Asked { end: End::None, after: state, doubt: None, counted: false };
        for step in steps {
            let scene = self.scene(base, &asked.after);
            let doubt = match step {
                Step::If(condition) => match condition.holds(&scene, self.filter) {
                    Truth::No => return None,
                    Truth::Unknown(why) => Some((why, false)),
                    Truth::Yes => {
                        let is_count = |table: usize| self.filter.is_filled_by_rules(table);
                        asked.counted |=
                            matches!(condition.check, Check::Table(table) if is_count(table));
                        None
                    }
                },
                Step::Unknown(why) => Some((*why, false)),
                Step::Counts(why) => Some((*why, true)),
                Step::Map(key, table, verdicts) => {
                    match self.find(&scene, key, *table) {
                        Found::No => return None,
                        Found::At(element) => {
                            let verdict = verdicts.get(element as usize).copied();
                            asked.end = End::Verdict(verdict.unwrap_or(Verdict::Lost));
                        }
                        Found::Maybe(why) => asked.end = End::Any(*table, why),
                    }
                    None
                }
                _ => {
                    let mut after = asked.after;
                    asked.end = self.act(step, &scene, &mut after)?;
                    asked.after = after;
                    None
                }
            };
            asked.doubt = asked.doubt.or(doubt);
            if let End::Any(_, why) = asked.end {
                asked.doubt = asked.doubt.or(Some((why, false)));
            }
            if !matches!(asked.end, End::None) {
                break;
            }
        }
        Some(asked)
    }

    /// An action; `None` when it does not apply to the packet.
    fn act(&self, step: &Step, scene: &Scene<'_>, after: &mut State) -> Option<End> {
        let is_v6 = self.packet.source.is_ipv6();
        match step {
            Step::Verdict(verdict) => return Some(End::Verdict(*verdict)),
            Step::Reject { v6, action } => {
                return v6.is_none_or(|v6| v6 == is_v6).then_some(End::Stop(*action));
            }
            Step::Translate(translation) => {
                if translation.v6.is_some_and(|v6| v6 != is_v6) {
                    return None;
                }
                self.translate(translation, scene, after)?;
                return Some(End::Verdict(Verdict::Accept));
            }
            Step::SetMark(source) => after.mark = self.mark(source, scene)?,
            Step::SetConnectionMark(source) => {
                after.connection_mark = self.mark(source, scene)?;
            }
            Step::NoTrack => after.untracked |= scene.tracking == Tracking::NotYet,
            Step::Queue => return Some(End::Queue),
            Step::If(_) | Step::Unknown(_) | Step::Counts(_) | Step::Map(..) => {}
        }
        Some(End::None)
    }

    fn find(&self, scene: &Scene<'_>, key: &[Operand], table: usize) -> Found {
        let values: Vec<_> = key.iter().map(|operand| operand.read(scene)).collect();
        self.filter.find(table, &values)
    }

    /// The outer `None`: the packet has no such thing, so that the rule ends. The inner one: not known.
    fn mark(&self, source: &MarkSource, scene: &Scene<'_>) -> Option<Option<u32>> {
        match source {
            MarkSource::Known(mark) => Some(Some(*mark)),
            MarkSource::Unknown => Some(None),
            MarkSource::Operand(operand) => match operand.read(scene) {
                Value::Known(mark) => Some(u32::try_from(mark).ok()),
                Value::Absent => None,
                _ => Some(None),
            },
            MarkSource::Map(key, table) => match self.find(scene, key, *table) {
                Found::No => None,
                Found::Maybe(_) => Some(None),
                Found::At(element) => {
                    let value = self.filter.value(*table, element);
                    let mark = value.and_then(|value| part_of(value, 0, false));
                    Some(mark.and_then(|mark| u32::try_from(mark).ok()))
                }
            },
        }
    }

    /// Puts another receiver in; `None` when a map has none for the packet.
    fn translate(&self, to: &Translation, scene: &Scene<'_>, after: &mut State) -> Option<()> {
        let address = self.new_part(&to.address, scene, true)?;
        let port = self.new_part(&to.port, scene, false)?;
        if !to.of_receiver {
            return Some(());
        }
        let old = (after.destination, after.port);
        if let Some(address) = address {
            after.destination = match after.destination {
                IpAddr::V4(_) => IpAddr::V4(u32::try_from(address).ok()?.into()),
                IpAddr::V6(_) => IpAddr::V6(address.into()),
            };
        }
        if to.to_us {
            after.destination = self.own_address(after.destination);
        }
        if let Some(port) = port {
            after.port = u16::try_from(port).ok();
        }
        after.translated = true;
        if old != (after.destination, after.port) {
            after.original = after.original.or(Some(old));
        }
        Some(())
    }

    fn new_part(
        &self,
        part: &NewPart,
        scene: &Scene<'_>,
        is_address: bool,
    ) -> Option<Option<u128>> {
        match part {
            NewPart::Same | NewPart::Unknown => Some(None),
            NewPart::Known(value) => Some(Some(*value)),
            NewPart::Map(key, table, number) => match self.find(scene, key, *table) {
                Found::No => None,
                Found::Maybe(_) => Some(None),
                Found::At(element) => {
                    let value = self.filter.value(*table, element);
                    Some(value.and_then(|value| part_of(value, *number, is_address)))
                }
            },
        }
    }

    /// Where `redirect` leads (Linux `nf_nat_redirect.c`): the first address of the interface.
    fn own_address(&self, before: IpAddr) -> IpAddr {
        if !self.packet.incoming {
            return loopback(before.is_ipv6());
        }
        let input = self.packet.input.as_deref();
        let fits = |(address, device): &&(IpAddr, String)| {
            Some(device.as_str()) == input && address.is_ipv6() == before.is_ipv6()
        };
        let own = self.world.addresses.as_ref().and_then(|all| all.iter().find(fits));
        own.map_or(before, |(address, _)| *address)
    }

    /// Does what a rule says that matched.
    fn apply(
        &mut self,
        passes: Passed,
        asked: Asked,
        at: &mut At<'w>,
        passed: &mut Vec<Passed>,
    ) -> Option<Outcome> {
        let state = asked.after;
        match asked.end {
            End::None => None,
            End::Stop(action) => Some(self.stop(passes, action, asked.counted, at, state)),
            End::Verdict(verdict) => match verdict {
                Verdict::Drop => Some(self.stop(passes, Action::Drop, asked.counted, at, state)),
                Verdict::Lost => {
                    Some(self.lost(passes, "it leads where nothing is known", at, state))
                }
                Verdict::Accept => {
                    if passed.last() != Some(&passes) {
                        passed.push(passes);
                    }
                    Some(self.enter(at.base + 1, state))
                }
                Verdict::Continue => None,
                _ if self.rules > MAX_RULES || at.stack.len() > MAX_DEPTH => {
                    Some(self.lost(passes, "chains lead to each other in a circle", at, state))
                }
                Verdict::Return => {
                    end(at);
                    None
                }
                Verdict::Goto(chain) => {
                    at.stack.pop();
                    at.stack.extend(frames(chain));
                    None
                }
                Verdict::Jump(chain) => {
                    at.stack.extend(frames(chain));
                    None
                }
            },
            End::Queue => {
                let doubt = self.doubt(passes, "a program decides (queue)", false);
                let no = self.enter(at.base + 1, state);
                let yes = self.stop(passes, Action::Drop, false, at, state);
                Some(Outcome::either(doubt, yes, no))
            }
            End::Any(table, why) => Some(self.any(passes, table, why, at, state)),
        }
    }

    /// Follows every verdict that a map holds.
    fn any(
        &mut self,
        passes: Passed,
        table: usize,
        why: &'static str,
        at: &At<'w>,
        state: State,
    ) -> Outcome {
        let mut different: Vec<Verdict> = Vec::new();
        let filter = self.filter;
        let steps = filter
            .chains
            .get(passes.chain)
            .and_then(|chain| chain.rules.get(passes.rule?))
            .map(|rule| &*rule.steps)
            .unwrap_or_default();
        for step in steps {
            if let Step::Map(_, own, verdicts) = step
                && *own == table
            {
                for verdict in &**verdicts {
                    if different.len() <= MAX_BRANCHES && !different.contains(verdict) {
                        different.push(*verdict);
                    }
                }
            }
        }
        if different.len() > MAX_BRANCHES {
            return self.lost(passes, why, at, state);
        }
        let mut all: Option<Outcome> = None;
        for verdict in different.into_iter().rev() {
            let asked =
                Asked { end: End::Verdict(verdict), after: state, doubt: None, counted: false };
            let next = self.follow(passes, asked, at.clone());
            all = Some(match all {
                None => next,
                Some(rest) => Outcome::either(self.doubt(passes, why, false), next, rest),
            });
        }
        all.unwrap_or_else(|| self.lost(passes, why, at, state))
    }

    fn doubt(&self, passes: Passed, why: &str, counts: bool) -> Doubt {
        let rule = self.reference(passes.chain, passes.rule);
        Doubt { rule, why: why.to_owned(), counts }
    }

    fn stop(
        &self,
        passes: Passed,
        action: Action,
        counts: bool,
        at: &At<'w>,
        state: State,
    ) -> Outcome {
        let rule = self.reference(passes.chain, passes.rule);
        let rank = self.bases.get(at.base).map_or(0, |base| base.rank());
        Outcome::new(Judgement::Stop(Stop { action, rule, counts }), state, rank)
    }

    fn lost(&self, passes: Passed, why: &str, at: &At<'w>, state: State) -> Outcome {
        let doubt = self.doubt(passes, why, false);
        let stop = Stop { action: Action::Drop, rule: doubt.rule.clone(), counts: false };
        let rank = self.bases.get(at.base).map_or(0, |base| base.rank());
        Outcome::lost(doubt, stop, state, rank)
    }
}

/// Nothing more of the current chain is asked.
fn end(at: &mut At<'_>) {
    if let Some(frame) = at.stack.last_mut() {
        frame.next = usize::MAX;
    }
}
