//! The writer's thread: takes a group of jobs, plans each against the state so far, commits, publishes, answers.

use super::beside::Beside;
use super::draft::{Cache, Draft};
use super::fold::{Kept, broken, fold};
use super::group::{Group, Public, Waiting, answer_all, append, refuse_all};
use super::{Errand, Job, Plan, redaction};
use arc_swap::ArcSwap;
use rollcall_shared::clock::Clock;
use rollcall_shared::directory::{State, checkpoint};
use rollcall_shared::domain::{RequestId, codec};
use rollcall_shared::store::{AppendError, Reader};
use rollcall_shared::wire::{Class, Failure};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::mpsc;

pub(super) struct Seat {
    pub beside: Beside,
    pub reader: Arc<dyn Reader>,
    pub state: State,
    pub clock: Arc<dyn Clock>,
    pub public: Public,
    pub degraded: Arc<ArcSwap<String>>,
}

impl Seat {
    pub(super) fn serve(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut cache = Cache::default();
        while let Some(first) = queue.blocking_recv() {
            let mut group = Group::default();
            let mut next = Some(first);
            while let Some(job) = next.take() {
                match job {
                    Job::Change {
                        errand,
                        plan,
                        reply,
                    } => {
                        let answer = self.plan(errand, plan, &mut group, &mut cache);
                        group.waiting.push(Waiting { reply, answer });
                        // The store need not wait for more than is worth its while.
                        if group.large() && self.beside.is_here() {
                            break;
                        }
                    }
                    // Needs no order with changes: a chunk is a fact about a state that is durable already. The group
                    // ends with it, so that no change waits for two pieces.
                    Job::Checkpoint { step, reply } => {
                        self.commit(std::mem::take(&mut group), &mut cache);
                        self.landed(&mut cache);
                        let port = self.beside.port();
                        let taken = redaction::finish(port, &mut self.state)
                            .map_err(redaction::unfinished)
                            .and_then(|()| step.take(port, &self.state));
                        let _ = reply.send(taken);
                        break;
                    }
                    Job::Landed => self.commit(std::mem::take(&mut group), &mut cache),
                }
                if group.open() {
                    next = queue.try_recv().ok();
                }
            }
            self.commit(group, &mut cache);
        }
        self.landed(&mut cache);
    }

    fn plan(
        &mut self,
        errand: Errand,
        plan: Plan,
        group: &mut Group,
        cache: &mut Cache,
    ) -> Result<Value, Failure> {
        if !self.degraded.load().is_empty() {
            return Err(read_only(&self.degraded.load()));
        }
        if let Some(first) = self.first_answer(&errand, group)? {
            return Ok(first);
        }
        let now = self.clock.now();
        let draft = Draft {
            state: &self.state,
            now,
        };
        let proposal = plan(&draft, cache)?;
        let (answer, batches) = fold(&mut self.state, cache, &errand, proposal, now)?;
        if !batches.is_empty() {
            group.put(errand, answer.clone(), batches);
        }
        Ok(answer)
    }

    /// The answer a request got the first time, when this is a retry. The same id for another question, or from somebody
    /// else, is refused: its first answer would be a lie, or none of their business.
    fn first_answer(&self, errand: &Errand, group: &Group) -> Result<Option<Value>, Failure> {
        let on_its_way = self.beside.requests();
        let waiting = [&group.requests, on_its_way];
        let mut waiting = waiting.iter().filter_map(|of| of.get(&errand.request));
        if let Some((first, answer)) = waiting.next() {
            let same = first.verb == errand.verb
                && first.actor.uid == errand.actor.uid
                && first.asked == errand.asked;
            return if same {
                Ok(Some(answer.clone()))
            } else {
                Err(reused())
            };
        }
        let reader = &self.reader;
        let Some((journal, seq)) = reader.find(batch_id(errand.request, 0)).map_err(broken)? else {
            return Ok(None);
        };
        let batches = reader.read(journal, seq, 1).map_err(broken)?;
        let (_, bytes) = batches
            .first()
            .ok_or_else(|| broken("a batch the index names is not there"))?;
        let header = codec::split(bytes).and_then(|batch| batch.header());
        let header = header.map_err(broken)?;
        let kept = header
            .answer
            .ok_or_else(|| broken("the first batch of a request holds no answer"))?;
        let kept: Kept = serde_json::from_slice(&kept).map_err(broken)?;
        let same = header.verb == errand.verb
            && header.actor.uid == errand.actor.uid
            && header.seal.asked.or(kept.asked).as_ref() == Some(&errand.asked);
        if same {
            Ok(Some(kept.answer))
        } else if header.seal.redacted.is_some() {
            Err(forgotten())
        } else {
            Err(reused())
        }
    }

    fn commit(&mut self, group: Group, cache: &mut Cache) {
        if let Some(error) = self.beside.failure() {
            // It rests on what did not become durable.
            refuse_all(group.waiting, &error);
            return self.recover(&error, cache);
        }
        if group.batches.is_empty() {
            return answer_all(group.waiting);
        }
        if group.large() && self.state.redactions().is_empty() {
            let (state, public) = (self.state.clone(), self.public.clone());
            return self.beside.send(group, state, public);
        }
        match append(self.beside.port(), &group.batches) {
            Ok(()) => {
                // What is durable is acknowledged, whether or not the texts it takes out could be taken out at once.
                let finished = redaction::finish(self.beside.port(), &mut self.state);
                self.public.show(self.state.clone());
                answer_all(group.waiting);
                if let Err(error) = finished {
                    self.recover(&error, cache);
                }
            }
            Err(error) => {
                refuse_all(group.waiting, &error);
                self.recover(&error, cache);
            }
        }
    }

    /// Waits for the group that is on its way, and goes back to what is durable when it failed.
    fn landed(&mut self, cache: &mut Cache) {
        if let Some(error) = self.beside.failure() {
            self.recover(&error, cache);
        }
    }

    /// Reopens the store after a failed commit and takes what is durable there for the truth. Until that works, only
    /// reads of the last published state are served.
    fn recover(&mut self, error: &AppendError, cache: &mut Cache) {
        cache.clear();
        self.degraded.store(Arc::new(format!(
            "a commit failed ({error}); reads only until the store is open again"
        )));
        self.public.revision.send_replace(self.state.revision());
        let reopened = self
            .beside
            .port()
            .reopen()
            .map_err(|e| e.to_string())
            .and_then(|_epoch| checkpoint::load(&*self.reader).map_err(|e| e.to_string()));
        match reopened {
            Ok(state) => {
                self.state = state;
                self.degraded.store(Arc::new(String::new()));
                self.public.show(self.state.clone());
            }
            Err(what) => {
                self.degraded.store(Arc::new(format!(
                    "a commit failed ({error}) and the store cannot be opened again ({what}); reads only: restart rollcalld"
                )));
                self.state = self.public.state.load().as_ref().clone();
            }
        }
    }
}

/// Whether it is the same question cannot be said any more.
fn forgotten() -> Failure {
    Failure::new(
        Class::Conflict,
        "this request id was used, and what was asked is redacted",
    )
    .rule("request-id-reused")
    .hint("look with `rollcall audit list` whether it was done; to ask again make up a new id")
}

fn reused() -> Failure {
    Failure::new(
        Class::Conflict,
        "this request id was used for something else",
    )
    .rule("request-id-reused")
    .hint("a request id names one question of one caller: make up a new one")
}

fn read_only(why: &str) -> Failure {
    Failure::new(Class::Error, format!("no changes are taken: {why}")).rule("durable-first")
}

/// The batch id of one part of a request: the request id itself for the first, numbered ones for the others.
pub(crate) fn batch_id(request: RequestId, part: u32) -> [u8; 16] {
    if part == 0 {
        return *request.0.as_bytes();
    }
    let name = [request.0.as_bytes().as_slice(), &part.to_be_bytes()].concat();
    *uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, &name).as_bytes()
}
