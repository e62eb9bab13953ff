//! What single modules of PAM answer for the client.

use std::path::Path;
use std::path::PathBuf;

use sshwhy_core::evaluate::access_conf;
use sshwhy_core::evaluate::access_conf::Access;
use sshwhy_core::evaluate::access_conf::Style;
use sshwhy_core::evaluate::pam::Answered;
use sshwhy_core::evaluate::pam_module::Subject;
use sshwhy_core::evaluate::pam_module::listfile;
use sshwhy_core::evaluate::pam_module::succeed_if;
use sshwhy_core::parse::access_conf::entries;
use sshwhy_core::parse::pam::Module;
use sshwhy_core::parse::place::Place;

use super::super::host::Host;
use super::super::login::Login;
use super::super::pam_files::conf_files;

/// Where modules are; below some of them in a folder for the kind of processor.
const MODULE_FOLDERS: [&str; 4] = ["/lib", "/usr/lib", "/lib64", "/usr/lib64"];

/// Modules that have no objection in the account stack, whatever the client; or whose objection has
/// a question of its own.
const CONTENT: [&str; 6] = [
    "pam_faillock.so",
    "pam_nologin.so",
    "pam_permit.so",
    "pam_rootok.so",
    "pam_tally2.so",
    "pam_unix.so",
];

/// Asks modules for one client.
pub(super) struct Asked<'a> {
    host: &'a Host,
    subject: Subject,
    folders: Vec<PathBuf>,
}

impl<'a> Asked<'a> {
    /// `uses_names`: sshd tells PAM the client's name instead of its address.
    pub(super) fn new(host: &'a Host, login: &Login, uses_names: bool) -> Self {
        let subject = Subject {
            user: login.name.clone(),
            uid: login.uid,
            gid: login.gid,
            groups: login.groups.clone(),
            home: login.home.clone(),
            shell: login.shell.clone(),
            host: (!uses_names).then(|| host.flow.source.to_string()),
        };
        Self { host, subject, folders: module_folders() }
    }

    /// Its answer, and the line of its own files that shows it.
    pub(super) fn ask(&self, module: &Module) -> (Answered, Option<Place>) {
        if self.is_missing(module) {
            let text = format!("{} is not installed", module.path);
            return (Answered::Result("module_unknown", text), None);
        }
        let arguments = &module.arguments;
        let answered = match module.name.as_str() {
            name if CONTENT.contains(&name) => Answered::Result("success", String::new()),
            "pam_deny.so" => Answered::Result("acct_expired", "it refuses always".to_owned()),
            "pam_warn.so" => Answered::Result("ignore", String::new()),
            "pam_access.so" => return self.access(arguments),
            "pam_succeed_if.so" => succeed_if(arguments, &self.subject),
            "pam_listfile.so" => {
                let path = arguments.iter().find_map(|a| a.strip_prefix("file="));
                let list = path.and_then(|path| self.host.read(path).ok());
                listfile(arguments, list.as_deref(), &self.subject)
            }
            "pam_localuser.so" => self.in_file("/etc/passwd", "perm_denied", |line| {
                line.split(':').next() == Some(self.subject.user.as_str())
            }),
            "pam_shells.so" => {
                self.in_file("/etc/shells", "auth_err", |line| line == self.subject.shell)
            }
            _ => Answered::Unknown("what it makes of the client cannot be told here".to_owned()),
        };
        (answered, None)
    }

    fn in_file(&self, path: &str, otherwise: &'static str, is: impl Fn(&str) -> bool) -> Answered {
        let Ok(text) = self.host.read(path) else {
            return Answered::Unknown(format!("{path} could not be read"));
        };
        match text.lines().any(is) {
            true => Answered::Result("success", String::new()),
            false => Answered::Result(otherwise, format!("{path} does not list it")),
        }
    }

    /// pam_access(8).
    fn access(&self, arguments: &[String]) -> (Answered, Option<Place>) {
        let value = |name| arguments.iter().find_map(|a: &String| a.strip_prefix(name));
        let own = value("accessfile=");
        let mut paths = vec![own.unwrap_or("/etc/security/access.conf").to_owned()];
        if own.is_none() {
            paths.extend(conf_files(Path::new("/etc/security/access.d")));
        }
        let separators = value("fieldsep=").unwrap_or(":");
        let mut tables = Vec::new();
        for path in paths {
            match self.host.read(&path) {
                Ok(text) => tables.push((path, entries(&text, separators))),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return (Answered::Unknown(format!("{path}: {error}")), None),
            }
        }
        let only_marked_groups = arguments.iter().any(|a| a == "nodefgroup");
        let mut style = Style { only_marked_groups, ..Style::default() };
        if let Some(separators) = value("listsep=") {
            separators.clone_into(&mut style.list_separators);
        }
        let client = access_conf::Client {
            user: self.subject.user.clone(),
            groups: self.subject.groups.clone(),
            address: self.host.flow.source,
            host: self.subject.host.clone(),
        };
        match access_conf::judge(&tables, &client, &style) {
            Access::NoLine => (Answered::Result("success", "no line".to_owned()), None),
            Access::Granted(place, text) => (Answered::Result("success", text), Some(place)),
            Access::Refused(place, text) => (Answered::Result("perm_denied", text), Some(place)),
            Access::Unknown(place, text) => {
                (Answered::Unknown(format!("{place}: {text}: not known whether it fits")), None)
            }
        }
    }

    /// Whether the module's file is certainly not there.
    fn is_missing(&self, module: &Module) -> bool {
        if module.path.starts_with('/') {
            return !Path::new(&module.path).exists();
        }
        !self.folders.is_empty() && !self.folders.iter().any(|f| f.join(&module.path).exists())
    }
}

/// The folders on this host that hold modules of PAM.
fn module_folders() -> Vec<PathBuf> {
    let below = |folder: &&str| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let kinds = MODULE_FOLDERS.iter().flat_map(below);
    let all = MODULE_FOLDERS.iter().map(PathBuf::from).chain(kinds);
    all.map(|f| f.join("security")).filter(|f| f.join("pam_permit.so").exists()).collect()
}
