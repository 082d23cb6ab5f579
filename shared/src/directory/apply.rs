//! The one fold: what each fact does to the state.

use super::activity::ACTIVITY_DAYS;
use super::check::{check, stand_before};
use super::chunk::{Part, dense, pack};
use super::error::ApplyError;
use super::rights::{catalog_matters, scope_matters};
use super::state::State;
use super::table::{Edits, place};
use super::tenant::TenantView;
use crate::catalog::Catalog;
use crate::domain::run::Step;
use crate::domain::{
    AccountId, Batch, Day, Entry, Fact, Field, FieldChange, Gone, JournalId, Micros, Policy, Pos,
    RunState, ScopeNode, SignIn, SignInKind, Sweep, Tenant, Value,
};
use std::sync::Arc;

/// Folds in one batch; on an error the state is as it was.
pub(super) fn apply(state: &mut State, seq: u64, batch: &Batch) -> Result<(), ApplyError> {
    let journal = batch.header.journal;
    let at = batch.header.at;
    let last = state.journal_seq(journal);
    let before = state.journal_at(journal);
    let view = match journal.tenant() {
        None => None,
        Some(id) => Some(
            state
                .tenant_index(id)
                .map_err(|_| ApplyError::NoTenant(id))?,
        ),
    };
    if last.checked_add(1) != Some(seq) {
        return Err(ApplyError::Gap {
            journal,
            last,
            found: seq,
        });
    }
    if at < before {
        return Err(ApplyError::Backwards {
            journal,
            last: before,
            found: at,
        });
    }
    match view {
        None => platform(state, seq, batch)?,
        Some(index) => {
            let catalogs = check(state, &state.tenants[index], batch)?;
            let view = Arc::make_mut(&mut Arc::make_mut(&mut state.tenants)[index]);
            let gone = fold(view, seq, batch, catalogs);
            let gone = gone.into_iter().map(|gone| (journal, gone));
            state.redactions.extend(gone);
        }
    }
    state.revision += 1;
    Ok(())
}

/// The platform's entries are few and small: they work on a copy that takes the state's place at the end.
fn platform(state: &mut State, seq: u64, batch: &Batch) -> Result<(), ApplyError> {
    let mut next = state.clone();
    for (index, entry) in batch.entries.iter().enumerate() {
        match &entry.fact {
            Fact::TenantCreated(tenant) => create(&mut next, tenant)?,
            Fact::OperatorBound { uid, new, .. } => {
                let operators = Arc::make_mut(&mut next.operators);
                match new {
                    Some(binding) => operators.insert(*uid, binding.clone()),
                    None => operators.remove(uid),
                };
            }
            Fact::ScheduleFired {
                sweep, tenant, due, ..
            } => {
                let at = next.tenant_index(*tenant);
                let at = at.map_err(|_| ApplyError::NoTenant(*tenant))?;
                let view = Arc::make_mut(&mut Arc::make_mut(&mut next.tenants)[at]);
                let last = view.last_due.entry(*sweep).or_insert(*due);
                *last = (*last).max(*due);
            }
            Fact::HeadKeySet { new, .. } => Arc::make_mut(&mut next.head_keys).push(*new),
            Fact::NamesRedacted(gone) => {
                stand_before(gone, state.platform_seq)?;
                next.redactions.push((JournalId::PLATFORM, gone.clone()));
            }
            _ => {
                let journal = JournalId::PLATFORM;
                return Err(ApplyError::WrongJournal { journal, index });
            }
        }
    }
    next.platform_seq = seq;
    next.platform_at = batch.header.at;
    *state = next;
    Ok(())
}

fn create(state: &mut State, tenant: &Tenant) -> Result<(), ApplyError> {
    match state.tenant_index(tenant.id) {
        Err(at) if tenant.id.0 != 0 && state.tenant_named(&tenant.name).is_none() => {
            Arc::make_mut(&mut state.tenants).insert(at, Arc::new(TenantView::new(tenant.clone())));
            Ok(())
        }
        _ => Err(ApplyError::taken(tenant)),
    }
}

/// Folds a batch that was checked into its tenant; answers what goes from its journal by it.
fn fold(view: &mut TenantView, seq: u64, batch: &Batch, catalogs: Vec<Catalog>) -> Vec<Gone> {
    let at = batch.header.at;
    let mut gone = Vec::new();
    let mut catalogs = catalogs.into_iter();
    let mut edits = Edits::default();
    for (index, entry) in (0u32..).zip(&batch.entries) {
        match &entry.fact {
            Fact::Account { account, .. } => {
                account_changed(view, at, *account, Pos { seq, index }, entry, &mut edits);
            }
            Fact::Redacted {
                account,
                gone: parts,
                ..
            } => {
                account_redacted(view, *account, Pos { seq, index }, &mut edits);
                gone.push(parts.clone());
            }
            Fact::CatalogAdopted { text, .. } => {
                if let Some(catalog) = catalogs.next() {
                    view.count_rights(catalog_matters(&view.adopted, &catalog));
                    view.adopt(catalog, text);
                }
            }
            Fact::TenantChanged { old, new } => {
                view.count_rights(old.plan.features != new.plan.features);
                view.tenant.clone_from(new);
                view.forget_rights();
            }
            Fact::Record { old, new } => view.set_record(old.as_deref(), new.as_deref()),
            Fact::Members {
                group,
                joined,
                left,
            } => view.set_members(*group, joined, left),
            Fact::Assets(assets) => {
                for asset in assets {
                    view.set_asset(seq, asset);
                }
            }
            Fact::ScopeChanged { old, new } => {
                view.count_rights(scope_matters(old, new));
                set_scope(view, new);
            }
            Fact::ScopeCreated(scope) => set_scope(view, scope),
            Fact::PolicySet { sweep, old, new } => {
                // When a policy acts is no part of what it may do, nor is whose proposal it was: neither makes anybody
                // answer for its limits.
                let same = old.as_ref().is_some_and(|old| {
                    Policy {
                        schedule: new.schedule.clone(),
                        resting: new.resting,
                        adopted: new.adopted.clone(),
                        ..(**old).clone()
                    } == **new
                });
                if !same {
                    view.set_by.insert(*sweep, batch.header.actor.clone());
                }
                if *sweep == Sweep::Inactivity {
                    view.feed.accept(new.feed_since);
                }
                view.policies.insert(*sweep, (**new).clone());
            }
            Fact::SignIns(events) => sign_ins(view, seq, events),
            Fact::DailyUse {
                last_day,
                first,
                counts,
            } => daily_use(view, seq, *last_day, *first, counts),
            Fact::OrderSet(order) => view.set_order(seq, order),
            Fact::ExportRead { at } => view.exported = view.exported.max(Some(*at)),
            Fact::RunStarted(run) => view.runs.push(seq, Arc::new((**run).clone())),
            Fact::RunAdvanced { .. } => run_advanced(view, at, seq, &entry.fact),
            Fact::TenantCreated(_)
            | Fact::OperatorBound { .. }
            | Fact::ScheduleFired { .. }
            | Fact::HeadKeySet { .. }
            | Fact::NamesRedacted(_) => {}
        }
    }
    view.table.write(edits, seq);
    view.seq = seq;
    view.at = at;
    gone
}

/// Empties every personal field. What entries without their personal part left empty before ends the same.
fn account_redacted(view: &mut TenantView, id: AccountId, pos: Pos, edits: &mut Edits<'_>) {
    for field in Field::PERSONAL {
        edits.take(id, field, &Value::Null);
    }
    let (chunk, row) = place(id);
    let chunk = Arc::make_mut(&mut view.table.chunks[chunk]);
    dense(&mut chunk.pos, row, pack(pos));
    chunk.versions[Part::Core as usize] = pos.seq;
    let field = Field::ObservedIdentity;
    chunk.set(
        row,
        field,
        &Value::Null,
        &mut view.table.interned,
        &view.catalog,
    );
    chunk.versions[Part::Rare as usize] = pos.seq;
}

fn set_scope(view: &mut TenantView, scope: &ScopeNode) {
    let mut scope = scope.clone();
    scope.profile.shown = view.catalog.shown(scope.kind, &scope.name).to_owned();
    let scopes = Arc::make_mut(&mut view.scopes);
    match scopes.binary_search_by_key(&scope.id, |s| s.id) {
        Ok(there) => scopes[there] = scope,
        Err(there) => scopes.insert(there, scope),
    }
    view.forget_rights();
}

fn account_changed<'a>(
    view: &mut TenantView,
    at: Micros,
    id: AccountId,
    pos: Pos,
    entry: &'a Entry,
    edits: &mut Edits<'a>,
) {
    let Fact::Account { changes, .. } = &entry.fact else {
        return;
    };
    let before = view.standing(id);
    if before.is_none() {
        view.table.push(at, &view.catalog);
        edits.of(id);
    }
    let (chunk, row) = place(id);
    let chunk = Arc::make_mut(&mut view.table.chunks[chunk]);
    for FieldChange { field, new, .. } in changes.iter().chain(&entry.personal) {
        edits.take(id, *field, new);
        chunk.set(row, *field, new, &mut view.table.interned, &view.catalog);
        if let Some(part) = part_of(*field) {
            chunk.versions[part as usize] = pos.seq;
        }
        if let (Field::LastSignIn, Value::Time(at)) = (field, new) {
            view.feed.told(*at);
        }
    }
    dense(&mut chunk.pos, row, pack(pos));
    chunk.versions[Part::Core as usize] = pos.seq;
    if before.is_none() {
        chunk.versions[Part::Hot as usize] = pos.seq;
    }
    let after = view.standing(id);
    view.recount_one(id, before, after);
}

/// The part a field is stored in; none for texts, which are written at the end of the batch, and for what lies in the
/// part that every change touches.
fn part_of(field: Field) -> Option<Part> {
    match field {
        Field::LastSignIn | Field::LastUse => Some(Part::Hot),
        Field::ObservedStatus
        | Field::ObservedRoles
        | Field::ObservedAt
        | Field::ObservedIdentity
        | Field::Department
        | Field::Language
        | Field::Team
        | Field::MfaAt
        | Field::Reactivated
        | Field::InvitedAt
        | Field::PrivilegedSince
        | Field::EndDate
        | Field::LeaveFrom
        | Field::LeaveTo
        | Field::WarnedIdleAt
        | Field::WarnedIdleDays
        | Field::WarnedMfaAt
        | Field::HoldUntil => Some(Part::Rare),
        _ => None,
    }
}

fn sign_ins(view: &mut TenantView, seq: u64, events: &[SignIn]) {
    let newest = events.iter().map(|e| e.at.day()).max();
    let horizon = view.seen.horizon_with(newest);
    for event in events {
        view.feed.saw(event.at, event.kind != SignInKind::Failed);
        if event.kind == SignInKind::Failed {
            continue;
        }
        let (chunk, row) = place(event.account);
        let chunk = Arc::make_mut(&mut view.table.chunks[chunk]);
        chunk.versions[Part::Hot as usize] = seq;
        let (hot, at) = chunk.hot.of_mut(row);
        hot.last_use[at] = hot.last_use[at].max(event.at.0);
        if event.kind == SignInKind::SignIn {
            hot.last_sign_in[at] = hot.last_sign_in[at].max(event.at.0);
        }
        // Nobody can tell any more whether an older event came before: it may only raise what was seen last.
        let day = event.at.day();
        if horizon.is_none_or(|oldest| day >= oldest) {
            hot.add(at, day, event.count);
            if event.kind == SignInKind::SignIn {
                view.feed.count(day, 1);
            }
        }
    }
    view.seen
        .add(seq, events.iter().map(|e| (e.at.day(), e.event)));
}

fn daily_use(view: &mut TenantView, seq: u64, last_day: Day, first: AccountId, counts: &[u8]) {
    for (id, uses) in (first.0..).zip(counts.chunks_exact(ACTIVITY_DAYS)) {
        let (chunk, row) = place(AccountId(id));
        let chunk = Arc::make_mut(&mut view.table.chunks[chunk]);
        chunk.versions[Part::Hot as usize] = seq;
        let (hot, at) = chunk.hot.of_mut(row);
        for (age, uses) in (0i32..).zip(uses.iter().rev()).filter(|(_, n)| **n > 0) {
            let day = Day(last_day.0.saturating_sub(age));
            hot.add(at, day, u32::from(*uses));
            view.feed.count(day, u32::from(*uses));
        }
    }
}

fn run_advanced(view: &mut TenantView, at: Micros, seq: u64, fact: &Fact) {
    let Fact::RunAdvanced {
        run,
        state,
        applied,
        skipped,
        cursor,
        decided_by,
    } = fact
    else {
        return;
    };
    let back = view.runs().rev().position(|r| r.id == *run);
    let index = back.map(|back| view.runs.len() - 1 - back);
    let Some(slot) = index.and_then(|index| view.runs.get_mut(seq, index)) else {
        return;
    };
    let run = Arc::make_mut(slot);
    run.state = *state;
    if matches!(state, RunState::Done | RunState::Rejected) {
        run.finished_at = Some(at);
    }
    run.outcome.applied = run.outcome.applied.saturating_add(*applied);
    run.outcome.skipped.extend_from_slice(skipped);
    if *cursor > run.outcome.cursor {
        run.outcome.steps.push(Step {
            at,
            cursor: *cursor,
        });
    }
    run.outcome.cursor = *cursor;
    if decided_by.is_some() {
        run.decided_by.clone_from(decided_by);
    }
}
