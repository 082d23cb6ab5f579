//! The life of an account: what a verb or an action of a plan changes, and what is refused.

mod transition;

pub(in crate::rules) use transition::before_invitation;
pub(super) use transition::instead_of_reactivating;
pub use transition::{Cause, cause_to, causes, never_let_in, transition};

use super::Refusal;
use super::owner::{usable, way};
use crate::catalog::Catalog;
use crate::domain::{
    Account, AccountFacts, Action, ActionKind, Field, FieldChange, Kind, Micros, Origin, SeatHold,
    Status, Sweep, Value,
};

/// What a change of state rests on besides the account.
#[derive(Debug, Clone, Copy)]
pub struct Lifecycle<'a> {
    /// The instant of the change.
    pub now: Micros,
    /// Who decides.
    pub origin: Origin,
    /// The place whose last usable holder of the owner role the account is, as in a sentence; none when it is in none.
    pub last_owner: Option<&'a str>,
    /// Whether it is as a member of the tenant that somebody decides: not an operator, nor a sweep.
    pub by_member: bool,
    /// The tenant's catalog.
    pub catalog: &'a Catalog,
    /// Seats that are free; none is no limit.
    pub seats_free: Option<u32>,
}

/// Ends sign-in at once; history and seat stay. No changes when it is suspended already.
///
/// # Errors
/// Rules `enabled-elsewhere`, `status`, `owner-holder`; those of [`reactivate`] and [`deactivate`] are the same.
pub fn suspend(account: &Account, ctx: &Lifecycle<'_>) -> Result<Vec<FieldChange>, Refusal> {
    switched_here(ctx)?;
    if account.status == Status::Suspended {
        return Ok(Vec::new());
    }
    let next = transition(ctx.catalog, account.status, Cause::Suspend)?;
    keep_owner(account, ctx, "suspended")?;
    Ok(to(account, next, ctx))
}

/// Lets it in again: the idle clock and the MFA grace start anew, warnings are void, older sessions stay closed. No
/// changes when it is active already.
pub fn reactivate(account: &Account, ctx: &Lifecycle<'_>) -> Result<Vec<FieldChange>, Refusal> {
    switched_here(ctx)?;
    if account.status == Status::Active {
        return Ok(Vec::new());
    }
    let next = comes_back(account, ctx.catalog)?;
    seat_for(
        account.status,
        next,
        account.kind,
        ctx.catalog,
        ctx.seats_free,
    )?;
    Ok(let_in(account, next, ctx))
}

/// The state that reactivating leads to, where somebody was let in before.
///
/// # Errors
/// Rule `status`: also for who was invited and never came in, whom only a new invitation brings in.
pub fn comes_back(account: &Account, catalog: &Catalog) -> Result<Status, Refusal> {
    let next = transition(catalog, account.status, Cause::Reactivate)?;
    if account.status == Status::Deactivated && never_let_in(account) {
        return Err(Refusal::new(
            "status",
            format!(
                "an account that is {} and was never let in is not reactivated",
                account.status
            ),
            instead_of_reactivating(catalog),
        ));
    }
    Ok(next)
}

/// Lets an invited person in: as [`reactivate`], and the reserved seat is used.
pub fn accept(account: &Account, ctx: &Lifecycle<'_>) -> Result<Vec<FieldChange>, Refusal> {
    let next = transition(ctx.catalog, account.status, Cause::Accept)?;
    Ok(let_in(account, next, ctx))
}

/// Ends an invitation, because the person said no or it was taken back; the reserved seat is free.
pub fn end_invitation(
    account: &Account,
    cause: Cause,
    ctx: &Lifecycle<'_>,
) -> Result<Vec<FieldChange>, Refusal> {
    let next = transition(ctx.catalog, account.status, cause)?;
    Ok(to(account, next, ctx))
}

/// Sends an invitation again: the state is invited, its time starts anew.
pub fn resend(account: &Account, ctx: &Lifecycle<'_>) -> Result<Vec<FieldChange>, Refusal> {
    let next = transition(ctx.catalog, account.status, Cause::Resend)?;
    if account.status == Status::Deactivated && !never_let_in(account) {
        return Err(Refusal::new(
            "status",
            format!(
                "an account that is {} and was let in before is not invited again",
                account.status
            ),
            "reactivate it with `rollcall user reactivate`",
        ));
    }
    seat_for(
        account.status,
        next,
        account.kind,
        ctx.catalog,
        ctx.seats_free,
    )?;
    let mut changes = match next == account.status {
        true => Vec::new(),
        false => to(account, next, ctx),
    };
    push(
        &mut changes,
        Field::InvitedAt,
        account.get(Field::InvitedAt),
        Value::Time(ctx.now),
    );
    changes.sort_unstable_by_key(|c| c.field);
    Ok(changes)
}

fn let_in(account: &Account, status: Status, ctx: &Lifecycle<'_>) -> Vec<FieldChange> {
    let mut changes = to(account, status, ctx);
    let cleared = [
        (Field::Reactivated, Value::Time(ctx.now)),
        (Field::WarnedIdleAt, Value::Null),
        (Field::WarnedIdleDays, Value::Int(0)),
        (Field::WarnedMfaAt, Value::Null),
    ];
    for (field, new) in cleared {
        push(&mut changes, field, account.get(field), new);
    }
    changes.sort_unstable_by_key(|c| c.field);
    changes
}

/// Ends all access and frees the seat; history stays. No changes when it is deactivated already.
pub fn deactivate(account: &Account, ctx: &Lifecycle<'_>) -> Result<Vec<FieldChange>, Refusal> {
    switched_here(ctx)?;
    if account.status == Status::Deactivated {
        return Ok(Vec::new());
    }
    let next = transition(ctx.catalog, account.status, Cause::Deactivate)?;
    keep_owner(account, ctx, "deactivated")?;
    let mut changes = to(account, next, ctx);
    let old = account.get(Field::InvitedAt);
    push(
        &mut changes,
        Field::InvitedAt,
        old,
        time(before_invitation(account)),
    );
    changes.sort_unstable_by_key(|c| c.field);
    Ok(changes)
}

/// Refuses a change of state that needs a seat when none is free: "User Limit Reached", with both ways out.
pub fn seat_for(
    from: Status,
    to: Status,
    kind: Kind,
    catalog: &Catalog,
    seats_free: Option<u32>,
) -> Result<(), Refusal> {
    let held = catalog.seat(from, kind) != SeatHold::None;
    let needed = catalog.seat(to, kind) != SeatHold::None;
    if needed && !held && seats_free == Some(0) {
        return Err(no_seat(""));
    }
    Ok(())
}

/// "User Limit Reached", with both ways out; `idle` says how many idle users there are, in words, or nothing.
pub fn no_seat(idle: &str) -> Refusal {
    Refusal::new(
        "seats",
        "User Limit Reached: every seat of the tenant is taken",
        format!("buy more seats or a bigger plan, or deactivate accounts that are not used{idle}"),
    )
}

/// Where accounts are switched on and off in another place, members of the tenant do not do it here.
///
/// # Errors
/// Rule `enabled-elsewhere`.
pub fn switched_here(ctx: &Lifecycle<'_>) -> Result<(), Refusal> {
    if ctx.by_member && ctx.catalog.constraints.enabled_elsewhere {
        return Err(elsewhere(ctx.catalog));
    }
    Ok(())
}

/// The refusal of a switch that the vendor's users page does not offer (eSignAnyWhere), with the ways there are.
pub fn elsewhere(catalog: &Catalog) -> Refusal {
    Refusal::new(
        "enabled-elsewhere",
        format!(
            "{} offers no switch for Enabled among its users",
            catalog.title
        ),
        "it is changed in AdmInWeb, or by a user administrator through the API; an operator of Rollcall may do it here; who leaves for good is deleted with `rollcall user delete`",
    )
}

fn keep_owner(account: &Account, ctx: &Lifecycle<'_>, wanted: &str) -> Result<(), Refusal> {
    // Who cannot use the role now is not the one who keeps the tenant, and may go while another does.
    let Some(place) = ctx.last_owner.filter(|_| usable(account.status)) else {
        return Ok(());
    };
    Err(Refusal::new(
        "owner-holder",
        format!(
            "{} is the last usable holder of the role {} and is not {wanted}: {place} would be without an owner",
            account.email, ctx.catalog.owner.role
        ),
        format!(
            "let another account own {place} first with `{}`",
            way(ctx.catalog)
        ),
    ))
}

fn to(account: &Account, status: Status, ctx: &Lifecycle<'_>) -> Vec<FieldChange> {
    let mut changes = Vec::with_capacity(4);
    status_changes(
        &Before::of(account),
        status,
        ctx.origin,
        ctx.now,
        &mut changes,
    );
    changes
}

/// What a sweep's action changes, in the order of the field numbers. It judges nothing: that was the plan's part.
pub fn perform(account: &Account, action: &Action, sweep: Sweep, now: Micros) -> Vec<FieldChange> {
    Before::of(account).perform(action, sweep, now)
}

/// The fields that an action may change, as they are: enough to perform it without the whole record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each field is the one of the same name of `Account`"
)]
pub struct Before {
    pub status: Status,
    pub status_by: Origin,
    pub status_since: Micros,
    pub warned_idle_at: Option<Micros>,
    pub warned_idle_days: u8,
    pub warned_mfa_at: Option<Micros>,
    pub manifest: u32,
}

impl Before {
    /// Those of a whole record.
    pub fn of(account: &Account) -> Self {
        Before {
            status: account.status,
            status_by: account.status_by,
            status_since: account.status_since,
            warned_idle_at: account.warned_idle_at,
            warned_idle_days: account.warned_idle_days,
            warned_mfa_at: account.warned_mfa_at,
            manifest: account.manifest,
        }
    }

    /// Those of the facts a sweep reads, and the manifest's version.
    pub fn of_facts(facts: &AccountFacts, manifest: u32) -> Self {
        Before {
            status: facts.status,
            status_by: facts.status_by,
            status_since: facts.status_since,
            warned_idle_at: facts.warned_idle_at,
            warned_idle_days: facts.warned_idle_days,
            warned_mfa_at: facts.warned_mfa_at,
            manifest,
        }
    }

    /// As [`perform`].
    pub fn perform(&self, action: &Action, sweep: Sweep, now: Micros) -> Vec<FieldChange> {
        let mut changes = Vec::with_capacity(4);
        let out = &mut changes;
        let status = match action.kind {
            ActionKind::Suspend => Status::Suspended,
            ActionKind::Deactivate => Status::Deactivated,
            ActionKind::Expire => Status::Expired,
            ActionKind::Warn | ActionKind::Escalate if sweep == Sweep::Mfa => {
                let old = time(self.warned_mfa_at);
                push(out, Field::WarnedMfaAt, old, Value::Time(now));
                return changes;
            }
            ActionKind::Warn | ActionKind::Escalate => {
                let days = |d: u8| Value::Int(i64::from(d));
                let old = time(self.warned_idle_at);
                push(out, Field::WarnedIdleAt, old, Value::Time(now));
                let (old, new) = (days(self.warned_idle_days), days(action.stage));
                push(out, Field::WarnedIdleDays, old, new);
                return changes;
            }
        };
        status_changes(self, status, origin(sweep), now, out);
        changes
    }
}

/// Who set a status that a sweep set.
pub fn origin(sweep: Sweep) -> Origin {
    match sweep {
        Sweep::Inactivity => Origin::Inactivity,
        Sweep::Seats => Origin::Seats,
        Sweep::Invitations => Origin::Invitations,
        Sweep::Mfa => Origin::Mfa,
    }
}

/// The facts as they are after an action: for looking ahead.
pub fn looking_ahead(
    facts: &AccountFacts,
    action: &Action,
    sweep: Sweep,
    at: Micros,
) -> AccountFacts {
    let mut after = *facts;
    match action.kind {
        ActionKind::Warn | ActionKind::Escalate if sweep == Sweep::Mfa => {
            after.warned_mfa_at = Some(at);
        }
        ActionKind::Warn | ActionKind::Escalate => {
            after.warned_idle_at = Some(at);
            after.warned_idle_days = action.stage;
        }
        ActionKind::Suspend | ActionKind::Deactivate | ActionKind::Expire => {
            after.status = action.leaves().unwrap_or(facts.status);
            after.status_by = origin(sweep);
            after.status_since = at;
        }
    }
    after
}

fn status_changes(
    before: &Before,
    status: Status,
    by: Origin,
    now: Micros,
    out: &mut Vec<FieldChange>,
) {
    let number = |n: i64| Value::Int(n);
    push(
        out,
        Field::Status,
        number(before.status as i64),
        number(status as i64),
    );
    push(
        out,
        Field::StatusBy,
        number(before.status_by as i64),
        number(by as i64),
    );
    push(
        out,
        Field::StatusSince,
        Value::Time(before.status_since),
        Value::Time(now),
    );
    // A session opened before is answered "no" at its next interaction: suspended is not revoked otherwise.
    push(
        out,
        Field::Manifest,
        number(i64::from(before.manifest)),
        number(i64::from(before.manifest.saturating_add(1))),
    );
}

fn time(at: Option<Micros>) -> Value {
    at.map_or(Value::Null, Value::Time)
}

fn push(out: &mut Vec<FieldChange>, field: Field, old: Value, new: Value) {
    if old != new {
        out.push(FieldChange { field, old, new });
    }
}
