//! Where somebody is named in what was written about others: what goes with a redaction, and what stays and why.

use super::History;
use crate::handlers::thread;
use crate::salt;
use rollcall_shared::directory::State;
use rollcall_shared::domain::codec::{self, RawBatch, RawPersonal};
use rollcall_shared::domain::{
    AccountId, AccountRef, Entry, Fact, Field, FieldChange, Gone, Header, JournalId, Pos, Rule,
    TenantId, Why,
};
use rollcall_shared::rules::traces::Traces;
use rollcall_shared::store::Reader;
use rollcall_shared::text::counted;
use rollcall_shared::wire::{Class, Failure};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of a journal that are looked at at a time.
const AT_ONCE: usize = 8 << 20;

/// Places that are named of those that stay, for each reason.
const TOLD: usize = 5;

/// What stays where it is, in the order it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stays {
    Actor,
    Answer,
    Reason,
    Print,
    Note,
    Address,
    OtherTenant,
    Asset,
    Run,
    Earlier,
    Record,
}

impl Stays {
    /// What it is, and why it stays.
    fn told(self) -> (&'static str, &'static str) {
        match self {
            Stays::Actor => (
                "their name as who did something",
                "who did what is what the log is for",
            ),
            Stays::Answer => (
                "an answer kept for a retry, or the name of a verb",
                "it is hashed with who did it, and when",
            ),
            Stays::Reason => (
                "a reason given for several people, or about others",
                "the others still have it",
            ),
            Stays::Print => (
                "the fingerprint of a request about several people, or of the first version",
                "it is hashed with the others' reason; a file that is known whole could be tried on it",
            ),
            Stays::Note => (
                "a reason noted at somebody else",
                "it is that account's own",
            ),
            Stays::Address => (
                "an address that somebody else has or had, too",
                "it is that account's own",
            ),
            Stays::OtherTenant => (
                "the owner of another tenant, or their account there",
                "it is redacted there",
            ),
            Stays::Asset => (
                "an asset's id or name",
                "the vendor's files know the asset by it",
            ),
            Stays::Run => (
                "who started, approved or rejected a run",
                "who did what is what the log is for",
            ),
            Stays::Earlier => (
                "what an earlier version wrote among the facts",
                "the audit tree is made of it",
            ),
            Stays::Record => ("a record of the tenant", "the audit tree is made of it"),
        }
    }

    /// What an entry is whose facts name somebody.
    fn of(fact: &Fact) -> Self {
        match fact {
            Fact::Assets(_) => Stays::Asset,
            Fact::RunStarted(_) | Fact::RunAdvanced { .. } => Stays::Run,
            Fact::Account { .. }
            | Fact::TenantCreated(_)
            | Fact::TenantChanged { .. }
            | Fact::OperatorBound { .. } => Stays::Earlier,
            _ => Stays::Record,
        }
    }
}

/// What was found of somebody beside their own history.
pub(super) struct Elsewhere {
    id: AccountRef,
    traces: Traces,
    /// Accounts whose manager they were: which of their personal fields go with it and are written anew.
    reports: BTreeMap<AccountId, BTreeSet<Field>>,
    /// What goes from the tenant's journal, and from the platform's.
    tenant: Gone,
    platform: Gone,
    /// Whether settings of the tenant go, and whose bindings: what is in force of them is said again.
    settings: bool,
    bindings: BTreeSet<u32>,
    stays: BTreeMap<Stays, BTreeSet<(JournalId, u64)>>,
}

impl Elsewhere {
    /// Reads the tenant's journal and the platform's, as far as a state goes.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) fn read(
        reader: &dyn Reader,
        state: &State,
        history: &History,
        traces: Traces,
        id: AccountRef,
    ) -> Result<Self, Failure> {
        let mut found = Elsewhere {
            id,
            traces,
            reports: BTreeMap::new(),
            tenant: Gone::default(),
            platform: Gone::default(),
            settings: false,
            bindings: BTreeSet::new(),
            stays: BTreeMap::new(),
        };
        let own = rollcall_shared::rules::redaction::gone(&history.told);
        let journal = JournalId::from(id.tenant);
        for seq in &history.shared {
            found.stay(Stays::Print, journal, *seq);
        }
        for journal in [JournalId::PLATFORM, journal] {
            let last = state.journal_seq(journal);
            let mut next = 1;
            while next <= last {
                let batches = reader.read(journal, next, AT_ONCE).map_err(broken)?;
                let Some((newest, _)) = batches.last() else {
                    break;
                };
                next = newest + 1;
                for (seq, bytes) in &batches {
                    if *seq <= last && found.traces.within(bytes) {
                        found.batch(journal, *seq, bytes, &own)?;
                    }
                }
            }
        }
        Ok(found)
    }

    fn batch(
        &mut self,
        journal: JournalId,
        seq: u64,
        bytes: &[u8],
        own: &Gone,
    ) -> Result<(), Failure> {
        let raw = codec::split(bytes).map_err(broken)?;
        let header = raw.header().map_err(broken)?;
        let here = journal != JournalId::PLATFORM;
        let mut taken = Vec::new();
        for (index, part) in (0u32..).zip(&raw.entries) {
            let facts = self.traces.within(part.facts);
            let personal = match part.personal {
                RawPersonal::Salted(_, text) => self.traces.within(text),
                _ => false,
            };
            if !facts && !personal {
                continue;
            }
            let entry = raw.entry(index as usize).map_err(broken)?;
            let pos = Pos { seq, index };
            if facts {
                self.stay(Stays::of(&entry.fact), journal, seq);
            }
            if !personal || (here && own.entries.binary_search(&pos).is_ok()) {
                continue;
            }
            match self.goes(&entry) {
                Ok(()) => taken.push(pos),
                Err(stays) => self.stay(stays, journal, seq),
            }
        }
        let mut sealed = matches!(raw.personal, RawPersonal::Salted(..));
        if here && own.headers.binary_search(&seq).is_ok() {
            sealed = false;
        }
        let free = sealed && !taken.is_empty() && self.free(&raw, &header)?;
        let gone = if here {
            &mut self.tenant
        } else {
            &mut self.platform
        };
        gone.entries.extend(taken);
        gone.headers.extend(free.then_some(seq));
        if let RawPersonal::Salted(_, text) = raw.personal
            && sealed
            && !free
            && self.traces.within(text)
        {
            self.stay(Stays::Reason, journal, seq);
        }
        if self.traces.within(raw.header) {
            let actor = &header.actor;
            let did = actor.person.iter().chain([&actor.name]);
            let mut did = did.map(|name| self.traces.within(name.as_bytes()));
            let stays = match did.any(|theirs| theirs) {
                true => Stays::Actor,
                false => Stays::Answer,
            };
            self.stay(stays, journal, seq);
        }
        Ok(())
    }

    /// Takes an entry along whose personal part can go; answers why it stays otherwise.
    fn goes(&mut self, entry: &Entry) -> Result<(), Stays> {
        match &entry.fact {
            Fact::TenantCreated(tenant) if tenant.id != self.id.tenant => Err(Stays::OtherTenant),
            Fact::TenantCreated(_) | Fact::TenantChanged { .. } => {
                self.settings = true;
                Ok(())
            }
            Fact::OperatorBound { uid, .. } => {
                self.bindings.insert(*uid);
                Ok(())
            }
            Fact::Account { account, .. } => {
                let led = |change: &&FieldChange| {
                    let manager = matches!(change.field, Field::Manager | Field::ObservedIdentity);
                    manager && (self.traces.names(&change.old) || self.traces.names(&change.new))
                };
                if !entry.personal.iter().any(|change| led(&change)) {
                    let theirs =
                        |c: &FieldChange| self.traces.names(&c.old) || self.traces.names(&c.new);
                    return Err(match entry.personal.iter().any(theirs) {
                        true => Stays::Address,
                        false => Stays::Note,
                    });
                }
                let fields = self.reports.entry(*account).or_default();
                fields.extend(entry.personal.iter().map(|change| change.field));
                Ok(())
            }
            _ => Err(Stays::Record),
        }
    }

    /// Whether nobody else needs the reason in a header.
    fn free(&self, raw: &RawBatch<'_>, header: &Header) -> Result<bool, Failure> {
        if header.reason.is_none() {
            return Ok(true);
        }
        for index in 0..raw.entries.len() {
            let entry = raw.entry(index).map_err(broken)?;
            if !thread::has_own(&entry, self.id, header) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// By which words the person is found.
    pub(super) fn traces(&self) -> &Traces {
        &self.traces
    }

    fn stay(&mut self, what: Stays, journal: JournalId, seq: u64) {
        self.stays.entry(what).or_default().insert((journal, seq));
    }

    /// Adds what goes from the tenant's journal.
    pub(super) fn add_to(&self, gone: &mut Gone) {
        gone.entries.extend(&self.tenant.entries);
        gone.headers.extend(&self.tenant.headers);
        gone.entries.sort_unstable();
        gone.headers.sort_unstable();
        gone.headers.dedup();
    }

    /// What is written anew in the tenant's journal: what is in force of what goes.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub(super) fn anew(&self, state: &State) -> Result<Vec<Entry>, Failure> {
        let mut entries = Vec::new();
        let Some(view) = state.tenant(self.id.tenant) else {
            return Ok(entries);
        };
        for (report, fields) in &self.reports {
            let Some(account) = view.account(*report).filter(|a| !a.redacted()) else {
                continue;
            };
            let changes = fields.iter().map(|field| {
                // Neither side may have the address.
                let value = self.traces.without(account.get(*field));
                FieldChange {
                    field: *field,
                    old: value.clone(),
                    new: value,
                }
            });
            let why = Why::rule(Rule::Redaction);
            entries.push(Entry::account(*report, changes.collect(), why, salt()?));
        }
        if self.settings {
            entries.push(Entry::plain(Fact::TenantChanged {
                old: Box::new(view.tenant.clone()),
                new: Box::new(view.tenant.clone()),
            }));
        }
        Ok(entries)
    }

    /// The same in the platform's journal, behind what goes from it.
    pub(super) fn anew_on_platform(&self, state: &State) -> Vec<Entry> {
        if self.platform.is_empty() {
            return Vec::new();
        }
        let gone = Fact::NamesRedacted(self.platform.clone());
        let bound = self.bindings.iter().filter_map(|uid| state.operator(*uid));
        let again = bound.map(|binding| Fact::OperatorBound {
            uid: binding.uid,
            old: Some(binding.clone()),
            new: Some(binding.clone()),
        });
        std::iter::once(gone)
            .chain(again)
            .map(Entry::plain)
            .collect()
    }

    /// What goes beside the account's own history, in words.
    pub(super) fn changes(&self) -> Vec<String> {
        let mut changes = Vec::new();
        if !self.reports.is_empty() {
            changes.push(format!(
                "{}: the address goes as their manager's, and what else their entries said of them is written anew",
                counted(self.reports.len(), "account")
            ));
        }
        if self.settings {
            changes.push("the address goes from the tenant's settings of earlier".to_owned());
        }
        if !self.bindings.is_empty() {
            changes.push(format!(
                "the address goes from the bindings of {}",
                counted(self.bindings.len(), "OS user")
            ));
        }
        changes
    }

    /// What stays, where, and why: one sentence each.
    pub(super) fn warnings(&self, state: &State) -> Vec<String> {
        let told = self.stays.iter().map(|(stays, places)| {
            let (what, why) = stays.told();
            let shown = places.iter().take(TOLD);
            let shown: Vec<String> = shown
                .map(|(journal, seq)| format!("{} {seq}", state.journal_name(*journal)))
                .collect();
            let more = match places.len().saturating_sub(TOLD) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("stays: {what} ({}{more}): {why}", shown.join(", "))
        });
        told.collect()
    }
}

/// The OS user that is bound to somebody now.
pub(super) fn bound<'s>(
    state: &'s State,
    traces: &Traces,
    tenant: TenantId,
    account: AccountId,
) -> Option<&'s str> {
    let theirs = |known: &AccountId| *known == account;
    let mut bindings = state.operators();
    let bound =
        bindings.find(|b| traces.is(&b.person) || b.accounts.get(&tenant).is_some_and(theirs));
    bound.map(|b| b.os_user.as_str())
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(Class::Error, format!("the journal cannot be read: {error}"))
}
