use proptest::prelude::*;

use super::Arguments;
use super::parse_sshd_config;
use super::split_words;

/// Each line as `number keyword |word|word`.
fn shown(text: &str) -> Vec<String> {
    let one = |line: super::Line| {
        let words = match &line.arguments {
            Arguments::Missing => " missing".to_owned(),
            Arguments::BadQuotes => " bad quotes".to_owned(),
            Arguments::Words(words) => words.iter().map(|word| format!(" |{word}")).collect(),
        };
        format!("{} {}{words}", line.place.line, line.keyword)
    };
    parse_sshd_config("f", text).into_iter().map(one).collect()
}

#[test]
fn lines() {
    let check = |text: &str, expected: &[&str]| assert_eq!(shown(text), expected, "{text:?}");
    check("", &[]);
    check("\n\n#Port 22\n  # x\n", &[]);
    check("\u{c}", &["1 \u{c} missing"]);
    check("Port", &["1 port missing"]);
    check("Port   \r", &["1 port missing"]);
    check("Port=", &["1 port missing"]);
    check("Port = 22", &["1 port |22"]);
    check("Port==22", &["1 port |=22"]);
    check("=Port 22", &["1 port |22"]);
    check("\"Port\" 22", &["1 port |22"]);
    check("\"Port 22", &[]);
    check("Port \"22", &["1 port bad quotes"]);
    check("Port 22 # usual", &["1 port |22"]);
    check("Port 22#x", &["1 port |22#x"]);
    check("\t Port\t22  \n\nMatch all", &["1 port |22", "3 match |all"]);
    check("Port 2\0junk\n2\nBanner x", &["1 port |22", "3 banner |x"]);
    check("Port 22\0", &["1 port |22"]);
}

#[test]
fn words() {
    let check = |text: &str, expected: Option<&[&str]>| {
        let found = split_words(text);
        let found: Option<Vec<&str>> =
            found.as_ref().map(|words| words.iter().map(String::as_str).collect());
        assert_eq!(found.as_deref(), expected, "{text}");
    };
    check("'", None);
    check("a\"b", None);
    check("\\", Some(&["\\"]));
    check("", Some(&[]));
    check("''", Some(&[""]));
    check("a 'b c' \"d'e\"", Some(&["a", "b c", "d'e"]));
    check("a\\ b \\\"c \"\\ d\" \\x", Some(&["a b", "\"c", "\\ d", "\\x"]));
    check("a'b'c #d", Some(&["abc"]));
}

proptest! {
    #[test]
    fn no_text_panics(text in "(\\PC|[ \t\n\r\0\"'=#\\\\]){0,80}") {
        let lines = parse_sshd_config("f", &text);
        prop_assert!(lines.len() <= text.split('\n').count());
    }
}
