//! A group of changes: what was folded into the state together, becomes durable together, and is answered together.

use super::Errand;
use super::fold::Folded;
use arc_swap::ArcSwap;
use rollcall_shared::directory::State;
use rollcall_shared::domain::RequestId;
use rollcall_shared::store::{Append, AppendError, Port};
use rollcall_shared::wire::{Class, Failure};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{oneshot, watch};

/// A group takes in no more jobs once it holds this many …
const MOST_JOBS: usize = 64;
/// … or this many facts.
const MOST_FACTS: usize = 40_000;

/// From this many facts on a group is made durable beside the planning of the next one; for less the way there and back
/// costs more than it saves.
const LARGE: usize = 2_000;

/// A job whose answer waits for the commit.
pub(super) struct Waiting {
    pub reply: oneshot::Sender<Result<Value, Failure>>,
    pub answer: Result<Value, Failure>,
}

/// Requests of a group with what they are answered, so that a retry that overtook its first try is answered alike.
pub(super) type Requests = HashMap<RequestId, (Errand, Value)>;

/// What becomes durable together.
#[derive(Default)]
pub(super) struct Group {
    pub batches: Vec<Folded>,
    pub waiting: Vec<Waiting>,
    pub requests: Requests,
    facts: usize,
}

impl Group {
    /// Takes in what a request was folded to.
    pub fn put(&mut self, errand: Errand, answer: Value, batches: Vec<Folded>) {
        self.facts += batches.iter().map(Folded::facts).sum::<usize>();
        self.batches.extend(batches);
        self.requests.insert(errand.request, (errand, answer));
    }

    /// Whether it takes in more jobs.
    pub fn open(&self) -> bool {
        self.waiting.len() < MOST_JOBS && self.facts < MOST_FACTS
    }

    /// Whether it is worth a thread of its own.
    pub fn large(&self) -> bool {
        self.facts >= LARGE
    }
}

/// Where readers find the newest durable state.
#[derive(Clone)]
pub(super) struct Public {
    pub state: Arc<ArcSwap<State>>,
    pub revision: watch::Sender<u64>,
}

impl Public {
    /// Shows a state that is durable.
    pub fn show(&self, state: State) {
        let revision = state.revision();
        self.state.store(Arc::new(state));
        self.revision.send_replace(revision);
    }
}

/// Makes batches durable in one transaction.
pub(super) fn append(port: &mut dyn Port, batches: &[Folded]) -> Result<(), AppendError> {
    let appends: Vec<Append> = batches.iter().map(Folded::append).collect();
    let epoch = port.epoch();
    port.append(epoch, &appends).map(drop)
}

/// Answers everybody in a group that is durable.
pub(super) fn answer_all(waiting: Vec<Waiting>) {
    for w in waiting {
        // A caller that has gone away needs no answer; a retry will find it in the journal.
        let _ = w.reply.send(w.answer);
    }
}

/// Tells everybody in a group that it did not become durable. A refusal stands; an answer that was waiting for the commit
/// must not be given.
pub(super) fn refuse_all(waiting: Vec<Waiting>, error: &AppendError) {
    let failure = commit_failed(error);
    for w in waiting {
        let _ = w.reply.send(w.answer.and_then(|_| Err(failure.clone())));
    }
}

fn commit_failed(error: &AppendError) -> Failure {
    match error {
        AppendError::Unknown(_) => Failure::new(Class::Error, error.to_string()).hint(
            "ask again with the same request id: if it was made durable you get its first answer",
        ),
        _ => Failure::new(Class::Error, format!("the change was not made: {error}")),
    }
}
