//! Statements.

use super::Compiler;
use super::condition::kinds;
use super::condition::operands;
use crate::evaluate::filter::Action;
use crate::evaluate::filter::nft::constant::Kind;
use crate::evaluate::filter::nft::constant::scalar;
use crate::evaluate::filter::nft::operand::Operand;
use crate::evaluate::filter::nft::rule::Check;
use crate::evaluate::filter::nft::rule::Condition;
use crate::evaluate::filter::nft::rule::MarkSource;
use crate::evaluate::filter::nft::rule::NewPart;
use crate::evaluate::filter::nft::rule::Step;
use crate::evaluate::filter::nft::rule::Translation;
use crate::evaluate::filter::nft::rule::Verdict;
use crate::parse::nft;
use crate::parse::nft::Expr;
use crate::parse::nft::Nat;
use crate::parse::nft::NatKind;
use crate::parse::nft::Payload;
use crate::parse::nft::Quota;
use crate::parse::nft::Statement;
use crate::parse::nft::Update;

/// Why limits are not known.
const LIMIT: &str = "it depends on how many came before (limit)";
const CONNECTIONS: &str = "it depends on how many connections there are (ct count)";
const QUOTA: &str = "it depends on how much has passed (quota)";

/// No packet of ours is bigger.
const PACKET: u64 = 65_535;

impl<'a> Compiler<'a> {
    /// Adds what a statement means; `None` when no TCP packet gets past it.
    pub(super) fn statement(
        &mut self,
        table: usize,
        statement: &'a Statement,
        steps: &mut Vec<Step>,
    ) -> Option<()> {
        let step = match statement {
            Statement::Match(test) => Step::If(self.condition(table, test)?),
            Statement::Verdict(verdict) => Step::Verdict(self.verdict(table, verdict)),
            Statement::VerdictMap(map) => self.verdict_map(table, &map.0, &map.1)?,
            Statement::Counter(_) => return Some(()),
            Statement::Limit(_) => Step::Counts(LIMIT),
            Statement::CtCount { .. } => Step::Counts(CONNECTIONS),
            Statement::Quota(quota) => match self.quota(table, quota) {
                Some(true) => return Some(()),
                Some(false) => return None,
                None => Step::Counts(QUOTA),
            },
            Statement::Reject(reject) => self::reject(&reject.0, &reject.1),
            Statement::Nat(nat) => Step::Translate(Box::new(self.translation(table, nat))),
            Statement::Mangle(mangle) => return self.mangle(table, &mangle.0, &mangle.1, steps),
            Statement::Update(update) => return self.update(update, steps),
            Statement::Xt(_) => Step::Unknown("a match of iptables shows no parameters to nft"),
            Statement::Other(other) => return self::other(&other.0, steps),
        };
        steps.push(step);
        Some(())
    }

    fn verdict(&self, table: usize, verdict: &'a nft::Verdict) -> Verdict {
        let chain = |name: &'a str| self.chains.get(&(table, name)).copied();
        match verdict {
            nft::Verdict::Accept => Verdict::Accept,
            nft::Verdict::Drop => Verdict::Drop,
            nft::Verdict::Continue => Verdict::Continue,
            nft::Verdict::Return => Verdict::Return,
            nft::Verdict::Jump(name) => chain(name).map_or(Verdict::Lost, Verdict::Jump),
            nft::Verdict::Goto(name) => chain(name).map_or(Verdict::Lost, Verdict::Goto),
        }
    }

    fn verdict_map(&mut self, table: usize, key: &Expr, data: &'a Expr) -> Option<Step> {
        let operands = operands(key);
        if operands.as_slice().iter().any(Operand::is_never) {
            return None;
        }
        let number = self.table(table, data, &kinds(&operands));
        let elements = self.filter.look_ups.get(number).map(|look_up| look_up.elements);
        let verdicts =
            elements.unwrap_or_default().iter().map(|element| match element.value.as_deref() {
                Some(Expr::Verdict(verdict)) => self.verdict(table, verdict),
                _ => Verdict::Lost,
            });
        let verdicts = verdicts.collect();
        Some(Step::Map(operands.as_slice().into(), number, verdicts))
    }

    /// Whether a quota matches, when that is sure.
    fn quota(&self, table: usize, quota: &'a Result<Quota, Box<str>>) -> Option<bool> {
        let quota = match quota {
            Ok(quota) => quota,
            Err(name) => {
                let quotas = &self.rule_set.tables.get(table)?.quotas;
                &quotas.iter().find(|(own, _)| own == name)?.1
            }
        };
        let used = quota.used?;
        if used > quota.bytes {
            return Some(quota.over);
        }
        (used.saturating_add(PACKET) <= quota.bytes).then_some(!quota.over)
    }

    fn translation(&mut self, table: usize, nat: &'a Nat) -> Translation {
        let v6 = match nat.family.as_deref() {
            Some("ip") => Some(false),
            Some("ip6") => Some(true),
            _ => None,
        };
        let address = nat.address.as_ref();
        let mut port =
            nat.port.as_ref().map_or(NewPart::Same, |port| self.part(table, port, false));
        let new = address.map_or(NewPart::Same, |address| self.part(table, address, true));
        // A map may hold address and port together.
        if let (Some(Expr::Map(_)), NewPart::Map(key, number, _), NewPart::Same) =
            (address, &new, &port)
        {
            let elements = self.filter.look_ups.get(*number).map(|look_up| look_up.elements);
            let pairs = elements
                .unwrap_or_default()
                .iter()
                .any(|element| matches!(element.value.as_deref(), Some(Expr::Concat(_))));
            if pairs {
                port = NewPart::Map(key.clone(), *number, 1);
            }
        }
        Translation {
            v6,
            of_receiver: matches!(nat.kind, NatKind::Dnat | NatKind::Redirect),
            address: new,
            port,
            to_us: nat.kind == NatKind::Redirect,
        }
    }

    fn part(&mut self, table: usize, expr: &'a Expr, is_address: bool) -> NewPart {
        match expr {
            Expr::Map(map) => {
                let key = operands(&map.0);
                let number = self.table(table, &map.1, &kinds(&key));
                NewPart::Map(key.as_slice().into(), number, 0)
            }
            single => {
                super::part_of(single, 0, is_address).map_or(NewPart::Unknown, NewPart::Known)
            }
        }
    }

    fn mangle(
        &mut self,
        table: usize,
        key: &Expr,
        value: &'a Expr,
        steps: &mut Vec<Step>,
    ) -> Option<()> {
        match key {
            Expr::Meta(key) if &**key == "mark" => {
                steps.push(Step::SetMark(self.mark(table, value)));
            }
            Expr::Ct(ct) if &*ct.0 == "mark" => {
                steps.push(Step::SetConnectionMark(self.mark(table, value)));
            }
            Expr::Payload(payload) => {
                let harmless = match &**payload {
                    Payload::Field(_, field) => {
                        !matches!(&**field, "saddr" | "daddr" | "sport" | "dport" | "flags")
                    }
                    Payload::Raw(..) => false,
                };
                if !harmless {
                    // Where the packet then goes is not followed.
                    steps.push(Step::Unknown("it rewrites the packet"));
                    steps.push(Step::Verdict(Verdict::Drop));
                }
            }
            // Priorities, classes, labels and helpers stop nothing.
            _ => {}
        }
        Some(())
    }

    fn mark(&mut self, table: usize, value: &'a Expr) -> MarkSource {
        match value {
            Expr::Map(map) => {
                let key = operands(&map.0);
                let number = self.table(table, &map.1, &kinds(&key));
                MarkSource::Map(key.as_slice().into(), number)
            }
            Expr::Number(_) | Expr::Text(_) => scalar(value, Kind::Number)
                .and_then(|mark| u32::try_from(mark).ok())
                .map_or(MarkSource::Unknown, MarkSource::Known),
            Expr::Meta(_) | Expr::Ct(_) | Expr::Binary(..) => {
                MarkSource::Operand(Operand::new(value))
            }
            _ => MarkSource::Unknown,
        }
    }

    fn update(&mut self, update: &'a Update, steps: &mut Vec<Step>) -> Option<()> {
        let operands = operands(&update.element);
        if operands.as_slice().iter().any(Operand::is_never) {
            return None;
        }
        steps.push(Step::If(Condition { operands, check: Check::Exists, negated: false }));
        for statement in &update.statements {
            match statement {
                Statement::Limit(_) => steps.push(Step::Counts(LIMIT)),
                Statement::CtCount { .. } => steps.push(Step::Counts(CONNECTIONS)),
                Statement::Quota(_) => steps.push(Step::Counts(QUOTA)),
                _ => {}
            }
        }
        Some(())
    }
}

fn reject(kind: &str, name: &str) -> Step {
    const NAMES: &[&str] = &[
        "port-unreachable",
        "admin-prohibited",
        "host-unreachable",
        "net-unreachable",
        "prot-unreachable",
        "host-prohibited",
        "net-prohibited",
        "no-route",
        "addr-unreachable",
        "policy-fail",
        "reject-route",
    ];
    let v6 = match kind {
        "tcp reset" => return Step::Reject { v6: None, action: Action::Reset },
        "icmp" => Some(false),
        "icmpv6" => Some(true),
        _ => None,
    };
    let known = NAMES.iter().find(|known| **known == name).copied();
    Step::Reject { v6, action: Action::Reject(known.unwrap_or("unreachable")) }
}

fn other(name: &str, steps: &mut Vec<Step>) -> Option<()> {
    match name {
        "notrack" => steps.push(Step::NoTrack),
        "queue" => steps.push(Step::Queue),
        "synproxy" => {
            steps.push(Step::Unknown("SYNPROXY answers in the server's place"));
            steps.push(Step::Verdict(Verdict::Accept));
        }
        "fwd" => {
            steps.push(Step::Unknown("it sends the packet out by another interface"));
            steps.push(Step::Verdict(Verdict::Drop));
        }
        // These stop nothing.
        "log" | "ct helper" | "ct timeout" | "ct expectation" | "flow" | "dup" | "tproxy"
        | "last" | "secmark" => {}
        _ => {
            steps.push(Step::Unknown("a statement is not understood"));
            steps.push(Step::Verdict(Verdict::Lost));
        }
    }
    Some(())
}
