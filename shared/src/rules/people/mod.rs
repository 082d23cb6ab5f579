//! What a row of a people file makes of an account. Taking the same row again changes nothing; what a person or a sweep
//! decided is never overturned by a file, the difference is reported.

mod kept;
mod losing;
mod members;
mod observed;
mod profile;
mod roles;
mod sources;
mod twice;

pub use kept::{decides, keep_decided};
pub use losing::{loses, may_lose};
pub use observed::export_news;
pub use profile::{another, shows};
pub use twice::{Said, one_word};

use super::lifecycle::{Cause, before_invitation, cause_to, elsewhere, no_seat, seat_for};
use super::owner::way;
use super::{Refusal, roles_edit};
use crate::catalog::Catalog;
use crate::domain::{
    Account, AccountId, Assignment, Authority, Field, Kind, Micros, OrderId, OrderState, Origin,
    PersonRow, ScopeId, SeatHold, Source, SourceField, Span, Status, TenantPlan, TenantState,
};
use std::collections::BTreeMap;

/// What was observed before and is told again unchanged is noted anew when it is at least this much newer.
const RENEWAL: Span = Span::days(1);

/// What merging rests on besides the row and the account.
#[derive(Debug, Clone, Copy)]
pub struct MergeContext<'a> {
    /// The instant of the import.
    pub now: Micros,
    /// The instant whose state the file shows; none is now. What was observed later than that stays.
    pub as_of: Option<Micros>,
    /// Where the power lies: in a vendor tenant a file is what the vendor shows.
    pub authority: Authority,
    /// The tenant's catalog.
    pub catalog: &'a Catalog,
    /// What the tenant has switched on.
    pub plan: &'a TenantPlan,
    /// How far the tenant is.
    pub state: TenantState,
    /// The team's scope: outer none when the file does not say, inner none when it says there is no team.
    pub team: Option<Option<ScopeId>>,
    /// The name of the team the account is in.
    pub team_now: &'a str,
    /// The scope the row's roles are held at; none when the file does not say.
    pub account: Option<ScopeId>,
    /// Whether another account holds the owner role.
    pub owner_exists: bool,
    /// Whether an order on the account's status is open or delivered: then a difference is expected.
    pub open_status_order: bool,
    /// Whether one on its roles is: then what the file shows is not yet what was decided.
    pub open_roles_order: bool,
    /// When the last order on its status or roles was handed over that is on its way.
    pub handed_over: Option<Micros>,
    /// The orders on who the account's person is that are open or delivered.
    pub identity_orders: &'a [(Field, OrderId, OrderState)],
    /// How long what is known of a second factor counts.
    pub mfa_fresh: Span,
    /// Whether another account has the row's email.
    pub email_taken: bool,
    /// Whether a row's numbers take the place of others, for whoever has its address.
    pub renumber: bool,
    /// Seats that are free; none is no limit. Binds only where the power lies here.
    pub seats_free: Option<u32>,
    /// Whether it is a member of the tenant who brings the file.
    pub by_member: bool,
    /// Whose file it is.
    pub source: Source,
    /// Whose file counts for which field, by the tenant's setting.
    pub sources: &'a BTreeMap<SourceField, Source>,
}

impl MergeContext<'_> {
    /// Whether states and roles of the file are what a vendor shows.
    fn shows_vendor(&self) -> bool {
        self.authority == Authority::Vendor && self.source.observes() && !self.by_member
    }

    /// Whether the file's source knows how the account is used: an identity provider knows nothing of a vendor's.
    fn knows_use(&self) -> bool {
        self.authority == Authority::Rollcall || self.source.observes()
    }
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// A new account.
    Added {
        /// As it is created.
        account: Box<Account>,
        /// What was not taken, one phrase each: field, and why.
        conflicts: Vec<String>,
    },
    /// The account changes.
    Changed {
        /// As it is afterwards.
        after: Box<Account>,
        /// What was not taken, one phrase each: field, and why.
        conflicts: Vec<String>,
    },
    /// The account stays as it is.
    Unchanged {
        /// What was not taken, one phrase each: field, and why.
        conflicts: Vec<String>,
    },
    /// The row cannot be taken.
    Refused(Refusal),
}

/// Merges a row into the account it was matched to, or makes a new account with the number `next`.
pub fn merge(
    existing: Option<&Account>,
    next: AccountId,
    row: &PersonRow,
    ctx: &MergeContext<'_>,
) -> Merged {
    let roles = match row
        .roles
        .as_deref()
        .map(|r| roles::resolve(r, ctx))
        .transpose()
    {
        Ok(roles) => roles,
        Err(refusal) => return Merged::Refused(refusal),
    };
    let mut merge = Merge {
        row,
        ctx,
        new: false,
        conflicts: Vec::new(),
    };
    let existing = existing.filter(|account| !merge.succeeds(account));
    merge.new = existing.is_none();
    let roles = merge.roles_told(existing, roles);
    match existing {
        None => merge.create(next, roles),
        Some(account) => merge.update(account, roles),
    }
}

struct Merge<'a> {
    row: &'a PersonRow,
    ctx: &'a MergeContext<'a>,
    /// Whether the row makes an account.
    new: bool,
    conflicts: Vec<String>,
}

impl Merge<'_> {
    fn create(mut self, next: AccountId, roles: Option<Vec<String>>) -> Merged {
        let (row, ctx) = (self.row, self.ctx);
        let mut account = Account::new(next, row.email.clone(), ctx.now);
        let told = row.status.unwrap_or(Status::Active);
        account.status = decided(told);
        if row.status.is_some() {
            account.status_source = ctx.source;
        }
        let named: Vec<Assignment> = self.placed(&[], roles.as_deref().unwrap_or_default());
        account.kind = row.kind.unwrap_or_else(|| ctx.catalog.holder(&named));
        let shown = (ctx.shows_vendor() && roles.is_some()).then(|| named.clone());
        account.assignments = self.without_new_owner(&[], named);
        let seat = || {
            seat_for(
                Status::Deactivated,
                account.status,
                account.kind,
                ctx.catalog,
                ctx.seats_free,
            )
        };
        let taken = match ctx.authority {
            Authority::Vendor => self.known_there(),
            Authority::Rollcall => {
                roles_edit::kind_fits(account.kind, &account.assignments, ctx.catalog)
                    .and_then(|()| seat())
            }
        };
        if let Err(refusal) = taken.and_then(|()| self.new_by_member(&account)) {
            return Merged::Refused(refusal);
        }
        if ctx.shows_vendor() {
            account.observed_status = row.status;
            account.observed_roles = shown;
            let observed = account.observed_status.is_some() || account.observed_roles.is_some();
            account.observed_at = observed.then_some(self.observed());
        }
        if ctx.authority == Authority::Rollcall && self.observed() < ctx.now {
            account.observed_at = Some(self.observed());
        }
        // How long a role was held before we saw it is not known: the grace counts from now.
        let privileged = ctx.catalog.any_privileged(&account.assignments);
        account.privileged_since = privileged.then_some(ctx.now);
        self.numbers(&mut account);
        self.profile(&mut account);
        if account.status == Status::Invited
            && account.invited_at.is_none()
            && row.created.is_some()
        {
            // An invitation is where such an account begins: its creation is when it was sent.
            account.invited_at = Some(account.created);
        }
        self.seen(&mut account);
        Merged::Added {
            account: Box::new(account),
            conflicts: self.conflicts,
        }
    }

    fn update(mut self, account: &Account, roles: Option<Vec<String>>) -> Merged {
        if let Err(refusal) = self.same_person(account) {
            return Merged::Refused(refusal);
        }
        let mut after = account.clone();
        self.email(account, &mut after);
        self.numbers(&mut after);
        self.profile(&mut after);
        if !self.ctx.source.observes() {
            // An identity provider tells when its own account came to be; this one is known already.
            after.created = account.created;
        }
        if let Some(kind) = self.row.kind {
            after.kind = kind;
        }
        if let Err(refusal) = self.another_kind(account, &mut after) {
            return Merged::Refused(refusal);
        }
        let shown = roles.clone();
        let taken = match self.ctx.authority {
            Authority::Rollcall => self.decide(account, &mut after, roles),
            Authority::Vendor if self.ctx.shows_vendor() => {
                self.observe(account, &mut after, roles);
                Ok(())
            }
            Authority::Vendor => {
                if !self.ctx.by_member {
                    self.elsewhere(account);
                }
                Ok(())
            }
        };
        let taken = taken.and_then(|()| self.by_member(account, &after, shown.as_deref()));
        if let Err(refusal) = taken {
            return Merged::Refused(refusal);
        }
        self.rights(account, &mut after);
        self.seen(&mut after);
        let conflicts = self.conflicts;
        if after == *account {
            Merged::Unchanged { conflicts }
        } else {
            Merged::Changed {
                after: Box::new(after),
                conflicts,
            }
        }
    }

    /// A change of kind may take a seat, and may not make the owner something else than a person.
    fn another_kind(&mut self, account: &Account, after: &mut Account) -> Result<(), Refusal> {
        if after.kind == account.kind || self.ctx.authority == Authority::Vendor {
            return Ok(());
        }
        let person = after.kind == Kind::Person;
        if !person && self.ctx.catalog.any_owner(&account.assignments) {
            self.conflicts.push(format!(
                "kind: the file says {}; the owner of a tenant is a person, let another own it with `{}`",
                after.kind,
                way(self.ctx.catalog)
            ));
            after.kind = account.kind;
            return Ok(());
        }
        let seat = |kind| self.ctx.catalog.seat(account.status, kind) != SeatHold::None;
        if seat(after.kind) && !seat(account.kind) && self.ctx.seats_free == Some(0) {
            return Err(no_seat(""));
        }
        Ok(())
    }

    /// Where the power lies here: a file decides, unless a person or a sweep did.
    fn decide(
        &mut self,
        account: &Account,
        after: &mut Account,
        roles: Option<Vec<String>>,
    ) -> Result<(), Refusal> {
        if account.status == Status::Deleted {
            self.conflicts.push(
                "status, roles: this account is deleted and holds no roles; invite the person anew with `rollcall user invite`"
                    .into(),
            );
            return Ok(());
        }
        if let Some(known) = self.known_later(account) {
            let told = self.row.status.map(decided);
            let roles = roles.map(|roles| self.placed(&account.assignments, &roles));
            let of = [
                ("status", told.is_some_and(|told| told != account.status)),
                (
                    "roles",
                    roles.is_some_and(|told| told != account.assignments),
                ),
            ];
            let observed = self.observed();
            let of = of.iter().filter(|(_, differs)| *differs);
            self.conflicts.extend(of.map(|(field, _)| {
                format!("{field}: the file is of {observed}; what is known is of {known}")
            }));
            return self.other_holder(account, after);
        }
        if let Some(told) = self.row.status.map(decided)
            && told != account.status
        {
            let catalog = self.ctx.catalog;
            let owner = catalog.any_owner(&account.assignments);
            // With what the row tells of an invitation: read again it must come to the same.
            let cause = cause_to(catalog, after, told);
            let switch = matches!(
                cause,
                Some(Cause::Suspend | Cause::Reactivate | Cause::Deactivate)
            );
            if account.status_by != Origin::Import {
                self.conflicts.push(format!(
                    "status: the file says {told}; {} set {} on {}",
                    by(account.status_by),
                    account.status,
                    account.status_since.day()
                ));
            } else if self.states_differ(account, told) {
                // Told already.
            } else if owner && account.status == Status::Active {
                self.conflicts.push(format!(
                    "status: the file says {told}; a file does not take the owner away, let another own it with `{}`",
                    way(catalog)
                ));
            } else if cause.is_none() {
                self.conflicts.push(format!(
                    "status: the file says {told}; {} has no way from {} to it",
                    catalog.title, account.status
                ));
            } else if switch && self.ctx.by_member && catalog.constraints.enabled_elsewhere {
                let refusal = elsewhere(catalog);
                self.conflicts.push(format!(
                    "status: the file says {told}; {}: {}",
                    refusal.what, refusal.instead
                ));
            } else {
                seat_for(
                    account.status,
                    told,
                    after.kind,
                    self.ctx.catalog,
                    self.ctx.seats_free,
                )?;
                self.set_status(after, told);
            }
        }
        if let Some(roles) = roles {
            // Each row of a place is taken beside what files show of the others.
            let base = match self.ctx.account {
                Some(_) => kept::shown_roles(account),
                None => account.assignments.clone(),
            };
            let named = self.placed(&base, &roles);
            if !self.roles_decided(account, after, &named) {
                let named = self.without_new_owner(&account.assignments, named);
                after.assignments = self.with_old_owner(&account.assignments, named);
            }
        }
        let shown = |a: &Account| a.shown_otherwise(Field::Roles).is_some();
        if (after.status, &after.assignments) != (account.status, &account.assignments)
            || (shown(account) && !shown(after))
        {
            after.observed_at = Some(self.observed());
        }
        self.other_holder(account, after)
    }

    /// Of when state and roles are known, if that is later than what the file shows.
    fn known_later(&self, account: &Account) -> Option<Micros> {
        let known = account.observed_at.unwrap_or(account.status_since);
        Some(known).filter(|known| self.ctx.as_of.is_some() && self.observed() < *known)
    }

    /// Other roles make another kind of holder, unless a source told the kind itself; that may take a seat. Whoever has
    /// roles that make a person is none of those who hold no seat, whatever a file calls them.
    fn other_holder(&mut self, account: &Account, after: &mut Account) -> Result<(), Refusal> {
        let catalog = self.ctx.catalog;
        if (after.kind, &after.assignments) == (account.kind, &account.assignments) {
            return Ok(());
        }
        let fits = |kind| roles_edit::kind_fits(kind, &after.assignments, catalog);
        if self.row.kind.is_some() {
            if let Err(refusal) = fits(after.kind) {
                if after.kind == account.kind || fits(account.kind).is_err() {
                    return Err(refusal);
                }
                self.conflicts
                    .push(format!("kind: {}; {}", refusal.what, refusal.instead));
                after.kind = account.kind;
            }
            return Ok(());
        }
        if account.kind == catalog.holder(&account.assignments) || fits(account.kind).is_err() {
            after.kind = catalog.holder(&after.assignments);
        }
        let seat = |a: &Account| catalog.seat(a.status, a.kind) != SeatHold::None;
        match seat(after) && !seat(account) && self.ctx.seats_free == Some(0) {
            true => Err(no_seat("")),
            false => Ok(()),
        }
    }

    fn set_status(&self, after: &mut Account, status: Status) {
        // Who comes (back) in starts with a fresh idle clock and a fresh grace, whatever path they come by.
        if status == Status::Active && after.status != Status::Active {
            after.reactivated = Some(self.ctx.now);
        }
        // Who waits for an answer, and no more, was never let in: that is remembered by the invitation.
        if status != Status::Active && status != after.status {
            after.invited_at = before_invitation(after);
        }
        after.status = status;
        after.status_by = Origin::Import;
        after.status_source = self.ctx.source;
        after.status_since = self.ctx.now;
    }

    /// What follows from changed rights: an older session is closed, the MFA grace starts with a privileged role.
    fn rights(&self, account: &Account, after: &mut Account) {
        if after.status != account.status || after.assignments != account.assignments {
            after.manifest = account.manifest.saturating_add(1);
        }
        let catalog = self.ctx.catalog;
        match (
            catalog.any_privileged(&account.assignments),
            catalog.any_privileged(&after.assignments),
        ) {
            (false, true) => after.privileged_since = Some(self.ctx.now),
            (true, false) => after.privileged_since = None,
            _ => {}
        }
    }
}

/// Whether what was known since `before` is to be noted anew when it is told again as of `seen`.
fn renews(before: Option<Micros>, seen: Micros) -> bool {
    before.is_none_or(|before| seen >= before.plus(RENEWAL))
}

/// The state decided when a source says this one: an account is deactivated, never deleted, so that history stays.
fn decided(told: Status) -> Status {
    match told {
        Status::Deleted => Status::Deactivated,
        other => other,
    }
}

fn by(origin: Origin) -> &'static str {
    match origin {
        Origin::Import => "an earlier file",
        Origin::Admin => "a person",
        Origin::Inactivity => "the inactivity sweep",
        Origin::Seats => "the seats sweep",
        Origin::Invitations => "the invitations sweep",
        Origin::Mfa => "the MFA sweep",
    }
}
