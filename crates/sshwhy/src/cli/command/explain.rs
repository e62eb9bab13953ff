//! Reading what somebody pasted.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::time::Instant;

use sshwhy_core::evaluate::both_ends;
use sshwhy_core::evaluate::pasted;
use sshwhy_core::evaluate::pasted::About;
use sshwhy_core::evaluate::pasted::Lines;
use sshwhy_core::evaluate::pasted::Source;
use sshwhy_core::evaluate::pasted::Tally;
use sshwhy_core::model::case::Case;
use sshwhy_core::model::case::Packets;
use sshwhy_core::model::case::View;

mod follow;

use super::answer;
use super::watch::Watch;
use crate::cli::args::Explain;
use crate::cli::args::Format;
use crate::cli::exit_code::ExitCode;
use crate::cli::failure;
use crate::cli::terminal::Terminal;
use crate::engine::Run;
use crate::engine::facts::Facts;
use crate::sys::clock;
use crate::sys::file;

pub(in crate::cli) fn run(args: &Explain) -> ExitCode {
    let (terminal, began) = (Terminal::detect(), Instant::now());
    let watch = Watch::new(&terminal, "this", &args.output);
    let about = about(args);
    let stdin = [Path::new("-").to_path_buf()];
    let files = if args.files.is_empty() { &stdin[..] } else { &args.files };
    let mut sources = Vec::new();
    for path in files {
        // What a person knows a file by; the way to it would only be cut off.
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let is_stream = path.as_os_str() == "-";
        // Several documents of JSON would be none.
        let tell = (args.output.format == Format::Text).then_some(&terminal);
        let source =
            if is_stream { follow::source(&about, tell) } else { source(path, &name, &about) };
        match source {
            Ok(source) => sources.push(source),
            Err(error) => return failure::fail(&format!("failed to read `{name}`: {error}")),
        }
    }
    let case = match case(sources, &about) {
        Ok(case) => Case { seconds: began.elapsed().as_secs_f64(), ..case },
        Err(message) => return failure::fail(&message),
    };
    if let Some(path) = &args.pcap {
        let Some(packets) = case.packets.as_ref().and_then(Packets::pcapng) else {
            let needs = "only `sudo sshwhy HOST --record FILE` keeps them";
            return failure::fail(&format!("no recording that was given holds packets: {needs}"));
        };
        if let Err(error) = fs::write(path, packets) {
            return failure::fail(&format!("failed to write `{}`: {error}", path.display()));
        }
    }
    let run = Run { case, facts: Facts::default(), cancelled: false };
    answer::give(&run, &args.output, watch, &terminal)
}

fn about(args: &Explain) -> About {
    About {
        from: args.from,
        now: (clock::now() * 1e6) as i64,
        offset: clock::utc_offset(),
        connection: args.conn,
        since: args.since,
        until: args.until,
    }
}

/// So many bytes are read at once: what the processor keeps near.
const PIECE: usize = 64 << 10;

fn source(path: &Path, name: &str, about: &About) -> io::Result<Source> {
    let mut from = file::unpacked(File::open(path)?)?;
    let mut source = Source::new(name, about);
    let mut piece = vec![0; PIECE];
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get().min(8));
    while !source.is_full() {
        if let Some((lines, tallies)) = source.share(threads) {
            count(from, lines, tallies)?;
            break;
        }
        let read = read(&mut from, &mut piece)?;
        if read == 0 {
            break;
        }
        source.take(piece.get(..read).unwrap_or_default());
    }
    Ok(source)
}

fn read(from: &mut impl Read, piece: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// Counts the rest of a long log: who has counted a piece reads the next one.
fn count(from: impl Read + Send, lines: Lines<'_>, tallies: Vec<Tally<'_>>) -> io::Result<()> {
    let front = Mutex::new((from, lines));
    let work = |mut tally: Tally<'_>| -> io::Result<()> {
        let mut buffer = Vec::new();
        loop {
            let mut turn = front.lock().unwrap_or_else(PoisonError::into_inner);
            let (from, lines) = &mut *turn;
            lines.begin(&mut buffer);
            let begin = buffer.len();
            buffer.resize(begin + PIECE, 0);
            let count = read(from, buffer.get_mut(begin..).unwrap_or_default())?;
            buffer.truncate(begin + count);
            lines.cut(&mut buffer);
            drop(turn);
            if count == 0 {
                return Ok(());
            }
            tally.count(&buffer);
        }
    };
    thread::scope(|scope| {
        let work = &work;
        let started: Vec<_> =
            tallies.into_iter().map(|tally| scope.spawn(move || work(tally))).collect();
        let ended = started.into_iter().map(|one| one.join().unwrap_or(Ok(())));
        ended.collect::<io::Result<Vec<()>>>().map(|_| ())
    })
}

/// Recordings of our own are joined; all else is read as text.
fn case(sources: Vec<Source>, about: &About) -> Result<Case, String> {
    let (mut cases, mut texts) = (Vec::new(), Vec::new());
    for source in sources {
        match source.text().map(str::from_utf8) {
            Some(Ok(text)) if text.starts_with('{') && text.contains("\"sshwhy/case/") => {
                let case =
                    Case::from_json(text).map_err(|e| format!("`{}`: {e}", source.name()))?;
                cases.push(case);
            }
            _ => texts.push(source),
        }
    }
    let read = (!texts.is_empty()).then(|| pasted::read_sources(texts, about));
    // What a client saw takes in what the server found.
    let (servers, clients): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|case| case.view == View::Server);
    let mut all = clients.into_iter().chain(read).chain(servers);
    let Some(mut first) = all.next() else { return Err("nothing was given".to_owned()) };
    for other in all {
        both_ends::add(&mut first, other);
    }
    Ok(first)
}
