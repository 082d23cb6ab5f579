//! The entry that creates an account.

use rollcall_shared::domain::{
    Account, AccountId, Entry, Fact, Field, FieldChange, Micros, Rule, Value, Why,
};

/// The values of an account of which nothing is known.
pub fn blank() -> [Value; Field::ALL.len()] {
    let blank = Account::new(AccountId(0), "", Micros(0));
    Field::ALL.map(|field| blank.get(field))
}

/// The entry that creates an account: what [`Account::creation`] and [`Entry::account`] give, in one pass.
pub fn arrival(record: &Account, blank: &[Value], salt: [u8; 16]) -> Entry {
    let mut personal = Vec::with_capacity(8);
    let mut changes = Vec::with_capacity(16);
    for (field, blank) in Field::ALL.into_iter().zip(blank) {
        let new = record.get(field);
        // A blank account has times and an email of its own; they are always told.
        let always = matches!(
            field,
            Field::Kind
                | Field::Status
                | Field::StatusBy
                | Field::StatusSince
                | Field::Email
                | Field::Created
        );
        if always || new != *blank {
            let old = Value::Null;
            let list = if field.personal() {
                &mut personal
            } else {
                &mut changes
            };
            list.push(FieldChange { field, old, new });
        }
    }
    Entry {
        fact: Fact::Account {
            account: record.id,
            prev: None,
            changes,
            why: Why::rule(Rule::Demo),
        },
        personal,
        salt: Some(salt),
        redacted: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::Scene;
    use super::super::tenants::TENANTS;
    use super::*;
    use rollcall_shared::domain::TenantId;

    #[test]
    fn an_arrival_is_the_creation_of_the_record() {
        let today = "2026-11-24".parse().unwrap();
        let scene = Scene::new(&TENANTS[3], TenantId(4), 300, 5, today).unwrap();
        let blank = blank();
        for id in 0..300 {
            let story = scene.cast.story(id);
            let mut record = scene.record(id, story, scene.uses(id, story).last);
            scene.dress(&mut record, story);
            let why = Why::rule(Rule::Demo);
            let expected = Entry::account(record.id, record.creation(), why, [7; 16]);
            assert_eq!(arrival(&record, &blank, [7; 16]), expected);
        }
    }
}
