//! Files of `/etc/pam.d`: pam.d(5). One file at a time; who reads them puts them together
//! ([`crate::evaluate::pam`]).

/// What a rule is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Who the user is.
    Auth,
    /// Whether the account may come in.
    Account,
    /// What is done around a session.
    Session,
    /// How a password is changed.
    Password,
}

/// A line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Line {
    /// A module with its control.
    Module(Module),
    /// Another file takes the place of this line.
    Include(Include),
    /// A line that libpam cannot read: its number, from 1, and the kind of stack that fails at it.
    Bad(usize, Kind),
}

/// A module in a stack.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Module {
    /// The line, from 1: the first, when it goes on over several.
    pub line: usize,
    /// What it is for.
    pub kind: Kind,
    /// What its result means.
    pub control: Control,
    /// The name without folder, e.g. `pam_unix.so`.
    pub name: String,
    /// The path as it is written.
    pub path: String,
    /// What it is told.
    pub arguments: Vec<String>,
    /// The whole line.
    pub text: String,
}

/// A reference to another file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Include {
    /// The line, from 1.
    pub line: usize,
    /// Only rules of this kind are taken; `None` for `@include`, which takes all.
    pub kind: Option<Kind>,
    /// Whether `done` and `die` end only the included part (`substack`).
    pub is_substack: bool,
    /// The file: a name below the folder of the including one, or a path.
    pub file: String,
}

/// What the results of a module mean for the stack, by the names of the results.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Control {
    /// For results that are named.
    pub named: Vec<(String, Action)>,
    /// For the others.
    pub default: Action,
}

/// What a result means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
    /// Nothing.
    Ignore,
    /// The stack fails, after the rest was asked.
    Bad,
    /// The stack fails at once.
    Die,
    /// It counts.
    Ok,
    /// It counts, and unless the stack has failed already that is the end.
    Done,
    /// What counted is forgotten.
    Reset,
    /// So many of the next modules are skipped.
    Jump(usize),
}

impl Control {
    /// What a result means.
    #[must_use]
    pub fn action(&self, result: &'static str) -> Action {
        let named = self.named.iter().rev().find(|(name, _)| name == result);
        named.map_or(self.default, |(_, action)| *action)
    }

    fn of(ok: Action, default: Action, ignores: bool) -> Self {
        let mut named = vec![("success".to_owned(), ok), ("new_authtok_reqd".to_owned(), ok)];
        if ignores {
            named.push(("ignore".to_owned(), Action::Ignore));
        }
        Self { named, default }
    }

    fn parse(word: &str) -> Option<Self> {
        if let Some(list) = word.strip_prefix('[') {
            return Self::parse_list(list.strip_suffix(']')?);
        }
        Some(match word.to_ascii_lowercase().as_str() {
            "required" => Self::of(Action::Ok, Action::Bad, true),
            "requisite" => Self::of(Action::Ok, Action::Die, true),
            "sufficient" => Self::of(Action::Done, Action::Ignore, false),
            "optional" => Self::of(Action::Ok, Action::Ignore, false),
            _ => return None,
        })
    }

    /// `value=action …`. What is not named counts as failed, as in libpam.
    fn parse_list(list: &str) -> Option<Self> {
        let mut control = Self { named: Vec::new(), default: Action::Bad };
        for pair in list.split_ascii_whitespace() {
            let (result, action) = pair.split_once('=')?;
            let action = Action::parse(action)?;
            match result {
                "default" => control.default = action,
                _ => control.named.push((result.to_owned(), action)),
            }
        }
        Some(control)
    }
}

impl Action {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "ignore" => Self::Ignore,
            "bad" => Self::Bad,
            "die" => Self::Die,
            "ok" => Self::Ok,
            "done" => Self::Done,
            "reset" => Self::Reset,
            // "A jump by 0 is not allowed": libpam takes it for ignore.
            number => match number.parse().ok()? {
                0 => Self::Ignore,
                count => Self::Jump(count),
            },
        })
    }
}

/// Reads a file.
#[must_use]
pub fn lines(text: &str) -> Vec<Line> {
    let mut all = Vec::new();
    let (mut joined, mut first) = (String::new(), 0);
    for (index, line) in text.lines().enumerate() {
        if joined.is_empty() {
            first = index + 1;
        }
        let line = line.split('#').next().unwrap_or_default();
        match line.trim_end().strip_suffix('\\') {
            Some(part) => {
                joined.push_str(part);
                joined.push(' ');
                continue;
            }
            None => joined.push_str(line),
        }
        all.extend(line_of(first, joined.trim()));
        joined.clear();
    }
    all.extend(line_of(first, joined.trim()));
    all
}

fn line_of(number: usize, text: &str) -> Option<Line> {
    if text.is_empty() {
        return None;
    }
    let words = words(text);
    let first = words.first()?;
    let kind = kind(first).unwrap_or(Kind::Auth);
    Some(read_line(number, text, &words).unwrap_or(Line::Bad(number, kind)))
}

/// Its dash says only that nobody complains when the module is not there.
fn kind(word: &str) -> Option<Kind> {
    Some(match word.trim_start_matches('-').to_ascii_lowercase().as_str() {
        "auth" => Kind::Auth,
        "account" => Kind::Account,
        "session" => Kind::Session,
        "password" => Kind::Password,
        _ => return None,
    })
}

fn read_line(number: usize, text: &str, words: &[String]) -> Option<Line> {
    let mut rest = words.iter();
    let first = rest.next()?;
    let include = |kind, is_substack, file: &String| {
        Line::Include(Include { line: number, kind, is_substack, file: file.clone() })
    };
    if first == "@include" {
        return Some(include(None, false, rest.next()?));
    }
    let kind = kind(first)?;
    let control = rest.next()?;
    let path = rest.next()?;
    match control.to_ascii_lowercase().as_str() {
        "include" => return Some(include(Some(kind), false, path)),
        "substack" => return Some(include(Some(kind), true, path)),
        _ => {}
    }
    let arguments = rest.cloned().collect();
    Some(Line::Module(Module {
        line: number,
        kind,
        control: Control::parse(control)?,
        name: path.rsplit('/').next().unwrap_or_default().to_owned(),
        path: path.clone(),
        arguments,
        text: text.split_ascii_whitespace().collect::<Vec<_>>().join(" "),
    }))
}

/// Words between blanks. What stands in brackets is one word; within an argument the brackets
/// themselves are left out, and `\]` stands for one.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let is_argument = words.len() > 1;
        let (word, after) = match rest.strip_prefix('[') {
            Some(inside) => bracketed(inside, is_argument),
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

fn bracketed(inside: &str, is_argument: bool) -> (String, &str) {
    let mut word = String::from(if is_argument { "" } else { "[" });
    let mut characters = inside.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            ']' => {
                if !is_argument {
                    word.push(']');
                }
                return (word, &inside[at + 1..]);
            }
            '\\' if inside[at + 1..].starts_with(']') => {
                characters.next();
                word.push(']');
            }
            other => word.push(other),
        }
    }
    (word, "")
}

#[cfg(test)]
mod tests;
