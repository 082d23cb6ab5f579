//! Two sources that contradict each other about one person.

use super::people::{added, ctx, merged, row};
use super::{account, day, iusign};
use crate::domain::{
    Assignment, Authority, Mfa, Origin, PersonRow, ScopeId, Source, SourceField, Status,
};
use crate::rules::people::MergeContext;
use std::collections::BTreeMap;

type Sources = BTreeMap<SourceField, Source>;

fn told(status: Status) -> PersonRow {
    PersonRow {
        status: Some(status),
        ..row()
    }
}

fn of(source: Source, sources: &Sources) -> MergeContext<'_> {
    MergeContext {
        source,
        sources,
        ..ctx(iusign(), Authority::Rollcall)
    }
}

#[test]
fn two_sources_that_differ_about_a_state_do_not_overturn_each_other() {
    let none = Sources::new();
    let (file, okta) = (of(Source::File, &none), of(Source::Okta, &none));
    let (who, _) = added(&told(Status::Active), &okta);
    assert_eq!(who.status_source, Source::Okta);
    let (same, conflicts) = merged(&who, &told(Status::Suspended), &file);
    assert_eq!(same, who);
    assert_eq!(conflicts.len(), 1);
    for part in [
        "field-source",
        "okta told active on",
        "--source status=okta",
        "status=file",
    ] {
        assert!(conflicts[0].contains(part), "{conflicts:?}");
    }
    // Who was shut out is not let in again by the other either; its own source does both.
    let (out, conflicts) = merged(&who, &told(Status::Suspended), &okta);
    assert_eq!((out.status, conflicts.len()), (Status::Suspended, 0));
    assert_eq!(merged(&out, &told(Status::Active), &file).0, out);
    assert_eq!(
        merged(&out, &told(Status::Active), &okta).0.status,
        Status::Active
    );
}

#[test]
fn a_state_that_no_source_is_known_of_is_of_the_first_that_changes_it() {
    let none = Sources::new();
    let mut who = account(0);
    who.email = row().email;
    assert_eq!(who.status_source, Source::Nobody);
    let okta = of(Source::Okta, &none);
    // Who says what is so anyway changes nothing.
    assert_eq!(merged(&who, &told(Status::Active), &okta).0, who);
    let (out, _) = merged(&who, &told(Status::Suspended), &okta);
    assert_eq!(
        (out.status, out.status_source),
        (Status::Suspended, Source::Okta)
    );
}

#[test]
fn by_setting_one_source_alone_tells_a_state() {
    let okta_alone = Sources::from([(SourceField::Status, Source::Okta)]);
    let (file, okta) = (of(Source::File, &okta_alone), of(Source::Okta, &okta_alone));
    // Whoever is new comes in by any file; from then on the one counts, whoever told before.
    let (who, _) = added(&told(Status::Active), &file);
    assert_eq!(who.status, Status::Active);
    let (same, conflicts) = merged(&who, &told(Status::Suspended), &file);
    assert_eq!(same, who);
    assert!(
        conflicts[0].contains("field-source: by setting only okta")
            && conflicts[0].contains("--source status=file"),
        "{conflicts:?}"
    );
    let (out, conflicts) = merged(&who, &told(Status::Suspended), &okta);
    assert_eq!((out.status, conflicts.len()), (Status::Suspended, 0));
    // What a person decided is overturned by none.
    let mut decided = out.clone();
    (decided.status, decided.status_by) = (Status::Active, Origin::Admin);
    assert_eq!(merged(&decided, &told(Status::Suspended), &okta).0, decided);
}

#[test]
fn what_a_vendor_shows_is_taken_from_the_file_that_counts() {
    let vendor = Sources::from([
        (SourceField::Status, Source::Vendor),
        (SourceField::Roles, Source::Vendor),
    ]);
    let at = |source| MergeContext {
        authority: Authority::Vendor,
        ..of(source, &vendor)
    };
    let row = |status, role: &str| PersonRow {
        roles: Some(vec![role.to_owned()]),
        ..told(status)
    };
    let (who, _) = added(&row(Status::Active, "user"), &at(Source::Vendor));
    let (same, conflicts) = merged(&who, &row(Status::Suspended, "admin"), &at(Source::File));
    assert_eq!((same, conflicts.len()), (who.clone(), 2));
    let (out, conflicts) = merged(&who, &row(Status::Suspended, "admin"), &at(Source::Vendor));
    assert_eq!(
        (out.observed_status, conflicts.len()),
        (Some(Status::Suspended), 0)
    );
    assert_eq!(out.assignments, [Assignment::at_root("admin")]);
}

#[test]
fn each_field_with_a_source_of_its_own_is_left_alone_by_the_others() {
    let okta_alone: Sources = SourceField::ALL
        .iter()
        .map(|f| (*f, Source::Okta))
        .collect();
    let mut who = account(0);
    who.external_id = "x-1".into();
    (who.first_name, who.team) = ("Ana".into(), Some(ScopeId(3)));
    (who.mfa, who.mfa_source, who.mfa_at) = (Mfa::Enrolled, Source::Okta, Some(day(0)));
    let other = PersonRow {
        email: "else@example.com".into(),
        external_id: Some("x-1".into()),
        first_name: Some("Anna".into()),
        roles: Some(vec!["admin".into()]),
        team: Some("Sales".into()),
        mfa: Some(Mfa::Enforced),
        mfa_source: Some(Source::File),
        ..told(Status::Suspended)
    };
    let at = |source| MergeContext {
        team: Some(Some(ScopeId(4))),
        team_now: "Contracts",
        ..of(source, &okta_alone)
    };
    let (same, conflicts) = merged(&who, &other, &at(Source::File));
    assert_eq!(same, who);
    let fields: Vec<&str> = conflicts
        .iter()
        .filter_map(|c| c.split(':').next())
        .collect();
    assert_eq!(
        fields,
        ["roles", "email", "first name", "team", "status", "MFA"]
    );
    assert!(conflicts.iter().all(|c| c.contains("field-source")));
    let (all, conflicts) = merged(&who, &other, &at(Source::Okta));
    assert_eq!(conflicts, Vec::<String>::new());
    assert_eq!(
        (all.email.as_str(), all.first_name.as_str(), all.team),
        ("else@example.com", "Anna", Some(ScopeId(4)))
    );
    assert_eq!((all.status, all.mfa), (Status::Suspended, Mfa::Enforced));
    assert_eq!(all.assignments, [Assignment::at_root("admin")]);
}

#[test]
fn a_new_account_gets_neither_roles_nor_a_second_factor_from_a_source_that_does_not_count() {
    let okta = Sources::from([
        (SourceField::Roles, Source::Okta),
        (SourceField::Mfa, Source::Okta),
    ]);
    let new = PersonRow {
        roles: Some(vec!["admin".into()]),
        mfa: Some(Mfa::None),
        mfa_source: Some(Source::File),
        ..told(Status::Active)
    };
    let (who, conflicts) = added(&new, &of(Source::File, &okta));
    assert_eq!((who.assignments.len(), who.mfa), (0, Mfa::Unknown));
    assert_eq!(conflicts.len(), 2, "{conflicts:?}");
    let (who, conflicts) = added(&new, &of(Source::Okta, &okta));
    assert_eq!(who.assignments, [Assignment::at_root("admin")]);
    assert_eq!((who.mfa, conflicts.len()), (Mfa::None, 0));
}
