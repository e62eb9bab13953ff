//! TCP wrappers: what hosts.allow and hosts.deny make of a client, as libwrap 7.6.q of Debian decides (hosts_access(5),
//! hosts_options(5)).
//!
//! Three-valued: what a netgroup, a command or a name that was not looked up would say is not guessed. A line that hangs on
//! such a thing is *open*: the judgement says what follows if it matches, goes on as if it did not, and is sure only where
//! every way ends alike.

mod options;
mod pattern;
mod table;
#[cfg(test)]
mod tests;
mod warn;

use std::cell::Cell;
use std::fmt;
use std::net::IpAddr;

use crate::parse::hosts_access::Table;
use crate::parse::place::Place;
use table::Tables;

/// No more open lines than this are reported; all are counted in for the verdict.
const MAX_OPEN: usize = 16;

/// What the server makes of a client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It goes on to the banner.
    Admit,
    /// It is refused, after five seconds and without a word.
    Deny,
    /// It depends on what is not known.
    Unknown,
}

/// What a file holds.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Source {
    /// There is none; libwrap takes that for an empty one. So it does with a directory.
    #[default]
    Absent,
    /// Its bytes.
    Text(Vec<u8>),
    /// It cannot be read by us, and why not. Whether sshd can is not known.
    Hidden(String),
    /// Nobody can open it, sshd included, and why not. For libwrap that is an error, not an empty file.
    Unopenable(String),
}

/// What a rule may ask of the host that it stands on. It is handed in: this module reads nothing.
pub trait Lookup {
    /// The file of a `/path` pattern.
    fn pattern_file(&self, path: &str) -> Source;

    /// Whether there is such a user, for the option `user`; `None` when not known.
    fn has_user(&self, name: &str) -> Option<bool> {
        let _ = name;
        None
    }

    /// Whether there is such a group, for the options `user` and `group`; `None` when not known.
    fn has_group(&self, name: &str) -> Option<bool> {
        let _ = name;
        None
    }
}

/// The two files, and what they refer to.
pub struct Files<'a> {
    /// Where hosts.allow is, for the places.
    pub allow_path: &'a str,
    /// hosts.allow.
    pub allow: &'a Source,
    /// Where hosts.deny is, for the places.
    pub deny_path: &'a str,
    /// hosts.deny.
    pub deny: &'a Source,
    /// What rules refer to.
    pub lookup: &'a dyn Lookup,
}

impl fmt::Debug for Files<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").finish_non_exhaustive()
    }
}

/// The name of an address, as libwrap finds it: it must lead back to the address.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum NameLookup {
    /// It has this name.
    Known(String),
    /// It has none, or nobody answers: `unknown` for the patterns.
    Unknown,
    /// It has one that does not lead back to it, or not by its canonical name: `paranoid` for the patterns.
    Paranoid,
    /// Nobody has looked.
    #[default]
    NotAsked,
}

/// Who connects.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Client {
    /// The address, as sshd's socket shows it.
    pub address: IpAddr,
    /// The interface that a link-local address belongs to: it is part of its text.
    pub interface: Option<String>,
    /// The name.
    pub name: NameLookup,
    /// What the client's own host says of its user (RFC 1413), `unknown` when nobody answers there; `None` when not asked.
    pub user: Option<String>,
}

/// Whom it connects to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Daemon {
    /// What the daemon calls itself before libwrap; several when it is one of them, and which is not known.
    pub names: Vec<String>,
    /// The server's address; `None` when not known.
    pub address: Option<IpAddr>,
    /// The server's port; `None` when libwrap has no socket to take it from.
    pub port: Option<u16>,
}

/// What is decided when no open line matches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decision {
    /// What.
    pub verdict: Verdict,
    /// The line; `None` when none matches.
    pub place: Option<Place>,
    /// The line's text, joined over backslashes; empty when none matches.
    pub line: String,
    /// Why it decides so, or why nothing matches.
    pub why: String,
    /// The number under which libwrap logs the line.
    pub logged: usize,
}

/// A line that would decide if something were so that is not known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Open {
    /// The line.
    pub place: Place,
    /// Its text.
    pub line: String,
    /// What is not known.
    pub why: String,
    /// What follows if it is so.
    pub then: Verdict,
    /// The number under which libwrap logs the line.
    pub logged: usize,
}

/// What the files say.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judgement {
    /// The verdict: that of the decision, unless an open line would decide otherwise.
    pub verdict: Verdict,
    /// What decides when no open line does.
    pub decision: Decision,
    /// The lines that would decide before it, in the order in which libwrap meets them; the first few.
    pub open: Vec<Open>,
    /// Whether libwrap looks the client's name up on the way, which takes as long as the resolver takes.
    pub asks_name: bool,
    /// Whether libwrap asks the client's host for the user (RFC 1413), which takes up to ten seconds.
    pub asks_user: bool,
    /// Lines that do not mean what they seem to mean.
    pub warnings: Vec<(Place, String)>,
}

/// Judges a client.
#[must_use]
pub fn evaluate(files: &Files<'_>, client: &Client, daemon: &Daemon) -> Judgement {
    let tables = Tables { allow: parse(files.allow), deny: parse(files.deny) };
    let asked = Asked::default();
    let subject = pattern::Subject::new(client, daemon, files.lookup, &asked);
    let chain = table::judge(files, &tables, &subject);
    Judgement {
        verdict: chain.verdict(),
        asks_name: asked.name.get(),
        asks_user: asked.user.get(),
        // Warnings look at every pattern: what they would ask does not count.
        warnings: warn::warnings(files, &tables, &subject),
        decision: chain.decision,
        open: chain.open,
    }
}

fn parse(source: &Source) -> Table<'_> {
    match source {
        Source::Text(text) => Table::parse(text),
        Source::Absent | Source::Hidden(_) | Source::Unopenable(_) => Table::default(),
    }
}

/// What libwrap asks others for while it decides.
#[derive(Debug, Default)]
struct Asked {
    name: Cell<bool>,
    user: Cell<bool>,
}
