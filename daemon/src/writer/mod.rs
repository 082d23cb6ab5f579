//! The one write path: a thread that owns the store, groups what is asked of it, commits each group durably in one
//! transaction, and publishes the new state by an atomic swap. Nothing is acknowledged before it is durable.

mod beside;
mod checkpoint;
mod draft;
mod fold;
mod group;
mod guard;
mod own;
pub(crate) mod redaction;
mod rehearsal;
mod thread;

pub use checkpoint::CheckpointError;
pub use draft::{Cache, Draft, Proposal};
pub(crate) use guard::last_owner;
pub(crate) use own::Person;
pub(crate) use rehearsal::Rehearsal;
pub(crate) use thread::batch_id;

use arc_swap::ArcSwap;
use rollcall_shared::clock::Clock;
use rollcall_shared::directory::State;
use rollcall_shared::domain::{Actor, Micros, RequestId, RunId};
use rollcall_shared::store::{Port, Reader, StoreError};
use rollcall_shared::wire::{Class, Failure};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot, watch};

/// How many requests may wait for the writer before callers are slowed down.
const QUEUE: usize = 256;

/// Turns the state (with everything that is already in the group) into entries and an answer, or refuses.
pub type Plan = Box<dyn FnOnce(&Draft<'_>, &mut Cache) -> Result<Proposal, Failure> + Send>;

/// Who asks, by which verb, under which request.
#[derive(Debug, Clone)]
pub struct Errand {
    /// Who.
    pub actor: Actor,
    /// The verb's name.
    pub verb: String,
    /// The request: the same one again is answered with the first result.
    pub request: RequestId,
    /// What was asked, as a fingerprint: the same request id for something else is refused. Empty for the daemon's own.
    pub asked: String,
    /// The run it is part of.
    pub run: Option<RunId>,
    /// The reason the actor gave.
    pub reason: Option<String>,
    /// Why the actor broke the glass, where nothing else allows what they ask.
    pub break_glass: Option<String>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "nearly every job is the large one"
)]
pub(crate) enum Job {
    Change {
        errand: Errand,
        plan: Plan,
        reply: oneshot::Sender<Result<Value, Failure>>,
    },
    Checkpoint {
        step: checkpoint::Step,
        reply: oneshot::Sender<Result<(), StoreError>>,
    },
    /// The group that was on its way failed.
    Landed,
}

/// The way to the writer, and the newest published state. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    published: Arc<ArcSwap<State>>,
    revision: watch::Sender<u64>,
    degraded: Arc<ArcSwap<String>>,
    reader: Arc<dyn Reader>,
    checkpointing: Arc<Mutex<()>>,
}

impl Writer {
    /// Starts the writer thread over an open store and the state folded from it. The thread ends when every `Writer`
    /// is gone and what was asked of it is done.
    pub fn start(
        port: Box<dyn Port>,
        state: State,
        clock: Arc<dyn Clock>,
    ) -> std::io::Result<(Writer, std::thread::JoinHandle<()>)> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let writer = Writer {
            revision: watch::Sender::new(state.revision()),
            published: Arc::new(ArcSwap::from_pointee(state.clone())),
            degraded: Arc::new(ArcSwap::from_pointee(String::new())),
            reader: port.reader(),
            checkpointing: Arc::default(),
            jobs,
        };
        let seat = thread::Seat {
            beside: beside::Beside::start(port, writer.jobs.downgrade())?,
            reader: writer.reader.clone(),
            state,
            clock,
            public: group::Public {
                state: writer.published.clone(),
                revision: writer.revision.clone(),
            },
            degraded: writer.degraded.clone(),
        };
        let handle = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || seat.serve(queue))?;
        Ok((writer, handle))
    }

    /// The newest state that is durable.
    pub fn state(&self) -> Arc<State> {
        self.published.load_full()
    }

    /// Reads of the store beside the writer.
    pub fn reader(&self) -> Arc<dyn Reader> {
        self.reader.clone()
    }

    /// Tells of each new revision.
    pub fn revisions(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    /// Why only reads are served; empty when changes are, too.
    pub fn degraded(&self) -> String {
        self.degraded.load().as_ref().clone()
    }

    /// Whether the writer's thread takes requests.
    pub fn alive(&self) -> bool {
        !self.jobs.is_closed()
    }

    /// Waits until the writer's thread takes requests no more.
    pub async fn ended(&self) {
        self.jobs.closed().await;
    }

    /// Asks for a change and waits until it is durable or refused.
    pub async fn change(&self, errand: Errand, plan: Plan) -> Result<Value, Failure> {
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(Job::Change {
                errand,
                plan,
                reply,
            })
            .await
            .map_err(|_| stopping())?;
        answer.await.map_err(|_| stopping())?
    }

    /// As [`Writer::change`], from a thread that may block.
    pub fn change_blocking(&self, errand: Errand, plan: Plan) -> Result<Value, Failure> {
        self.begin_blocking(errand, plan)?.wait()
    }

    /// Asks for a change and goes on: several may be begun, and are made in this order, before the first is durable.
    /// From a thread that may block.
    ///
    /// # Errors
    /// When the daemon is stopping.
    pub fn begin_blocking(&self, errand: Errand, plan: Plan) -> Result<Begun, Failure> {
        let (reply, answer) = oneshot::channel();
        self.jobs
            .blocking_send(Job::Change {
                errand,
                plan,
                reply,
            })
            .map_err(|_| stopping())?;
        Ok(Begun(answer))
    }
}

/// A change that was asked for and may not be durable yet.
pub struct Begun(oneshot::Receiver<Result<Value, Failure>>);

impl Begun {
    /// One that was only gone through, and is over.
    pub(crate) fn rehearsed(result: Result<Value, Failure>) -> Self {
        let (reply, answer) = oneshot::channel();
        // The other half is here: it takes what is sent.
        let _ = reply.send(result);
        Begun(answer)
    }

    /// Waits until it is durable or refused. From a thread that may block.
    ///
    /// # Errors
    /// The refusal; or the daemon is stopping.
    pub fn wait(self) -> Result<Value, Failure> {
        self.0.blocking_recv().map_err(|_| stopping())?
    }
}

fn stopping() -> Failure {
    Failure::new(
        Class::Unreachable,
        "the daemon is stopping; the change was not made",
    )
    .rule("stopping")
    .hint("ask again with the same request id once it runs")
}

/// The time of a new batch: the clock's, but never before the batch before it.
pub(crate) fn not_before(now: Micros, last: Micros) -> Micros {
    now.max(last)
}

#[cfg(test)]
mod tests;
