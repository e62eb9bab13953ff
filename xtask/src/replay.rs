//! What today's reasoning makes of a recording.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use anyhow::Result;
use sshwhy_core::model::case::Case;
use sshwhy_core::reason::diagnose;
use sshwhy_core::report::Report;
use sshwhy_core::report::Style;
use sshwhy_core::report::line::plain;
use sshwhy_core::report::text;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Recordings
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only what was seen and the leading causes, a line each
    #[arg(long)]
    brief: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    for file in &arguments.files {
        let name = file.display();
        let json = fs::read_to_string(file).with_context(|| format!("failed to read {name}"))?;
        let case = Case::from_json(&json).with_context(|| format!("{name}"))?;
        let diagnosis = diagnose(&case.observations);
        if !arguments.brief {
            println!(
                "{}",
                plain(&text::render(&Report::new(&case, &diagnosis), Style::new(100, true)))
            );
            continue;
        }
        println!(
            "== {name}: {:?}, healthy {:.2}, unlisted {:.2}, {} needs",
            diagnosis.broke,
            diagnosis.healthy,
            diagnosis.unlisted,
            diagnosis.needs.len()
        );
        for o in case.observations.observations() {
            println!(
                "   {:6.2} {} = {} [{}] {}",
                o.at,
                o.answer.question().name(),
                o.answer.name(),
                o.source,
                o.text.chars().take(90).collect::<String>()
            );
        }
        for cause in diagnosis.causes.iter().take(7) {
            println!("   {:.3} {}", cause.probability, cause.id);
        }
    }
    Ok(())
}
