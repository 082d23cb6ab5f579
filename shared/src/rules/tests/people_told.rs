//! What a people file says late, takes away, or may not change.

use super::people::{added, ctx, merged, row};
use super::{account, day, iusign};
use crate::catalog::{builtin, parse};
use crate::domain::{
    Account, AccountId, Assignment, Authority, Kind, Mfa, PersonRow, ScopeId, Source, Status,
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
    let none = told(Mfa::None, Source::Okta);
    // Read on day 9, of day 2: a week old already. The same file again, days later, makes it no younger.
    let (who, _) = merged(&account(0), &none, &at(9, 2));
    assert_eq!((who.mfa, who.mfa_at), (Mfa::None, Some(day(2))));
    assert_eq!(merged(&who, &none, &at(20, 2)).0, who);
    // Whatever the source, what is older than what is known is no news.
    let enrolled = told(Mfa::Enrolled, Source::File);
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
fn where_we_decide_an_old_file_brings_neither_a_leaver_nor_their_roles_back() {
    let catalog = iusign();
    let at = |now, as_of| MergeContext {
        now: day(now),
        as_of: Some(day(as_of)),
        ..ctx(catalog, Authority::Rollcall)
    };
    let told = |status, roles: &[&str]| PersonRow {
        status: Some(status),
        roles: Some(roles.iter().map(|r| (*r).to_owned()).collect()),
        ..row()
    };
    let active = told(Status::Active, &["user"]);
    let (who, _) = added(&active, &at(10, 1));
    let (gone, _) = merged(&who, &told(Status::Deactivated, &[]), &at(20, 18));
    assert_eq!(gone.status, Status::Deactivated);
    let (same, conflicts) = merged(&gone, &active, &at(30, 3));
    assert_eq!(same, gone);
    assert_eq!(conflicts.len(), 2, "{conflicts:?}");
    assert!(
        conflicts[0].starts_with("status: the file is of") && conflicts[1].starts_with("roles:"),
        "{conflicts:?}"
    );
    // A file that was written before the other was read, and after what it says, is newer all the same.
    let (back, conflicts) = merged(&gone, &active, &at(30, 19));
    assert_eq!(
        (back.status, back.reactivated, conflicts.len()),
        (Status::Active, Some(day(30)), 0)
    );
    // Without a date a file is of now; an old one that says what is so is no conflict.
    let now = MergeContext {
        as_of: None,
        ..at(31, 0)
    };
    assert_eq!(merged(&gone, &active, &now).0.status, Status::Active);
    let so = told(Status::Deactivated, &[]);
    assert_eq!(merged(&gone, &so, &at(31, 2)), (gone.clone(), vec![]));
}

#[test]
fn no_other_source_takes_the_factor_that_an_identity_provider_enforces_while_that_is_fresh() {
    let catalog = iusign();
    let at = |now| MergeContext {
        now: day(now),
        ..ctx(catalog, Authority::Vendor)
    };
    let told = |mfa, source| PersonRow {
        mfa: Some(mfa),
        mfa_source: Some(source),
        ..row()
    };
    let enforced = told(Mfa::Enforced, Source::Okta);
    let (who, _) = merged(&account(0), &enforced, &at(1));
    let none = told(Mfa::None, Source::Vendor);
    let (same, conflicts) = merged(&who, &none, &at(2));
    assert_eq!(same, who);
    assert!(
        conflicts[0].starts_with("MFA: the file says none; okta told enforced"),
        "{conflicts:?}"
    );
    // The provider itself says when it is over, and what it said a week ago says nothing any more.
    let own = told(Mfa::None, Source::Okta);
    assert_eq!(merged(&who, &own, &at(2)).0.mfa, Mfa::None);
    assert_eq!(merged(&who, &none, &at(8)).0.mfa, Mfa::None);
    // What the vendor itself told is its own to take back, by whatever file.
    let (there, _) = merged(&account(0), &told(Mfa::Enrolled, Source::Vendor), &at(1));
    let file = told(Mfa::None, Source::File);
    assert_eq!(merged(&there, &file, &at(2)).0.mfa, Mfa::None);
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

#[test]
fn other_roles_make_another_holder_and_take_a_seat() {
    let text = builtin("ignisign").unwrap();
    let catalog = parse("ignisign.toml", text).unwrap();
    let here = ctx(&catalog, Authority::Rollcall);
    let told = |roles: &[&str]| PersonRow {
        roles: Some(roles.iter().map(|r| (*r).to_owned()).collect()),
        ..row()
    };
    let (signer, _) = added(&told(&["SIGNERS"]), &here);
    assert_eq!(signer.kind, Kind::Signer);
    let full = MergeContext {
        seats_free: Some(0),
        ..here
    };
    let member = told(&["APP_READER"]);
    assert!(
        matches!(merge(Some(&signer), AccountId(9), &member, &full), Merged::Refused(r) if r.rule == "seats")
    );
    let (member, _) = merged(&signer, &member, &here);
    assert_eq!(member.kind, Kind::Person);
    let (back, _) = merged(&member, &told(&["SIGNERS"]), &full);
    assert_eq!(back.kind, Kind::Signer);
    // A kind that a source told itself stays.
    let service = Account {
        kind: Kind::Service,
        ..member
    };
    assert_eq!(
        merged(&service, &told(&["SIGNERS"]), &here).0.kind,
        Kind::Service
    );
}

#[test]
fn who_is_deleted_is_given_no_roles_by_a_file() {
    let here = ctx(iusign(), Authority::Rollcall);
    let mut gone = account(0);
    gone.status = Status::Deleted;
    gone.assignments.clear();
    let told = PersonRow {
        email: gone.email.clone(),
        roles: Some(vec!["admin".into()]),
        status: Some(Status::Active),
        ..row()
    };
    let (after, conflicts) = merged(&gone, &told, &here);
    assert_eq!((after.status, after.assignments), (Status::Deleted, vec![]));
    assert!(conflicts[0].contains("deleted"), "{conflicts:?}");
}

#[test]
fn an_owner_of_several_places_holds_each_role_once() {
    let text = builtin("onespan").unwrap();
    let catalog = parse("onespan.toml", text).unwrap();
    let at = |role: &str, scope| Assignment {
        role: role.into(),
        scope: ScopeId(scope),
    };
    let mut owner = account(0);
    owner.assignments = vec![at("administrator", 0), at("administrator", 1)];
    let told = PersonRow {
        email: owner.email.clone(),
        roles: Some(vec!["sender".into()]),
        ..row()
    };
    let root = MergeContext {
        account: Some(ScopeId::ROOT),
        ..ctx(&catalog, Authority::Rollcall)
    };
    let (after, _) = merged(&owner, &told, &root);
    let roles = [
        at("administrator", 0),
        at("administrator", 1),
        at("sender", 0),
    ];
    assert_eq!(after.assignments, roles);
}
