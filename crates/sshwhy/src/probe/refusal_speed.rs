//! Could the refusal have come from the host at all? Compares its time with a round trip to the
//! host that was measured otherwise. Sends nothing.

use std::time::Duration;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::RefusalSpeed;

use super::Probe;
use super::Situation;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "refusal_speed",
    doing: "comparing the time of the refusal with the round trip",
    questions: &[Question::RefusalSpeed],
    cost: Cost { seconds: 0.0, connections: 0, risk: 0.0 },
    ready,
    run,
};

/// Below this the time that the kernels take is as long as the way, and one that was measured once
/// may be a busy machine's.
const MEASURABLE: Duration = Duration::from_millis(15);

fn ready(situation: &Situation<'_>) -> bool {
    times(situation.facts.refused_after, situation.facts.round_trip).is_some()
}

fn run(scene: &Scene) {
    let facts = scene.facts();
    let Some((answer, refused, round_trip)) = times(facts.refused_after, facts.round_trip) else {
        return;
    };
    let text = format!("refused after {refused:.2} ms, the round trip takes {round_trip:.2} ms");
    scene.observe(answer, text);
}

/// The answer and both times in milliseconds; `None` while one is unknown or they do not decide.
fn times(
    refused: Option<Duration>,
    round_trip: Option<Duration>,
) -> Option<(RefusalSpeed, f64, f64)> {
    let (refused, round_trip) = (refused?, round_trip.filter(|r| *r > MEASURABLE)?);
    let ratio = refused.as_secs_f64() / round_trip.as_secs_f64();
    // A path varies, but hardly to half its shortest round trip.
    let answer = match ratio {
        r if r < 0.5 => RefusalSpeed::TooFast,
        r if r > 0.8 => RefusalSpeed::RoundTrip,
        _ => return None,
    };
    Some((answer, refused.as_secs_f64() * 1000.0, round_trip.as_secs_f64() * 1000.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clear_differences_count() {
        let check = |refused: u64, round_trip: u64, expected| {
            let micros = |n| Some(Duration::from_micros(n));
            let got = times(micros(refused), micros(round_trip)).map(|t| t.0);
            assert_eq!(got, expected, "{refused} µs of {round_trip} µs");
        };
        check(100, 9_000, None);
        check(100, 30_000, Some(RefusalSpeed::TooFast));
        check(20_000, 30_000, None);
        check(31_000, 30_000, Some(RefusalSpeed::RoundTrip));
        assert_eq!(times(None, Some(Duration::from_millis(30))), None);
        assert_eq!(times(Some(Duration::ZERO), None), None);
    }
}
