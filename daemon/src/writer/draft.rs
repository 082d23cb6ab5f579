//! What a verb gets to look at, and what it hands back.

use rollcall_shared::directory::{AssetLookup, Lookup, State};
use rollcall_shared::domain::{Entry, Fact, JournalId, Micros, TenantId};
use serde_json::Value;
use std::collections::HashMap;

/// The state a verb plans against: everything durable, and everything earlier in the same group.
pub struct Draft<'a> {
    /// The state.
    pub state: &'a State,
    /// The time its entries will carry, before the journals' own order is minded.
    pub now: Micros,
}

/// What a verb wants committed, and its answer.
pub struct Proposal {
    /// Entries for each journal, in the order they are applied. Empty: nothing changes and nothing is written.
    pub entries: Vec<(JournalId, Vec<Entry>)>,
    /// The answer once it is durable. It is kept in the journal for retries, so it names accounts by number only.
    pub answer: Value,
    /// True when the entries record what a vendor's export showed: an observation may break an invariant, a decision
    /// may not.
    pub observation: bool,
    /// True for a preview: every guard is held against it, and nothing of it stays.
    pub trial: bool,
    /// True when it rests on an operator's role of Rollcall: it raises no account of their own person.
    pub operator: bool,
}

impl Proposal {
    /// A decision on one journal.
    pub fn decide(journal: impl Into<JournalId>, entries: Vec<Entry>, answer: Value) -> Self {
        Proposal {
            entries: vec![(journal.into(), entries)],
            answer,
            observation: false,
            trial: false,
            operator: false,
        }
    }

    /// The same as a preview, when it is one: refused where the change would be, and nothing of it stays.
    #[must_use]
    pub fn previewed(self, trial: bool) -> Self {
        Proposal { trial, ..self }
    }

    /// Nothing to change.
    pub fn nothing(answer: Value) -> Self {
        Proposal {
            entries: Vec::new(),
            answer,
            observation: false,
            trial: false,
            operator: false,
        }
    }
}

/// Indexes that only the writer needs, built when first used and kept up with every commit.
#[derive(Default)]
pub struct Cache {
    lookups: HashMap<TenantId, Lookup>,
    assets: HashMap<TenantId, AssetLookup>,
}

impl Cache {
    /// The index of a tenant's people by external id, employee id and email.
    pub fn lookup(&mut self, state: &State, tenant: TenantId) -> &Lookup {
        self.lookups
            .entry(tenant)
            .or_insert_with(|| Lookup::build(state, tenant))
    }

    /// The index of a tenant's assets by the vendor's identifier.
    pub fn assets(&mut self, state: &State, tenant: TenantId) -> &AssetLookup {
        self.assets
            .entry(tenant)
            .or_insert_with(|| AssetLookup::build(state, tenant))
    }

    /// Takes in what a batch changed.
    pub(super) fn note(&mut self, state: &State, journal: JournalId, entries: &[Entry]) {
        let Some(tenant) = journal.tenant() else {
            return;
        };
        let mut people = self.lookups.get_mut(&tenant);
        let mut assets = self.assets.get_mut(&tenant);
        for entry in entries {
            match (&entry.fact, &mut people, &mut assets) {
                (Fact::Account { account, .. }, Some(lookup), _) if !entry.personal.is_empty() => {
                    lookup.note(state, *account);
                }
                (Fact::Assets(list), _, Some(lookup)) => list.iter().for_each(|a| lookup.note(a)),
                _ => {}
            }
        }
    }

    /// Forgets everything: what was noted may not have become durable.
    pub(super) fn clear(&mut self) {
        self.lookups.clear();
        self.assets.clear();
    }
}
