//! What was typed. Flags only record values; what they mean is decided by the commands.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args as ClapArgs;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use sshwhy_core::parse::log_line::Clock;
use sshwhy_core::parse::log_line::MICROS;
use sshwhy_core::parse::log_line::Stamp;

use crate::sys::clock;

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing is wrong
  1  a cause was found
  2  sshwhy was used wrongly or failed itself
  3  something is wrong, and the evidence does not single out one cause

Read-only: sshwhy never tries a password and changes nothing. It opens at most fourteen connections
to the target, logs in with your own ssh and its keys, and runs `echo sshwhy` there.";

/// Why can I not connect? Names the one cause of a failing SSH connection and proves it.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, args_conflicts_with_subcommands = true)]
#[command(subcommand_negates_reqs = true, arg_required_else_help = true)]
pub struct Args {
    /// What to do instead of diagnosing a host.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The host, as you would give it to ssh: [user@]host[:port], ssh://…, or an alias
    #[arg(value_name = "[USER@]HOST[:PORT]", required = true)]
    pub target: Option<String>,

    /// How the target is reached and looked at.
    #[command(flatten)]
    pub reach: Reach,

    /// How the answer is shown.
    #[command(flatten)]
    pub output: Output,
}

/// Commands beside the main job.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// On the server: would this client get in, and if not, which line stops it?
    Server(Server),
    /// Read what somebody pasted: what ssh or another client said, logs, rules, the output of tools
    Explain(Explain),
    /// The catalogue: every cause, how it shows, how it is told apart, how it is mended
    Causes(Causes),
    /// A faulty SSH server on loopback, diagnosed; needs no root and no sshd
    Demo(Demo),
}

/// How the target is reached and looked at.
#[derive(ClapArgs, Debug)]
pub struct Reach {
    /// Leave out the login: stop at the host key
    #[arg(long)]
    pub no_auth: bool,
    /// Also ask for the sftp subsystem, as scp and sftp do
    #[arg(long)]
    pub sftp: bool,
    /// Also leave sessions alone for this long and see whether they survive (90s, 10m); if not, measure the limit, which takes as
    /// long again
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub idle: Option<Duration>,
    /// Open at most this many connections to the target
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=50))]
    pub connections: u32,
    /// The ssh program to ask
    #[arg(long, value_name = "PATH")]
    pub ssh: Option<PathBuf>,
    /// Configuration file for ssh, as its own -F
    #[arg(short = 'F', value_name = "FILE")]
    pub config: Option<String>,
    /// Option for ssh, as its own -o; may be repeated
    #[arg(short = 'o', value_name = "KEY=VALUE")]
    pub options: Vec<String>,
    /// Port, as ssh's own -p
    #[arg(short = 'p', value_name = "PORT")]
    pub port: Option<u16>,
    /// Key file, as ssh's own -i; may be repeated
    #[arg(short = 'i', value_name = "FILE")]
    pub identities: Vec<String>,
    /// Jump hosts, as ssh's own -J
    #[arg(short = 'J', value_name = "HOSTS")]
    pub jump: Option<String>,
    /// Login name, as ssh's own -l
    #[arg(short = 'l', value_name = "USER")]
    pub login: Option<String>,
    /// Join what `sshwhy server --save FILE` recorded on the server; may be repeated
    #[arg(long, value_name = "FILE")]
    pub with: Vec<PathBuf>,
    /// Ask sshwhy on the server too: a command that runs its words there, such as 'ssh admin@10.0.0.5
    /// sudo', 'docker exec web', 'kubectl exec pod --'
    #[arg(long, value_name = "COMMAND")]
    pub server: Option<String>,
    /// Write our own packets to a file for Wireshark, with remarks; needs the right to see them
    /// (root, or CAP_NET_RAW)
    #[arg(long, value_name = "FILE")]
    pub pcap: Option<PathBuf>,
    /// Use IPv4 only
    #[arg(short = '4', conflicts_with = "inet6")]
    pub inet: bool,
    /// Use IPv6 only
    #[arg(short = '6')]
    pub inet6: bool,
}

/// How the answer is shown.
#[derive(ClapArgs, Debug)]
pub struct Output {
    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Explain every step: why this probe, and what each answer did to the leading causes
    #[arg(short, long)]
    pub verbose: bool,
    /// Write the recording of this run to a file, to replay, to join or to send; `-`: instead of
    /// the report
    #[arg(long, value_name = "FILE", visible_alias = "save")]
    pub record: Option<PathBuf>,
}

/// Formats of the report.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// For a person at a terminal
    Text,
    /// For programs: schema sshwhy/report/1
    Json,
    /// For tickets and chats
    Markdown,
    /// For a browser, one file
    Html,
}

/// Arguments of `sshwhy server`.
#[derive(ClapArgs, Debug)]
pub struct Server {
    /// The client; by default the one that failed most recently
    #[arg(long, value_name = "IP[:PORT]", value_parser = client)]
    pub from: Option<Client>,
    /// The name that it logs in with
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// The port that it connects to
    #[arg(long, value_name = "PORT", default_value_t = 22)]
    pub port: u16,
    /// First tell what the kernel and sshd do while a client tries, for so long (`90`, `90s`, `5m`)
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = "60s", value_parser = duration)]
    pub watch: Option<Duration>,
    /// Only tell that, each event a line of JSON, as long as somebody reads it
    #[arg(long)]
    pub events: bool,
    /// The address of this host that it connects to, when there are several
    #[arg(long, value_name = "IP")]
    pub to: Option<IpAddr>,
    /// How the answer is shown.
    #[command(flatten)]
    pub output: Output,
}

/// A client's address, and its port when that is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Client {
    /// The address.
    pub address: IpAddr,
    /// The port.
    pub port: Option<u16>,
}

/// Arguments of `sshwhy explain`.
#[derive(ClapArgs, Debug)]
pub struct Explain {
    /// Texts of any kind, several at once; `-` or none: standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The client that is asked about, where a log or a capture has many
    #[arg(long, value_name = "IP")]
    pub from: Option<IpAddr>,
    /// Which connection of a capture, from 1; by default the first that failed
    #[arg(long, value_name = "N")]
    pub conn: Option<usize>,
    /// Only what is of this time or later: 15m, 2h, 3d (ago), 10:00, 2026-11-26 10:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub since: Option<i64>,
    /// Only what is of before
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub until: Option<i64>,
    /// Write the packets that a recording holds to a file for Wireshark (pcapng)
    #[arg(long, value_name = "FILE")]
    pub pcap: Option<PathBuf>,
    /// How the answer is shown.
    #[command(flatten)]
    pub output: Output,
}

/// Arguments of `sshwhy causes`.
#[derive(ClapArgs, Debug)]
pub struct Causes {
    /// The cause to explain; without it, all are listed
    pub id: Option<String>,
}

/// Arguments of `sshwhy demo`.
#[derive(ClapArgs, Debug)]
pub struct Demo {
    /// The cause to show; without it, one that is hard to guess from ssh's own words
    pub cause: Option<String>,
    /// List the causes that can be shown
    #[arg(long)]
    pub list: bool,
    /// How the answer is shown.
    #[command(flatten)]
    pub output: Output,
}

/// `192.0.2.7`, `192.0.2.7:50022`, `2001:db8::7`, `[2001:db8::7]:50022`.
fn client(text: &str) -> Result<Client, String> {
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    if let Ok(address) = bare.parse() {
        return Ok(Client { address, port: None });
    }
    let both: SocketAddr = text
        .parse()
        .map_err(|_| "expected an address such as 192.0.2.7, or [2001:db8::7]:50022")?;
    Ok(Client { address: both.ip(), port: Some(both.port()) })
}

/// `90`, `90s`, `10m`, `2h`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| "expected a duration such as 90s or 10m")?;
    let unit = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        unit => return Err(format!("`{unit}` is no unit of time; use s, m or h")),
    };
    match number.checked_mul(unit) {
        Some(seconds @ 1..=86_400) => Ok(Duration::from_secs(seconds)),
        _ => Err("a duration must be between one second and one day".to_owned()),
    }
}

/// A moment in microseconds since 1970, by this host's clock and zone.
fn moment(text: &str) -> Result<i64, String> {
    let now = (clock::now() * 1e6) as i64;
    let clock = Clock { now, offset: clock::utc_offset(), booted: None };
    let ago = || {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => return None,
        };
        let micros = number.parse::<u32>().ok().map(|number| i64::from(number) * seconds * MICROS);
        now.checked_sub(micros?)
    };
    let at = ago().or_else(|| Stamp::of(text, &clock)?.unix(&clock));
    at.ok_or_else(|| "expected a time such as 15m, 2h, 10:00 or `2026-11-26 10:00`".to_owned())
}

impl Reach {
    /// The options that every call of ssh gets.
    pub fn ssh_options(&self) -> Vec<String> {
        let mut options = Vec::new();
        let mut add = |flag: &str, value: &str| options.extend([flag.to_owned(), value.to_owned()]);
        if let Some(file) = &self.config {
            add("-F", file);
        }
        for option in &self.options {
            add("-o", option);
        }
        for identity in &self.identities {
            add("-i", identity);
        }
        if let Some(port) = self.port {
            add("-p", &port.to_string());
        }
        if let Some(user) = &self.login {
            add("-l", user);
        }
        if let Some(jump) = &self.jump {
            add("-J", jump);
        }
        if self.inet {
            options.push("-4".to_owned());
        }
        if self.inet6 {
            options.push("-6".to_owned());
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn clients() {
        let check = |text: &str, expected: Option<(&str, Option<u16>)>| {
            let expected = expected.map(|(ip, port)| Client { address: ip.parse().unwrap(), port });
            assert_eq!(client(text).ok(), expected, "{text}");
        };
        check("192.0.2.7", Some(("192.0.2.7", None)));
        check("192.0.2.7:50022", Some(("192.0.2.7", Some(50022))));
        check("2001:db8::7", Some(("2001:db8::7", None)));
        check("[2001:db8::7]", Some(("2001:db8::7", None)));
        check("[2001:db8::7]:50022", Some(("2001:db8::7", Some(50022))));
        check("host", None);
        check("192.0.2.7:99999", None);
        check("", None);
    }

    #[test]
    fn durations() {
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(duration(text).ok(), expected.map(Duration::from_secs), "{text}");
        };
        check("90", Some(90));
        check("10m", Some(600));
        check("1h", Some(3600));
        check("0", None);
        check("99999999999999999999h", None);
        check("5d", None);
        check("", None);
        check("é", None);
    }
}
