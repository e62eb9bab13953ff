//! One rule: its words from `-A` on.

use super::kind::Match;
use super::kind::Target;
use super::net::Net;
use super::options;
use super::target;
use super::words::Word;
use super::words::Words;

/// What a rule does, and what was not understood of it. Its conditions go to the list of the table.
pub(super) struct Parsed<'a> {
    pub(super) target: Target<'a>,
    pub(super) problem: Option<&'static str>,
}

/// Reads a rule.
pub(super) fn parse<'a>(line: &'a str, matches: &mut Vec<Match<'a>>) -> Parsed<'a> {
    let first = matches.len();
    let mut parser = Parser {
        words: Words::new(line),
        matches,
        first,
        module: "",
        target: "",
        parsed: Parsed { target: Target::Continue, problem: None },
    };
    parser.all();
    parser.parsed
}

pub(super) struct Parser<'m, 'a> {
    pub(super) words: Words<'a>,
    pub(super) matches: &'m mut Vec<Match<'a>>,
    /// Where this rule's own conditions begin in the list.
    first: usize,
    /// The module that was named last (`-m`).
    pub(super) module: &'a str,
    /// The target's own name, for its options.
    pub(super) target: &'a str,
    pub(super) parsed: Parsed<'a>,
}

impl<'a> Parser<'_, 'a> {
    fn all(&mut self) {
        let mut not = false;
        while let Some(word) = self.words.next() {
            if word.option() == "!" {
                not = !not;
                continue;
            }
            if !self.general(word, not) {
                self.particular(word, not);
            }
            not = false;
        }
    }

    /// The options that every rule may have.
    fn general(&mut self, word: Word<'a>, not: bool) -> bool {
        match word.option() {
            "-A" | "--append" | "-I" | "--insert" | "-t" | "--table" => {
                self.words.next();
            }
            "-c" | "--set-counters" => {
                self.words.next();
                self.words.next();
            }
            "-s" | "--source" | "--src" => {
                self.net(word, not, |not, net| Match::Source { not, net })
            }
            "-d" | "--destination" | "--dst" => {
                self.net(word, not, |not, net| Match::Destination { not, net });
            }
            "-i" | "--in-interface" => {
                self.plain(word, not, |not, name| Match::Input { not, name })
            }
            "-o" | "--out-interface" => {
                self.plain(word, not, |not, name| Match::Output { not, name });
            }
            "-p" | "--protocol" | "--proto" => self.protocol(word, not),
            "-f" | "--fragment" => self.matches.push(Match::Fragment { not }),
            "-4" | "--ipv4" | "-6" | "--ipv6" => {}
            "-m" | "--match" => match self.words.next().and_then(Word::plain) {
                Some(module) => self.begin_module(module, word),
                None => self.unknown(word),
            },
            "-j" | "--jump" => self.jump(word, Target::Jump),
            "-g" | "--goto" => self.jump(word, Target::Goto),
            _ => return false,
        }
        true
    }

    /// The options of a module or of the target.
    fn particular(&mut self, word: Word<'a>, not: bool) {
        if self.target_option(word) || options::read(self, word, not) {
            return;
        }
        if self.target.is_empty() || !self.module.is_empty() {
            self.unknown(word);
        } else {
            // Of a target that only writes or counts, or of one that is judged by its name.
            self.skip_values();
        }
    }

    fn jump(&mut self, word: Word<'a>, make: fn(&'a str) -> Target<'a>) {
        let Some(name) = self.words.next().and_then(Word::plain) else {
            return self.unknown(word);
        };
        self.target = name;
        self.module = "";
        self.parsed.target = make(name);
        if word.option() != "-g" && word.option() != "--goto" {
            self.parsed.target = target::named(name).unwrap_or_else(|| make(name));
        }
    }

    fn target_option(&mut self, word: Word<'a>) -> bool {
        !self.target.is_empty() && self.module.is_empty() && target::option(self, word)
    }

    fn protocol(&mut self, word: Word<'a>, not: bool) {
        let (not, value) = self.value(not);
        match value.and_then(Word::plain).map(protocol) {
            Some(Some(0)) if !not => {}
            Some(Some(0)) => self.matches.push(Match::Never { not: false }),
            Some(Some(number)) => self.matches.push(Match::Protocol { not, number }),
            _ => self.unknown(word),
        }
    }

    fn net(&mut self, word: Word<'a>, not: bool, make: fn(bool, Net) -> Match<'a>) {
        let (not, value) = self.value(not);
        match value.and_then(Word::plain).and_then(Net::parse) {
            Some(net) => self.matches.push(make(not, net)),
            None => self.unknown(word),
        }
    }

    fn plain(&mut self, word: Word<'a>, not: bool, make: fn(bool, &'a str) -> Match<'a>) {
        let (not, value) = self.value(not);
        match value.and_then(Word::plain) {
            Some(value) => self.matches.push(make(not, value)),
            None => self.unknown(word),
        }
    }

    /// An option's value; very old dumps have the `!` before the value, not before the option.
    pub(super) fn value(&mut self, not: bool) -> (bool, Option<Word<'a>>) {
        match self.words.next() {
            Some(word) if word.option() == "!" => (!not, self.words.next()),
            word => (not, word),
        }
    }

    /// Keeps what cannot be judged, from this word to the next option, as a condition.
    pub(super) fn unknown(&mut self, from: Word<'a>) {
        self.skip_values();
        self.keep_unknown(from.at);
    }

    pub(super) fn keep_unknown(&mut self, from: usize) {
        let text = self.words.slice(from, self.words.position());
        self.matches.push(Match::Unknown { text });
        self.parsed.problem = Some("a condition that is not known");
    }

    /// Passes over words up to the next option.
    pub(super) fn skip_values(&mut self) {
        while let Some(word) = self.words.peek() {
            if word.option() == "!" || word.option().starts_with('-') {
                return;
            }
            self.words.next();
        }
    }

    /// The condition that the module's options belong to, when it is of this rule.
    pub(super) fn last(&mut self) -> Option<&mut Match<'a>> {
        let first = self.first;
        self.matches.get_mut(first..)?.last_mut()
    }
}

/// The number of a protocol; `all` is 0 (/etc/protocols, which iptables asks).
fn protocol(name: &str) -> Option<u8> {
    Some(match name {
        "all" | "ip" => 0,
        "icmp" => 1,
        "igmp" => 2,
        "ipencap" | "ipip" | "ipv4" => 4,
        "tcp" | "TCP" => 6,
        "udp" | "UDP" => 17,
        "dccp" => 33,
        "ipv6" => 41,
        "ipv6-route" => 43,
        "ipv6-frag" => 44,
        "gre" => 47,
        "esp" | "ipv6-crypt" => 50,
        "ah" | "ipv6-auth" => 51,
        "ipv6-icmp" | "icmpv6" | "icmp6" => 58,
        "ipv6-nonxt" => 59,
        "ipv6-opts" => 60,
        "ospf" => 89,
        "pim" => 103,
        "ipcomp" => 108,
        "vrrp" => 112,
        "l2tp" => 115,
        "sctp" => 132,
        "ipv6-mh" | "mobility-header" | "mh" => 135,
        "udplite" => 136,
        number => number.parse().ok()?,
    })
}
