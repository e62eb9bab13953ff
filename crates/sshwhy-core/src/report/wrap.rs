//! Breaks words into lines; commands stay whole.

use super::line::Line;
use super::line::Role;
use super::line::Span;
use super::line::columns;

/// Lays the pieces out in lines of at most `width` columns: breaks at spaces, breaks a foreign
/// word that is longer than a line, and never breaks a command.
///
/// The first line is preceded by `head`, the others are indented to its width.
pub(super) fn wrapped(head: Line, spans: &[Span], width: usize) -> Vec<Line> {
    let indent = head.columns();
    let room = width.saturating_sub(indent).max(16);
    let mut lines = Vec::new();
    let (mut line, mut used) = (head, 0);
    for (role, word, space) in words(spans, room) {
        let length = columns(&word);
        let gap = usize::from(space && used > 0);
        if used > 0 && used + gap + length > room {
            lines.push(std::mem::take(&mut line));
            line = line.padded(indent);
            used = 0;
        } else if gap > 0 {
            line = join(line, role, " ");
            used += 1;
        }
        line = join(line, role, &word);
        used += length;
    }
    lines.push(line);
    lines
}

/// Adds to the last piece when the role is the same.
fn join(mut line: Line, role: Role, text: &str) -> Line {
    match line.spans.last_mut() {
        Some(last) if last.role == role => {
            last.text.push_str(text);
            line
        }
        _ => line.with(role, text),
    }
}

/// Role, word, and whether a space may stand before it.
fn words(spans: &[Span], room: usize) -> Vec<(Role, String, bool)> {
    let mut words = Vec::new();
    let mut space = false;
    for span in spans {
        if span.role == Role::Command {
            words.push((span.role, span.text.clone(), space));
            space = false;
            continue;
        }
        for (i, word) in span.text.split(' ').enumerate() {
            space |= i > 0;
            if word.is_empty() {
                continue;
            }
            for piece in pieces(word, room) {
                words.push((span.role, piece, std::mem::take(&mut space)));
            }
        }
    }
    words
}

/// A word, cut where it is longer than a line.
fn pieces(word: &str, room: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for c in word.chars() {
        let length = columns(c.encode_utf8(&mut [0; 4]));
        if used + length > room {
            pieces.push(String::new());
            used = 0;
        }
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
        used += length;
    }
    pieces
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
        check(
            &[(Role::Plain, "run "), (Role::Command, "sudo a b c d e f g h i"), (Role::Dim, " x")],
            "Why run\n    sudo a b c d e f g h i\n    x\n",
        );
        check(&[(Role::Plain, &"y".repeat(20))], &format!("Why {}\n    yyyy\n", "y".repeat(16)));
        check(&[(Role::Plain, "a"), (Role::Dim, ", b")], "Why a, b\n");
    }
}
