//! Who somebody is, by a row: address, names, numbers, team, sign-ins and second factor.

use super::{Merge, renews};
use crate::catalog::EmailRule;
use crate::domain::account::NEVER_USED;
use crate::domain::{
    Account, Authority, Field, Mfa, Micros, PersonRow, Source, SourceField, Status, Told, Value,
};
use crate::rules::{Refusal, invite, sign_ins};
use crate::text::fold;

impl Merge<'_> {
    /// An address that changed belongs to the same person, who was matched by a number.
    pub(super) fn email(&mut self, account: &Account, after: &mut Account) {
        // A different case is no different address; taking it would go to and fro between two files.
        if self.row.email.eq_ignore_ascii_case(&account.email) {
            after.show_otherwise(Field::Email, None);
            return;
        }
        let (now, told) = (account.email.as_str(), self.row.email.as_str());
        if self.not_ours(SourceField::Email, "email", told, now) {
            return;
        }
        if self.decided_here(after, Field::Email, now, told) {
            return;
        }
        let decides = self.ctx.authority == Authority::Rollcall;
        let catalog = self.ctx.catalog;
        if decides && catalog.constraints.email == EmailRule::Immutable {
            self.conflicts.push(format!(
                "email: {} never changes an address; invite the new one, then delete this account with a successor",
                catalog.title
            ));
        } else if decides && catalog.any_owner(&account.assignments) {
            self.conflicts.push(
                "email: no file changes the address of who holds the tenant; use `rollcall user edit`".into(),
            );
        } else if self.ctx.email_taken {
            self.conflicts
                .push("email: another account has this address already".into());
        } else {
            after.email.clone_from(&self.row.email);
        }
    }

    /// Whether a person decided a field here, so that what the file says otherwise is kept beside it and reported.
    fn decided_here(&mut self, account: &mut Account, field: Field, now: &str, told: &str) -> bool {
        let mut orders = self.ctx.identity_orders.iter();
        let order = orders.find(|(of, ..)| *of == field);
        if order.is_none() && account.shown_otherwise(field).is_none() {
            return false;
        }
        account.show_otherwise(field, Some(told));
        let named = |text: &str| match text.is_empty() {
            true => "none".to_owned(),
            false => text.to_owned(),
        };
        let order = order.map(|(_, id, state)| format!(", order {} is {state}", id.0));
        self.conflicts.push(format!(
            "{}: the file says {}; a person decided {}{}",
            field.label(),
            named(told),
            named(now),
            order.unwrap_or_default()
        ));
        true
    }

    /// The numbers name the person, the address does not: it may have passed on to somebody else. One number that
    /// agrees vouches for the other; when none does and one differs, nothing of the row is taken.
    pub(super) fn same_person(&self, account: &Account) -> Result<(), Refusal> {
        if self.ctx.renumber {
            return Ok(());
        }
        if self.joined_by_staff_number(account) {
            return Err(Refusal::new(
                "employee-id-alone",
                "the account with this employee id has another address and another name: the number may be no number of a person",
                "if it is the same person, give the account its new address first with `rollcall user edit`; else mend the employee id in the file",
            ));
        }
        if !another(self.row, account) {
            return Ok(());
        }
        Err(Refusal::new(
            "another-person",
            "the account with this address has another external id or employee id: the address may have passed to another person",
            "if it is the same person, import again with --renumber; else give the account its own address first with `rollcall user edit`",
        ))
    }

    /// Whether nothing but the employee id says that the row and the account are of one person.
    fn joined_by_staff_number(&self, account: &Account) -> bool {
        let row = self.row;
        let known = |address: Option<&str>| {
            address.is_some_and(|known| known.eq_ignore_ascii_case(&row.email))
        };
        let external = row.external_id.as_deref().unwrap_or_default();
        let vouched = !external.is_empty() && external == account.external_id;
        !vouched
            && !known(Some(&account.email))
            && !known(account.shown_otherwise(Field::Email))
            && other_name(row, account)
    }

    /// Whether the address of an account that is gone passed on to the person of the row: the numbers say so, and where
    /// both do not tell them, the names. Without any sign the row is of who is gone, and brings nobody back.
    pub(super) fn succeeds(&self, account: &Account) -> bool {
        if account.status != Status::Deleted || self.ctx.open_status_order {
            return false;
        }
        let told = [&self.row.external_id, &self.row.employee_id];
        let known = [&account.external_id, &account.employee_id];
        let same = |(told, known): (&Option<String>, &String)| {
            !known.is_empty() && told.as_deref() == Some(known)
        };
        if told.into_iter().zip(known).any(same) {
            return false;
        }
        another(self.row, account) || other_name(self.row, account)
    }

    pub(super) fn numbers(&self, after: &mut Account) {
        let told = [&self.row.external_id, &self.row.employee_id];
        let [external, employee] = told.map(|t| t.as_deref().unwrap_or_default());
        if !external.is_empty() {
            external.clone_into(&mut after.external_id);
        }
        if !employee.is_empty() {
            employee.clone_into(&mut after.employee_id);
        }
    }

    pub(super) fn profile(&mut self, account: &mut Account) {
        let row = self.row;
        type Slot = fn(&mut Account) -> &mut String;
        let who: [(Field, &Option<String>, Slot); 6] = [
            (Field::FirstName, &row.first_name, |a| &mut a.first_name),
            (Field::LastName, &row.last_name, |a| &mut a.last_name),
            (Field::Username, &row.username, |a| &mut a.username),
            (Field::Sid, &row.sid, |a| &mut a.sid),
            (Field::Language, &row.language, |a| &mut a.language),
            (Field::Manager, &row.manager, |a| &mut a.manager),
        ];
        for (field, told, slot) in who {
            let Some(told) = told else { continue };
            if let Some(needs) = self.hidden(field).filter(|_| !told.is_empty()) {
                self.conflicts.push(format!(
                    "{}: {} has no such column as this tenant is set up; it comes with one of: {}",
                    field.label(),
                    self.ctx.catalog.title,
                    needs.join(", ")
                ));
                continue;
            }
            let now = slot(account).clone();
            let name = matches!(field, Field::FirstName | Field::LastName) && !self.new;
            if now == *told {
                account.show_otherwise(field, None);
            } else if name && self.not_ours(SourceField::Name, field.label(), told, &now) {
                // Told already.
            } else if !self.decided_here(account, field, &now, told) {
                slot(account).clone_from(told);
            }
        }
        if let Some(told) = &row.department {
            account.department.clone_from(told);
        }
        if !self.team_elsewhere()
            && let Some(team) = self.ctx.team
        {
            let told = row.team.as_deref().unwrap_or_default();
            if account.team == team {
                account.show_otherwise(Field::Team, None);
            } else if !self.decided_here(account, Field::Team, self.ctx.team_now, told) {
                account.team = team;
            }
        }
        for (told, slot) in [
            (row.end_date, &mut account.end_date),
            (row.leave_from, &mut account.leave_from),
            (row.leave_to, &mut account.leave_to),
        ] {
            if let Some(told) = told {
                *slot = told;
            }
        }
        if !self.ctx.knows_use() {
            return;
        }
        if let Some(created) = self.past("created", row.created) {
            account.created = created;
        }
        if let Some(invited) = self.past("invited at", row.invited_at) {
            account.invited_at = Some(invited);
        }
    }

    /// The features with which a column would be shown, where none of them is on.
    fn hidden(&self, field: Field) -> Option<&[String]> {
        let rules = &self.ctx.catalog.constraints;
        let needs = match field {
            Field::Username => &rules.username_needs,
            Field::Sid => &rules.sid_needs,
            _ => return None,
        };
        invite::hidden(needs, self.ctx.plan).then_some(needs)
    }

    /// Sign-ins and second factor: dates only ever rise, unknown is no news.
    pub(super) fn seen(&mut self, account: &mut Account) {
        // A sign-in at the identity provider is not a use of the account at a vendor, nor is none there.
        let said = self.row.last_sign_in.filter(|_| self.ctx.knows_use());
        let told = match said {
            Some(Told::At(at)) => self.past("last sign-in", Some(at)),
            Some(Told::Never) | None => None,
        };
        account.last_sign_in = account.last_sign_in.max(told);
        // Unknown is not never: that there was no use is known only where a source says so.
        let never = (said == Some(Told::Never)).then_some(NEVER_USED);
        account.last_use = account.last_use.max(told).max(never);

        let Some(mfa) = self.row.mfa.filter(|m| *m != Mfa::Unknown) else {
            return;
        };
        let stated = self.past("MFA observed at", self.row.mfa_at);
        let seen = stated.map_or(self.observed(), |at| at.min(self.ctx.now));
        let source = self.row.mfa_source.unwrap_or(Source::File);
        if self.owner(SourceField::Mfa).is_some() {
            if mfa != account.mfa {
                self.not_ours(SourceField::Mfa, "MFA", mfa.word(), account.mfa.word());
            }
            return;
        }
        let elsewhere = self.enforced_elsewhere(account, mfa, source, seen);
        if let Some(known) = elsewhere.filter(|_| !self.counts(SourceField::Mfa)) {
            self.conflicts.push(format!(
                "MFA: the file says none; {} told {} on {}, which counts until {}",
                account.mfa_source,
                account.mfa,
                known.day(),
                known.plus(self.ctx.mfa_fresh).day()
            ));
            return;
        }
        let same = (account.mfa, account.mfa_source) == (mfa, source);
        let newer = account.mfa_at.is_none_or(|at| at <= seen);
        if newer && (!same || renews(account.mfa_at, seen)) {
            account.mfa = mfa;
            account.mfa_source = source;
            account.mfa_at = Some(seen);
        }
    }

    /// When an identity provider told of a second factor, if another source's *none* does not count against it: behind
    /// single sign-on the factor is the provider's, and the application knows nothing of it.
    fn enforced_elsewhere(
        &self,
        account: &Account,
        told: Mfa,
        source: Source,
        seen: Micros,
    ) -> Option<Micros> {
        let provider = matches!(
            account.mfa_source,
            Source::Google | Source::Okta | Source::Entra
        );
        let there = matches!(account.mfa, Mfa::Enrolled | Mfa::Enforced);
        let contradicts = told == Mfa::None && source != account.mfa_source && provider && there;
        let fresh = |at: &Micros| seen < at.plus(self.ctx.mfa_fresh);
        account.mfa_at.filter(|at| contradicts && fresh(at))
    }

    /// A date that must not lie in the future: taken, it would keep an account from ever looking idle.
    pub(super) fn past(&mut self, field: &str, told: Option<Micros>) -> Option<Micros> {
        let told = told?;
        if told > self.ctx.now.plus(sign_ins::CLOCK_SKEW) {
            self.conflicts
                .push(format!("{field}: {told} lies in the future"));
            return None;
        }
        Some(told)
    }
}

/// Whether the numbers of a row say that it speaks of another person than the account that has its address.
pub fn another(row: &PersonRow, account: &Account) -> bool {
    let told = |text: &Option<String>| text.clone().unwrap_or_default();
    let pairs = [
        (told(&row.external_id), &account.external_id),
        (told(&row.employee_id), &account.employee_id),
    ];
    let both = || {
        pairs
            .iter()
            .filter(|(told, known)| !told.is_empty() && !known.is_empty())
    };
    both().any(|(told, known)| told != *known) && !both().any(|(told, known)| told == *known)
}

/// Whether a row names somebody else than the account: every name that both tell is another one.
fn other_name(row: &PersonRow, account: &Account) -> bool {
    let pairs = [
        (&row.first_name, &account.first_name),
        (&row.last_name, &account.last_name),
    ];
    let mut both = pairs
        .iter()
        .filter_map(|(told, known)| Some((told.as_deref()?, known.as_str())))
        .filter(|(told, known)| !told.is_empty() && !known.is_empty())
        .map(|(told, known)| fold(told) != fold(known))
        .peekable();
    both.peek().is_some() && both.all(|differs| differs)
}

/// Whether a row shows what was decided of who the person is.
pub fn shows(row: &PersonRow, account: &Account, field: Field) -> bool {
    let told = match field {
        Field::Email => return row.email.eq_ignore_ascii_case(&account.email),
        Field::FirstName => &row.first_name,
        Field::LastName => &row.last_name,
        Field::Username => &row.username,
        Field::Sid => &row.sid,
        Field::Language => &row.language,
        _ => return false,
    };
    let now = account.get(field);
    told.as_ref().is_some_and(|told| match &now {
        Value::Text(now) => now == told,
        _ => told.is_empty(),
    })
}
