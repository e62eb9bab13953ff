//! What a probe is given: the settings, what is known, and the means to connect and to record.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::Sender;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::evidence::Evidence;
use sshwhy_core::model::evidence::Exchange;
use sshwhy_core::model::evidence::Observation;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::target::Target;

use super::budget::Budget;
use super::budget::Permit;
use super::facts::Facts;
use super::settings::Settings;
use crate::sys::cancel::Cancel;
use crate::sys::tcp;
use crate::sys::tcp::ConnectError;
use crate::sys::tcp::Connection;

/// What a probe sends to the engine.
#[derive(Debug)]
pub enum Message {
    /// Something was seen.
    Observed(Observation),
    /// What went over a connection.
    Exchanged(Exchange),
    /// The probe of that name has ended.
    Ended(&'static str),
}

/// A probe's view of the run.
#[derive(Debug)]
pub struct Scene {
    /// The probe's name.
    pub probe: &'static str,
    /// The target.
    pub target: Target,
    /// What the user decided.
    pub settings: Arc<Settings>,
    /// What was seen when the probe began.
    pub evidence: Evidence,
    /// Set when nobody waits for the probe any more.
    pub cancel: Cancel,
    pub(super) budget: Budget,
    pub(super) facts: Arc<Mutex<Facts>>,
    pub(super) sender: Sender<Message>,
    pub(super) began: Instant,
}

/// A connection that holds its place in the budget.
#[derive(Debug)]
pub struct Link {
    /// The connection.
    pub connection: Connection,
    _permit: Permit,
}

impl Scene {
    /// Records an answer with the text that shows it.
    pub fn observe(&self, answer: impl Into<Answer>, text: impl Into<String>) {
        let at = self.began.elapsed().as_secs_f64();
        let source = self.probe.to_owned();
        let answer = answer.into();
        let observation = Observation { answer, source, at, text: text.into() };
        // The engine has gone away only when nobody wants to know any more.
        let _ = self.sender.send(Message::Observed(observation));
    }

    /// Records what went over a connection.
    pub fn exchanged(&self, exchange: Exchange) {
        let _ = self.sender.send(Message::Exchanged(exchange));
    }

    /// A copy of what is known.
    pub fn facts(&self) -> Facts {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds to what is known.
    pub fn learn(&self, change: impl FnOnce(&mut Facts)) {
        change(&mut self.facts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Leave to open one connection by other means, such as a program; `None` when the budget is
    /// spent.
    pub fn permit(&self) -> Option<Permit> {
        self.budget.permit(&self.cancel)
    }

    /// Opens a connection to the target; `None` when the budget is spent.
    pub fn connect(
        &self,
        to: SocketAddr,
        options: tcp::Options,
        limit: Duration,
    ) -> Option<Result<Link, ConnectError>> {
        let permit = self.permit()?;
        if let Some(capture) = &self.settings.capture {
            capture.watch(to);
        }
        Some(
            tcp::connect(to, options, limit, &self.cancel)
                .map(|connection| Link { connection, _permit: permit }),
        )
    }

    /// Whether an error means that this run was cancelled and not that something was seen.
    pub fn cancelled(&self, error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::TimedOut && self.cancel.is_set()
    }
}
