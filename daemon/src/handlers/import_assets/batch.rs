//! One batch of assets: owners found, rows taken in by the pure rule, moves settled, counts kept in step.

use super::cells;
use crate::handlers::assets::entries;
use crate::handlers::import_batch::{Counts, Planned};
use crate::handlers::{find, json};
use crate::writer::{Cache, Draft, Proposal};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    AccountId, AccountRef, Asset, AssetId, AssetKind, AssetSeen, Authority, Entry, Fact, Field,
    Handover, HandoverState, MoveState, Order, OrderState, Record, Value as FieldValue,
};
use rollcall_shared::rules::assets::{self, Taken, Tally};
use rollcall_shared::rules::handover;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::import::{ImportLine, Rejected};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What earlier rows of this batch added or changed.
#[derive(Debug, Default)]
struct Pending {
    assets: BTreeMap<AssetId, Asset>,
    added: HashMap<String, AssetId>,
}

/// A batch being planned.
struct Batch<'a> {
    view: &'a TenantView,
    tally: Tally,
    /// Hand-overs some move of which changed its state.
    touched: BTreeSet<u32>,
    answer: Counts,
    lines: Vec<ImportLine>,
}

impl<'a> Batch<'a> {
    fn new(view: &'a TenantView) -> Self {
        Batch {
            view,
            tally: Tally::default(),
            touched: BTreeSet::new(),
            answer: Counts::default(),
            lines: Vec::new(),
        }
    }

    /// Takes in an asset as it was and as it is.
    fn note(&mut self, before: Option<&Asset>, after: &Asset) {
        self.tally.note(before, after);
        let was = before.and_then(|a| a.moved);
        if let Some(now) = after
            .moved
            .filter(|m| was.map(|w| w.state) != Some(m.state))
        {
            self.touched.insert(now.handover.0);
            match now.state {
                MoveState::Confirmed => self.answer.confirmed += 1,
                MoveState::Failed => self.answer.failed += 1,
                MoveState::Open | MoveState::Delivered | MoveState::Undone => {}
            }
        }
    }

    fn planned(
        mut self,
        draft: &Draft<'_>,
        changed: &BTreeMap<AssetId, Asset>,
    ) -> Result<Planned, Failure> {
        let mut facts = self.ended(draft, changed);
        facts.extend(self.revoked(draft));
        let changed = changed.values().cloned().collect();
        let mut all = entries(self.view, changed, &self.tally, None)?;
        all.extend(facts.into_iter().map(Entry::plain));
        let mut proposal = Proposal::decide(self.view.tenant.id, all, json(&self.answer)?);
        proposal.observation = self.view.tenant.authority == Authority::Vendor;
        Ok(Planned {
            proposal,
            lines: self.lines,
        })
    }

    /// Hand-overs that have come to their end by this batch.
    fn ended(&self, draft: &Draft<'_>, changed: &BTreeMap<AssetId, Asset>) -> Vec<Fact> {
        let open = self
            .view
            .handovers()
            .filter(|h| self.touched.contains(&h.id.0) && h.state == HandoverState::Open);
        open.filter(|h| {
            let moves = self.view.moved(h.id);
            let now = moves.map(|a| changed.get(&a.id).unwrap_or(a));
            handover::ended(h.total, now.filter_map(|a| a.moved).map(|m| m.state))
        })
        .map(|h| Fact::Record {
            old: Some(Box::new(Record::Handover(h.clone()))),
            new: Some(Box::new(Record::Handover(Handover {
                state: HandoverState::Done,
                updated: draft.now,
                resting: false,
                ..h.clone()
            }))),
        })
        .collect()
    }

    /// Orders to revoke API keys that the file shows done.
    fn revoked(&mut self, draft: &Draft<'_>) -> Vec<Fact> {
        let mut facts = Vec::new();
        for account in self.tally.accounts() {
            let Some(order) = self.view.open_order(account, Field::Assets) else {
                continue;
            };
            let owned = self.view.account(account).map(|a| a.assets);
            let change = self.tally.change(account, &owned.unwrap_or_default());
            let Some(FieldValue::Counts(counts)) = change.map(|c| c.new) else {
                continue;
            };
            if counts.get(AssetKind::ApiKey as usize) == Some(&0) {
                self.answer.confirmed += 1;
                facts.push(Fact::OrderSet(Order {
                    state: OrderState::Confirmed,
                    updated: draft.now,
                    ..order.clone()
                }));
            }
        }
        facts
    }

    fn refuse(&mut self, row: &AssetSeen, field: &str, reason: String) {
        self.answer.refused += 1;
        self.lines.push(ImportLine::Rejected(Rejected {
            line: row.line,
            field: field.to_owned(),
            reason,
            row: cells(row),
        }));
    }
}

/// Plans a batch of rows.
pub(super) fn take(
    draft: &Draft<'_>,
    cache: &mut Cache,
    tenant: &str,
    rows: &[AssetSeen],
) -> Result<Planned, Failure> {
    let view = find::tenant(draft.state, tenant)?;
    let authority = view.tenant.authority;
    let mut batch = Batch::new(view);
    let mut pending = Pending::default();
    for row in rows {
        let Some(owner) = owner(draft, cache, view, &row.owner) else {
            let reason = format!(
                "no account of this tenant has the email or reference {:?}; import its people first",
                row.owner
            );
            batch.refuse(row, "owner", reason);
            continue;
        };
        let known = cache.assets(draft.state, view.tenant.id);
        let stored = known.find(draft.state, &row.external);
        let id = stored
            .map(|a| a.id)
            .or_else(|| pending.added.get(&row.external).copied());
        let before = id.and_then(|id| pending.assets.get(&id)).or(stored);
        let next = AssetId(view.next_asset().0 + u32::try_from(pending.added.len()).unwrap_or(0));
        match assets::take(before, next, row, owner, authority, draft.now) {
            Taken::Added(asset) => {
                batch.answer.added += 1;
                batch.note(None, &asset);
                pending.added.insert(row.external.clone(), asset.id);
                pending.assets.insert(asset.id, asset);
            }
            Taken::Changed(asset) => {
                batch.answer.changed += 1;
                batch.note(before, &asset);
                pending.assets.insert(asset.id, asset);
            }
            Taken::Unchanged => batch.answer.unchanged += 1,
            Taken::Conflict(what) => {
                batch.answer.conflicts += 1;
                batch.lines.push(ImportLine::Conflict {
                    line: row.line,
                    email: row.owner.clone(),
                    what,
                });
            }
        }
    }
    batch.planned(draft, &pending.assets)
}

/// Plans the end of assets that a complete file does not show.
pub(super) fn sweep(
    draft: &Draft<'_>,
    tenant: &str,
    absent: &[AssetId],
) -> Result<Planned, Failure> {
    let view = find::tenant(draft.state, tenant)?;
    let mut batch = Batch::new(view);
    let mut changed = BTreeMap::new();
    for asset in absent.iter().filter_map(|id| view.asset(*id)) {
        if !asset.gone {
            let after = assets::gone(asset, draft.now);
            batch.answer.changed += 1;
            batch.note(Some(asset), &after);
            changed.insert(after.id, after);
        }
    }
    batch.planned(draft, &changed)
}

/// The account an owner's cell means.
fn owner(draft: &Draft<'_>, cache: &mut Cache, view: &TenantView, text: &str) -> Option<AccountId> {
    if let Ok(id) = text.parse::<AccountRef>() {
        let here = id.tenant == view.tenant.id && view.facts(id.account).is_some();
        return here.then_some(id.account);
    }
    cache
        .lookup(draft.state, view.tenant.id)
        .by_address(draft.state, text)
}
