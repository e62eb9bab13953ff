//! The files of a configuration, each read once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Files;
use crate::parse::place::Place;
use crate::parse::sshd_config::Line;
use crate::parse::sshd_config::Statement;
use crate::parse::sshd_config::parse_sshd_config;

/// Where the files of a relative `Include` are.
const FOLDER: &str = "/etc/ssh";

/// Most files that are read.
const MAX_FILES: usize = 4096;

/// The lines of all files, by their paths.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) main: String,
    files: BTreeMap<String, Result<Vec<Line>, String>>,
    /// What the patterns of `Include` stand for.
    included: BTreeMap<String, Vec<String>>,
}

impl Source {
    /// Reads the main file and all that it includes, whether under a `Match` or not, as sshd does.
    pub(super) fn load(main: &str, files: &dyn Files) -> Self {
        let mut source =
            Self { main: main.to_owned(), files: BTreeMap::new(), included: BTreeMap::new() };
        let mut waiting = vec![main.to_owned()];
        while let Some(path) = waiting.pop() {
            if source.files.contains_key(&path) {
                continue;
            }
            let lines = if source.files.len() < MAX_FILES {
                files.read(&path).map(|text| parse_sshd_config(&path, &text))
            } else {
                Err("too many files".to_owned())
            };
            let includes = lines.iter().flatten();
            let includes = includes.filter(|line| line.statement() == Statement::Include);
            for pattern in includes.flat_map(Line::words) {
                let pattern = absolute(pattern);
                if let Entry::Vacant(entry) = source.included.entry(pattern) {
                    let found = files.expand(entry.key());
                    waiting.extend(found.iter().cloned());
                    entry.insert(found);
                }
            }
            source.files.insert(path, lines);
        }
        source
    }

    /// The lines of a file; the error says why it could not be read.
    pub(super) fn lines(&self, path: &str) -> Result<&[Line], &str> {
        match self.files.get(path) {
            Some(Ok(lines)) => Ok(lines),
            Some(Err(why)) => Err(why),
            None => Err("not read"),
        }
    }

    /// The files that a pattern of `Include` stands for, in their order.
    pub(super) fn included(&self, pattern: &str) -> &[String] {
        self.included.get(&absolute(pattern)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        let others = self.files.keys().filter(|path| **path != self.main);
        std::iter::once(&self.main).chain(others).map(String::as_str)
    }

    pub(super) fn text(&self, place: &Place) -> Option<&str> {
        let lines = self.lines(&place.file).ok()?;
        let at = lines.binary_search_by_key(&place.line, |line| line.place.line).ok()?;
        Some(&lines[at].text)
    }
}

fn absolute(pattern: &str) -> String {
    if pattern.starts_with(['/', '~']) { pattern.to_owned() } else { format!("{FOLDER}/{pattern}") }
}
