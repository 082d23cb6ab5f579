use super::people::{added, ctx, merged, row};
use super::{day, iusign};
use crate::domain::{
    Account, Assignment, Authority, Field, Mfa, PersonRow, ScopeId, Source, Status,
};
use crate::rules::people::{MergeContext, Said, one_word};

fn roles(names: &[&str]) -> Option<Vec<String>> {
    Some(names.iter().map(|n| (*n).to_owned()).collect())
}

/// What a second row is refused for, after a first one.
fn otherwise(first: PersonRow, then: PersonRow) -> Option<String> {
    let ctx = ctx(iusign(), Authority::Rollcall);
    let (before, _) = added(&first, &ctx);
    let (after, _) = merged(&before, &then, &ctx);
    let mut said = Said::default();
    said.add(&first, false);
    let refused = one_word(said, |_| false, &then, &before, &after).err()?;
    assert_eq!(refused.rule, "row-twice");
    Some(refused.what)
}

#[test]
fn what_one_row_tells_another_may_repeat_and_add_to_but_not_contradict() {
    let first = PersonRow {
        first_name: Some("Anna".into()),
        status: Some(Status::Active),
        mfa: Some(Mfa::None),
        mfa_source: Some(Source::File),
        ..row()
    };
    assert_eq!(otherwise(first.clone(), first.clone()), None);
    let more = PersonRow {
        last_name: Some("Berg".into()),
        roles: roles(&["Admin"]),
        created: Some(day(-3)),
        ..row()
    };
    assert_eq!(otherwise(first.clone(), more.clone()), None);
    let others = [
        (
            "first name",
            PersonRow {
                first_name: Some("Carla".into()),
                ..row()
            },
        ),
        (
            "status",
            PersonRow {
                status: Some(Status::Suspended),
                ..row()
            },
        ),
        (
            "MFA",
            PersonRow {
                mfa: Some(Mfa::Enrolled),
                mfa_source: Some(Source::File),
                ..row()
            },
        ),
    ];
    for (field, other) in others {
        let what = otherwise(first.clone(), other).unwrap();
        assert!(what.ends_with(&format!("account: {field}")), "{what}");
    }
    let what = otherwise(
        more,
        PersonRow {
            roles: roles(&["User"]),
            ..row()
        },
    )
    .unwrap();
    assert!(what.ends_with("account: roles"), "{what}");
}

#[test]
fn a_later_observation_of_a_second_factor_is_no_contradiction() {
    let seen = |mfa, at| PersonRow {
        mfa: Some(mfa),
        mfa_source: Some(Source::File),
        mfa_at: Some(day(at)),
        ..row()
    };
    assert_eq!(
        otherwise(seen(Mfa::None, -3), seen(Mfa::Enrolled, -2)),
        None
    );
    assert!(otherwise(seen(Mfa::None, -3), seen(Mfa::Enrolled, -3)).is_some());
}

/// An account whose roles at two places a person decided, while files go on showing others.
fn decided() -> Account {
    let mut account = super::account(1);
    account.email = row().email;
    let at = |role: &str, scope| Assignment {
        role: role.to_owned(),
        scope: ScopeId(scope),
    };
    account.assignments = vec![at("viewer", 1), at("viewer", 2)];
    account.show_otherwise(Field::Roles, Some("admin@1|user@2"));
    account
}

#[test]
fn rows_of_places_whose_roles_a_person_decided_are_each_taken_beside_the_others() {
    let base = ctx(iusign(), Authority::Rollcall);
    let mut account = decided();
    for _ in 0..2 {
        for (scope, role) in [(1, "Admin"), (2, "User")] {
            let ctx = MergeContext {
                account: Some(ScopeId(scope)),
                ..base
            };
            let told = PersonRow {
                roles: roles(&[role]),
                ..row()
            };
            let (after, conflicts) = merged(&account, &told, &ctx);
            assert_eq!(after, account, "the same is shown: nothing changes");
            assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        }
    }
    for (scope, left) in [(1, Some("user@2|viewer@1")), (2, None)] {
        let ctx = MergeContext {
            account: Some(ScopeId(scope)),
            ..base
        };
        let told = PersonRow {
            roles: roles(&["Viewer"]),
            ..row()
        };
        account = merged(&account, &told, &ctx).0;
        assert_eq!(account.shown_otherwise(Field::Roles), left, "scope {scope}");
    }
}
