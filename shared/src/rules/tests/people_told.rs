//! What a people file says late, takes away, or may not change.

use super::people::{added, ctx, merged, row};
use super::{account, day, iusign};
use crate::domain::{
    AccountId, Assignment, Authority, Kind, Mfa, MfaSource, PersonRow, ScopeId, Status,
};
use crate::rules::people::{MergeContext, Merged, merge};

#[test]
fn an_old_observation_replaces_no_newer_one_and_renews_no_age() {
    let catalog = iusign();
    let at = |now, as_of| MergeContext {
        now: day(now),
        as_of: Some(day(as_of)),
        ..ctx(catalog, Authority::Rollcall)
    };
    let told = |mfa, source| PersonRow {
        mfa: Some(mfa),
        mfa_source: Some(source),
        ..row()
    };
    let none = told(Mfa::None, MfaSource::Okta);
    // Read on day 9, of day 2: a week old already. The same file again, days later, makes it no younger.
    let (who, _) = merged(&account(0), &none, &at(9, 2));
    assert_eq!((who.mfa, who.mfa_at), (Mfa::None, Some(day(2))));
    assert_eq!(merged(&who, &none, &at(20, 2)).0, who);
    // Whatever the source, what is older than what is known is no news.
    let enrolled = told(Mfa::Enrolled, MfaSource::File);
    assert_eq!(merged(&who, &enrolled, &at(20, 1)).0, who);
    let (newer, _) = merged(&who, &enrolled, &at(20, 3));
    assert_eq!((newer.mfa, newer.mfa_at), (Mfa::Enrolled, Some(day(3))));
    // What the file states of the row goes before the file's own time; a file from tomorrow is of now.
    let stated = PersonRow {
        mfa_at: Some(day(1)),
        ..none.clone()
    };
    assert_eq!(merged(&who, &stated, &at(20, 19)).0, who);
    let (now, _) = merged(&who, &none, &at(20, 400));
    assert_eq!(now.mfa_at, Some(day(20)));
}

#[test]
fn an_old_export_undoes_nothing_of_a_newer_one() {
    let catalog = iusign();
    let at = |now, as_of| MergeContext {
        now: day(now),
        as_of: Some(day(as_of)),
        ..ctx(catalog, Authority::Vendor)
    };
    let shown = |status| PersonRow {
        status: Some(status),
        ..row()
    };
    let (who, _) = added(&shown(Status::Active), &at(1, 1));
    // Day 5 shows the same as day 1, so nothing in between can have lasted.
    let (who, _) = merged(&who, &shown(Status::Active), &at(6, 5));
    assert_eq!(who.observed_at, Some(day(5)));
    let (same, conflicts) = merged(&who, &shown(Status::Suspended), &at(7, 3));
    assert_eq!(same, who);
    assert!(conflicts[0].contains("a newer one"), "{conflicts:?}");
    let (now, _) = merged(&who, &shown(Status::Suspended), &at(7, 6));
    assert_eq!(
        (now.status, now.observed_at),
        (Status::Suspended, Some(day(6)))
    );
}

#[test]
fn what_a_file_clears_is_gone() {
    let catalog = iusign();
    let ctx = MergeContext {
        team: Some(None),
        ..ctx(catalog, Authority::Rollcall)
    };
    let mut who = account(0);
    let first = day(0).day();
    (who.end_date, who.leave_from, who.leave_to) = (Some(first), Some(first), Some(first));
    (who.manager, who.department) = ("boss@example.com".into(), "Sales".into());
    who.team = Some(ScopeId(1));
    let cleared = PersonRow {
        end_date: Some(None),
        leave_from: Some(None),
        leave_to: Some(None),
        manager: Some(String::new()),
        department: Some(String::new()),
        ..row()
    };
    let (after, _) = merged(&who, &cleared, &ctx);
    assert_eq!(
        (after.end_date, after.leave_from, after.leave_to, after.team),
        (None, None, None, None)
    );
    assert_eq!(
        (after.manager.as_str(), after.department.as_str()),
        ("", "")
    );
}

#[test]
fn another_kind_takes_a_seat_and_never_the_owner_away() {
    let catalog = iusign();
    let told = |kind| PersonRow {
        kind: Some(kind),
        ..row()
    };
    let full = MergeContext {
        seats_free: Some(0),
        ..ctx(catalog, Authority::Rollcall)
    };
    let mut signer = account(0);
    signer.kind = Kind::Signer;
    let person = told(Kind::Person);
    assert!(
        matches!(merge(Some(&signer), AccountId(9), &person, &full), Merged::Refused(r) if r.rule == "seats")
    );
    let free = MergeContext {
        seats_free: Some(1),
        ..full
    };
    assert_eq!(merged(&signer, &person, &free).0.kind, Kind::Person);

    let mut owner = account(0);
    owner.assignments = vec![Assignment {
        role: catalog.owner.role.clone(),
        scope: ScopeId::ROOT,
    }];
    let as_signer = PersonRow {
        email: owner.email.clone(),
        ..told(Kind::Signer)
    };
    let (kept, conflicts) = merged(&owner, &as_signer, &free);
    assert_eq!(kept.kind, Kind::Person);
    assert!(conflicts[0].starts_with("kind:"), "{conflicts:?}");
    // What a vendor shows is recorded as it is.
    let vendor = ctx(catalog, Authority::Vendor);
    assert_eq!(merged(&signer, &person, &vendor).0.kind, Kind::Person);
}
