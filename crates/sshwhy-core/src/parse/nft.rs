//! The packet filter as `nft -j list ruleset` prints it (libnftables-json(5)).
//!
//! What is not understood stays what it is ([`Expr::Other`], [`Statement::Other`]) and takes nothing else with it: an unknown
//! expression costs its rule, an unreadable object is named in [`RuleSet::unreadable`]. Dependencies that nft leaves out of
//! its output (`tcp dport` implies TCP) are not put back here.

mod devices;
mod expr;
mod hidden;
mod object;
mod set;
mod statement;
mod text;

pub use devices::Devices;
pub use expr::Expr;
pub use expr::Operator;
pub use expr::Payload;
pub use hidden::HiddenFamilies;
pub use set::Element;
pub use set::Extra;
pub use set::Set;
pub use statement::Limit;
pub use statement::Match;
pub use statement::Nat;
pub use statement::NatKind;
pub use statement::Quota;
pub use statement::Statement;
pub use statement::Update;
pub use statement::Verdict;

use std::fmt;

/// What the packet filter consists of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleSet {
    /// In the order of the output.
    pub tables: Vec<Table>,
    /// The beginnings of objects that could not be read: chains, sets, tables; at most a hundred.
    pub unreadable: Vec<String>,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its family.
    pub family: Family,
    /// Its name.
    pub name: Box<str>,
    /// In the order of the output.
    pub chains: Vec<Chain>,
    /// Sets and maps with a name.
    pub sets: Vec<Set>,
    /// Quotas with a name.
    pub quotas: Vec<(Box<str>, Quota)>,
}

/// The packets that a table sees.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Family {
    /// IPv4.
    Ip,
    /// IPv6.
    Ip6,
    /// Both.
    Inet,
    /// ARP.
    Arp,
    /// What passes a bridge.
    Bridge,
    /// What a device receives or sends.
    Netdev,
}

/// A chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Its name.
    pub name: Box<str>,
    /// Its handle.
    pub handle: u64,
    /// Where packets enter it by themselves; `None` when it must be jumped to.
    pub base: Option<Base>,
    /// In their order.
    pub rules: Vec<Rule>,
}

/// What makes a chain a base chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Base {
    /// `filter`, `nat` or `route`.
    pub kind: Box<str>,
    /// `ingress`, `prerouting`, `input`, `forward`, `output`, `postrouting` or `egress`.
    pub hook: Box<str>,
    /// Lower ones come first.
    pub priority: i32,
    /// Whether what reaches its end is dropped.
    pub drops: bool,
    /// The devices of an ingress or egress chain. Empty when nft does not say (its JSON before 1.0.7).
    pub devices: Vec<Box<str>>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The number by which nft knows it.
    pub handle: u64,
    /// What somebody wrote to it.
    pub comment: Option<Box<str>>,
    /// Tests and actions in their order.
    pub statements: Vec<Statement>,
}

/// Packets and bytes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counter {
    /// How many packets.
    pub packets: u64,
    /// How many bytes, headers included.
    pub bytes: u64,
}

/// Why a text is no rule set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error(String);

impl Error {
    /// Of a text that ends within a table.
    pub(super) fn cut() -> Self {
        Self("the text ends within a table".to_owned())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not the rule set of nft: {}", self.0)
    }
}

impl std::error::Error for Error {}

impl RuleSet {
    /// Reads what `nft -j -a list ruleset` printed, in linear time.
    ///
    /// # Errors
    ///
    /// When it is no JSON, is cut off, or has no list `nftables`: half a rule set must not be judged.
    pub fn parse(text: &str) -> Result<Self, Error> {
        object::read(text).map_err(|error| Error(error.to_string()))
    }

    /// A table by its family and name.
    pub fn table(&self, family: Family, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.family == family && *table.name == *name)
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.tables.iter().flat_map(|table| &table.chains).map(|chain| chain.rules.len()).sum()
    }
}

impl Rule {
    /// The counter of the rule itself.
    pub fn counter(&self) -> Option<Counter> {
        self.statements.iter().find_map(|statement| match statement {
            Statement::Counter(counter) => *counter,
            _ => None,
        })
    }
}

impl Family {
    /// As nft names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Ip6 => "ip6",
            Self::Inet => "inet",
            Self::Arp => "arp",
            Self::Bridge => "bridge",
            Self::Netdev => "netdev",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Ip, Self::Ip6, Self::Inet, Self::Arp, Self::Bridge, Self::Netdev]
            .into_iter()
            .find(|family| family.name() == name)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
