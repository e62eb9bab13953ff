//! Which step took its time.

use std::time::Duration;

use super::Run;
use super::Seen;
use super::login::USERAUTH_REQUEST;
use crate::model::question::SlowStep;
use crate::parse::ssh_debug::End;
use crate::parse::ssh_debug::Ending;
use crate::parse::ssh_debug::Event;
use crate::parse::ssh_debug::Key;
use crate::parse::ssh_debug::Milestone;

/// A step that takes longer makes people wonder.
const SLOW: Duration = Duration::from_secs(3);

/// A wait that the server ends by closing is a limit of its own, and tells more than a slow step.
const SLOW_END: Duration = Duration::from_secs(2);

/// The slowest step; "nothing" when the session was reached, or when the whole run was quick.
pub(super) fn slow_step(run: &Run<'_>) -> Option<Seen> {
    if run.told.times.is_empty() {
        return None;
    }
    let limit = if ended_by_server(run) { SLOW_END } else { SLOW };
    let slowest = steps(run).max_by_key(|step| step.took).filter(|step| step.took >= limit);
    if let Some(step) = slowest {
        let seconds = step.took.as_secs_f64();
        return Some((step.name.into(), format!("{seconds:.1} s after: {}", step.after)));
    }
    let all = run.reached(Milestone::Finished);
    let quick = !run.told.stopped && run.told.took < limit && run.reached(Milestone::Encrypted);
    (all || quick).then(|| {
        let seconds = run.told.took.as_secs_f64();
        (SlowStep::Nothing.into(), format!("the whole login took {seconds:.1} s"))
    })
}

fn ended_by_server(run: &Run<'_>) -> bool {
    let closed = matches!(
        run.attempt.ending,
        Ending::Broken(End::Closed(_) | End::Reset(_) | End::SessionClosed)
    );
    closed && !run.reached(Milestone::Authenticated)
}

struct Step<'a> {
    name: SlowStep,
    took: Duration,
    after: &'a str,
}

/// Every wait of the server's making, with the step that it belongs to.
fn steps<'a>(run: &'a Run<'a>) -> impl Iterator<Item = Step<'a>> {
    let mut place = Place::default();
    run.events.iter().enumerate().filter_map(move |(i, logged)| {
        place.note(&logged.event);
        let at = time(run, logged.line)?;
        let next = match run.events.get(i + 1) {
            Some(next) => time(run, next.line)?,
            None if run.told.stopped => run.told.took,
            None => return None,
        };
        Some(Step { name: place.step?, took: next.saturating_sub(at), after: &logged.text })
    })
}

fn time(run: &Run<'_>, line: u32) -> Option<Duration> {
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    run.told.times.get(index).copied()
}

/// Where the client is.
#[derive(Debug, Default)]
struct Place {
    /// `None` while nobody waits for the server.
    step: Option<SlowStep>,
}

impl Place {
    fn note(&mut self, event: &Event) {
        let step = match event {
            Event::Established | Event::LocalIdent(_) => SlowStep::Banner,
            Event::RemoteIdent { .. } | Event::KexInitSent | Event::KexRequested(_) => {
                SlowStep::KeyExchange
            }
            Event::NewKeysReceived | Event::ServiceAccepted => SlowStep::BeforeMethods,
            Event::NextMethod(method) if method.starts_with("gssapi") => SlowStep::Gssapi,
            Event::MethodsOffered(_) | Event::NextMethod(_) | Event::Key(Key::Offered(_)) => {
                SlowStep::Key
            }
            // The signature is made and sent: the server looks at it.
            Event::Packet { received: false, number: USERAUTH_REQUEST } if self.step.is_none() => {
                SlowStep::Key
            }
            // Now the user's token is waited for, and a prompt for the host key is the user's too.
            Event::Key(Key::Signing(_)) | Event::ServerHostKey { .. } => {
                self.step = None;
                return;
            }
            Event::Authenticated { .. } => SlowStep::Opening,
            _ => return,
        };
        self.step = Some(step);
    }
}
