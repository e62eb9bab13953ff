//! Whether the address lists of the unit that holds sshd's socket refuse the client.

use std::path::Path;

use sshwhy_core::evaluate::unit_address;
use sshwhy_core::evaluate::unit_address::Entry;
use sshwhy_core::evaluate::unit_address::Verdict;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::ServerFilter;
use sshwhy_core::parse::systemctl_show::Shown;
use sshwhy_core::parse::unit_file::Assignment;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::systemd;

pub(super) static LOOK: Look = Look {
    name: "unit lists",
    doing: "asking systemd whom it refuses",
    concerns: Concerns::ThisClient,
    questions: &[Question::ServerFilter],
    run,
};

fn run(host: &Host) {
    let units = match systemd::units(host) {
        Ok(units) => units,
        Err(why) => return host.not_assessed(format!("unit lists: {why}")),
    };
    // The lists of a socket unit count for the connections of its socket (systemd.socket(5)).
    let active = |kind| systemd::active(&units, kind);
    if let Some(unit) = active(".socket").or_else(|| active(".service")) {
        address_lists(host, unit);
    }
}

fn address_lists(host: &Host, unit: &Shown) {
    for name in ["RestrictNetworkInterfaces", "IPIngressFilterPath"] {
        if let Some(value) = unit.value(name).filter(|value| !value.is_empty()) {
            host.not_assessed(format!(
                "unit lists: what {name}={value} of {} makes of the client's packets",
                unit.id()
            ));
        }
    }
    let slices = unit_address::slices_above(unit.value("Slice").unwrap_or_default());
    let slices: Vec<&str> = slices.iter().map(String::as_str).collect();
    let above = match systemd::show(host, &slices) {
        Ok(above) => above,
        Err(why) => return host.not_assessed(format!("unit lists: lists of {slices:?}: {why}")),
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
        return host.not_assessed(format!("unit lists: {source}: {text}: {why}"));
    }
    host.observe(ServerFilter::UnitDenies, source, text);
}

/// The line that wrote an entry.
fn written(host: &Host, unit: &Shown, entry: &Entry) -> Option<Assignment> {
    unit_address::line_of(entry, &systemd::lines(host, unit)).cloned()
}
