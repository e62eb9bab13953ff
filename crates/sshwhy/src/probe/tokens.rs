//! What ssh makes of `~`, `%` tokens and `${VARIABLE}` in the paths of its configuration:
//! ssh_config(5), TOKENS and ENVIRONMENT VARIABLES; `tilde_expand` and `vdollar_percent_expand` in
//! OpenSSH's `misc.c`.
//!
//! It must never run a shell: a path is data.

use std::env;
use std::path::PathBuf;

use sshwhy_core::parse::ssh_g::ClientConfig;

use crate::sys::account;
use crate::sys::account::Account;

/// What the tokens stand for.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    home: String,
    local_user: String,
    uid: String,
    given: String,
    host: String,
    port: String,
    user: String,
    alias: String,
}

impl Tokens {
    /// The values for one host; `given` is the name that was typed.
    pub(super) fn new(config: &ClientConfig, given: &str) -> Self {
        let own = account::own();
        // Without an entry ssh does not run at all; the environment is the next best guess.
        let home = own.as_ref().map(home).or_else(|| env::var("HOME").ok()).unwrap_or_default();
        let host = config.hostname.clone();
        Self {
            home,
            local_user: own.as_ref().map(|a| a.name.clone()).unwrap_or_default(),
            uid: own.map(|a| a.uid.to_string()).unwrap_or_default(),
            given: given.to_owned(),
            alias: config.host_key_alias.clone().unwrap_or_else(|| host.clone()),
            host,
            port: config.port.to_string(),
            user: config.user.clone(),
        }
    }

    /// The path; `None` when ssh would use none, or when a token has no value that we know.
    pub(super) fn path(&self, text: &str) -> Option<PathBuf> {
        if text.is_empty() || text.eq_ignore_ascii_case("none") {
            return None;
        }
        self.expand(&self.without_tilde(text)?).map(PathBuf::from)
    }

    fn without_tilde(&self, text: &str) -> Option<String> {
        let Some(rest) = text.strip_prefix('~') else { return Some(text.to_owned()) };
        let (name, path) = rest.split_once('/').unwrap_or((rest, ""));
        let home = if name.is_empty() { self.home.clone() } else { home(&account::named(name)?) };
        Some(format!("{}/{path}", home.trim_end_matches('/')))
    }

    fn expand(&self, text: &str) -> Option<String> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['%', '$']) {
            let (before, from) = rest.split_at_checked(at)?;
            expanded.push_str(before);
            if let Some(variable) = from.strip_prefix("${") {
                let (name, after) = variable.split_once('}')?;
                expanded.push_str(&env::var(name).ok()?);
                rest = after;
                continue;
            }
            let mut chars = from.chars();
            if chars.next() == Some('$') {
                expanded.push('$');
            } else {
                expanded.push_str(self.value(chars.next()?)?);
            }
            rest = chars.as_str();
        }
        expanded.push_str(rest);
        Some(expanded)
    }

    fn value(&self, token: char) -> Option<&str> {
        Some(match token {
            '%' => "%",
            'd' => &self.home,
            'h' => &self.host,
            'i' => &self.uid,
            'k' => &self.alias,
            'n' => &self.given,
            'p' => &self.port,
            'r' => &self.user,
            'u' => &self.local_user,
            _ => return None,
        })
    }
}

fn home(account: &Account) -> String {
    account.home.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        let text = |t: &str| t.to_owned();
        Tokens {
            home: text("/home/alice"),
            local_user: text("alice"),
            uid: text("1000"),
            given: text("box"),
            host: text("box.example"),
            port: text("2222"),
            user: text("bob"),
            alias: text("alias"),
        }
    }

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(tokens().path(text), expected.map(PathBuf::from), "{text:?}");
    }

    #[test]
    fn nothing_and_nonsense() {
        check("", None);
        check("none", None);
        check("/a/%", None);
        check("/a/%Z", None);
        check("/a/${", None);
        check("/a/${NO_SUCH_VARIABLE_HERE}", None);
        check("~no such user/x", None);
    }

    #[test]
    fn tokens_and_tilde() {
        check("/etc/x", Some("/etc/x"));
        check("~", Some("/home/alice/"));
        check("~/.ssh/id", Some("/home/alice/.ssh/id"));
        check(
            "%d/.ssh/%r@%h:%p-%n-%k-%u-%i-%%",
            Some("/home/alice/.ssh/bob@box.example:2222-box-alias-alice-1000-%"),
        );
        check("/a$b/${PATH", None);
        check("/cost$5", Some("/cost$5"));
    }
}
