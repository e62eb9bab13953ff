//! The catalogue in a terminal: `sshwhy causes` and `sshwhy causes ID`.
//!
//! It must never add a fact: what it says stands in the cause.

use super::instruction;
use super::line::Line;
use super::line::Role;
use super::line::Span;
use super::line::Style;
use super::line::columns;
use super::wrap::wrapped;
use crate::causes::CAUSES;
use crate::causes::Cause;
use crate::model::stage::Stage;

/// Where there are fewer columns than this beside the ids, titles go below them.
const ROOM: usize = 36;

/// Every cause, one line each, by the stage where it breaks a connection.
pub fn index(style: Style) -> Vec<Line> {
    let widest = CAUSES.iter().map(|cause| cause.id.len()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for stage in Stage::ALL {
        let mut here: Vec<&Cause> = CAUSES.iter().copied().filter(|c| c.stage == stage).collect();
        here.sort_by_key(|cause| cause.id);
        if here.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::of(Role::Strong, stage.name()));
        for cause in here {
            let mut head = Line::of(Role::Command, format!("  {}", cause.id));
            if style.width() < widest + ROOM {
                lines.push(head);
                head = Line::of(Role::Plain, "     ");
            } else {
                head = head.padded(widest + 4);
            }
            let title = [Span::new(Role::Plain, style.clean(cause.title, 100))];
            lines.extend(wrapped(head, &title, style.width()));
        }
    }
    lines
}

/// The documentation of one cause.
pub fn page(cause: &Cause, style: Style) -> Vec<Line> {
    let mut lines = vec![
        Line::of(Role::Strong, cause.id),
        Line::of(Role::Plain, style.clean(cause.title, 100)),
        Line::of(Role::Dim, format!("stage {}", cause.stage)),
    ];
    lines.extend(markdown(&cause.documentation(), style));
    lines.push(Line::default());
    lines.push(Line::of(Role::Strong, "In one line"));
    let remedy = instruction::spans(cause.remedy, style);
    lines.extend(wrapped(Line::of(Role::Plain, "  "), &remedy, style.width()));
    lines
}

/// Headings, paragraphs, lists and code as the documentation of causes uses them.
fn markdown(text: &str, style: Style) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut fenced = false;
    for line in text.lines().chain([""]) {
        let trimmed = line.trim();
        let code = fenced || (paragraph.is_empty() && line.starts_with("    "));
        let starts = trimmed.is_empty()
            || trimmed.starts_with('#')
            || trimmed.starts_with("```")
            || trimmed.starts_with("- ")
            || trimmed.starts_with('|')
            || code;
        if starts && !paragraph.is_empty() {
            lines.extend(flowed(&paragraph, style));
            paragraph.clear();
        }
        if trimmed.starts_with("```") {
            fenced = !fenced;
        } else if code {
            let text = style.clean(trimmed, 1000);
            lines.push(Line::of(Role::Plain, "    ").with(Role::Command, text));
        } else if let Some(heading) = trimmed.strip_prefix('#') {
            let heading = heading.trim_start_matches('#').trim();
            lines.push(Line::default());
            lines.push(Line::of(Role::Strong, style.clean(heading, 200)));
        } else if trimmed.is_empty() {
            let after_text = lines.last().is_some_and(|l: &Line| l.columns() > 0);
            let heading = lines.last().is_some_and(is_heading);
            if after_text && !heading {
                lines.push(Line::default());
            }
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(trimmed);
        }
    }
    without_doubled_blanks(lines)
}

fn is_heading(line: &Line) -> bool {
    matches!(line.spans.as_slice(), [span] if span.role == Role::Strong)
}

fn without_doubled_blanks(lines: Vec<Line>) -> Vec<Line> {
    let mut kept: Vec<Line> = Vec::new();
    for line in lines {
        if line.columns() > 0 || kept.last().is_none_or(|last| last.columns() > 0) {
            kept.push(line);
        }
    }
    while kept.last().is_some_and(|last| last.columns() == 0) {
        kept.pop();
    }
    kept
}

/// A paragraph or an item of a list, with code in back-ticks kept whole.
fn flowed(paragraph: &str, style: Style) -> Vec<Line> {
    let (head, text) = match paragraph.strip_prefix("- ") {
        Some(item) => (format!("  {} ", style.glyph("•", "*")), item),
        None => ("  ".to_owned(), paragraph),
    };
    let mut spans = Vec::new();
    for (i, part) in text.split('`').enumerate() {
        let short = columns(part) <= style.width() / 2;
        let role = match (i % 2 == 1, short) {
            (true, true) => Role::Command,
            (true, false) | (false, _) => Role::Plain,
        };
        if !part.is_empty() {
            let edge = |keep: bool| if keep { " " } else { "" };
            let (before, after) = (edge(part.starts_with(' ')), edge(part.ends_with(' ')));
            let clean = style.clean(&without_emphasis(part, role), 4000);
            spans.push(Span::new(role, format!("{before}{clean}{after}")));
        }
    }
    wrapped(Line::of(Role::Plain, head), &spans, style.width().min(100))
}

/// Prose without the stars that Markdown puts around stressed words.
fn without_emphasis(part: &str, role: Role) -> String {
    let paired = part.matches('*').count().is_multiple_of(2);
    if role == Role::Plain && paired { part.replace('*', "") } else { part.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::line::plain;

    #[test]
    fn documentation_becomes_readable_text() {
        let check = |text: &str, expected: &str| {
            assert_eq!(plain(&markdown(text, Style::new(40, true))), expected);
        };
        check("", "");
        check(
            "## One\n\nSome `code`, and\nmore.\n\n## Two\n\n- a\n- b\n",
            "\nOne\n  Some code, and more.\n\nTwo\n  • a\n  • b\n",
        );
        check("a\n\n```sh\nssh  -v \\\n```\nb", "  a\n\n    ssh  -v \\\n  b\n");
        check("see *this* and `a*b`", "  see this and a*b\n");
        check("an unclosed `tick", "  an unclosed tick\n");
    }

    #[test]
    fn every_page_and_the_index_fit_their_width() {
        for width in [40, 60, 100] {
            let style = Style::new(width, false);
            for line in index(style) {
                assert!(line.columns() <= width, "{}", line.text());
            }
            for cause in CAUSES {
                let text = plain(&page(cause, style));
                assert!(text.is_ascii(), "{}: {text}", cause.id);
            }
        }
    }
}
