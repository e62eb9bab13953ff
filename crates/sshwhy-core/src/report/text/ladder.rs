//! The ladder, drawn: two life lines, and an arrow for everything that was sent.

use super::Page;
use crate::model::evidence::Actor;
use crate::report::ladder::Ladder;
use crate::report::ladder::Row;
use crate::report::line::Line;
use crate::report::line::Role;
use crate::report::line::columns;
use crate::report::number::moment;

/// Room for the time at the left.
const TIME: usize = 9;
/// The two ends are never further apart: the eye must find the other end of an arrow.
const APART: usize = 64;

impl Page {
    pub(super) fn ladder(&self, ladder: &Ladder) -> Vec<Line> {
        let apart = self.style.width().saturating_sub(TIME + 6).min(APART);
        let mut lines = self.ends(ladder, apart);
        let last = ladder.rows.len().saturating_sub(1);
        for (i, row) in ladder.rows.iter().enumerate() {
            let role = if i == last { Role::Bad } else { Role::Plain };
            lines.push(match row {
                Row::Event { at, actor, what } => {
                    let time = format!("{:>TIME$}  ", moment(*at));
                    self.arrow(Line::of(Role::Dim, time), *actor, what, role, apart)
                }
                Row::Skipped(count) => {
                    let time = Line::of(Role::Plain, " ".repeat(TIME + 2));
                    let what = format!("{count} more");
                    self.arrow(time, Actor::Nobody, &what, Role::Dim, apart)
                }
            });
        }
        lines
    }

    /// Who is at the left and who is at the right.
    fn ends(&self, ladder: &Ladder, apart: usize) -> Vec<Line> {
        let us = ladder.us.as_deref().map_or("you".to_owned(), |a| format!("you {a}"));
        let peer = ladder.peer.as_deref().unwrap_or("the server");
        let (us, peer) = (self.clean(&us), self.clean(peer));
        let column = (TIME + 4 + apart).saturating_sub(columns(&peer));
        let line = Line::of(Role::Plain, " ".repeat(TIME + 2)).with(Role::Strong, us);
        if line.columns() + 2 <= column {
            return vec![line.padded(column).with(Role::Strong, peer)];
        }
        // Two long IPv6 addresses do not fit beside each other.
        vec![line, Line::default().padded(column).with(Role::Strong, peer)]
    }

    fn arrow(&self, time: Line, actor: Actor, what: &str, role: Role, apart: usize) -> Line {
        let glyph = |fancy, plain| self.style.glyph(fancy, plain);
        let bar = glyph("─", "-");
        let what = match self.style.clean(what, apart.saturating_sub(8)) {
            nothing if nothing.is_empty() => "(an empty line)".to_owned(),
            what => what,
        };
        let rest = apart.saturating_sub(columns(&what) + 4);
        match actor {
            Actor::Us => {
                time.with(Role::Dim, format!("{}{bar} ", glyph("├", "|"))).with(role, what).with(
                    Role::Dim,
                    format!(" {}{}{}", bar.repeat(rest), glyph("▶", ">"), glyph("│", "|")),
                )
            }
            Actor::Peer => time
                .with(
                    Role::Dim,
                    format!("{}{}{} ", glyph("│", "|"), glyph("◀", "<"), bar.repeat(rest)),
                )
                .with(role, what)
                .with(Role::Dim, format!(" {bar}{}", glyph("┤", "|"))),
            Actor::Nobody => {
                let (left, right) = ((rest + 2) / 2, rest + 2 - (rest + 2) / 2);
                time.with(Role::Dim, format!("{}{} ", glyph("┊", "."), " ".repeat(left)))
                    .with(role, what)
                    .with(Role::Dim, format!(" {}{}", " ".repeat(right), glyph("┊", ".")))
            }
        }
    }
}
