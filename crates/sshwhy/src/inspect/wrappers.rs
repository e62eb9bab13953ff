//! TCP wrappers: whether sshd asks libwrap at all, and what hosts.allow and hosts.deny make of the client.

mod name;

use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use sshwhy_core::evaluate::wrappers;
use sshwhy_core::evaluate::wrappers::Client;
use sshwhy_core::evaluate::wrappers::Daemon;
use sshwhy_core::evaluate::wrappers::Files;
use sshwhy_core::evaluate::wrappers::Judgement;
use sshwhy_core::evaluate::wrappers::Lookup;
use sshwhy_core::evaluate::wrappers::NameLookup;
use sshwhy_core::evaluate::wrappers::Source;
use sshwhy_core::evaluate::wrappers::Verdict;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::Wrappers;
use sshwhy_core::wire::elf;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::this_sshd::ThisSshd;
use crate::sys::account;
use crate::sys::file;

pub(super) static LOOK: Look = Look {
    name: "wrappers",
    doing: "reading hosts.allow and hosts.deny",
    concerns: Concerns::ThisClient,
    questions: &[Question::Wrappers],
    run,
};

const ALLOW: &str = "/etc/hosts.allow";
const DENY: &str = "/etc/hosts.deny";
/// No program or file is read beyond this, in bytes.
const MAX_SIZE: u64 = 64 << 20;

fn run(host: &Host) {
    let Some(sshd) = ThisSshd::find(host) else { return };
    let asker = Asker::of(host, sshd);
    let shown = asker.program.display().to_string();
    match asker.is_linked() {
        Err(error) => {
            return host.not_assessed(format!(
                "TCP wrappers: whether {shown} is built with them cannot be read: {error}"
            ));
        }
        Ok(false) => {
            let text = "this sshd is not built with TCP wrappers";
            return host.observe(Wrappers::Admit, shown, text);
        }
        Ok(true) => {}
    }
    let (allow, deny) = (source(host, ALLOW), source(host, DENY));
    let files = Files {
        allow_path: ALLOW,
        allow: &allow,
        deny_path: DENY,
        deny: &deny,
        lookup: &OfHost(host),
    };
    let mut client = Client {
        address: host.flow.source,
        interface: host.flow.interface.clone(),
        name: NameLookup::NotAsked,
        user: None,
    };
    let daemon = Daemon {
        names: vec![asker.name],
        address: Some(host.flow.destination).filter(|address| !address.is_unspecified()),
        port: Some(host.flow.port),
    };
    let mut judgement = wrappers::evaluate(&files, &client, &daemon);
    let mut asked = String::new();
    // The resolver is asked only if libwrap asks it, and the answer matters.
    if judgement.asks_name && judgement.verdict == Verdict::Unknown {
        (client.name, asked) = name::look_up(host.flow.source);
        judgement = wrappers::evaluate(&files, &client, &daemon);
    }
    answer(host, &judgement, &asked);
    for (place, words) in &judgement.warnings {
        host.warn(place, words);
    }
}

/// The program that asks libwrap, and the name that it gives.
struct Asker {
    program: PathBuf,
    name: String,
}

impl Asker {
    /// Since 9.8 that is sshd-session, which Debian lets call itself `sshd`; before, sshd by the name that it was started by.
    fn of(host: &Host, sshd: &ThisSshd) -> Self {
        let effective = sshd.effective(host, None);
        let set = effective.as_ref().and_then(|e| e.first("sshdsessionpath"));
        let set = set.filter(|value| value.place.is_some()).map(|value| value.text.clone());
        let compiled = || sshd.texts.ending("/sshd-session").map(str::to_owned);
        match set.or_else(compiled) {
            Some(session) => Self { program: session.into(), name: "sshd".to_owned() },
            None => {
                let name = sshd.program.file_name().unwrap_or_default();
                let name = name.to_string_lossy().into_owned();
                // What runs may be another program than the one that has its name by now.
                let running = sshd.listener.map(|pid| PathBuf::from(format!("/proc/{pid}/exe")));
                let running = running.filter(|path| file::open(path).is_ok());
                Self { program: running.unwrap_or_else(|| sshd.program.clone()), name }
            }
        }
    }

    fn is_linked(&self) -> io::Result<bool> {
        let libraries = elf::needed(&read(&self.program)?).map_err(io::Error::other)?;
        Ok(libraries.iter().any(|library| library.starts_with("libwrap.so")))
    }
}

fn answer(host: &Host, judgement: &Judgement, asked: &str) {
    let decision = &judgement.decision;
    let line =
        if decision.line.is_empty() { String::new() } else { format!("{}   ", decision.line) };
    let text = format!("{line}{}{asked}", decision.why);
    let answer = match judgement.verdict {
        Verdict::Admit => Wrappers::Admit,
        Verdict::Deny => Wrappers::Deny,
        Verdict::Unknown => return host.not_assessed(open(judgement, asked)),
    };
    match &decision.place {
        Some(place) => host.observe_at(answer, place, text),
        None => host.observe(answer, format!("{ALLOW}, {DENY}"), text),
    }
}

/// What the verdict hangs on, and what follows either way.
fn open(judgement: &Judgement, asked: &str) -> String {
    let effect = |verdict| match verdict {
        Verdict::Admit => "admits",
        Verdict::Deny => "refuses",
        Verdict::Unknown => "may refuse",
    };
    let mut text = "TCP wrappers: ".to_owned();
    for open in &judgement.open {
        let (place, line) = (&open.place, &open.line);
        text.push_str(&format!("{place} ({line}) {} us if {}; ", effect(open.then), open.why));
    }
    let decision = &judgement.decision;
    let by = decision
        .place
        .as_ref()
        .map_or_else(|| "the default".to_owned(), |place| format!("{place} ({})", decision.line));
    text.push_str(&format!(
        "otherwise {by} {} us: {}{asked}",
        effect(decision.verdict),
        decision.why
    ));
    text
}

/// What rules refer to on this host.
struct OfHost<'a>(&'a Host);

impl Lookup for OfHost<'_> {
    fn pattern_file(&self, path: &str) -> Source {
        source(self.0, path)
    }

    fn has_user(&self, name: &str) -> Option<bool> {
        // A database that does not answer looks like one without the user.
        account::named(name).map(|_| true)
    }
}

fn source(host: &Host, path: &str) -> Source {
    let error = match read(Path::new(path)) {
        Ok(text) => return Source::Text(text),
        Err(error) => error,
    };
    match error.kind() {
        io::ErrorKind::NotFound => Source::Absent,
        // libwrap opens a directory and reads nothing.
        io::ErrorKind::IsADirectory => Source::Text(Vec::new()),
        io::ErrorKind::NotADirectory => Source::Unopenable(error.to_string()),
        io::ErrorKind::PermissionDenied if host.is_root => Source::Unopenable(error.to_string()),
        _ => Source::Hidden(error.to_string()),
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file::open(path)?.take(MAX_SIZE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_with_libwrap_are_linked_with_it() {
        let of = |program: PathBuf| Asker { program, name: "sshd".to_owned() }.is_linked();
        let own = std::env::current_exe().unwrap();
        assert!(!of(own).unwrap());
        assert!(of(PathBuf::from("/proc/self/status")).is_err());
        assert!(of(PathBuf::from("/no/such/sshd")).is_err());
    }
}
