//! What a rule asks and what it does, as types (iptables-extensions(8)).

use std::borrow::Cow;
use std::net::IpAddr;

use super::net::Net;

/// One condition of a rule; all of them must hold. `not` turns it round.
///
/// Small, because a dump has hundreds of thousands: what is large and rare is boxed.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are the words of the option that each line names")]
pub enum Match<'a> {
    /// `-s`.
    Source { not: bool, net: Net },
    /// `-d`.
    Destination { not: bool, net: Net },
    /// `-i`; a trailing `+` stands for any end.
    Input { not: bool, name: &'a str },
    /// `-o`.
    Output { not: bool, name: &'a str },
    /// `-p`: a protocol number.
    Protocol { not: bool, number: u8 },
    /// `-f`: second and later fragments.
    Fragment { not: bool },
    /// `--sport`, both ends included.
    SourcePort { not: bool, from: u16, to: u16 },
    /// `--dport`.
    DestinationPort { not: bool, from: u16, to: u16 },
    /// `--tcp-flags MASK SET`, `--syn`.
    Flags { not: bool, mask: u8, set: u8 },
    /// multiport.
    Ports { not: bool, side: Side, ranges: Box<[(u16, u16)]> },
    /// iprange.
    Range { not: bool, side: Side, ends: Box<(IpAddr, IpAddr)> },
    /// set: the set's name and its directions (`src,dst`).
    Set { not: bool, set: Box<SetMatch<'a>> },
    /// conntrack `--ctstate` and state `--state`: bits of [`state`].
    State { not: bool, states: u8 },
    /// conntrack `--ctorigsrc` (`Source`) and `--ctorigdst` (`Destination`).
    Origin { not: bool, side: Side, net: Net },
    /// conntrack `--ctorigdstport`.
    OriginPort { not: bool, from: u16, to: u16 },
    /// conntrack `--ctdir`: whether `REPLY` was asked for.
    Direction { reply: bool },
    /// conntrack `--ctstatus`: bits of [`status`].
    Status { not: bool, bits: u8 },
    /// mark.
    Mark { not: bool, value: u32, mask: u32 },
    /// connmark.
    ConnectionMark { not: bool, value: u32, mask: u32 },
    /// addrtype: bits of [`address_type`].
    AddressType { not: bool, side: Side, types: u16 },
    /// mac.
    Mac { not: bool, address: [u8; 6] },
    /// length: of the whole packet, both ends included.
    Length { not: bool, from: u16, to: u16 },
    /// pkttype: whether `unicast` was asked for.
    PacketType { not: bool, unicast: bool },
    /// limit.
    Limit { not: bool },
    /// hashlimit.
    HashLimit(Box<HashLimit<'a>>),
    /// connlimit.
    ConnLimit(Box<ConnLimit>),
    /// recent.
    Recent(Box<Recent<'a>>),
    /// time.
    Time(Box<Time>),
    /// string.
    Text(Box<Text<'a>>),
    /// owner, by user number: both ends included.
    Uid { not: bool, from: u32, to: u32 },
    /// owner, by group number.
    Gid { not: bool, from: u32, to: u32 },
    /// rpfilter.
    ReversePath { not: bool },
    /// policy: whether IPsec was asked for.
    Ipsec { wanted: bool },
    /// A module that no TCP packet without IP options or fragments matches.
    Never { not: bool },
    /// What we cannot judge; the words are those of the rule.
    Unknown { text: &'a str },
}

/// Which end of a packet is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// The sender.
    Source,
    /// The receiver.
    Destination,
    /// Either will do (multiport `--ports`).
    Either,
}

/// Bits of connection states.
pub mod state {
    /// `INVALID`.
    pub const INVALID: u8 = 1;
    /// `NEW`.
    pub const NEW: u8 = 2;
    /// `ESTABLISHED`.
    pub const ESTABLISHED: u8 = 4;
    /// `RELATED`.
    pub const RELATED: u8 = 8;
    /// `UNTRACKED`.
    pub const UNTRACKED: u8 = 16;
    /// `SNAT`.
    pub const SNAT: u8 = 32;
    /// `DNAT`.
    pub const DNAT: u8 = 64;
}

/// Bits of connection statuses.
pub mod status {
    /// `NONE`.
    pub const NONE: u8 = 1;
    /// `EXPECTED`.
    pub const EXPECTED: u8 = 2;
    /// `SEEN_REPLY`.
    pub const SEEN_REPLY: u8 = 4;
    /// `ASSURED`.
    pub const ASSURED: u8 = 8;
    /// `CONFIRMED`.
    pub const CONFIRMED: u8 = 16;
}

/// Bits of address types.
pub mod address_type {
    /// `LOCAL`.
    pub const LOCAL: u16 = 1;
    /// `UNICAST`.
    pub const UNICAST: u16 = 2;
    /// `BROADCAST`.
    pub const BROADCAST: u16 = 4;
    /// `MULTICAST`.
    pub const MULTICAST: u16 = 8;
    /// `ANYCAST`, `UNSPEC`, `BLACKHOLE`, `UNREACHABLE`, `PROHIBIT`, `THROW`, `NAT`, `XRESOLVE`: no client has such an
    /// address and lives.
    pub const OTHER: u16 = 16;
}

/// Whether a set has a packet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SetMatch<'a> {
    /// The set.
    pub name: Cow<'a, str>,
    /// Which end each of its parts is compared with: `src` or `dst`, in order.
    pub sides: Vec<Side>,
    /// `--return-nomatch`: an element with `nomatch` counts as in the set.
    pub return_nomatch: bool,
    /// An option was given that compares counters, which we do not judge.
    pub compares_counters: bool,
}

/// hashlimit.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct HashLimit<'a> {
    /// Whether it matches above the rate (`--hashlimit-above`), not up to it.
    pub above: bool,
    /// The table, a file of `/proc/net/ipt_hashlimit`.
    pub name: Cow<'a, str>,
    /// `--hashlimit-mode`.
    pub mode: Cow<'a, str>,
    /// How many bits of the sender's address count; `None` for all.
    pub source_bits: Option<u32>,
    /// The same of the receiver's.
    pub destination_bits: Option<u32>,
    /// The rate is in bytes, or an option was given that we do not judge.
    pub unclear: bool,
}

/// connlimit.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ConnLimit {
    /// Whether it matches above the number (`--connlimit-above`), not up to it.
    pub above: bool,
    /// How many connections, this one included.
    pub count: u32,
    /// How many bits of the address count; `None` for all.
    pub bits: Option<u32>,
    /// Whether the receiver's address groups (`--connlimit-daddr`).
    pub by_destination: bool,
}

/// recent.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Recent<'a> {
    /// Turned round.
    pub not: bool,
    /// The list, a file of `/proc/net/xt_recent`.
    pub name: Cow<'a, str>,
    /// What it does.
    pub mode: RecentMode,
    /// Only what happened within so many seconds.
    pub seconds: Option<u64>,
    /// Only when it happened so often.
    pub hits: Option<u32>,
    /// Only when the TTL is the same too.
    pub ttl: bool,
    /// The receiver's address is kept (`--rdest`).
    pub by_destination: bool,
    /// How many bits of the address count; `None` for all.
    pub bits: Option<u32>,
}

/// What a rule does with a list of recent addresses.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RecentMode {
    /// `--set`: enters the address; always matches.
    #[default]
    Set,
    /// `--rcheck`.
    Check,
    /// `--update`: the same, and the time is kept when it matched.
    Update,
    /// `--remove`.
    Remove,
}

/// time. Seconds are of the day, or since 1970.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Time {
    /// First second of the day.
    pub day_from: u32,
    /// Last second of the day.
    pub day_to: u32,
    /// Bit n for day n of the month; 0 for any.
    pub month_days: u32,
    /// Bit 0 for Sunday … bit 6 for Saturday; 0 for any.
    pub week_days: u8,
    /// First second.
    pub from: i64,
    /// Last second.
    pub to: i64,
    /// Local time of the kernel, or an option that we do not judge.
    pub unclear: bool,
}

impl Default for Time {
    fn default() -> Self {
        Self {
            day_from: 0,
            day_to: 86_399,
            month_days: 0,
            week_days: 0,
            from: 0,
            to: i64::MAX,
            unclear: false,
        }
    }
}

/// string.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Text<'a> {
    /// Turned round.
    pub not: bool,
    /// The bytes that are looked for.
    pub pattern: Cow<'a, [u8]>,
    /// `--icase`.
    pub ignore_case: bool,
    /// Where in the packet, its IP header included, the text may begin.
    pub from: u16,
    /// Where it must begin at the latest.
    pub to: Option<u16>,
}

/// What a rule does with a packet that it matches.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "what `clear` and `flip` are is said at the first target that has them"
)]
pub enum Target<'a> {
    /// Nothing: the rule only counts. Also all targets that only write, count or change what no rule of ours asks for.
    Continue,
    /// `ACCEPT`.
    Accept,
    /// `DROP` and what swallows a packet in other ways (`STEAL`, `TARPIT`).
    Drop,
    /// `REJECT` with an ICMP error of this name.
    Reject(&'static str),
    /// `REJECT --reject-with tcp-reset`.
    Reset,
    /// `RETURN`.
    Return,
    /// `QUEUE`, `NFQUEUE`: a program decides.
    Queue,
    /// `-j` to a chain, or to a target that we do not know.
    Jump(&'a str),
    /// `-g`.
    Goto(&'a str),
    /// `MARK`: the new mark is (old and not `clear`) xor `flip`.
    Mark { clear: u32, flip: u32 },
    /// `CONNMARK --set-mark` and the like, the same way.
    ConnectionMark { clear: u32, flip: u32 },
    /// `CONNMARK --save-mark`.
    SaveMark,
    /// `CONNMARK --restore-mark`.
    RestoreMark,
    /// `NOTRACK`, `CT --notrack`.
    NoTrack,
    /// `SET`: the set that it changes.
    ChangeSet(&'a str),
    /// `REDIRECT`: the first port of `--to-ports`, if any.
    Redirect(Option<u16>),
    /// `DNAT`: the first address and port of `--to-destination`.
    DestinationNat(Box<(Option<IpAddr>, Option<u16>)>),
    /// `SNAT`, `MASQUERADE`: ends the table; no rule that follows sees it.
    SourceNat,
}
