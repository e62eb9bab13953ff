//! What a stack of PAM modules makes of a client (`pam_dispatch.c`): pam.conf(5).
//!
//! What a module answers comes from outside; here is only what the stack makes of the answers.

use std::collections::BTreeMap;

use crate::parse::pam::Action;
use crate::parse::pam::Kind;
use crate::parse::pam::Line;
use crate::parse::pam::Module;
use crate::parse::pam::lines;
use crate::parse::place::Place;

/// libpam follows no more includes into each other than this.
const MOST_INCLUDES: usize = 32;

/// No stack that people write is longer, or made of more files; includes of includes could make it
/// as long as they like.
const MOST_MODULES: usize = 1000;

/// With more modules than this whose answer is not known, nothing is known of the stack.
const MOST_UNKNOWN: usize = 8;

/// A module at its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rule {
    /// The line.
    pub place: Place,
    /// What stands there; `None` for a line that libpam cannot read, and where a substack begins.
    pub module: Option<Module>,
    /// Whether a substack begins here. That counts as one for what jumps over it.
    begins_substack: bool,
    /// How many substacks it is in.
    level: usize,
}

impl Rule {
    /// The line, or what is wrong with it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.module.as_ref().map_or("PAM cannot read this line", |module| &module.text)
    }
}

/// The rules of one kind that hold for a service.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Stack {
    /// In the order in which they are asked.
    pub rules: Vec<Rule>,
    /// Files that could not be read.
    pub unread: Vec<String>,
    /// How many files were put together.
    files: usize,
}

impl Stack {
    /// Puts a stack together from the first of the services that has a rule of that kind: the
    /// service itself, then `other`. Services are paths of files, and `files` holds their texts; a
    /// file that is named without a folder is looked for in that of the one that names it.
    #[must_use]
    pub fn assemble(services: &[&str], kind: Kind, files: &BTreeMap<String, String>) -> Self {
        let mut stack = Self::default();
        for service in services {
            stack.add(service, kind, files, (0, 0));
            if !stack.rules.is_empty() {
                break;
            }
        }
        stack
    }

    /// The first module of that name.
    #[must_use]
    pub fn module(&self, name: &'static str) -> Option<(&Place, &Module)> {
        let named = |rule: &&Rule| rule.module.as_ref().is_some_and(|m| m.name == name);
        self.rules
            .iter()
            .find(named)
            .and_then(|rule| rule.module.as_ref().map(|module| (&rule.place, module)))
    }

    fn add(
        &mut self,
        path: &str,
        kind: Kind,
        files: &BTreeMap<String, String>,
        (depth, level): (usize, usize),
    ) {
        self.files += 1;
        let may_go_on = depth < MOST_INCLUDES && self.files < MOST_MODULES;
        let Some(text) = files.get(path).filter(|_| may_go_on) else {
            self.unread.push(path.to_owned());
            return;
        };
        for line in lines(text) {
            if self.rules.len().max(self.files) >= MOST_MODULES {
                return;
            }
            match line {
                Line::Bad(number, of) if of == kind => {
                    let place = Place::new(path, number);
                    self.rules.push(Rule { place, module: None, begins_substack: false, level });
                }
                Line::Module(module) if module.kind == kind => {
                    let (place, module) = (Place::new(path, module.line), Some(module));
                    self.rules.push(Rule { place, module, begins_substack: false, level });
                }
                Line::Include(include) if include.kind.is_none_or(|k| k == kind) => {
                    let mut level = level;
                    if include.is_substack {
                        let place = Place::new(path, include.line);
                        self.rules.push(Rule { place, module: None, begins_substack: true, level });
                        level += 1;
                    }
                    self.add(&beside(path, &include.file), kind, files, (depth + 1, level));
                }
                Line::Bad(..) | Line::Module(_) | Line::Include(_) => {}
            }
        }
    }
}

/// The files that a file names, so that they can be read.
#[must_use]
pub fn included(path: &str, text: &str) -> Vec<String> {
    let file = |line| match line {
        Line::Include(include) => Some(beside(path, &include.file)),
        Line::Module(_) | Line::Bad(..) => None,
    };
    lines(text).into_iter().filter_map(file).collect()
}

fn beside(path: &str, name: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if name.starts_with('/') { name.to_owned() } else { format!("{folder}/{name}") }
}

/// What a module answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answered {
    /// One of PAM's results by the name that controls use, and what shows it.
    Result(&'static str, String),
    /// It cannot be told: why.
    Unknown(String),
}

/// What becomes of a client in a stack.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It comes in.
    Admit,
    /// It does not: the rule, by its index, that decides.
    Deny(usize),
    /// It does not: no module says yes.
    NobodyAdmits,
    /// It depends on these rules, by their indexes.
    Depends(Vec<usize>),
}

/// Asks the modules of a stack in their order.
#[must_use]
pub fn judge(stack: &Stack, answers: &[Answered]) -> Outcome {
    let unknown: Vec<usize> = answers
        .iter()
        .enumerate()
        .filter(|(_, answer)| matches!(answer, Answered::Unknown(_)))
        .map(|(index, _)| index)
        .collect();
    if unknown.len() > MOST_UNKNOWN {
        return Outcome::Depends(unknown);
    }
    let mut outcomes = Vec::new();
    // Every way in which those that are not known could answer: yes, or no.
    for ways in 0..1_usize << unknown.len() {
        let result = |index: usize| match answers.get(index) {
            Some(Answered::Result(result, _)) => *result,
            _ => {
                let bit = unknown.iter().position(|u| *u == index).unwrap_or_default();
                if ways >> bit & 1 == 0 { "success" } else { "perm_denied" }
            }
        };
        outcomes.push(walk(stack, result));
    }
    let admits = |outcome: &Outcome| *outcome == Outcome::Admit;
    let all_alike = outcomes.iter().all(admits) || !outcomes.iter().any(admits);
    match outcomes.into_iter().next() {
        // The first is where all that is not known says yes.
        Some(first) if all_alike => first,
        _ => Outcome::Depends(unknown),
    }
}

/// What the walk has come to.
#[derive(Clone, Copy)]
struct State {
    impression: Impression,
    /// The result that counts, unless nothing has counted yet; and whose it is.
    status: Option<(&'static str, usize)>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Impression {
    None,
    Positive,
    Negative,
}

impl State {
    const NEW: Self = Self { impression: Impression::None, status: None };

    fn is_successful(self) -> bool {
        self.impression == Impression::Positive && self.status.is_some_and(|(s, _)| s == "success")
    }

    fn is_negative(self) -> bool {
        self.impression == Impression::Negative
    }

    /// Lets a result of rule `index` count.
    fn count(&mut self, action: Action, result: &'static str, index: usize) {
        match action {
            Action::Ok | Action::Done
                if self.impression == Impression::None || self.is_successful() =>
            {
                *self = Self { impression: Impression::Positive, status: Some((result, index)) };
            }
            Action::Bad | Action::Die if !self.is_negative() => {
                *self = Self { impression: Impression::Negative, status: Some((result, index)) };
            }
            _ => {}
        }
    }

    fn outcome(self) -> Outcome {
        match self.status {
            // A new password is wanted, but the client is in: also when that counted as bad.
            Some(("new_authtok_reqd", _)) => Outcome::Admit,
            Some(("success", _)) if self.is_successful() => Outcome::Admit,
            Some((_, rule)) => Outcome::Deny(rule),
            None => Outcome::NobodyAdmits,
        }
    }
}

fn walk(stack: &Stack, result: impl Fn(usize) -> &'static str) -> Outcome {
    let mut state = State::NEW;
    // What counted when each level of substacks was entered.
    let mut before = vec![State::NEW];
    let (mut index, mut last_level) = (0, 0);
    while let Some(rule) = stack.rules.get(index) {
        if rule.level > last_level {
            before.resize(rule.level + 1, state);
        }
        before.truncate(rule.level + 1);
        last_level = rule.level;
        let mut next = index + 1;
        let (action, result) = match &rule.module {
            _ if rule.begins_substack => (Action::Ignore, "ignore"),
            None => (Action::Bad, "abort"),
            Some(module) => (module.control.action(result(index)), result(index)),
        };
        state.count(action, result, index);
        match action {
            Action::Reset => state = before.last().copied().unwrap_or(State::NEW),
            Action::Jump(count) => match jump(stack, index, count) {
                Some(target) => next = target,
                None => {
                    let status = Some(("abort", index));
                    state = State { impression: Impression::Negative, status };
                    next = end_of_level(stack, index);
                }
            },
            Action::Die => next = end_of_level(stack, index),
            Action::Done if !state.is_negative() => next = end_of_level(stack, index),
            _ => {}
        }
        index = next;
    }
    state.outcome()
}

/// Where the substack that a rule is in ends; the end of all outside of substacks.
fn end_of_level(stack: &Stack, index: usize) -> usize {
    let level = stack.rules.get(index).map_or(0, |rule| rule.level);
    let after = stack.rules.iter().enumerate().skip(index + 1);
    let mut left = after.filter(|(_, rule)| rule.level < level);
    left.next().map_or(stack.rules.len(), |(at, _)| at)
}

/// Skips `count` rules; a whole substack counts as one. `None` when there are not so many.
fn jump(stack: &Stack, from: usize, count: usize) -> Option<usize> {
    let level = stack.rules.get(from)?.level;
    let mut at = from + 1;
    for _ in 0..count {
        stack.rules.get(at).filter(|rule| rule.level >= level)?;
        at += 1;
        while stack.rules.get(at).is_some_and(|rule| rule.level > level) {
            at += 1;
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests;
