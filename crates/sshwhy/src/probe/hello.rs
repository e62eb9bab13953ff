//! What came in answer to our first words, in the terms of our questions. Shared by the probes
//! that greet.

use std::time::Duration;

use sshwhy_core::evaluate::greeting;
use sshwhy_core::model::question::Hello;
use sshwhy_core::model::question::HelloAcked;
use sshwhy_core::model::question::HelloDelay;
use sshwhy_core::model::question::Notice;
use sshwhy_core::model::question::SlowStep;

use super::attempt::Attempt;
use super::attempt::End;
use super::attempt::Greeting;
use super::kex;
use crate::engine::scene::Scene;

/// An identification string that takes longer than this makes people wonder.
const LATE: Duration = Duration::from_secs(3);

/// Records what came in answer; whether it was an identification string.
pub(super) fn observe(scene: &Scene, attempt: &Attempt<'_>, greeting: Greeting) -> bool {
    let after = attempt.open_for();
    let seconds = after.as_secs_f64();
    match greeting {
        Greeting::Identification(ident) => {
            scene.learn(|f| f.software = Some(ident.software.clone()));
            scene.observe(Hello::Identification, ident.line);
            if after > LATE {
                scene.observe(SlowStep::Banner, format!("it came after {seconds:.1} s"));
            }
            return true;
        }
        // A tarpit: text and no end of it.
        Greeting::Ended(End::Silent) if !attempt.lines.is_empty() => {
            let count = attempt.lines.len();
            let text = format!("{count} lines of text in {seconds:.1} s and no identification");
            scene.observe(Hello::Malformed, text);
        }
        Greeting::Ended(End::Silent) => {
            scene.observe(Hello::Silent, format!("nothing came in {seconds:.1} s"));
            observe_acknowledgement(scene, attempt);
        }
        Greeting::Ended(end) => {
            let (answer, word) = match end {
                End::Reset => (Hello::Reset, "reset"),
                End::Closed | End::Silent => (Hello::Closed, "closed"),
            };
            scene.observe(delay(after, attempt), format!("{seconds:.3} s after it opened"));
            // Without a text nothing is said of it: the reset may have swallowed it, and the
            // probe that keeps silent will know.
            let said = attempt.lines.join(" / ");
            let notice = greeting::notice(&said);
            if notice != Notice::Nothing {
                scene.observe(notice, said);
            }
            scene.observe(answer, format!("{word} {seconds:.3} s after it opened"));
        }
        Greeting::OtherService(service, text) => {
            let text = if attempt.lines.is_empty() { text } else { attempt.lines.join(" / ") };
            scene.observe(greeting::foreign(service), text.clone());
            scene.observe(Hello::OtherService, text);
        }
        Greeting::Malformed(line) => scene.observe(Hello::Malformed, line),
        Greeting::OldProtocol(line) => scene.observe(Hello::OldProtocol, line),
    }
    false
}

/// Whether our first bytes got through, as the kernel sees it.
fn observe_acknowledgement(scene: &Scene, attempt: &Attempt<'_>) {
    let Some(info) = attempt.info() else { return };
    let text = format!("{} segments unacknowledged, {} timeouts", info.unacked, info.backoff);
    let answer = if info.unacked > 0 { HelloAcked::NotAcked } else { HelloAcked::Acked };
    scene.observe(answer, text);
    scene.observe(kex::gap(&info), kex::gap_text(&info));
}

/// How long after it opened a connection ended.
pub(super) fn delay(after: Duration, attempt: &Attempt<'_>) -> HelloDelay {
    greeting::delay(after, attempt.info().unwrap_or_default().round_trip)
}
