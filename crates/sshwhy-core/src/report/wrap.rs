//! Breaks words into lines; commands stay whole.

use std::mem;

use super::line::Line;
use super::line::Role;
use super::line::Span;
use super::line::columns;

/// More spaces than this between two words are not kept.
const GAP: usize = 3;
/// A word longer than this may be a list.
const LIST: usize = 24;

/// What stands together: pieces without a space between them.
#[derive(Default)]
struct Chunk {
    /// How many spaces stand before it; a line may end there.
    spaces: usize,
    parts: Vec<Span>,
}

/// Lays the pieces out in lines of at most `width` columns: breaks at spaces, cuts a word that is
/// longer than a line, and never breaks a command.
///
/// The first line is preceded by `head`, the others are indented to its width.
pub(super) fn wrapped(head: Line, spans: &[Span], width: usize) -> Vec<Line> {
    let indent = head.columns();
    let room = width.saturating_sub(indent).max(16);
    let mut lines = Vec::new();
    let (mut line, mut used) = (head, 0);
    for chunk in chunks(spans) {
        let length = chunk.columns();
        let gap = if used > 0 { chunk.spaces } else { 0 };
        if used > 0 && used + gap + length > room {
            lines.push(line);
            (line, used) = (Line::default().padded(indent), 0);
        } else {
            line = join(line, Role::Plain, &" ".repeat(gap));
            used += gap;
        }
        for (role, piece) in chunk.pieces(room) {
            let length = columns(&piece);
            if used > 0 && used + length > room && role != Role::Command {
                lines.push(line);
                (line, used) = (Line::default().padded(indent), 0);
            }
            line = join(line, role, &piece);
            used += length;
        }
    }
    lines.push(line);
    lines
}

impl Chunk {
    fn columns(&self) -> usize {
        self.parts.iter().map(|part| columns(&part.text)).sum()
    }

    /// Its parts; character by character when it is longer than a line and no command.
    fn pieces(self, room: usize) -> Vec<(Role, String)> {
        let long = self.columns() > room;
        let cut = |part: Span| match part.role {
            Role::Command => vec![(part.role, part.text)],
            role if long => part.text.chars().map(|c| (role, c.to_string())).collect(),
            role => vec![(role, part.text)],
        };
        self.parts.into_iter().flat_map(cut).collect()
    }
}

fn chunks(spans: &[Span]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut chunk = Chunk::default();
    for span in spans {
        let words: Vec<&str> = match span.role {
            Role::Command => vec![&span.text],
            _ => span.text.split(' ').collect(),
        };
        for (i, word) in words.into_iter().enumerate() {
            if i > 0 {
                if !chunk.parts.is_empty() {
                    chunks.push(mem::take(&mut chunk));
                }
                chunk.spaces = (chunk.spaces + 1).min(GAP);
            }
            // A long list without spaces, as of algorithms, may be broken after a comma.
            let list = span.role != Role::Command && word.len() > LIST;
            for item in word.split_inclusive(|c| list && c == ',') {
                chunk.parts.push(Span::new(span.role, item));
                if list && item.ends_with(',') {
                    chunks.push(mem::take(&mut chunk));
                }
            }
        }
    }
    if !chunk.parts.is_empty() {
        chunks.push(chunk);
    }
    chunks
}

/// Adds to the last piece when the role is the same.
fn join(mut line: Line, role: Role, text: &str) -> Line {
    match line.spans.last_mut() {
        Some(last) if last.role == role || text.trim().is_empty() && last.role != Role::Command => {
            last.text.push_str(text);
            line
        }
        _ => line.with(role, text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::plain;
    use super::*;

    fn check(spans: &[(Role, &str)], expected: &str) {
        let spans: Vec<Span> = spans.iter().map(|(r, t)| Span::new(*r, *t)).collect();
        assert_eq!(plain(&wrapped(Line::of(Role::Label, "Why "), &spans, 20)), expected);
    }

    #[test]
    fn words_break_at_spaces_and_commands_never() {
        check(&[(Role::Plain, "")], "Why\n");
        check(&[(Role::Plain, "one two three four")], "Why one two three\n    four\n");
        check(&[(Role::Plain, "one   two three four")], "Why one   two three\n    four\n");
        check(
            &[(Role::Plain, "run "), (Role::Command, "sudo a b c d e f g h i"), (Role::Dim, " x")],
            "Why run\n    sudo a b c d e f g h i\n    x\n",
        );
        check(&[(Role::Plain, &"y".repeat(20))], &format!("Why {}\n    yyyy\n", "y".repeat(16)));
        check(
            &[(Role::Plain, "one two three fou"), (Role::Dim, "r")],
            "Why one two three\n    four\n",
        );
        check(&[(Role::Plain, "a "), (Role::Dim, ""), (Role::Plain, " b")], "Why a  b\n");
    }
}
