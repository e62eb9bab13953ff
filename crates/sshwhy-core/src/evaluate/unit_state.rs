//! What systemd says of the units that should run sshd.

use std::fmt::Write;

use crate::model::question::Unit;
use crate::parse::systemctl_show::Shown;

/// The state of sshd's units.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judgement {
    /// The answer.
    pub answer: Unit,
    /// The unit that it is about.
    pub unit: String,
    /// What shows it.
    pub text: String,
    /// Whether the unit is active: then the port is held, whatever the answer is.
    pub is_active: bool,
}

/// Judges the units as `systemctl show` prints them. `None` when none of them is on this host.
///
/// One active unit is enough: with socket activation the service rests until somebody connects,
/// and without it the socket does. `source_connections` is how many connections the client has
/// open already.
pub fn judge(units: &[Shown], source_connections: u64) -> Option<Judgement> {
    let loaded = || units.iter().filter(|unit| unit.value("LoadState") == Some("loaded"));
    let is = |unit: &Shown, states: &[&str]| {
        unit.value("ActiveState").is_some_and(|state| states.contains(&state))
    };
    let limit = loaded().filter(|unit| is(unit, &["active"]));
    if let Some(reached) = limit.clone().find_map(|unit| connection_limit(unit, source_connections))
    {
        return Some(reached);
    }
    let found = |answer, unit: &Shown| Judgement {
        answer,
        unit: unit.id().to_owned(),
        text: describe(unit),
        is_active: answer == Unit::Active,
    };
    if let Some(unit) = loaded().find(|unit| is(unit, &["active", "reloading", "refreshing"])) {
        return Some(found(Unit::Active, unit));
    }
    let limits = ["start-limit-hit", "trigger-limit-hit"];
    let has_limit = |unit: &&Shown| unit.value("Result").is_some_and(|r| limits.contains(&r));
    if let Some(unit) = loaded().find(has_limit) {
        return Some(found(Unit::LimitHit, unit));
    }
    let fails = |unit: &&Shown| {
        is(unit, &["failed"])
            || unit.value("SubState").is_some_and(|s| s.starts_with("auto-restart"))
    };
    if let Some(unit) = loaded().find(fails) {
        return Some(found(Unit::Failed, unit));
    }
    if let Some(unit) = loaded().find(|unit| is(unit, &["activating"])) {
        // Starting takes a moment. It is no fault yet, but nothing listens either.
        return Some(found(Unit::Inactive, unit));
    }
    // A service is what people look for; a socket that nobody enabled is no fault.
    let service = loaded().find(|unit| unit.id().ends_with(".service"));
    let masked = units.iter().find(|unit| unit.value("LoadState") == Some("masked"));
    let resting = service.or_else(|| loaded().next()).or(masked);
    resting.map(|unit| found(Unit::Inactive, unit))
}

/// `MaxConnections=` and `MaxConnectionsPerSource=` of a socket that starts one sshd for each
/// connection (systemd.socket(5)): beyond them systemd closes each connection at once.
fn connection_limit(unit: &Shown, source_connections: u64) -> Option<Judgement> {
    if unit.value("Accept") != Some("yes") {
        return None;
    }
    // No limit is zero, or the largest number.
    let limit = |name| unit.number(name).filter(|limit| *limit > 0 && *limit < u64::from(u32::MAX));
    let reached = |used: u64, name| {
        let limit = limit(name).filter(|limit| used >= *limit)?;
        let answer = Unit::LimitHit;
        let text = format!("{used} connections of {name}={limit}");
        Some(Judgement { answer, unit: unit.id().to_owned(), text, is_active: true })
    };
    let all = unit.number("NConnections").unwrap_or(0);
    reached(all, "MaxConnections")
        .or_else(|| reached(source_connections, "MaxConnectionsPerSource"))
}

fn describe(unit: &Shown) -> String {
    let word = |name| unit.value(name).unwrap_or("unknown");
    let mut text = format!("{}: {} ({})", unit.id(), word("ActiveState"), word("SubState"));
    if unit.value("LoadState") == Some("masked") {
        text.push_str(", masked");
    }
    if let Some(result) = unit.value("Result").filter(|r| *r != "success" && !r.is_empty()) {
        let _ = write!(text, ", result {result}");
    }
    let status = unit.number("ExecMainStatus").filter(|status| *status != 0);
    if let Some(status) = status {
        let _ = write!(text, ", exit status {status}");
    }
    if let Some(count) = unit.number("NRestarts").filter(|count| *count != 0) {
        let _ = write!(text, ", restarted {count} times");
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::systemctl_show;

    fn unit(id: &str, active: &str, sub: &str, result: &str) -> String {
        format!(
            "Id={id}\nLoadState=loaded\nActiveState={active}\nSubState={sub}\nResult={result}\n"
        )
    }

    fn check(text: &str, expected: Option<(Unit, &str)>) {
        let judged = judge(&systemctl_show::parse(text), 3);
        let judged = judged.as_ref().map(|j| (j.answer, j.text.as_str()));
        assert_eq!(judged, expected, "{text}");
    }

    #[test]
    fn hosts_without_such_units_say_nothing() {
        check("", None);
        check("Id=sshd.service\nLoadState=not-found\nActiveState=inactive\n", None);
    }

    // Written after systemctl(1), systemd.socket(5) and the names in systemd's
    // src/basic/unit-def.c: no systemd runs where these tests do.
    #[test]
    fn states() {
        let socket = unit("ssh.socket", "active", "listening", "success");
        let rests = unit("ssh.service", "inactive", "dead", "success");
        let text = "ssh.socket: active (listening)";
        check(&format!("{rests}\n{socket}"), Some((Unit::Active, text)));
        let text = "ssh.service: inactive (dead)";
        let unused = unit("ssh.socket", "inactive", "dead", "success");
        check(&format!("{unused}\n{rests}"), Some((Unit::Inactive, text)));
        let failed = unit("sshd.service", "failed", "failed", "exit-code")
            + "ExecMainStatus=255\nNRestarts=5\n";
        let text = "sshd.service: failed (failed), result exit-code, exit status 255, \
                    restarted 5 times";
        check(&failed, Some((Unit::Failed, text)));
        let again = unit("sshd.service", "activating", "auto-restart", "exit-code");
        let text = "sshd.service: activating (auto-restart), result exit-code";
        check(&again, Some((Unit::Failed, text)));
        let limit = unit("ssh.socket", "failed", "failed", "trigger-limit-hit");
        let text = "ssh.socket: failed (failed), result trigger-limit-hit";
        check(&format!("{rests}\n{limit}"), Some((Unit::LimitHit, text)));
        let masked = unit("ssh.service", "inactive", "dead", "success").replace("loaded", "masked");
        let text = "ssh.service: inactive (dead), masked";
        check(&masked, Some((Unit::Inactive, text)));
        // A failed socket is no fault of a service that runs without it.
        let runs = unit("ssh.service", "active", "running", "success");
        let text = "ssh.service: active (running)";
        check(&format!("{runs}\n{limit}"), Some((Unit::Active, text)));
    }

    #[test]
    fn limits_of_a_socket_that_accepts() {
        let socket = |more: &str| {
            unit("ssh.socket", "active", "listening", "success") + "Accept=yes\n" + more
        };
        let active = Some((Unit::Active, "ssh.socket: active (listening)"));
        check(&socket("MaxConnections=64\nNConnections=63\n"), active);
        let text = "64 connections of MaxConnections=64";
        check(&socket("MaxConnections=64\nNConnections=64\n"), Some((Unit::LimitHit, text)));
        check(&socket("MaxConnectionsPerSource=0\n"), active);
        check(&socket("MaxConnectionsPerSource=4294967295\n"), active);
        check(&socket("MaxConnectionsPerSource=4\n"), active);
        let text = "3 connections of MaxConnectionsPerSource=3";
        check(&socket("MaxConnectionsPerSource=3\n"), Some((Unit::LimitHit, text)));
        let passes =
            socket("MaxConnections=1\nNConnections=1\n").replace("Accept=yes", "Accept=no");
        check(&passes, active);
    }

    proptest! {
        #[test]
        fn never_panics(text in "((Id|LoadState|ActiveState|Result)=[a-z.-]{0,9}\n{1,2}){0,9}") {
            judge(&systemctl_show::parse(&text), 0);
        }
    }
}
