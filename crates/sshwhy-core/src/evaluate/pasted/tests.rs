use super::*;

fn seen(text: &str) -> Vec<String> {
    let about = About { now: 1_764_145_387_000_000, ..About::default() };
    let case = read(&[Paste { name: "paste", bytes: text.as_bytes() }], &about);
    case.observations
        .observations()
        .iter()
        .map(|o| format!("{:?} {}", o.answer, o.source))
        .collect()
}

#[test]
fn a_line_is_read_by_who_wrote_it() {
    let check = |text: &str, expected: &str| {
        let seen = seen(text);
        assert!(seen.iter().any(|s| s == expected), "{text}: {seen:?}");
    };
    check(
        "$ ssh prod\nkex_exchange_identification: read: Connection reset by peer\n",
        "Hello(Reset) paste:2",
    );
    check(
        "Nov 26 08:23:07 prod sshd[912]: refused connect from 192.0.2.7 (192.0.2.7)",
        "ServerLog(RefusedConnect) paste:1",
    );
    check("refused connect from 192.0.2.7 (192.0.2.7)", "ServerLog(RefusedConnect) paste:1");
    check("Network error: Connection refused", "Connect(Refused) paste:1");
    check("22/tcp filtered ssh", "Connect(Silent) paste:1");
}

#[test]
fn nothing_is_made_of_other_text() {
    for text in ["", "\n\n", "Dear all,\nthe build is green.\n", "\u{feff}", "SELECT 1;\0\0"] {
        assert!(seen(text).is_empty(), "{text:?}: {:?}", seen(text));
    }
}
