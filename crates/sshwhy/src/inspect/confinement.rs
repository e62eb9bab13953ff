//! Whether SELinux or AppArmor confines sshd at all. What they deny is in the kernel's log, which
//! is another look.

use sshwhy_core::model::question::MandatoryAccess;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::place::Place;
use sshwhy_core::parse::semanage::tcp_ports;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::sockets;

pub(super) static LOOK: Look = Look {
    name: "confinement",
    doing: "looking at SELinux and AppArmor",
    concerns: Concerns::Anybody,
    questions: &[Question::MandatoryAccess],
    run,
};

const ENFORCE: &str = "/sys/fs/selinux/enforce";
const APPARMOR: &str = "/sys/module/apparmor/parameters/enabled";

fn run(host: &Host) {
    let says = |path: &str, word: &str| host.read(path).is_ok_and(|text| text.trim() == word);
    let sockets = sockets::listening(host);
    let of_port = sockets.iter().filter(|socket| socket.local.port() == host.flow.port);
    let sshd: Vec<u32> =
        of_port.flat_map(|s| &s.programs).filter(|p| p.is_sshd()).map(|p| p.pid).collect();
    if says(ENFORCE, "1") {
        if sshd.is_empty() {
            port_label(host);
        }
        host.not_assessed("confinement: SELinux enforces; what it denied is in the kernel's log");
    } else if says(APPARMOR, "Y") {
        profile(host, sshd.first().copied());
    } else {
        let text = "neither SELinux nor AppArmor is in force";
        host.observe(MandatoryAccess::Lets, format!("{ENFORCE}, {APPARMOR}"), text);
    }
}

/// sshd may only listen on ports that have its label. Where it listens, it may.
fn port_label(host: &Host) {
    let port = host.flow.port;
    let Ok(ran) = host.run("semanage", &["port", "-l"]) else {
        return host.not_assessed(format!(
            "confinement: whether SELinux lets sshd listen on port {port} (semanage is missing)"
        ));
    };
    let ports = tcp_ports(&String::from_utf8_lossy(&ran.stdout), "ssh_port_t");
    if ports.is_empty() {
        host.not_assessed(format!(
            "confinement: whether SELinux lets sshd listen on port {port} (semanage needs root)"
        ));
    } else if !ports.iter().any(|range| range.contains(&port)) {
        let words = format!("SELinux enforces, and port {port} has not the label ssh_port_t");
        host.warn(&Place::new("semanage port -l", 1), &words);
    }
}

/// `/proc/PID/attr/current` is `profile (mode)`, or `unconfined` (apparmor(7)).
fn profile(host: &Host, pid: Option<u32>) {
    let Some(pid) = pid else {
        return host.not_assessed("confinement: AppArmor is in force, and no sshd to ask about");
    };
    let paths = [format!("/proc/{pid}/attr/apparmor/current"), format!("/proc/{pid}/attr/current")];
    let Some((path, text)) = paths.iter().find_map(|path| Some((path, host.read(path).ok()?)))
    else {
        return host.not_assessed(format!(
            "confinement: whether AppArmor confines sshd (pid {pid}): its profile cannot be read"
        ));
    };
    let text = text.trim_end_matches(['\n', '\0']);
    if text.ends_with("(enforce)") || text.ends_with("(kill)") {
        return host.not_assessed(format!(
            "confinement: AppArmor confines sshd with the profile {text}; what it denied is in the \
             kernel's log"
        ));
    }
    let shown = format!("AppArmor does not confine sshd (pid {pid}): {text}");
    host.observe(MandatoryAccess::Lets, format!("{path}:1"), shown);
}
