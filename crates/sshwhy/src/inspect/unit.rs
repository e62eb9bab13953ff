//! What the service manager says of the units that run sshd. Without systemd there is nothing to say.

use sshwhy_core::evaluate::listener;
use sshwhy_core::evaluate::unit_state;
use sshwhy_core::model::question::Listener;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::place::Place;
use sshwhy_core::parse::systemctl_show::Shown;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::sockets;
use super::systemd;
use crate::sys::process_table;
use crate::sys::sock_diag;

pub(super) static LOOK: Look = Look {
    name: "unit",
    doing: "asking systemd for the units that run sshd",
    concerns: Concerns::Anybody,
    questions: &[Question::Unit],
    run,
};

fn run(host: &Host) {
    let units = match systemd::units(host) {
        Ok(units) => units,
        Err(why) => return host.not_assessed(format!("unit: {why}")),
    };
    state(host, &units);
    if let Some(service) = systemd::active(&units, ".service") {
        warn_of_kill_mode(host, service);
    }
    for unit in units.iter().filter(|unit| unit.value("NeedDaemonReload") == Some("yes")) {
        if let Some(file) = unit.value("FragmentPath").filter(|path| !path.is_empty()) {
            let words = "this unit's files have changed since systemd read them (daemon-reload)";
            host.warn(&Place::new(file, 1), words);
        }
    }
}

fn state(host: &Host, units: &[Shown]) {
    let client = host.flow.source.to_canonical();
    let connections = sock_diag::connections(host.flow.port).unwrap_or_default();
    let own = connections.iter().filter(|c| c.remote.ip() == client).count();
    let Some(judged) = unit_state::judge(units, own as u64) else { return };
    if !judged.is_active {
        // sshd may as well be run by something else, and then its unit is not what is wrong.
        let heard = listener::judge(sockets::listening(host), &host.flow, &[]);
        let silent = matches!(heard.answer, Some(Listener::Nothing | Listener::Elsewhere));
        if !silent {
            let text = format!("{}, but {}", judged.text, heard.text);
            return host.not_assessed(format!("unit: {text}: what runs it is not known"));
        }
    }
    host.observe(judged.answer, format!("systemctl status {}", judged.unit), judged.text);
}

/// With another mode than `process`, a restart ends the sessions that live in the service's own
/// cgroup, which are all where pam_systemd is not used (systemd.kill(5)).
fn warn_of_kill_mode(host: &Host, service: &Shown) {
    let mode = service.value("KillMode").unwrap_or("process");
    let group = service.value("ControlGroup").unwrap_or_default();
    if !["control-group", "mixed"].contains(&mode) || group.is_empty() {
        return;
    }
    let session = process_table::all().find(|process| {
        let is_session = process.title.starts_with("sshd: ") && process.title.contains('@');
        let groups = || host.read(format!("/proc/{}/cgroup", process.pid)).unwrap_or_default();
        is_session && groups().lines().any(|line| line.strip_prefix("0::") == Some(group))
    });
    let Some(session) = session else { return };
    let of_mode = systemd::lines(host, service).into_iter().rfind(|line| line.key == "KillMode");
    let fallback = || Place::new(service.value("FragmentPath").unwrap_or_default(), 1);
    let place = of_mode.map_or_else(fallback, |line| line.place);
    let words = format!(
        "KillMode={mode}: restarting {} ends sessions, such as pid {} ({})",
        service.id(),
        session.pid,
        session.title
    );
    host.warn(&place, &words);
}
