//! What `-m MODULE` begins: a condition of its own, nothing yet, or something that cannot be judged.

use super::kind::Match;
use super::rule::Parser;
use super::words::Word;

/// Modules whose options stand alone.
const PLAIN: &[&str] = &[
    "tcp",
    "comment",
    "multiport",
    "iprange",
    "set",
    "conntrack",
    "state",
    "mark",
    "connmark",
    "addrtype",
    "mac",
    "length",
    "pkttype",
    "owner",
    "helper",
    "policy",
];

/// Modules that look for another protocol, for IP options or for fragments: never true of our packets, whatever their options
/// say, also turned round.
const OTHER_PROTOCOL: &[&str] = &[
    "udp",
    "udplite",
    "icmp",
    "icmp6",
    "icmpv6",
    "ipv6-icmp",
    "sctp",
    "dccp",
    "esp",
    "ah",
    "ipcomp",
    "l2tp",
    "mh",
    "rt",
    "hbh",
    "dst",
    "frag",
];

/// Modules that exist and that we do not judge: what they ask for cannot be read, or depends on more than the flow.
const NOT_JUDGED: &[&str] = &[
    "account",
    "bpf",
    "cgroup",
    "cluster",
    "condition",
    "connbytes",
    "connlabel",
    "cpu",
    "devgroup",
    "dscp",
    "ecn",
    "eui64",
    "geoip",
    "hl",
    "ipv6header",
    "ipvs",
    "layer7",
    "nfacct",
    "nth",
    "osf",
    "physdev",
    "psd",
    "quota",
    "random",
    "rateest",
    "realm",
    "socket",
    "statistic",
    "tcpmss",
    "tos",
    "ttl",
    "u32",
];

impl<'a> Parser<'_, 'a> {
    /// Begins a module; `word` is the `-m` before it.
    pub(super) fn begin_module(&mut self, module: &'a str, word: Word<'a>) {
        self.module = module;
        let begun = match module {
            "limit" => Match::Limit { not: false },
            "hashlimit" => Match::HashLimit(Box::default()),
            "connlimit" => Match::ConnLimit(Box::default()),
            "recent" => Match::Recent(Box::default()),
            "time" => Match::Time(Box::default()),
            "string" => Match::Text(Box::default()),
            "rpfilter" => Match::ReversePath { not: false },
            _ if PLAIN.contains(&module) => return,
            _ => return self.pass_over(module, word),
        };
        self.matches.push(begun);
    }

    fn pass_over(&mut self, module: &'a str, word: Word<'a>) {
        while let Some(word) = self.words.peek() {
            let mut after = self.words;
            after.next();
            let next = after.next().map_or("", Word::option);
            if is_general(word.option()) || word.option() == "!" && is_general(next) {
                break;
            }
            self.words.next();
        }
        self.module = "";
        if OTHER_PROTOCOL.contains(&module) {
            return self.matches.push(Match::Never { not: false });
        }
        let before = self.parsed.problem;
        self.keep_unknown(word.at);
        if NOT_JUDGED.contains(&module) {
            self.parsed.problem = before;
        }
    }
}

/// Options that end those of a module.
fn is_general(option: &str) -> bool {
    matches!(
        option,
        "-s" | "-d"
            | "-i"
            | "-o"
            | "-p"
            | "-f"
            | "-m"
            | "-j"
            | "-g"
            | "-c"
            | "--source"
            | "--destination"
            | "--in-interface"
            | "--out-interface"
            | "--protocol"
            | "--fragment"
            | "--match"
            | "--jump"
            | "--goto"
            | "--set-counters"
    )
}
