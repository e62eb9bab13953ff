//! What the service manager says of the units that run sshd, and whom their address lists refuse.
//! Without systemd there is nothing to say.

use std::path::Path;

use sshwhy_core::evaluate::listener;
use sshwhy_core::evaluate::unit_address;
use sshwhy_core::evaluate::unit_address::Entry;
use sshwhy_core::evaluate::unit_address::Verdict;
use sshwhy_core::evaluate::unit_state;
use sshwhy_core::model::question::Listener;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::ServerFilter;
use sshwhy_core::parse::place::Place;
use sshwhy_core::parse::systemctl_show;
use sshwhy_core::parse::systemctl_show::Shown;
use sshwhy_core::parse::unit_file;
use sshwhy_core::parse::unit_file::Assignment;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::sockets;
use crate::sys::process_table;
use crate::sys::sock_diag;

pub(super) static LOOK: Look = Look {
    name: "unit",
    doing: "asking systemd for the units that run sshd",
    concerns: Concerns::Anybody,
    questions: &[Question::Unit, Question::ServerFilter],
    run,
};

const UNITS: [&str; 4] = ["ssh.service", "sshd.service", "ssh.socket", "sshd.socket"];

const PROPERTIES: &str = "Id,LoadState,ActiveState,SubState,Result,NRestarts,ExecMainStatus,Accept,\
    MaxConnections,MaxConnectionsPerSource,NConnections,KillMode,Slice,ControlGroup,\
    IPAddressAllow,IPAddressDeny,IPIngressFilterPath,RestrictNetworkInterfaces,FragmentPath,\
    DropInPaths,NeedDaemonReload";

fn run(host: &Host) {
    if !Path::new("/run/systemd/system").is_dir() {
        return;
    }
    let units = match show(host, &UNITS) {
        Ok(units) => units,
        Err(why) => return host.not_assessed(format!("unit: {why}")),
    };
    state(host, &units);
    let active = |kind: &str| {
        let is_of = |u: &&Shown| u.id().ends_with(kind) && u.value("ActiveState") == Some("active");
        units.iter().find(is_of)
    };
    // The lists of a socket unit count for the connections of its socket (systemd.socket(5)).
    if let Some(unit) = active(".socket").or_else(|| active(".service")) {
        address_lists(host, unit);
    }
    if let Some(service) = active(".service") {
        warn_of_kill_mode(host, service);
    }
    for unit in units.iter().filter(|unit| unit.value("NeedDaemonReload") == Some("yes")) {
        if let Some(file) = unit.value("FragmentPath").filter(|path| !path.is_empty()) {
            let words = "this unit's files have changed since systemd read them (daemon-reload)";
            host.warn(&Place::new(file, 1), words);
        }
    }
}

/// `systemctl show`, each unit once, whatever its aliases.
fn show(host: &Host, names: &[&str]) -> Result<Vec<Shown>, String> {
    let mut arguments = vec!["show", "--no-pager", "-p", PROPERTIES, "--"];
    arguments.extend(names);
    let ran = host.run("systemctl", &arguments).map_err(|e| format!("`systemctl show`: {e}"))?;
    let mut units = systemctl_show::parse(&String::from_utf8_lossy(&ran.stdout));
    let mut seen: Vec<String> = Vec::new();
    units.retain(|unit| {
        let is_new = !unit.id().is_empty() && !seen.iter().any(|id| id == unit.id());
        seen.push(unit.id().to_owned());
        is_new
    });
    if units.is_empty() {
        let said = String::from_utf8_lossy(&ran.stderr);
        return Err(format!("`systemctl show`: {}", said.lines().next().unwrap_or("no answer")));
    }
    Ok(units)
}

fn state(host: &Host, units: &[Shown]) {
    let client = host.flow.source.to_canonical();
    let connections = sock_diag::connections(host.flow.port).unwrap_or_default();
    let own = connections.iter().filter(|c| c.remote.ip() == client).count();
    let Some(judged) = unit_state::judge(units, own as u64) else { return };
    if !judged.is_active {
        // sshd may as well be run by something else, and then its unit is not what is wrong.
        let heard = listener::judge(&sockets::listening(host), &host.flow, &[]);
        let silent = matches!(heard.answer, Some(Listener::Nothing | Listener::Elsewhere));
        if !silent {
            let text = format!("{}, but {}", judged.text, heard.text);
            return host.not_assessed(format!("unit: {text}: what runs it is not known"));
        }
    }
    host.observe(judged.answer, format!("systemctl status {}", judged.unit), judged.text);
}

fn address_lists(host: &Host, unit: &Shown) {
    for name in ["RestrictNetworkInterfaces", "IPIngressFilterPath"] {
        if let Some(value) = unit.value(name).filter(|value| !value.is_empty()) {
            host.not_assessed(format!(
                "unit: what {name}={value} of {} makes of the client's packets",
                unit.id()
            ));
        }
    }
    let slices = unit_address::slices_above(unit.value("Slice").unwrap_or_default());
    let slices: Vec<&str> = slices.iter().map(String::as_str).collect();
    let above = match show(host, &slices) {
        Ok(above) => above,
        Err(why) => return host.not_assessed(format!("unit: lists of {slices:?}: {why}")),
    };
    let all: Vec<&Shown> = std::iter::once(unit).chain(&above).collect();
    let Verdict::Denied(entry) = unit_address::judge(&all, host.flow.source) else { return };
    let owner = all.iter().find(|unit| unit.id() == entry.unit);
    let (source, text) = match owner.and_then(|owner| written(host, owner, &entry)) {
        Some(line) => (line.place.to_string(), line.text()),
        None => (format!("systemctl show {} -p {}", entry.unit, entry.list), entry.to_string()),
    };
    // The lists are programs of the cgroup of version 2; systemd goes on without where the kernel
    // or a container does not let it load them.
    let has_groups = Path::new("/sys/fs/cgroup/cgroup.controllers").exists();
    if !has_groups || Path::new("/run/systemd/container").exists() {
        let why = "whether systemd could put it into force here is not known";
        return host.not_assessed(format!("unit: {source}: {text}: {why}"));
    }
    host.observe(ServerFilter::UnitDenies, source, text);
}

/// The line that wrote an entry.
fn written(host: &Host, unit: &Shown, entry: &Entry) -> Option<Assignment> {
    unit_address::line_of(entry, &lines(host, unit)).cloned()
}

/// All lines of a unit's files, in the order in which systemd reads them.
fn lines(host: &Host, unit: &Shown) -> Vec<Assignment> {
    let paths = ["FragmentPath", "DropInPaths"].into_iter().filter_map(|name| unit.value(name));
    let paths = paths.flat_map(str::split_whitespace);
    let read = |path| host.read(path).map(|text| unit_file::parse(path, &text));
    paths.filter_map(|path| read(path).ok()).flatten().collect()
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
    let of_mode = lines(host, service).into_iter().rfind(|line| line.key == "KillMode");
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
