//! The terminal: how wide it is, what it can show, and how the roles of a report look there.
//!
//! It must never choose words: what is printed comes from the report.

use std::env;
use std::io;
use std::io::IsTerminal;
use std::io::Write;
use std::time::Duration;

use anstream::AutoStream;
use anstyle::AnsiColor;
use anstyle::Effects;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;
use sshwhy_core::report::Line;
use sshwhy_core::report::Role;
use sshwhy_core::report::Style;
use terminal_size::Width;
use terminal_size::terminal_size_of;

/// What is not a terminal is read in a window, a pager or a ticket: this fits all three.
const WIDTH_ELSEWHERE: usize = 100;
/// How often the progress line moves.
const TICK: Duration = Duration::from_millis(100);
/// So much of a target's name is shown in the progress line.
const NAME: usize = 60;

/// Where the answer is shown.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    style: Style,
}

impl Terminal {
    /// What standard output can show, by its size and by the locale.
    pub fn detect() -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|n| env::var(n).ok());
        let stdout = io::stdout();
        let terminal = stdout.is_terminal().then(|| terminal_size_of(&stdout)).flatten();
        let columns = env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        let width = match terminal {
            Some((Width(width), _)) if width > 0 => usize::from(width),
            _ => columns.unwrap_or(WIDTH_ELSEWHERE),
        };
        Self { style: Style::new(width, is_utf8(locale)) }
    }

    /// How text is to be laid out.
    pub const fn style(&self) -> Style {
        self.style
    }

    /// Prints a report, coloured where a terminal reads it (`NO_COLOR` and `TERM=dumb` count).
    ///
    /// # Errors
    ///
    /// When standard output cannot be written. A reader that left early (`| head`) is none.
    pub fn print(&self, lines: &[Line]) -> io::Result<()> {
        let mut stdout = AutoStream::auto(io::stdout());
        let text = painted(lines);
        left_early_is_fine(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
    }

    /// Prints text as it is: JSON, Markdown.
    ///
    /// # Errors
    ///
    /// As for [`Self::print`].
    pub fn print_text(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout();
        left_early_is_fine(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
    }

    /// A line on standard error that says what is being done, if a terminal shows it.
    pub fn progress(&self, about: &str) -> Progress {
        Progress::new(self.style.clean(about, NAME), self.style.is_unicode())
    }
}

/// A reader that has seen enough is a success: that is what `| head` is for.
fn left_early_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Whether the first locale variable that is set and not empty names UTF-8, as setlocale(3) reads
/// them.
fn is_utf8(mut locale: impl Iterator<Item = String>) -> bool {
    let effective = locale.find(|value| !value.is_empty()).unwrap_or_default();
    let effective = effective.to_ascii_lowercase();
    effective.contains("utf-8") || effective.contains("utf8")
}

fn painted(lines: &[Line]) -> String {
    lines.iter().map(|line| painted_line(line) + "\n").collect()
}

fn painted_line(line: &Line) -> String {
    let mut text = String::new();
    let last = line.spans.len().saturating_sub(1);
    for (i, span) in line.spans.iter().enumerate() {
        let words = if i == last { span.text.trim_end() } else { &span.text };
        let look = look(span.role);
        text.push_str(&format!("{look}{words}{look:#}"));
    }
    text
}

fn look(role: Role) -> anstyle::Style {
    let plain = anstyle::Style::new();
    match role {
        Role::Plain => plain,
        Role::Strong => plain.bold(),
        Role::Good => plain.bold().fg_color(Some(AnsiColor::Green.into())),
        Role::Bad => plain.bold().fg_color(Some(AnsiColor::Red.into())),
        Role::Doubt => plain.bold().fg_color(Some(AnsiColor::Yellow.into())),
        Role::Dim => plain.effects(Effects::DIMMED),
        Role::Label => plain.bold().fg_color(Some(AnsiColor::Blue.into())),
        Role::Command => plain.fg_color(Some(AnsiColor::Cyan.into())),
    }
}

/// The progress line; gone without a trace when dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    about: String,
    running: Vec<&'static str>,
}

impl Progress {
    fn new(about: String, unicode: bool) -> Self {
        // A terminal that cannot move its cursor would show every tick on a line of its own.
        let dumb = env::var_os("TERM").is_none_or(|term| term == "dumb");
        let bar = if io::stderr().is_terminal() && !dumb {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        let ticks = if unicode { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ " } else { "|/-\\ " };
        let template = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}");
        if let Ok(style) = template {
            bar.set_style(style.tick_chars(ticks));
        }
        bar.enable_steady_tick(TICK);
        let progress = Self { bar, about, running: Vec::new() };
        progress.show();
        progress
    }

    /// A probe began.
    pub fn began(&mut self, probe: &'static str) {
        self.running.push(probe);
        self.show();
    }

    /// A probe ended.
    pub fn ended(&mut self, probe: &str) {
        self.running.retain(|running| *running != probe);
        self.show();
    }

    /// Prints lines on standard error, above the progress line.
    pub fn tell(&self, lines: &[Line]) {
        let text = painted(lines);
        // Who has closed standard error does not want to know.
        let write = || AutoStream::auto(io::stderr()).write_all(text.as_bytes());
        let _ = self.bar.suspend(write);
    }

    fn show(&self) {
        self.bar.set_message(match self.running.as_slice() {
            [] => self.about.clone(),
            running => format!("{}: {}", self.about, running.join(", ")),
        });
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_is_read_as_the_system_reads_it() {
        let check = |values: &[&str], expected: bool| {
            assert_eq!(is_utf8(values.iter().map(|v| (*v).to_owned())), expected, "{values:?}");
        };
        check(&[], false);
        check(&["C", "en_GB.UTF-8"], false);
        check(&["", "en_GB.utf8"], true);
        check(&["C.UTF-8"], true);
    }

    #[test]
    fn a_reader_that_leaves_is_a_success_and_a_full_disk_is_not() {
        assert!(left_early_is_fine(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        assert!(left_early_is_fine(Err(io::ErrorKind::StorageFull.into())).is_err());
    }
}
