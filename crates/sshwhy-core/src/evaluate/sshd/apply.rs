//! What one line sets, or why sshd refuses it (`process_server_config_line_depth` in `servconf.c`).
//!
//! For most keywords the first line counts. The exceptions are sshd's own: some keywords collect, and with some the last
//! line counts.

mod limit;
mod list;
mod network;
mod text;

use super::Start;
use super::keyword;
use super::keyword::Keyword;
use super::keyword::Kind;
use super::keyword::Scope;
use super::number;
use super::settings::Settings;
use super::settings::Value;
use crate::parse::place::Place;
use crate::parse::sshd_config::Line;

/// Why a line is refused or passed over.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) text: String,
    pub(super) fatal: bool,
}

impl Fault {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), fatal: true }
    }
}

type Done = Result<(), Fault>;

/// A value from the command line.
pub(super) fn given(text: &str) -> Value {
    Value { text: text.to_owned(), place: Some(Place::new("command-line", 0)) }
}

/// Reads one line. One that is not active is only checked. In the second reading, lines that were read in the first are
/// passed over.
pub(super) fn apply(
    line: &Line,
    active: bool,
    again: bool,
    start: &Start,
    settings: &mut Settings,
) -> Done {
    let Some(keyword) = keyword::find(&line.keyword, start.version) else {
        return Err(Fault::new(format!("Bad configuration option: {}", line.keyword)));
    };
    // Under `Match all` they may stand, but count in the first reading alone. An old name may be stricter than the new one.
    let counts_again = keyword::find(keyword.canonical, start.version)
        .is_some_and(|canonical| may_stand_under_match(canonical, start));
    if again && (!counts_again || !active && !may_stand_under_match(keyword, start)) {
        return Ok(());
    }
    if !active && !may_stand_under_match(keyword, start) {
        return Err(Fault::new(format!(
            "Directive '{}' is not allowed within a Match block",
            line.keyword
        )));
    }
    let mut setter = Setter { line, at: 0, key: keyword.canonical, active, start, settings };
    setter.read(keyword.kind)?;
    if setter.at < line.words().len() {
        return Err(Fault::new(format!("keyword {} extra arguments at end of line", line.keyword)));
    }
    Ok(())
}

fn may_stand_under_match(keyword: &Keyword, start: &Start) -> bool {
    keyword.scope == Scope::Anywhere
        && (keyword.name != "subsystem" || start.version.at_least(9, 5))
}

/// A line on its way into the settings.
struct Setter<'a> {
    line: &'a Line,
    /// How many words were taken.
    at: usize,
    key: &'static str,
    active: bool,
    start: &'a Start,
    settings: &'a mut Settings,
}

impl<'a> Setter<'a> {
    fn read(&mut self, kind: Kind) -> Done {
        match kind {
            Kind::Choice(words) => self.choice(words),
            Kind::Number => self.number(),
            Kind::Time => self.time(self.key),
            Kind::IdleTime => self.idle_time(),
            Kind::Path => self.path(""),
            Kind::UserPath => self.user_path(),
            Kind::Agent => self.path("SSH_AUTH_SOCK"),
            Kind::Provider => self.path("internal"),
            Kind::Word => self.word(),
            Kind::Command => self.command(),
            Kind::ForcedCommand => self.rest(),
            Kind::Addendum => self.addendum(),
            Kind::Algorithms(list) => self.algorithms(list),
            Kind::GssAlgorithms => self.gss_algorithms(),
            Kind::Users => self.users(),
            Kind::Groups => self.groups(),
            Kind::AcceptEnv => self.accept_env(),
            Kind::SetEnv => self.set_env(),
            Kind::KeyFiles => self.key_files(),
            Kind::Methods => self.methods(),
            Kind::LogVerbose => self.log_verbose(),
            Kind::ChannelTimeout => self.channel_timeout(),
            Kind::PermitOpen => self.permit(false),
            Kind::PermitListen => self.permit(true),
            Kind::Port => self.port(),
            Kind::ListenAddress => self.listen_address(),
            Kind::KeyFile => self.key_file(),
            Kind::Subsystem => self.subsystem(),
            Kind::MaxStartups => self.max_startups(),
            Kind::NetBlockSize => self.net_block_size(),
            Kind::PerSourceMax => self.per_source_max(),
            Kind::Penalties => self.penalties(),
            Kind::ExemptList => self.exempt_list(),
            Kind::RekeyLimit => self.rekey_limit(),
            Kind::Qos => self.qos(),
            Kind::Mask => self.mask(),
            Kind::Hash => self.hash(),
            Kind::UserEnvironment => self.user_environment(),
            Kind::Facility => self.facility(),
            Kind::Level => self.level(),
            Kind::PubkeyOptions => self.pubkey_options(),
            Kind::RDomain => self.word(),
            Kind::Ignored => {
                self.take_rest();
                Ok(())
            }
            Kind::Deprecated => Err(self.without_effect("Deprecated")),
            Kind::Unsupported => Err(self.without_effect("Unsupported")),
        }
    }

    fn without_effect(&mut self, what: &str) -> Fault {
        self.take_rest();
        Fault { text: format!("{what} option {}", self.line.keyword), fatal: false }
    }

    /// The next word.
    fn next(&mut self) -> Option<&'a str> {
        let word = self.line.words().get(self.at)?;
        self.at += 1;
        Some(word)
    }

    /// The next word, which must be there and not empty.
    fn argument(&mut self) -> Result<&'a str, Fault> {
        self.next()
            .filter(|word| !word.is_empty())
            .ok_or_else(|| Fault::new(format!("{} missing argument.", self.line.keyword)))
    }

    /// How many words are left.
    fn left(&self) -> usize {
        self.line.words().len() - self.at
    }

    fn take_rest(&mut self) {
        self.at = self.line.words().len();
    }

    fn value(&self, text: impl Into<String>) -> Value {
        Value { text: text.into(), place: Some(self.line.place.clone()) }
    }

    /// Sets what was not set before.
    fn set_first(&mut self, key: &'static str, text: impl Into<String>) {
        if !self.active {
            return;
        }
        let text = text.into();
        if self.settings.is_set(key) {
            self.settings.pass_over(key, &[&text], &self.line.place);
        } else {
            self.settings.push(key, self.value(text));
        }
    }

    /// Sets, whether it was set before or not.
    fn set_last(&mut self, key: &'static str, text: impl Into<String>) {
        if self.active {
            self.settings.replace(key, vec![self.value(text)]);
        }
    }

    fn invalid(&self) -> Fault {
        Fault::new(format!("Invalid {} spec.", self.line.keyword))
    }

    fn choice(&mut self, words: &[(&str, &'static str)]) -> Done {
        let argument = self.argument()?;
        // PermitTunnel alone compares the case of letters.
        let exact = self.key == "permittunnel";
        let printed = words.iter().find(|(word, _)| {
            if exact { *word == argument } else { word.eq_ignore_ascii_case(argument) }
        });
        let Some((_, printed)) = printed else {
            return Err(Fault::new(format!("unsupported option \"{argument}\".")));
        };
        self.set_first(self.key, *printed);
        Ok(())
    }

    fn number(&mut self) -> Done {
        let value = number::count(self.next()).map_err(|why| self.bad_number(why))?;
        self.set_first(self.key, value.to_string());
        Ok(())
    }

    fn bad_number(&self, why: &str) -> Fault {
        Fault::new(format!("{} integer value {why}.", self.line.keyword))
    }

    fn time(&mut self, key: &'static str) -> Done {
        let argument = self.argument()?;
        let seconds = number::time(argument, self.start.version)
            .ok_or_else(|| Fault::new("invalid time value."))?;
        self.set_first(key, seconds.to_string());
        Ok(())
    }

    /// `none` also takes the place of an earlier value.
    fn idle_time(&mut self) -> Done {
        if self.line.words().first().is_some_and(|word| word.eq_ignore_ascii_case("none")) {
            self.take_one();
            self.set_last(self.key, "none");
            return Ok(());
        }
        let argument = self.argument()?;
        let seconds = number::time(argument, self.start.version)
            .ok_or_else(|| Fault::new("invalid time value."))?;
        let text = if seconds == 0 { "none".to_owned() } else { seconds.to_string() };
        self.set_first(self.key, text);
        Ok(())
    }

    fn take_one(&mut self) {
        self.at += 1;
    }
}
