//! Rules in words: as their tool prints them, with who made them and how many packets they have met.

use sshwhy_core::evaluate::filter::RuleRef;
use sshwhy_core::evaluate::filter::origin::Program;
use sshwhy_core::evaluate::filter::origin::origin;
use sshwhy_core::evaluate::filter::origin::origin_with_ufw;

use crate::inspect::host::Host;

/// The rule, who made it, and its counter.
pub(super) fn rule(host: &Host, rule: &RuleRef) -> String {
    let counter = rule.packets.filter(|_| !rule.text.contains("packets "));
    let counter = counter.map(|packets| format!("packets {packets}"));
    let words: Vec<_> = [made_by(host, rule), counter].into_iter().flatten().collect();
    match words.as_slice() {
        [] => rule.text.clone(),
        words => format!("{} ({})", rule.text, words.join("; ")),
    }
}

fn made_by(host: &Host, rule: &RuleRef) -> Option<String> {
    let origin = origin(rule)?;
    if origin.program == Program::Ufw {
        let is_ipv6 = rule.chain.starts_with("ufw6-");
        let path = if is_ipv6 { "/etc/ufw/user6.rules" } else { "/etc/ufw/user.rules" };
        if let Ok(text) = host.read(path)
            && let Some(named) = origin_with_ufw(rule, &text)
        {
            return Some(match named.line {
                Some(line) => format!("{}, {path}:{line}", named.sentence),
                None => named.sentence,
            });
        }
    }
    Some(origin.sentence)
}
