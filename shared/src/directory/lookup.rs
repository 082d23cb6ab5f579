//! Finding the account a row of a people file speaks of.

use super::chunk::Chunk;
use super::column::heap;
use super::fold::folded;
use super::state::State;
use super::table::{Table, texts_of};
use crate::domain::{AccountId, Field, Status, TenantId};
use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};

/// An index over one tenant's external ids, employee ids, emails and login names. It holds hashes; every hit is compared with the
/// account itself, so that an index that was not told of a change finds less, never the wrong account.
#[derive(Debug, Clone)]
pub struct Lookup {
    tenant: TenantId,
    hasher: RandomState,
    external_ids: Hits,
    employee_ids: Hits,
    emails: Hits,
    formers: Hits,
    usernames: Hits,
}

/// Which text of an account is looked for.
#[derive(Debug, Clone, Copy)]
enum Key {
    ExternalId,
    EmployeeId,
    Email,
    /// The email that sources still show in place of the one decided here.
    Former,
    Username,
}

const KEYS: [Key; 5] = [
    Key::ExternalId,
    Key::EmployeeId,
    Key::Email,
    Key::Former,
    Key::Username,
];

impl Key {
    fn of(self, chunk: &Chunk, row: usize) -> Cow<'_, [u8]> {
        match self {
            Key::ExternalId => heap::fields::<6>(chunk.ids.record(row))[1].into(),
            Key::EmployeeId => heap::fields::<6>(chunk.ids.record(row))[2].into(),
            Key::Email => chunk.texts.email_key(row).into(),
            Key::Username => chunk.texts.username_key(row).into(),
            Key::Former => {
                let shown = texts_of(heap::fields::<6>(chunk.ids.record(row))[5]);
                let email = shown.into_iter().find(|(field, _)| *field == Field::Email);
                email.map_or(Cow::Borrowed(&[]), |(_, email)| folded(&email).into())
            }
        }
    }
}

impl Lookup {
    /// Indexes a tenant as it is.
    pub fn build(state: &State, tenant: TenantId) -> Self {
        let mut lookup = Lookup {
            tenant,
            hasher: RandomState::new(),
            external_ids: Hits::default(),
            employee_ids: Hits::default(),
            emails: Hits::default(),
            formers: Hits::default(),
            usernames: Hits::default(),
        };
        for id in 0..state.tenant(tenant).map_or(0, |t| t.accounts()) {
            lookup.note(state, AccountId(id));
        }
        lookup
    }

    /// Takes in an account that came to be or changed.
    pub fn note(&mut self, state: &State, account: AccountId) {
        let Some(view) = state.tenant(self.tenant) else {
            return;
        };
        let Some((chunk, row)) = view.table.find(account) else {
            return;
        };
        for key in KEYS {
            let text = key.of(chunk, row);
            if !text.is_empty() {
                let hash = self.hash(&text);
                self.hits(key).add(hash, account.0);
            }
        }
    }

    /// The account with this number of the identity provider.
    pub fn by_external_id(&self, state: &State, id: &str) -> Option<AccountId> {
        self.find(state, Key::ExternalId, &self.external_ids, id.as_bytes())
    }

    /// The account with this staff number.
    pub fn by_employee_id(&self, state: &State, id: &str) -> Option<AccountId> {
        self.find(state, Key::EmployeeId, &self.employee_ids, id.as_bytes())
    }

    /// The account with this email, compared without case.
    pub fn by_email(&self, state: &State, email: &str) -> Option<AccountId> {
        self.find(state, Key::Email, &self.emails, &folded(email))
    }

    /// Every account with this email, those that are gone among them, by number.
    pub fn all_by_email(&self, state: &State, email: &str) -> Vec<AccountId> {
        let text = folded(email);
        let found = self.found(state, Key::Email, &self.emails, &text);
        let mut all: Vec<AccountId> = found.map(|(_, id)| id).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The account with this email, else the one that had it before a decision here that no source has shown yet.
    pub fn by_address(&self, state: &State, email: &str) -> Option<AccountId> {
        let text = folded(email);
        let now = self.find(state, Key::Email, &self.emails, &text);
        now.or_else(|| self.find(state, Key::Former, &self.formers, &text))
    }

    /// The account with this login name, compared without case; none where several have it, for then it names nobody.
    pub fn by_username(&self, state: &State, name: &str) -> Option<AccountId> {
        let text = folded(name);
        let mut found = self.found(state, Key::Username, &self.usernames, &text);
        let mut there = found.by_ref().filter(|(gone, _)| !gone).map(|(_, id)| id);
        let first = there.next()?;
        there.all(|other| other == first).then_some(first)
    }

    fn hits(&mut self, key: Key) -> &mut Hits {
        match key {
            Key::ExternalId => &mut self.external_ids,
            Key::EmployeeId => &mut self.employee_ids,
            Key::Email => &mut self.emails,
            Key::Former => &mut self.formers,
            Key::Username => &mut self.usernames,
        }
    }

    fn hash(&self, text: &[u8]) -> u32 {
        self.hasher.hash_one(text) as u32
    }

    /// An account that is gone gives way to one that is not; of several the first counts.
    fn find(&self, state: &State, key: Key, hits: &Hits, text: &[u8]) -> Option<AccountId> {
        self.found(state, key, hits, text).min().map(|(_, id)| id)
    }

    /// The accounts with a text, and whether each is gone.
    fn found<'s>(
        &self,
        state: &'s State,
        key: Key,
        hits: &'s Hits,
        text: &'s [u8],
    ) -> impl Iterator<Item = (bool, AccountId)> + 's {
        let view = state.tenant(self.tenant).filter(|_| !text.is_empty());
        let table: Option<&Table> = view.map(|view| &view.table);
        hits.with(self.hash(text)).filter_map(move |id| {
            let id = AccountId(id);
            let (chunk, row) = table?.find(id)?;
            let gone = chunk.codes(row).status() == Status::Deleted;
            (*key.of(chunk, row) == *text).then_some((gone, id))
        })
    }
}

/// Numbers by hash: slots probed one after another, at most half of them taken. 16 bytes a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Hits {
    slots: Vec<Option<(u32, std::num::NonZeroU32)>>,
    taken: usize,
}

impl Hits {
    pub(super) fn add(&mut self, hash: u32, number: u32) {
        let Some(id) = std::num::NonZeroU32::new(number.wrapping_add(1)) else {
            return;
        };
        if self.taken * 2 >= self.slots.len() {
            let room = (self.slots.len() * 2).max(64);
            let old = std::mem::replace(&mut self.slots, vec![None; room]);
            self.taken = 0;
            for (hash, id) in old.into_iter().flatten() {
                self.put(hash, id);
            }
        }
        self.put(hash, id);
    }

    fn put(&mut self, hash: u32, id: std::num::NonZeroU32) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(there) = self.slots[at] {
            if there == (hash, id) {
                return;
            }
            at = (at + 1) & mask;
        }
        self.slots[at] = Some((hash, id));
        self.taken += 1;
    }

    pub(super) fn with(&self, hash: u32) -> impl Iterator<Item = u32> {
        let mask = self.slots.len().wrapping_sub(1);
        let from = hash as usize;
        (0..self.slots.len())
            .map_while(move |step| self.slots[from.wrapping_add(step) & mask])
            .filter(move |(h, _)| *h == hash)
            .map(|(_, id)| id.get() - 1)
    }
}
