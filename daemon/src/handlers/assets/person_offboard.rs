//! `person offboard`: ends a person's access in every tenant. Each tenant's part is one batch; what one refuses does
//! not keep the others.

use super::handover_start::{Terms, decide};
use super::offboard_keys::keys;
use super::person_show::name;
use super::persons::person;
use super::{logins, steps, successors};
use crate::handlers::ask::{Ask, Door, Extra};
use crate::handlers::describe::Words;
use crate::handlers::{find, json, leans, order_things, orders_for, refused, settle};
use crate::salt;
use crate::writer::{Draft, Proposal, batch_id, last_owner};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Account, AccountId, Asset, AssetKind, Entry, Fact, Field, FieldChange, HandoverWay, Origin,
    RequestId, Rule, Status, TenantId, Value as FieldValue, Why,
};
use rollcall_shared::rules::assets::Tally;
use rollcall_shared::rules::features::in_tenant;
use rollcall_shared::rules::lifecycle::{self, Lifecycle};
use rollcall_shared::rules::{self, Refusal, handover, roles_edit, successor};
use rollcall_shared::text::counted;
use rollcall_shared::wire::asset::{OffboardStep, Offboarded, PersonNamed};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use std::collections::BTreeMap;

/// Assets that move in a tenant's one batch; more are handed over beforehand.
const MOST: usize = 50_000;

/// What happens at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Suspend,
    Deactivate,
}

pub(super) async fn handle(ask: &Ask<'_>, request: PersonNamed) -> Result<Value, Failure> {
    let end = match request.end.as_deref() {
        None | Some("deactivate") => End::Deactivate,
        Some("suspend") => End::Suspend,
        Some(other) => {
            let what = format!("{other:?} is no end of an offboarding");
            return Err(Failure::new(Class::Usage, what)
                .rule("end")
                .hint("use suspend or deactivate"));
        }
    };
    let state = ask.state();
    let verb = Verb::PersonOffboard;
    // Where the caller may look and not offboard, the refusal is told: access stays there.
    let seen = [verb, Verb::PersonShow];
    let all = person(ask, &state, &seen, &request.person)?;
    let mut tenants: BTreeMap<TenantId, Vec<AccountId>> = BTreeMap::new();
    for found in &all {
        let of = tenants.entry(found.id.tenant).or_default();
        of.push(found.id.account);
    }
    let mut steps = Vec::new();
    for (tenant, accounts) in tenants {
        let Some(view) = state.tenant(tenant) else {
            continue;
        };
        let name = view.tenant.name.clone();
        let extra = Extra {
            request: Some(RequestId(uuid::Uuid::from_bytes(batch_id(
                ask.request,
                tenant.0 << 8,
            )))),
            reason: request.reason.clone(),
            ..Extra::default()
        };
        let part = Part {
            tenant,
            accounts: accounts.clone(),
            request: request.clone(),
            end,
        };
        let answer = ask
            .change_as(verb, &name, Door::Whole, extra, move |draft, _, who| {
                part.plan(draft, !who.operator)
            })
            .await
            .and_then(|answer| {
                serde_json::from_value::<Vec<OffboardStep>>(answer)
                    .map_err(|e| Failure::new(Class::Error, e.to_string()))
            });
        match answer {
            Ok(done) => steps.extend(done),
            Err(failure) => steps.extend(accounts.into_iter().map(|account| OffboardStep {
                tenant: name.clone(),
                who: String::new(),
                id: view.reference(account),
                changes: Vec::new(),
                warnings: Vec::new(),
                refused: Some(Failure {
                    hint: in_tenant(&failure.hint, &name),
                    ..failure.clone()
                }),
                seq: None,
            })),
        }
    }
    let logins = match steps.iter().any(|step| step.refused.is_none()) {
        true => logins::end(ask, &state, &all, &request).await?,
        false => logins::kept(ask, &state, &all),
    };
    // Said here, and kept nowhere: the journal's answers name accounts by their number.
    let state = ask.state();
    for step in &mut steps {
        let view = state.tenant(step.id.tenant);
        let account = view.and_then(|view| Some((view, view.account(step.id.account)?)));
        step.who = account.map_or_else(String::new, |(view, a)| find::whom(view, &a, true));
    }
    json(Offboarded {
        name: name(&all),
        at: ask.service.clock.now(),
        steps,
        logins,
    })
}

/// What is done in one tenant.
struct Part {
    tenant: TenantId,
    accounts: Vec<AccountId>,
    request: PersonNamed,
    end: End,
}

/// What is decided of one account.
#[derive(Default)]
pub(super) struct Decision {
    pub changes: Vec<FieldChange>,
    pub assets: Vec<Asset>,
    pub tally: Tally,
    pub facts: Vec<Fact>,
    pub said: Vec<String>,
    pub warnings: Vec<String>,
}

impl Part {
    fn plan(&self, draft: &Draft<'_>, by_member: bool) -> Result<Proposal, Failure> {
        let gone = find::tenant_gone;
        let view = draft.state.tenant(self.tenant).ok_or_else(gone)?;
        let mut entries = Vec::new();
        let mut steps = Vec::new();
        for id in &self.accounts {
            let account = view.account(*id).ok_or_else(gone)?;
            let decision = self.decide(draft, view, &account, by_member)?;
            let mut own = Vec::new();
            if !decision.changes.is_empty() {
                let why = Why {
                    note: self.request.reason.clone(),
                    ..Why::rule(Rule::Offboarding)
                };
                own.push(Entry::account(*id, decision.changes, why, salt()?));
            }
            own.extend(steps::entries(
                view,
                decision.assets,
                &decision.tally,
                Some(*id),
            )?);
            own.extend(decision.facts.into_iter().map(Entry::plain));
            steps.push(OffboardStep {
                tenant: view.tenant.name.clone(),
                who: String::new(),
                id: view.reference(*id),
                changes: decision.said,
                warnings: decision.warnings,
                refused: None,
                seq: (!own.is_empty() && !self.request.dry_run).then_some(view.last_seq() + 1),
            });
            entries.extend(own);
        }
        order_things(view, &mut entries, draft.now);
        let answer = json(steps)?;
        Ok(Proposal::decide(self.tenant, entries, answer).previewed(self.request.dry_run))
    }

    fn decide(
        &self,
        draft: &Draft<'_>,
        view: &TenantView,
        account: &Account,
        by_member: bool,
    ) -> Result<Decision, Failure> {
        let mut out = Decision::default();
        let ended = self.ended(draft, view, account, by_member);
        let ended = ended.map_err(refused)?;
        if !self.request.no_handover {
            self.hand_over(draft, view, account, &mut out)?;
        }
        out.facts
            .extend(orders_for(view, account.id, &ended, draft.now, None));
        if !ended.is_empty() {
            let state = match self.end {
                End::Suspend => Status::Suspended,
                End::Deactivate => Status::Deactivated,
            };
            out.facts.extend(settle(view, account.id, state, draft.now));
        }
        out.changes.extend(ended);
        if let Some(day) = self
            .request
            .end_date
            .filter(|d| account.end_date != Some(*d))
        {
            let new = FieldValue::Day(day);
            let old = account.get(Field::EndDate);
            let field = Field::EndDate;
            out.changes.push(FieldChange { field, old, new });
        }
        let words = Words::of(Some(view));
        let said = out
            .changes
            .iter()
            .filter(|c| matches!(c.field, Field::Status | Field::EndDate))
            .map(|c| words.change_phrase(c));
        out.said.extend(said);
        keys(draft, view, account, &mut out);
        if !out.changes.is_empty() {
            let shown = self.request.dry_run;
            out.warnings
                .extend(leans::on(view, account.id, draft.now, shown));
        }
        out.changes
            .extend(out.tally.change(account.id, &account.assets));
        out.changes.sort_unstable_by_key(|c| c.field);
        if !steps::decides(view) && !out.facts.is_empty() {
            out.warnings.push(format!(
                "{} is in the vendor's hands: deliver it with `rollcall order export --tenant {}`",
                view.tenant.name, view.tenant.name
            ));
        }
        Ok(out)
    }

    /// The end of the account, with the way out for the last owner.
    fn ended(
        &self,
        draft: &Draft<'_>,
        view: &TenantView,
        account: &Account,
        by_member: bool,
    ) -> Result<Vec<FieldChange>, Refusal> {
        roles_edit::keep_admin(account, &[], &view.admin_office(), || view.admin_holders())?;
        let last = last_owner(view, account);
        let ctx = Lifecycle {
            now: draft.now,
            origin: Origin::Admin,
            by_member,
            last_owner: last.as_deref(),
            seats_free: None,
            catalog: &view.catalog,
        };
        let ended = match self.end {
            // Who can do nothing any more needs no end.
            End::Suspend if over(account.status) => Ok(Vec::new()),
            End::Suspend => lifecycle::suspend(account, &ctx),
            End::Deactivate => lifecycle::deactivate(account, &ctx),
        };
        ended.map_err(|refusal| {
            if refusal.rule != "owner-holder" {
                return refusal;
            }
            let tenant = &view.tenant.name;
            let instead = match view.catalog.constraints.ownership_transfer {
                true => format!(
                    "transfer the ownership of {tenant} first with `rollcall ownership start`"
                ),
                false => format!(
                    "give the role {} to somebody else in {tenant} first with `rollcall user role`",
                    view.catalog.owner.role
                ),
            };
            Refusal { instead, ..refusal }
        })
    }

    /// What the leaver owns goes to the successor, where the catalog has a way and there is something to go.
    fn hand_over(
        &self,
        draft: &Draft<'_>,
        view: &TenantView,
        account: &Account,
        out: &mut Decision,
    ) -> Result<(), Failure> {
        let way = view.catalog.constraints.hand_over;
        let concerned = |asset: &&Asset| match way {
            HandoverWay::Delegate => asset.kind != AssetKind::ApiKey,
            way => handover::moving(way).contains(&asset.kind),
        };
        let count = view.owned(account.id).filter(concerned).count();
        if count == 0 || way == HandoverWay::NotNeeded {
            return Ok(());
        }
        if way == HandoverWay::AtDeletion {
            let leaver = view.reference(account.id);
            let kept = counted(count, "asset");
            let to = match self.successor(draft, view, account, out) {
                Ok(to) => Some(to),
                // Nothing moves now: whoever deletes the account names another.
                Err(failure) => {
                    out.warnings.push(failure.what);
                    None
                }
            };
            out.warnings.push(match to {
                Some(to) => format!(
                    "until the account is deleted it keeps {kept}; {} takes over then: `rollcall user delete {leaver} --successor {}`",
                    find::whom(view, &to, self.request.dry_run),
                    view.reference(to.id)
                ),
                None => format!(
                    "until the account is deleted it keeps {kept}: `rollcall user delete {leaver} --successor EMAIL`"
                ),
            });
            return Ok(());
        }
        // Access ends all the same: it is no way to keep it that what somebody owns cannot be handed over.
        if let Err(refusal) = handover::may_start(&view.tenant, &view.catalog, account) {
            out.warnings.push(left_there(view, account, &refusal));
            return Ok(());
        }
        if way == HandoverWay::Delegate && self.acted_for(draft, view, account, out) {
            return Ok(());
        }
        let to = self.successor(draft, view, account, out)?;
        let terms = Terms {
            leaver: account,
            to: &to,
            by: None,
            kinds: &[],
            until: None,
            most: MOST,
        };
        let Some(decided) = decide(view, &terms, draft.now).map_err(refused)? else {
            return Ok(());
        };
        if decided.step.more {
            return Err(Failure::new(
                Class::Conflict,
                format!("{count} assets are too many to move in one batch with the rest"),
            )
            .rule("handover-size")
            .hint(format!(
                "hand over first: `rollcall handover start {} --to {}`",
                view.reference(account.id),
                view.reference(to.id)
            )));
        }
        let to = find::whom(view, &to, self.request.dry_run);
        let number = decided.handover.id.0;
        if way == HandoverWay::Delegate {
            let before = view
                .delegation(account.id)
                .and_then(|d| view.account(d.delegate))
                .map(|d| find::whom(view, &d, self.request.dry_run));
            let instead = before.map_or_else(String::new, |who| format!(" instead of {who}"));
            out.said.push(format!(
                "{to} acts for it{instead} (hand-over {number}); what it owns stays its own"
            ));
        } else {
            let moved = decided.step.changed.len();
            let go = if moved == 1 { "goes" } else { "go" };
            let moved = counted(moved, "active envelope");
            out.said
                .push(format!("hand-over {number}: {moved} {go} to {to}"));
            if !steps::decides(view) {
                out.warnings.push(format!(
                    "deliver the hand-over before the end of the account: `rollcall handover export {} {number}`",
                    view.tenant.name
                ));
            }
        }
        out.assets.extend(decided.step.changed);
        out.tally = decided.step.tally;
        out.facts.extend(decided.facts);
        Ok(())
    }

    /// Whether somebody who can acts for the leaver already, and nobody else was named: that stays as it is.
    fn acted_for(
        &self,
        draft: &Draft<'_>,
        view: &TenantView,
        leaver: &Account,
        out: &mut Decision,
    ) -> bool {
        let standing = view.delegation(leaver.id).filter(|d| d.until > draft.now);
        let Some((standing, acts)) = standing.and_then(|d| Some((d, view.account(d.delegate)?)))
        else {
            return false;
        };
        let today = draft.now.day_in(&view.zone());
        let able = successor::unavailable(&rules::facts(&acts, &view.catalog), today).is_none();
        let named = self.request.successor.as_deref().map(|named| {
            let here = find::account(draft.state, named, Some(&view.tenant.name));
            here.is_ok_and(|id| id.account == acts.id)
        });
        let stays = able && named != Some(false);
        if stays {
            let until = standing.until.day_in(&view.zone());
            out.warnings.push(format!(
                "{} acts for it already, until {until}: that stays; whoever else is to do it is named with --successor",
                find::whom(view, &acts, self.request.dry_run)
            ));
        }
        stays
    }

    /// The successor that was named; where they have no account here, the one this tenant proposes.
    fn successor(
        &self,
        draft: &Draft<'_>,
        view: &TenantView,
        leaver: &Account,
        out: &mut Decision,
    ) -> Result<Account, Failure> {
        let today = draft.now.day_in(&view.zone());
        if let Some(named) = &self.request.successor {
            let here = find::account(draft.state, named, Some(&view.tenant.name));
            match here.ok().and_then(|id| view.account(id.account)) {
                None => out
                    .warnings
                    .push("the successor named has no account here; the proposal of the tenant takes over".into()),
                // Nobody takes over whom nobody named.
                Some(to) => {
                    let (setting, rights) = (view.setting(), view.rights());
                    return successor::check(leaver, &to, &setting, rights, today)
                        .map(|()| to)
                        .map_err(|refusal| {
                            let instead = format!(
                                "{}, or leave what they own with --no-handover",
                                refusal.instead
                            );
                            refused(Refusal { instead, ..refusal })
                        });
                }
            }
        }
        let proposed = successors::propose(view, leaver, today, 1);
        proposed.into_iter().next().ok_or_else(|| {
            Failure::new(
                Class::Conflict,
                format!("nobody in {} can take over", view.tenant.name),
            )
            .rule("successor-available")
            .hint("name a --successor who is active and may send, or leave what they own with --no-handover")
        })
    }
}

/// A warning of what a leaver keeps because it cannot be handed over now, with the way out.
fn left_there(view: &TenantView, account: &Account, refusal: &Refusal) -> String {
    let way = view.catalog.constraints.hand_over;
    let kept = view.owned(account.id).filter(|a| match way {
        HandoverWay::Delegate => a.kind != AssetKind::ApiKey,
        way => handover::moving(way).contains(&a.kind),
    });
    let kept = counted(kept.count(), "asset");
    let start = format!(
        "`rollcall handover start {} --to EMAIL`",
        view.reference(account.id)
    );
    let later = match way {
        HandoverWay::Transfer => format!(
            "once that is so, let the account in again, hand over with {start}, and deactivate it again"
        ),
        _ => format!(
            "{}, then name who acts for it with {start}",
            in_tenant(&refusal.instead, &view.tenant.name)
        ),
    };
    format!("it keeps {kept}: {}; {later}", refusal.what)
}

/// Whether the access of an account in this state has ended, and not only for a time.
fn over(status: Status) -> bool {
    matches!(
        status,
        Status::Deactivated | Status::Expired | Status::Revoked | Status::Deleted
    )
}
