//! The catalogue at the terminal.

use sshwhy_core::causes;
use sshwhy_core::report::catalogue;

use crate::cli::args::Causes;
use crate::cli::exit_code::ExitCode;
use crate::cli::failure::fail;
use crate::cli::failure::printed;
use crate::cli::terminal::Terminal;

pub(in crate::cli) fn run(args: &Causes) -> ExitCode {
    let terminal = Terminal::detect();
    let style = terminal.style();
    let lines = match &args.id {
        None => catalogue::index(style),
        Some(id) => match causes::find(id) {
            Some(cause) => catalogue::page(cause, style),
            None => return fail(&unknown(id)),
        },
    };
    printed(terminal.print(&lines), ExitCode::HEALTHY)
}

/// Names the causes that share a word with what was asked for.
fn unknown(id: &str) -> String {
    let words: Vec<&str> = id.split('-').filter(|w| w.len() > 2).collect();
    let near: Vec<&str> = causes::CAUSES
        .iter()
        .map(|c| c.id)
        .filter(|known| words.iter().any(|w| known.contains(w)))
        .take(5)
        .collect();
    let hint = if near.is_empty() {
        "`sshwhy causes` lists all".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    format!("no cause is called `{id}`; {hint}")
}
