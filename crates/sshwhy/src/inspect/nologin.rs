//! The files that close a server to all but root: nologin(5).

use sshwhy_core::evaluate::sshd::Effective;
use sshwhy_core::model::question::NoLoginFile;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::pam::Kind;
use sshwhy_core::parse::place::Place;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::login::Login;
use super::pam_files;
use super::this_sshd::ThisSshd;

pub(super) static LOOK: Look = Look {
    name: "nologin",
    doing: "looking for a nologin file",
    concerns: Concerns::Anybody,
    questions: &[Question::NoLoginFile],
    run,
};

/// What sshd itself looks at (`UsePAM no`).
const OF_SSHD: &[&str] = &["/etc/nologin"];
/// What pam_nologin looks at when it is not told of another file.
const OF_PAM: &[&str] = &["/run/nologin", "/etc/nologin"];

fn run(host: &Host) {
    let there: Vec<&str> =
        OF_PAM.iter().copied().filter(|path| std::fs::metadata(path).is_ok()).collect();
    let login = Login::of(host);
    let sshd = ThisSshd::find(host).and_then(|sshd| sshd.effective(host, login.as_ref()));
    let Some(effective) = sshd else { return };
    let Some(read) = read_by(host, &effective) else {
        host.not_assessed("nologin: the files of PAM could not be read: whether it looks is open");
        return;
    };
    for path in there.iter().filter(|path| !read.iter().any(|r| r == *path)) {
        host.warn(&Place::new(*path, 1), "nobody looks at this file: PAM has no pam_nologin");
    }
    let is_there = |path: &&String| std::fs::metadata(path.as_str()).is_ok();
    let Some(path) = read.iter().find(is_there) else {
        let text = if read.is_empty() { "nothing looks for one".to_owned() } else { absent(&read) };
        host.observe(NoLoginFile::Absent, read.join(" "), text);
        return;
    };
    if login.is_some_and(|login| login.uid == 0) {
        host.warn(&Place::new(path.as_str(), 1), "this closes the server to all but root");
        return;
    }
    let text = host.read(path).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    host.observe(NoLoginFile::Present, path.as_str(), format!("it says: {first}"));
}

fn absent(read: &[String]) -> String {
    let verb = if read.len() == 1 { "does not exist" } else { "do not exist" };
    format!("{} {verb}", read.join(" and "))
}

/// The files that are looked at before a login of this server; `None` when that cannot be told.
fn read_by(host: &Host, effective: &Effective) -> Option<Vec<String>> {
    let all = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
    if effective.value_or_default("usepam") != "yes" {
        return Some(all(OF_SSHD));
    }
    let stack = pam_files::stack(host, effective, Kind::Account)?;
    let Some((_, module)) = stack.module("pam_nologin.so") else {
        return Some(Vec::new());
    };
    let own = module.arguments.iter().find_map(|a| a.strip_prefix("file="));
    Some(own.map_or_else(|| all(OF_PAM), |path| vec![path.to_owned()]))
}
