//! The order of the two files, and of the lines in them: the first that matches decides.

use std::cell::OnceCell;

use super::Decision;
use super::Files;
use super::MAX_OPEN;
use super::Open;
use super::Source;
use super::Verdict;
use super::options;
use super::options::End;
use super::pattern::Subject;
use super::pattern::Truth;
use crate::parse::hosts_access::LineNumbers;
use crate::parse::hosts_access::Problem;
use crate::parse::hosts_access::Rule;
use crate::parse::hosts_access::Table;
use crate::parse::hosts_access::for_person;
use crate::parse::place::Place;

/// Both files, parsed.
pub(super) struct Tables<'a> {
    pub(super) allow: Table<'a>,
    pub(super) deny: Table<'a>,
}

/// What is met on the way through the lines, and where it ends.
#[derive(Clone)]
pub(super) struct Chain {
    pub(super) decision: Decision,
    pub(super) open: Vec<Open>,
    /// Whether a line is open, reported or not, that would lead to another verdict than this.
    all: Option<Verdict>,
}

impl Chain {
    fn end(decision: Decision) -> Self {
        Self { all: Some(decision.verdict), decision, open: Vec::new() }
    }

    /// The verdict that all ways lead to.
    pub(super) fn verdict(&self) -> Verdict {
        self.all.unwrap_or(Verdict::Unknown)
    }

    /// Puts lines that are open before it.
    fn after(mut self, before: Opened) -> Self {
        let mut open = before.lines;
        open.append(&mut self.open);
        open.truncate(MAX_OPEN);
        let all = self.all.filter(|all| before.verdict.is_none_or(|v| v == Some(*all)));
        Self { open, all, ..self }
    }
}

/// Open lines as they are met.
#[derive(Default)]
struct Opened {
    lines: Vec<Open>,
    /// The verdict that they all would lead to: none yet, one, or (`Some(None)`) several.
    verdict: Option<Option<Verdict>>,
}

impl Opened {
    fn push(&mut self, then: Verdict, line: impl FnOnce() -> Open) {
        self.verdict = match self.verdict {
            None => Some(Some(then)),
            Some(same) => Some(same.filter(|v| *v == then)),
        };
        if self.lines.len() < MAX_OPEN {
            self.lines.push(line());
        }
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Which {
    Allow,
    Deny,
}

struct Judge<'a> {
    files: &'a Files<'a>,
    tables: &'a Tables<'a>,
    subject: &'a Subject<'a>,
    /// What hosts.deny says after an `aclexec` in hosts.allow has failed; many lines may lead there.
    after_failure: OnceCell<Chain>,
}

/// Judges the client by both files.
pub(super) fn judge<'a>(
    files: &'a Files<'a>,
    tables: &'a Tables<'a>,
    subject: &'a Subject<'a>,
) -> Chain {
    Judge { files, tables, subject, after_failure: OnceCell::new() }.walk(Which::Allow, false)
}

impl Judge<'_> {
    /// Goes through a file, and from hosts.allow on to hosts.deny. `failed`: an `aclexec` in hosts.allow has failed.
    fn walk(&self, which: Which, failed: bool) -> Chain {
        let (table, source) = match which {
            Which::Allow => (&self.tables.allow, self.files.allow),
            Which::Deny => (&self.tables.deny, self.files.deny),
        };
        let mut opened = Opened::default();
        for rule in &table.rules {
            let for_daemon = self.subject.is_for_daemon(rule.daemons());
            match for_daemon.and(|| self.subject.is_from_client(rule.clients())) {
                Truth::No => {}
                Truth::Yes => return self.matched(which, failed, rule).after(opened),
                Truth::Maybe(why) => {
                    let then = self.matched(which, failed, rule).verdict();
                    opened.push(then, || self.open(which, rule, then, why.text().to_owned()));
                }
            }
        }
        match (source, &table.broken) {
            (Source::Hidden(why), _) => {
                let place = Place::new(self.path(which), 1);
                let why = format!("a line of it, which we cannot read ({why}), matches");
                let open =
                    Open { place, line: String::new(), why, then: Verdict::Unknown, logged: 0 };
                opened.push(Verdict::Unknown, || open);
                self.nothing(which, failed).after(opened)
            }
            (Source::Unopenable(why), _) => {
                let why = format!("it cannot be opened ({why})");
                self.broken(which, failed, LineNumbers::default(), "", &why).after(opened)
            }
            (_, Some(broken)) => {
                let why = match broken.problem {
                    Problem::NoNewline => "its last line does not end in a newline",
                    Problem::TooLong => "a line of it is longer than 2047 bytes",
                };
                let text = for_person(&broken.text);
                self.broken(which, failed, broken.lines, &text, why).after(opened)
            }
            _ => self.nothing(which, failed).after(opened),
        }
    }

    /// No line of a file matches.
    fn nothing(&self, which: Which, failed: bool) -> Chain {
        match which {
            Which::Allow => self.walk(Which::Deny, failed),
            Which::Deny => {
                let why = match (self.files.allow, self.files.deny) {
                    (Source::Absent, Source::Absent) => "there are no such files".to_owned(),
                    _ => format!(
                        "no line of {} or {} matches, and what no line matches is admitted",
                        self.files.allow_path, self.files.deny_path
                    ),
                };
                Chain::end(Decision {
                    verdict: Verdict::Admit,
                    place: None,
                    line: String::new(),
                    why,
                    logged: 0,
                })
            }
        }
    }

    /// libwrap gives a file up: hosts.allow then admits nobody, and hosts.deny refuses everybody.
    fn broken(
        &self,
        which: Which,
        failed: bool,
        lines: LineNumbers,
        text: &str,
        why: &str,
    ) -> Chain {
        if which == Which::Allow {
            return self.walk(Which::Deny, failed);
        }
        let why = format!("{why}: libwrap gives the file up, and refuses whom it has not admitted");
        self.end(which, lines, text.to_owned(), Verdict::Deny, why)
    }

    /// What follows when a rule matches.
    fn matched(&self, which: Which, failed: bool, rule: &Rule<'_>) -> Chain {
        let plain = match which {
            Which::Allow => Verdict::Admit,
            Which::Deny => Verdict::Deny,
        };
        let decide = |verdict, why: String| self.end(which, rule.lines, rule.raw(), verdict, why);
        let Some(text) = rule.options() else {
            return decide(plain, "it matches".to_owned());
        };
        let outcome = options::follow(text, self.subject.lookup);
        if outcome.asks_user {
            self.subject.asked.user.set(true);
        }
        let mut opened = Opened::default();
        for doubt in outcome.doubts {
            opened.push(Verdict::Deny, || self.open(which, rule, Verdict::Deny, doubt));
        }
        let chain = match (outcome.end, outcome.aclexec) {
            (End::Allow, _) => decide(Verdict::Admit, "it matches, and allows".to_owned()),
            (End::Deny, _) => decide(Verdict::Deny, "it matches, and denies".to_owned()),
            (End::Error(error), _) => {
                decide(Verdict::Deny, format!("it matches, and an error in its options denies: {error}"))
            }
            (End::Twist(command), _) => {
                let why = format!("it matches, and runs `{command}` in the place of sshd");
                decide(Verdict::Unknown, why)
            }
            (End::Through, Some(command)) => {
                let why = format!("the command `{command}` succeeds");
                opened.push(plain, || self.open(which, rule, plain, why));
                self.void(which, rule, format!("its command `{command}` fails, so that the file counts as without a match"))
            }
            (End::Through, None) if failed => {
                self.void(which, rule, "it matches, but after a failed aclexec in hosts.allow a line with options counts as none".to_owned())
            }
            (End::Through, None) => decide(plain, "it matches".to_owned()),
        };
        chain.after(opened)
    }

    /// A rule matches and counts as if none did: the file is left.
    fn void(&self, which: Which, rule: &Rule<'_>, why: String) -> Chain {
        match which {
            Which::Allow => self.after_failure.get_or_init(|| self.walk(Which::Deny, true)).clone(),
            Which::Deny => self.end(which, rule.lines, rule.raw(), Verdict::Admit, why),
        }
    }

    fn end(
        &self,
        which: Which,
        lines: LineNumbers,
        line: String,
        verdict: Verdict,
        why: String,
    ) -> Chain {
        let place = Some(Place::new(self.path(which), lines.first.max(1)));
        Chain::end(Decision { verdict, place, line, why, logged: lines.logged })
    }

    fn open(&self, which: Which, rule: &Rule<'_>, then: Verdict, why: String) -> Open {
        let place = Place::new(self.path(which), rule.lines.first);
        Open { place, line: rule.raw(), why, then, logged: rule.lines.logged }
    }

    fn path(&self, which: Which) -> &str {
        match which {
            Which::Allow => self.files.allow_path,
            Which::Deny => self.files.deny_path,
        }
    }
}
