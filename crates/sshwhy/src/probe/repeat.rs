//! A few more tries in sequence: is it a rule, a dice or a counter?

use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::evidence::Observation;
use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::FastestEnd;
use sshwhy_core::model::question::Hello;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::Repeat;
use sshwhy_core::model::stage::Stage;

use super::Probe;
use super::Situation;
use super::variation;
use super::variation::HowFar;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "repeat",
    doing: "trying again",
    questions: &[Question::Repeat, Question::FastestEnd],
    cost: Cost { seconds: 0.4, connections: 3, risk: 0.05 },
    ready,
    run,
};

/// So many more tries when they are quick.
const TRIES: usize = 4;
/// So many when everything went well. The logins were tries too, and the user's own next ones must
/// stay below a rule that counts six in half a minute (`ufw limit`).
const TRIES_WHEN_WELL: usize = 1;
/// Tries that fail later than this are not repeated often: the person waits.
const QUICK: Duration = Duration::from_millis(700);
/// Farther away the way itself varies by more than a process takes to start.
const NEAR: Duration = Duration::from_millis(20);
/// No daemon forks, executes its child, loads its libraries and loses it in less.
const STARTS: Duration = Duration::from_micros(1500);

fn ready(situation: &Situation<'_>) -> bool {
    let ended = situation.evidence.answer(Question::Session).is_some()
        || situation.evidence.answer(Question::Login).is_some()
        || (!situation.settings.login && situation.evidence.answer(Question::HostKey).is_some());
    let broken = broken_stage(situation.evidence.observations()).is_some();
    variation::is_direct(situation) && (broken || ended)
}

/// Where the main connection broke: the stage that is worth trying again.
fn broken_stage(observations: &[Observation]) -> Option<Stage> {
    observations.iter().find_map(|o| match o.answer {
        Answer::Connect(Connect::Established) | Answer::Hello(Hello::Identification) => None,
        // Each of these takes seconds or cannot change within them.
        Answer::Connect(Connect::LocalDenied | Connect::LocalError) => None,
        Answer::Connect(_) => Some(Stage::Connect),
        Answer::Hello(_) => Some(Stage::Banner),
        _ => None,
    })
}

/// How far a try must get to be better than the main connection. A reset that races the server's
/// identification string may come just after it: such a try ended the same way.
fn goal(broken: Stage) -> Stage {
    if broken == Stage::Banner { Stage::KexInit } else { broken }
}

fn run(scene: &Scene) {
    let broken = broken_stage(scene.evidence.observations());
    let goal = broken.map_or(Stage::Banner, goal);
    let mut tries = if broken.is_some() { TRIES } else { TRIES_WHEN_WELL };
    let (mut tried, mut passed) = (0, 0);
    let (mut fastest, mut broke_at) = (None, None);
    while tried < tries {
        let began = Instant::now();
        match variation::how_far(scene, variation::manner(scene), goal) {
            HowFar::NotTried => break,
            HowFar::Passed => passed += 1,
            HowFar::BrokeAt(at) => {
                passed += usize::from(at > goal);
                broke_at = Some(at);
            }
        }
        tried += 1;
        let took = began.elapsed();
        fastest = fastest.min(Some(took)).or(Some(took));
        let differs = (passed > 0) == broken.is_some();
        // On a lossy path one SYN after another may be lost; a rule that counts goes on counting.
        if broken.is_none() && broke_at == Some(Stage::Connect) && tries == TRIES_WHEN_WELL {
            tries += 1;
            broke_at = None;
        } else if took > QUICK || differs {
            break;
        }
    }
    if tried == 0 {
        return;
    }
    let answer = match broken {
        Some(_) if passed == 0 => Repeat::Same,
        Some(_) => Repeat::Mixed,
        None if broke_at.is_none() => Repeat::Same,
        None if broke_at == Some(Stage::Banner) => Repeat::DroppedLater,
        None => Repeat::FailsAfterSome,
    };
    scene.observe(answer, format!("{passed} of {tried} further tries got past the {goal} stage"));
    if broken == Some(Stage::Banner) && answer == Repeat::Same && tried == TRIES {
        observe_fastest(scene, fastest.unwrap_or_default());
    }
}

/// The fastest try is the one that was disturbed least: did the other side have the time to start
/// a process?
fn observe_fastest(scene: &Scene, fastest: Duration) {
    let Some(round_trip) = scene.facts().round_trip.filter(|r| *r < NEAR) else { return };
    // One round trip for the handshake, one for our silence to be answered by the end.
    let rest = fastest.saturating_sub(2 * round_trip);
    let answer = if rest < STARTS { FastestEnd::TooFast } else { FastestEnd::Possible };
    let text = format!(
        "the fastest of {TRIES} tries took {:.1} ms besides two round trips of {:.1} ms",
        rest.as_secs_f64() * 1000.0,
        round_trip.as_secs_f64() * 1000.0
    );
    scene.observe(answer, text);
}
