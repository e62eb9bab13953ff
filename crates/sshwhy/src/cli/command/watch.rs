//! What is shown while a run is under way, and what is kept of it for `-v`.

use sshwhy_core::report::trace::Trace;

use crate::cli::args::Output;
use crate::cli::terminal::Progress;
use crate::cli::terminal::Terminal;
use crate::engine::run::Event;
use crate::engine::server;

/// Follows a run.
pub(super) struct Watch {
    progress: Progress,
    trace: Option<Trace>,
}

impl Watch {
    pub(super) fn new(terminal: &Terminal, about: &str, output: &Output) -> Self {
        Self { progress: terminal.progress(about), trace: output.verbose.then(Trace::default) }
    }

    /// Takes note of an event.
    pub(super) fn notice(&mut self, event: &Event<'_>) {
        match event {
            Event::Chosen { probe, choices } => {
                self.progress.began(probe.doing);
                if let Some(trace) = &mut self.trace {
                    let offers: Vec<String> = choices
                        .iter()
                        .map(|c| {
                            let (bits, price) = (c.bits, c.offer.cost.weight());
                            format!("{} {bits:.2} bits for {price:.1} s", c.offer.probe)
                        })
                        .collect();
                    trace.lines.push(format!("{}: {}", probe.name, offers.join(" · ")));
                }
            }
            Event::Ended(probe) => self.progress.ended(probe.doing),
            Event::Observed(_) => {}
        }
    }

    /// Takes note of a look at a server.
    pub(super) fn look(&mut self, event: server::Event) {
        match event {
            server::Event::Began(look) => self.progress.began(look.doing),
            server::Event::Ended(look) => self.progress.ended(look.doing),
        }
    }

    /// Ends the progress line; what was kept for `-v`.
    pub(super) fn end(self) -> Option<Trace> {
        drop(self.progress);
        self.trace
    }
}
