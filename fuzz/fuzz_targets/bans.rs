#![no_main]

use sshwhy_core::evaluate::bans;
use sshwhy_core::parse::fail2ban;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let client = [192, 0, 2, 7].into();
    let (word, answer) = text.split_once('\n').unwrap_or((text, text));
    let _ = bans::crowdsec(answer, client);
    for jail in fail2ban::banned(answer) {
        jail.banned
            .iter()
            .for_each(|banned| assert!(!banned.is_empty() || !bans::concerns(banned, client)));
    }
    let _ = fail2ban::jails(answer);
    let _ = fail2ban::list(answer);
    let _ = fail2ban::term(answer, word);
    let _ = fail2ban::holds_port(word, 22, answer);
});
