//! What sshd makes of its configuration: the value that holds for one connection, each with its file and line
//! (`sshd_config(5)`, `servconf.c`).
//!
//! sshd reads its files twice: at the start, where what stands under `Match` is only checked, and for each connection, where
//! only what stands under a `Match` that holds counts and takes the place of the global value. The same is done here.

mod address;
mod algorithms;
mod apply;
mod complete;
mod criteria;
mod default;
mod keyword;
mod number;
mod settings;
mod source;
mod walk;

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::parse::openssh_version::Version;
use crate::parse::place::Place;

pub use self::address::Listed as Listing;
pub use self::settings::Value;

use self::settings::Settings;
use self::source::Source;
use self::walk::Walk;

/// The files of the host, handed in by who may read them.
pub trait Files {
    /// The files that match a pattern, as glob(3) sorts them in the C locale; none when there is none.
    fn expand(&self, pattern: &str) -> Vec<String>;

    /// The text of a file.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, in words.
    fn read(&self, path: &str) -> Result<String, String>;
}

/// How sshd was started, as far as it bears on its configuration.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Start {
    /// Its version.
    pub version: Version,
    /// What was given with `-o`, and what other options mean the same (`-4`, `-g`, `-h`). A `Port` that came after a `-p` has
    /// no effect and must not be here.
    pub options: Vec<String>,
    /// What was given with `-p`: the `Port` lines of the files do not count then.
    pub ports: Vec<u16>,
    /// The folder in which it was started, for relative paths of keys and the like.
    pub directory: String,
    /// What this build says of its own defaults (`sshd -T -f /dev/null`); `None` when nobody could ask.
    pub defaults: Option<String>,
}

impl Start {
    /// The default values of a keyword.
    fn defaults(&self, keyword: &str) -> Vec<String> {
        // What the printed defaults say of these two depends on the machine.
        let said =
            self.defaults.as_deref().filter(|_| !matches!(keyword, "hostkey" | "listenaddress"));
        let Some(said) = said else {
            return default::values(keyword, self.version);
        };
        let values = said.lines().filter_map(|line| line.split_once(' '));
        let values = values.filter(|(name, _)| *name == keyword);
        if keyword == "authorizedkeysfile" {
            return values.flat_map(|(_, value)| value.split(' ')).map(str::to_owned).collect();
        }
        values.map(|(_, value)| value.to_owned()).collect()
    }

    /// The only default value of a keyword.
    fn only_default(&self, keyword: &str) -> Option<String> {
        self.defaults(keyword).into_iter().next()
    }
}

/// Something in the configuration that sshd refuses or passes over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The line.
    pub place: Place,
    /// What is wrong with it, in words like those of sshd.
    pub text: String,
    /// Whether sshd does not start with it. Otherwise the line is without effect.
    pub fatal: bool,
}

/// What of a connection `Match` asks for. What is `None` is not known.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Connection {
    /// The name that the client logs in with.
    pub user: Option<String>,
    /// The groups of that account; empty when there is no such account.
    pub groups: Vec<String>,
    /// Whether the server has no account of that name.
    pub invalid_user: bool,
    /// The client's name as sshd sees it: its address in text unless `UseDNS` is on.
    pub host: Option<String>,
    /// The client's address.
    pub address: Option<IpAddr>,
    /// The server's address.
    pub local_address: Option<IpAddr>,
    /// The server's port.
    pub local_port: Option<u16>,
    /// The routing domain (VRF) that the connection came in by.
    pub rdomain: Option<String>,
    /// The version of sshd.
    pub version: Version,
}

/// Whether sshd's configuration has a keyword of this name, which is in lower case.
#[must_use]
pub fn is_keyword(name: &str) -> bool {
    name == "match" || name == "include" || keyword::find(name, Version::default()).is_some()
}

/// A configuration with all its files.
#[derive(Debug)]
pub struct Config {
    start: Start,
    source: Source,
    globals: Settings,
    problems: Vec<Problem>,
}

impl Config {
    /// Reads a configuration for the newest release. Never fails: what is wrong with it is data.
    pub fn load(main: &str, files: &dyn Files) -> Self {
        Self::load_for(main, files, Start::default())
    }

    /// Reads a configuration as a given sshd does that was started in a given way.
    pub fn load_for(main: &str, files: &dyn Files, start: Start) -> Self {
        let source = Source::load(main, files);
        let walk = Walk::at_start(&source, &start);
        let (globals, mut problems) = (walk.settings, walk.problems);
        let mut whole = globals.clone();
        problems.extend(complete::complete(&mut whole, &start));
        problems.extend(complete::check(&whole));
        Self { start, source, globals, problems }
    }

    /// What is wrong, in the order in which sshd meets it. It stops at the first fatal one; here the rest is read as well.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The global lines that have no effect because an earlier line sets another value: each, and that line.
    #[must_use]
    pub fn overridden(&self) -> &[(Place, Place)] {
        self.globals.overridden()
    }

    /// The files that were read, the main one first.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.source.files()
    }

    /// The line that stands at a place.
    #[must_use]
    pub fn text(&self, place: &Place) -> Option<&str> {
        self.source.text(place)
    }

    /// What holds for a connection.
    #[must_use]
    pub fn effective(&self, connection: &Connection) -> Effective {
        let walk = Walk::for_connection(&self.source, &self.start, connection);
        let mut settings = self.globals.clone();
        let mut problems = walk.problems;
        problems.extend(complete::crash(&settings, &walk.settings, self.start.version));
        settings.override_with(walk.settings);
        problems.extend(complete::complete(&mut settings, &self.start));
        problems.retain(|problem| !self.problems.contains(problem));
        Effective { settings, problems, undecided: walk.undecided, open: walk.open }
    }
}

/// Looks an address up in a list of networks and patterns, as in `Match Address`.
#[must_use]
pub fn list_address(list: &str, address: IpAddr) -> Listing {
    address::look_up(list, Some(&address.to_string()))
}

/// Whether such a list names an address.
#[must_use]
pub fn lists_address(list: &str, address: IpAddr) -> bool {
    list_address(list, address) == Listing::Yes
}

/// The network of this length of mask that an address lies in.
#[must_use]
pub fn mask(address: IpAddr, bits: u8) -> IpAddr {
    address::network_of(address, bits)
}

/// A `Match` of which it is not known whether it holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Undecided {
    /// Its line.
    pub place: Place,
    /// What is not known of the connection: `the user`.
    pub lacks: &'static str,
}

/// What holds for one connection.
#[derive(Clone, Debug)]
pub struct Effective {
    settings: Settings,
    problems: Vec<Problem>,
    undecided: Vec<Undecided>,
    open: BTreeMap<&'static str, usize>,
}

impl Effective {
    /// The (first) value of a keyword, or its default; `None` when it has none. Keywords are in lower case and values are
    /// written as `sshd -T` prints them.
    #[must_use]
    pub fn first(&self, keyword: &str) -> Option<&Value> {
        self.all(keyword).first()
    }

    /// All values of a keyword that may have several, or its defaults.
    #[must_use]
    pub fn all(&self, keyword: &str) -> &[Value] {
        self.settings.all(keyword)
    }

    /// The text of the first value; empty when the keyword has neither a value nor a default.
    #[must_use]
    pub fn value_or_default(&self, keyword: &str) -> &str {
        self.first(keyword).map_or("", |value| &value.text)
    }

    /// What is wrong for this connection alone: sshd ends it.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The `Match` line that would set a keyword, if it is not known whether it holds: then the value here may be another.
    #[must_use]
    pub fn open(&self, keyword: &str) -> Option<&Undecided> {
        self.undecided.get(*self.open.get(keyword)?)
    }

    /// The `Match` lines of which it is not known whether they hold; they were taken not to hold.
    #[must_use]
    pub fn undecided(&self) -> &[Undecided] {
        &self.undecided
    }
}

#[cfg(test)]
mod tests;
