//! PAM's stacks, access.conf and limits.conf, judged by us and by libpam and its modules: a small C
//! program, compiled on the spot, that asks the libraries that sshd asks.

mod oracle;

use std::collections::BTreeMap;
use std::net::IpAddr;

use anyhow::Result;
use sshwhy_core::evaluate::access_conf::{self, Access, Style};
use sshwhy_core::evaluate::limits::{self, Account};
use sshwhy_core::evaluate::pam::{Answered, Outcome, Stack, judge};
use sshwhy_core::parse;
use sshwhy_core::parse::pam::Kind;

pub use oracle::Oracle;
use oracle::USER;

/// How often both agreed.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Cases in which we said the same.
    pub agree: usize,
    /// Cases that we left open; they are not among the others.
    pub open: usize,
    /// Cases that libpam refuses.
    pub refused: usize,
    /// Cases in which we said something else.
    pub disagree: usize,
    /// The first of them.
    pub examples: Vec<String>,
}

impl Counts {
    fn count(&mut self, ours: Option<bool>, theirs: bool, case: impl FnOnce() -> String) {
        self.refused += usize::from(!theirs);
        match ours {
            None => self.open += 1,
            Some(ours) if ours == theirs => self.agree += 1,
            Some(ours) => {
                self.disagree += 1;
                if self.examples.len() < 5 {
                    let case = case();
                    self.examples.push(format!("{case}\nours: {ours}, libpam: {theirs}"));
                }
            }
        }
    }
}

/// Numbers that look random and can be had again (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end.max(1) as u64).unwrap_or(0)
    }

    fn pick<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len())]
    }
}

const CONTROLS: &[&str] = &[
    "required",
    "requisite",
    "sufficient",
    "optional",
    "[success=1 default=ignore]",
    "[success=2 default=bad]",
    "[success=ok perm_denied=die default=reset]",
    "[success=done new_authtok_reqd=ok default=die]",
    "[user_unknown=ignore success=ok default=bad]",
    "[success=3 ignore=1 default=ok]",
];
const RESULTS: &[&str] = &[
    "success",
    "success",
    "success",
    "perm_denied",
    "auth_err",
    "ignore",
    "user_unknown",
    "acct_expired",
    "new_authtok_reqd",
];

/// Stacks of up to nine modules, some of them in another file.
///
/// # Errors
///
/// When libpam or a C compiler is missing, or the program ends.
pub fn stacks(seed: u64, cases: usize) -> Result<Counts> {
    let mut oracle = Oracle::start()?;
    let (mut random, mut counts) = (Random(seed), Counts::default());
    for _ in 0..cases {
        let other = modules(&mut random, 4);
        let mut main = modules(&mut random, 3);
        // By its path: libpam looks for names in /etc/pam.d alone.
        let include = random.pick(&["", "@include", "account substack", "account include"]);
        if !include.is_empty() {
            main.push_str(&format!("{include} {}\n", oracle.path("other")));
        }
        main.push_str(&modules(&mut random, 3));
        let files = [("sshd", main.as_str()), ("other", other.as_str())];
        let (theirs, _) = oracle.ask("account", "192.0.2.7", &files)?;
        let texts = files.map(|(name, text)| (oracle.path(name), text.to_owned()));
        let services = ["sshd", "other"].map(|name| oracle.path(name));
        let services = services.each_ref().map(String::as_str);
        let stack = Stack::assemble(&services, Kind::Account, &BTreeMap::from(texts));
        let answer = |argument: &str| {
            let result = RESULTS.iter().find(|r| argument.strip_prefix("acct=") == Some(**r));
            Answered::Result(result.copied().unwrap_or("abort"), String::new())
        };
        let answers = stack.rules.iter().map(|rule| {
            let module = rule.module.as_ref();
            answer(module.and_then(|m| m.arguments.first()).map_or("", String::as_str))
        });
        let outcome = judge(&stack, &answers.collect::<Vec<_>>());
        let ours = Some(outcome == Outcome::Admit);
        counts.count(ours, theirs, || format!("{main}--- other\n{other}{outcome:?}"));
    }
    Ok(counts)
}

fn modules(random: &mut Random, most: usize) -> String {
    let mut text = String::new();
    for _ in 0..random.below(most + 1) {
        let (control, result) = (random.pick(CONTROLS), random.pick(RESULTS));
        text.push_str(&format!("account {control} pam_debug.so acct={result}\n"));
    }
    text
}

const USERS: &[&str] =
    &["ALL", "all", "sync", "Sync", "nogroup", "(nogroup)", "bob", "(sync)", "@net"];
const ORIGINS: &[&str] = &[
    "ALL",
    "LOCAL",
    "192.0.2.7",
    "192.0.2.",
    "192.0.",
    "192.0.2.0/24",
    "192.0.2.0/255.255.255.0",
    "192.0.2.64/26",
    "0.0.0.0/0",
    "2001:db8::/32",
    "2001:db8::7",
    "::/0",
    "tty1",
    ".example.org",
    "203.0.113.9",
];

/// Tables of access.conf with a few lines.
///
/// # Errors
///
/// As [`stacks`].
pub fn access(seed: u64, cases: usize) -> Result<Counts> {
    let mut oracle = Oracle::start()?;
    let (mut random, mut counts) = (Random(seed), Counts::default());
    let path = oracle.path("access.conf");
    for _ in 0..cases {
        let table: String = (0..=random.below(4)).map(|_| access_line(&mut random)).collect();
        let address = random.pick(&["192.0.2.7", "192.0.2.70", "2001:db8::7", "203.0.113.9"]);
        let only_marked_groups = random.below(4) == 0;
        let option = if only_marked_groups { "nodefgroup" } else { "" };
        let main = format!("account required pam_access.so noaudit accessfile={path} {option}\n");
        let files = [("sshd", main.as_str()), ("access.conf", table.as_str())];
        let (theirs, _) = oracle.ask("account", address, &files)?;
        let client = access_conf::Client {
            user: USER.to_owned(),
            groups: vec!["nogroup".to_owned()],
            address: address.parse::<IpAddr>()?,
            host: Some(address.to_owned()),
        };
        let style = Style { only_marked_groups, ..Style::default() };
        let tables = [(path.clone(), parse::access_conf::entries(&table, ":"))];
        let said = access_conf::judge(&tables, &client, &style);
        let ours = match said {
            Access::NoLine | Access::Granted(..) => Some(true),
            Access::Refused(..) => Some(false),
            Access::Unknown(..) => None,
        };
        counts.count(ours, theirs, || format!("{address} {option}\n{table}{said:?}"));
    }
    Ok(counts)
}

fn access_line(random: &mut Random) -> String {
    let list = |random: &mut Random, words: &[&str]| {
        let mut list = random.pick(words).to_owned();
        while random.below(3) == 0 {
            list.push_str(random.pick(&[" ", ", ", "\t", " EXCEPT ", " EXCEPT "]));
            list.push_str(random.pick(words));
        }
        list
    };
    let users = list(random, USERS);
    let origins = list(random, ORIGINS);
    let (sign, colon) =
        (random.pick(&["+", "-", "-", "x", "#-"]), random.pick(&[":", " : ", "::"]));
    format!("{sign}{colon}{users}{colon}{origins}\n")
}

const DOMAINS: &[&str] =
    &["sync", "*", "@nogroup", "%nogroup", "%", "4:4", "4:", ":4", "@65534:", "bob", "@bin", "5:9"];

/// Tables of limits.conf with a few lines.
///
/// # Errors
///
/// As [`stacks`].
pub fn limits(seed: u64, cases: usize) -> Result<Counts> {
    let mut oracle = Oracle::start()?;
    let (mut random, mut counts) = (Random(seed), Counts::default());
    let path = oracle.path("limits.conf");
    let main = format!("session required pam_limits.so conf={path}\n");
    let (_, usual) =
        oracle.ask("session", "192.0.2.7", &[("sshd", main.as_str()), ("limits.conf", "")])?;
    for _ in 0..cases {
        let table: String = (0..=random.below(5)).map(|_| limits_line(&mut random)).collect();
        let files = [("sshd", main.as_str()), ("limits.conf", table.as_str())];
        let (is_in, processes) = oracle.ask("session", "192.0.2.7", &files)?;
        let account = Account {
            name: USER.to_owned(),
            uid: 4,
            gid: 65_534,
            groups: vec!["nogroup".to_owned()],
        };
        let found = limits::of(&[(path.clone(), parse::limits::entries(&table))], &account);
        let is_zero =
            |limit: &Option<limits::Limit>| limit.as_ref().is_some_and(|l| l.value == Some(0));
        let logs_in = !is_zero(&found.logins);
        let most = found.processes.as_ref().map_or(usual, |l| l.value.unwrap_or(u64::MAX));
        let is_same = logs_in == is_in && (!is_in || most == processes);
        counts.count(Some(if is_same { is_in } else { !is_in }), is_in, || {
            format!(
                "{table}libpam: in {is_in}, {processes} processes (usual {usual}); ours {found:#?}"
            )
        });
    }
    Ok(counts)
}

fn limits_line(random: &mut Random) -> String {
    let domain = random.pick(DOMAINS);
    if random.below(12) == 0 {
        return format!("{domain} -\n");
    }
    let kind = random.pick(&["-", "soft", "hard", "Hard"]);
    let (item, value) = match random.below(4) {
        0 => ("maxlogins", random.pick(&["0", "5"])),
        _ => ("nproc", random.pick(&["0", "3", "20", "99"])),
    };
    format!("{domain} {kind} {item} {value}\n")
}
