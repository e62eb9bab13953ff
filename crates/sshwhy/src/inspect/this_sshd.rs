//! The sshd that the client meets: the one that listens, or else the one that is installed. No look
//! of its own: what several looks need to know of it.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use sshwhy_core::evaluate::sshd::Config;
use sshwhy_core::evaluate::sshd::Connection;
use sshwhy_core::evaluate::sshd::Effective;
use sshwhy_core::evaluate::sshd::Files;
use sshwhy_core::evaluate::sshd::Start;
use sshwhy_core::parse::glob;
use sshwhy_core::parse::openssh_version::Version;
use sshwhy_core::parse::place::Place;
use sshwhy_core::parse::program_text::ProgramText;
use sshwhy_core::parse::sshd_arguments::parse_sshd_arguments;

use super::host::Host;
use super::login::Login;
use crate::sys::file;

/// No sshd is larger, in bytes.
const MAX_PROGRAM: u64 = 16 << 20;

/// Where sshd is when nobody runs it.
const INSTALLED: [&str; 2] = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"];

/// The main file of the configuration.
const MAIN: &str = "/etc/ssh/sshd_config";

/// What is looked for in programs.
const BEGINNINGS: [&str; 3] = ["OpenSSH_", "/", "libwrap.so"];

/// The sshd that the client meets.
#[derive(Debug)]
pub(super) struct ThisSshd {
    /// The process that listens; `None` when none does.
    pub(super) listener: Option<u32>,
    /// Its program.
    pub(super) program: PathBuf,
    /// What was compiled into it; of a program that was replaced while it ran, the old one.
    pub(super) texts: ProgramText,
    /// Its release.
    pub(super) version: Option<Version>,
    /// The arguments that it was started with.
    pub(super) arguments: Vec<String>,
    /// Its configuration; `None` when we may not read it.
    pub(super) config: Option<Config>,
}

impl ThisSshd {
    /// Finds it, once for all looks; `None` when there is none on this host.
    pub(super) fn find(host: &Host) -> Option<&Self> {
        host.sshd.get_or_init(|| Self::look_for(host)).as_ref()
    }

    fn look_for(host: &Host) -> Option<Self> {
        let mut all = listeners().into_iter();
        let meets = |listener: &Listener| ports(&listener.load(host)).contains(&host.flow.port);
        let first = all.next();
        let found = match &first {
            Some(listener) if !meets(listener) => all.find(meets).or(first),
            _ => first,
        };
        let installed = || INSTALLED.iter().map(PathBuf::from).find(|path| path.exists());
        let listener = match found {
            Some(listener) => listener,
            None => Listener { pid: None, program: installed()?, arguments: Vec::new() },
        };
        let config = listener.load(host);
        let texts = listener.texts();
        Some(Self {
            version: texts.release().and_then(Version::find),
            texts,
            listener: listener.pid,
            program: listener.program,
            arguments: listener.arguments,
            config,
        })
    }

    /// What of its configuration holds for this client; `None` when we may not read it.
    pub(super) fn effective(&self, host: &Host, login: Option<&Login>) -> Option<Effective> {
        let config = self.config.as_ref()?;
        Some(config.effective(&self.connection(host, login)))
    }

    /// The connection of this client, as `Match` asks for it.
    pub(super) fn connection(&self, host: &Host, login: Option<&Login>) -> Connection {
        let source = Some(host.flow.source).filter(|source| !source.is_unspecified());
        let mut connection = Connection {
            user: host.user.clone(),
            groups: login.map(|login| login.groups.clone()).unwrap_or_default(),
            invalid_user: host.user.is_some() && login.is_none(),
            address: source,
            local_address: source.map(|_| host.flow.destination),
            local_port: Some(host.flow.port),
            version: self.version.unwrap_or_default(),
            ..Connection::default()
        };
        let values = self.config.as_ref().map(|config| config.effective(&connection));
        let uses_names = values.is_some_and(|values| values.value_or_default("usedns") == "yes");
        connection.host = source.filter(|_| !uses_names).map(|source| source.to_string());
        connection
    }
}

/// What compiled texts a program holds; `None` when we may not read it.
pub(super) fn texts_of(path: &Path) -> Option<ProgramText> {
    let mut program = Vec::new();
    file::open(path).ok()?.take(MAX_PROGRAM).read_to_end(&mut program).ok()?;
    Some(ProgramText::find(&program, &BEGINNINGS))
}

/// Where a value comes from: its line, or the program's default.
pub(super) fn source_of(place: Option<&Place>) -> String {
    place.map_or_else(|| "sshd's default".to_owned(), Place::to_string)
}

/// An sshd that was started, with its arguments.
#[derive(Debug)]
struct Listener {
    pid: Option<u32>,
    program: PathBuf,
    arguments: Vec<String>,
}

impl Listener {
    /// The process may hold a program that has been replaced; that is the one that counts.
    fn texts(&self) -> ProgramText {
        let running = self.pid.map(|pid| PathBuf::from(format!("/proc/{pid}/exe")));
        let paths = running.into_iter().chain([self.program.clone()]);
        paths.filter_map(|path| texts_of(&path)).next().unwrap_or_default()
    }

    fn load(&self, host: &Host) -> Option<Config> {
        let given = parse_sshd_arguments(&self.arguments);
        let main = given.config.unwrap_or_else(|| MAIN.to_owned());
        host.read(&main).ok()?;
        let start = Start {
            version: self.texts().release().and_then(Version::find).unwrap_or_default(),
            options: given.options,
            ports: given.ports,
            directory: "/".to_owned(),
            defaults: self.defaults(host),
        };
        Some(Config::load_for(&main, &OfHost(host), start))
    }

    /// What the program says that holds when nothing is set; only root may ask it, and it needs its host keys for that.
    fn defaults(&self, host: &Host) -> Option<String> {
        if !host.is_root {
            return None;
        }
        let running = self.pid.map(|pid| format!("/proc/{pid}/exe"));
        let program = running.or_else(|| self.program.to_str().map(str::to_owned))?;
        let ran = host.run(&program, &["-T", "-f", "/dev/null"]).ok()?;
        let answers = ran.status.is_some_and(|status| status.success());
        answers.then(|| String::from_utf8_lossy(&ran.stdout).into_owned())
    }
}

/// The ports that it listens on.
fn ports(config: &Option<Config>) -> Vec<u16> {
    let Some(config) = config else { return Vec::new() };
    let effective = config.effective(&Connection::default());
    let port = |text: &str| {
        let text = text.split_once(" rdomain ").map_or(text, |(socket, _)| socket);
        text.rsplit_once(':')?.1.parse().ok()
    };
    effective.all("listenaddress").iter().filter_map(|value| port(&value.text)).collect()
}

/// The processes of sshd that listen: they say so in their title, `sshd: PROGRAM ARGUMENTS
/// [listener] …`, and before 8.2 they have the command line that they were started with.
fn listeners() -> Vec<Listener> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok());
    let mut found: Vec<Listener> = pids.filter_map(listener).collect();
    found.sort_by_key(|listener| listener.pid);
    found
}

fn listener(pid: u32) -> Option<Listener> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let line = String::from_utf8_lossy(&line).replace('\0', " ");
    let title = line.trim_start().strip_prefix("sshd: ");
    let words = match title {
        Some(title) => title.split_once(" [listener]")?.0,
        None => line.as_str(),
    };
    let mut words = words.split_whitespace().map(str::to_owned);
    let program = PathBuf::from(words.next()?);
    let is_sshd = program.is_absolute() && program.file_name()? == "sshd";
    is_sshd.then(|| Listener { pid: Some(pid), program, arguments: words.collect() })
}

/// The host's files, as the evaluation of sshd's configuration wants them.
struct OfHost<'a>(&'a Host);

impl Files for OfHost<'_> {
    fn expand(&self, pattern: &str) -> Vec<String> {
        let mut found = vec![String::new()];
        for part in pattern.split('/').filter(|part| !part.is_empty()) {
            let of_folder = |folder: &String| matching(folder, part);
            found = found.iter().flat_map(of_folder).collect();
        }
        found.sort_unstable();
        found
    }

    fn read(&self, path: &str) -> Result<String, String> {
        self.0.read(path).map_err(|error| error.to_string())
    }
}

fn matching(folder: &str, part: &str) -> Vec<String> {
    if !glob::is_pattern(part) {
        let path = format!("{folder}/{part}");
        return if Path::new(&path).exists() { vec![path] } else { Vec::new() };
    }
    let Ok(entries) = fs::read_dir(format!("{folder}/")) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| glob::fits(part, name)).map(|name| format!("{folder}/{name}")).collect()
}
