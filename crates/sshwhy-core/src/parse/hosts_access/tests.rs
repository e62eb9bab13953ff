use proptest::prelude::*;

use super::number;
use super::option::Effect;
use super::option::Options;
use super::*;

/// Rules as `first-last/logged: daemons | clients | options`, oddities, and where the file is given up.
fn shown(text: &str) -> String {
    let table = Table::parse(text.as_bytes());
    let words = |list: &[u8]| elements(list).map(for_person).collect::<Vec<_>>().join(" ");
    let numbers = |n: &LineNumbers| format!("{}-{}/{}", n.first, n.last, n.logged);
    let mut said: Vec<_> = table
        .rules
        .iter()
        .map(|rule| {
            let options =
                rule.options().map_or_else(|| "-".to_owned(), |o| format!("{:?}", for_person(o)));
            let (daemons, clients) = (words(rule.daemons()), words(rule.clients()));
            format!("{}: {daemons} | {clients} | {options}", numbers(&rule.lines))
        })
        .collect();
    said.extend(
        table.oddities.iter().map(|odd| format!("{}: {:?}", numbers(&odd.lines), odd.what)),
    );
    said.extend(table.broken.iter().map(|b| format!("{}: {:?}", numbers(&b.lines), b.problem)));
    said.join("; ")
}

#[test]
fn lines() {
    let check = |text: &str, expected: &str| assert_eq!(shown(text), expected, "{text:?}");
    check("", "");
    check("\0", "");
    check("\\\n", "");
    check("#", "1-1/0: NoNewline");
    check("\n \t\r\n# x: y\n  # no rule\n", "");
    check(",\n", "1-1/1: NoColon");
    check("sshd\n", "1-1/1: NoColon");
    check(":\n", "1-1/1:  |  | -");
    check("sshd: ALL\n", "1-1/1: sshd | ALL | -");
    check("sshd,ALL : a, b\tc\r\n", "1-1/1: sshd ALL | a b c | -");
    check("sshd: ALL", "1-1/0: NoNewline");
    check("a: b\nsshd: ALL", "1-1/1: a | b | -; 2-2/1: NoNewline");
    // A trailing colon leaves options, which are a newline.
    check("sshd: ALL:\n", "1-1/1: sshd | ALL | \"\"");
    check("sshd: ALL: spawn a\\:b : allow\n", "1-1/1: sshd | ALL | \"spawn a\\\\:b : allow\"");
    check("sshd: [2001:db8::5]\n", "1-1/1: sshd | [2001:db8::5] | -");
    check("sshd: 2001:db8::5\n", "1-1/1: sshd | 2001 | \"db8::5\"");
    // Brackets hide colons, also by closing too often.
    check("sshd]: ALL\n", "1-1/1: NoColon");
    check("sshd: [ALL: deny\n", "1-1/1: sshd | [ALL: deny | -");
    // A comment goes on too.
    check("# x \\\nsshd: ALL\nb: c\n", "3-3/3: b | c | -; 1-2/2: CommentContinues");
    check("sshd: a \\\n b\nc: d\n", "1-2/2: sshd | a b | -; 3-3/3: c | d | -");
    check(
        "sshd: a \\ \nb: c\n",
        "1-1/1: sshd | a \\ | -; 2-2/2: b | c | -; 1-1/1: BlankAfterBackslash",
    );
    check("sshd: a\\\n", "1-1/1: NoNewline");
    // A zero byte hides the end of its line, and libwrap does not count it.
    check("a\0: b\n: c\nd: e\n", "1-2/1: a | c | -; 3-3/2: d | e | -");
}

#[test]
fn a_line_has_2047_bytes() {
    let line = |length: usize| format!("a: {}\nb: c\n", "x".repeat(length - 4));
    assert!(shown(&line(2047)).ends_with("2-2/2: b | c | -"));
    assert_eq!(shown(&line(2048)), "1-1/0: TooLong");
    // What a backslash joins counts together, without the backslash and its newline.
    let joined = |length: usize| format!("a: \\\n{}\nb: c\n", "x".repeat(length - 4));
    assert!(shown(&joined(2047)).ends_with("3-3/3: b | c | -"));
    assert_eq!(shown(&joined(2048)), "1-2/1: TooLong");
}

#[test]
fn numbers_of_the_c_library() {
    let check = |text: &str, leading, int, unsigned, octal| {
        let text = text.as_bytes();
        let read = (
            number::leading_int(text),
            number::int(text),
            number::unsigned(text),
            number::octal(text),
        );
        assert_eq!(read, (leading, int, unsigned, octal), "{}", for_person(text));
    };
    check("", 0, None, None, None);
    check("+", 0, None, None, None);
    check("x", 0, None, None, None);
    check("24x", 24, None, None, None);
    check("24", 24, Some(24), Some(24), Some(20));
    check("+24", 24, Some(24), Some(24), Some(20));
    check("\u{b}8", 8, Some(8), Some(8), None);
    check("-4294967274", 22, Some(22), Some(22), None);
    check("4294967304", 8, Some(8), Some(8), None);
    check("99999999999999999999", -1, Some(-1), Some(u32::MAX), None);
    check("-99999999999999999999", 0, Some(0), Some(u32::MAX), None);
}

#[test]
fn addresses_of_the_c_library() {
    let check = |text: &str, expected: Option<[u8; 4]>| {
        assert_eq!(number::dot_quad(text.as_bytes()), expected.map(u32::from_be_bytes), "{text}");
    };
    check("", None);
    check("10", None);
    check("1.2.3", None);
    check("1.2.3.4.", None);
    check("..1.2.3.4", None);
    check("1.2.3.256", None);
    check("1.2.3.+4", None);
    check("1.2.3.0x", None);
    check("1.2.3.08", None);
    check("255.255.255.255", None);
    check("1.2.3.4", Some([1, 2, 3, 4]));
    check("0xa.012.0.1", Some([10, 10, 0, 1]));
    check("1.2\u{b}.3.4", Some([1, 0, 0, 2]));
}

#[test]
fn options() {
    let check = |text: &str, expected: Result<&[Effect], &str>| {
        let options = Options::parse(format!("{text}\n").as_bytes());
        let said = options.error.as_deref().map_or(Ok(options.effects.as_slice()), Err);
        assert_eq!(said, expected, "{text:?}");
    };
    check("", Err("missing option name"));
    check("= x", Err("missing option name"));
    check("permit", Err("bad option name: \"permit\""));
    check("allow:", Err("option \"allow\" must be at end"));
    check("deny: spawn x", Err("option \"deny\" must be at end"));
    check("allow # note", Err("option \"allow\" requires no value"));
    check("spawn", Err("option \"spawn\" requires value"));
    check("spawn =", Err("option \"spawn\" requires value"));
    check("severity authpriv.info", Err("bad syslog facility or severity: \"authpriv.info\""));
    check("severity auth.warn", Err("bad syslog facility or severity: \"auth.warn\""));
    check("umask 8", Err("bad umask value: \"8\""));
    check("linger -1", Err("bad linger value: \"-1\""));
    check("rfc931 0", Err("bad rfc931 timeout: \"0\""));
    check("nice x", Err("bad nice value: \"x\""));
    check("setenv A=b c", Err("memory allocation failure"));
    check("setenv %z", Err("memory allocation failure"));
    check("ALLOW", Ok(&[Effect::Allow]));
    check("severity auth.info : deny", Ok(&[Effect::Nothing, Effect::Deny]));
    check(
        "umask = 022: nice: setenv A %h",
        Ok(&[Effect::Nothing, Effect::Nothing, Effect::Nothing]),
    );
    check("spawn echo a\\:b", Ok(&[Effect::Spawn("echo a:b".to_owned())]));
    check("twist=/bin/x", Ok(&[Effect::Twist("/bin/x".to_owned())]));
    check("rfc931 5", Ok(&[Effect::AsksUser]));
    check("user a.b", Ok(&[Effect::Group("b".to_owned()), Effect::User("a".to_owned())]));
    let long = format!("spawn {}", "%h".repeat(100));
    check(&long, Ok(&[Effect::MayOverflow, Effect::Spawn("%h".repeat(100))]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_input_panics(text in prop::collection::vec(
        prop_oneof![prop::sample::select(&b"a:[]\\\n# \0,@/%.-=1*"[..]), any::<u8>()], 0..2500,
    )) {
        let table = Table::parse(&text);
        for rule in &table.rules {
            prop_assert!(rule.raw().len() <= 3 * 2047);
            let parts = rule.daemons().len() + 1 + rule.after_daemons().len();
            prop_assert!(parts <= 2047);
            let _ = (rule.clients(), rule.options().map(Options::parse));
        }
        let _ = (number::dot_quad(&text), number::leading_int(&text), number::octal(&text));
    }
}
