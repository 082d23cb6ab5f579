//! Rows of the users table.

use super::activity;
use super::chunk::{Chunk, Number};
use super::column::heap;
use super::column::hot::instant;
use super::column::interned::{bits_of, role_names, seen_of};
use super::column::texts::BETWEEN;
use super::flags::{self, At};
use super::fold::{fold_into, folded};
use super::tenant::TenantView;
use crate::domain::account::{REDACTED, display_name};
use crate::domain::{AccountId, Answer, Authority, Micros, ScopeId, Status, Sweep};
use crate::rules::invite;
use crate::wire::user::UserRow;
use memchr::memmem;
use std::collections::BTreeSet;

impl TenantView {
    /// What flags depend on in this tenant at an instant.
    pub(super) fn flags_at(&self, now: Micros) -> At {
        let invitations = self.policies.get(&Sweep::Invitations);
        let valid = invitations.map(|p| p.invitation_valid);
        At::new(
            now,
            &self.zone(),
            valid.unwrap_or_else(|| self.policy(Sweep::Invitations).invitation_valid),
            self.tenant.authority == Authority::Vendor,
        )
    }

    /// Where a scope stands among [`TenantView::scopes`]. Numbers are dense, so it mostly stands where it should.
    pub(super) fn scope_index(&self, id: ScopeId) -> Option<usize> {
        let first = self.scopes.first()?.id.0;
        let guess = id.0.checked_sub(first)? as usize;
        if self.scopes.get(guess).is_some_and(|s| s.id == id) {
            return Some(guess);
        }
        self.scopes.binary_search_by_key(&id, |s| s.id).ok()
    }

    /// The name of a scope; empty when there is no such scope.
    pub fn scope_name(&self, id: ScopeId) -> &str {
        self.scope_index(id)
            .map_or("", |at| self.scopes[at].name.as_str())
    }

    /// The bits of an account's roles.
    #[inline]
    pub(super) fn role_bits(&self, chunk: &Chunk, row: usize) -> u8 {
        let bits = self.table.interned.bits();
        bits.get(chunk.roles[row] as usize).copied().unwrap_or(0)
    }

    /// One account as a row of the users table.
    pub fn row(&self, id: AccountId, now: Micros) -> Option<UserRow> {
        self.row_in(id, now, None)
    }

    /// As [`TenantView::row`], as if it held nothing outside of a part of the tree.
    pub(super) fn row_in(
        &self,
        id: AccountId,
        now: Micros,
        part: Option<&BTreeSet<ScopeId>>,
    ) -> Option<UserRow> {
        let (chunk, row) = self.table.find(id)?;
        let codes = chunk.codes(row);
        let (hot, at) = chunk.hot.of(row);
        let names = chunk.texts.names(row);
        let held = self.table.interned.roles(chunk.roles[row]);
        let seen = part.map(|part| seen_of(held, part));
        let held = seen.as_deref().unwrap_or(held);
        let roles = role_names(held);
        let sid = heap::text(chunk.sid(row)).to_owned();
        let team = chunk.number(Number::Team, row).map(ScopeId);
        let team = team.filter(|team| part.is_none_or(|part| part.contains(team)));
        let bits = match &seen {
            Some(seen) => bits_of(seen, &self.catalog),
            None => self.role_bits(chunk, row),
        };
        // Columns that the tenant does not have are nobody's to see.
        let (rules, plan) = (&self.catalog.constraints, &self.tenant.plan);
        let shown = |text: String, needs: &[String]| match invite::hidden(needs, plan) {
            true => String::new(),
            false => text,
        };
        Some(UserRow {
            id: self.reference(id),
            tenant: self.tenant.name.clone(),
            tz: self.tenant.tz.clone(),
            name: display_name(&names.first, &names.last, &names.email),
            email: match names.email.is_empty() {
                true => REDACTED.to_owned(),
                false => names.email,
            },
            username: shown(names.username, &rules.username_needs),
            sid: shown(sid, &rules.sid_needs),
            activated: self.activated(id, codes.status()),
            user_type: self.catalog.types_of(held).join(", "),
            roles: roles.into_iter().map(str::to_owned).collect(),
            status: codes.status(),
            observed: chunk.observed(row).filter(|s| *s != codes.status()),
            kind: codes.kind(),
            mfa: codes.mfa(),
            seat: self.catalog.seat(codes.status(), codes.kind()),
            last_sign_in: instant(hot.last_sign_in[at]),
            activity: activity::up_to(&hot.uses[at], hot.last_day[at], now.day()).to_vec(),
            team: team.map_or("", |t| self.scope_name(t)).to_owned(),
            flags: flags::list(chunk.flags(row, bits, &self.flags_at(now))),
        })
    }

    /// Whether an account was activated, where that is a step before it can be used.
    pub(super) fn activated(&self, id: AccountId, status: Status) -> Option<bool> {
        let asked = self.catalog.constraints.two_step_activation;
        // Only of who was not let in does the invitation tell it.
        let out = || matches!(status, Status::Invited | Status::Expired | Status::Revoked);
        let answer = || self.invitation(id).map(|invitation| invitation.answer);
        asked.then(|| !out() || matches!(answer(), Some(Answer::Activated | Answer::Accepted)))
    }

    /// The email of one account, without the rest of its record.
    pub fn email(&self, id: AccountId) -> Option<String> {
        let (chunk, row) = self.table.find(id)?;
        Some(chunk.texts.names(row).email)
    }

    /// Whether an account has this email, compared without case; none has an empty one.
    pub fn has_email(&self, id: AccountId, email: &str) -> bool {
        let key = folded(email);
        let found = self.table.find(id);
        !key.is_empty()
            && found.is_some_and(|(chunk, row)| chunk.texts.email_key(row) == key.as_slice())
    }

    /// Whether an account is there whose personal data was taken out.
    pub fn is_redacted(&self, id: AccountId) -> bool {
        let found = self.table.find(id);
        found.is_some_and(|(chunk, row)| chunk.texts.email_key(row).is_empty())
    }

    /// The accounts with this email, compared without case. Reads through all of them: 5 ms at a million. Accounts
    /// without one are never found by it.
    pub fn with_email(&self, email: &str) -> Vec<AccountId> {
        let key = folded(email);
        if key.is_empty() {
            return Vec::new();
        }
        let mut needle = vec![BETWEEN];
        fold_into(email, &mut needle);
        needle.push(BETWEEN);
        let finder = memmem::Finder::new(&needle);
        let mut found = Vec::new();
        for (index, chunk) in self.table.chunks.iter().enumerate() {
            let texts = chunk.texts.folded();
            for at in finder.find_iter(&texts.bytes) {
                let row = texts.ends.partition_point(|end| *end as usize <= at);
                if chunk.texts.email_key(row) == key {
                    found.push(AccountId((index * super::chunk::ROWS + row) as u32));
                }
            }
        }
        found
    }
}
