//! Which lines of pam_limits' tables hold for an account (`pam_limits.c`): limits.conf(5).

use crate::parse::limits::Entry;
use crate::parse::limits::Kind;
use crate::parse::place::Place;

/// An account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// The number of its own group.
    pub gid: u32,
    /// The names of all its groups.
    pub groups: Vec<String>,
}

/// Whom a line is for. Of lines for the same item the more special one holds, whatever the order;
/// of equally special ones the last.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Scope {
    /// This user by name or number.
    User,
    /// A group, each member by itself.
    Group,
    /// A group, all members together (`%GROUP`).
    AllOfGroup,
    /// All users together (`%`).
    All,
    /// Whoever no other line is for (`*`).
    Default,
}

/// A limit that holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Limit {
    /// How much; `None` for no limit.
    pub value: Option<u64>,
    /// Whom the line is for.
    pub scope: Scope,
    /// The line.
    pub place: Place,
    /// The whole line.
    pub text: String,
}

/// The limits that hold for a session.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Limits {
    /// How many logins there may be: `maxlogins`.
    pub logins: Option<Limit>,
    /// How many logins of all users there may be: `maxsyslogins`.
    pub all_logins: Option<Limit>,
    /// How many processes the user may have: the smaller of the soft and the hard `nproc`.
    pub processes: Option<Limit>,
}

/// Which limits of the tables hold for an account.
#[must_use]
pub fn of(tables: &[(String, Vec<Entry>)], account: &Account) -> Limits {
    let lines = || tables.iter().flat_map(|(file, all)| all.iter().map(move |entry| (file, entry)));
    let scoped = || lines().filter_map(|(file, e)| Some((file, e, scope(&e.domain, account)?)));
    let exempts = |scope| matches!(scope, Scope::User | Scope::Group);
    if scoped().any(|(_, entry, scope)| entry.kind == Kind::Exempt && exempts(scope)) {
        return Limits::default();
    }
    let mut limits = Limits::default();
    let (mut soft, mut hard) = (None, None);
    for (file, entry, scope) in scoped() {
        let (place, text) = (Place::new(file.as_str(), entry.line), entry.text.clone());
        let limit = Limit { value: entry.value, scope, place, text };
        match (entry.item.as_str(), entry.kind) {
            (_, Kind::Exempt) => {}
            ("maxlogins", _) => _ = set(&mut limits.logins, limit),
            ("maxsyslogins", _) => _ = set(&mut limits.all_logins, limit),
            // What `%` counts together is logins; for other items such lines are passed over.
            ("nproc", _) if matches!(scope, Scope::All | Scope::AllOfGroup) => {}
            ("nproc", Kind::Soft) => _ = set(&mut soft, limit),
            ("nproc", Kind::Hard) => _ = set(&mut hard, limit),
            // A line for both that does not suit the one is not looked at for the other.
            ("nproc", Kind::Both) if set(&mut soft, limit.clone()) => _ = set(&mut hard, limit),
            _ => {}
        }
    }
    let value = |limit: &Limit| limit.value.unwrap_or(u64::MAX);
    limits.processes = soft.into_iter().chain(hard).min_by_key(value);
    limits
}

/// Sets a limit unless a more special line has set it; whether it did.
fn set(limit: &mut Option<Limit>, new: Limit) -> bool {
    let suits = limit.as_ref().is_none_or(|before| new.scope <= before.scope);
    if suits {
        *limit = Some(new);
    }
    suits
}

/// Whom a domain is for, when it is for this account. Groups and wildcards never mean root.
fn scope(domain: &str, account: &Account) -> Option<Scope> {
    if domain == account.name {
        return Some(Scope::User);
    }
    let is_root = account.uid == 0;
    let in_group = |name: &str| account.groups.iter().any(|group| group == name);
    if let Some(group) = domain.strip_prefix('@') {
        let is_member = match range(group) {
            Some((low, high)) => (low..=high).contains(&account.gid),
            None => in_group(group),
        };
        return (is_member && !is_root).then_some(Scope::Group);
    }
    if let Some(group) = domain.strip_prefix('%') {
        if group.is_empty() {
            return (!is_root).then_some(Scope::All);
        }
        return (in_group(group) && !is_root).then_some(Scope::AllOfGroup);
    }
    if let Some((low, high)) = range(domain) {
        return (low..=high).contains(&account.uid).then_some(Scope::User);
    }
    (domain == "*" && !is_root).then_some(Scope::Default)
}

/// `MIN:MAX`, `MIN:` for that number and all above, `:MAX` for that number alone.
fn range(text: &str) -> Option<(u32, u32)> {
    let (low, high) = text.split_once(':')?;
    match (low.is_empty(), high.is_empty()) {
        (true, true) => None,
        (true, false) => high.parse().ok().map(|only| (only, only)),
        (false, true) => low.parse().ok().map(|low| (low, u32::MAX)),
        (false, false) => low.parse().ok().zip(high.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::limits::entries;

    fn alice() -> Account {
        let groups = vec!["alice".to_owned(), "staff".to_owned()];
        Account { name: "alice".to_owned(), uid: 1500, gid: 1500, groups }
    }

    fn limits(table: &str, account: &Account) -> Limits {
        of(&[("limits.conf".to_owned(), entries(table))], account)
    }

    /// Line and value of `maxlogins` and of `nproc`.
    fn check(table: &str, expected: [Option<(usize, Option<u64>)>; 2]) {
        let found = limits(table, &alice());
        let found = [found.logins, found.processes].map(|l| l.map(|l| (l.place.line, l.value)));
        assert_eq!(found, expected, "{table:?}");
    }

    #[test]
    fn lines_for_others() {
        for table in ["", "bob - maxlogins 0", "@wheel - nproc 0", "%wheel - maxlogins 0"] {
            check(table, [None, None]);
        }
        check("1:1499 - nproc 0\n:1501 - nproc 0\n@1:9 - nproc 0\n: - nproc 0", [None, None]);
        let root = Account { name: "root".to_owned(), uid: 0, ..alice() };
        let table = "* - nproc 0\n@staff - maxlogins 0\n% - maxlogins 0";
        assert_eq!(limits(table, &root), Limits::default());
    }

    #[test]
    fn the_more_special_line_holds() {
        check("alice hard maxlogins 0", [Some((1, Some(0))), None]);
        check("alice - maxlogins 3\n* - maxlogins 0", [Some((1, Some(3))), None]);
        check("* - maxlogins 0\n@staff - maxlogins 5", [Some((2, Some(5))), None]);
        check("* - nproc 0\n* - nproc 9", [None, Some((2, Some(9)))]);
        check("* - nproc 0\nalice - nproc unlimited", [None, Some((2, None))]);
        check("1500: - nproc 7", [None, Some((1, Some(7)))]);
        check("% - maxlogins 4", [Some((1, Some(4))), None]);
        check("* - nproc 0\n@staff -", [None, None]);
        check("% - nproc 0\n%staff - nproc 0", [None, None]);
        check("* - nproc 7\n* -", [None, Some((1, Some(7)))]);
    }

    #[test]
    fn the_smaller_of_soft_and_hard_holds() {
        check("* soft nproc 9\n* hard nproc 4", [None, Some((2, Some(4)))]);
        check("* soft nproc 4\n* hard nproc 9", [None, Some((1, Some(4)))]);
        check("* hard nproc 0", [None, Some((1, Some(0)))]);
        check("alice soft nproc 3\n* - nproc 0", [None, Some((1, Some(3)))]);
        check("alice soft nproc 3\n* hard nproc 0", [None, Some((2, Some(0)))]);
    }

    proptest! {
        #[test]
        fn no_table_panics(table in "([@%*:a0-9]{0,6} (-|hard) (nproc|maxlogins) [0-9]{1,3}\n){0,5}") {
            let _ = limits(&table, &alice());
        }
    }
}
