//! Whether a pattern matches: libwrap's `hosts_access.c`, with a third value for what is not known.

use std::cell::Cell;
use std::net::IpAddr;
use std::net::Ipv6Addr;

use super::Asked;
use super::Client;
use super::Daemon;
use super::Lookup;
use super::NameLookup;
use super::Source;
use crate::parse::hosts_access::elements;
use crate::parse::hosts_access::is_except;
use crate::parse::hosts_access::number;
use crate::parse::hosts_access::split_at;

/// libwrap keeps names and addresses in 128 bytes, one of them for the zero at the end.
const NAME_MAX: usize = 127;
/// No file of patterns names another that does, and so on, deeper than this; libwrap would go on until it crashes.
const MAX_DEPTH: u8 = 8;
/// No more files of patterns are opened for one judgement.
const MAX_FILES: u32 = 10_000;

/// What cannot be told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Why {
    Name,
    ServerName,
    ServerAddress,
    Netgroup,
    User,
    DaemonName,
    Port,
    Zone,
    FileHidden,
    FileLoop,
}

impl Why {
    /// In words, to go after "it matches if".
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Name => {
                "the name of the client's address, which was not looked up, is one of those it names"
            }
            Self::ServerName => {
                "the name of the server's address, which was not looked up, is the one it names"
            }
            Self::ServerAddress => "the client comes to the address of the server that it names",
            Self::Netgroup => "the client's name is in the netgroup",
            Self::User => "the client's host says (RFC 1413) that the user is the one it names",
            Self::DaemonName => "the daemon calls itself by the name in it",
            Self::Port => "the client comes to the port that it names",
            Self::Zone => "the interface in it exists",
            Self::FileHidden => "the file of patterns in it, which cannot be read by us, matches",
            Self::FileLoop => {
                "the files of patterns in it, which name each other too often to follow, match"
            }
        }
    }
}

/// Whether something is so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Truth {
    No,
    Yes,
    Maybe(Why),
}

use Truth::Maybe;
use Truth::No;
use Truth::Yes;

impl From<bool> for Truth {
    fn from(is: bool) -> Self {
        if is { Yes } else { No }
    }
}

impl Truth {
    pub(super) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            No => No,
            Yes => other(),
            Maybe(why) => match other() {
                No => No,
                Yes | Maybe(_) => Maybe(why),
            },
        }
    }

    fn or(self, other: impl FnOnce() -> Self) -> Self {
        self.not().and(|| other().not()).not()
    }

    fn not(self) -> Self {
        match self {
            No => Yes,
            Yes => No,
            Maybe(why) => Maybe(why),
        }
    }
}

/// One end of the connection, as the patterns see it.
struct Peer {
    /// The address as text; `None` when not known.
    address: Option<Vec<u8>>,
    /// The name, `unknown` and `paranoid` included; `None` when not looked up.
    name: Option<Vec<u8>>,
    is_client: bool,
}

/// A connection, as the patterns see it.
pub(super) struct Subject<'a> {
    client: Peer,
    server: Peer,
    daemons: Vec<&'a [u8]>,
    port: Option<u16>,
    user: Option<&'a [u8]>,
    pub(super) lookup: &'a dyn Lookup,
    pub(super) asked: &'a Asked,
    files: Cell<u32>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        client: &'a Client,
        daemon: &'a Daemon,
        lookup: &'a dyn Lookup,
        asked: &'a Asked,
    ) -> Self {
        let name = match &client.name {
            NameLookup::Known(name) => Some(cut(name.as_bytes()).to_vec()),
            NameLookup::Unknown => Some(b"unknown".to_vec()),
            NameLookup::Paranoid => Some(b"paranoid".to_vec()),
            NameLookup::NotAsked => None,
        };
        let address = address_text(client.address, client.interface.as_deref());
        let server =
            daemon.address.map(|address| address_text(address, client.interface.as_deref()));
        Self {
            client: Peer { address: Some(address), name, is_client: true },
            server: Peer { address: server, name: None, is_client: false },
            daemons: daemon.names.iter().map(|name| cut(name.as_bytes())).collect(),
            port: daemon.port,
            user: client.user.as_deref().map(|user| cut(user.as_bytes())),
            lookup,
            asked,
            files: Cell::new(0),
        }
    }

    /// What the daemon calls itself, for a person.
    pub(super) fn daemon_names(&self) -> String {
        let names: Vec<_> = self.daemons.iter().map(|name| String::from_utf8_lossy(name)).collect();
        names.join(" or ")
    }

    /// Whether a list of daemons is for us.
    pub(super) fn is_for_daemon(&self, list: &[u8]) -> Truth {
        matches_list(list, &|element| self.is_daemon(element))
    }

    /// Whether a list of clients holds the client.
    pub(super) fn is_from_client(&self, list: &[u8]) -> Truth {
        matches_list(list, &|element| self.is_client(element))
    }

    /// `daemon`, `port`, or either with `@` and a pattern for the server's own address.
    fn is_daemon(&self, element: &[u8]) -> Truth {
        let (name, host) = split_at_sign(element);
        self.is_named(name).and(|| host.map_or(Yes, |host| self.is_host(host, &self.server, 0)))
    }

    fn is_named(&self, name: &[u8]) -> Truth {
        if let Some(port) = number::unsigned(name).and_then(|port| u16::try_from(port).ok()) {
            return self.port.map_or(Maybe(Why::Port), |ours| Truth::from(port == ours));
        }
        let mut said = self.daemons.iter().map(|daemon| is_text(name, daemon));
        let first = said.next().unwrap_or(No);
        if said.all(|other| other == first) { first } else { Maybe(Why::DaemonName) }
    }

    /// A pattern for an address or a name, perhaps with the user and `@` before it.
    fn is_client(&self, element: &[u8]) -> Truth {
        match split_at_sign(element) {
            (host, None) => self.is_host(host, &self.client, 0),
            (user, Some(host)) => self.is_host(host, &self.client, 0).and(|| self.is_user(user)),
        }
    }

    fn is_user(&self, pattern: &[u8]) -> Truth {
        self.asked.user.set(true);
        match self.user {
            Some(user) => is_text(pattern, user),
            None if pattern.eq_ignore_ascii_case(b"ALL") => Yes,
            None => Maybe(Why::User),
        }
    }

    fn is_host(&self, pattern: &[u8], peer: &Peer, depth: u8) -> Truth {
        match pattern.first() {
            Some(b'@') => {
                self.name_of(peer);
                return Maybe(Why::Netgroup);
            }
            Some(b'/') => return self.is_in_file(pattern, peer, depth),
            _ => {}
        }
        if pattern.eq_ignore_ascii_case(b"KNOWN") {
            return self.has_name(peer, |_| true);
        }
        if pattern.eq_ignore_ascii_case(b"LOCAL") {
            return self.has_name(peer, |name| !name.contains(&b'.'));
        }
        let address = peer.address.as_deref();
        if let Some((net, mask)) = split_at(pattern, b'/') {
            return address.map_or(Maybe(Why::ServerAddress), |a| is_in_net(net, mask, a));
        }
        let is_address = match address {
            Some(address) => is_text(pattern, address),
            None if pattern.eq_ignore_ascii_case(b"ALL") => Yes,
            None => Maybe(Why::ServerAddress),
        };
        is_address.or(|| self.is_name(pattern, peer))
    }

    /// Patterns of nothing but digits, dots and slashes are not for names.
    fn is_name(&self, pattern: &[u8], peer: &Peer) -> Truth {
        if pattern.iter().all(|b| b.is_ascii_digit() || b"./".contains(b)) {
            return No;
        }
        match self.name_of(peer) {
            Some(name) => is_text(pattern, name),
            None if bracketed(pattern).is_some() => No,
            None => Maybe(unknown_name(peer)),
        }
    }

    fn has_name(&self, peer: &Peer, wanted: impl FnOnce(&[u8]) -> bool) -> Truth {
        match self.name_of(peer) {
            Some(name) if name.eq_ignore_ascii_case(b"unknown") => No,
            Some(name) if name.eq_ignore_ascii_case(b"paranoid") => No,
            Some(name) => Truth::from(wanted(name)),
            None => Maybe(unknown_name(peer)),
        }
    }

    fn name_of<'p>(&self, peer: &'p Peer) -> Option<&'p [u8]> {
        if peer.is_client {
            self.asked.name.set(true);
        }
        peer.name.as_deref()
    }

    /// A file of patterns with blanks between them. One that is not there matches nothing, and nothing is a comment.
    fn is_in_file(&self, path: &[u8], peer: &Peer, depth: u8) -> Truth {
        let opened = self.files.get() + 1;
        self.files.set(opened);
        if depth >= MAX_DEPTH || opened > MAX_FILES {
            return Maybe(Why::FileLoop);
        }
        match self.lookup.pattern_file(&String::from_utf8_lossy(path)) {
            Source::Absent | Source::Unopenable(_) => No,
            Source::Hidden(_) => Maybe(Why::FileHidden),
            Source::Text(text) => {
                let mut patterns = text.split(|b| number::is_space(*b)).filter(|p| !p.is_empty());
                any(&mut patterns, &|pattern| {
                    let pattern = pattern.split(|b| *b == 0).next().unwrap_or_default();
                    self.is_host(pattern, peer, depth + 1)
                })
            }
        }
    }
}

fn unknown_name(peer: &Peer) -> Why {
    if peer.is_client { Why::Name } else { Why::ServerName }
}

/// A list with exceptions: `a EXCEPT b EXCEPT c` is a and not (b and not c).
fn matches_list(list: &[u8], is: &dyn Fn(&[u8]) -> Truth) -> Truth {
    matches_elements(&mut elements(list), is)
}

fn matches_elements<'e>(
    left: &mut dyn Iterator<Item = &'e [u8]>,
    is: &dyn Fn(&[u8]) -> Truth,
) -> Truth {
    let mut has_exception = false;
    let mut before = left.take_while(|element| {
        has_exception = is_except(element);
        !has_exception
    });
    let found = any(&mut before, is);
    // What one match makes needless to ask still stands before the exception.
    before.for_each(drop);
    if !has_exception {
        return found;
    }
    // A line has room for some three hundred exceptions, so that this goes no deeper.
    found.and(|| matches_elements(left, is).not())
}

fn any<'e>(elements: &mut dyn Iterator<Item = &'e [u8]>, is: &dyn Fn(&[u8]) -> Truth) -> Truth {
    let mut found = No;
    for element in elements {
        match is(element) {
            Yes => return Yes,
            No => {}
            Maybe(why) => found = found.or(|| Maybe(why)),
        }
    }
    found
}

/// Splits at the first `@` that is not the first byte.
fn split_at_sign(element: &[u8]) -> (&[u8], Option<&[u8]>) {
    match element.get(1..).and_then(|rest| split_at(rest, b'@')) {
        Some((before, after)) => (&element[..=before.len()], Some(after)),
        None => (element, None),
    }
}

/// libwrap's `string_match`: one pattern against one text.
fn is_text(pattern: &[u8], text: &[u8]) -> Truth {
    let text = unmapped(text).unwrap_or(text);
    if pattern.iter().any(|b| matches!(b, b'*' | b'?')) {
        return Truth::from(is_like(pattern, text));
    }
    if pattern.first() == Some(&b'.') {
        let start = text.len().checked_sub(pattern.len()).filter(|start| *start > 0);
        return Truth::from(start.is_some_and(|i| text[i..].eq_ignore_ascii_case(pattern)));
    }
    if pattern.eq_ignore_ascii_case(b"ALL") {
        return Yes;
    }
    if pattern.eq_ignore_ascii_case(b"KNOWN") {
        return Truth::from(!text.eq_ignore_ascii_case(b"unknown"));
    }
    if pattern.last() == Some(&b'.') {
        let start = text.get(..pattern.len());
        return Truth::from(start.is_some_and(|start| start.eq_ignore_ascii_case(pattern)));
    }
    match bracketed(pattern) {
        Some(inner) => match (number::v6(without_zone(text)), v6_in_pattern(inner, text)) {
            (Some(address), Ok(wanted)) => Truth::from(address == wanted),
            (Some(address), Err(Some(wanted))) if address == wanted => Maybe(Why::Zone),
            _ => No,
        },
        None => Truth::from(pattern.eq_ignore_ascii_case(text)),
    }
}

/// libwrap's `masked_match`: a net and a mask or a length.
fn is_in_net(net: &[u8], mask: &[u8], address: &[u8]) -> Truth {
    if is_in_net4(net, mask, address) {
        return Yes;
    }
    if let Some(v4) = unmapped(address) {
        return Truth::from(is_in_net4(net, mask, v4));
    }
    let (Some(address6), Some(inner)) = (number::v6(without_zone(address)), bracketed(net)) else {
        return No;
    };
    let length = u32::try_from(number::leading_int(mask)).ok().filter(|length| *length <= 128);
    let matches = |wanted: Ipv6Addr| {
        let differing = u128::from(address6) ^ u128::from(wanted);
        length.is_some_and(|length| differing.leading_zeros() >= length)
    };
    match v6_in_pattern(inner, address) {
        Ok(wanted) => Truth::from(matches(wanted)),
        Err(Some(wanted)) if matches(wanted) => Maybe(Why::Zone),
        Err(_) => No,
    }
}

fn is_in_net4(net: &[u8], mask: &[u8], address: &[u8]) -> bool {
    let (Some(address), Some(net)) = (number::dot_quad(address), number::dot_quad(net)) else {
        return false;
    };
    mask4(mask).is_some_and(|mask| address & mask == net)
}

/// A mask, or a length from 1 to 32.
pub(super) fn mask4(text: &[u8]) -> Option<u32> {
    number::dot_quad(text).or_else(|| {
        let length = u32::try_from(number::leading_int(text)).ok()?;
        (1..=32).contains(&length).then(|| u32::MAX << (32 - length))
    })
}

/// What stands in `[` and `]`.
pub(super) fn bracketed(pattern: &[u8]) -> Option<&[u8]> {
    pattern.strip_prefix(b"[")?.strip_suffix(b"]")
}

/// The address in brackets. An error without one is not an address; with one, it is good only if its interface exists.
fn v6_in_pattern(inner: &[u8], text: &[u8]) -> Result<Ipv6Addr, Option<Ipv6Addr>> {
    let Some(at) = inner.iter().position(|b| *b == b'%') else {
        return number::v6(inner).ok_or(None);
    };
    let address = number::v6(&inner[..at]).ok_or(None)?;
    let zone = &inner[at + 1..];
    let in_text = text.splitn(2, |b| *b == b'%').nth(1);
    let is_index = zone.first().is_some_and(u8::is_ascii_digit)
        && std::str::from_utf8(zone).is_ok_and(|zone| zone.parse::<u32>().is_ok());
    let is_local = address.is_unicast_link_local() || has_local_scope(address);
    match () {
        () if is_index || (is_local && in_text == Some(zone)) => Ok(address),
        () if is_local => Err(Some(address)),
        () => Err(None),
    }
}

/// Multicast of the link, which has a zone too.
fn has_local_scope(address: Ipv6Addr) -> bool {
    address.segments()[0] & 0xff0f == 0xff02
}

fn without_zone(text: &[u8]) -> &[u8] {
    text.split(|b| *b == b'%').next().unwrap_or_default()
}

/// The IPv4 address in `::ffff:192.0.2.1`, as text.
fn unmapped(text: &[u8]) -> Option<&[u8]> {
    let (start, v4) = text.split_at_checked(7)?;
    let is_mapped = start.eq_ignore_ascii_case(b"::ffff:") && number::dot_quad(v4).is_some();
    is_mapped.then_some(v4)
}

/// `*` and `?`, in any case. Two stars at the end want one character at least, unlike one.
fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    if pattern.ends_with(b"**") {
        let end = pattern.iter().rposition(|b| *b != b'*').map_or(0, |i| i + 1);
        return is_like(&[&pattern[..end], b"?*"].concat(), text);
    }
    let (mut p, mut t) = (0, 0);
    // Where to go on when what follows the last star does not match: after the star, one character further in the text.
    let mut retry = None;
    loop {
        match (pattern.get(p), text.get(t)) {
            (Some(b'*'), _) => {
                p += 1;
                retry = Some((p, t));
            }
            (None, None) => return true,
            (Some(b'?'), Some(_)) => (p, t) = (p + 1, t + 1),
            (Some(wanted), Some(found)) if wanted.eq_ignore_ascii_case(found) => {
                (p, t) = (p + 1, t + 1);
            }
            _ => {
                let Some((after, from)) = retry.filter(|(_, from)| *from < text.len()) else {
                    return false;
                };
                (p, t) = (after, from + 1);
                retry = Some((p, t));
            }
        }
    }
}

/// An address as getnameinfo(3) writes it with `NI_NUMERICHOST`.
fn address_text(address: IpAddr, interface: Option<&str>) -> Vec<u8> {
    let IpAddr::V6(v6) = address else {
        return address.to_string().into_bytes();
    };
    let [.., high, low] = v6.segments();
    let is_compatible = v6.segments()[..6] == [0; 6] && high != 0;
    let text = if is_compatible {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        format!("::{a}.{b}.{c}.{d}")
    } else {
        v6.to_string()
    };
    match interface {
        Some(interface) if v6.is_unicast_link_local() => format!("{text}%{interface}").into_bytes(),
        _ => text.into_bytes(),
    }
}

fn cut(name: &[u8]) -> &[u8] {
    &name[..name.len().min(NAME_MAX)]
}
