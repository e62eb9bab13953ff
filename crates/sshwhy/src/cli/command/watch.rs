//! What is shown while a run is under way: the progress line, and with `-v` every decision.

use sshwhy_core::report::Style;
use sshwhy_core::report::trace;

use crate::cli::args::Output;
use crate::cli::terminal::Progress;
use crate::cli::terminal::Terminal;
use crate::engine::run::Event;
use crate::engine::server;

/// Follows a run; the progress line is gone when it is dropped.
pub(super) struct Watch {
    progress: Progress,
    style: Style,
    verbose: bool,
}

impl Watch {
    pub(super) fn new(terminal: &Terminal, about: &str, output: &Output) -> Self {
        let progress = terminal.progress(about);
        Self { progress, style: terminal.style(), verbose: output.verbose }
    }

    /// Takes note of an event.
    pub(super) fn notice(&mut self, event: &Event<'_>) {
        match event {
            Event::Chosen { probe, choices } => {
                // At once, so that who waits, or stops the run, sees what it does.
                if self.verbose {
                    self.progress.tell(&trace::decision(probe.name, choices, self.style));
                }
                self.progress.began(probe.doing);
            }
            Event::Ended(probe) => self.progress.ended(probe.doing),
            Event::Observed(_) | Event::Reached(_) => {}
        }
    }

    /// Takes note of a look at a server.
    pub(super) fn look(&mut self, event: server::Event) {
        match event {
            server::Event::Began(look) => self.progress.began(look.doing),
            server::Event::Ended(look) => self.progress.ended(look.doing),
        }
    }
}
