//! What modules of PAM answer whose answer is in their arguments and a file.

use super::pam::Answered;

/// Who logs in, as modules see it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subject {
    /// The login name.
    pub user: String,
    /// Its number.
    pub uid: u32,
    /// The number of its own group.
    pub gid: u32,
    /// The names of its groups.
    pub groups: Vec<String>,
    /// Its home folder.
    pub home: String,
    /// Its shell.
    pub shell: String,
    /// Where it comes from, as sshd tells it to PAM; `None` when that is a name that is not known.
    pub host: Option<String>,
}

/// pam_succeed_if(8): all conditions have to hold.
#[must_use]
pub fn succeed_if(arguments: &[String], subject: &Subject) -> Answered {
    let is_flag = |word: &&String| {
        let flags = ["debug", "use_uid", "quiet", "quiet_fail", "quiet_success", "audit"];
        flags.contains(&word.as_str())
    };
    let words: Vec<&str> = arguments
        .iter()
        .skip_while(is_flag)
        .map(String::as_str)
        .filter(|w| !w.is_empty())
        .collect();
    if arguments.iter().any(|word| word == "use_uid") {
        return Answered::Unknown("it judges the process, not the user".to_owned());
    }
    let mut result = Some(true);
    for condition in words.chunks(3) {
        let [field, test, value] = condition else {
            return Answered::Unknown("a condition is not whole".to_owned());
        };
        match holds(field, test, value, subject) {
            Some(true) => {}
            Some(false) => {
                let text = format!("{field} {test} {value} does not hold for {}", subject.user);
                return Answered::Result("auth_err", text);
            }
            None => result = None,
        }
    }
    match result {
        Some(_) if words.is_empty() => {
            Answered::Result("service_err", "it has no condition".to_owned())
        }
        Some(_) => Answered::Result("success", format!("{} holds", words.join(" "))),
        None => Answered::Unknown("it has a condition that is not understood here".to_owned()),
    }
}

fn holds(field: &str, test: &str, value: &str, subject: &Subject) -> Option<bool> {
    let number = |n: u32| Some(n.to_string());
    let left = match field {
        "user" => Some(subject.user.clone()),
        "uid" => number(subject.uid),
        "gid" => number(subject.gid),
        "home" => Some(subject.home.clone()),
        "shell" => Some(subject.shell.clone()),
        "rhost" => subject.host.clone(),
        "service" => Some("sshd".to_owned()),
        _ => None,
    }?;
    let numbers = || left.parse::<i64>().ok().zip(value.parse::<i64>().ok());
    let in_group =
        |list: &str| list.split(':').any(|name| subject.groups.iter().any(|group| group == name));
    match test {
        "=" => Some(left == value),
        "!=" => Some(left != value),
        "eq" => numbers().map(|(a, b)| a == b),
        "ne" => numbers().map(|(a, b)| a != b),
        "<" | "lt" => numbers().map(|(a, b)| a < b),
        "<=" | "le" => numbers().map(|(a, b)| a <= b),
        ">" | "gt" => numbers().map(|(a, b)| a > b),
        ">=" | "ge" => numbers().map(|(a, b)| a >= b),
        "in" => Some(value.split(':').any(|item| item == left)),
        "notin" => Some(value.split(':').all(|item| item != left)),
        "ingroup" if field == "user" => Some(in_group(value)),
        "notingroup" if field == "user" => Some(!in_group(value)),
        _ => None,
    }
}

/// pam_listfile(8). `list` is the text of the file of its argument `file=`; `None` when that is not
/// there.
#[must_use]
pub fn listfile(arguments: &[String], list: Option<&str>, subject: &Subject) -> Answered {
    let value = |name: &str| {
        let values = arguments.iter().filter_map(|a| a.split_once('='));
        values.rev().find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let allows = match value("sense") {
        Some("allow") => true,
        Some("deny") => false,
        _ => return Answered::Result("service_err", "it has no sense=".to_owned()),
    };
    if value("apply").is_some() {
        return Answered::Unknown("apply= is not understood here".to_owned());
    }
    let Some(list) = list else {
        let result = if value("onerr") == Some("succeed") { "success" } else { "service_err" };
        return Answered::Result(result, "its file cannot be read".to_owned());
    };
    let items: &[&str] = match value("item") {
        Some("user") => &[&subject.user],
        Some("shell") => &[&subject.shell],
        Some("rhost") => match &subject.host {
            Some(host) => &[host.as_str()],
            None => return Answered::Unknown("the client's name is not known".to_owned()),
        },
        Some("group") => &subject.groups.iter().map(String::as_str).collect::<Vec<_>>(),
        _ => return Answered::Unknown("its item= is not understood here".to_owned()),
    };
    let is_listed = list.lines().any(|line| items.contains(&line.trim_end()));
    let listed = if is_listed { "lists" } else { "does not list" };
    let text = format!("its file {listed} {}", items.join(" "));
    Answered::Result(if is_listed == allows { "success" } else { "auth_err" }, text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alice() -> Subject {
        Subject {
            user: "alice".to_owned(),
            uid: 1500,
            gid: 1500,
            groups: vec!["alice".to_owned(), "staff".to_owned()],
            home: "/home/alice".to_owned(),
            shell: "/bin/bash".to_owned(),
            host: Some("192.0.2.7".to_owned()),
        }
    }

    fn result(answered: &Answered) -> &'static str {
        match answered {
            Answered::Result(result, _) => result,
            Answered::Unknown(_) => "?",
        }
    }

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn conditions() {
        let check = |arguments: &str, expected: &str| {
            let found = succeed_if(&words(arguments), &alice());
            assert_eq!(result(&found), expected, "{arguments}: {found:?}");
        };
        check("", "service_err");
        check("uid", "?");
        check("use_uid uid = 0", "?");
        check("ruser = alice", "?");
        check("user ~ alice", "?");
        check("quiet uid >= 1000", "success");
        check("uid >= x", "?");
        check("quiet_success uid < 1000", "auth_err");
        check("user ingroup staff:wheel", "success");
        check("user notingroup staff", "auth_err");
        check("user in bob:alice", "success");
        check("rhost = 192.0.2.8 ruser = x", "auth_err");
        check("shell notin /bin/sh:/bin/false uid ne 0", "success");
    }

    #[test]
    fn lists() {
        let check = |arguments: &str, list: Option<&str>, expected: &str| {
            let found = listfile(&words(arguments), list, &alice());
            assert_eq!(result(&found), expected, "{arguments} {list:?}: {found:?}");
        };
        check("item=user file=/x", Some("alice"), "service_err");
        check("item=user sense=allow apply=@x", Some(""), "?");
        check("item=tty sense=allow", Some(""), "?");
        check("item=user sense=allow", None, "service_err");
        check("item=user sense=deny onerr=succeed", None, "success");
        check("item=user sense=allow", Some("bob\nalice  \n"), "success");
        check("item=user sense=allow", Some("bob\nal\n"), "auth_err");
        check("item=group sense=deny", Some("staff"), "auth_err");
        check("item=rhost sense=deny", Some("192.0.2.8"), "success");
    }

    proptest! {
        #[test]
        fn no_arguments_panic(text in "([a-z_]{1,9}|=|>=|item=|sense=allow|[0-9]{1,25}| ){0,12}") {
            let _ = succeed_if(&words(&text), &alice());
            let _ = listfile(&words(&text), Some(&text), &alice());
        }
    }
}
