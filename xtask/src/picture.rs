//! `cargo xtask picture`: the first screen as the README shows it, drawn from a recorded case.
//!
//! It must never show what sshwhy would not print: the lines are those of the text report.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use sshwhy_core::model::case::Case;
use sshwhy_core::reason::diagnose;
use sshwhy_core::report::Line;
use sshwhy_core::report::Report;
use sshwhy_core::report::Role;
use sshwhy_core::report::Style;
use sshwhy_core::report::text;

use crate::root;

/// The size of a character cell: what a monospaced font of 13 px takes.
const CELL: (f64, f64) = (7.83, 17.0);
/// The space around the text.
const MARGIN: (f64, f64) = (22.0, 48.0);

/// `cargo xtask picture [CASE]`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The case to draw.
    #[arg(default_value = "cases/hand/tcp-wrappers-deny/case.json")]
    case: PathBuf,
    /// Where the picture goes.
    #[arg(long, default_value = "docs/report.svg")]
    out: PathBuf,
    /// The width of the terminal, in columns.
    #[arg(long, default_value_t = 100)]
    width: usize,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let path = root().join(&arguments.case);
    let json = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let case = Case::from_json(&json).with_context(|| format!("read {}", path.display()))?;
    let style = Style::new(arguments.width, true);
    let lines = text::render(&Report::new(&case, &diagnose(&case.observations)), style);
    let command = format!("sshwhy {}", case.target.given);
    let out = root().join(&arguments.out);
    fs::write(&out, svg(&command, &lines, style.width()))
        .with_context(|| format!("write {}", out.display()))?;
    println!("wrote {}", arguments.out.display());
    Ok(())
}

/// The lines in a window of their own colours, so that it looks the same on any page.
fn svg(command: &str, lines: &[Line], columns: usize) -> String {
    let width = columns as f64 * CELL.0 + 2.0 * MARGIN.0;
    let rows = lines.len() as f64 + 2.0;
    let height = rows * CELL.1 + MARGIN.1 + MARGIN.0 - 8.0;
    let title = lines.first().map(Line::text).unwrap_or_default();
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" role="img" aria-labelledby="title">
<title id="title">{}</title>
<style>
text {{ font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: #d5dbe3 }}
.strong {{ fill: #ffffff; font-weight: 700 }}
.good {{ fill: #56d364; font-weight: 700 }}
.bad {{ fill: #ff7b72; font-weight: 700 }}
.doubt {{ fill: #e3b341; font-weight: 700 }}
.dim {{ fill: #8b949e }}
.label {{ fill: #79c0ff; font-weight: 700 }}
.command {{ fill: #7ee2d8 }}
</style>
<rect x="0.5" y="0.5" width="{:.0}" height="{:.0}" rx="9" fill="#10151d" stroke="#39424e"/>
<circle cx="22" cy="20" r="5.5" fill="#ff5f57"/><circle cx="41" cy="20" r="5.5" fill="#febc2e"/><circle cx="60" cy="20" r="5.5" fill="#28c840"/>
"##,
        escaped(&title),
        width - 1.0,
        height - 1.0,
    );
    draw(&mut svg, 0, 0, "dim", "$");
    draw(&mut svg, 0, 2, "strong", command);
    for (row, line) in lines.iter().enumerate() {
        let mut column = 0;
        for span in &line.spans {
            draw(&mut svg, row + 2, column, class(span.role), &span.text);
            column += cells(&span.text);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// One piece of text at its place. Its length is set, so that a font in which an arrow is wider
/// than a letter does not move what follows.
fn draw(svg: &mut String, row: usize, column: usize, class: &str, text: &str) {
    let words = text.trim();
    if words.is_empty() {
        return;
    }
    let indent = cells(text) - cells(text.trim_start());
    let x = MARGIN.0 + (column + indent) as f64 * CELL.0;
    let y = MARGIN.1 + (row as f64 + 0.5) * CELL.1;
    let length = cells(words) as f64 * CELL.0;
    let class = if class.is_empty() { String::new() } else { format!(r#" class="{class}""#) };
    let words = escaped(words);
    let _ = writeln!(
        svg,
        r#"<text x="{x:.1}" y="{y:.1}" textLength="{length:.1}" lengthAdjust="spacingAndGlyphs"{class}>{words}</text>"#
    );
}

fn cells(text: &str) -> usize {
    text.chars().count()
}

fn class(role: Role) -> &'static str {
    match role {
        Role::Plain => "",
        Role::Strong => "strong",
        Role::Good => "good",
        Role::Bad => "bad",
        Role::Doubt => "doubt",
        Role::Dim => "dim",
        Role::Label => "label",
        Role::Command => "command",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_case_stays_text() {
        let picture = svg("sshwhy '<x>&'", &[], 80);
        assert!(picture.contains("sshwhy '&lt;x&gt;&amp;'"), "{picture}");
        assert!(!picture.contains("<x>"), "{picture}");
    }
}
