//! The same fold and the same questions, the plainest way: records in a list.

use super::*;
use crate::catalog::Catalog;
use crate::wire::bound::Bound;
use crate::wire::sweep::When;
use crate::wire::user::{Flag, SortKey, UserQuery};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Without case, and without what separates records.
fn fold(text: &str) -> String {
    crate::text::fold(text).replace(['\n', '\u{1f}'], " ")
}

#[derive(Debug, Clone)]
pub struct Model {
    pub number: u32,
    pub name: String,
    pub plan: TenantPlan,
    pub authority: Authority,
    pub catalog: Catalog,
    pub invitation_valid: Span,
    pub scopes: Vec<ScopeNode>,
    pub accounts: Vec<Account>,
    pub uses: Vec<BTreeMap<i32, u32>>,
    pub pos: Vec<Pos>,
    pub newest: Option<Day>,
    pub seen: BTreeMap<Day, Vec<u64>>,
}

impl Model {
    pub fn new(tenant: &Tenant, catalog: Catalog) -> Self {
        Model {
            number: tenant.id.0,
            name: tenant.name.clone(),
            plan: tenant.plan.clone(),
            authority: tenant.authority,
            catalog,
            invitation_valid: Policy::default_of(Sweep::Invitations).invitation_valid,
            scopes: Vec::new(),
            accounts: Vec::new(),
            uses: Vec::new(),
            pos: Vec::new(),
            newest: None,
            seen: BTreeMap::new(),
        }
    }

    pub fn apply(&mut self, seq: u64, batch: &Batch) {
        for (index, entry) in (0..).zip(&batch.entries) {
            match &entry.fact {
                Fact::Account {
                    account, changes, ..
                } => {
                    let id = account.0 as usize;
                    if id == self.accounts.len() {
                        self.accounts
                            .push(Account::new(*account, "", batch.header.at));
                        self.uses.push(BTreeMap::new());
                        self.pos.push(Pos { seq, index });
                    }
                    for change in changes.iter().chain(&entry.personal) {
                        self.accounts[id].set(change.field, &change.new).unwrap();
                    }
                    self.pos[id] = Pos { seq, index };
                }
                Fact::SignIns(events) => self.sign_ins(events),
                Fact::DailyUse {
                    last_day,
                    first,
                    counts,
                } => {
                    for (id, uses) in (first.0..).zip(counts.chunks(28)) {
                        for (age, n) in (0..).zip(uses.iter().rev()).filter(|(_, n)| **n > 0) {
                            self.used(id as usize, last_day.0 - age, u32::from(*n));
                        }
                    }
                }
                Fact::ScopeCreated(scope) => self.scopes.push(scope.clone()),
                Fact::CatalogAdopted { name, text } => {
                    self.catalog = crate::catalog::parse(name, text).unwrap();
                }
                Fact::TenantChanged { new, .. } => self.plan = new.plan.clone(),
                Fact::PolicySet {
                    sweep: Sweep::Invitations,
                    new,
                    ..
                } => self.invitation_valid = new.invitation_valid,
                _ => {}
            }
        }
    }

    fn sign_ins(&mut self, events: &[SignIn]) {
        self.newest = self.newest.max(events.iter().map(|e| e.at.day()).max());
        let Some(newest) = self.newest else { return };
        for event in events {
            let account = &mut self.accounts[event.account.0 as usize];
            let known = event.at.day().0 >= newest.0 - 35;
            if event.kind != SignInKind::Failed {
                account.last_use = account.last_use.max(Some(event.at));
                if known {
                    self.used(event.account.0 as usize, event.at.day().0, event.count);
                }
            }
            let account = &mut self.accounts[event.account.0 as usize];
            if event.kind == SignInKind::SignIn {
                account.last_sign_in = account.last_sign_in.max(Some(event.at));
            }
            self.seen
                .entry(event.at.day())
                .or_default()
                .push(event.event);
        }
        self.seen.retain(|day, _| day.0 >= newest.0 - 35);
    }

    fn used(&mut self, id: usize, day: i32, uses: u32) {
        let days = &mut self.uses[id];
        let last = days.last_key_value().map_or(0, |(day, _)| *day);
        if day > last - 28 {
            let slot = days.entry(day).or_default();
            *slot = (*slot + uses).min(255);
            let last = last.max(day);
            days.retain(|d, _| *d > last - 28);
        }
    }

    pub fn activity(&self, id: usize, now: Micros) -> Vec<u8> {
        let today = now.day().0;
        let on = |day| self.uses[id].get(&day).map_or(0, |n| *n as u8);
        (today - 27..=today).map(on).collect()
    }

    pub fn seats(&self, hold: SeatHold) -> u32 {
        let held = |a: &&Account| self.catalog.seat(a.status, a.kind) == hold;
        self.accounts.iter().filter(held).count() as u32
    }

    /// How many holders of each set of roles have a seat.
    pub fn seats_by_roles(&self) -> BTreeMap<Vec<Assignment>, u64> {
        let mut seats = BTreeMap::new();
        for a in &self.accounts {
            if self.catalog.seat(a.status, a.kind) != SeatHold::None {
                *seats.entry(a.assignments.clone()).or_insert(0) += 1;
            }
        }
        seats
    }

    /// The roles by which an account holds seats: as decided, and as the vendor shows it.
    pub fn seats_of(&self, a: &Account) -> [Option<Vec<Assignment>>; 2] {
        let seat = |status| self.catalog.seat(status, a.kind) != SeatHold::None;
        let there =
            self.authority == Authority::Vendor && seat(a.observed_status.unwrap_or(a.status));
        let shown = a.observed_roles.as_ref().unwrap_or(&a.assignments);
        let decided = seat(a.status).then(|| a.assignments.clone());
        [decided, there.then(|| shown.clone())]
    }

    pub fn releasing(&self) -> u32 {
        let none = |status, kind| self.catalog.seat(status, kind) == SeatHold::None;
        let waits = |a: &&Account| {
            none(a.status, a.kind) && a.observed_status.is_some_and(|s| !none(s, a.kind))
        };
        match self.authority {
            Authority::Vendor => self.accounts.iter().filter(waits).count() as u32,
            Authority::Rollcall => 0,
        }
    }

    pub fn facts(&self, id: usize) -> AccountFacts {
        let a = &self.accounts[id];
        AccountFacts {
            id: a.id,
            kind: a.kind,
            status: a.status,
            status_by: a.status_by,
            status_since: a.status_since,
            observed: a.observed_status,
            mfa: a.mfa,
            mfa_at: a.mfa_at,
            created: a.created,
            last_use: a.last_use,
            reactivated: a.reactivated,
            invited_at: a.invited_at,
            privileged_since: a.privileged_since,
            end_date: a.end_date,
            leave_from: a.leave_from,
            leave_to: a.leave_to,
            warned_idle_at: a.warned_idle_at,
            warned_idle_days: a.warned_idle_days,
            warned_mfa_at: a.warned_mfa_at,
            hold_until: a.hold_until,
            privileged: self.catalog.any_privileged(&a.assignments),
            owner: self.catalog.any_owner(&a.assignments),
            seat: self.catalog.seat(a.status, a.kind),
        }
    }

    pub fn flags(&self, id: usize, now: Micros) -> Vec<Flag> {
        let a = &self.accounts[id];
        let person = a.status == Status::Active && a.kind == Kind::Person;
        let privileged = self.catalog.any_privileged(&a.assignments);
        let today = now.day();
        let used = a.last_use.max(a.reactivated).max(Some(a.created));
        let gone = [
            Status::Deactivated,
            Status::Expired,
            Status::Deleted,
            Status::Revoked,
        ]
        .contains(&a.status);
        let set = |flag: &Flag| match flag {
            Flag::Idle => person && a.last_use.is_some() && used <= Some(now.minus(Span::days(45))),
            Flag::NeverSignedIn => person && a.last_sign_in.is_none(),
            Flag::MfaMissing => person && privileged && a.mfa == Mfa::None,
            Flag::Privileged => privileged,
            Flag::Owner => self.catalog.any_owner(&a.assignments),
            Flag::InvitationOverdue => {
                let sent = a.invited_at.unwrap_or(a.status_since);
                a.status == Status::Invited && sent.plus(self.invitation_valid) <= now
            }
            Flag::Ended => !gone && a.end_date.is_some_and(|d| d < today),
            Flag::Drift => {
                let over = [Status::Expired, Status::Revoked, Status::Deactivated];
                let met = |seen: Status| {
                    seen == a.status
                        || (over.contains(&a.status) && seen == Status::Deleted)
                        || (over[..2].contains(&a.status) && over.contains(&seen))
                };
                a.observed_status.is_some_and(|s| !met(s))
                    || a.observed_roles
                        .as_ref()
                        .is_some_and(|r| *r != a.assignments)
                    || (self.authority == Authority::Vendor && !a.observed_identity.is_empty())
                    || (self.authority == Authority::Vendor
                        && [Status::Suspended, Status::Deactivated].contains(&a.status)
                        && a.last_use > Some(a.status_since))
            }
            Flag::Held => a.hold_until.is_some_and(|h| h > now),
            Flag::OnLeave => {
                (a.leave_from.is_some() || a.leave_to.is_some())
                    && a.leave_from.is_none_or(|d| d <= today)
                    && a.leave_to.is_none_or(|d| d >= today)
            }
        };
        Flag::ALL.into_iter().filter(set).collect()
    }

    /// The name of the account's team.
    pub fn team(&self, id: usize) -> String {
        let team = self.accounts[id].team;
        let scope = self.scopes.iter().find(|s| Some(s.id) == team);
        scope.map_or_else(String::new, |s| s.name.clone())
    }

    /// The instant on the tenant's clock, which is UTC here.
    fn at(bound: Bound, now: Micros) -> Micros {
        match bound {
            Bound::When(When::At(at)) => at,
            Bound::When(When::Day(day)) => day.start(),
            Bound::Ago(span) => Micros(now.0 - span.0 * 1_000_000),
        }
    }

    fn below(&self, scope: ScopeId, names: &str) -> bool {
        let mut at = Some(scope);
        while let Some(node) = at.and_then(|id| self.scopes.iter().find(|s| s.id == id)) {
            if node.name == names {
                return true;
            }
            at = node.parent;
        }
        false
    }

    pub fn roles(a: &Account) -> Vec<String> {
        let mut roles: Vec<String> = a.assignments.iter().map(|r| r.role.clone()).collect();
        roles.sort();
        roles.dedup();
        roles
    }

    /// What is searched and sorted: nothing where nothing is left.
    fn name(a: &Account) -> String {
        let named = [&a.first_name, &a.last_name, &a.email];
        match named.iter().all(|text| text.is_empty()) {
            true => String::new(),
            false => a.display_name(),
        }
    }

    fn matches(&self, id: usize, q: &UserQuery, now: Micros) -> bool {
        let a = &self.accounts[id];
        let needle = fold(&q.search);
        let found = [&Self::name(a), &a.email, &a.username];
        let flags = self.flags(id, now);
        let scoped = |name: &String| {
            a.team.is_some_and(|t| self.below(t, name))
                || a.assignments.iter().any(|r| self.below(r.scope, name))
        };
        q.tenant.as_ref().is_none_or(|t| *t == self.name)
            && found.iter().any(|t| fold(t).contains(&needle))
            && q.scope.as_ref().is_none_or(scoped)
            && (q.status.is_empty() || q.status.contains(&a.status))
            && (q.role.is_empty() || q.role.iter().any(|r| Self::roles(a).contains(r)))
            && (q.mfa.is_empty() || q.mfa.contains(&a.mfa))
            && (q.kind.is_empty() || q.kind.contains(&a.kind))
            && (q.seat.is_empty() || q.seat.contains(&self.catalog.seat(a.status, a.kind)))
            && q.last_sign_in_from
                .is_none_or(|f| a.last_sign_in >= Some(Self::at(f, now)))
            && q.last_sign_in_to
                .is_none_or(|t| a.last_sign_in.is_some_and(|l| l < Self::at(t, now)))
            && (!q.never_signed_in || a.last_sign_in.is_none())
            && q.flag.iter().all(|f| flags.contains(f))
    }

    /// A login name or a SAML subject where the tenant has that column.
    pub fn shown(&self, text: String, login: bool) -> String {
        let rules = &self.catalog.constraints;
        let needs = match login {
            true => &rules.username_needs,
            false => &rules.sid_needs,
        };
        match needs.is_empty() || needs.iter().any(|f| self.plan.features.contains(f)) {
            true => text,
            false => String::new(),
        }
    }

    fn key(&self, id: usize, sort: SortKey, now: Micros) -> (String, i64) {
        let a = &self.accounts[id];
        let team = |t| {
            self.scopes
                .iter()
                .find(|s| s.id == t)
                .map(|s| fold(&s.name))
        };
        let text = |t: String| (t, 0);
        let number = |n: i64| (String::new(), n);
        match sort {
            SortKey::Name => text(fold(&Self::name(a))),
            SortKey::Email => text(fold(&a.email)),
            SortKey::Role => text(Self::roles(a).into_iter().next().unwrap_or_default()),
            SortKey::Status => number(a.status as i64),
            SortKey::Mfa => number(a.mfa as i64),
            SortKey::LastSignIn => number(a.last_sign_in.map_or(i64::MIN, |t| t.0)),
            SortKey::Activity => number(self.activity(id, now).iter().map(|n| i64::from(*n)).sum()),
            SortKey::Team => text(a.team.and_then(team).unwrap_or_default()),
            SortKey::Flags => number(self.flags(id, now).len() as i64),
            SortKey::Created => number(a.created.0),
            SortKey::Tenant => text(self.name.clone()),
            SortKey::Id => number(i64::from(self.number) << 32 | id as i64),
            SortKey::Username => text(self.shown(fold(&a.username), true)),
            SortKey::Sid => text(self.shown(a.sid.clone(), false)),
            SortKey::UserType => text(fold(&self.catalog.types_of(&a.assignments).join(", "))),
            SortKey::Activated => match self.catalog.constraints.two_step_activation {
                false => number(0),
                true => {
                    let out = [Status::Invited, Status::Expired, Status::Revoked];
                    number(if out.contains(&a.status) { 1 } else { 2 })
                }
            },
            SortKey::Seat => number(self.catalog.seat(a.status, a.kind) as i64),
            SortKey::Kind => number(a.kind as i64),
        }
    }
}

/// How many match, and the references of the page.
pub fn query(models: &[Model], q: &UserQuery, now: Micros) -> (u64, u64, Vec<AccountRef>) {
    let mut rows: Vec<((String, i64), AccountRef)> = Vec::new();
    for (tenant, model) in (1..).zip(models) {
        for id in 0..model.accounts.len() {
            if model.matches(id, q, now) {
                rows.push((model.key(id, q.sort, now), at(tenant, id as u32)));
            }
        }
    }
    rows.sort();
    if q.descending {
        rows.sort_by_key(|(key, _)| Reverse(key.clone()));
    }
    let (total, limit) = (rows.len() as u64, u64::from(q.limit));
    let offset = if q.offset < total {
        q.offset
    } else {
        total.saturating_sub(1) / limit * limit
    };
    let page = rows.iter().skip(offset as usize).take(limit as usize);
    (total, offset, page.map(|(_, id)| *id).collect())
}
