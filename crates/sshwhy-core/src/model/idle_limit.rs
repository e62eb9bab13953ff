//! After how long a silence a connection is forgotten, and what keeps it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// A limit of silence, in seconds.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct IdleLimit {
    /// The longest silence that a session was seen to survive; zero when none did.
    pub survives: f64,
    /// The shortest one that ended a session.
    pub ends: f64,
    /// What ssh's own keepalives (`ServerAliveInterval`) do; `None` when it was not tried.
    pub ssh_keepalive: Option<Keepalive>,
    /// What keepalives of TCP do (`net.ipv4.tcp_keepalive_time`).
    pub tcp_keepalive: Option<Keepalive>,
    /// Whether the server's words still arrive after a silence that swallows ours.
    pub server_is_heard: Option<bool>,
}

/// Keepalives of one interval.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Keepalive {
    /// In seconds.
    pub interval: u32,
    /// Whether a session with them outlived the limit.
    pub saves: bool,
}

impl IdleLimit {
    /// Takes in how a session fared that lay still for so many seconds.
    pub fn saw(&mut self, seconds: f64, survived: bool) {
        if survived {
            self.survives = self.survives.max(seconds);
        } else {
            self.ends = self.ends.min(seconds);
        }
    }

    /// Whether it is one: what outlived the limit shows that time alone does not end sessions.
    pub fn is_sound(&self) -> bool {
        self.ends.is_finite() && self.survives < self.ends
    }

    /// How often something has to be sent, in whole seconds: so often that one may be lost.
    pub fn interval(&self) -> u32 {
        ((self.survives / 2.0) as u32).max(1)
    }

    /// Whether keepalives of an interval are sure to come before the limit does.
    pub fn is_below(&self, interval: f64) -> bool {
        interval <= self.survives
    }

    /// So many silences to try next, in seconds, each telling as much as the others.
    pub fn next(&self, count: u32) -> Vec<f64> {
        let step = (self.ends - self.survives) / f64::from(count + 1);
        (1..=count).map(|part| self.survives + step * f64::from(part)).collect()
    }

    /// In words.
    pub fn words(&self) -> String {
        let mut words = match self.survives > 0.0 {
            true => format!(
                "sessions survive {:.1} s of silence, and not {:.1} s",
                self.survives, self.ends
            ),
            false => format!("sessions do not survive {:.1} s of silence", self.ends),
        };
        match self.server_is_heard {
            Some(true) => {
                words += "; the server is still heard then, it is our packets that are lost"
            }
            Some(false) => words += "; the server is not heard then, either",
            None => {}
        }
        let kinds = [("of ssh", self.ssh_keepalive), ("of TCP", self.tcp_keepalive)];
        for (kind, keepalive) in kinds {
            let Some(Keepalive { interval, saves }) = keepalive else { continue };
            let verb = if saves { "keep a session alive" } else { "do not help" };
            words += &format!("; keepalives {kind} every {interval} s {verb}");
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_narrowed_and_a_contradiction_is_none() {
        let mut limit = IdleLimit { ends: f64::INFINITY, ..IdleLimit::default() };
        assert!(!limit.is_sound());
        limit.saw(60.0, false);
        limit.saw(30.0, true);
        limit.saw(45.0, false);
        assert!(limit.is_sound() && limit.is_below(30.0) && !limit.is_below(31.0));
        assert_eq!((limit.interval(), limit.next(2)), (15, vec![35.0, 40.0]));
        assert_eq!(limit.words(), "sessions survive 30.0 s of silence, and not 45.0 s");
        limit.saw(50.0, true);
        assert!(!limit.is_sound());
    }

    #[test]
    fn what_keeps_a_session_is_told() {
        let keepalive = |interval, saves| Some(Keepalive { interval, saves });
        let limit = IdleLimit {
            survives: 0.0,
            ends: 2.5,
            ssh_keepalive: keepalive(1, true),
            tcp_keepalive: keepalive(1, false),
            server_is_heard: Some(true),
        };
        assert_eq!(limit.interval(), 1);
        assert_eq!(
            limit.words(),
            "sessions do not survive 2.5 s of silence; the server is still heard then, it is our packets that are \
             lost; keepalives of ssh every 1 s keep a session alive; keepalives of TCP every 1 s do not help"
        );
    }
}
