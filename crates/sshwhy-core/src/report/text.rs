//! The report for a terminal.
//!
//! It must never know a terminal: it emits lines of roles, and is told how wide they may be.

mod body;
mod ladder;

use super::instruction;
use super::ladder::Ladder;
use super::line::Line;
use super::line::Role;
use super::line::Span;
use super::line::Style;
use super::line::columns;
use super::number::duration;
use super::number::percent;
use super::summary::Fix;
use super::summary::Report;
use super::summary::Suspect;
use super::summary::Verdict;
use super::wrap::wrapped;

/// Room for a label, with the indentation before it and the gap after it.
const LABEL: usize = 9;
/// Foreign text longer than this is cut.
const FOREIGN: usize = 160;

/// The whole report.
///
/// The first lines say what happens, why, and what to do; the rest is there for those who doubt.
pub fn render(report: &Report, style: Style) -> Vec<Line> {
    let page = Page { style };
    let mut lines = page.head(report);
    lines.extend(page.notes(report));
    if report.verdict == Verdict::Healthy {
        // Whoever reads that nothing is wrong must read at once what that leaves out.
        lines.extend(page.open(report));
        lines.extend(page.also_found(report));
        lines.extend(page.passed(report));
        return lines;
    }
    if let Some(ladder) = &report.ladder {
        lines.push(Line::default());
        lines.extend(page.ladder(ladder));
    }
    lines.push(Line::default());
    lines.extend(page.why(report));
    lines.extend(page.rivals(report));
    lines.extend(page.ruled_out(report));
    if report.verdict == Verdict::Named {
        lines.extend(page.sure(report));
    }
    lines.extend(page.also_found(report));
    lines.extend(page.passed(report));
    lines.push(Line::default());
    lines.extend(page.footer(report));
    lines
}

/// What happens to one of many clients and why, and the words that show it; nothing if all is well.
pub fn brief(report: &Report, client: &str, style: Style) -> Vec<Line> {
    let page = Page { style };
    let happens = format!("{client}: {}", report.happens);
    let mut lines = match (report.verdict, report.leading.first()) {
        (Verdict::Healthy, _) => return Vec::new(),
        (Verdict::Named, Some(named)) => {
            page.headline(("✗", "x"), Role::Bad, &happens, page.title(named))
        }
        _ => page.headline(("?", "?"), Role::Doubt, &happens, page.undecided(report)),
    };
    let evidence = report.leading.first().and_then(|cause| cause.evidence.first());
    if let Some(shown) = evidence.or(report.shown_by.as_ref()) {
        let words = [Span::new(Role::Dim, page.clean(&shown.text))];
        lines.extend(wrapped(Line::of(Role::Plain, "  "), &words, style.width()));
    }
    lines
}

/// The ladder alone.
pub(super) fn ladder_lines(ladder: &Ladder, style: Style) -> Vec<Line> {
    Page { style }.ladder(ladder)
}

/// The layout of one report.
struct Page {
    style: Style,
}

impl Page {
    /// What happens, why, and what to do.
    fn head(&self, report: &Report) -> Vec<Line> {
        match report.verdict {
            Verdict::Healthy => self.healthy(report),
            Verdict::Named => {
                let named = report.leading.first();
                let why = named.map(|c| self.title(c)).unwrap_or_default();
                let mut lines = self.headline(("✗", "x"), Role::Bad, &report.happens, why);
                lines.extend(named.into_iter().flat_map(|c| self.fix(&c.fix)));
                lines
            }
            Verdict::Open => {
                let mut lines =
                    self.headline(("?", "?"), Role::Doubt, &report.happens, self.undecided(report));
                lines.extend(self.sure(report));
                if report.leading.is_empty() {
                    lines.extend(self.labelled("Next", self.instruction(&report.ask)));
                }
                lines
            }
        }
    }

    /// One quiet line, with the effort at its end where there is room.
    fn healthy(&self, report: &Report) -> Vec<Line> {
        let effort = self.effort(report);
        let head = Line::of(Role::Good, format!("{} ", self.style.glyph("✓", "ok")));
        let says = self.clean(&report.happens);
        let mut lines = wrapped(head, &[Span::new(Role::Plain, says)], self.style.width());
        let column = self.style.width().saturating_sub(columns(&effort));
        match lines.pop() {
            Some(last) if last.columns() + 2 <= column => {
                lines.push(last.padded(column).with(Role::Dim, effort));
            }
            last => {
                lines.extend(last);
                lines.push(Line::of(Role::Dim, format!("  {effort}")));
            }
        }
        lines
    }

    /// What happens and why: on one line if it fits, else broken between the two.
    fn headline(
        &self,
        mark: (&'static str, &'static str),
        role: Role,
        happens: &str,
        why: Vec<Span>,
    ) -> Vec<Line> {
        let width = self.style.width();
        let head = Line::of(role, format!("{} ", self.style.glyph(mark.0, mark.1)));
        let happens = format!("{}:", self.clean(happens));
        let mut whole = vec![Span::new(role, happens.clone()), Span::new(Role::Plain, " ")];
        whole.extend(why.clone());
        let lines = wrapped(head.clone(), &whole, width);
        if lines.len() == 1 {
            return lines;
        }
        let mut lines = wrapped(head, &[Span::new(role, happens)], width);
        lines.extend(wrapped(Line::of(Role::Plain, "  "), &why, width));
        lines
    }

    fn title(&self, cause: &Suspect) -> Vec<Span> {
        vec![
            Span::new(Role::Strong, self.clean(cause.title)),
            Span::new(Role::Dim, format!(" ({})", percent(cause.probability))),
        ]
    }

    fn undecided(&self, report: &Report) -> Vec<Span> {
        let sum: f64 = report.leading.iter().map(|cause| cause.probability).sum();
        let probably = if sum < 0.8 { "probably " } else { "" };
        let count = match report.leading.as_slice() {
            [] if report.unlisted.is_some_and(|p| p >= 0.5) => {
                return vec![Span::new(Role::Strong, "the catalogue holds no cause that fits")];
            }
            [] => return vec![Span::new(Role::Strong, "many causes fit, and none stands out")],
            [cause] => {
                let mut spans = vec![Span::new(Role::Plain, "probably ")];
                spans.extend(self.title(cause));
                return spans;
            }
            [one, other] => {
                let mut spans = vec![Span::new(Role::Plain, format!("{probably}either "))];
                spans.extend(self.title(one));
                spans.push(Span::new(Role::Plain, " or "));
                spans.extend(self.title(other));
                return spans;
            }
            [_, _, _] => "three",
            _ => "four",
        };
        let says = format!("{probably}one of {count} causes that look the same from here");
        vec![Span::new(Role::Strong, says)]
    }

    /// The remedy, its risk, and what to find out before.
    fn fix(&self, fix: &Fix) -> Vec<Line> {
        let mut lines = self.labelled("Fix", self.instruction(&fix.line));
        if let Some(first) = &fix.first {
            lines.extend(self.labelled("First", vec![Span::new(Role::Doubt, self.clean(first))]));
        }
        if let Some(risk) = &fix.risk {
            lines.extend(self.labelled("Risk", vec![Span::new(Role::Dim, self.clean(risk))]));
        }
        lines
    }

    fn instruction(&self, text: &str) -> Vec<Span> {
        instruction::spans(text, self.style)
    }

    fn effort(&self, report: &Report) -> String {
        if report.connections == 0 {
            return duration(report.seconds);
        }
        let s = if report.connections == 1 { "" } else { "s" };
        let dot = self.style.glyph("·", "-");
        format!("{} {dot} {} connection{s}", duration(report.seconds), report.connections)
    }

    /// A paragraph with a word at its left.
    fn labelled(&self, label: &str, spans: Vec<Span>) -> Vec<Line> {
        let head = Line::of(Role::Label, format!("  {label}")).padded(LABEL);
        wrapped(head, &spans, self.style.width())
    }

    fn clean(&self, text: &str) -> String {
        self.style.clean(text, FOREIGN)
    }
}
