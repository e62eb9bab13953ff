//! The files of PAM. No look of its own: what several looks read.

use std::collections::BTreeMap;
use std::path::Path;

use sshwhy_core::evaluate::pam::Stack;
use sshwhy_core::evaluate::pam::included;
use sshwhy_core::evaluate::sshd::Effective;
use sshwhy_core::parse::pam::Kind;

use super::host::Host;

/// Where libpam looks for a service, in this order.
const FOLDERS: [&str; 2] = ["/etc/pam.d", "/usr/lib/pam.d"];

/// No service is made of more files.
const MOST_FILES: usize = 100;

/// The stack of one kind that sshd asks; `None` when its file cannot be read. Files that it
/// includes and that cannot be read are left out, as [`Stack::unread`] says.
pub(super) fn stack(host: &Host, effective: &Effective, kind: Kind) -> Option<Stack> {
    let service = match effective.value_or_default("pamservicename") {
        "" => "sshd",
        name => name,
    };
    // A service without a file, or without rules of a kind, is "other".
    let names = [service, "other"];
    let path = |name: &&str| {
        let paths = FOLDERS.map(|folder| format!("{folder}/{name}"));
        paths.into_iter().find(|path| host.read(path).is_ok())
    };
    let services: Vec<String> = names.iter().filter_map(path).collect();
    let mut files = BTreeMap::new();
    let mut open = services.clone();
    while let Some(path) = open.pop().filter(|_| files.len() < MOST_FILES) {
        if files.contains_key(&path) {
            continue;
        }
        let Ok(text) = host.read(&path) else { continue };
        open.extend(included(&path, &text));
        files.insert(path, text);
    }
    let services: Vec<&str> = services.iter().map(String::as_str).collect();
    (!services.is_empty()).then(|| Stack::assemble(&services, kind, &files))
}

/// The files of a folder that end in `.conf`, in the order of the C locale.
pub(super) fn conf_files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.filter_map(|entry| entry.path().into_os_string().into_string().ok());
    let mut paths: Vec<String> = paths.filter(|path| path.ends_with(".conf")).collect();
    paths.sort_unstable();
    paths
}
