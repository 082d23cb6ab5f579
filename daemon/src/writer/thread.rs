//! The writer's thread: takes a group of jobs, plans each against the state so far, commits, publishes, answers.

use super::draft::{Cache, Draft, Proposal};
use super::{Errand, Job, Plan, guard, not_before, redaction};
use crate::salt;
use arc_swap::ArcSwap;
use rollcall_shared::clock::Clock;
use rollcall_shared::directory::{State, checkpoint};
use rollcall_shared::domain::{
    AccountId, AccountRef, Batch, Header, Micros, RequestId, Seal, TenantId, codec,
};
use rollcall_shared::store::{Append, AppendError, Port};
use rollcall_shared::wire::{Class, Failure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// A group takes in no more jobs once it holds this many …
const GROUP_JOBS: usize = 64;
/// … or this many bytes.
const GROUP_BYTES: usize = 8 << 20;

pub(super) struct Seat {
    pub port: Box<dyn Port>,
    pub state: State,
    pub clock: Arc<dyn Clock>,
    pub published: Arc<ArcSwap<State>>,
    pub revision: watch::Sender<u64>,
    pub degraded: Arc<ArcSwap<String>>,
}

/// A job whose answer waits for the commit.
struct Waiting {
    reply: oneshot::Sender<Result<Value, Failure>>,
    answer: Result<Value, Failure>,
}

/// What the header of a request's first batch keeps for a retry.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The fingerprint of what was asked, as earlier versions kept it.
    #[serde(default, skip_serializing)]
    asked: Option<String>,
    /// The answer it got.
    answer: Value,
}

#[derive(Default)]
struct Group {
    appends: Vec<Append>,
    bytes: usize,
    waiting: Vec<Waiting>,
    /// Requests of this group, so that a retry that overtook its first try is answered alike.
    requests: HashMap<RequestId, (Errand, Value)>,
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
                    }
                    // Needs no order with changes: a chunk is a fact about a state that is durable already. The group
                    // ends with it, so that no change waits for two pieces.
                    Job::Checkpoint { step, reply } => {
                        self.commit(std::mem::take(&mut group), &mut cache);
                        let taken = redaction::finish(self.port.as_mut(), &mut self.state)
                            .map_err(redaction::unfinished)
                            .and_then(|()| step.take(self.port.as_mut(), &self.state));
                        let _ = reply.send(taken);
                        break;
                    }
                }
                if group.waiting.len() < GROUP_JOBS && group.bytes < GROUP_BYTES {
                    next = queue.try_recv().ok();
                }
            }
            self.commit(group, &mut cache);
        }
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
        let proposal = plan(
            &Draft {
                state: &self.state,
                now,
            },
            cache,
        )?;
        if proposal
            .entries
            .iter()
            .all(|(_, entries)| entries.is_empty())
        {
            return Ok(proposal.answer);
        }
        // A batch that cannot be folded in leaves the state as it was. So a single observation needs no copy to go back
        // to, and while there is none, batches of one group share the pages that the first of them copied.
        let trial = proposal.trial;
        let alone = proposal.observation && proposal.entries.len() == 1 && !trial;
        let before = (!alone).then(|| self.state.clone());
        let (staged, bytes) = (group.appends.len(), group.bytes);
        let result = self.stage(&errand, proposal, now, group, cache, before.as_ref());
        match &result {
            Ok(answer) if !trial => {
                group
                    .requests
                    .insert(errand.request, (errand.clone(), answer.clone()));
            }
            _ => {
                // Nothing of a refused verb or of a preview may remain, neither in memory nor in the group.
                if let Some(before) = before {
                    self.state = before;
                }
                group.appends.truncate(staged);
                group.bytes = bytes;
                if !trial {
                    cache.clear();
                }
            }
        }
        result
    }

    fn stage(
        &mut self,
        errand: &Errand,
        proposal: Proposal,
        now: Micros,
        group: &mut Group,
        cache: &mut Cache,
        before: Option<&State>,
    ) -> Result<Value, Failure> {
        let kept = Kept {
            asked: None,
            answer: proposal.answer.clone(),
        };
        let kept = serde_json::to_vec(&kept).map_err(broken)?;
        let mut answer = Some(kept);
        let mut touched: BTreeSet<TenantId> = BTreeSet::new();
        let mut raised: BTreeSet<AccountRef> = BTreeSet::new();
        let mut moved: BTreeMap<TenantId, Vec<AccountId>> = BTreeMap::new();
        let journals = proposal
            .entries
            .into_iter()
            .filter(|(_, entries)| !entries.is_empty());
        for (part, (journal, mut entries)) in (0u32..).zip(journals) {
            guard::closed(&self.state, journal.tenant())?;
            guard::redacted(&self.state, journal.tenant(), &entries)?;
            if !proposal.observation {
                guard::keep_decided(&self.state, journal.tenant(), &mut entries)?;
            }
            for entry in &mut entries {
                if entry.salt.is_none() && !entry.fact.named().is_empty() {
                    // So that a redaction can take the address out later.
                    entry.salt = Some(salt()?);
                }
            }
            let header = Header {
                journal,
                at: not_before(now, self.state.journal_at(journal)),
                actor: errand.actor.clone(),
                verb: errand.verb.clone(),
                request: Some(errand.request),
                run: errand.run,
                reason: errand.reason.clone(),
                answer: answer.take(),
                break_glass: errand.break_glass.clone(),
                seal: seal(errand)?,
            };
            let mut batch = Batch { header, entries };
            self.state.link(&mut batch);
            let seq = self.state.journal_seq(journal) + 1;
            self.state.apply(seq, &batch).map_err(broken)?;
            if !proposal.trial {
                cache.note(&self.state, journal, &batch.entries);
            }
            if let (Some(tenant), false) = (journal.tenant(), proposal.observation) {
                let given = batch.entries.iter().filter_map(guard::given);
                raised.extend(given.map(|account| AccountRef { tenant, account }));
                let others = batch.entries.iter().filter_map(guard::moved);
                moved.entry(tenant).or_default().extend(others);
            }
            touched.extend(journal.tenant());
            let bytes = codec::encode(&batch);
            group.bytes += bytes.len();
            group.appends.push(Append {
                journal,
                seq,
                batch_id: batch_id(errand.request, part),
                bytes,
            });
        }
        if let Some(before) = before.filter(|_| !proposal.observation) {
            for tenant in touched {
                guard::owner(&self.state, before, tenant)?;
                let accounts = moved.get(&tenant).map_or(&[][..], Vec::as_slice);
                guard::admins(&self.state, before, tenant, accounts)?;
            }
            for account in raised {
                guard::duties(&self.state, before, account, now)?;
            }
        }
        Ok(proposal.answer)
    }

    /// The answer a request got the first time, when this is a retry. The same id for another question, or from somebody
    /// else, is refused: its first answer would be a lie, or none of their business.
    fn first_answer(&self, errand: &Errand, group: &Group) -> Result<Option<Value>, Failure> {
        if let Some((first, answer)) = group.requests.get(&errand.request) {
            let same = first.verb == errand.verb
                && first.actor.uid == errand.actor.uid
                && first.asked == errand.asked;
            return if same {
                Ok(Some(answer.clone()))
            } else {
                Err(reused())
            };
        }
        let reader = self.port.reader();
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
        if group.appends.is_empty() {
            return answer_all(group.waiting);
        }
        let epoch = self.port.epoch();
        match self.port.append(epoch, &group.appends) {
            Ok(_) => {
                // What is durable is acknowledged, whether or not the texts it takes out could be taken out at once.
                let finished = redaction::finish(self.port.as_mut(), &mut self.state);
                self.publish();
                answer_all(group.waiting);
                if let Err(error) = finished {
                    cache.clear();
                    self.recover(&error);
                }
            }
            Err(error) => {
                cache.clear();
                let failure = commit_failed(&error);
                for waiting in group.waiting {
                    // A refusal stands; an answer that was waiting for this commit must not be given.
                    let _ = waiting
                        .reply
                        .send(waiting.answer.and_then(|_| Err(failure.clone())));
                }
                self.recover(&error);
            }
        }
    }

    fn publish(&self) {
        self.published.store(Arc::new(self.state.clone()));
        self.revision.send_replace(self.state.revision());
    }

    /// Reopens the store after a failed commit and takes what is durable there for the truth. Until that works, only
    /// reads of the last published state are served.
    fn recover(&mut self, error: &AppendError) {
        self.degraded.store(Arc::new(format!(
            "a commit failed ({error}); reads only until the store is open again"
        )));
        self.revision.send_replace(self.state.revision());
        let reopened = self
            .port
            .reopen()
            .map_err(|e| e.to_string())
            .and_then(|_epoch| {
                checkpoint::load(self.port.reader().as_ref()).map_err(|e| e.to_string())
            });
        match reopened {
            Ok(state) => {
                self.state = state;
                self.degraded.store(Arc::new(String::new()));
                self.publish();
            }
            Err(what) => {
                self.degraded.store(Arc::new(format!(
                    "a commit failed ({error}) and the store cannot be opened again ({what}); reads only: restart rollcalld"
                )));
                self.state = self.published.load().as_ref().clone();
            }
        }
    }
}

fn answer_all(waiting: Vec<Waiting>) {
    for w in waiting {
        // A caller that has gone away needs no answer; a retry will find it in the journal.
        let _ = w.reply.send(w.answer);
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

/// What is personal in the header of a request's batch: the reasons, and the fingerprint of what was asked.
fn seal(errand: &Errand) -> Result<Seal, Failure> {
    Ok(Seal {
        asked: Some(errand.asked.clone()),
        salt: Some(salt()?),
        redacted: None,
    })
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

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(Class::Error, format!("the change was not made: {error}"))
}

/// The batch id of one part of a request: the request id itself for the first, numbered ones for the others.
pub(crate) fn batch_id(request: RequestId, part: u32) -> [u8; 16] {
    if part == 0 {
        return *request.0.as_bytes();
    }
    let name = [request.0.as_bytes().as_slice(), &part.to_be_bytes()].concat();
    *uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, &name).as_bytes()
}
