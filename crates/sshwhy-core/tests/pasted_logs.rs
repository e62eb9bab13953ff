//! From the words of ssh alone to a cause: logs as people paste them.

use sshwhy_core::evaluate::dialogue::of_log;
use sshwhy_core::model::diagnosis::Diagnosis;
use sshwhy_core::model::evidence::Evidence;
use sshwhy_core::model::evidence::Observation;
use sshwhy_core::parse::ssh_debug::parse_ssh_debug;
use sshwhy_core::reason::diagnose;

fn diagnosis(log: &str) -> Diagnosis {
    let said = of_log(&parse_ssh_debug(log.as_bytes()), &[]);
    let evidence: Evidence = said
        .into_iter()
        .map(|said| Observation {
            answer: said.answer,
            source: format!("log:{}", said.line),
            at: 0.0,
            text: said.text,
        })
        .collect();
    diagnose(&evidence)
}

fn check(log: &str, expected: &str) {
    let causes = diagnosis(log).causes;
    let first = causes.first().map_or("nothing", |cause| cause.id);
    assert_eq!(first, expected, "{causes:?}");
}

macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../src/parse/ssh_debug/tests/", $name, ".txt"))
    };
}

#[test]
fn the_first_cause_of_recorded_logs() {
    check(recorded!("agent_locked_10_0"), "agent-refused");
    check(recorded!("channel_refused_9_2"), "max-sessions");
    check(recorded!("host_key_changed_9_2"), "host-key-changed");
    check(recorded!("jump_target_refused_10_0"), "jump-host-forward-denied");
    check(recorded!("key_too_open_9_2"), "key-permissions");
    check(recorded!("max_startups_10_0"), "maxstartups-throttled");
    check(recorded!("no_common_cipher_9_2"), "cipher-mismatch");
    check(recorded!("not_responding_9_2"), "keepalive-timeout");
    check(recorded!("ok_9_2"), "nothing");
    check(recorded!("ok_10_0"), "nothing");
    check(recorded!("proxy_missing_9_2"), "proxy-command-failed");
    check(recorded!("too_many_keys_9_2"), "too-many-auth-failures");
}

#[test]
fn one_line_is_enough_where_it_names_the_trouble() {
    check("/home/a/.ssh/config: line 3: Bad configuration option: foo\r\n", "client-config-error");
    check(
        "Unable to negotiate with 192.0.2.7 port 22: no matching host key type found. \
         Their offer: ssh-rsa\r\n",
        "rsa-sha1-disabled",
    );
    check(
        "Received disconnect from 192.0.2.7 port 22:2: Too many authentication failures\r\n\
         Disconnected from 192.0.2.7 port 22\r\n",
        "too-many-auth-failures",
    );
    check("ssh: Could not resolve hostname box: Name or service not known\r\n", "dns-failure");
}

#[test]
fn one_line_is_not_enough_where_many_causes_print_it() {
    for log in [
        "ssh: connect to host box port 22: Connection refused\r\n",
        "ssh: connect to host box port 22: Connection timed out\r\n",
        "kex_exchange_identification: read: Connection reset by peer\r\n",
        "alice@box: Permission denied (publickey).\r\n",
    ] {
        let diagnosis = diagnosis(log);
        assert!(diagnosis.broke.is_some() && !diagnosis.singled_out, "{log}: {diagnosis:?}");
        assert!(diagnosis.causes.len() > 1, "{log}");
    }
}
