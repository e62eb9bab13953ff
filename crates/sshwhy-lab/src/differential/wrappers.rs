//! hosts.allow and hosts.deny, judged by us and by libwrap itself: the same library that sshd is linked with, in a small C
//! program that is compiled on the spot.

mod generate;
mod oracle;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sshwhy_core::evaluate::wrappers::{
    Client, Daemon, Files, Judgement, Lookup, NameLookup, Source, Verdict, evaluate,
};

pub use generate::Case;
use generate::Random;
use oracle::Answer;
pub use oracle::Oracle;

/// How often both agreed.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Cases in which we said the same, line included.
    pub agree: usize,
    /// Of these, those in which we left the verdict open, and the truth was among what we said could be.
    pub open: usize,
    /// Of those, the ones in which libwrap's verdict was the same whatever the unknown things answered.
    pub needlessly_open: usize,
    /// Cases of each kind of verdict, by libwrap: admitted and refused.
    pub admitted: usize,
    /// As `admitted`.
    pub refused: usize,
    /// Cases that some line decided.
    pub by_a_line: usize,
    /// Cases in which we said something else, the first few in words.
    pub disagree: usize,
    /// The first of them.
    pub examples: Vec<String>,
}

/// Runs cases, made from a seed.
///
/// # Errors
///
/// When libwrap or a C compiler is missing, or the program ends.
pub fn run(seed: u64, cases: usize) -> Result<Counts> {
    let mut oracle = Oracle::start()?;
    let mut random = Random::new(seed);
    let mut counts = Counts::default();
    for _ in 0..cases {
        let case = generate::case(&mut random);
        check(&case, &mut oracle, &mut counts)?;
    }
    Ok(counts)
}

fn check(case: &Case, oracle: &mut Oracle, counts: &mut Counts) -> Result<()> {
    let ours = judge(case);
    let answers = oracle.ask(case, &case.worlds())?;
    let first = answers.first().context("no answer")?;
    counts.admitted += usize::from(first.admitted);
    counts.refused += usize::from(!first.admitted);
    counts.by_a_line += usize::from(first.matched.is_some());
    if let Some(answer) = answers.iter().find(|answer| !agrees(&ours, answer)) {
        counts.disagree += 1;
        if counts.examples.len() < 5 {
            counts.examples.push(format!("{case}\nlibwrap: {answer:?}\nours: {ours:#?}"));
        }
        return Ok(());
    }
    counts.agree += 1;
    if ours.verdict == Verdict::Unknown {
        counts.open += 1;
        let alike = answers.iter().all(|a| a.admitted == first.admitted && a.problem != "twist");
        counts.needlessly_open += usize::from(alike);
    }
    Ok(())
}

/// What we make of a case.
pub fn judge(case: &Case) -> Judgement {
    let files = Files {
        allow_path: "allow",
        allow: &case.allow,
        deny_path: "deny",
        deny: &case.deny,
        lookup: case,
    };
    let client = Client {
        address: case.address,
        interface: Some("lo".to_owned()),
        name: match case.name.as_str() {
            _ if !case.tells_name => NameLookup::NotAsked,
            "unknown" => NameLookup::Unknown,
            "paranoid" => NameLookup::Paranoid,
            name => NameLookup::Known(name.to_owned()),
        },
        user: case.tells_user.then(|| case.user.clone()),
    };
    let daemon = Daemon {
        names: vec![case.daemon.clone()],
        address: Some(case.own_address),
        port: Some(case.port),
    };
    evaluate(&files, &client, &daemon)
}

impl Lookup for Case {
    fn pattern_file(&self, path: &str) -> Source {
        match path {
            "/p0" => self.pattern_files[0].clone(),
            "/p1" => self.pattern_files[1].clone(),
            _ => Source::Absent,
        }
    }

    fn has_user(&self, name: &str) -> Option<bool> {
        Some(name == "nobody")
    }

    fn has_group(&self, name: &str) -> Option<bool> {
        Some(name == "nogroup")
    }
}

/// Whether libwrap's answer is the one that we gave, or one of those that we said could be.
fn agrees(ours: &Judgement, theirs: &Answer) -> bool {
    let truth = match theirs.problem.as_str() {
        "twist" => Verdict::Unknown,
        _ if theirs.admitted => Verdict::Admit,
        _ => Verdict::Deny,
    };
    let of_decision = (
        ours.decision.verdict,
        ours.decision.place.as_ref().map(|p| p.file.as_str()),
        ours.decision.logged,
    );
    let of_open = ours.open.iter().map(|o| (o.then, Some(o.place.file.as_str()), o.logged));
    let mut said = of_open.chain([of_decision]);
    let is_verdict = match ours.verdict {
        Verdict::Unknown => said.clone().any(|(v, _, _)| v == truth || v == Verdict::Unknown),
        sure => sure == truth,
    };
    let (file, line) = match (&theirs.broken, &theirs.matched) {
        // The last file that libwrap gave up decides unless it went on from there.
        (Some((file, line)), None) if file == "deny" => (Some(file.as_str()), *line),
        (_, Some((file, line))) => (Some(file.as_str()), *line),
        _ => (None, 0),
    };
    let is_line = said.any(|(_, ours, number)| ours == file && (number == line || file.is_none()));
    // Open lines that lead to one of several others, or that are too many to report, name no line.
    let many = ours.open.len() >= 16 || ours.open.iter().any(|o| o.then == Verdict::Unknown);
    // Files that cannot be opened are logged without a line.
    let unopenable = ours.decision.why.contains("cannot be opened");
    is_verdict && (is_line || many || unopenable)
}

/// How long we and `tcpdmatch` take to judge one client by a hosts.allow of `lines` rules that do not match: reading the file
/// included, and for `tcpdmatch` its start.
///
/// # Errors
///
/// When tcpdmatch (Debian's package tcpd) is not there, or says something else than we do.
pub fn race(folder: &Path, lines: usize) -> Result<(Duration, Duration)> {
    let mut text = String::new();
    for i in 0..lines {
        let (a, b, c) = (i >> 16 & 255, i >> 8 & 255, i & 255);
        text.push_str(&match i % 4 {
            0 => format!("sshd: 11.{a}.{b}.{c}\n"),
            1 => format!("sshd: 12.{a}.{b}.{c}/255.255.255.255, 13.{a}.{b}.0/24\n"),
            2 => format!("# office {i}\n"),
            _ => format!("in.ftpd, sshd: 14.{a}.{b}. EXCEPT 14.{a}.{b}.{c}\n"),
        });
    }
    std::fs::write(folder.join("hosts.allow"), &text)?;
    std::fs::write(folder.join("hosts.deny"), "sshd: ALL\n")?;
    std::fs::write(
        folder.join("inetd.conf"),
        "sshd stream tcp nowait root /usr/sbin/tcpd /usr/sbin/sshd\n",
    )?;
    let theirs = (0..5).map(|_| time_theirs(folder)).collect::<Result<Vec<_>>>()?;
    let ours = (0..5).map(|_| time_ours(folder)).collect::<Result<Vec<_>>>()?;
    let best = |times: Vec<Duration>| times.into_iter().min().context("no time");
    Ok((best(ours)?, best(theirs)?))
}

fn time_theirs(folder: &Path) -> Result<Duration> {
    let mut command = Command::new("tcpdmatch");
    command.args(["-d", "-i", "inetd.conf", "sshd", "10.77.1.2"]).current_dir(folder);
    let start = Instant::now();
    let ran = command.output().context("tcpdmatch, of Debian's package tcpd")?;
    let time = start.elapsed();
    let said = String::from_utf8_lossy(&ran.stdout);
    ensure!(said.contains("denied"), "tcpdmatch said {said:?}");
    Ok(time)
}

fn time_ours(folder: &Path) -> Result<Duration> {
    struct NoFiles;
    impl Lookup for NoFiles {
        fn pattern_file(&self, _: &str) -> Source {
            Source::Absent
        }
    }
    let start = Instant::now();
    let allow = Source::Text(std::fs::read(folder.join("hosts.allow"))?);
    let deny = Source::Text(std::fs::read(folder.join("hosts.deny"))?);
    let files = Files {
        allow_path: "hosts.allow",
        allow: &allow,
        deny_path: "hosts.deny",
        deny: &deny,
        lookup: &NoFiles,
    };
    let client = Client {
        address: "10.77.1.2".parse()?,
        interface: None,
        name: NameLookup::NotAsked,
        user: None,
    };
    let daemon = Daemon { names: vec!["sshd".to_owned()], address: None, port: Some(22) };
    let judgement = evaluate(&files, &client, &daemon);
    let time = start.elapsed();
    ensure!(judgement.verdict == Verdict::Deny, "we said {judgement:?}");
    Ok(time)
}
