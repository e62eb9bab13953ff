//! What a program is by what it says first, where its name does not tell: an SSH server speaks first (RFC 4253 §4.2).

use super::Judgement;
use crate::model::question::Listener;
use crate::wire::ssh::ident::Scan;
use crate::wire::ssh::ident::Scanner;

/// What came when we connected to the program and said nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Greeting {
    /// All bytes.
    pub bytes: Vec<u8>,
    /// Whether the program closed the connection.
    pub ended: bool,
    /// How long we listened, seconds.
    pub seconds: f64,
}

impl Greeting {
    /// Whether more bytes would tell nothing more: an identification string has come.
    pub fn is_enough(&self) -> bool {
        let mut scanner = Scanner::new();
        scanner.feed(&self.bytes);
        std::iter::from_fn(|| scanner.poll()).any(|scan| !matches!(scan, Scan::OtherLine { .. }))
    }
}

impl Judgement {
    /// Completes what the sockets told about a program of unknown trade.
    #[must_use]
    pub fn with_greeting(self, greeting: &Greeting) -> Self {
        let mut scanner = Scanner::new();
        scanner.feed(&greeting.bytes);
        let mut text = None;
        let (answer, said) = loop {
            match scanner.poll() {
                Some(Scan::Ident(ident)) => break (Listener::Listens, shown(&ident.line)),
                Some(Scan::Rejected(_)) => {
                    break (Listener::Malformed, shown(&String::from_utf8_lossy(&greeting.bytes)));
                }
                Some(Scan::OtherLine { line, service: Some(_) }) => {
                    break (Listener::OtherProgram, shown(&line));
                }
                Some(Scan::OtherLine { line, .. }) => text = text.or(Some(line)),
                None if greeting.bytes.is_empty() && greeting.ended => return self,
                None if greeting.bytes.is_empty() => {
                    let seconds = greeting.seconds;
                    let said = format!("nothing in {seconds:.1} s; an SSH server speaks first");
                    break (Listener::OtherProgram, said);
                }
                None if !greeting.ended && text.is_some() => {
                    // Text may come before the identification string, and a tarpit sends it for ever.
                    let said = shown(&text.unwrap_or_default());
                    let open = format!("{}; it says {said}: what follows is open", self.text);
                    return Self { open: Some(open), ..self };
                }
                None => {
                    let all = String::from_utf8_lossy(&greeting.bytes);
                    break (Listener::OtherProgram, shown(text.as_deref().unwrap_or(&all)));
                }
            }
        };
        Self {
            answer: Some(answer),
            text: format!("{}; it says {said}", self.text),
            open: None,
            ..self
        }
    }
}

/// The first characters of what a stranger sent.
fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    format!("{:?}", line.chars().take(60).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], ended: bool, answer: Option<Listener>, text: &str) {
        let unclear =
            Judgement { text: "x listens".to_owned(), is_unclear: true, ..Judgement::default() };
        let greeting = Greeting { bytes: bytes.to_vec(), ended, seconds: 1.0 };
        let judged = unclear.with_greeting(&greeting);
        assert_eq!(judged.answer, answer, "{bytes:?}");
        assert!(judged.text.contains(text), "{}", judged.text);
    }

    #[test]
    fn only_what_was_heard_counts() {
        check(b"\0\xff\r\r\0", false, Some(Listener::Malformed), "");
        check(&[b'a'; 20_000], false, Some(Listener::Malformed), "aaa");
        check(b"", true, None, "x listens");
        check(b"", false, Some(Listener::OtherProgram), "nothing in 1.0 s");
        check(b"SSH-2.0-Go\r\n", false, Some(Listener::Listens), "SSH-2.0-Go");
        check(b"hello\r\nSSH-2.0-Go\r\n", false, Some(Listener::Listens), "SSH-2.0-Go");
        check(b"SSH-two\r\n", false, Some(Listener::Malformed), "SSH-two");
        check(b"220 mail ESMTP\r\n", false, Some(Listener::OtherProgram), "220 mail");
        check(b"welcome\n", false, None, "x listens");
        check(b"welcome\n", true, Some(Listener::OtherProgram), "welcome");
        check(b"HTTP/1.1 400", true, Some(Listener::OtherProgram), "HTTP/1.1 400");
    }
}
