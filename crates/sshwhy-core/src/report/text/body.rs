//! What follows the first lines: evidence, rivals, what was struck out, what was left out.

use super::Page;
use crate::report::line::Line;
use crate::report::line::Role;
use crate::report::line::Span;
use crate::report::line::columns;
use crate::report::number::percent;
use crate::report::summary::Report;
use crate::report::summary::Shown;
use crate::report::summary::Suspect;
use crate::report::summary::Verdict;
use crate::report::wrap::wrapped;

/// So much that speaks against the first cause is shown.
const AGAINST: usize = 2;
/// So many groups of look-alikes are named, and so many of each.
const STRUCK: usize = 3;
const IDS: usize = 4;

/// Sums of long logs are notes, too.
const NOTE: usize = 600;

impl Page {
    /// The evidence for what was named; for a tie, the causes and what would tell each.
    pub(super) fn why(&self, report: &Report) -> Vec<Line> {
        let mut lines = Vec::new();
        if report.verdict == Verdict::Open {
            if report.leading.len() > 1 {
                lines.extend(self.tie(report));
            } else if let Some(cause) = report.leading.first() {
                lines.extend(self.fix(&cause.fix));
            }
        }
        let Some(cause) = report.leading.first() else {
            lines.extend(self.evidence("Seen", report.shown_by.as_slice()));
            return lines;
        };
        let label = if report.leading.len() > 1 { "Seen" } else { "Why" };
        lines.extend(self.evidence(label, &cause.evidence));
        if report.leading.len() == 1 {
            let against = cause.against.get(..AGAINST).unwrap_or(&cause.against);
            lines.extend(self.evidence("But", against));
        }
        lines
    }

    fn tie(&self, report: &Report) -> Vec<Line> {
        let mut lines = Vec::new();
        for (i, cause) in report.leading.iter().enumerate() {
            let label = if i == 0 { "Either" } else { "or" };
            lines.extend(self.suspect(label, cause, Role::Strong));
            let tells = report.sure.iter().flat_map(|test| &test.tells);
            let tell = tells.filter(|(_, causes)| causes.contains(&cause.title)).map(|t| t.0);
            for answer in tell.filter(|answer| *answer != cause.title).take(1) {
                let says = self.clean(answer);
                lines.extend(self.under("if", vec![Span::new(Role::Plain, says)]));
            }
            lines.extend(self.under("fix", self.instruction(&cause.fix.line)));
        }
        if let Some(first) = report.leading.iter().find_map(|cause| cause.fix.first.as_ref()) {
            lines.extend(self.labelled("First", vec![Span::new(Role::Doubt, self.clean(first))]));
        }
        lines.push(Line::default());
        lines
    }

    /// Probability and title of a cause.
    fn suspect(&self, label: &str, cause: &Suspect, role: Role) -> Vec<Line> {
        let percent = format!("{:>4}  ", percent(cause.probability));
        let head = self.label(label).with(Role::Dim, percent);
        wrapped(head, &[Span::new(role, self.clean(cause.title))], self.style.width())
    }

    /// A line that belongs to the cause above it.
    fn under(&self, label: &str, spans: Vec<Span>) -> Vec<Line> {
        let head = self.label("").with(Role::Dim, format!("{label:>4}  "));
        wrapped(head, &spans, self.style.width())
    }

    /// Observations in words, each with what shows it and where it came from.
    fn evidence(&self, label: &str, evidence: &[Shown]) -> Vec<Line> {
        let mut lines = Vec::new();
        for (i, shown) in evidence.iter().enumerate() {
            let head = self.label(if i == 0 { label } else { "" });
            lines.extend(self.shown(head, shown));
        }
        lines
    }

    /// On one line with its source at the right if that fits, else with its source at the end.
    fn shown(&self, head: Line, shown: &Shown) -> Vec<Line> {
        let width = self.style.width();
        let source = self.style.clean(&shown.source, 60);
        let mut spans = vec![Span::new(Role::Plain, self.clean(shown.says))];
        let text = self.clean(&shown.text);
        if !shown.says.contains(&text) {
            spans.push(Span::new(Role::Dim, format!(": {text}")));
        }
        let mut lines = wrapped(head.clone(), &spans, width);
        let column = width.saturating_sub(columns(&source));
        match lines.pop() {
            Some(only) if lines.is_empty() && only.columns() + 2 <= column => {
                vec![only.padded(column).with(Role::Dim, source)]
            }
            _ => {
                spans.push(Span::new(Role::Dim, format!(" ({source})")));
                wrapped(head, &spans, width)
            }
        }
    }

    /// What else it could be.
    pub(super) fn rivals(&self, report: &Report) -> Vec<Line> {
        let mut lines = Vec::new();
        for cause in &report.others {
            let label = if lines.is_empty() { "Or" } else { "" };
            lines.extend(self.suspect(label, cause, Role::Plain));
        }
        if let Some(probability) = report.unlisted {
            let label = if lines.is_empty() { "Or" } else { "" };
            let percent = format!("{:>4}  ", percent(probability));
            let says = Span::new(Role::Plain, "something that the catalogue does not hold");
            let head = self.label(label).with(Role::Dim, percent);
            lines.extend(wrapped(head, &[says], self.style.width()));
        }
        lines
    }

    /// Look-alikes, with what they would have shown.
    pub(super) fn ruled_out(&self, report: &Report) -> Vec<Line> {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for struck in &report.ruled_out {
            match groups.iter_mut().find(|(expected, _)| *expected == struck.expected) {
                Some((_, ids)) => ids.push(struck.id),
                None => groups.push((struck.expected, vec![struck.id])),
            }
        }
        let mut lines = Vec::new();
        for (expected, ids) in groups.into_iter().take(STRUCK) {
            let label = if lines.is_empty() { "Not" } else { "" };
            let ids = ids.get(..IDS).unwrap_or(&ids).join(", ");
            let spans = [
                Span::new(Role::Plain, ids),
                Span::new(Role::Dim, format!(" (would show: {})", self.clean(expected))),
            ];
            lines.extend(wrapped(self.label(label), &spans, self.style.width()));
        }
        lines
    }

    /// The one test that would decide, and what its answers mean.
    pub(super) fn sure(&self, report: &Report) -> Vec<Line> {
        let Some(test) = &report.sure else { return Vec::new() };
        let mut spans = self.instruction(&test.how);
        if let (Verdict::Named, [(answer, _)]) = (report.verdict, test.tells.as_slice()) {
            let arrow = self.style.glyph("→", "->");
            spans.push(Span::new(Role::Dim, format!("   {arrow} {}", self.clean(answer))));
        }
        self.labelled("Sure?", spans)
    }

    pub(super) fn also_found(&self, report: &Report) -> Vec<Line> {
        let mut lines = Vec::new();
        for cause in &report.also_found {
            let title = vec![Span::new(Role::Strong, self.clean(cause.title))];
            lines.extend(self.labelled("Also", title));
            lines.extend(self.labelled("", self.instruction(&cause.fix.line)));
        }
        lines
    }

    /// Who was judged, when nobody was named.
    pub(super) fn notes(&self, report: &Report) -> Vec<Line> {
        let mut lines = Vec::new();
        for (i, note) in report.notes.iter().enumerate() {
            let label = self.label(if i == 0 { "Note" } else { "" });
            let span = Span::new(Role::Dim, self.style.clean(note, NOTE));
            lines.extend(wrapped(label, &[span], self.style.width()));
        }
        lines
    }

    /// Lines worth mending, and what was looked at and is in order.
    pub(super) fn passed(&self, report: &Report) -> Vec<Line> {
        let mut lines = Vec::new();
        for (i, warning) in report.warnings.iter().enumerate() {
            let label = self.label(if i == 0 { "Mend" } else { "" });
            let span = Span::new(Role::Doubt, self.clean(warning));
            lines.extend(wrapped(label, &[span], self.style.width()));
        }
        let dot = self.style.glyph(" · ", " - ");
        let says: Vec<String> = report.passed.iter().map(|s| self.clean(s)).collect();
        if !says.is_empty() {
            let span = Span::new(Role::Dim, says.join(dot));
            lines.extend(wrapped(self.label("Passed"), &[span], self.style.width()));
        }
        lines
    }

    /// What was not looked at, a line each.
    pub(super) fn open(&self, report: &Report) -> Vec<Line> {
        let mut lines = Vec::new();
        for (i, what) in report.not_assessed.iter().enumerate() {
            let label = self.label(if i == 0 { "Open" } else { "" });
            let span = Span::new(Role::Doubt, self.style.clean(what, 2 * super::FOREIGN));
            lines.extend(wrapped(label, &[span], self.style.width()));
        }
        lines
    }

    /// What the diagnosis cost and what it left out.
    pub(super) fn footer(&self, report: &Report) -> Vec<Line> {
        let mut parts = vec![self.effort(report)];
        if !report.not_assessed.is_empty() {
            let left: Vec<String> = report.not_assessed.iter().map(|t| self.clean(t)).collect();
            parts.push(format!("not looked at: {}", left.join("; ")));
        }
        let text = parts.join(self.style.glyph(" · ", " - "));
        wrapped(Line::of(Role::Dim, "  "), &[Span::new(Role::Dim, text)], self.style.width())
    }

    fn label(&self, label: &str) -> Line {
        Line::of(Role::Label, format!("  {label}")).padded(super::LABEL)
    }
}
