//! Rule files and clients at random: what people write, what they get wrong, and what nobody would write.

use std::fmt;
use std::net::IpAddr;

use sshwhy_core::evaluate::wrappers::Source;

/// Numbers that look random and can be had again (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// From a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or(0)
    }

    /// True once in `n` times.
    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len())]
    }
}

/// One question.
#[derive(Clone, Debug)]
pub struct Case {
    /// hosts.allow.
    pub allow: Source,
    /// hosts.deny.
    pub deny: Source,
    /// The files of patterns `/p0` and `/p1`.
    pub pattern_files: [Source; 2],
    /// The daemon's name.
    pub daemon: String,
    /// The client's address.
    pub address: IpAddr,
    /// Its name, or `unknown`, or `paranoid`.
    pub name: String,
    /// Its user, or `unknown`.
    pub user: String,
    /// The server's address.
    pub own_address: IpAddr,
    /// The server's port.
    pub port: u16,
    /// Whether we are told the name, or must say what hangs on it.
    pub tells_name: bool,
    /// Whether we are told the user.
    pub tells_user: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = [&self.allow, &self.deny, &self.pattern_files[0], &self.pattern_files[1]];
        for (name, source) in ["allow", "deny", "/p0", "/p1"].iter().zip(files) {
            match source {
                Source::Text(text) => {
                    writeln!(f, "--- {name}")?;
                    for line in text.split_inclusive(|b| *b == b'\n') {
                        writeln!(f, "{}", line.escape_ascii())?;
                    }
                }
                other => writeln!(f, "--- {name}: {other:?}")?,
            }
        }
        let (address, own) = (self.address_text(), self.own_address);
        write!(
            f,
            "--- {} {address} {} ({}) user {} ({}) to {own} port {}",
            self.daemon, self.name, self.tells_name, self.user, self.tells_user, self.port
        )
    }
}

impl Case {
    /// The ways in which what we are not told could be.
    pub fn worlds(&self) -> Vec<World> {
        let sources = [&self.allow, &self.deny, &self.pattern_files[0], &self.pattern_files[1]];
        let has = |word: &[u8]| {
            sources.iter().any(|source| {
                matches!(source, Source::Text(text) if text
                    .windows(word.len())
                    .any(|w| w.eq_ignore_ascii_case(word)))
            })
        };
        let either = |matters: bool| if matters { &[false, true][..] } else { &[false] };
        let names = if self.tells_name { vec![self.name.as_str()] } else { NAMES.to_vec() };
        let users = if self.tells_user { vec![self.user.as_str()] } else { USERS.to_vec() };
        let mut worlds = Vec::new();
        for &in_netgroups in either(has(b"@")) {
            for &commands_fail in either(has(b"aclexec")) {
                for name in &names {
                    for user in if has(b"@") { &users[..] } else { &users[..1] } {
                        let (name, user) = (String::from(*name), String::from(*user));
                        worlds.push(World { in_netgroups, commands_fail, name, user });
                    }
                }
            }
        }
        worlds
    }

    /// The address as sshd's socket would show it.
    pub fn address_text(&self) -> String {
        match self.address {
            IpAddr::V6(v6) if v6.is_unicast_link_local() => format!("{v6}%lo"),
            other => other.to_string(),
        }
    }
}

/// What a case leaves open, decided.
#[derive(Clone, Debug)]
pub struct World {
    /// What netgroups answer.
    pub in_netgroups: bool,
    /// Whether the commands of `aclexec` fail.
    pub commands_fail: bool,
    /// The client's name.
    pub name: String,
    /// The client's user.
    pub user: String,
}

const ADDRESSES: &[&str] = &[
    "10.0.0.5",
    "10.0.0.7",
    "10.0.1.5",
    "10.77.1.2",
    "192.0.2.9",
    "100.64.0.1",
    "255.255.255.255",
    "0.0.0.0",
    "127.0.0.1",
    "1.2.3.4",
    "2001:db8::5",
    "2001:db8:1::5",
    "::1",
    "fe80::1",
    "::ffff:10.0.0.5",
    "::ffff:192.0.2.9",
    "::",
    "64:ff9b::1",
];
const NAMES: &[&str] = &[
    "unknown",
    "paranoid",
    "localhost",
    "office",
    "a.example.com",
    "b.A.Example.COM",
    "example.com",
    "notexample.com",
    "10.example.org",
    "x",
    "cafe.fe",
];
const USERS: &[&str] = &["unknown", "alice", "bob", "ALL"];
const DAEMONS: &[&str] = &["sshd", "mysshd", "sshd-session", "22x", "SSHD"];
const OWN: &[&str] = &["10.9.9.9", "192.0.2.1", "2001:db8::1"];

const DAEMON_PATTERNS: &[&str] = &[
    "sshd",
    "sshd",
    "sshd",
    "ALL",
    "ALL",
    "all",
    "SSHD",
    "mysshd",
    "in.ftpd",
    "ssh",
    "ss*",
    "*",
    "?shd",
    "22",
    "2222",
    "+22",
    "-4294967274",
    "022",
    "22x",
    "65536",
    "sshd@10.9.9.9",
    "ALL@10.9.9.0/24",
    "sshd@ALL",
    "22@192.0.2.1",
    "sshd@[2001:db8::1]",
    "@sshd",
    "sshd@",
    ".shd",
    "ss.",
    "KNOWN",
    "**",
    "sshd**",
    "s**d",
    "sshd*?",
    "sshd@unknown",
];
const CLIENT_PATTERNS: &[&str] = &[
    "10.0.0.5",
    "10.0.0.",
    "10.0.",
    "10.",
    "1",
    "10.0.0.0/24",
    "10.0.0.0/255.255.255.0",
    "10.0.0.5/24",
    "10.0.0.5/32",
    "10.0.0.5/255.255.255.255",
    "10.0.0.5/0.0.0.0",
    "0.0.0.0/0",
    "0.0.0.0/0.0.0.0",
    "10/8",
    "10.0/16",
    "10.0.0.0/8",
    "10.0.0.0/33",
    "10.0.0.0/+8",
    "10.0.0.0/8x",
    "10.0.0.0/-1",
    "10.0.0.0/4294967304",
    "10.0.0.0/",
    "0xa.0.0.0/8",
    "012.0.0.0/8",
    "10.0.0.0/0xff000000",
    "10.0.0.0/255.0.255.0",
    "10.0.0.5/255.0.255.255",
    "192.0.2.0/24",
    "192.0.2.9",
    "127.",
    ".5",
    ".0.5",
    "255.255.255.255",
    "255.255.255.255/32",
    "[2001:db8::5]",
    "[2001:db8::]/32",
    "[2001:db8::]/64",
    "[2001:db8::5/64]",
    "2001:db8::5",
    "[::]/0",
    "[::1]",
    "[::ffff:10.0.0.5]",
    "[::ffff:10.0.0.0]/120",
    "[fe80::1]",
    "[fe80::1%lo]",
    "[fe80::1%1]",
    "[fe80::1%nosuchif]",
    "[fe80::]/10",
    "[fe80::%lo]/10",
    "[10.0.0.5]",
    "[2001:DB8:0:0::5]",
    "[2001:db8::]/129",
    "[2001:db8::]/-1",
    "[2001:db8::]/x",
    "[2001:db8::]/32x",
    "[]",
    "[",
    "]",
    "[::]",
    "[2001:db8::5",
    "2001:db8::5]",
    "[[::1]]",
    "*",
    "10.*",
    "10.0.0.?",
    "10.*.5",
    "*.5",
    "**",
    "*5**",
    "10.0.0.5**",
    "*?",
    "2001*",
    "*.example.com",
    "*example*",
    "?",
    "ALL",
    "ALL",
    "ALL",
    "all",
    "LOCAL",
    "KNOWN",
    "UNKNOWN",
    "PARANOID",
    "unknown",
    "local",
    ".example.com",
    ".com",
    "example.com",
    "a.example.com",
    "EXAMPLE.COM",
    "office",
    "office.",
    "a.",
    "x",
    "cafe.fe",
    "10.example.org",
    "@group",
    "@",
    "alice@ALL",
    "ALL@10.0.0.5",
    "KNOWN@ALL",
    "UNKNOWN@10.",
    "a*@.example.com",
    "alice@@group",
    "alice@/p0",
    "bob@",
    "unknown@ALL",
    "/p0",
    "/p1",
    "/absent",
    "/p0/24",
    "#",
    "#comment",
    "EXCEPT",
    "except",
    "10.0.0.1-10",
    "1.2.3.4",
    "1.2.3.4.",
    "1..2.3.4/8",
    "0",
    "::1",
    ".",
    "/",
    "..",
    "10.0.0.5\u{b}x/32",
    "1.2\u{b}.3.4/32",
    "fe80*",
];
const OPTIONS: &[&str] = &[
    "allow",
    "deny",
    "ALLOW",
    "Deny",
    "allow ",
    "allow x",
    "deny=",
    "spawn /bin/true",
    "spawn",
    "spawn = x %h",
    "spawn echo a\\:b",
    "twist /bin/echo bye",
    "twist",
    "aclexec /bin/check %a",
    "aclexec false",
    "severity auth.info",
    "severity notice",
    "severity authpriv.info",
    "severity auth.warn",
    "severity",
    "severity .info",
    "setenv A b",
    "setenv A=b c",
    "setenv =A b",
    "setenv %z x",
    "setenv %h x",
    "setenv %z",
    "umask 022",
    "umask 8",
    "umask 1000",
    "umask -1",
    "umask +0",
    "umask 40000000000",
    "nice",
    "nice 5",
    "nice x",
    "nice -5",
    "linger 5",
    "linger -1",
    "linger 99999999999",
    "keepalive",
    "keepalive 1",
    "rfc931",
    "rfc931 5",
    "rfc931 0",
    "user nobody",
    "user nobody.nogroup",
    "user nosuch",
    "user nobody.nosuch",
    "group nogroup",
    "group nosuch",
    "user .",
    "banners /nowhere",
    "banners",
    "",
    " ",
    "/usr/sbin/safe_finger -l @%h | /usr/bin/mail root",
    "permit",
    "allow\r",
    "umask\t=\t022",
    "severity = notice",
    "nice=5",
    "deny\\",
    "\\",
    "spawn \u{c} x",
    "keepalive\u{b}",
];
const SEPARATORS: &[&str] = &[" ", ",", ", ", "\t", ",,", " , ", "\r", "\\\n", " \\\n "];

/// A case.
pub(super) fn case(random: &mut Random) -> Case {
    let parse = |text: &str| text.parse().unwrap_or(IpAddr::from([10, 0, 0, 5]));
    Case {
        allow: file(random),
        deny: file(random),
        pattern_files: [patterns(random), patterns(random)],
        daemon: if random.once_in(6) { random.pick(DAEMONS) } else { "sshd" }.to_owned(),
        address: parse(random.pick(ADDRESSES)),
        name: random.pick(NAMES).to_owned(),
        user: random.pick(USERS).to_owned(),
        own_address: parse(random.pick(OWN)),
        port: if random.once_in(4) { 2222 } else { 22 },
        tells_name: !random.once_in(5),
        tells_user: !random.once_in(5),
    }
}

fn file(random: &mut Random) -> Source {
    match random.below(30) {
        0 => return Source::Absent,
        1 => return Source::Unopenable("EACCES".to_owned()),
        _ => {}
    }
    let mut text = String::new();
    for _ in 0..random.below(7) {
        line(random, &mut text);
    }
    if random.once_in(12) {
        // As long as a line may be, or about so.
        let long = 2030 + random.below(30);
        text.push_str("sshd: ");
        text.push_str(&"9.9.9.9,".repeat(long / 8));
        text.push_str(&" ".repeat(long % 8));
        text.push_str("10.0.0.5\n");
    }
    if random.once_in(8) {
        text.pop();
    }
    let mut bytes = text.into_bytes();
    if random.once_in(6) {
        damage(random, &mut bytes);
    }
    Source::Text(bytes)
}

fn damage(random: &mut Random, bytes: &mut Vec<u8>) {
    const BYTES: &[u8] = b":,[]@/#\\ .*?\n\t\0%=-\rE1\xe9";
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let byte = BYTES[random.below(BYTES.len())];
        match random.below(3) {
            0 => bytes.insert(at, byte),
            1 if at < bytes.len() => bytes[at] = byte,
            _ if at < bytes.len() => drop(bytes.remove(at)),
            _ => {}
        }
    }
}

fn line(random: &mut Random, text: &mut String) {
    match random.below(16) {
        0 => text.push_str("# a comment: ALL: ALL\n"),
        1 => text.push_str("# a comment that goes on \\\n"),
        2 => text.push_str(random.pick(&[
            "\n",
            " \n",
            "\t\r\n",
            ",\n",
            "\\\n",
            " \\\n",
            "  # indented\n",
        ])),
        3 => text.push_str(random.pick(&[
            "no colon here\n",
            "sshd [: ALL\n",
            "sshd ]: ALL\n",
            "sshd: ALL \\ \n",
            ": ALL\n",
            "sshd:\n",
            ":\n",
            "::\n",
            "ALL: ALL:\n",
            "  # x: y\n",
        ])),
        _ => rule(random, text),
    }
}

fn rule(random: &mut Random, text: &mut String) {
    list(random, DAEMON_PATTERNS, 6, text);
    text.push_str(random.pick(&[":", ": ", " : ", " :\t"]));
    list(random, CLIENT_PATTERNS, 2, text);
    if random.once_in(3) {
        for _ in 0..=random.below(2) {
            text.push_str(random.pick(&[":", ": ", " : "]));
            text.push_str(random.pick(OPTIONS));
        }
    }
    text.push_str(random.pick(&[
        "\n",
        "\n",
        "\n",
        "\n",
        "\n",
        "\n",
        " \n",
        "\r\n",
        " # note\n",
        " # all but ALL\n",
        "\\\n",
    ]));
}

/// A list of patterns; exceptions about once in `rarity` lists, and then perhaps exceptions of exceptions.
fn list(random: &mut Random, patterns: &[&str], rarity: usize, text: &mut String) {
    loop {
        for _ in 0..=random.below(3) {
            text.push_str(random.pick(patterns));
            text.push_str(random.pick(SEPARATORS));
        }
        if !random.once_in(rarity) {
            return;
        }
        text.push_str(random.pick(&[" EXCEPT ", " EXCEPT ", " except ", ",EXCEPT,"]));
    }
}

fn patterns(random: &mut Random) -> Source {
    match random.below(8) {
        0 => return Source::Absent,
        1 => return Source::Unopenable("EACCES".to_owned()),
        _ => {}
    }
    let mut text = String::new();
    for _ in 0..random.below(5) {
        // A file that names itself would end libwrap.
        let pattern = random.pick(CLIENT_PATTERNS);
        text.push_str(if pattern.contains("/p") { "2001:db8::5" } else { pattern });
        text.push_str(random.pick(&[" ", "\n", "\t", "\r\n", "\u{b}"]));
    }
    Source::Text(text.into_bytes())
}
