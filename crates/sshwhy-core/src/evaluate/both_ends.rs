//! What a client saw and what the server found, as one body of evidence.

pub mod watched;

use std::fmt;

use crate::model::case::Case;
use crate::model::case::View;
use crate::model::evidence::Evidence;
use crate::model::evidence::Observation;
use crate::model::question::Clocks;

/// Certificates and tokens are refused for less than this only in rare set-ups, in seconds.
const CLOCKS_DIFFER: f64 = 60.0;

/// Why two recordings cannot be joined.
#[derive(Debug, Eq, PartialEq)]
pub struct NotOfServer;

impl fmt::Display for NotOfServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this recording was not made on a server; make one there: sshwhy server --save FILE"
        )
    }
}

impl std::error::Error for NotOfServer {}

/// Adds what the server found to what a client saw.
///
/// # Errors
///
/// When the second case was not recorded on a server.
pub fn join(client: &mut Case, server: Case) -> Result<(), NotOfServer> {
    if server.view != View::Server {
        return Err(NotOfServer);
    }
    add(client, server);
    Ok(())
}

/// Adds what another recording or text tells of the same trouble.
pub fn add(case: &mut Case, other: Case) {
    let is_server = other.view == View::Server;
    if let (Some(ours), Some(theirs)) = (case.target.source, other.target.source)
        && ours != theirs
        && is_server
    {
        case.not_assessed.push(format!(
            "the server was asked about {theirs}; this client calls itself {ours}, which is the \
             same one only behind NAT"
        ));
    }
    let both = case.observations.observations().iter().chain(other.observations.observations());
    case.observations = both.cloned().collect::<Evidence>();
    case.warnings.extend(other.warnings);
    let place = if is_server { "on the server: " } else { "" };
    case.not_assessed.extend(other.not_assessed.iter().map(|text| format!("{place}{text}")));
    if !is_server {
        case.notes.extend(other.notes);
    }
}

/// What the two clocks say, when the server's was read between two readings of ours, all in
/// seconds since 1970.
pub fn clocks(before: f64, server: f64, after: f64) -> Observation {
    let off = if server < before {
        server - before
    } else if server > after {
        server - after
    } else {
        0.0
    };
    let answer = if off.abs() >= CLOCKS_DIFFER { Clocks::Differ } else { Clocks::Agree };
    Observation {
        answer: answer.into(),
        source: "both clocks".to_owned(),
        at: 0.0,
        text: format!("the server's clock is {off:+.0} s off ours"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::question::Answer;
    use crate::model::question::Hello;
    use crate::model::question::Wrappers;

    fn case(view: View, answers: &[Answer]) -> Case {
        let observations = answers.iter().map(|answer| Observation {
            answer: *answer,
            source: "test".to_owned(),
            at: 0.0,
            text: String::new(),
        });
        let text = r#"{"schema":"sshwhy/case/1","target":{"given":"","host":"","port":22,"user":"",
            "hops":[]},"seconds":0,"connections":0,"observations":[]}"#;
        Case { view, observations: observations.collect(), ..Case::from_json(text).unwrap() }
    }

    #[test]
    fn nothing_of_either_end_is_lost() {
        let mut client = case(View::Client, &[Hello::Reset.into()]);
        let mut server = case(View::Server, &[Wrappers::Deny.into()]);
        server.not_assessed.push("the journal".to_owned());
        join(&mut client, server).unwrap();
        assert!(client.observations.holds(Hello::Reset));
        assert!(client.observations.holds(Wrappers::Deny));
        assert_eq!(client.not_assessed, ["on the server: the journal"]);
    }

    #[test]
    fn only_a_server_s_recording_is_joined() {
        let mut client = case(View::Client, &[]);
        assert_eq!(join(&mut client, case(View::Client, &[])), Err(NotOfServer));
    }

    #[test]
    fn clocks_are_compared_with_the_time_that_the_question_took() {
        let check = |server: f64, expected: Clocks| {
            assert_eq!(clocks(1000.0, server, 1005.0).answer, expected.into(), "{server}");
        };
        check(1002.0, Clocks::Agree);
        check(1064.0, Clocks::Agree);
        check(1065.0, Clocks::Differ);
        check(900.0, Clocks::Differ);
    }
}
