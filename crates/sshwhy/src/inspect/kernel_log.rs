//! What SELinux and AppArmor denied sshd, as the kernel's log and audit's show it.

use std::path::Path;

use sshwhy_core::evaluate::server_log::Topic;
use sshwhy_core::model::question::MandatoryAccess;
use sshwhy_core::model::question::Question;

use super::Concerns;
use super::Look;
use super::host::Host;

pub(super) static LOOK: Look = Look {
    name: "kernel log",
    doing: "looking for what SELinux or AppArmor denied sshd",
    concerns: Concerns::Anybody,
    questions: &[Question::MandatoryAccess],
    run,
};

fn run(host: &Host) {
    // That nothing is denied is no more than silence: whether a module could deny is another look.
    let modules = modules(host);
    if modules.is_empty() {
        return;
    }
    let logs = host.logs();
    let denied = logs.log.events.iter().rfind(|event| event.topic == Topic::Denied);
    if let Some(event) = denied {
        host.observe_at(MandatoryAccess::Denies, &event.place, &event.text);
        return;
    }
    // With auditd the denials are in its file, otherwise in the kernel's log.
    let has_audit = logs.read.iter().any(|name| name.contains("audit.log"));
    let audit_hidden = logs.unread.iter().any(|words| words.contains("/var/log/audit"));
    if !(logs.has_kernel || has_audit) || audit_hidden {
        let why = logs.unread_words(host).unwrap_or_else(|| "there is no kernel log".to_owned());
        host.not_assessed(format!("kernel log: {why}: what {modules} denied sshd is open"));
    }
}

/// The modules that can deny, in words; empty when there is none.
fn modules(host: &Host) -> String {
    let mut found = Vec::new();
    // 1 is enforcing, 0 permissive (selinux(8)); absent when it is not in use, and in containers,
    // where only the context of a process (`user:role:type:level`) shows it.
    let enforces = match host.read("/sys/fs/selinux/enforce") {
        Ok(text) => text.trim() == "1",
        Err(_) => host
            .read("/proc/self/attr/current")
            .is_ok_and(|context| context.matches(':').count() >= 3),
    };
    if enforces {
        found.push("SELinux");
    }
    if Path::new("/sys/kernel/security/apparmor").exists()
        || host.read("/sys/module/apparmor/parameters/enabled").is_ok_and(|t| t.trim() == "Y")
    {
        found.push("AppArmor");
    }
    found.join(" and ")
}
