//! `systemctl show -p NAME… UNIT…`: properties of units, one `NAME=value` a line, an empty line
//! between units (systemctl(1)).

/// More units, or more lines of one unit, than we ever ask for.
const MAX: usize = 10_000;

/// What is shown of one unit.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Shown {
    values: Vec<(String, String)>,
}

impl Shown {
    /// The first value of a property; `None` when it is not shown, as by a systemd that does not
    /// know it, or for a kind of unit that does not have it.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(shown, _)| shown == name).map(|(_, value)| value.as_str())
    }

    /// The first value as a number. systemd writes `infinity` for no limit, and older ones the
    /// largest number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.value(name)?.parse().ok()
    }

    /// The name that the unit has besides its aliases; empty when it is not shown.
    pub fn id(&self) -> &str {
        self.value("Id").unwrap_or_default()
    }
}

/// Reads what was printed. Lines without `=` are skipped.
pub fn parse(text: &str) -> Vec<Shown> {
    let mut units = vec![Shown::default()];
    for line in text.lines() {
        if line.is_empty() {
            if units.len() < MAX && units.last().is_some_and(|unit| !unit.values.is_empty()) {
                units.push(Shown::default());
            }
            continue;
        }
        if let (Some((name, value)), Some(unit)) = (line.split_once('='), units.last_mut())
            && unit.values.len() < MAX
        {
            unit.values.push((name.to_owned(), value.to_owned()));
        }
    }
    units.retain(|unit| !unit.values.is_empty());
    units
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[&[(&str, &str)]]) {
        let read = parse(text);
        let read: Vec<Vec<(&str, &str)>> = read
            .iter()
            .map(|unit| unit.values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect())
            .collect();
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn hostile_text() {
        check("", &[]);
        check("\n\n\n", &[]);
        check("Failed to connect to bus: Host is down\n", &[]);
        check("=\n", &[&[("", "")]]);
        check("a=b=c\r\n", &[&[("a", "b=c")]]);
        check("Id=a\n\n\nId=b", &[&[("Id", "a")], &[("Id", "b")]]);
    }

    #[test]
    fn numbers() {
        let unit = &parse("MaxConnections=64\nTasksMax=infinity\nN=\n")[0];
        assert_eq!((unit.number("MaxConnections"), unit.number("TasksMax")), (Some(64), None));
        assert_eq!((unit.number("N"), unit.value("N"), unit.value("M")), (None, Some(""), None));
    }

    proptest! {
        #[test]
        fn never_panics(text in "([A-Za-z]{0,9}=?[ -~é]{0,20}\n{0,2}){0,9}") {
            parse(&text);
        }
    }
}
