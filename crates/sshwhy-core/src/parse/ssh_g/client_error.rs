//! What ssh says when it cannot even begin: its configuration, its arguments or its own libraries are broken. Wording of
//! OpenSSH 6 to 10 (`readconf.c`, `ssh.c`, `misc.c`).
//!
//! Must never take a warning for an error: ssh goes on after "Deprecated option", "Unsupported option" (lower-case words in
//! the file), "Identity file … not accessible" and the remark about the pseudo-terminal.

/// Most errors that are kept: ssh prints one per broken line, and a file can have any number of them.
const MAX_ERRORS: usize = 64;

/// One complaint of the client about its own set-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientError {
    /// Where ssh found it; `None` when the message names no line.
    pub place: Option<ConfigPlace>,
    /// What it is.
    pub kind: ClientErrorKind,
    /// The message as ssh printed it, without its line end.
    pub text: String,
}

/// A line of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPlace {
    /// The file as ssh named it; `command-line` for an `-o` option.
    pub file: String,
    /// Line number from 1; 0 for an `-o` option.
    pub line: u32,
}

/// The kinds of complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientErrorKind {
    /// `Bad owner or permissions on F`: others could change the file.
    BadPermissions {
        /// The file.
        file: String,
    },
    /// `Bad configuration option: X`: this ssh has no such keyword.
    BadOption {
        /// The keyword in lower case.
        keyword: String,
    },
    /// Arguments of ssh itself: an unknown letter, a bad port.
    BadArguments,
    /// A known keyword with a value that it cannot have; [`ClientError::text`] says which.
    BadValue,
    /// `ControlPath too long`: longer than a socket's name can be.
    ControlPathTooLong,
    /// More words than the keyword takes.
    ExtraArguments,
    /// `hostname contains invalid characters` (9.6 and later).
    InvalidHostName,
    /// `remote username contains invalid characters` (9.6 and later).
    InvalidUserName,
    /// A broken `ProxyJump`.
    InvalidJump,
    /// A file that includes itself, or more than 16 levels of `Include`.
    IncludeLoop,
    /// ssh cannot start: it was built against another OpenSSL, or a shared library is missing or too old.
    LibraryMismatch,
    /// A keyword without its value.
    MissingArgument,
    /// `No user exists for uid N`: the process has no entry in passwd.
    NoLocalUser,
    /// `RefuseConnection` in the client configuration (10.1 and later).
    Refused,
    /// A `%` token or `${VARIABLE}` that has no value there.
    UnknownToken,
    /// A file that was asked for and cannot be read.
    Unreadable {
        /// The file, when the message names it.
        file: Option<String>,
        /// The system's reason.
        reason: String,
    },
    /// A cipher, MAC, key exchange or key type that this ssh does not have.
    UnsupportedAlgorithm {
        /// The list or the name as given.
        name: String,
    },
    /// A quote that is not closed.
    UnterminatedQuote,
}

/// Reads standard error of `ssh` and keeps its complaints about itself, at most 64, in order. Lines that are no
/// such complaint are skipped.
pub fn parse_client_errors(stderr: &str) -> Vec<ClientError> {
    let mut errors: Vec<ClientError> = Vec::new();
    for line in super::bounded(stderr).lines() {
        if errors.len() >= MAX_ERRORS {
            break;
        }
        let Some(error) = parse_client_error(line) else { continue };
        match errors.last_mut() {
            Some(previous) if repeats(previous, &error) => {
                previous.place = previous.place.take().or(error.place);
            }
            _ => errors.push(error),
        }
    }
    errors
}

/// Reads one line; `None` when it is no complaint of the client about its own set-up.
pub fn parse_client_error(line: &str) -> Option<ClientError> {
    let text = line.trim_end();
    // `kex_exchange_identification: banner line 0: …` has the form of a place and is the server's text.
    if text.starts_with("debug") || text.contains("_exchange_identification: ") {
        return None;
    }
    if let Some((place, message)) = split_place(text) {
        let kind = placed_kind(message)?;
        return Some(ClientError { place: Some(place), kind, text: text.to_owned() });
    }
    unplaced_kind(text).map(|kind| ClientError { place: None, kind, text: text.to_owned() })
}

/// Some complaints come in two lines, of which only the second may name the place: the algorithm and then its list, the
/// criterion and then the `Match` line, the letter and then the usage.
fn repeats(previous: &ClientError, error: &ClientError) -> bool {
    let same_line = previous.place.is_none() || previous.place == error.place;
    match &error.kind {
        ClientErrorKind::UnsupportedAlgorithm { .. } => {
            matches!(previous.kind, ClientErrorKind::UnsupportedAlgorithm { .. })
                && previous.place.is_none()
                && error.place.is_some()
        }
        ClientErrorKind::BadArguments => {
            previous.kind == ClientErrorKind::BadArguments && error.text.starts_with("usage: ")
        }
        _ => same_line && error.text.ends_with("Bad Match condition"),
    }
}

/// Both forms: `F: line N: message` (unknown keywords) and `F line N: message` (the rest).
fn split_place(text: &str) -> Option<(ConfigPlace, &str)> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find("line ")?;
        let after = text.get(at + "line ".len()..)?;
        let before = text.get(..at)?;
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let file = before.strip_suffix(": ").or_else(|| before.strip_suffix(' '));
        let message = after.get(digits..)?.strip_prefix(':').map(str::trim_start);
        if let (Some(file), Ok(line), Some(message)) = (file, after.get(..digits)?.parse(), message)
            && !file.is_empty()
            && !is_shell(file)
        {
            return Some((ConfigPlace { file: file.to_owned(), line }, message));
        }
        from = at + "line ".len();
    }
}

/// Shells name lines of their own: `bash: line 1: exec: nc: not found`.
fn is_shell(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file).trim_start_matches('-');
    matches!(name, "sh" | "ash" | "bash" | "dash" | "fish" | "ksh" | "zsh")
}

fn placed_kind(message: &str) -> Option<ClientErrorKind> {
    let lower = message.to_ascii_lowercase();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| lower.starts_with(prefix));
    if starts(&["deprecated option", "unsupported option \"", "applying options", "new group"]) {
        // `unsupported option "x".` ends in a full stop when it is about a value, and is fatal then.
        return lower.ends_with("\".").then_some(ClientErrorKind::BadValue);
    }
    Some(match () {
        () if starts(&["bad configuration option: "]) => {
            let keyword = message.split_once(": ").map_or("", |(_, keyword)| keyword);
            ClientErrorKind::BadOption { keyword: keyword.to_owned() }
        }
        () if starts(&["no argument after keyword", "missing ", "no argument"]) => {
            ClientErrorKind::MissingArgument
        }
        () if starts(&["invalid quotes"]) => ClientErrorKind::UnterminatedQuote,
        () if starts(&["keyword ", "garbage at end of line"]) => ClientErrorKind::ExtraArguments,
        () if starts(&["invalid proxyjump", "invalid jump host"]) => ClientErrorKind::InvalidJump,
        () if starts(&["refuseconnection"]) => ClientErrorKind::Refused,
        () if starts(&["bad ssh2 ", "bad key types", "bad protocol 2 host key", "bad cipher "]) => {
            ClientErrorKind::UnsupportedAlgorithm {
                name: quoted(message).unwrap_or(message).to_owned(),
            }
        }
        () if starts(&["can't open user config file", "glob failed for"]) => unreadable(message),
        () => ClientErrorKind::BadValue,
    })
}

/// How ssh complains about its own arguments.
const ARGUMENTS: [&str; 13] = [
    "Bad dynamic forwarding specification",
    "Bad escape character",
    "Bad local forwarding specification",
    "Bad port '",
    "Bad remote forwarding specification",
    "Bad stdio forwarding specification",
    "Bad tun device",
    "Couldn't open logfile",
    "Invalid multiplex command",
    "illegal option -- ",
    "option requires an argument -- ",
    "unknown option -- ",
    "usage: ssh ",
];

fn unplaced_kind(text: &str) -> Option<ClientErrorKind> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    if let Some(file) = text.strip_prefix("Bad owner or permissions on ") {
        return Some(ClientErrorKind::BadPermissions { file: file.to_owned() });
    }
    if is_library_trouble(text) {
        return Some(ClientErrorKind::LibraryMismatch);
    }
    Some(match () {
        () if starts(&["Can't open user config file "]) => unreadable(text),
        () if starts(&["Too many recursive configuration includes"]) => {
            ClientErrorKind::IncludeLoop
        }
        () if starts(&["hostname contains invalid characters"]) => ClientErrorKind::InvalidHostName,
        () if starts(&["remote username contains invalid characters", "invalid username \""]) => {
            ClientErrorKind::InvalidUserName
        }
        () if starts(&["Unsupported KEX algorithm", "Unknown cipher type", "Unknown mac type"]) => {
            ClientErrorKind::UnsupportedAlgorithm {
                name: quoted(text).unwrap_or_default().to_owned(),
            }
        }
        () if starts(&["Missing Match criteria"]) => ClientErrorKind::BadValue,
        () if starts(&["Invalid number of ConnectionAttempts"]) => ClientErrorKind::BadValue,
        () if starts(&[
            "vdollar_percent_expand: ",
            "percent_expand: unknown key",
            "dollar_expand: ",
        ]) =>
        {
            ClientErrorKind::UnknownToken
        }
        () if starts(&["ControlPath too long", "ControlPath \""])
            || text.ends_with("too long for Unix domain socket") =>
        {
            ClientErrorKind::ControlPathTooLong
        }
        () if starts(&["No user exists for uid", "You don't exist, go away", "unknown userid"]) => {
            ClientErrorKind::NoLocalUser
        }
        () if starts(&["Invalid -J argument", "Invalid jump host"]) => ClientErrorKind::InvalidJump,
        () if ARGUMENTS.iter().any(|beginning| text.starts_with(beginning)) => {
            ClientErrorKind::BadArguments
        }
        () => return None,
    })
}

/// The dynamic loader speaks before ssh does: glibc, musl, macOS, and ssh's own check of OpenSSL.
fn is_library_trouble(text: &str) -> bool {
    const WORDS: [&str; 7] = [
        "OpenSSL version mismatch",
        "error while loading shared libraries",
        "symbol lookup error",
        "Error loading shared library",
        "Error relocating",
        "dyld: Library not loaded",
        "dyld[",
    ];
    // The loader names the program first; a shell's trouble is none of ssh's.
    let program = text.split(": ").next().unwrap_or_default().rsplit('/').next();
    let is_shell = program.is_some_and(|name| name.ends_with("sh") && name != "ssh");
    if is_shell {
        return false;
    }
    WORDS.iter().any(|word| text.contains(word))
        || (text.contains("version `") && text.contains("not found (required by"))
}

fn unreadable(text: &str) -> ClientErrorKind {
    let about = text
        .strip_prefix("Can't open user config file ")
        .or_else(|| text.strip_prefix("glob failed for "));
    let about = about.unwrap_or(text);
    match about.rsplit_once(": ") {
        Some((file, reason)) => {
            ClientErrorKind::Unreadable { file: Some(file.to_owned()), reason: reason.to_owned() }
        }
        None => ClientErrorKind::Unreadable {
            file: Some(about.trim_end_matches('.').to_owned()),
            reason: String::new(),
        },
    }
}

fn quoted(text: &str) -> Option<&str> {
    let start = text.find(['"', '\''])?;
    let rest = text.get(start + 1..)?;
    Some(rest.rfind(['"', '\'']).and_then(|end| rest.get(..end)).unwrap_or(rest))
}

#[cfg(test)]
mod tests;
