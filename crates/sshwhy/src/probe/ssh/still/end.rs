//! How an idle session ended, by the words of the client. ssh up to 9.7 says only `Broken pipe`
//! when its connection was reset.

use sshwhy_core::model::question::IdleEnd;
use sshwhy_core::parse::ssh_debug::End;
use sshwhy_core::parse::ssh_debug::Ending;
use sshwhy_core::parse::ssh_debug::Event;
use sshwhy_core::parse::ssh_debug::parse_ssh_debug;

/// Reads the client's words. `ended`: it ended by itself, and not because we woke it.
pub(super) fn of(words: &[u8], ended: bool) -> (IdleEnd, String) {
    let dialogue = parse_ssh_debug(words);
    let text = |wanted: &dyn Fn(&Event) -> bool| {
        dialogue.events.iter().find(|e| wanted(&e.event)).map(|e| e.text.clone())
    };
    let end = text(&|e| matches!(e, Event::End(end) if *end != End::SessionOver));
    match dialogue.ending() {
        Ending::Broken(End::NotResponding | End::TimedOut(_)) => {
            (IdleEnd::Unanswered, end.unwrap_or_default())
        }
        Ending::Broken(End::Reset(_) | End::ReadFailed(_) | End::WriteFailed(_)) => {
            (IdleEnd::Reset, end.unwrap_or_default())
        }
        Ending::Exited(status) => (IdleEnd::LoggedOut, format!("the shell ends with {status}")),
        Ending::Signalled => (IdleEnd::LoggedOut, "a signal ends the shell".to_owned()),
        // The channel is closed without an exit status, and ssh ends as if all were well.
        Ending::Broken(End::SessionOver) => {
            (IdleEnd::ClosedByChannel, "the server closes the channel".to_owned())
        }
        Ending::Broken(_) => (IdleEnd::Closed, end.unwrap_or_default()),
        _ if ended => (IdleEnd::ClosedByChannel, "the server closes the channel".to_owned()),
        _ => (IdleEnd::Silence, "nothing answers any more".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN: &str = "OpenSSH_9.9p1, OpenSSL 3\r\n\
        Authenticated to b ([192.0.2.7]:22) using \"none\".\r\n\
        debug2: channel_input_open_confirmation: channel 0: callback start\r\n\
        debug2: shell request accepted on channel 0\r\n";

    fn check(more: &str, ended: bool, expected: IdleEnd) {
        assert_eq!(of(format!("{IN}{more}").as_bytes(), ended).0, expected, "{more}");
    }

    #[test]
    fn the_words_of_the_client_tell() {
        check("", false, IdleEnd::Silence);
        check("", true, IdleEnd::ClosedByChannel);
        check(
            "Connection to b closed.\r\ndebug1: Exit status -1\r\n",
            true,
            IdleEnd::ClosedByChannel,
        );
        check("Connection to b closed.\r\ndebug1: Exit status 0\r\n", true, IdleEnd::LoggedOut);
        let cut = "Connection to b closed by remote host.\r\nConnection to b closed.\r\n";
        check(cut, true, IdleEnd::Closed);
        check("client_loop: send disconnect: Broken pipe\r\n", true, IdleEnd::Reset);
        let reset = "Read from remote host b: Connection reset by peer\r\n\
            Connection to b closed.\r\nclient_loop: send disconnect: Broken pipe\r\n";
        check(reset, false, IdleEnd::Reset);
        check("Timeout, server b not responding.\r\n", true, IdleEnd::Unanswered);
    }
}
