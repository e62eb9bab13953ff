//! A faulty server on loopback, diagnosed.

use super::answer;
use super::watch::Watch;
use crate::cli::args::Demo;
use crate::cli::args::Format;
use crate::cli::exit_code::ExitCode;
use crate::cli::failure::fail;
use crate::cli::failure::printed;
use crate::cli::interrupt;
use crate::cli::terminal::Terminal;
use crate::demo;
use crate::demo::FAULTS;
use crate::sys::cancel::Cancel;

/// Shown when nothing else is asked for: what ssh says of it names none of what it is.
const FIRST: &str = "tcp-wrappers-deny";

pub(in crate::cli) fn run(args: &Demo) -> ExitCode {
    let terminal = Terminal::detect();
    if args.list {
        let list: String =
            FAULTS.iter().map(|f| format!("{:<28} {}\n", f.cause, f.about)).collect();
        return printed(terminal.print_text(&list), ExitCode::HEALTHY);
    }
    let cause = args.cause.as_deref().unwrap_or(FIRST);
    let Some(fault) = demo::find(cause) else {
        return fail(&format!("`{cause}` cannot be shown on loopback; see `sshwhy demo --list`"));
    };
    let cancel = Cancel::new();
    interrupt::watch(&cancel);
    if args.output.format == Format::Text {
        let words = format!("A server on loopback that {}.\n\n", fault.about);
        if let Err(error) = terminal.print_text(&words) {
            return printed(Err(error), ExitCode::FAILED);
        }
    }
    let mut watch = Watch::new(&terminal, "demo", &args.output);
    match demo::diagnose(fault, &cancel, |event| watch.notice(&event)) {
        Ok(run) => answer::give(&run, &args.output, watch, &terminal),
        Err(error) => fail(&format!("failed to open a port on loopback: {error}")),
    }
}
