//! `-v`: why each probe was chosen, and what each answer did to the leading causes.
//!
//! It must never compute: the engine and the reasoning hand over what they did.

use super::line::Line;
use super::line::Role;
use super::line::Span;
use super::line::Style;
use super::number::moment;
use super::wrap::wrapped;
use crate::model::diagnosis::Effect;
use crate::model::evidence::Evidence;
use crate::reason::next::Choice;

/// A decision of the engine: the probe that it chose, and what each that it could have chosen was
/// worth. A measure is chosen when nothing else is left.
pub fn decision(probe: &str, choices: &[Choice], style: Style) -> Vec<Line> {
    let worth = |choice: &Choice| {
        let (bits, price) = (choice.bits, choice.offer.cost.weight());
        format!("{} {bits:.2} bits for {price:.1} s", choice.offer.probe)
    };
    let all: Vec<String> = choices.iter().map(worth).collect();
    let all = if all.is_empty() { "measures what was found".to_owned() } else { all.join(" · ") };
    let spans = [Span::new(Role::Dim, style.clean(&all, 500))];
    wrapped(Line::of(Role::Plain, format!("{probe}: ")), &spans, style.width())
}

/// What every answer did to the odds of the leading causes.
pub fn effects(evidence: &Evidence, effects: &[Effect], style: Style) -> Vec<Line> {
    let mut lines =
        vec![Line::default(), Line::of(Role::Strong, "What each answer did to the odds")];
    for effect in effects {
        let Some(observation) = evidence.observations().get(effect.observation) else { continue };
        let at = moment(observation.at);
        let head = Line::of(Role::Dim, format!("{at:>9}  "));
        let says = [
            Span::new(Role::Plain, style.clean(observation.answer.text(), 200)),
            Span::new(Role::Dim, format!(" [{}]", style.clean(&observation.source, 60))),
        ];
        lines.extend(wrapped(head, &says, style.width()));
        let telling = effect.factors.iter().filter(|(_, f)| !(0.95..1.05).contains(f));
        let odds: Vec<String> = telling.map(|(id, f)| odds(id, *f, style)).collect();
        let odds = if odds.is_empty() { "no change".to_owned() } else { odds.join(", ") };
        let head = Line::of(Role::Plain, " ".repeat(11));
        lines.extend(wrapped(head, &[Span::new(Role::Dim, odds)], style.width()));
    }
    lines
}

/// A factor on the odds: `host-down ×8.0`, `host-down ÷12`.
fn odds(id: &str, factor: f64, style: Style) -> String {
    let (sign, times) = if factor >= 1.0 {
        (style.glyph("×", "x"), factor)
    } else {
        (style.glyph("÷", "/"), 1.0 / factor)
    };
    let digits = usize::from(times < 9.95);
    format!("{id} {sign}{times:.digits$}")
}
