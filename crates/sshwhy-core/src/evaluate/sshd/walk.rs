//! Going through the lines as sshd does, once at the start and once for a connection (`parse_server_config_depth` and
//! `process_server_config_line_depth` in `servconf.c`).

use std::collections::BTreeMap;

use super::Connection;
use super::Problem;
use super::Start;
use super::Undecided;
use super::apply;
use super::criteria;
use super::criteria::Holds;
use super::keyword;
use super::settings::Settings;
use super::source::Source;
use crate::parse::place::Place;
use crate::parse::sshd_config::Arguments;
use crate::parse::sshd_config::Line;
use crate::parse::sshd_config::Statement;
use crate::parse::sshd_config::parse_sshd_config;

/// How deep files may include each other (`SERVCONF_MAX_DEPTH`).
const MAX_DEPTH: usize = 16;

/// Most lines and files that are gone through: files that include each other often are many, though each is read once.
const MAX_STEPS: usize = 200_000;

/// One way through the lines.
pub(super) struct Walk<'a> {
    pub(super) settings: Settings,
    pub(super) problems: Vec<Problem>,
    pub(super) undecided: Vec<Undecided>,
    /// The keywords that an undecided `Match` would set, and which of them does first.
    pub(super) open: BTreeMap<&'static str, usize>,
    source: &'a Source,
    start: &'a Start,
    connection: Option<&'a Connection>,
    /// Lines gone through so far.
    steps: usize,
    /// Set when nothing further may be read.
    over: bool,
}

/// What counts at this point of a file.
#[derive(Clone, Copy)]
struct State {
    /// Whether the lines take effect.
    active: bool,
    /// No `Match` from here on can hold: the file is included under one that does not.
    never: bool,
    /// No `Match` was met yet in the second reading.
    before_match: bool,
    /// The undecided `Match` that the lines stand under.
    open: Option<usize>,
    /// The undecided `Match` that the whole file is included under.
    around: Option<usize>,
}

impl State {
    const AT_START: Self =
        Self { active: true, never: false, before_match: false, open: None, around: None };
    const AGAIN: Self = Self { active: false, before_match: true, ..Self::AT_START };
}

impl<'a> Walk<'a> {
    /// The first reading.
    pub(super) fn at_start(source: &'a Source, start: &'a Start) -> Self {
        let mut walk = Self::new(source, start, None);
        for option in &start.options {
            for line in parse_sshd_config("command-line", option) {
                walk.command_line(&line);
            }
        }
        for port in &start.ports {
            walk.settings.push("port", apply::given(&port.to_string()));
            walk.settings.has_ports_given = true;
        }
        walk.file(&source.main, State::AT_START, 0);
        walk
    }

    /// The second reading.
    pub(super) fn for_connection(
        source: &'a Source,
        start: &'a Start,
        connection: &'a Connection,
    ) -> Self {
        let mut walk = Self::new(source, start, Some(connection));
        walk.file(&source.main, State::AGAIN, 0);
        walk
    }

    fn new(source: &'a Source, start: &'a Start, connection: Option<&'a Connection>) -> Self {
        Self {
            settings: Settings::default(),
            problems: Vec::new(),
            undecided: Vec::new(),
            open: BTreeMap::new(),
            source,
            start,
            connection,
            steps: 0,
            over: false,
        }
    }

    fn file(&mut self, path: &str, mut state: State, depth: usize) {
        let lines = match self.source.lines(path) {
            Ok(lines) => lines,
            Err(why) => {
                self.refuse(&Place::new(path, 0), format!("cannot be read: {why}"));
                return;
            }
        };
        for line in lines {
            if !self.step(&line.place) {
                return;
            }
            self.line(line, &mut state, depth);
        }
    }

    /// Counts a line or a file; whether to go on.
    fn step(&mut self, place: &Place) -> bool {
        self.steps += 1;
        if self.steps == MAX_STEPS {
            self.refuse(place, "too many lines are included".to_owned());
            self.over = true;
        }
        !self.over
    }

    fn line(&mut self, line: &Line, state: &mut State, depth: usize) {
        match &line.arguments {
            Arguments::Missing => {
                self.refuse(&line.place, format!("no argument after keyword \"{}\"", line.keyword));
            }
            Arguments::BadQuotes => self.refuse(&line.place, "invalid quotes".to_owned()),
            Arguments::Words(words) => match line.statement() {
                Statement::Include => self.include(line, words, *state, depth),
                Statement::Match => self.enter(line, state),
                Statement::Setting => self.setting(line, *state),
            },
        }
    }

    fn command_line(&mut self, line: &Line) {
        match line.statement() {
            Statement::Include | Statement::Match => {
                let words = format!("{} is not supported as a command-line option", line.keyword);
                self.refuse(&line.place, words);
            }
            Statement::Setting => {
                let mut state = State::AT_START;
                self.line(line, &mut state, 0);
            }
        }
    }

    /// An included file starts in the state of the line, and what it changes ends with it.
    fn include(&mut self, line: &Line, patterns: &[String], state: State, depth: usize) {
        if patterns.is_empty() {
            self.refuse(&line.place, "missing filename argument".to_owned());
        }
        for pattern in patterns {
            if pattern.is_empty() {
                self.refuse(&line.place, "empty argument".to_owned());
                return;
            }
            for path in self.source.included(pattern) {
                if depth >= MAX_DEPTH {
                    let words = "Too many recursive configuration includes".to_owned();
                    self.refuse(&line.place, words);
                    self.over = true;
                }
                if !self.step(&line.place) {
                    return;
                }
                let never = !state.before_match && !state.active && state.open.is_none();
                self.file(path, State { never, around: state.open, ..state }, depth + 1);
            }
        }
    }

    fn enter(&mut self, line: &Line, state: &mut State) {
        let connection = self.connection.filter(|_| !state.never);
        let holds = match criteria::judge(line, self.start.version, connection) {
            Ok(holds) => holds,
            Err(words) => {
                self.refuse(&line.place, words);
                Holds::No
            }
        };
        let own = if let Holds::Unknown(lacks) = holds {
            self.undecided.push(Undecided { place: line.place.clone(), lacks });
            Some(self.undecided.len() - 1)
        } else {
            None
        };
        // Under an undecided `Match` another one that holds is as undecided.
        state.open = if holds == Holds::No { None } else { state.around.or(own) };
        state.active = holds == Holds::Yes && !state.never && state.open.is_none();
        state.before_match = false;
    }

    fn setting(&mut self, line: &Line, state: State) {
        let again = self.connection.is_some();
        let keyword = keyword::find(&line.keyword, self.start.version);
        if let (Some(keyword), Some(undecided)) = (keyword, state.open) {
            self.open.entry(keyword.canonical).or_insert(undecided);
        }
        let active = state.active;
        if let Err(fault) = apply::apply(line, active, again, self.start, &mut self.settings) {
            self.problems.push(Problem {
                place: line.place.clone(),
                text: fault.text,
                fatal: fault.fatal,
            });
        }
    }

    fn refuse(&mut self, place: &Place, text: String) {
        self.problems.push(Problem { place: place.clone(), text, fatal: true });
    }
}
