//! fail2ban, by its own client; where it does not run, by its database.

use std::net::IpAddr;
use std::path::Path;

use sshwhy_core::evaluate::bans::concerns;
use sshwhy_core::model::question::Ban;
use sshwhy_core::parse::fail2ban;

use super::Said;
use crate::inspect::host::Host;
use crate::sys::process::Ran;

const CLIENT: &str = "fail2ban-client";
const SOCKETS: [&str; 2] = ["/run/fail2ban/fail2ban.sock", "/var/run/fail2ban/fail2ban.sock"];
const DATABASE: &str = "/var/lib/fail2ban/fail2ban.sqlite3";

/// The bans that have not ended, one to a line: jail, address, since, until, matched lines. It opens the file as one that
/// nobody writes, so that SQLite makes no files beside it; what is written meanwhile may be missed.
const QUERY: &str = "
import datetime, json, sqlite3, sys, time
base = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro&immutable=1', uri=True)
when = lambda t: str(datetime.datetime.fromtimestamp(t))
for jail, ip, since, term, data in base.execute('SELECT jail, ip, timeofban, bantime, data FROM bips'):
    if term < 0 or since + term > time.time():
        lines = [m if isinstance(m, str) else ''.join(m) for m in json.loads(data or '{}').get('matches') or []]
        until = 'for ever' if term < 0 else when(since + term)
        print('\\t'.join([jail, ip, when(since), until, ' | '.join(lines[-3:])]).replace('\\n', ' '))
";

/// A ban that the database holds.
struct Row {
    jail: String,
    address: String,
    since: String,
    until: String,
    matched: String,
}

pub(super) fn ask(host: &Host) -> Said {
    let Ok(ran) = host.run(CLIENT, &["banned"]) else {
        return if Path::new(DATABASE).exists() { by_database(host) } else { Said::Absent };
    };
    if let Some(answer) = answer(&ran) {
        return by_client(host, &fail2ban::banned(&answer));
    }
    if !host.is_root {
        return Said::Open(format!("`{CLIENT} banned`: only root may ask it"));
    }
    match SOCKETS.iter().any(|path| Path::new(path).exists()) {
        // Up to 0.10 it does not know `banned`.
        true => by_jails(host).unwrap_or_else(|| by_database(host)),
        false => by_database(host),
    }
}

fn answer(ran: &Ran) -> Option<String> {
    let is_done = ran.status.is_some_and(|status| status.success());
    is_done.then(|| String::from_utf8_lossy(&ran.stdout).into_owned())
}

fn told(host: &Host, words: &[&str]) -> Option<String> {
    answer(&host.run(CLIENT, words).ok()?)
}

fn by_jails(host: &Host) -> Option<Said> {
    let status = told(host, &["status"])?;
    let jail = |name: &&str| {
        let status = told(host, &["status", name])?;
        let list = status.split_once("Banned IP list:").or(status.split_once("IP list:"))?.1;
        let banned = list.split_whitespace().map(str::to_owned).collect();
        Some(fail2ban::Jail { name: (*name).to_owned(), banned })
    };
    let jails: Vec<fail2ban::Jail> = fail2ban::jails(&status).iter().filter_map(jail).collect();
    Some(by_client(host, &jails))
}

fn by_client(host: &Host, jails: &[fail2ban::Jail]) -> Said {
    let client = host.flow.source;
    let mut elsewhere = Vec::new();
    for jail in jails {
        let Some(address) = jail.banned.iter().find(|banned| concerns(banned, client)) else {
            continue;
        };
        if let Some(ports) = other_ports(host, &jail.name) {
            elsewhere.push(format!("jail {} has banned it for the ports {ports} only", jail.name));
            continue;
        }
        let source = format!("fail2ban jail {}", jail.name);
        let actions = told(host, &["get", &jail.name, "actions"]).unwrap_or_default();
        let answer = if actions.contains("hostsdeny") { Ban::HostsDeny } else { Ban::Fail2ban };
        return Said::Banned(answer, source, words(host, &jail.name, address));
    }
    let names: Vec<&str> = jails.iter().map(|jail| jail.name.as_str()).collect();
    let mut text = format!("fail2ban (jails {}) has not banned {client}", names.join(", "));
    if !elsewhere.is_empty() {
        text = format!("fail2ban: {}", elsewhere.join("; "));
    }
    Said::Free(text)
}

/// The ports that a jail's bans are about, when ours is not among them. An action without ports stops all.
fn other_ports(host: &Host, jail: &str) -> Option<String> {
    let actions = told(host, &["get", jail, "actions"])?;
    let services = host.read("/etc/services").unwrap_or_default();
    let mut all = Vec::new();
    for action in fail2ban::list(&actions) {
        let ports = told(host, &["get", jail, "action", action, "port"])?;
        let ports = ports.trim().to_owned();
        if ports.is_empty() || fail2ban::holds_port(&ports, host.flow.port, &services) {
            return None;
        }
        all.push(ports);
    }
    (!all.is_empty()).then(|| all.join(", "))
}

/// Since when, until when, why, and how to end it.
fn words(host: &Host, jail: &str, address: &str) -> String {
    let mut text = format!("jail {jail} has banned {address}");
    let listed = told(host, &["get", jail, "banip", "--with-time"]).unwrap_or_default();
    if let Some(term) = fail2ban::term(&listed, address) {
        let until = term.until.map_or("for ever".to_owned(), |until| format!("until {until}"));
        text.push_str(&format!(" since {}, {until}", term.since));
    }
    let rows = rows(host).unwrap_or_default();
    let row = rows.iter().find(|row| row.jail == jail && row.address == address);
    if let Some(row) = row.filter(|row| !row.matched.is_empty()) {
        text.push_str(&format!("; because of: {}", row.matched));
    }
    format!("{text}; to end it: sudo {CLIENT} set {jail} unbanip {address}")
}

/// fail2ban does not run: what it banned when it did may still stand in the packet filter, which is judged on its own.
fn by_database(host: &Host) -> Said {
    let client = host.flow.source;
    let Ok(rows) = rows(host) else {
        return match Path::new(DATABASE).exists() {
            true => {
                Said::Open(format!("{DATABASE}: fail2ban does not run, and python3 cannot read it"))
            }
            false => Said::Free("fail2ban does not run".to_owned()),
        };
    };
    match rows.iter().find(|row| concerns(&row.address, client)) {
        Some(Row { jail, address, since, until, .. }) => Said::Open(format!(
            "{DATABASE}: jail {jail} banned {address} on {since} until {until}; fail2ban does not run, but its rule may be left"
        )),
        None => {
            Said::Free(format!("fail2ban does not run, and {DATABASE} holds no ban of {client}"))
        }
    }
}

pub(super) fn latest(host: &Host) -> Vec<(IpAddr, String)> {
    let mut rows = rows(host).unwrap_or_default();
    rows.sort_by(|a, b| b.since.cmp(&a.since));
    let banned = |row: Row| {
        let Row { jail, address, since, .. } = row;
        Some((
            address.parse().ok()?,
            format!("fail2ban jail {jail} has banned {address} since {since}"),
        ))
    };
    rows.into_iter().filter_map(banned).collect()
}

fn rows(host: &Host) -> Result<Vec<Row>, ()> {
    let ran = host.run("python3", &["-I", "-c", QUERY, DATABASE]).map_err(|_| ())?;
    let text = answer(&ran).ok_or(())?;
    let row = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        let mut next = || parts.next();
        Some(Row {
            jail: next()?,
            address: next()?,
            since: next()?,
            until: next()?,
            matched: next().unwrap_or_default(),
        })
    };
    Ok(text.lines().filter_map(row).collect())
}
