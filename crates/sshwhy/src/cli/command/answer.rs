//! From a run to what is printed, and to the exit code.

use std::fs;

use sshwhy_core::reason::diagnose;
use sshwhy_core::reason::next::effects;
use sshwhy_core::report::Report;
use sshwhy_core::report::html;
use sshwhy_core::report::json;
use sshwhy_core::report::markdown;
use sshwhy_core::report::text;
use sshwhy_core::report::trace;

use super::watch::Watch;
use crate::cli::args::Format;
use crate::cli::args::Output;
use crate::cli::exit_code::ExitCode;
use crate::cli::failure::fail;
use crate::cli::failure::printed;
use crate::cli::terminal::Terminal;
use crate::engine::Run;

/// With `-v`, effects are shown on this many leading causes.
const LEADING: usize = 4;

/// Reasons about a run, prints the answer, keeps the recording.
pub(super) fn give(run: &Run, output: &Output, watch: Watch, terminal: &Terminal) -> ExitCode {
    // Takes the progress line away.
    drop(watch);
    if run.cancelled {
        return ExitCode::INTERRUPTED;
    }
    let record = output.record.as_ref();
    if record.is_some_and(|path| path.as_os_str() == "-") {
        let code = Report::new(&run.case, &diagnose(&run.case.observations)).exit_code();
        return printed(terminal.print_text(&run.case.to_json()), ExitCode(code));
    }
    if let Some(path) = record
        && let Err(error) = fs::write(path, run.case.to_json())
    {
        return fail(&format!("failed to write `{}`: {error}", path.display()));
    }
    let diagnosis = diagnose(&run.case.observations);
    let report = Report::new(&run.case, &diagnosis);
    let result = match output.format {
        Format::Json => terminal.print_text(&json::render(&run.case, &diagnosis)),
        Format::Markdown => terminal.print_text(&markdown::render(&report)),
        Format::Html => terminal.print_text(&html::render(&report)),
        Format::Text => {
            let mut lines = text::render(&report, terminal.style());
            if output.verbose {
                let evidence = &run.case.observations;
                lines.extend(trace::effects(
                    evidence,
                    &effects(evidence, LEADING),
                    terminal.style(),
                ));
            }
            terminal.print(&lines)
        }
    };
    printed(result, ExitCode(report.exit_code()))
}
