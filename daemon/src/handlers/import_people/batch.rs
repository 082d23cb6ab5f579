//! One batch of people: matched, merged by the pure rule, turned into entries.

use super::pending::Pending;
use super::places::Places;
use super::told::Told;
use crate::Salts;
use crate::handlers::describe::Words;
use crate::handlers::identity::limits;
use crate::handlers::import_batch::{Counts, Planned};
use crate::handlers::{find, json, order_things, refused, settle, unlocked};
use crate::writer::{Cache, Draft, Person, Proposal};
use rollcall_shared::directory::{State, Staying, TenantView};
use rollcall_shared::domain::{
    self, Account, AccountId, AccountRef, Authority, ConflictRule, Entry, Fact, Field, FieldChange,
    Micros, Order, OrderState, PersonRow, Rule, ScopeId, SourceField, Span, Status, Sweep,
    TenantState, Why,
};
use rollcall_shared::formats::ToldPerson;
use rollcall_shared::rules::giving::own::{self, Own};
use rollcall_shared::rules::limits::Limits;
use rollcall_shared::rules::people::{self, MergeContext, Merged};
use rollcall_shared::rules::{Refusal, features, guards, orders, scopes};
use rollcall_shared::text;
use rollcall_shared::wire::import::{ImportChange, ImportLine, Rejected};
use rollcall_shared::wire::{Failure, Verb};
use std::collections::BTreeMap;

/// What a file is gone through for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// It is taken in.
    Taken,
    /// Every change is told, and none is made.
    Told,
    /// It is seen how many people lose access, before the first batch is taken in.
    Counted,
}

/// Where rows come from.
pub(super) struct Source<'a> {
    /// The tenant by name.
    pub tenant: &'a str,
    /// The instant whose state they show; none is now.
    pub as_of: Option<Micros>,
    /// Whether the rows' numbers take the place of others, for whoever has their address.
    pub renumber: bool,
    /// Whose file they stand in.
    pub told_by: domain::Source,
    /// The member of the tenant who brings them; none for an operator.
    pub member: Option<Account>,
    /// The person of the operator who brings them; none for a member.
    pub operator: Option<&'a str>,
    /// How many people lose access or privileged roles by what came before in the file.
    pub lost: u64,
    /// How many may, when their number was confirmed.
    pub may_lose: Option<u64>,
    /// What becomes of the batch.
    pub pass: Pass,
    /// What earlier rows of the file told of each account.
    pub told: &'a mut Told,
}

/// An account with its main team before and after.
pub(super) type TeamMove = (AccountId, Option<ScopeId>, Option<ScopeId>);

pub(super) struct Batch<'a> {
    pub(super) state: &'a State,
    as_of: Option<Micros>,
    renumber: bool,
    pub(super) told_by: domain::Source,
    pass: Pass,
    /// The member who brings the rows; none for an operator.
    pub(super) member: Option<Account>,
    /// The operator's own person, where a file decides.
    own: Option<Person<'a>>,
    pub(super) view: &'a TenantView,
    owners: Vec<AccountId>,
    pub(super) places: Places<'a>,
    /// Whose main team changes, from which to which, by the scopes of both, in the order of the rows.
    pub(super) moves: BTreeMap<ScopeId, Vec<TeamMove>>,
    /// The tenant's rules of separation of duties.
    pub(super) rules: Vec<ConflictRule>,
    /// How long what is known of a second factor counts.
    mfa_fresh: Span,
    /// The seats that are left; none where the vendor counts them.
    limits: Option<Limits<'a>>,
    /// Who must stay; none where the vendor decides.
    staying: Option<Staying<'a>>,
    entries: Vec<Entry>,
    /// Delegations that end with what rows show.
    ended: Vec<Fact>,
    /// Random numbers for the entries to come.
    salts: Salts,
    pub(super) answer: Counts,
    lines: Vec<ImportLine>,
    /// What earlier rows of the file told of each account.
    pub(super) told: &'a mut Told,
    /// Accounts with orders on their way, with the rows that tell of them.
    pub(super) ordered: BTreeMap<AccountId, Vec<&'a PersonRow>>,
    /// Orders that are on their way again, for a row contradicted the one that confirmed them.
    pub(super) reopened: Vec<Order>,
}

/// Plans a batch of rows.
pub(super) fn plan<'a>(
    draft: &'a Draft<'_>,
    cache: &mut Cache,
    source: Source<'a>,
    rows: &'a [ToldPerson],
) -> Result<Planned, Failure> {
    let view = find::tenant(draft.state, source.tenant)?;
    let decides = view.tenant.authority == Authority::Rollcall;
    let (by_member, observes) = (source.member.is_some(), source.told_by.observes());
    let (lost, may_lose) = (source.lost, source.may_lose);
    let mut batch = Batch {
        state: draft.state,
        as_of: source.as_of,
        renumber: source.renumber,
        told_by: source.told_by,
        pass: source.pass,
        member: source.member,
        own: source
            .operator
            .filter(|_| decides)
            .map(|person| Person::of(draft.state, person, view.tenant.id)),
        view,
        owners: view.owners(),
        places: Places::new(view),
        moves: BTreeMap::new(),
        rules: view.conflicts().cloned().collect(),
        mfa_fresh: view.policy(Sweep::Mfa).mfa_fresh,
        limits: decides.then(|| limits(draft.state, view, draft.now)),
        staying: decides.then(|| Staying::new(view)),
        entries: Vec::with_capacity(rows.len() + 1),
        ended: Vec::new(),
        salts: Salts::default(),
        answer: Counts::default(),
        lines: Vec::new(),
        told: source.told,
        ordered: BTreeMap::new(),
        reopened: Vec::new(),
    };
    let mut pending = Pending::of(rows.len());
    for row in rows {
        batch.row(draft, cache, row, &mut pending)?;
    }
    let confirmed = batch.confirmed(draft, &pending);
    let answer = json(&batch.answer)?;
    if batch.pass == Pass::Taken {
        guards::snapshot(lost + batch.answer.losing, may_lose, view.accounts()).map_err(refused)?;
    }
    let vendor = view.tenant.authority == Authority::Vendor;
    let filling = vendor && !by_member && observes && view.tenant.state == TenantState::Filling;
    let owner = filling.then(|| batch.owner_known(&pending)).flatten();
    let teams = batch.team_entries();
    // Whoever works again needs no delegate that others named: the vendor is told, who ends none by himself.
    let mut ended: Vec<Entry> = batch.ended.drain(..).map(Entry::plain).collect();
    order_things(view, &mut ended, draft.now);
    let mut entries = batch.places.into_entries();
    entries.extend(confirmed);
    entries.append(&mut batch.entries);
    entries.extend(teams);
    entries.extend(ended);
    entries.extend(owner);
    Ok(Planned {
        proposal: Proposal {
            entries: vec![(view.tenant.id.into(), entries)],
            answer,
            observation: vendor && !by_member,
            trial: false,
            operator: false,
        },
        lines: batch.lines,
    })
}

impl<'a> Batch<'a> {
    fn row(
        &mut self,
        draft: &Draft<'_>,
        cache: &mut Cache,
        told: &'a ToldPerson,
        pending: &mut Pending,
    ) -> Result<(), Failure> {
        let row = &told.row;
        self.places.begin_row();
        let place = match row
            .account
            .as_deref()
            .filter(|p| !p.is_empty())
            .map(|p| self.places.account(p))
        {
            None => None,
            Some(Ok(scope)) => Some(scope),
            Some(Err(refusal)) => {
                self.refuse(told, "account", explained(&refusal));
                return Ok(());
            }
        };
        let holder = self.holder(cache, row, pending);
        let found = self.known(cache, row, pending).or(holder);
        let existing = found.and_then(|id| self.account(id, pending));
        // No team is made for the word of a source that does not count for it.
        let owner = self.view.tenant.sources.get(&SourceField::Team);
        let theirs = existing.is_some() && owner.is_some_and(|owner| *owner != self.told_by);
        let named = row.team.as_deref().filter(|_| !theirs);
        let team = match named.map(|name| self.places.team(name)) {
            None => None,
            Some(Ok(team)) => Some(team),
            Some(Err(refusal)) => {
                // A person is worth having without the team that cannot be made.
                self.conflicts(row, vec![format!("team: {}", explained(&refusal))]);
                None
            }
        };
        let next = AccountId(self.view.accounts() + pending.added);
        let team_now = existing.as_ref().and_then(|a| a.team);
        let team_now = team_now.and_then(|team| scopes::node(&self.view.scopes, team));
        let identity_orders: Vec<_> = found
            .into_iter()
            .flat_map(|id| orders::IDENTITY.map(|field| (id, field)))
            .filter_map(|(id, field)| {
                self.view
                    .open_order(id, field)
                    .map(|o| (field, o.id, o.state))
            })
            .collect();
        let ctx = MergeContext {
            now: draft.now,
            as_of: self.as_of,
            authority: self.view.tenant.authority,
            catalog: &self.view.catalog,
            plan: &self.view.tenant.plan,
            state: self.view.tenant.state,
            team,
            team_now: team_now.map_or("", |team| &team.name),
            account: place,
            handed_over: found.and_then(|id| {
                let orders = [Field::Status, Field::Roles].map(|of| self.view.open_order(id, of));
                let mut orders: Vec<&Order> = orders.into_iter().flatten().collect();
                orders.retain(|o| o.state == OrderState::Delivered);
                orders.iter().map(|o| o.updated).max()
            }),
            mfa_fresh: self.mfa_fresh,
            owner_exists: self.owners.iter().any(|owner| Some(*owner) != found),
            identity_orders: &identity_orders,
            open_status_order: found
                .is_some_and(|id| self.view.open_order(id, Field::Status).is_some()),
            open_roles_order: found
                .is_some_and(|id| self.view.open_order(id, Field::Roles).is_some()),
            // It is another account's than the one the row matched.
            email_taken: holder.is_some() && holder != found,
            renumber: self.renumber,
            seats_free: self.limits.as_ref().and_then(Limits::free),
            by_member: self.member.is_some(),
            source: self.told_by,
            sources: &self.view.tenant.sources,
        };
        let ordered =
            ctx.open_status_order || ctx.open_roles_order || !ctx.identity_orders.is_empty();
        let merged = people::merge(existing.as_ref(), next, row, &ctx);
        if let (Some(before), Merged::Changed { after, .. }) = (&existing, &merged)
            && let Err(refusal) = self.told.one_word(row, before, after)
        {
            self.refuse(told, refusal.rule, explained(&refusal));
            self.contradicted(row, before.id);
            return Ok(());
        }
        let taken = self
            .duties(draft, existing.as_ref(), &merged)
            .and_then(|()| self.own(existing.as_ref(), &merged))
            // The last two take in what they let pass.
            .and_then(|()| self.seats(existing.as_ref(), &merged))
            .and_then(|()| self.officers(existing.as_ref(), &merged));
        if let Err(refusal) = taken {
            self.refuse(told, refusal.rule, explained(&refusal));
            return Ok(());
        }
        match merged {
            Merged::Added { account, conflicts } => {
                pending.added += 1;
                self.answer.added += 1;
                self.conflicts(row, conflicts);
                pending.put(&account, self.entries.len(), &self.view.catalog);
                self.follow_team(account.id, None, account.team);
                self.told.add(account.id, row, place);
                let (id, changes) = (account.id, account.into_creation());
                self.tell(row, true, &changes);
                self.push(id, changes)?;
            }
            Merged::Changed { after, conflicts } => {
                self.conflicts(row, conflicts);
                if let Some(before) = existing {
                    self.told.add(after.id, row, place);
                    self.shows(ordered, after.id, row);
                    // While a tenant is being filled nothing of it was anybody's yet.
                    let filled = self.view.tenant.state != TenantState::Filling;
                    if filled && people::loses(&before, &after, &self.view.catalog) {
                        self.answer.losing += 1;
                    }
                    let changes = before.changes_to(&after);
                    self.tell(row, false, &changes);
                    pending.put(&after, self.entries.len(), &self.view.catalog);
                    self.push(after.id, changes)?;
                    if after.status != before.status {
                        let closed = settle(self.view, after.id, after.status, draft.now);
                        self.entries.extend(closed.map(Entry::plain));
                        let ended = unlocked(self.view, after.id, before.status, after.status);
                        self.ended.extend(ended);
                    }
                    self.follow_team(after.id, before.team, after.team);
                    self.answer.changed += 1;
                }
            }
            Merged::Unchanged { conflicts } => {
                self.answer.unchanged += 1;
                self.conflicts(row, conflicts);
                if let Some(account) = existing {
                    self.told.add(account.id, row, place);
                    self.shows(ordered, account.id, row);
                }
            }
            Merged::Refused(refusal) => {
                self.refuse(told, refusal.rule, explained(&refusal));
            }
        }
        Ok(())
    }

    /// Says in a preview what a row would do.
    fn tell(&mut self, row: &PersonRow, new: bool, changes: &[FieldChange]) {
        if self.pass != Pass::Told {
            return;
        }
        let access = |c: &FieldChange| matches!(c.field, Field::Status | Field::Roles);
        let told = Words::of(Some(self.view)).told(changes);
        if told.is_empty() {
            return;
        }
        self.lines.push(ImportLine::Change(ImportChange {
            line: row.line,
            email: row.email.clone(),
            new,
            access: !new && changes.iter().any(access),
            changes: told,
        }));
    }

    fn push(&mut self, id: AccountId, changes: Vec<FieldChange>) -> Result<(), Failure> {
        let why = Why::rule(Rule::PeopleFile);
        self.entries
            .push(Entry::account(id, changes, why, self.salts.next()?));
        Ok(())
    }

    pub(super) fn reference(&self, account: AccountId) -> AccountRef {
        AccountRef {
            tenant: self.view.tenant.id,
            account,
        }
    }

    /// An account as the rows so far leave it.
    pub(super) fn account(&self, id: AccountId, pending: &Pending) -> Option<Account> {
        let there = || self.state.account(self.reference(id));
        let Some((first, further)) = pending.entries.get(&id) else {
            return there();
        };
        let blank = || Account::new(id, "", Micros(0));
        let mut account = there().unwrap_or_else(blank);
        let entries = std::iter::once(first).chain(further);
        for entry in entries.filter_map(|at| self.entries.get(*at)) {
            let Fact::Account { changes, .. } = &entry.fact else {
                continue;
            };
            for change in changes.iter().chain(&entry.personal) {
                // They were made of the types of their fields.
                account.set(change.field, &change.new).ok()?;
            }
        }
        Some(account)
    }

    /// A vendor's export that shows the owner ends the filling.
    fn owner_known(&self, pending: &Pending) -> Option<Entry> {
        let owners = pending.owners.iter();
        let owner = owners
            .filter_map(|id| self.account(*id, pending))
            .find(|a| a.status == Status::Active && self.view.catalog.any_owner(&a.assignments))?;
        let old = self.view.tenant.clone();
        let mut new = old.clone();
        new.state = TenantState::Active;
        new.owner.clone_from(&owner.email);
        Some(Entry::plain(Fact::TenantChanged {
            old: Box::new(old),
            new: Box::new(new),
        }))
    }

    /// The account with the row's external id, else with its employee id: a renamed email must not become a second
    /// person.
    fn known(&self, cache: &mut Cache, row: &PersonRow, pending: &Pending) -> Option<AccountId> {
        fn said(text: &Option<String>) -> Option<&str> {
            text.as_deref().filter(|t| !t.is_empty())
        }
        let lookup = cache.lookup(self.state, self.view.tenant.id);
        let external = said(&row.external_id).and_then(|key| {
            let earlier = pending.by_external.get(key).copied();
            earlier.or_else(|| lookup.by_external_id(self.state, key))
        });
        external.or_else(|| {
            said(&row.employee_id).and_then(|key| {
                let earlier = pending.by_employee.get(key).copied();
                earlier.or_else(|| lookup.by_employee_id(self.state, key))
            })
        })
    }

    /// The account that has the row's email, else the one that had it before a decision no file has shown yet.
    fn holder(&self, cache: &mut Cache, row: &PersonRow, pending: &Pending) -> Option<AccountId> {
        let earlier = pending.by_email.get(&text::fold(&row.email)).copied();
        earlier.or_else(|| {
            let lookup = cache.lookup(self.state, self.view.tenant.id);
            let id = lookup.by_address(self.state, &row.email)?;
            let now = self.account(id, pending)?;
            // An earlier row may have shown the decision, or the numbers are others: then the address before is free for
            // somebody else.
            let had = |email: &str| text::fold(email) == text::fold(&row.email);
            let before = || {
                let former = now.shown_otherwise(Field::Email);
                former.is_some_and(had) && !people::another(row, &now)
            };
            (had(&now.email) || before()).then_some(id)
        })
    }

    /// Where the power lies here a row takes its seat: of the tenant, of its tier, of the pool of its roles.
    fn seats(&mut self, existing: Option<&Account>, merged: &Merged) -> Result<(), Refusal> {
        match (merged, &mut self.limits) {
            (Merged::Added { account, .. }, Some(limits)) => limits.follow(None, account),
            (Merged::Changed { after, .. }, Some(limits)) => limits.follow(existing, after),
            _ => Ok(()),
        }
    }

    /// Where the power lies here no row takes the last owner or administrator of a place.
    fn officers(&mut self, existing: Option<&Account>, merged: &Merged) -> Result<(), Refusal> {
        match (merged, &mut self.staying) {
            (Merged::Added { account, .. }, Some(staying)) => {
                staying.follow(None, account.status, &account.assignments)
            }
            (Merged::Changed { after, .. }, Some(staying)) => {
                staying.follow(existing, after.status, &after.assignments)
            }
            _ => Ok(()),
        }
    }

    /// Where the power lies here no row gives the operator's own person more than they have, nor a team.
    fn own(&self, existing: Option<&Account>, merged: &Merged) -> Result<(), Refusal> {
        let (Some(me), Merged::Added { account, .. } | Merged::Changed { after: account, .. }) =
            (&self.own, merged)
        else {
            return Ok(());
        };
        if !me.is(account) {
            return Ok(());
        }
        let side = |account| Own {
            setting: self.view.setting(),
            account,
        };
        let before = side(existing.filter(|account| me.is(account)));
        let after = side(Some(account.as_ref()));
        let verb = Verb::ImportPeople.name();
        let gained = own::gained(&before, &after)
            .filter(|_| !own::as_member(verb, self.view.rights(), &before, &after));
        let joins = account
            .team
            .filter(|team| before.account.and_then(|a| a.team) != Some(*team));
        let joins = joins.filter(|_| !own::member_uses(verb, self.view.rights(), &before));
        match gained.or(joins.map(|_| "a place in a team".to_owned())) {
            None => Ok(()),
            Some(what) => Err(own::refuse(&self.reference(account.id).to_string(), &what)),
        }
    }

    pub(super) fn conflicts(&mut self, row: &PersonRow, conflicts: Vec<String>) {
        for what in conflicts {
            let what = features::in_tenant(&what, &self.view.tenant.name);
            self.answer.conflicts += 1;
            self.lines.push(ImportLine::Conflict {
                line: row.line,
                email: row.email.clone(),
                what,
            });
        }
    }

    fn refuse(&mut self, told: &ToldPerson, field: &str, reason: String) {
        self.places.forget_row();
        self.answer.refused += 1;
        self.lines.push(ImportLine::Rejected(Rejected {
            line: told.row.line,
            field: field.to_owned(),
            reason,
            row: told.cells(),
        }));
    }
}

fn explained(refusal: &Refusal) -> String {
    format!("{}; {}", refusal.what, refusal.instead)
}
