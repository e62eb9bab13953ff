//! The report as a page of its own: one file without scripts and without anything from elsewhere, for a phone, a browser
//! in the dark, and paper.
//!
//! It must never let foreign text become markup.

mod figure;

use super::instruction;
use super::ladder::Row;
use super::line::Role;
use super::line::Style;
use super::number::duration;
use super::number::moment;
use super::number::percent;
use super::summary::Report;
use super::summary::Shown;
use super::summary::Suspect;
use super::summary::Test;
use super::summary::Verdict;
use crate::model::measured::Measured;

const STYLE: &str = include_str!("html/style.css");

/// The whole page.
pub fn render(report: &Report) -> String {
    let mut body = head(report);
    body += &fix(report);
    body += &ladder(report);
    let Measured { path_mtu, idle_limit, trace, .. } = &report.measured;
    body += &trace.as_ref().and_then(figure::hops).unwrap_or_default();
    body += &path_mtu.as_ref().map(figure::sizes).unwrap_or_default();
    body += &idle_limit.as_ref().map(figure::silence).unwrap_or_default();
    body += &causes(report);
    body += &report.leading.first().map(evidence).unwrap_or_default();
    body += &report.sure.as_ref().map(|test| sure(report, test)).unwrap_or_default();
    body += &lists(report);
    let s = if report.connections == 1 { "" } else { "s" };
    let effort = format!("{}, {} connection{s}", duration(report.seconds), report.connections);
    let title = escaped(&report.happens);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>sshwhy: {title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}<footer>sshwhy: {effort}</footer>\n</main>\n</body>\n\
         </html>\n"
    )
}

/// What happens and why.
fn head(report: &Report) -> String {
    let (mark, class) = match report.verdict {
        Verdict::Healthy => ("✓", "good"),
        Verdict::Named => ("✗", "bad"),
        Verdict::Open => ("?", "doubt"),
    };
    let happens = escaped(&report.happens);
    let mut out = format!("<h1><span class=\"{class}\">{mark}</span> {happens}</h1>\n");
    match (report.verdict, report.leading.as_slice()) {
        (Verdict::Healthy, _) => {}
        (Verdict::Named, [cause, ..]) => {
            let why = escaped(cause.title);
            out += &format!("<p><strong>{why}</strong> ({})</p>\n", share(cause.probability));
        }
        (_, []) => out += "<p>The catalogue holds no cause that fits.</p>\n",
        _ => out += "<p>The evidence does not single out one cause.</p>\n",
    }
    out
}

fn fix(report: &Report) -> String {
    let (Verdict::Named, Some(cause)) = (report.verdict, report.leading.first()) else {
        return String::new();
    };
    let mut out = format!("<h2>How to mend it</h2>\n{}", instruction(&cause.fix.line));
    for (label, line) in [("First", &cause.fix.first), ("Risk", &cause.fix.risk)] {
        if let Some(line) = line {
            out += &format!("<p><strong>{label}:</strong> {}</p>\n", escaped(line));
        }
    }
    out
}

/// The connection that tells most, drawn and as a table.
fn ladder(report: &Report) -> String {
    let Some(ladder) = &report.ladder else { return String::new() };
    let mut rows = String::new();
    for row in &ladder.rows {
        rows += &match row {
            Row::Event { at, actor, what } => format!(
                "<tr><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>\n",
                moment(*at),
                figure::who(*actor),
                escaped(what)
            ),
            Row::Skipped(count) => format!("<tr><td></td><td></td><td>{count} more</td></tr>\n"),
        };
    }
    format!(
        "<h2>What went over the connection</h2>\n<figure>\n{}<figcaption>The scale at the left is that of time.\
         </figcaption>\n</figure>\n<details>\n<summary>The same as a table</summary>\n<table>\n<thead><tr>\
         <th scope=\"col\">When</th><th scope=\"col\">Who</th><th scope=\"col\">What</th></tr></thead>\n<tbody>\n{rows}\
         </tbody>\n</table>\n</details>\n",
        figure::ladder(ladder)
    )
}

/// All causes that are worth a word, with their probabilities.
fn causes(report: &Report) -> String {
    if report.verdict == Verdict::Healthy {
        return String::new();
    }
    let mut rows = String::new();
    for cause in report.leading.iter().chain(&report.others) {
        let (share, title) = (share(cause.probability), escaped(cause.title));
        let id = escaped(cause.id);
        rows += &format!(
            "<tr><td class=\"number\">{share}</td><td>{title}<br><code>{id}</code></td></tr>\n"
        );
    }
    if let Some(unlisted) = report.unlisted {
        let share = share(unlisted);
        rows += &format!("<tr><td class=\"number\">{share}</td><td>something else</td></tr>\n");
    }
    if rows.is_empty() {
        return rows;
    }
    format!(
        "<h2>What it can be</h2>\n<table>\n<thead><tr><th scope=\"col\">Probability</th><th scope=\"col\">Cause</th></tr>\
         </thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

fn evidence(cause: &Suspect) -> String {
    let row = |side: &str, shown: &Shown| {
        let (says, source) = (escaped(shown.says), escaped(&shown.source));
        let text = if shown.text.is_empty() {
            String::new()
        } else {
            format!("<br><code>{}</code>", escaped(&shown.text))
        };
        format!("<tr><td>{side}</td><td>{says}{text}</td><td>{source}</td></tr>\n")
    };
    let mut rows: String = cause.evidence.iter().map(|shown| row("for", shown)).collect();
    rows.extend(cause.against.iter().map(|shown| row("against", shown)));
    if rows.is_empty() {
        return rows;
    }
    format!(
        "<h2>What shows it</h2>\n<table>\n<caption>For and against: {}</caption>\n<thead><tr><th scope=\"col\">Side</th>\
         <th scope=\"col\">Seen</th><th scope=\"col\">By</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n",
        escaped(cause.title)
    )
}

fn sure(report: &Report, test: &Test) -> String {
    let heading = if report.verdict == Verdict::Open { "What would decide" } else { "To be sure" };
    let mut out = format!("<h2>{heading}</h2>\n{}", instruction(&test.how));
    if report.verdict == Verdict::Open {
        let tell = |(answer, causes): &(&str, Vec<&str>)| {
            format!("<li>if {}: {}</li>\n", escaped(answer), escaped(&causes.join("; or ")))
        };
        out += &format!("<ul>\n{}</ul>\n", test.tells.iter().map(tell).collect::<String>());
    }
    out
}

/// What is short and comes in numbers.
fn lists(report: &Report) -> String {
    let struck =
        report.ruled_out.iter().map(|s| format!("{}: then {}, but {}", s.id, s.expected, s.seen));
    let also = report.also_found.iter().map(|c| format!("{}: {}", c.title, c.fix.line));
    let all: [(&str, Vec<String>); 6] = [
        ("Ruled out", struck.collect()),
        ("Also found", also.collect()),
        ("Worth mending", report.warnings.clone()),
        ("In order", report.passed.clone()),
        ("Who was judged", report.notes.clone()),
        ("Not looked at", report.not_assessed.clone()),
    ];
    let mut out = String::new();
    for (heading, items) in all.iter().filter(|(_, items)| !items.is_empty()) {
        let items: String =
            items.iter().map(|item| format!("<li>{}</li>\n", escaped(item))).collect();
        out += &format!("<h2>{heading}</h2>\n<ul>\n{items}</ul>\n");
    }
    out
}

/// An instruction: its command by itself, to copy.
fn instruction(text: &str) -> String {
    let (mut out, mut words) = (String::new(), String::new());
    for span in instruction::spans(text, Style::default()) {
        let text = escaped(&span.text);
        if span.role != Role::Command {
            words += &format!("{text} ");
            continue;
        }
        out += &paragraph(&words);
        words.clear();
        out += &format!("<pre><code>{text}</code></pre>\n");
    }
    out + &paragraph(&words)
}

fn paragraph(words: &str) -> String {
    let words = words.trim();
    if words.is_empty() { String::new() } else { format!("<p>{words}</p>\n") }
}

/// A probability, which may begin with a sign of markup.
fn share(probability: f64) -> String {
    escaped(&percent(probability))
}

/// Text that HTML shows as it is.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in Style::default().clean(text, 1000).chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
