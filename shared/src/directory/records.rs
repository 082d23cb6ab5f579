//! The records of a tenant: custom roles, groups, invitations, transfers, conflicts, exceptions, hand-overs,
//! delegations, reviews. One map for each kind, shared by every state until it changes.

use super::tenant::TenantView;
use crate::domain::{
    AccountId, Asset, AssetId, ConflictRule, CustomRole, Delegation, Exception, Group, GroupId,
    Handover, HandoverId, Invitation, Record, RecordKey, RecordKind, Review, ReviewId, Transfer,
    TransferId,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The records of one kind by their keys. A change copies the records it touches: of large teams a file changes few.
type Map = BTreeMap<RecordKey, Arc<Record>>;

/// All records of a tenant.
#[derive(Debug, Clone, Default)]
pub(crate) struct Records([Arc<Map>; RecordKind::ALL.len()]);

impl Records {
    /// Sets or removes what a fact speaks of.
    pub(super) fn set(&mut self, old: Option<&Record>, new: Option<&Record>) {
        if let Some(record) = new {
            let map = &mut self.0[record.kind() as usize];
            Arc::make_mut(map).insert(record.key(), Arc::new(record.clone()));
        } else if let Some(record) = old {
            let map = &mut self.0[record.kind() as usize];
            Arc::make_mut(map).remove(&record.key());
        }
    }

    /// Lets accounts join a group and leave it.
    fn set_members(&mut self, group: GroupId, joined: &[AccountId], left: &[AccountId]) {
        let map = &mut self.0[RecordKind::Group as usize];
        let there = Arc::make_mut(map).get_mut(&RecordKey::Number(group.0));
        if let Some(Record::Group(group)) = there.map(Arc::make_mut) {
            group.members.extend(joined);
            for account in left {
                group.members.remove(account);
                group.leader = group.leader.filter(|leader| leader != account);
            }
        }
    }

    /// One record.
    pub(super) fn get(&self, kind: RecordKind, key: &RecordKey) -> Option<&Record> {
        self.0[kind as usize].get(key).map(|record| &**record)
    }

    /// The records of one kind in the order of their keys.
    pub(super) fn all(&self, kind: RecordKind) -> impl DoubleEndedIterator<Item = &Record> {
        self.0[kind as usize].values().map(|record| &**record)
    }
}

macro_rules! lists {
    ($($(#[$doc:meta])* $many:ident, $(#[$doc_one:meta])* $one:ident($($arg:ident: $ty:ty),+) => $key:expr, $kind:ident($record:ty);)+) => {
        impl TenantView {
            $(
                $(#[$doc])*
                pub fn $many(&self) -> impl DoubleEndedIterator<Item = &$record> {
                    self.records.all(RecordKind::$kind).filter_map(|r| match r {
                        Record::$kind(r) => Some(r),
                        _ => None,
                    })
                }

                $(#[$doc_one])*
                pub fn $one(&self, $($arg: $ty),+) -> Option<&$record> {
                    match self.records.get(RecordKind::$kind, &$key)? {
                        Record::$kind(r) => Some(r),
                        _ => None,
                    }
                }
            )+
        }
    };
}

lists! {
    /// Custom roles, by identifier.
    custom_roles, /// One custom role.
    custom_role(id: &str) => RecordKey::Text(id.to_owned()), Role(CustomRole);
    /// Teams and signing groups, by number.
    groups, /// One team or signing group.
    group(id: crate::domain::GroupId) => RecordKey::Number(id.0), Group(Group);
    /// Invitations, by account.
    invitations, /// The invitation of one account.
    invitation(of: AccountId) => RecordKey::Number(of.0), Invitation(Invitation);
    /// Transfers of ownership, oldest first.
    transfers, /// One transfer of ownership.
    transfer(id: TransferId) => RecordKey::Number(id.0), Transfer(Transfer);
    /// Rules of separation of duties, by name.
    conflicts, /// One rule of separation of duties.
    conflict(name: &str) => RecordKey::Text(name.to_owned()), Conflict(ConflictRule);
    /// Exceptions of such rules.
    exceptions, /// The exception of one account.
    exception(rule: &str, of: AccountId) => RecordKey::Both(rule.to_owned(), of.0), Exception(Exception);
    /// Hand-overs, oldest first.
    handovers, /// One hand-over.
    handover(id: HandoverId) => RecordKey::Number(id.0), Handover(Handover);
    /// Delegations, by the account acted for.
    delegations, /// The delegation of one account.
    delegation(of: AccountId) => RecordKey::Number(of.0), Delegation(Delegation);
    /// Reviews, oldest first.
    reviews, /// One review.
    review(id: ReviewId) => RecordKey::Number(id.0), Review(Review);
}

impl TenantView {
    /// Every asset, by number; those that are gone as well.
    pub fn assets(&self) -> impl DoubleEndedIterator<Item = &Asset> {
        self.assets.iter()
    }

    /// One asset.
    pub fn asset(&self, id: AssetId) -> Option<&Asset> {
        self.assets.get(id.0 as usize)
    }

    /// The number the next asset will get.
    pub fn next_asset(&self) -> AssetId {
        AssetId(u32::try_from(self.assets.len()).unwrap_or(u32::MAX))
    }

    /// The number the next record of a kind that is numbered from 1 will get.
    pub fn next_number(&self, kind: RecordKind) -> u32 {
        match self.records.all(kind).next_back().map(Record::key) {
            Some(RecordKey::Number(last)) => last.saturating_add(1),
            _ => 1,
        }
    }

    pub(super) fn set_members(&mut self, group: GroupId, joined: &[AccountId], left: &[AccountId]) {
        self.records.set_members(group, joined, left);
    }

    pub(super) fn set_record(&mut self, old: Option<&Record>, new: Option<&Record>) {
        self.records.set(old, new);
        let kind = old.or(new).map(Record::kind);
        if kind == Some(RecordKind::Role) {
            self.offer_roles();
        }
    }

    pub(super) fn set_asset(&mut self, seq: u64, asset: &Asset) {
        match self.assets.get_mut(seq, asset.id.0 as usize) {
            Some(slot) => slot.clone_from(asset),
            None => self.assets.push(seq, asset.clone()),
        }
    }

    /// Takes all records in at once.
    pub(super) fn restore_records(&mut self, records: &[Record]) {
        for record in records {
            self.records.set(None, Some(record));
        }
    }
}
