//! What a people file does not reach: other people's accounts, what a person decided, what a vendor alone shows.

use super::people::{added, ctx, merged, row};
use super::{account, day, iusign};
use crate::domain::account::NEVER_USED;
use crate::domain::{
    Account, AccountId, Assignment, Authority, Field, FieldChange, Kind, Mfa, PersonRow, Rule,
    Source, Status, Told, Value,
};
use crate::rules::people::{MergeContext, Merged, keep_decided, loses, merge};

fn roles(names: &[&str]) -> Option<Vec<String>> {
    Some(names.iter().map(|n| (*n).to_owned()).collect())
}

fn refused(existing: Option<&Account>, row: &PersonRow, ctx: &MergeContext<'_>) -> &'static str {
    match merge(existing, AccountId(9), row, ctx) {
        Merged::Refused(refusal) => refusal.rule,
        other => panic!("not refused: {other:?}"),
    }
}

/// Ann, who is an active User of the vendor's tenant as the vendor showed her.
fn ann() -> Account {
    let mut ann = account(0);
    ann.email = "ann@example.com".into();
    ann.assignments = vec![Assignment::at_root("user")];
    ann.observed_status = Some(Status::Active);
    ann.observed_roles = Some(ann.assignments.clone());
    ann.observed_at = Some(day(-1));
    ann
}

#[test]
fn what_a_member_brings_is_nothing_that_a_vendor_shows() {
    let member = MergeContext {
        by_member: true,
        ..ctx(iusign(), Authority::Vendor)
    };
    let operator = ctx(iusign(), Authority::Vendor);
    let ann = ann();
    for told in [
        PersonRow {
            roles: roles(&["Owner"]),
            ..row()
        },
        PersonRow {
            status: Some(Status::Deactivated),
            ..row()
        },
        PersonRow {
            kind: Some(Kind::Service),
            ..row()
        },
        PersonRow {
            first_name: Some("Other".into()),
            ..row()
        },
    ] {
        assert_eq!(refused(Some(&ann), &told, &member), "members-file");
        assert!(matches!(
            merge(Some(&ann), AccountId(9), &told, &operator),
            Merged::Changed { .. }
        ));
    }
    assert_eq!(refused(None, &row(), &member), "members-file");
    // What is so already is no news, and what is nobody's right goes in.
    let told = PersonRow {
        status: Some(Status::Active),
        roles: roles(&["User"]),
        department: Some("Sales".into()),
        ..row()
    };
    let (after, conflicts) = merged(&ann, &told, &member);
    assert_eq!((after.department.as_str(), conflicts), ("Sales", vec![]));
    assert_eq!(after.observed_at, ann.observed_at);
}

#[test]
fn only_an_operators_file_makes_a_service_account() {
    let operator = ctx(iusign(), Authority::Rollcall);
    let member = MergeContext {
        by_member: true,
        ..operator
    };
    let told = PersonRow {
        kind: Some(Kind::Service),
        ..row()
    };
    assert_eq!(refused(None, &told, &member), "kind");
    assert_eq!(refused(Some(&ann()), &told, &member), "kind");
    assert_eq!(added(&told, &operator).0.kind, Kind::Service);
}

#[test]
fn who_holds_the_roles_of_a_person_is_called_neither_signer_nor_outsider() {
    let here = ctx(iusign(), Authority::Rollcall);
    for kind in [Kind::Signer, Kind::Outsider] {
        let told = PersonRow {
            kind: Some(kind),
            roles: roles(&["Admin"]),
            ..row()
        };
        assert_eq!(refused(None, &told, &here), "kind");
        let plain = PersonRow {
            kind: Some(kind),
            ..row()
        };
        let (kept, conflicts) = merged(&ann(), &plain, &here);
        assert_eq!(kept.kind, Kind::Person);
        assert!(conflicts[0].starts_with("kind:"), "{conflicts:?}");
        let (signer, _) = added(&plain, &here);
        assert_eq!(signer.kind, kind, "without roles they may be");
        assert_eq!(refused(Some(&signer), &told, &here), "kind");
        let later = PersonRow {
            roles: roles(&["Admin"]),
            ..row()
        };
        assert_eq!(merged(&signer, &later, &here).0.kind, Kind::Person);
        let full = MergeContext {
            seats_free: Some(0),
            ..here
        };
        assert_eq!(refused(Some(&signer), &later, &full), "seats");
        // What a vendor shows is recorded as it is.
        assert_eq!(added(&told, &ctx(iusign(), Authority::Vendor)).0.kind, kind);
    }
}

/// An account after a person gave it other roles here.
fn given(before: &Account, names: &[&str]) -> Account {
    let mut after = before.clone();
    after.assignments = names.iter().map(|n| Assignment::at_root(*n)).collect();
    let changes = before.changes_to(&after);
    let kept = keep_decided(Some(before), &changes, Rule::Request, Authority::Rollcall);
    if let Some(kept) = kept {
        after.set(kept.field, &kept.new).unwrap();
    }
    after
}

#[test]
fn roles_that_a_person_decided_are_kept_until_a_file_shows_them() {
    let here = ctx(iusign(), Authority::Rollcall);
    let told = |role: &str| PersonRow {
        roles: roles(&[role]),
        ..row()
    };
    let before = Account {
        observed_status: None,
        observed_roles: None,
        observed_at: None,
        ..ann()
    };
    let viewer = given(&before, &["viewer"]);
    let (kept, conflicts) = merged(&viewer, &told("User"), &here);
    assert_eq!(kept, viewer);
    assert_eq!(
        conflicts,
        ["roles: the file says user; a person decided viewer"]
    );
    let (kept, conflicts) = merged(&viewer, &told("Admin"), &here);
    assert_eq!(kept.assignments, viewer.assignments);
    assert_eq!(
        (kept.shown_otherwise(Field::Roles), conflicts.len()),
        (Some("admin"), 1)
    );
    // A file that shows what was decided settles it; the next one is followed again.
    let (settled, conflicts) = merged(&viewer, &told("Viewer"), &here);
    assert_eq!(
        (settled.shown_otherwise(Field::Roles), conflicts),
        (None, vec![])
    );
    let (followed, _) = merged(&settled, &told("Admin"), &here);
    assert_eq!(followed.assignments, [Assignment::at_root("admin")]);
    // So does whoever takes the decision back.
    let back = given(&viewer, &["user"]);
    assert_eq!(back.shown_otherwise(Field::Roles), None);
    let invited = [FieldChange {
        field: Field::Roles,
        old: Value::Null,
        new: Value::Roles(viewer.assignments.clone()),
    }];
    let kept = |why, authority| keep_decided(None, &invited, why, authority).is_some();
    assert!(kept(Rule::Invited, Authority::Rollcall));
    assert!(!kept(Rule::PeopleFile, Authority::Rollcall));
    assert!(!kept(Rule::Invited, Authority::Vendor));
}

#[test]
fn an_open_order_on_roles_keeps_them_also_where_none_were_shown_before() {
    let mut who = ann();
    (who.observed_roles, who.observed_status) = (None, None);
    let told = PersonRow {
        roles: roles(&["Admin"]),
        ..row()
    };
    let vendor = ctx(iusign(), Authority::Vendor);
    let (followed, _) = merged(&who, &told, &vendor);
    assert_eq!(followed.assignments, [Assignment::at_root("admin")]);
    let ordered = MergeContext {
        open_roles_order: true,
        ..vendor
    };
    let (kept, conflicts) = merged(&who, &told, &ordered);
    assert_eq!(kept.assignments, who.assignments);
    assert_eq!(kept.observed_roles, Some(followed.assignments));
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
}

#[test]
fn an_identity_provider_shows_nothing_of_a_vendors_accounts() {
    let provider = MergeContext {
        source: Source::Okta,
        ..ctx(iusign(), Authority::Vendor)
    };
    let told = PersonRow {
        status: Some(Status::Deactivated),
        external_id: Some("00u1".into()),
        ..row()
    };
    let (after, conflicts) = merged(&ann(), &told, &provider);
    let expected = Account {
        external_id: "00u1".into(),
        ..ann()
    };
    assert_eq!(after, expected);
    assert!(conflicts[0].starts_with("status:"), "{conflicts:?}");
    // Whom the vendor never showed is no account there, takes no seat and no order.
    assert_eq!(refused(None, &told, &provider), "not-at-vendor");
    // Where the power lies here it decides as any file does.
    let here = MergeContext {
        source: Source::Okta,
        ..ctx(iusign(), Authority::Rollcall)
    };
    assert_eq!(merged(&ann(), &told, &here).0.status, Status::Deactivated);
}

#[test]
fn a_sign_in_at_the_identity_provider_is_no_use_of_a_vendors_account() {
    let ann = Account {
        last_sign_in: None,
        last_use: None,
        ..ann()
    };
    let told = PersonRow {
        last_sign_in: Some(Told::At(day(-1))),
        created: Some(day(-900)),
        invited_at: Some(day(-900)),
        mfa: Some(Mfa::Enforced),
        mfa_source: Some(Source::Okta),
        ..row()
    };
    let never = PersonRow {
        last_sign_in: Some(Told::Never),
        ..told.clone()
    };
    let provider = MergeContext {
        source: Source::Okta,
        ..ctx(iusign(), Authority::Vendor)
    };
    for row in [&told, &never] {
        let (after, _) = merged(&ann, row, &provider);
        let expected = Account {
            mfa: Mfa::Enforced,
            mfa_source: Source::Okta,
            mfa_at: Some(day(0)),
            ..ann.clone()
        };
        assert_eq!(
            after, expected,
            "who has a second factor is told all the same"
        );
    }
    // The vendor's own export knows it, and where the power lies here the provider is whom we have.
    let (shown, _) = merged(&ann, &told, &ctx(iusign(), Authority::Vendor));
    assert_eq!((shown.last_use, shown.created), (Some(day(-1)), day(-900)));
    let here = MergeContext {
        source: Source::Okta,
        ..ctx(iusign(), Authority::Rollcall)
    };
    let (after, _) = merged(&ann, &never, &here);
    assert_eq!(
        (after.last_use, after.created),
        (Some(NEVER_USED), ann.created),
        "when the provider's account was made is not when this one was"
    );
    assert_eq!(added(&told, &here).0.created, day(-900));
}

#[test]
fn who_loses_access_privilege_or_roles_without_others_is_counted() {
    let with = |roles: &[&str]| Account {
        assignments: roles.iter().map(|r| Assignment::at_root(*r)).collect(),
        ..ann()
    };
    let lost = |before: &Account, after: &Account| loses(before, after, iusign());
    assert!(lost(&with(&["user"]), &with(&[])));
    assert!(lost(&with(&["user", "viewer"]), &with(&["viewer"])));
    assert!(lost(&with(&["admin"]), &with(&["user"])));
    assert!(!lost(&with(&["user"]), &with(&["viewer"])));
    assert!(!lost(&with(&[]), &with(&["user"])));
    let suspended = Account {
        status: Status::Suspended,
        ..ann()
    };
    assert!(lost(&ann(), &suspended) && !lost(&suspended, &ann()));
}

#[test]
fn an_employee_id_alone_joins_no_strangers() {
    let here = ctx(iusign(), Authority::Rollcall);
    let mut who = ann();
    (who.first_name, who.last_name) = ("Ann".into(), "Lee".into());
    who.employee_id = "N/A".into();
    let told = |email: &str, first: &str, last: &str| PersonRow {
        email: email.into(),
        first_name: Some(first.into()),
        last_name: Some(last.into()),
        employee_id: Some("N/A".into()),
        ..row()
    };
    let stranger = told("bo@example.com", "Bo", "Berg");
    assert_eq!(refused(Some(&who), &stranger, &here), "employee-id-alone");
    let same_address = told("ANN@example.com", "Bo", "Berg");
    assert!(matches!(
        merge(Some(&who), AccountId(9), &same_address, &here),
        Merged::Changed { .. }
    ));
    let married = told("ann.kay@example.com", "Ann", "Kay");
    assert_eq!(merged(&who, &married, &here).0.email, "ann.kay@example.com");
    who.external_id = "00u1".into();
    let vouched = PersonRow {
        external_id: Some("00u1".into()),
        ..stranger
    };
    assert_eq!(merged(&who, &vouched, &here).0.email, "bo@example.com");
}

#[test]
fn the_address_of_who_is_deleted_is_a_new_persons_unless_the_numbers_are_the_same() {
    let here = ctx(iusign(), Authority::Rollcall);
    let mut gone = ann();
    (gone.status, gone.assignments) = (Status::Deleted, Vec::new());
    gone.status_by = crate::domain::Origin::Admin;
    (gone.first_name, gone.last_name) = ("Vic".into(), "Voss".into());
    gone.employee_id = "17".into();
    let told = |first: &str, number: Option<&str>| PersonRow {
        first_name: Some(first.into()),
        last_name: Some(format!("{first}s")),
        employee_id: number.map(Into::into),
        status: Some(Status::Active),
        ..row()
    };
    let new = |told: &PersonRow, ctx: &MergeContext<'_>| matches!(merge(Some(&gone), AccountId(9), told, ctx), Merged::Added { account, .. } if account.id == AccountId(9));
    assert!(new(&told("Vera", Some("99")), &here));
    assert!(new(&told("Vera", None), &here));
    assert!(!new(&told("Vera", Some("17")), &here), "the same number");
    let silent = PersonRow {
        status: Some(Status::Active),
        ..row()
    };
    assert!(!new(&silent, &here), "nothing says it is somebody else");
    let ordered = MergeContext {
        open_status_order: true,
        ..ctx(iusign(), Authority::Vendor)
    };
    assert!(!new(&told("Vera", None), &ordered), "not yet gone there");
    let (kept, conflicts) = merged(&gone, &told("Vic", Some("17")), &here);
    assert_eq!(kept.status, Status::Deleted);
    assert!(conflicts[0].contains("deleted"), "{conflicts:?}");
}
