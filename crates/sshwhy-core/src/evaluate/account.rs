//! Whether an account may log in: `allowed_user` in `auth.c`, `auth-shadow.c`, and what pam_unix
//! makes of the shadow fields (`passverify.c`).

use crate::model::question::Account;
use crate::parse::shadow::Password;
use crate::parse::shadow::Shadow;

/// What is known of an account that exists.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Its shadow fields; `None` when it has none.
    pub shadow: Option<&'a Shadow>,
    /// Today, in days since 1 January 1970.
    pub today: i64,
    /// Who looks at those fields.
    pub checks: Checks,
    /// The shell as the password database has it.
    pub shell: &'a str,
    /// What is found there.
    pub shell_file: ShellFile,
    /// Whether a `ChrootDirectory` holds: then sshd does not look for the shell.
    pub is_chrooted: bool,
    /// Whether `ForceCommand internal-sftp` holds, which needs no shell.
    pub needs_no_shell: bool,
}

/// Who looks at the shadow fields.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Checks {
    /// sshd (`UsePAM no`).
    Sshd,
    /// pam_unix in the account stack.
    PamUnix {
        /// `no_pass_expiry`: the password's age counts for nobody who came with a key.
        ignores_age: bool,
    },
    /// Neither: PAM without pam_unix.
    Nobody,
}

/// What the path of a shell leads to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ShellFile {
    /// Nothing.
    Missing,
    /// No regular file, or one that nobody may execute.
    NotExecutable,
    /// A program.
    Program,
    /// It cannot be looked at.
    Unknown,
}

/// Judges an account: the answer, and in words what shows it. Never holds a part of a password.
#[must_use]
pub fn judge(facts: &Facts<'_>) -> (Account, String) {
    let by_sshd = || facts.shadow.filter(|_| facts.checks == Checks::Sshd);
    if let Some(shadow) = by_sshd() {
        // An expired account counts as locked (platform_locked_account), but says so itself.
        if let Some(day) = shadow.expires.filter(|day| facts.today > *day) {
            return (Account::Expired, expired(day, facts.today));
        }
        if shadow.password == Password::Locked {
            let text = "its password field begins with ! and UsePAM is no: sshd refuses keys too";
            return (Account::Locked, text.to_owned());
        }
    }
    if let Some(flaw) = shell_is_refused(facts) {
        return (Account::NoShell, flaw);
    }
    if let (Checks::PamUnix { ignores_age }, Some(shadow)) = (facts.checks, facts.shadow)
        && let Some(flaw) = by_pam_unix(shadow, facts.today, ignores_age)
    {
        return flaw;
    }
    let name = facts.shell.rsplit('/').next().unwrap_or_default();
    if matches!(name, "nologin" | "false") && !facts.needs_no_shell {
        let text = format!("its shell {} ends every session at once", facts.shell);
        return (Account::NoShell, text);
    }
    (Account::Sound, sound(facts))
}

fn shell_is_refused(facts: &Facts<'_>) -> Option<String> {
    if facts.is_chrooted {
        return None;
    }
    match facts.shell_file {
        ShellFile::Missing => Some(format!("its shell {} does not exist", facts.shell)),
        ShellFile::NotExecutable => Some(format!("its shell {} is not executable", facts.shell)),
        ShellFile::Program | ShellFile::Unknown => None,
    }
}

/// `check_shadow_expiry` of Linux-PAM.
fn by_pam_unix(shadow: &Shadow, today: i64, ignores_age: bool) -> Option<(Account, String)> {
    if let Some(day) = shadow.expires.filter(|day| today >= *day) {
        return Some((Account::Expired, expired(day, today)));
    }
    let changed = shadow.changed.filter(|_| !ignores_age)?;
    if changed == 0 {
        let text = "it has to change its password at the next login (day of last change: 0)";
        return Some((Account::PasswordExpired, text.to_owned()));
    }
    let age = today.checked_sub(changed)?;
    let maximum = shadow.maximum.filter(|maximum| age > *maximum)?;
    let text = format!("its password is {age} days old, of {maximum} that it may be");
    let inactive = shadow.inactive.filter(|inactive| age > maximum.saturating_add(*inactive));
    Some(match inactive {
        Some(inactive) => (Account::Expired, format!("{text} and {inactive} more to change it")),
        None => (Account::PasswordExpired, text),
    })
}

fn expired(day: i64, today: i64) -> String {
    format!("it expired on day {day} since 1970; today is day {today} (chage -l shows dates)")
}

fn sound(facts: &Facts<'_>) -> String {
    let password = match facts.shadow.map(|shadow| shadow.password) {
        Some(Password::Locked) => "password locked, which stops no keys with PAM",
        Some(Password::Unusable) => "no password fits, which stops no keys",
        Some(Password::Empty) => "empty password",
        Some(Password::Hash) => "has a password",
        None => "no shadow entry",
    };
    format!("not expired; {password}; shell {}", facts.shell)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAM: Checks = Checks::PamUnix { ignores_age: false };

    fn shadow(fields: &str) -> Shadow {
        Shadow::find(&format!("alice:{fields}"), "alice").unwrap().1
    }

    fn facts(shadow: &Shadow, checks: Checks) -> Facts<'_> {
        Facts {
            shadow: Some(shadow),
            today: 20_000,
            checks,
            shell: "/bin/bash",
            shell_file: ShellFile::Program,
            is_chrooted: false,
            needs_no_shell: false,
        }
    }

    fn check(fields: &str, checks: Checks, expected: Account) {
        let shadow = shadow(fields);
        let (found, text) = judge(&facts(&shadow, checks));
        assert_eq!(found, expected, "{fields} {checks:?}: {text}");
        assert!(!text.contains("hash"), "{text}");
    }

    #[test]
    fn accounts_that_are_sound() {
        for fields in
            ["*:19000:0:99999:7:::", "!:19000:0:99999:7:::", "!!:::::::", "$y$hash:1::::::"]
        {
            check(fields, PAM, Account::Sound);
        }
        check("*:0:0:99999:7:::", Checks::Sshd, Account::Sound);
        check("*:0:0:99999:7:::", Checks::PamUnix { ignores_age: true }, Account::Sound);
        check("!:0:0:1:7:0:1:", Checks::Nobody, Account::Sound);
        check("*:20001:0:1:7:1::", PAM, Account::Sound);
        check("*:19990:0:10:7::20001:", PAM, Account::Sound);
        check("*:19000::::::20000:", Checks::Sshd, Account::Sound);
    }

    #[test]
    fn accounts_that_are_stopped() {
        check("!:19000:0:99999:7:::", Checks::Sshd, Account::Locked);
        check("!hash:19000:0:99999:7:::", Checks::Sshd, Account::Locked);
        check("*:19000:0:99999:7::1:", Checks::Sshd, Account::Expired);
        check("*:19000:0:99999:7::1:", PAM, Account::Expired);
        check("*:19000:0:99999:7::20000:", PAM, Account::Expired);
        check("*:0:0:99999:7:::", PAM, Account::PasswordExpired);
        check("*:19989:0:10:7:::", PAM, Account::PasswordExpired);
        check("*:19989:0:10:7:1::", PAM, Account::PasswordExpired);
        check("*:19988:0:10:7:1::", PAM, Account::Expired);
        check("*:1:0:9223372036854775807:7:9223372036854775807::", PAM, Account::Sound);
    }

    #[test]
    fn shells() {
        let check = |shell, file, chrooted, sftp, expected| {
            let shadow = shadow("*:::::::");
            let facts = Facts {
                shell,
                shell_file: file,
                is_chrooted: chrooted,
                needs_no_shell: sftp,
                ..facts(&shadow, PAM)
            };
            assert_eq!(judge(&facts).0, expected, "{shell} {file:?} {chrooted} {sftp}");
        };
        check("/bin/gone", ShellFile::Missing, false, false, Account::NoShell);
        check("/etc/motd", ShellFile::NotExecutable, false, true, Account::NoShell);
        check("/bin/gone", ShellFile::Missing, true, true, Account::Sound);
        check("/usr/sbin/nologin", ShellFile::Program, false, false, Account::NoShell);
        check("/bin/false", ShellFile::Program, true, false, Account::NoShell);
        check("/bin/false", ShellFile::Program, true, true, Account::Sound);
        check("/bin/sh", ShellFile::Unknown, false, false, Account::Sound);
    }
}
