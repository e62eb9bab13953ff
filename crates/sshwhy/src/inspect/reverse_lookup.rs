//! How long sshd waits for the client's name, when it asks for it at all.

use std::time::Duration;

use sshwhy_core::evaluate::sshd::Effective;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::ReverseLookup;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::this_sshd::ThisSshd;
use super::this_sshd::source_of;
use crate::sys::lookup::Family;
use crate::sys::lookup::Lookup;
use crate::sys::reverse_lookup;

pub(super) static LOOK: Look = Look {
    name: "reverse_lookup",
    doing: "timing the look-up of the client's name",
    concerns: Concerns::ThisClient,
    questions: &[Question::ReverseLookup],
    run,
};

/// From here on a person notices.
const SLOW: Duration = Duration::from_secs(2);

/// How long both look-ups together are waited for.
const LIMIT: Duration = Duration::from_secs(6);

fn run(host: &Host) {
    let Some(sshd) = ThisSshd::find(host) else { return };
    let Some(effective) = sshd.effective(host, None) else { return };
    let Some(asker) = asker(host, sshd, &effective) else {
        let use_dns = effective.first("usedns");
        let source = source_of(use_dns.and_then(|value| value.place.as_ref()));
        host.observe(ReverseLookup::Quick, source, "UseDNS no: sshd does not ask for names");
        return;
    };
    let source = host.flow.source;
    let command = format!("getent hosts {source}");
    let Some((name, took)) = reverse_lookup::name_of(source, LIMIT) else {
        let text = format!("{asker}: no answer for {source} within {} s", LIMIT.as_secs());
        host.observe(ReverseLookup::Slow, command, text);
        return;
    };
    let first = format!("{asker}: the name of {source} took {:.1} s", took.as_secs_f64());
    let Some(name) = name else {
        host.observe(answer(took), command, format!("{first} and there is none"));
        return;
    };
    // The name counts only when it leads back to the address.
    let family = if source.is_ipv4() { Family::V4 } else { Family::V6 };
    let left = LIMIT.saturating_sub(took);
    let (words, back) = match Lookup::begin(&name, 0, family).wait(left) {
        None => ("no answer".to_owned(), left),
        Some((Err(error), back)) => (error.to_string(), back),
        Some((Ok(found), back)) => {
            let is_same = found.iter().any(|socket| socket.ip() == source);
            (if is_same { "it is the same" } else { "it is another" }.to_owned(), back)
        }
    };
    let back_text = format!("the address of {name} {:.1} s: {words}", back.as_secs_f64());
    host.observe(answer(took + back), command, format!("{first}, {back_text}"));
}

fn answer(took: Duration) -> ReverseLookup {
    if took >= SLOW { ReverseLookup::Slow } else { ReverseLookup::Quick }
}

/// Who asks for names, in words that begin a line; `None` when nobody does.
fn asker(host: &Host, sshd: &ThisSshd, effective: &Effective) -> Option<String> {
    if let Some(value) = effective.first("usedns").filter(|value| value.text == "yes") {
        return Some(format!("UseDNS yes ({})", source_of(value.place.as_ref())));
    }
    // TCP wrappers ask as soon as a rule has a name.
    sshd.texts.ending("libwrap.so.0")?;
    for path in ["/etc/hosts.allow", "/etc/hosts.deny"] {
        let text = host.read(path).unwrap_or_default();
        let mut lines = text.lines().enumerate();
        if let Some((index, _)) = lines.find(|(_, line)| names_hosts(line)) {
            return Some(format!("TCP wrappers ({path}:{})", index + 1));
        }
    }
    None
}

/// Whether a rule of hosts_access(5) needs the client's name.
fn names_hosts(line: &str) -> bool {
    let rule = line.split('#').next().unwrap_or_default();
    let Some((daemons, rest)) = rule.split_once(':') else { return false };
    if !daemons.contains("sshd") && !daemons.contains("ALL") {
        return false;
    }
    // Addresses of IPv6 stand in brackets; a colon outside of them ends the clients.
    let mut in_brackets = false;
    let end = rest.find(|c| {
        in_brackets = (in_brackets || c == '[') && c != ']';
        c == ':' && !in_brackets
    });
    let clients = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let mut words = clients.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    words.any(|word| {
        let is_address = word.starts_with(['[', '/', '@']) || word.starts_with(char::is_numeric);
        !is_address && !matches!(word, "ALL" | "EXCEPT")
    })
}

#[cfg(test)]
mod tests {
    use super::names_hosts;

    #[test]
    fn rules_that_need_a_name() {
        let check = |rule: &str, expected: bool| assert_eq!(names_hosts(rule), expected, "{rule}");
        check("", false);
        check("# sshd: client", false);
        check("sshd", false);
        check("vsftpd: .example.org", false);
        check("sshd: ALL EXCEPT 10.0.0.0/8 [2001:db8::]/32", false);
        check("sshd: ALL: spawn /bin/echo client", false);
        check("ALL: .example.org", true);
        check("sshd, ftpd : 10.0.0.1, PARANOID : deny", true);
        check("sshd: [2001:db8::1] client", true);
    }
}
