//! The report for tickets and chats.
//!
//! It must never let foreign text become markup.

use super::instruction;
use super::ladder::Row;
use super::line::Role;
use super::line::Span;
use super::line::Style;
use super::line::plain;
use super::number::duration;
use super::number::percent;
use super::summary::Report;
use super::summary::Shown;
use super::summary::Struck;
use super::summary::Suspect;
use super::summary::Verdict;
use super::text;

/// The whole report.
pub fn render(report: &Report) -> String {
    let mark = match report.verdict {
        Verdict::Healthy => "✓",
        Verdict::Named => "✗",
        Verdict::Open => "?",
    };
    let mut out = format!("**{mark} {}**\n", escaped(&report.happens));
    match (report.verdict, report.leading.as_slice()) {
        (Verdict::Healthy, _) => {}
        (Verdict::Named, [cause, ..]) => {
            out += &format!("\n**Why:** {} ({})\n", title(cause), percent(cause.probability));
            out += &evidence(cause);
            out += &fix(cause);
        }
        (_, []) => out += "\nThe catalogue holds no cause that fits.\n",
        (_, causes) => {
            out += "\nThe evidence does not single out one cause. Most probable:\n\n";
            for cause in causes {
                out += &format!("- {} — {}", percent(cause.probability), title(cause));
                out += &format!("; fix: {}\n", instruction(&cause.fix.line));
            }
            out += "\nSeen:\n";
            out += &causes.first().map(evidence).unwrap_or_default();
        }
    }
    out += &ladder(report);
    out += &rest(report);
    let s = if report.connections == 1 { "" } else { "s" };
    out += &format!(
        "\n<sub>sshwhy: {}, {} connection{s}</sub>\n",
        duration(report.seconds),
        report.connections
    );
    out
}

fn title(cause: &Suspect) -> String {
    format!("{} ({})", escaped(cause.title), code(cause.id))
}

fn evidence(cause: &Suspect) -> String {
    let line = |shown: &Shown| {
        let text =
            if shown.text.is_empty() { String::new() } else { format!(": {}", code(&shown.text)) };
        format!("- {}{text} *({})*\n", escaped(shown.says), escaped(&shown.source))
    };
    let lines: String = cause.evidence.iter().map(line).collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

fn fix(cause: &Suspect) -> String {
    let mut out = format!("\n**Fix:** {}\n", instruction(&cause.fix.line));
    for (label, line) in [("First", &cause.fix.first), ("Risk", &cause.fix.risk)] {
        if let Some(line) = line {
            out += &format!("\n**{label}:** {}\n", escaped(line));
        }
    }
    out
}

/// The drawing of the terminal, fenced.
fn ladder(report: &Report) -> String {
    let Some(ladder) = &report.ladder else { return String::new() };
    // A fence of ours cannot be closed by a back-tick of theirs.
    let mut harmless = ladder.clone();
    for row in &mut harmless.rows {
        if let Row::Event { what, .. } = row {
            *what = what.replace('`', "'");
        }
    }
    let drawn = text::ladder_lines(&harmless, Style::new(90, true));
    format!("\n```text\n{}```\n", plain(&drawn))
}

fn rest(report: &Report) -> String {
    let mut out = String::new();
    let mut others: Vec<String> =
        report.others.iter().map(|c| format!("{} {}", percent(c.probability), title(c))).collect();
    others.extend(report.unlisted.map(|p| format!("{} something else", percent(p))));
    if !others.is_empty() {
        out += &format!("\n**Or:** {}\n", others.join(" · "));
    }
    if !report.ruled_out.is_empty() {
        let struck = |s: &Struck| format!("{} (then: {})", code(s.id), escaped(s.expected));
        let struck: Vec<String> = report.ruled_out.iter().map(struck).collect();
        out += &format!("\n**Not:** {}\n", struck.join(" · "));
    }
    if let Some(test) = &report.sure {
        out += &format!("\n**Sure?** {}\n", instruction(&test.how));
        if report.verdict == Verdict::Open {
            out += "\n";
            for (answer, causes) in &test.tells {
                out += &format!("- if {}: {}\n", escaped(answer), escaped(&causes.join("; or ")));
            }
        }
    }
    for cause in &report.also_found {
        out += &format!("\n**Also:** {}: {}\n", title(cause), instruction(&cause.fix.line));
    }
    for note in &report.notes {
        out += &format!("\n**Note:** {}\n", escaped(note));
    }
    for warning in &report.warnings {
        out += &format!("\n**Mend:** {}\n", escaped(warning));
    }
    if !report.passed.is_empty() {
        let passed: Vec<String> = report.passed.iter().map(|s| escaped(s)).collect();
        out += &format!("\n**Passed:** {}\n", passed.join(" · "));
    }
    if !report.not_assessed.is_empty() {
        out += &format!("\nNot looked at: {}\n", escaped(&report.not_assessed.join("; ")));
    }
    out
}

/// Text that Markdown shows as it is.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in Style::default().clean(text, 300).chars() {
        if "\\`*_[]<>|#~&!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// An instruction: its command as code, its prose as words.
fn instruction(text: &str) -> String {
    let part = |span: Span| {
        let words = span.text.trim();
        let space = if span.text.ends_with(' ') { " " } else { "" };
        match span.role {
            _ if words.is_empty() => " ".to_owned(),
            Role::Command => format!("{}{space}", code(words)),
            _ => format!("{}{space}", escaped(words)),
        }
    };
    instruction::spans(text, Style::default()).into_iter().map(part).collect()
}

/// Text as code, with a fence that it cannot close.
fn code(text: &str) -> String {
    let text = Style::default().clean(text, 1000);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    if longest == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_never_markup() {
        assert_eq!(escaped("<b>*x*</b>\n# y"), "\\<b\\>\\*x\\*\\</b\\>\\\\n\\# y");
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "``` a``b ```");
        assert_eq!(code("\x1b[2J"), "`\\x1b[2J`");
    }
}
