pub(crate) mod dice;
mod model;
mod properties;
mod redaction;
mod stories;

use super::*;
use crate::domain::*;

/// A batch of a journal at an instant.
pub(crate) fn batch(journal: u32, at: i64, entries: Vec<Entry>) -> Batch {
    Batch {
        header: Header {
            journal: JournalId(journal),
            at: Micros(at),
            actor: Actor::daemon(),
            verb: "test".into(),
            request: None,
            run: None,
            reason: None,
            answer: None,
            break_glass: None,
            seal: Seal::default(),
        },
        entries,
    }
}

pub(crate) fn tenant(id: u32, name: &str, authority: Authority) -> Tenant {
    Tenant {
        id: TenantId(id),
        name: name.into(),
        catalog: "iusign".into(),
        seats: Some(10),
        tz: "UTC".into(),
        authority,
        owner: "o@x.org".into(),
        state: TenantState::Filling,
        created: Micros(0),
        plan: crate::domain::TenantPlan::default(),
        sources: std::collections::BTreeMap::new(),
    }
}

pub(crate) fn adopted(catalog: &str) -> Entry {
    Entry::plain(Fact::CatalogAdopted {
        name: catalog.into(),
        text: crate::catalog::builtin(catalog).unwrap().into(),
    })
}

pub(crate) fn changed(account: u32, changes: Vec<FieldChange>) -> Entry {
    Entry::account(
        AccountId(account),
        changes,
        Why::rule(Rule::Request),
        [7; 16],
    )
}

fn set(field: Field, new: Value) -> FieldChange {
    FieldChange {
        field,
        old: Value::Null,
        new,
    }
}

fn at(tenant: u32, account: u32) -> AccountRef {
    AccountRef {
        tenant: TenantId(tenant),
        account: AccountId(account),
    }
}

/// One tenant with a catalog.
fn one_tenant(authority: Authority) -> State {
    let mut state = State::default();
    let created = Entry::plain(Fact::TenantCreated(Box::new(tenant(1, "acme", authority))));
    state.apply(1, &batch(0, 5, vec![created])).unwrap();
    state
        .apply(1, &batch(1, 5, vec![adopted("iusign")]))
        .unwrap();
    state
}
