//! A proposal folded into a state: its entries linked, applied, and held against what no decision gets past.

use super::draft::{Cache, Proposal};
use super::{Errand, guard, not_before, own};
use crate::salt;
use rollcall_shared::directory::State;
use rollcall_shared::domain::{
    AccountId, AccountRef, Batch, Fact, Header, Micros, Seal, TenantId, codec,
};
use rollcall_shared::store::Append;
use rollcall_shared::wire::{Class, Failure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the header of a request's first batch keeps for a retry.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// The fingerprint of what was asked, as earlier versions kept it.
    #[serde(default, skip_serializing)]
    pub asked: Option<String>,
    /// The answer it got.
    pub answer: Value,
}

/// A batch that was folded into the state and has to be made durable. It is encoded by whoever does that.
pub(super) struct Folded {
    seq: u64,
    batch_id: [u8; 16],
    batch: Batch,
}

impl Folded {
    /// As the store takes it.
    pub fn append(&self) -> Append {
        Append {
            journal: self.batch.header.journal,
            seq: self.seq,
            batch_id: self.batch_id,
            bytes: codec::encode(&self.batch),
        }
    }

    /// How many things it tells: each sign-in and each asset counts.
    pub fn facts(&self) -> usize {
        let told = |fact: &Fact| match fact {
            Fact::SignIns(events) => events.len(),
            Fact::Assets(assets) => assets.len(),
            _ => 1,
        };
        self.batch
            .entries
            .iter()
            .map(|entry| told(&entry.fact))
            .sum()
    }
}

/// Folds a proposal into the state: its answer, and what has to be made durable for it. Of a refused verb and of a
/// preview nothing stays.
pub(super) fn fold(
    state: &mut State,
    cache: &mut Cache,
    errand: &Errand,
    proposal: Proposal,
    now: Micros,
) -> Result<(Value, Vec<Folded>), Failure> {
    if proposal.entries.iter().all(|(_, of)| of.is_empty()) {
        return Ok((proposal.answer, Vec::new()));
    }
    // A batch that cannot be folded in leaves the state as it was. So a single observation needs no copy to go back
    // to, and while there is none, batches of one group share the pages that the first of them copied.
    let trial = proposal.trial;
    let alone = proposal.observation && proposal.entries.len() == 1 && !trial;
    let before = (!alone).then(|| state.clone());
    let staged = stage(state, cache, errand, proposal, now, before.as_ref());
    if staged.is_err() || trial {
        if let Some(before) = before {
            *state = before;
        }
        if !trial {
            cache.clear();
        }
    }
    let (answer, folded) = staged?;
    match trial {
        true => Ok((answer, Vec::new())),
        false => Ok((answer, folded)),
    }
}

fn stage(
    state: &mut State,
    cache: &mut Cache,
    errand: &Errand,
    proposal: Proposal,
    now: Micros,
    before: Option<&State>,
) -> Result<(Value, Vec<Folded>), Failure> {
    let kept = Kept {
        asked: None,
        answer: proposal.answer.clone(),
    };
    let mut answer = Some(serde_json::to_vec(&kept).map_err(broken)?);
    let mut folded = Vec::new();
    let mut touched: BTreeSet<TenantId> = BTreeSet::new();
    let mut raised: BTreeSet<AccountRef> = BTreeSet::new();
    let mut moved: BTreeMap<TenantId, Vec<AccountId>> = BTreeMap::new();
    let journals = proposal
        .entries
        .into_iter()
        .filter(|(_, entries)| !entries.is_empty());
    for (part, (journal, mut entries)) in (0u32..).zip(journals) {
        guard::closed(state, journal.tenant())?;
        guard::redacted(state, journal.tenant(), &entries)?;
        if !proposal.observation {
            guard::keep_decided(state, journal.tenant(), &mut entries)?;
        }
        for entry in &mut entries {
            if entry.salt.is_none() && !entry.fact.named().is_empty() {
                // So that a redaction can take the address out later.
                entry.salt = Some(salt()?);
            }
        }
        let header = Header {
            journal,
            at: not_before(now, state.journal_at(journal)),
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
        state.link(&mut batch);
        let seq = state.journal_seq(journal) + 1;
        state.apply(seq, &batch).map_err(broken)?;
        if !proposal.trial {
            cache.note(state, journal, &batch.entries);
        }
        if let (Some(tenant), false) = (journal.tenant(), proposal.observation) {
            if guard::keeps_apart(state, tenant) {
                let given = batch.entries.iter().filter_map(guard::given);
                raised.extend(given.map(|account| AccountRef { tenant, account }));
            }
            let others = batch.entries.iter().filter_map(guard::moved);
            moved.entry(tenant).or_default().extend(others);
            if let Some(before) = before.filter(|_| proposal.operator) {
                own::raises_nobody(state, before, errand, tenant, &batch.entries)?;
            }
        }
        touched.extend(journal.tenant());
        folded.push(Folded {
            seq,
            batch_id: super::batch_id(errand.request, part),
            batch,
        });
    }
    if let Some(before) = before.filter(|_| !proposal.observation) {
        for tenant in touched {
            guard::owner(state, before, tenant)?;
            let accounts = moved.get(&tenant).map_or(&[][..], Vec::as_slice);
            guard::admins(state, before, tenant, accounts)?;
        }
        for account in raised {
            guard::duties(state, before, account, now)?;
        }
    }
    Ok((proposal.answer, folded))
}

/// What is personal in the header of a request's batch: the reasons, and the fingerprint of what was asked.
fn seal(errand: &Errand) -> Result<Seal, Failure> {
    Ok(Seal {
        asked: Some(errand.asked.clone()),
        salt: Some(salt()?),
        redacted: None,
    })
}

pub(super) fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(Class::Error, format!("the change was not made: {error}"))
}
