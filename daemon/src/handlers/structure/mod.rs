//! Verbs about scopes, features, groups, delegation, separation of duties: one file for each noun.

pub(in crate::handlers) mod conflict;
mod delegation;
mod group;
mod scope;
mod scope_read;
mod tenant_convert;
mod tenant_set;
mod user_move;

use super::{Ask, json, read, refused};
use crate::writer::Proposal;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    AccountId, ConflictRule, Entry, Fact, FieldChange, Micros, Record, ScopeNode, Why,
};
use rollcall_shared::rules::conflicts;
use rollcall_shared::rules::scopes::Land;
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

/// Answers one of these verbs.
pub(super) async fn answer(ask: &Ask<'_>, verb: Verb, body: Value) -> Result<Value, Failure> {
    match verb {
        Verb::TenantSet => tenant_set::set(ask, read(body)?).await,
        Verb::FeatureList => tenant_set::features(ask, read(body)?),
        Verb::TenantConvert => tenant_convert::handle(ask, read(body)?).await,
        Verb::ScopeList => scope_read::list(ask, read(body)?),
        Verb::ScopeReport => scope_read::report(ask, read(body)?),
        Verb::ScopeCreate => scope::create(ask, read(body)?).await,
        Verb::ScopeSet => scope::set(ask, read(body)?).await,
        Verb::UserMove => user_move::handle(ask, read(body)?).await,
        Verb::GroupList => group::list(ask, read(body)?),
        Verb::GroupShow => group::show(ask, read(body)?),
        Verb::GroupSet => group::set(ask, read(body)?).await,
        Verb::GroupDelete => group::delete(ask, read(body)?).await,
        Verb::DelegationList => delegation::list(ask, read(body)?),
        Verb::DelegationSet | Verb::DelegationEnd => {
            delegation::change(ask, verb, read(body)?).await
        }
        Verb::ConflictList => conflict::list(ask, read(body)?),
        Verb::ConflictSet => conflict::set(ask, read(body)?).await,
        Verb::ConflictDelete => conflict::delete(ask, read(body)?).await,
        Verb::ConflictExcept => conflict::except(ask, read(body)?).await,
        other => Err(Failure::new(
            Class::Usage,
            format!("`{}` is not about structure", other.name()),
        )),
    }
}

/// What the rules of the tree rest on.
pub(super) fn land(view: &TenantView) -> Land<'_> {
    Land {
        catalog: &view.catalog,
        plan: &view.tenant.plan,
        scopes: &view.scopes,
    }
}

/// A change that is planned: what it writes and what is said of it.
#[derive(Default)]
pub(in crate::handlers) struct Planned {
    pub entries: Vec<Entry>,
    /// What is done, as `group "Sales" created`; untrusted.
    pub what: String,
    /// The exact differences.
    pub changes: Vec<String>,
    pub warnings: Vec<String>,
}

impl Planned {
    /// Adds a record that came to be, changed, or went.
    pub(super) fn record(&mut self, old: Option<Record>, new: Option<Record>) {
        self.entries.push(Entry::plain(Fact::Record {
            old: old.map(Box::new),
            new: new.map(Box::new),
        }));
    }

    /// Lets rules of separation of duties that speak of a scope by its name follow when it gets another. The rules as
    /// they are then.
    pub(super) fn rules_follow(
        &mut self,
        view: &TenantView,
        old: &ScopeNode,
        name: &str,
    ) -> Result<Vec<ConflictRule>, Failure> {
        let mut rules: Vec<ConflictRule> = view.conflicts().cloned().collect();
        let followed = conflicts::renamed(view.conflicts(), &view.scopes, old, name);
        for (before, after) in followed.map_err(refused)? {
            self.changes.push(format!(
                "rule {:?}: scope {:?} → {name:?}",
                before.name, old.name
            ));
            for rule in rules.iter_mut().filter(|r| r.name == before.name) {
                rule.clone_from(&after);
            }
            let records = [before, after].map(Record::Conflict);
            let [before, after] = records.map(Some);
            self.record(before, after);
        }
        Ok(rules)
    }

    /// Adds changes of an account, and the orders they open in a vendor tenant.
    pub(super) fn account(
        &mut self,
        view: &TenantView,
        id: AccountId,
        changes: Vec<FieldChange>,
        why: Why,
        now: Micros,
    ) -> Result<(), Failure> {
        let orders = super::orders_for(view, id, &changes, now, None);
        self.entries
            .push(Entry::account(id, changes, why, crate::salt()?));
        self.entries.extend(orders.into_iter().map(Entry::plain));
        Ok(())
    }

    /// The proposal and its answer. In a vendor tenant what it changes there opens orders.
    pub(in crate::handlers) fn finish(
        mut self,
        view: &TenantView,
        now: Micros,
        dry_run: bool,
    ) -> Result<Proposal, Failure> {
        super::order_things(view, &mut self.entries, now);
        let opened = super::opened_by(self.entries.iter().map(|e| &e.fact));
        self.warnings.extend(super::orders_opened(opened));
        let nothing = self.entries.is_empty();
        let message = match (nothing, dry_run) {
            (true, _) => "nothing changes: it is so already".to_owned(),
            (false, true) => format!("would change: {}", self.what),
            (false, false) => self.what,
        };
        let write = !nothing && !dry_run;
        let answer = json(Changed {
            message,
            seq: write.then_some(view.last_seq() + 1),
            nothing,
            changes: self.changes,
            warnings: self.warnings,
        })?;
        Ok(Proposal::decide(view.tenant.id, self.entries, answer).previewed(dry_run))
    }
}

/// Refuses a time zone that the world does not know; the rules know its form only.
pub(super) fn known_zone(
    settings: &std::collections::BTreeMap<String, String>,
) -> Result<(), Failure> {
    use rollcall_shared::rules::scopes::TIME_ZONE;
    match settings.get(TIME_ZONE).filter(|tz| !tz.is_empty()) {
        Some(tz) if jiff::tz::TimeZone::get(tz).is_err() => Err(Failure::new(
            Class::Usage,
            format!("{tz:?} is not a time zone"),
        )
        .rule("time-zone")
        .hint("use an IANA name such as Europe/Berlin or UTC")),
        _ => Ok(()),
    }
}
