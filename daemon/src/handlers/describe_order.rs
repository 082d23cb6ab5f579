//! What an order asks for, in words that can be followed at the vendor: a thing whole when it is to be made, else what is
//! to be different. People are told by their addresses, permissions by the vendor's own names. Texts are untrusted.

use super::describe::Words;
use super::describe_record;
use rollcall_shared::catalog::Catalog;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::account::REDACTED;
use rollcall_shared::domain::{
    Account, AccountId, CustomRole, Delegation, Field, FieldChange, Group, Handover, HandoverWay,
    Record, ScopeId, ScopeNode, Status, TenantPlan, Thing, Todo, Value,
};
use rollcall_shared::rules::{orders, scopes};
use std::collections::{BTreeMap, BTreeSet};

/// Who takes over what a vendor hands over with the deletion of an account: of several hand-overs the newest counts.
pub(super) struct Heirs<'v>(BTreeMap<AccountId, &'v Handover>);

impl<'v> Heirs<'v> {
    /// Those of a tenant, in one pass over its hand-overs.
    pub(super) fn of(view: &'v TenantView) -> Self {
        let handovers = view.handovers();
        let with = handovers.filter(|h| h.way == HandoverWay::AtDeletion);
        // Oldest first, so that the newest stays.
        Heirs(with.map(|h| (h.from, h)).collect())
    }

    /// What the vendor hands over with a deletion, and to whom.
    fn moves(&self, view: &TenantView, account: AccountId, change: &FieldChange) -> Option<String> {
        let deleted = Value::Int(i64::from(Status::Deleted as u8));
        if change.field != Field::Status || change.new != deleted {
            return None;
        }
        let with = self.0.get(&account)?;
        let kinds = with.kinds.iter().map(|k| k.word().replace('_', " "));
        let kinds: Vec<String> = kinds.collect();
        let to = Vendor { view }.person(with.to);
        Some(format!("hand every {} over to {to}", kinds.join(", ")))
    }
}

/// What is to be done, in one line.
pub(super) fn todo(view: &TenantView, todo: &Todo, heirs: &Heirs<'_>) -> String {
    match todo {
        Todo::Account { account, change } if orders::identity(change.field) => {
            let words = Words::of(Some(view));
            let account = view.account(*account);
            if account.as_ref().is_some_and(Account::redacted) && change.field.personal() {
                return format!("set {} to {REDACTED}", change.field.label());
            }
            let is = account.map(|a| words.value(change.field, &a.get(change.field)));
            let is = is.filter(|text| !text.is_empty());
            let is = is.unwrap_or_else(|| "nothing".to_owned());
            format!("set {} to {is}", change.field.label())
        }
        Todo::Account { account, change } => {
            let said = Words::of(Some(view)).todo(change);
            match heirs.moves(view, *account, change) {
                Some(moves) => format!("{said}; {moves}"),
                None => said,
            }
        }
        Todo::Thing { thing } => Vendor { view }.thing(thing),
    }
}

/// What an order is about, by number only.
pub(super) fn subject(todo: &Todo) -> String {
    match todo {
        Todo::Account { account, .. } => format!("account {}", account.0),
        Todo::Thing { thing } => match thing {
            Thing::Record { old, new } => match new.as_ref().or(old.as_ref()) {
                Some(record) => describe_record::name(record),
                None => "nothing".to_owned(),
            },
            Thing::Scope { new, .. } => format!("{} {:?}", new.kind, new.name),
            Thing::Plan { .. } => "features and settings".to_owned(),
        },
    }
}

struct Vendor<'a> {
    view: &'a TenantView,
}

impl Vendor<'_> {
    fn thing(&self, thing: &Thing) -> String {
        match thing {
            Thing::Record { old, new } => match (old.as_deref(), new.as_deref()) {
                (old, Some(Record::Role(new))) => self.role(role_of(old), new),
                (old, Some(Record::Group(new))) => self.group(group_of(old), new),
                (_, Some(Record::Delegation(new))) => self.delegation(new),
                (Some(Record::Role(old)), None) => {
                    format!("delete the role {:?} ({})", old.label, old.id)
                }
                (Some(Record::Group(old)), None) => {
                    format!("delete the {} {:?}", old.kind, old.name)
                }
                (Some(Record::Delegation(old)), None) => format!(
                    "end the delegation of {} to {}",
                    self.person(old.account),
                    self.person(old.delegate)
                ),
                (old, new) => describe_record::line(old, new),
            },
            Thing::Scope { old, new, from } => self.scope(old.as_deref(), new, from.as_deref()),
            Thing::Plan { old, new } => plan(&self.view.catalog, old, new),
        }
    }

    fn person(&self, id: AccountId) -> String {
        self.view
            .email(id)
            .unwrap_or_else(|| format!("account {}", id.0))
    }

    fn role(&self, old: Option<&CustomRole>, new: &CustomRole) -> String {
        let names = |of: &BTreeSet<String>| match of.is_empty() {
            true => "nothing".to_owned(),
            false => self.permissions(of.iter()),
        };
        let Some(old) = old else {
            let mut parts = vec![format!("it grants {}", names(&new.grants))];
            if !new.blocks.is_empty() {
                parts.push(format!("it blocks {}", names(&new.blocks)));
            }
            if !new.description.is_empty() {
                parts.push(format!("described as {:?}", new.description));
            }
            parts.push(self.places(new));
            parts.extend((!new.enabled).then(|| "switched off".to_owned()));
            return format!(
                "create the role {:?} ({}): {}",
                new.label,
                new.id,
                parts.join("; ")
            );
        };
        let mut parts = Vec::new();
        let mut differ = |verb: &str, from: &BTreeSet<String>, to: &BTreeSet<String>| {
            let gone: Vec<&String> = from.difference(to).collect();
            if !gone.is_empty() {
                parts.push(format!("{verb} {}", self.permissions(gone.into_iter())));
            }
        };
        differ("grant", &new.grants, &old.grants);
        differ("grant no longer", &old.grants, &new.grants);
        differ("block", &new.blocks, &old.blocks);
        differ("block no longer", &old.blocks, &new.blocks);
        if old.label != new.label {
            parts.push(format!("call it {:?}", new.label));
        }
        if old.description != new.description {
            parts.push(format!("describe it as {:?}", new.description));
        }
        if old.enabled != new.enabled {
            parts.push(
                if new.enabled {
                    "switch it on"
                } else {
                    "switch it off"
                }
                .to_owned(),
            );
        }
        if (old.home, &old.offered) != (new.home, &new.offered) {
            parts.push(self.places(new));
        }
        format!(
            "change the role {:?} ({}): {}",
            old.label,
            new.id,
            parts.join("; ")
        )
    }

    fn places(&self, role: &CustomRole) -> String {
        let place = |id: &ScopeId| scopes::address(&self.view.scopes, *id);
        match &role.offered {
            Some(offered) => {
                let places: Vec<String> = offered.iter().map(place).collect();
                format!("offered in {} and nowhere else", places.join(", "))
            }
            None if role.home == ScopeId::ROOT => "offered everywhere".to_owned(),
            None => format!("offered in {} and below", place(&role.home)),
        }
    }

    fn permissions<'p>(&self, of: impl Iterator<Item = &'p String>) -> String {
        let name = |text: &String| {
            let id = text.split(':').next().unwrap_or(text);
            match self.view.catalog.permission(id) {
                Some(known) if known.name != id => format!("{:?} ({text})", known.name),
                _ => text.clone(),
            }
        };
        of.map(name).collect::<Vec<_>>().join(", ")
    }

    fn group(&self, old: Option<&Group>, new: &Group) -> String {
        let people = |of: Vec<&AccountId>| {
            let names: Vec<String> = of.into_iter().map(|id| self.person(*id)).collect();
            names.join(", ")
        };
        let place = |group: &Group| {
            let above = group.parent.and_then(|id| self.view.group(id));
            match above {
                Some(above) => format!("it lies in {:?}", above.name),
                None => format!("it lies in {}", self.above(group)),
            }
        };
        let share = |what: &str, on: bool| format!("sharing of {what} {}", switch(on));
        let leader = |group: &Group| match group.leader {
            Some(leader) => format!("{} leads it", self.person(leader)),
            None => "nobody leads it".to_owned(),
        };
        let mut parts = Vec::new();
        let Some(old) = old else {
            if !new.members.is_empty() {
                parts.push(format!("with {}", people(new.members.iter().collect())));
            }
            parts.push(place(new));
            parts.extend(new.leader.map(|_| leader(new)));
            parts.extend(new.share_envelopes.then(|| share("envelopes", true)));
            parts.extend(new.share_templates.then(|| share("templates", true)));
            return format!(
                "create the {} {:?}: {}",
                new.kind,
                new.name,
                parts.join("; ")
            );
        };
        let come: Vec<_> = new.members.difference(&old.members).collect();
        let gone: Vec<_> = old.members.difference(&new.members).collect();
        if !come.is_empty() {
            parts.push(format!("add {}", people(come)));
        }
        if !gone.is_empty() {
            parts.push(format!("take out {}", people(gone)));
        }
        if old.name != new.name {
            parts.push(format!("call it {:?}", new.name));
        }
        if (old.parent, self.above(old)) != (new.parent, self.above(new)) {
            parts.push(place(new));
        }
        if old.leader != new.leader {
            parts.push(leader(new));
        }
        if old.share_envelopes != new.share_envelopes {
            parts.push(share("envelopes", new.share_envelopes));
        }
        if old.share_templates != new.share_templates {
            parts.push(share("templates", new.share_templates));
        }
        format!(
            "change the {} {:?}: {}",
            old.kind,
            old.name,
            parts.join("; ")
        )
    }

    /// The account a group lives in; for a team what its own scope lies in.
    fn above(&self, group: &Group) -> String {
        let own = scopes::node(&self.view.scopes, group.scope);
        let at = match group.kind {
            rollcall_shared::domain::GroupKind::Team => own.and_then(|n| n.parent),
            _ => Some(group.scope),
        };
        scopes::address(&self.view.scopes, at.unwrap_or(ScopeId::ROOT))
    }

    fn delegation(&self, new: &Delegation) -> String {
        let words = Words::of(Some(self.view));
        format!(
            "let {} act for {} from {} until {}",
            self.person(new.delegate),
            self.person(new.account),
            words.minute(new.from),
            words.minute(new.until)
        )
    }

    fn scope(&self, old: Option<&ScopeNode>, new: &ScopeNode, from: Option<&str>) -> String {
        let all = &self.view.scopes;
        if let Some(from) = from {
            return format!(
                "have the account {from:?} made the sub-account {:?} of {}, with everybody in it",
                new.name,
                scopes::address(all, new.parent.unwrap_or(ScopeId::ROOT))
            );
        }
        let Some(old) = old else {
            let mut blank = new.clone();
            blank.profile = rollcall_shared::domain::ScopeProfile::default();
            let mut parts = scopes::differences(all, &blank, new);
            parts.insert(
                0,
                format!(
                    "it lies in {}",
                    scopes::address(all, new.parent.unwrap_or(ScopeId::ROOT))
                ),
            );
            return format!(
                "create the {} {:?}: {}",
                new.kind,
                new.name,
                parts.join("; ")
            );
        };
        let path = match scopes::path(all, old.id) {
            path if path.is_empty() => old.name.clone(),
            path => path,
        };
        let parts = scopes::differences(all, old, new);
        format!("change the {} {path:?}: {}", old.kind, parts.join("; "))
    }
}

fn plan(catalog: &Catalog, old: &TenantPlan, new: &TenantPlan) -> String {
    let name = |id: &String| match catalog.feature(id) {
        Some(feature) => format!("{id} ({})", feature.meaning),
        None => id.clone(),
    };
    let mut parts: Vec<String> = Vec::new();
    let on = new.features.difference(&old.features);
    parts.extend(on.map(|id| format!("switch on {}", name(id))));
    let off = old.features.difference(&new.features);
    parts.extend(off.map(|id| format!("switch off {}", name(id))));
    parts.extend(
        scopes::setting_differences(&old.settings, &new.settings)
            .into_iter()
            .map(|said| format!("set {said}")),
    );
    parts.join("; ")
}

fn role_of(record: Option<&Record>) -> Option<&CustomRole> {
    match record {
        Some(Record::Role(role)) => Some(role),
        _ => None,
    }
}

fn group_of(record: Option<&Record>) -> Option<&Group> {
    match record {
        Some(Record::Group(group)) => Some(group),
        _ => None,
    }
}

fn switch(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
