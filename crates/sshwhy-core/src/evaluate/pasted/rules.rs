//! Rules that were pasted as such: what `iptables-save`, `iptables -S`, `iptables -L` and `nft list ruleset` print, and hosts.allow and
//! hosts.deny. They are judged as on the server, for the client that is asked about, or for one that no rule names.

use std::net::IpAddr;
use std::net::Ipv4Addr;

use super::ANYBODY;
use super::About;
use super::listing::Listing;
use super::say;
use super::sorted::Line;
use super::sorted::Sorted;
use crate::evaluate::filter::RuleRef;
use crate::evaluate::filter::flow::FlowVerdict;
use crate::evaluate::filter::flow::Judge;
use crate::evaluate::filter::flow::Outcome;
use crate::evaluate::filter::flow::judge_flow;
use crate::evaluate::filter::flow::place;
use crate::evaluate::filter::iptables;
use crate::evaluate::filter::nft;
use crate::evaluate::wrappers;
use crate::evaluate::wrappers::Client;
use crate::evaluate::wrappers::Daemon;
use crate::evaluate::wrappers::Files;
use crate::evaluate::wrappers::Lookup;
use crate::evaluate::wrappers::NameLookup;
use crate::evaluate::wrappers::Source;
use crate::evaluate::wrappers::Verdict;
use crate::model::case::Case;
use crate::model::flow::Flow;
use crate::model::question::Ban;
use crate::model::question::Wrappers;
use crate::parse::iptables_save::parse_iptables_save;
use crate::parse::nft::Expr;
use crate::parse::nft::RuleSet;
use crate::parse::nft_text::parse_nft_text;

/// The server, with an address that no rule names.
const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 31, 196, 1));

pub(super) fn read(sorted: &Sorted<'_>, about: &About, case: &mut Case) {
    let source = about.from.unwrap_or(ANYBODY);
    let verdict = iptables(sorted, source, case).or_else(|| nftables(sorted, source, case));
    let place = |rule: &RuleRef| {
        let is_rule = |line: &&Line<'_>| line.text.contains(rule.text.as_str());
        sorted.lines.iter().find(is_rule)
    };
    if let Some(verdict) = verdict {
        conclude(sorted, &verdict, &place, about, case);
    } else if let Some(listing) = Listing::read(&sorted.lines) {
        listed(sorted, &listing, about, case);
    }
    hosts_access(sorted, source, case);
}

fn flow(source: IpAddr) -> Flow {
    let interface = Some("eth0".to_owned());
    Flow { source, source_port: None, destination: SERVER, port: 22, interface }
}

/// What `iptables -L` shows, by lines of its own.
fn listed(sorted: &Sorted<'_>, listing: &Listing, about: &About, case: &mut Case) {
    let place = |rule: &RuleRef| {
        let number = listing.line(&rule.chain, rule.number)?;
        sorted.lines.iter().find(|line| line.number == number)
    };
    let verdict = dumped(&listing.dump, about.from.unwrap_or(ANYBODY));
    conclude(sorted, &verdict, &place, about, case);
    if listing.guesses {
        let words = "without -v the list hides interfaces: a rule that accepts all was taken for the one of lo";
        case.notes.push(words.to_owned());
    }
}

fn conclude<'s>(
    sorted: &'s Sorted<'_>,
    verdict: &FlowVerdict,
    line_of: &dyn Fn(&RuleRef) -> Option<&'s Line<'s>>,
    about: &About,
    case: &mut Case,
) {
    let (rule, answer) = match &verdict.outcome {
        Outcome::Stops(answer, stop) => (&stop.rule, *answer),
        Outcome::Admits(_) => {
            case.notes.push("the rules that were pasted admit this client to port 22".to_owned());
            return;
        }
        Outcome::Depends(unknown) => {
            let why = format!("{}: {}", place(&unknown.rule), unknown.why);
            case.not_assessed.push(format!("what the rules make of this client depends: {why}"));
            return;
        }
    };
    let line = line_of(rule);
    let number = line.map_or(1, |line| line.number);
    let text = line.map_or(rule.text.as_str(), |line| line.text.trim());
    say(case, answer, sorted.name, number, &format!("{}: {text}", place(rule)));
    if about.from.is_none() {
        let words = "judged for a client that no rule names; --from IP judges another";
        case.notes.push(words.to_owned());
    }
}

/// Lines of `iptables-save`, or of `iptables -S`, which lacks the head and the end of the table.
fn iptables(sorted: &Sorted<'_>, source: IpAddr, case: &mut Case) -> Option<FlowVerdict> {
    let is_saved = sorted.lines.iter().any(|line| line.text.starts_with("*filter"));
    let mut dump = String::new();
    if !is_saved {
        dump.push_str("*filter\n");
    }
    let mut rules = 0;
    for line in &sorted.lines {
        let text = line.text.trim();
        let part = match text.split(' ').next() {
            Some("-A") => text.to_owned(),
            Some("-P") if !is_saved => format!(":{} [0:0]", text.get(3..)?),
            Some("-N") if !is_saved => format!(":{} - [0:0]", text.get(3..)?),
            _ if is_saved && text.starts_with(['*', ':', '[', 'C']) => text.to_owned(),
            _ => continue,
        };
        rules += usize::from(text.contains("-A ") || text.starts_with("-P"));
        // Who is banned is known from the rule alone.
        if let Some(banned) = of_ban(text).filter(|b| source == ANYBODY || *b == source) {
            let words = format!("{banned} is banned: {text}");
            say(case, Ban::Fail2ban, sorted.name, line.number, &words);
        }
        dump.push_str(&part);
        dump.push('\n');
    }
    if !is_saved {
        dump.push_str("COMMIT\n");
    }
    let has_policy = dump.lines().any(|line| line.starts_with(":INPUT"));
    if rules == 0 || !has_policy {
        return None;
    }
    Some(dumped(&dump, source))
}

fn dumped(dump: &str, source: IpAddr) -> FlowVerdict {
    let set = iptables::RuleSet::new("iptables", parse_iptables_save(dump));
    let world = iptables::world::World::default();
    let judge: Box<Judge<'_>> = Box::new(|hook, packet| set.judge(packet, hook, &world));
    judge_flow(&*judge, &|_| true, &flow(source))
}

/// `-A f2b-sshd -s 192.0.2.7/32 -j REJECT …`.
fn of_ban(text: &str) -> Option<IpAddr> {
    let rest = text.strip_prefix("-A f2b-").or_else(|| text.strip_prefix("-A fail2ban-"))?;
    let (_, rest) = rest.split_once(" -s ")?;
    let stops = rest.contains("-j REJECT") || rest.contains("-j DROP");
    rest.split(['/', ' ']).next()?.parse().ok().filter(|_| stops)
}

/// The rule set of nft, in JSON or as it is printed for people.
fn nftables(sorted: &Sorted<'_>, source: IpAddr, case: &mut Case) -> Option<FlowVerdict> {
    let from = |number: usize| -> String {
        let lines = sorted.lines.iter().skip_while(|line| line.number < number);
        lines.map(|line| &*line.text).collect::<Vec<_>>().join("\n")
    };
    let json = sorted.lines.iter().find(|line| line.text.contains("\"nftables\""));
    let read = match json {
        Some(first) => RuleSet::parse(&from(first.number)),
        None => parse_nft_text(&from(1))?,
    };
    match read {
        Ok(rules) => {
            banned_by_set(sorted, &rules, source, case);
            let filter = nft::Filter::new(&rules);
            let world = nft::World::default();
            let judge: Box<Judge<'_>> = Box::new(|hook, packet| filter.judge(packet, hook, &world));
            Some(judge_flow(&*judge, &|_| true, &flow(source)))
        }
        Err(error) => {
            case.not_assessed.push(format!("{}: rules of nft: {error}", sorted.name));
            None
        }
    }
}

/// Whom fail2ban keeps in its sets: `addr-set-sshd` of the table `f2b-table`.
fn banned_by_set(sorted: &Sorted<'_>, rules: &RuleSet, source: IpAddr, case: &mut Case) {
    let of_ban = rules.tables.iter().filter(|table| table.name.starts_with("f2b-"));
    for set in of_ban.flat_map(|table| &table.sets) {
        let is_banned = |key: &Expr| match key {
            Expr::Address(address) => source == ANYBODY || *address == source,
            _ => false,
        };
        let Some(element) = set.elements.iter().find(|element| is_banned(&element.key)) else {
            continue;
        };
        let banned = element.key.to_string();
        let line = sorted.lines.iter().find(|line| line.text.contains(banned.as_str()));
        let words = format!("{banned} is in the set {}", set.name);
        say(case, Ban::Fail2ban, sorted.name, line.map_or(1, |line| line.number), &words);
    }
}

/// What hosts.allow and hosts.deny hold, by the name of the file or by the command that shows it.
fn hosts_access(sorted: &Sorted<'_>, source: IpAddr, case: &mut Case) {
    let (mut allow, mut deny) = (String::new(), String::new());
    let mut shown = which(sorted.name);
    let mut found = shown.is_some();
    for line in &sorted.lines {
        let text = line.text.trim_end();
        // The stock file begins with a remark that names it.
        let is_remark = text.starts_with('#') && !text.starts_with("# /etc/hosts.");
        if let Some(file) = which(text).filter(|_| !is_remark) {
            (shown, found) = (Some(file), true);
            allow.push('\n');
            deny.push('\n');
            continue;
        }
        let is_rule = text.contains(':') && !text.contains("]:") && !line.is_known();
        let keep = if is_rule || text.starts_with('#') { text } else { "" };
        allow.push_str(if shown == Some(File::Allow) { keep } else { "" });
        deny.push_str(if shown == Some(File::Deny) { keep } else { "" });
        allow.push('\n');
        deny.push('\n');
    }
    if !found || allow.trim().is_empty() && deny.trim().is_empty() {
        return;
    }
    let (allow, deny) = (Source::Text(allow.into_bytes()), Source::Text(deny.into_bytes()));
    let (allow_path, deny_path) = (sorted.name, sorted.name);
    let files = Files { allow_path, allow: &allow, deny_path, deny: &deny, lookup: &NoHost };
    let client =
        Client { address: source, interface: None, name: NameLookup::NotAsked, user: None };
    let daemon = Daemon { names: vec!["sshd".to_owned()], address: None, port: Some(22) };
    let judgement = wrappers::evaluate(&files, &client, &daemon);
    case.warnings.extend(judgement.warnings.iter().map(|(place, what)| format!("{place}: {what}")));
    match (judgement.verdict, &judgement.decision.place) {
        (Verdict::Deny, Some(place)) => {
            let words = format!("{}   {}", judgement.decision.line, judgement.decision.why);
            say(case, Wrappers::Deny, &place.file, place.line, &words);
        }
        (Verdict::Unknown, _) => {
            let open = judgement.open.first().map_or("", |open| open.line.as_str());
            case.not_assessed.push(format!("TCP wrappers: it depends on the client: {open}"));
        }
        _ => case.notes.push("hosts.allow and hosts.deny as pasted admit this client".to_owned()),
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum File {
    Allow,
    Deny,
}

fn which(text: &str) -> Option<File> {
    let is_short = text.len() < 80;
    if is_short && text.contains("hosts.deny") {
        return Some(File::Deny);
    }
    (is_short && text.contains("hosts.allow")).then_some(File::Allow)
}

/// Nothing of the host is known.
struct NoHost;

impl Lookup for NoHost {
    fn pattern_file(&self, path: &str) -> Source {
        Source::Hidden(format!("{path} was not pasted"))
    }
}
