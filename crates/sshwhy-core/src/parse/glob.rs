//! One component of a path pattern, as glob(3) and fnmatch(3) match it: `*`, `?`, `[a-z]`, `[!a]`, a backslash before any
//! character.

/// Whether a component of a pattern stands for more names than the one that it spells.
#[must_use]
pub fn is_pattern(component: &str) -> bool {
    component.contains(['*', '?', '[', '\\'])
}

/// Whether a name fits. A dot at its start must be spelt.
#[must_use]
pub fn fits(component: &str, name: &str) -> bool {
    if name.starts_with('.') && !component.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<Token>, Vec<char>) = (tokens(component), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where to go on when what follows the last star does not fit.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), name.get(n)) {
            (None, None) => return true,
            (Some(Token::Star), _) => {
                p += 1;
                retry = Some((p, n));
            }
            (Some(token), Some(c)) if token.fits(*c) => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((after, from)) = retry.filter(|(_, from)| *from < name.len()) else {
                    return false;
                };
                (p, n) = (after, from + 1);
                retry = Some((p, n));
            }
        }
    }
}

enum Token {
    Star,
    Any,
    One(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Token {
    fn fits(&self, c: char) -> bool {
        match self {
            Self::Star => false,
            Self::Any => true,
            Self::One(own) => *own == c,
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
            }
        }
    }
}

fn tokens(component: &str) -> Vec<Token> {
    let chars: Vec<char> = component.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    // Once no bracket closes a class, none does later.
    let mut closes = true;
    while let Some(c) = chars.get(at) {
        at += 1;
        let token = match c {
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' => match chars.get(at) {
                Some(next) => {
                    at += 1;
                    Token::One(*next)
                }
                None => Token::One('\\'),
            },
            '[' if closes => match class(&chars, at) {
                Some((token, end)) => {
                    at = end;
                    token
                }
                None => {
                    closes = false;
                    Token::One('[')
                }
            },
            c => Token::One(*c),
        };
        tokens.push(token);
    }
    tokens
}

/// What follows `[`, and where it ends; `None` when no bracket closes it.
fn class(chars: &[char], from: usize) -> Option<(Token, usize)> {
    let negated = matches!(chars.get(from), Some('!' | '^'));
    let begin = from + usize::from(negated);
    let mut at = begin;
    let mut ranges = Vec::new();
    loop {
        let low = *chars.get(at)?;
        // A closing bracket that comes first is one of the characters.
        if low == ']' && at > begin {
            return Some((Token::Class { negated, ranges }, at + 1));
        }
        match (chars.get(at + 1), chars.get(at + 2)) {
            (Some('-'), Some(high)) if *high != ']' => {
                ranges.push((low, *high));
                at += 3;
            }
            _ => {
                ranges.push((low, low));
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::fits;

    #[test]
    fn names() {
        let check = |component: &str, name: &str, expected: bool| {
            assert_eq!(fits(component, name), expected, "{component} {name}");
        };
        check("", "a", false);
        check("*", ".a", false);
        check("?a", ".a", false);
        check("[.]a", ".a", false);
        check("[a", "a", false);
        check("[!a]b", "ab", false);
        check("*.conf", "a.conf.bak", false);
        check("\\*", "a", false);
        check("[a", "[a", true);
        check("\\", "\\", true);
        check(".*", ".a", true);
        check("*.conf", "05-a.conf", true);
        check("[0-9]?-*.conf", "05-a.conf", true);
        check("[]a]", "]", true);
        check("[^b-d]", "a", true);
        check("[a-]", "-", true);
        check("\\*", "*", true);
    }

    proptest! {
        #[test]
        fn no_text_panics(component in "[\\[\\]!*?a\\\\-]{0,12}\\PC?", name in "\\PC{0,8}") {
            let _ = fits(&component, &name);
        }

        #[test]
        fn a_spelt_name_fits(name in "[a-z.*?]{0,8}") {
            let spelt: String = name.chars().flat_map(|c| ['\\', c]).collect();
            prop_assert!(name.starts_with('.') || fits(&spelt, &name));
        }
    }
}
