//! The patterns of `ssh_config(5)`, PATTERNS: `*`, `?`, lists and negation, as OpenSSH's `match.c` reads them.
//!
//! Must never take longer than the product of the two lengths, whatever the pattern.

/// `*` stands for any number of characters and `?` for one. Both sides are taken as they are.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where to go on when what follows the last star does not match: after the star, one character further in the text.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                p += 1;
                retry = Some((p, t));
            }
            (Some(b'?'), Some(_)) => {
                p += 1;
                t += 1;
            }
            (Some(wanted), Some(found)) if wanted == found => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after_star, from)) = retry.filter(|(_, from)| *from < text.len()) else {
                    return false;
                };
                (p, t) = (after_star, from + 1);
                retry = Some((p, t));
            }
        }
    }
}

/// What a list of patterns says of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A pattern matches, and no negated one does.
    Match,
    /// A pattern after `!` matches: nothing else counts.
    Negated,
    /// No pattern matches.
    NoMatch,
}

/// Patterns between commas; `!` before one negates it. A pattern of 1023 bytes or more ends the list without a match, as in
/// OpenSSH.
#[must_use]
pub fn matches_list(list: &str, text: &str) -> Verdict {
    let mut verdict = Verdict::NoMatch;
    for pattern in list.split(',') {
        let (negated, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, pattern),
        };
        if pattern.len() >= 1023 {
            return Verdict::NoMatch;
        }
        if matches(pattern, text) {
            if negated {
                return Verdict::Negated;
            }
            verdict = Verdict::Match;
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Verdict;
    use super::matches;
    use super::matches_list;

    #[test]
    fn single_patterns() {
        let check = |pattern: &str, text: &str, expected: bool| {
            assert_eq!(matches(pattern, text), expected, "{pattern:?} {text:?}");
        };
        check("", "a", false);
        check("?", "", false);
        check("a?", "a", false);
        check("*b", "abc", false);
        check("[h]:22", "h", false);
        check("", "", true);
        check("*", "", true);
        check("**", "abc", true);
        check("a*c*e", "abcde", true);
        check("*.example.org", "a.b.example.org", true);
        check("192.0.2.?", "192.0.2.1", true);
        check("192.0.2.?", "192.0.2.10", false);
        check("[h]:22", "[h]:22", true);
    }

    #[test]
    fn lists_with_negation() {
        let check = |list: &str, text: &str, expected: Verdict| {
            assert_eq!(matches_list(list, text), expected, "{list:?} {text:?}");
        };
        check("", "a", Verdict::NoMatch);
        check("!b", "a", Verdict::NoMatch);
        check("a,!a", "a", Verdict::Negated);
        check("!a,*", "a", Verdict::Negated);
        check("!a,*", "b", Verdict::Match);
        check("a,b", "b", Verdict::Match);
        check(&"x".repeat(1023), &"x".repeat(1023), Verdict::NoMatch);
        check(&"x".repeat(1022), &"x".repeat(1022), Verdict::Match);
    }

    #[test]
    fn many_stars_take_no_time() {
        assert!(!matches(&"*a".repeat(400), &"a".repeat(399)));
        assert!(!matches(&format!("{}b", "*a".repeat(200)), &"a".repeat(20_000)));
    }

    /// The definition, word by word; exponential.
    fn by_definition(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|skip| by_definition(rest, &text[skip..])),
            Some((wanted, rest)) => text.split_first().is_some_and(|(found, text)| {
                (*wanted == b'?' || wanted == found) && by_definition(rest, text)
            }),
        }
    }

    proptest! {
        #[test]
        fn it_is_the_definition(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
            prop_assert_eq!(matches(&pattern, &text), by_definition(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
