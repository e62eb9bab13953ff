//! Questions to systemd. No look of its own: what several looks need to ask.

use std::path::Path;

use sshwhy_core::parse::systemctl_show;
use sshwhy_core::parse::systemctl_show::Shown;
use sshwhy_core::parse::unit_file;
use sshwhy_core::parse::unit_file::Assignment;

use super::host::Host;

const UNITS: [&str; 4] = ["ssh.service", "sshd.service", "ssh.socket", "sshd.socket"];

const PROPERTIES: &str = "Id,LoadState,ActiveState,SubState,Result,NRestarts,ExecMainStatus,Accept,\
    MaxConnections,MaxConnectionsPerSource,NConnections,KillMode,Slice,ControlGroup,\
    IPAddressAllow,IPAddressDeny,IPIngressFilterPath,RestrictNetworkInterfaces,FragmentPath,\
    DropInPaths,NeedDaemonReload";

/// The units that may run sshd; none where systemd does not run.
///
/// # Errors
///
/// Why systemd does not answer, in words.
pub(super) fn units(host: &Host) -> Result<Vec<Shown>, String> {
    if !Path::new("/run/systemd/system").is_dir() {
        return Ok(Vec::new());
    }
    show(host, &UNITS)
}

/// The active unit of a kind, such as `.socket`.
pub(super) fn active<'a>(units: &'a [Shown], kind: &str) -> Option<&'a Shown> {
    let is_of = |u: &&Shown| u.id().ends_with(kind) && u.value("ActiveState") == Some("active");
    units.iter().find(is_of)
}

/// `systemctl show`, each unit once, whatever its aliases.
pub(super) fn show(host: &Host, names: &[&str]) -> Result<Vec<Shown>, String> {
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

/// All lines of a unit's files, in the order in which systemd reads them.
pub(super) fn lines(host: &Host, unit: &Shown) -> Vec<Assignment> {
    let paths = ["FragmentPath", "DropInPaths"].into_iter().filter_map(|name| unit.value(name));
    let paths = paths.flat_map(str::split_whitespace);
    let read = |path| host.read(path).map(|text| unit_file::parse(path, &text));
    paths.filter_map(|path| read(path).ok()).flatten().collect()
}
