//! One run: from a target to a case.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::evaluate::capture::of_connection;
use sshwhy_core::model::case;
use sshwhy_core::model::case::Case;
use sshwhy_core::model::case::View;
use sshwhy_core::model::evidence::Evidence;
use sshwhy_core::model::evidence::Exchange;
use sshwhy_core::model::evidence::Observation;
use sshwhy_core::model::offer::Offer;
use sshwhy_core::model::outcome::is_on_the_ladder;
use sshwhy_core::model::outcome::was_reset;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Hello;
use sshwhy_core::model::question::Notice;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::target::Target;
use sshwhy_core::reason::next::Choice;
use sshwhy_core::reason::next::next;

use super::budget::Budget;
use super::facts::Facts;
use super::scene::Message;
use super::scene::Scene;
use super::settings::Settings;
use crate::probe::MEASURES;
use crate::probe::PROBES;
use crate::probe::Probe;
use crate::probe::Situation;
use crate::sys::cancel::Cancel;

/// How often the engine looks whether a probe that waits makes another one worth while.
const TICK: Duration = Duration::from_millis(50);
/// The probe whose connection is the one that ssh would make.
const MAIN: &str = "handshake";
/// What comes so long after the end of a connection, and a round trip, still tells who ended it.
const LATE: Duration = Duration::from_millis(40);
/// So many probes run at once, most of which wait for an answer.
const AT_ONCE: usize = 3;

/// What happens during a run, for whoever watches.
#[derive(Debug)]
pub enum Event<'a> {
    /// The target itself is about to be probed, not a host on the way to it.
    Reached(&'a Target),
    /// A probe was chosen, with what the others would have been worth.
    Chosen {
        /// The probe.
        probe: &'static Probe,
        /// All choices, best first.
        choices: &'a [Choice],
    },
    /// Something was seen.
    Observed(&'a Observation),
    /// A probe ended.
    Ended(&'static Probe),
}

/// A run that has ended.
#[derive(Debug)]
pub struct Run {
    /// The recording.
    pub case: Case,
    /// What was learned on the way.
    pub facts: Facts,
    /// Whether somebody stopped it.
    pub cancelled: bool,
}

/// What is known before a run.
#[derive(Debug, Default)]
pub struct Known {
    /// The user's configuration and the way through jump hosts that were found to work.
    pub facts: Facts,
    /// What was seen already.
    pub observations: Evidence,
}

/// Probes the target until the answer stands or nothing more can be learned.
pub fn run(
    target: Target,
    known: Known,
    settings: &Settings,
    cancel: &Cancel,
    mut on_event: impl FnMut(Event<'_>),
) -> Run {
    let (sender, receiver) = mpsc::channel();
    let mut engine = Engine {
        target,
        settings: Arc::new(settings.clone()),
        budget: Budget::new(settings.connections),
        facts: Arc::new(Mutex::new(known.facts)),
        began: Instant::now(),
        evidence: known.observations,
        exchanges: Vec::new(),
        running: Vec::new(),
        done: Vec::new(),
        sender,
        stop: Cancel::new(),
        looks: Vec::new(),
    };
    thread::scope(|scope| {
        while !cancel.is_set() {
            engine.drain(&receiver, &mut on_event);
            if engine.is_penalised() {
                break;
            }
            let choices = engine.choices();
            if let Some(probe) = engine.next_probe(&choices) {
                on_event(Event::Chosen { probe, choices: &choices });
                let scene = engine.start(probe);
                scope.spawn(move || {
                    (probe.run)(&scene);
                    let _ = scene.sender.send(Message::Ended(probe.name));
                });
                continue;
            }
            if engine.is_settled(&choices) {
                break;
            }
            engine.wait(&receiver, &mut on_event);
        }
        engine.stop.set();
    });
    engine.drain(&receiver, &mut on_event);
    engine.finish(cancel.is_set())
}

struct Engine {
    target: Target,
    settings: Arc<Settings>,
    budget: Budget,
    facts: Arc<Mutex<Facts>>,
    began: Instant,
    evidence: Evidence,
    exchanges: Vec<Exchange>,
    running: Vec<&'static Probe>,
    done: Vec<&'static str>,
    sender: mpsc::Sender<Message>,
    stop: Cancel,
    /// Connections whose packets are looked at when the late ones have come.
    looks: Vec<Look>,
}

/// A connection whose packets are to be looked at.
struct Look {
    due: Instant,
    from: SocketAddr,
    to: SocketAddr,
}

impl Engine {
    fn facts(&self) -> Facts {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The probes that could be started now and could still change the answer, best first.
    fn choices(&self) -> Vec<Choice> {
        let offers: Vec<Offer> = self.startable(PROBES).iter().map(|p| p.offer()).collect();
        next(&self.evidence, &offers)
    }

    /// Those of the probes that could be started now.
    fn startable(&self, probes: &[&'static Probe]) -> Vec<&'static Probe> {
        let facts = self.facts();
        let situation = Situation {
            settings: &self.settings,
            evidence: &self.evidence,
            facts: &facts,
            running: &self.running,
        };
        let could_start = |p: &&&'static Probe| {
            !self.done.contains(&p.name)
                && p.cost.connections <= self.budget.left()
                && (p.ready)(&situation)
        };
        probes.iter().filter(could_start).copied().collect()
    }

    /// What to start now: what could change the answer, or else what is to be measured.
    fn next_probe(&self, choices: &[Choice]) -> Option<&'static Probe> {
        if self.running.len() >= AT_ONCE {
            return None;
        }
        let fits = choices.iter().find(|choice| self.fits(&choice.offer));
        match fits {
            Some(choice) => PROBES.iter().find(|p| p.name == choice.offer.probe).copied(),
            None if !choices.is_empty() => None,
            None => self.startable(MEASURES).into_iter().find(|p| self.fits(&p.offer())),
        }
    }

    /// Whether there is a place for the probe beside those that run.
    fn fits(&self, offer: &Offer) -> bool {
        let open: u32 = self.running.iter().map(|p| p.cost.connections.min(1)).sum();
        offer.cost.connections == 0 || open < 2
    }

    fn start(&mut self, probe: &'static Probe) -> Scene {
        self.running.push(probe);
        self.done.push(probe.name);
        let mut target = self.target.clone();
        let facts = self.facts();
        target.address = facts.address.map(|a| a.ip());
        target.source = facts.source.map(|a| a.ip());
        Scene {
            probe: probe.name,
            target,
            settings: Arc::clone(&self.settings),
            evidence: self.evidence.clone(),
            cancel: self.stop.clone(),
            budget: self.budget.clone(),
            facts: Arc::clone(&self.facts),
            sender: self.sender.clone(),
            began: self.began,
        }
    }

    /// Nothing is worth starting, and what runs cannot change the answer. A probe that says what
    /// happens is never cut short: without it nobody could be told.
    fn is_settled(&self, choices: &[Choice]) -> bool {
        if !self.looks.is_empty() {
            return false;
        }
        let tells = |p: &&Probe| p.questions.iter().any(|q| is_on_the_ladder(*q));
        let measures = |p: &&Probe| MEASURES.iter().any(|measure| measure.name == p.name);
        if !choices.is_empty() || self.running.iter().any(|p| tells(p) || measures(p)) {
            return false;
        }
        let offers: Vec<Offer> = self.running.iter().map(|p| p.offer()).collect();
        next(&self.evidence, &offers).is_empty()
    }

    /// Whether sshd has begun to refuse us for our own connections: then every further one would
    /// prolong it.
    fn is_penalised(&self) -> bool {
        let served = self.evidence.holds(Answer::Hello(Hello::Identification));
        served && self.evidence.holds(Answer::Notice(Notice::NotAllowedNow))
    }

    fn wait(&mut self, receiver: &Receiver<Message>, on_event: &mut impl FnMut(Event<'_>)) {
        match receiver.recv_timeout(TICK) {
            Ok(message) => self.take(message, on_event),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }

    fn drain(&mut self, receiver: &Receiver<Message>, on_event: &mut impl FnMut(Event<'_>)) {
        while let Ok(message) = receiver.try_recv() {
            self.take(message, on_event);
        }
        let (due, wait) = std::mem::take(&mut self.looks)
            .into_iter()
            .partition::<Vec<_>, _>(|look| look.due <= Instant::now());
        self.looks = wait;
        due.iter().for_each(|look| self.look(look, on_event));
    }

    /// Who sent the reset that ended a connection, by its packets.
    fn look(&mut self, look: &Look, on_event: &mut impl FnMut(Event<'_>)) {
        let Some(capture) = &self.settings.capture else { return };
        let packets = capture.packets();
        let packets = packets.iter().map(|seen| (seen.at.as_secs_f64(), seen.bytes.as_slice()));
        let told = of_connection(packets, look.from, look.to);
        for shown in told.shown {
            if shown.answer.question() == Question::EndSentBy {
                let at = self.began.elapsed().as_secs_f64();
                let text = shown.text.into_owned();
                let source = "packets".to_owned();
                let observation = Observation { answer: shown.answer, source, at, text };
                self.take(Message::Observed(observation), on_event);
            }
        }
    }

    fn take(&mut self, message: Message, on_event: &mut impl FnMut(Event<'_>)) {
        match message {
            Message::Observed(observation) => {
                on_event(Event::Observed(&observation));
                self.evidence.push(observation);
            }
            Message::Exchanged(exchange) => {
                let ends = exchange.from.zip(exchange.to);
                let is_main = exchange.probe == MAIN && self.settings.capture.is_some();
                let is_main = is_main && was_reset(&self.evidence);
                if let Some((from, to)) = ends.filter(|_| is_main) {
                    let late = self.facts().round_trip.unwrap_or_default() + LATE;
                    self.looks.push(Look { due: Instant::now() + late, from, to });
                }
                self.exchanges.push(exchange);
            }
            Message::Ended(name) => {
                if let Some(at) = self.running.iter().position(|p| p.name == name) {
                    on_event(Event::Ended(self.running.swap_remove(at)));
                }
            }
        }
    }

    fn finish(self, cancelled: bool) -> Run {
        let facts = self.facts();
        let mut target = self.target;
        target.address = facts.address.map(|a| a.ip());
        target.source = facts.source.map(|a| a.ip());
        let way = facts.way.as_ref().filter(|(to, _)| facts.address == Some(*to));
        target.way = way.map(|(_, way)| way.clone());
        let case = Case {
            schema: case::SCHEMA.to_owned(),
            target,
            seconds: self.began.elapsed().as_secs_f64(),
            connections: self.budget.opened(),
            not_assessed: facts.not_assessed.clone(),
            taken: None,
            view: View::Client,
            notes: facts.measured.words(),
            warnings: Vec::new(),
            measured: facts.measured.clone(),
            observations: self.evidence,
            exchanges: self.exchanges,
            packets: None,
        };
        Run { case, facts, cancelled }
    }
}
