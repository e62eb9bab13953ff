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
        let Some(cause) = report.leading.first() else { return lines };
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
            for answer in tell.take(1) {
                let says = self.clean(answer);
                lines.extend(self.under("if", vec![Span::new(Role::Plain, says)]));
            }
            lines.extend(self.under("fix", self.instruction(&cause.fix.line)));
        }
        lines.push(Line::default());
        lines
    }

    /// Probability and title of a cause.
    fn suspect(&self, label: &str, cause: &Suspect, role: Role) -> Vec<Line> {
        let percent = format!("{:>6}  ", percent(cause.probability));
        let head = self.label(label).with(Role::Dim, percent);
        wrapped(head, &[Span::new(role, self.clean(cause.title))], self.style.width())
    }

    /// A line that belongs to the cause above it.
    fn under(&self, label: &str, spans: Vec<Span>) -> Vec<Line> {
        let head = self.label("").with(Role::Dim, format!("{label:>6}  "));
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

    fn shown(&self, head: Line, shown: &Shown) -> Vec<Line> {
        let source = self.style.clean(&shown.source, 60);
        let mut spans = vec![Span::new(Role::Plain, self.clean(shown.says))];
        let text = self.clean(&shown.text);
        if !text.is_empty() && text != shown.says {
            spans.push(Span::new(Role::Dim, format!(": {text}")));
        }
        let mut lines = wrapped(head, &spans, self.style.width());
        let column = self.style.width().saturating_sub(columns(&source));
        match lines.pop() {
            Some(last) if last.columns() + 2 <= column => {
                lines.push(last.padded(column).with(Role::Dim, source));
            }
            last => {
                lines.extend(last);
                lines.push(Line::default().padded(column).with(Role::Dim, source));
            }
        }
        lines
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
            let percent = format!("{:>6}  ", percent(probability));
            let says = Span::new(Role::Plain, "something that the catalogue does not hold");
            let head = self.label(label).with(Role::Dim, percent);
            lines.extend(wrapped(head, &[says], self.style.width()));
        }
        lines
    }

    /// Look-alikes, each with what it would have shown.
    pub(super) fn ruled_out(&self, report: &Report) -> Vec<Line> {
        if report.ruled_out.is_empty() {
            return Vec::new();
        }
        let mut spans = Vec::new();
        for (i, struck) in report.ruled_out.iter().enumerate() {
            if i > 0 {
                let dot = self.style.glyph("·", "-");
                spans.push(Span::new(Role::Dim, format!(" {dot} ")));
            }
            spans.push(Span::new(Role::Plain, struck.id));
            spans.push(Span::new(Role::Dim, format!(" (then: {})", self.clean(struck.expected))));
        }
        self.labelled("Not", spans)
    }

    /// The one test that would decide, and what its answers mean.
    pub(super) fn sure(&self, report: &Report) -> Vec<Line> {
        let Some(test) = &report.sure else { return Vec::new() };
        let mut spans = self.instruction(&test.how);
        if let (Verdict::Named, [(answer, _)]) = (report.verdict, test.tells.as_slice()) {
            let arrow = self.style.glyph("→", "->");
            spans.push(Span::new(Role::Dim, format!(" {arrow} {}", self.clean(answer))));
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

    pub(super) fn not_assessed(&self, report: &Report) -> Vec<Line> {
        if report.not_assessed.is_empty() {
            return Vec::new();
        }
        let cleaned: Vec<String> = report.not_assessed.iter().map(|t| self.clean(t)).collect();
        let text = format!("not looked at: {}", cleaned.join("; "));
        wrapped(Line::of(Role::Dim, "  "), &[Span::new(Role::Dim, text)], self.style.width())
    }

    fn label(&self, label: &str) -> Line {
        Line::of(Role::Label, format!("  {label}")).padded(super::LABEL)
    }
}
