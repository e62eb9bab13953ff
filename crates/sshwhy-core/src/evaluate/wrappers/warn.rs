//! Lines that do not mean what they seem to mean.
//!
//! Only lines that could be for our daemon are looked at, and only what libwrap reads otherwise than a person would.

mod element;

use super::Files;
use super::Source;
use super::options;
use super::options::End;
use super::pattern::Subject;
use super::pattern::Truth;
use super::table::Tables;
use crate::parse::hosts_access::Odd;
use crate::parse::hosts_access::Problem;
use crate::parse::hosts_access::Rule;
use crate::parse::hosts_access::Table;
use crate::parse::hosts_access::elements;
use crate::parse::hosts_access::is_except;
use crate::parse::hosts_access::number;
use crate::parse::place::Place;

/// No more warnings than this are worth reading.
const MAX_WARNINGS: usize = 40;

/// Names that people give sshd, though it never calls itself so.
const MISNOMERS: &[&str] = &[
    "ssh",
    "openssh",
    "openssh-server",
    "sshd.service",
    "ssh.service",
    "sshd-session",
    "sftp",
    "scp",
];

/// The lines of both files that are worth mending.
pub(super) fn warnings(
    files: &Files<'_>,
    tables: &Tables<'_>,
    subject: &Subject<'_>,
) -> Vec<(Place, String)> {
    let mut allow = Warner { path: files.allow_path, subject, admits: true, found: Vec::new() };
    let decides = allow.read(&tables.allow, None);
    let decides = decides.map(|line| format!("{}:{line}", files.allow_path));
    let mut deny = Warner { path: files.deny_path, subject, admits: false, found: Vec::new() };
    deny.read(&tables.deny, decides);
    allow.found.append(&mut deny.found);
    allow.found.truncate(MAX_WARNINGS);
    allow.found
}

struct Warner<'a> {
    path: &'a str,
    subject: &'a Subject<'a>,
    /// Whether the file is the one whose lines admit.
    admits: bool,
    found: Vec<(Place, String)>,
}

impl Warner<'_> {
    /// Reads a file; the line that decides for everybody, if one does. `decided`: such a line before this file.
    fn read(&mut self, table: &Table<'_>, decided: Option<String>) -> Option<usize> {
        let mut everybody = decided.is_some().then_some(0);
        let mut decides = None;
        let mut before = decided;
        for rule in &table.rules {
            if self.found.len() >= MAX_WARNINGS {
                break;
            }
            let for_daemon = self.subject.is_for_daemon(rule.daemons());
            if for_daemon == Truth::No {
                self.misnamed(rule);
                continue;
            }
            if let Some(before) = before.take() {
                self.warn(rule, format!("is never reached: {before} matches everybody before it"));
            }
            self.rule(rule);
            if everybody.is_none() && for_daemon == Truth::Yes && is_everybody(rule) {
                everybody = Some(rule.lines.first);
                before = Some(format!("line {}", rule.lines.first));
                // A command that fails leaves the file, but decides nothing.
                let options = rule.options().map(|text| options::follow(text, self.subject.lookup));
                decides = everybody.filter(|_| options.is_none_or(|o| o.aclexec.is_none()));
            }
        }
        self.oddities(table);
        decides
    }

    fn warn(&mut self, rule: &Rule<'_>, words: impl Into<String>) {
        self.found.push((Place::new(self.path, rule.lines.first), words.into()));
    }

    fn rule(&mut self, rule: &Rule<'_>) {
        if elements(rule.daemons()).next().is_some_and(|first| first.starts_with(b"#")) {
            self.warn(rule, "is not a comment, because a blank stands before the #: it is a rule");
        }
        let bare = elements(rule.after_daemons()).find_map(bare_v6);
        if let Some((address, length)) = bare {
            // The list ends elsewhere than it seems to: there is nothing more to say of its elements.
            return self.warn(
                rule,
                format!(
                    "an IPv6 address must stand in brackets, [{address}]{length}: without them it \
                     ends the list at its first colon, and what follows is read as options"
                ),
            );
        }
        for element in elements(rule.clients()) {
            if element.starts_with(b"#") {
                self.warn(rule, "# begins no comment here: what follows it is read as patterns");
                break;
            }
            // The pattern of a host may have a user before it; neither is in need of a look-up here.
            if let Some(words) = element::warning(element, self.subject.lookup) {
                self.warn(rule, format!("{} {words}", String::from_utf8_lossy(element)));
            }
        }
        if self.admits {
            self.options(rule);
        }
    }

    /// In hosts.deny an error refuses as the line would have.
    fn options(&mut self, rule: &Rule<'_>) {
        let Some(text) = rule.options() else { return };
        if let End::Error(error) = options::follow(text, self.subject.lookup).end {
            self.warn(
                rule,
                format!("refuses whom it matches, for an error in its options: {error}"),
            );
        }
    }

    fn misnamed(&mut self, rule: &Rule<'_>) {
        let is_misnomer = |element: &&[u8]| {
            MISNOMERS.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(element))
        };
        if let Some(name) = elements(rule.daemons()).find(is_misnomer) {
            let name = String::from_utf8_lossy(name);
            let ours = self.subject.daemon_names();
            self.warn(rule, format!("is not for this server: it calls itself {ours}, not {name}"));
        }
    }

    fn oddities(&mut self, table: &Table<'_>) {
        for oddity in table.oddities.iter().take(MAX_WARNINGS) {
            let words = match oddity.what {
                Odd::CommentContinues => format!(
                    "the backslash at its end makes a comment of what follows, to line {}",
                    oddity.lines.last
                ),
                Odd::NoColon => "is passed over: no colon separates daemons and clients".to_owned(),
                Odd::BlankAfterBackslash => {
                    "goes on in no other line: a blank stands after the backslash".to_owned()
                }
            };
            self.found.push((Place::new(self.path, oddity.lines.first), words));
        }
        if let Some(broken) = &table.broken {
            let problem = match broken.problem {
                Problem::NoNewline => "does not end in a newline",
                Problem::TooLong => "is longer than 2047 bytes",
            };
            let effect = if self.admits {
                "libwrap reads neither it nor anything after it"
            } else {
                "libwrap then refuses everybody whom no line before has admitted"
            };
            let place = Place::new(self.path, broken.lines.first);
            self.found.push((place, format!("{problem}: {effect}")));
        }
    }
}

/// An IPv6 address where no bracket holds it, and the length after it.
fn bare_v6(element: &[u8]) -> Option<(std::net::Ipv6Addr, String)> {
    let slash = element.iter().position(|b| *b == b'/').unwrap_or(element.len());
    let (address, length) = element.split_at(slash);
    Some((number::v6(address)?, String::from_utf8_lossy(length).into_owned()))
}

/// Whether a rule matches whoever comes.
fn is_everybody(rule: &Rule<'_>) -> bool {
    let mut clients = elements(rule.clients());
    clients.clone().any(|element| element.eq_ignore_ascii_case(b"ALL")) && !clients.any(is_except)
}

/// Whether the file of a pattern is there.
fn is_absent(path: &[u8], lookup: &dyn super::Lookup) -> bool {
    lookup.pattern_file(&String::from_utf8_lossy(path)) == Source::Absent
}
