//! Reading what somebody pasted.

use std::io;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

use sshwhy_core::evaluate::both_ends;
use sshwhy_core::evaluate::pasted;
use sshwhy_core::evaluate::pasted::About;
use sshwhy_core::evaluate::pasted::Paste;
use sshwhy_core::model::case::Case;
use sshwhy_core::model::case::View;

use super::answer;
use super::watch::Watch;
use crate::cli::args::Explain;
use crate::cli::exit_code::ExitCode;
use crate::cli::failure;
use crate::cli::terminal::Terminal;
use crate::engine::Run;
use crate::engine::facts::Facts;
use crate::sys::clock;
use crate::sys::file;

pub(in crate::cli) fn run(args: &Explain) -> ExitCode {
    let (terminal, began) = (Terminal::detect(), Instant::now());
    let mut texts = Vec::new();
    let stdin = [Path::new("-").to_path_buf()];
    let files = if args.files.is_empty() { &stdin[..] } else { &args.files };
    for path in files {
        // What a person knows a file by; the way to it would only be cut off.
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        match bytes(path) {
            Ok(bytes) => texts.push((name, bytes)),
            Err(error) => return failure::fail(&format!("failed to read `{name}`: {error}")),
        }
    }
    let watch = Watch::new(&terminal, "this", &args.output);
    let case = match case(&texts, args) {
        Ok(case) => Case { seconds: began.elapsed().as_secs_f64(), ..case },
        Err(message) => return failure::fail(&message),
    };
    let run = Run { case, facts: Facts::default(), cancelled: false };
    answer::give(&run, &args.output, watch, &terminal)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if path.as_os_str() != "-" {
        return file::read_handed(path);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().take(file::MAX_HANDED).read_to_end(&mut bytes)?;
    file::unpacked(bytes)
}

/// Recordings of our own are joined; all else is read as text.
fn case(texts: &[(String, Vec<u8>)], args: &Explain) -> Result<Case, String> {
    let (mut cases, mut pastes) = (Vec::new(), Vec::new());
    for (name, bytes) in texts {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.starts_with('{') && text.contains("\"sshwhy/case/") => {
                let case = Case::from_json(text).map_err(|e| format!("`{name}`: {e}"))?;
                cases.push(case);
            }
            _ => pastes.push(Paste { name, bytes }),
        }
    }
    let about = About { from: args.from, now: (clock::now() * 1e6) as i64, connection: args.conn };
    let read = (!pastes.is_empty()).then(|| pasted::read(&pastes, &about));
    // What a client saw takes in what the server found.
    let (servers, clients): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|case| case.view == View::Server);
    let mut all = clients.into_iter().chain(read).chain(servers);
    let Some(mut first) = all.next() else { return Err("nothing was given".to_owned()) };
    let full = texts.iter().filter(|(_, bytes)| bytes.len() as u64 >= file::MAX_HANDED);
    let size = file::MAX_HANDED >> 20;
    let cut = full.map(|(name, _)| format!("`{name}`: what comes after its first {size} MiB"));
    first.not_assessed.extend(cut);
    for other in all {
        both_ends::add(&mut first, other);
    }
    Ok(first)
}
