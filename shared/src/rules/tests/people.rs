use super::{account, day, iusign};
use crate::catalog::{Catalog, builtin, parse};
use crate::domain::{
    Account, AccountId, Assignment, Authority, Kind, Mfa, Micros, Origin, PersonRow, ScopeId,
    Source, SourceField, Status, TenantPlan, TenantState, Told,
};
use crate::rules::people::{MergeContext, Merged, merge};
use std::collections::BTreeMap;
use std::sync::OnceLock;

pub(super) fn ctx(catalog: &Catalog, authority: Authority) -> MergeContext<'_> {
    MergeContext {
        now: day(0),
        as_of: None,
        authority,
        catalog,
        plan: plan_of_nothing(),
        state: TenantState::Active,
        team: None,
        team_now: "",
        account: None,
        owner_exists: true,
        handed_over: None,
        mfa_fresh: crate::domain::Span::days(7),
        identity_orders: &[],
        open_status_order: false,
        open_roles_order: false,
        email_taken: false,
        renumber: false,
        seats_free: None,
        by_member: false,
        source: Source::File,
        sources: no_sources(),
    }
}

fn no_sources() -> &'static BTreeMap<SourceField, Source> {
    static NONE: BTreeMap<SourceField, Source> = BTreeMap::new();
    &NONE
}

fn plan_of_nothing() -> &'static TenantPlan {
    static NOTHING: OnceLock<TenantPlan> = OnceLock::new();
    NOTHING.get_or_init(TenantPlan::default)
}

#[test]
fn a_file_fills_no_column_that_the_tenant_does_not_have() {
    let esign = parse("e", builtin("esignanywhere").unwrap()).unwrap();
    let on = TenantPlan {
        features: ["saml".to_owned()].into(),
        ..TenantPlan::default()
    };
    let mut told = row();
    told.username = Some("ann".into());
    told.sid = Some("S-1".into());
    for (plan, taken) in [(plan_of_nothing(), false), (&on, true)] {
        let ctx = MergeContext {
            plan,
            ..ctx(&esign, Authority::Rollcall)
        };
        let Merged::Added { account, conflicts } = merge(None, AccountId(0), &told, &ctx) else {
            panic!("a new account");
        };
        let kept = (account.username.as_str(), account.sid.as_str());
        assert_eq!(kept, if taken { ("ann", "S-1") } else { ("", "") });
        assert_eq!(conflicts.len(), if taken { 0 } else { 2 }, "{conflicts:?}");
        assert!(
            taken || conflicts[0].contains("saml, on_premise"),
            "{conflicts:?}"
        );
    }
}

pub(super) fn row() -> PersonRow {
    PersonRow {
        line: 2,
        email: "ann@example.com".into(),
        ..PersonRow::default()
    }
}

fn roles(names: &[&str]) -> Option<Vec<String>> {
    Some(names.iter().map(|n| (*n).to_owned()).collect())
}

pub(super) fn added(row: &PersonRow, ctx: &MergeContext<'_>) -> (Account, Vec<String>) {
    match merge(None, AccountId(7), row, ctx) {
        Merged::Added { account, conflicts } => (*account, conflicts),
        other => panic!("not added: {other:?}"),
    }
}

pub(super) fn merged(
    account: &Account,
    row: &PersonRow,
    ctx: &MergeContext<'_>,
) -> (Account, Vec<String>) {
    match merge(Some(account), AccountId(9), row, ctx) {
        Merged::Changed { after, conflicts } => (*after, conflicts),
        Merged::Unchanged { conflicts } => (account.clone(), conflicts),
        other => panic!("neither changed nor unchanged: {other:?}"),
    }
}

#[test]
fn a_new_person_is_active_and_created_when_the_file_says() {
    let catalog = iusign();
    let ctx = ctx(catalog, Authority::Rollcall);
    let (plain, _) = added(&row(), &ctx);
    assert_eq!(
        (plain.id, plain.status, plain.created),
        (AccountId(7), Status::Active, day(0))
    );
    let told = PersonRow {
        created: Some(day(-90)),
        roles: roles(&["Admin", "admin "]),
        status: Some(Status::Invited),
        external_id: Some("00u1".into()),
        ..row()
    };
    let (account, conflicts) = added(&told, &ctx);
    assert_eq!(
        (account.status, account.created),
        (Status::Invited, day(-90))
    );
    assert_eq!(account.assignments, [Assignment::at_root("admin")]);
    assert_eq!(
        account.privileged_since,
        Some(day(0)),
        "the grace counts from when we saw it"
    );
    assert_eq!(account.external_id, "00u1");
    assert_eq!((conflicts, account.observed_status), (vec![], None));
}

#[test]
fn an_unknown_role_is_refused_with_the_known_ones() {
    let catalog = iusign();
    let told = PersonRow {
        roles: roles(&["user", "Superuser"]),
        ..row()
    };
    let Merged::Refused(refusal) =
        merge(None, AccountId(0), &told, &ctx(catalog, Authority::Vendor))
    else {
        panic!("an unknown role never becomes an assignment");
    };
    assert!(refusal.what.contains("Superuser") && refusal.what.contains("IUSign"));
    assert!(refusal.instead.contains("owner, admin, user, viewer"));
}

#[test]
fn kind_follows_the_roles_unless_the_file_says() {
    let text = builtin("ignisign").unwrap();
    let catalog = parse("ignisign.toml", text).unwrap();
    let ctx = ctx(&catalog, Authority::Rollcall);
    let of = |names: &[&str], kind| {
        let told = PersonRow {
            roles: roles(names),
            kind,
            ..row()
        };
        added(&told, &ctx).0.kind
    };
    assert_eq!(of(&["SIGNERS"], None), Kind::Signer);
    assert_eq!(of(&["INVITED_PROOF_READER"], None), Kind::Outsider);
    assert_eq!(of(&["SIGNERS", "APP_READER"], None), Kind::Person);
    assert_eq!(of(&["APP_READER"], Some(Kind::Service)), Kind::Service);
}

#[test]
fn a_file_neither_gives_nor_takes_the_owner_role_here() {
    let catalog = iusign();
    let here = ctx(catalog, Authority::Rollcall);
    let told = PersonRow {
        roles: roles(&["owner"]),
        department: Some("Board".into()),
        ..row()
    };
    let (new, conflicts) = added(&told, &here);
    assert_eq!(
        (new.assignments.len(), new.department.as_str()),
        (0, "Board")
    );
    assert!(conflicts[0].contains("ownership start"), "{conflicts:?}");

    let mut owner = account(0);
    owner.assignments = vec![Assignment::at_root("owner")];
    let renamed = row();
    assert_ne!(renamed.email, owner.email);
    let (after, conflicts) = merged(&owner, &renamed, &here);
    assert_eq!(
        after.email, owner.email,
        "who holds the address holds the tenant"
    );
    assert!(conflicts[0].starts_with("email:"), "{conflicts:?}");
    let told = PersonRow {
        email: owner.email.clone(),
        roles: roles(&["user"]),
        status: Some(Status::Suspended),
        ..row()
    };
    let (after, conflicts) = merged(&owner, &told, &here);
    assert_eq!(
        (&after.assignments, after.status),
        (&owner.assignments, Status::Active),
        "the only owner's role stands alone"
    );
    assert_eq!(conflicts.len(), 2, "{conflicts:?}");

    let there = ctx(catalog, Authority::Vendor);
    let told = PersonRow {
        roles: roles(&["owner"]),
        ..row()
    };
    let (seen, conflicts) = added(&told, &there);
    assert_eq!(
        (seen.assignments, conflicts),
        (vec![Assignment::at_root("owner")], vec![])
    );
}

#[test]
fn a_file_never_changes_what_a_person_or_a_sweep_set() {
    let catalog = iusign();
    for authority in Authority::ALL {
        let ctx = ctx(catalog, *authority);
        for by in Origin::ALL {
            let mut who = account(0);
            who.status = Status::Suspended;
            who.status_by = *by;
            let told = PersonRow {
                status: Some(Status::Active),
                ..row()
            };
            let (after, conflicts) = merged(&who, &told, &ctx);
            let follows = *by == Origin::Import;
            assert_eq!(after.status == Status::Active, follows, "{by} {authority}");
            assert_eq!(conflicts.is_empty(), follows, "{conflicts:?}");
            assert_eq!(
                after.reactivated,
                follows.then_some(day(0)),
                "a fresh idle clock"
            );
            assert_eq!(after.manifest, u32::from(follows));
        }
    }
}

#[test]
fn a_vendors_export_is_observed_and_followed_until_somebody_decides() {
    let catalog = iusign();
    let ctx = ctx(catalog, Authority::Vendor);
    let active = PersonRow {
        status: Some(Status::Active),
        ..row()
    };
    let suspended = PersonRow {
        status: Some(Status::Suspended),
        ..row()
    };
    let (who, _) = added(&active, &ctx);
    assert_eq!(
        (who.observed_status, who.observed_at),
        (Some(Status::Active), Some(day(0)))
    );

    let later = MergeContext { now: day(1), ..ctx };
    let (followed, _) = merged(&who, &suspended, &later);
    assert_eq!(
        (followed.status, followed.observed_at),
        (Status::Suspended, Some(day(1)))
    );

    let mut decided = who.clone();
    decided.status = Status::Suspended;
    decided.status_by = Origin::Inactivity;
    let waiting = MergeContext {
        open_status_order: true,
        ..later
    };
    let still = Account {
        observed_at: Some(day(1)),
        ..decided.clone()
    };
    assert_eq!(
        merged(&decided, &active, &waiting),
        (still, vec![]),
        "the order is on its way"
    );
    let (confirmed, conflicts) = merged(&decided, &suspended, &waiting);
    assert_eq!(
        (confirmed.observed_status, conflicts.len()),
        (Some(Status::Suspended), 0)
    );
    let (drifted, conflicts) = merged(&confirmed, &active, &later);
    assert_eq!(
        (drifted.status, drifted.observed_status),
        (Status::Suspended, Some(Status::Active))
    );
    assert!(conflicts[0].contains("inactivity sweep"), "{conflicts:?}");
}

#[test]
fn who_the_vendor_shows_active_has_answered_the_invitation_whoever_sent_it() {
    let catalog = iusign();
    let there = ctx(catalog, Authority::Vendor);
    let active = PersonRow {
        status: Some(Status::Active),
        ..row()
    };
    for by in Origin::ALL {
        let mut who = account(0);
        (who.status, who.status_by, who.status_since) = (Status::Invited, *by, day(-3));
        who.observed_status = Some(Status::Invited);
        who.observed_at = Some(day(-2));
        let (after, conflicts) = merged(&who, &active, &there);
        assert_eq!(
            (after.status, after.observed_status, conflicts),
            (Status::Active, Some(Status::Active), vec![]),
            "{by}"
        );
        assert_eq!(after.reactivated, Some(day(0)), "a fresh idle clock");
    }
    // A file from before the invitation tells nothing of an answer.
    let mut who = account(0);
    (who.status, who.status_by, who.status_since) = (Status::Invited, Origin::Admin, day(-3));
    let old = MergeContext {
        as_of: Some(day(-4)),
        ..there
    };
    let (after, conflicts) = merged(&who, &active, &old);
    assert_eq!((after.status, conflicts.len()), (Status::Invited, 1));
}

#[test]
fn deleted_at_the_source_is_deactivated_here() {
    let catalog = iusign();
    let told = PersonRow {
        status: Some(Status::Deleted),
        ..row()
    };
    let (gone, _) = merged(&account(0), &told, &ctx(catalog, Authority::Vendor));
    assert_eq!(
        (gone.status, gone.observed_status),
        (Status::Deactivated, Some(Status::Deleted))
    );
}

#[test]
fn sign_ins_only_rise_and_the_future_is_not_believed() {
    let catalog = iusign();
    let ctx = ctx(catalog, Authority::Rollcall);
    let mut who = account(0);
    who.last_sign_in = Some(day(-5));
    who.last_use = Some(day(-2));
    let told = |at| PersonRow {
        last_sign_in: Some(at),
        ..row()
    };
    let seen = |row: &PersonRow| {
        let (after, conflicts) = merged(&who, row, &ctx);
        (after.last_sign_in, after.last_use, conflicts.len())
    };
    assert_eq!(seen(&told(Told::Never)), (Some(day(-5)), Some(day(-2)), 0));
    assert_eq!(
        seen(&told(Told::At(day(-9)))),
        (Some(day(-5)), Some(day(-2)), 0)
    );
    assert_eq!(
        seen(&told(Told::At(day(-3)))),
        (Some(day(-3)), Some(day(-2)), 0)
    );
    assert_eq!(
        seen(&told(Told::At(day(-1)))),
        (Some(day(-1)), Some(day(-1)), 0)
    );
    assert_eq!(
        seen(&told(Told::At(day(9)))),
        (Some(day(-5)), Some(day(-2)), 1)
    );
}

#[test]
fn mfa_is_renewed_by_a_new_export_but_not_by_the_same_one_again() {
    let catalog = iusign();
    let at = |now| MergeContext {
        now,
        ..ctx(catalog, Authority::Rollcall)
    };
    let told = |mfa| PersonRow {
        mfa: Some(mfa),
        mfa_source: Some(Source::Okta),
        ..row()
    };
    let (who, _) = merged(&account(0), &told(Mfa::None), &at(day(0)));
    assert_eq!(
        (who.mfa, who.mfa_source, who.mfa_at),
        (Mfa::None, Source::Okta, Some(day(0)))
    );
    let (same, _) = merged(&who, &told(Mfa::None), &at(Micros(day(1).0 - 1)));
    assert_eq!(same, who);
    let (renewed, _) = merged(&who, &told(Mfa::None), &at(day(1)));
    assert_eq!(renewed.mfa_at, Some(day(1)));
    let (enrolled, _) = merged(&who, &told(Mfa::Enrolled), &at(Micros(day(0).0 + 5)));
    assert_eq!(enrolled.mfa, Mfa::Enrolled);
    let (kept, _) = merged(&enrolled, &told(Mfa::Unknown), &at(day(9)));
    assert_eq!(kept, enrolled, "unknown is no news");
}

#[test]
fn an_address_moves_with_the_person_and_a_number_does_not_move_with_the_address() {
    let catalog = iusign();
    let here = ctx(catalog, Authority::Rollcall);
    let mut who = account(0);
    who.email = "Ann@example.com".into();
    who.external_id = "00u1".into();
    who.employee_id = "17".into();
    let case = |email: &str, external: &str, employee: &str| PersonRow {
        email: email.into(),
        external_id: Some(external.into()),
        employee_id: Some(employee.into()),
        ..row()
    };
    let (renamed, _) = merged(&who, &case("ann.b@example.com", "00u1", "17"), &here);
    assert_eq!(renamed.email, "ann.b@example.com");
    let (same, conflicts) = merged(&who, &case("ann@EXAMPLE.com", "00u1", "17"), &here);
    assert_eq!((same, conflicts), (who.clone(), vec![]));
    let taken = MergeContext {
        email_taken: true,
        ..here
    };
    let (kept, conflicts) = merged(&who, &case("bob@example.com", "00u1", "17"), &taken);
    assert_eq!(
        (kept.email.as_str(), conflicts.len()),
        ("Ann@example.com", 1)
    );
    let (moved, _) = merged(&who, &case("ann@example.com", "oid-5", "17"), &here);
    assert_eq!(
        moved.external_id, "oid-5",
        "the staff number vouches for it"
    );
    let other = case("ann@example.com", "oid-5", "99");
    let refused = merge(Some(&who), AccountId(9), &other, &here);
    assert!(
        matches!(&refused, Merged::Refused(r) if r.rule == "another-person"),
        "{refused:?}"
    );
    let renumber = MergeContext {
        renumber: true,
        ..ctx(catalog, Authority::Rollcall)
    };
    let (taken, _) = merged(&who, &other, &renumber);
    assert_eq!((&*taken.external_id, &*taken.employee_id), ("oid-5", "99"));
}

#[test]
fn a_row_speaks_of_its_own_scope() {
    let text = builtin("onespan").unwrap();
    let catalog = parse("onespan.toml", text).unwrap();
    let none = ctx(&catalog, Authority::Vendor);
    let at = |scope| MergeContext {
        account: Some(ScopeId(scope)),
        ..none
    };
    let told = |names: &[&str]| PersonRow {
        roles: roles(names),
        ..row()
    };
    let (who, _) = added(&told(&["sender"]), &at(3));
    let (both, _) = merged(&who, &told(&["manager"]), &at(4));
    assert_eq!(both.assignments.len(), 2, "roles in two sub-accounts");
    let (same, _) = merged(&both, &told(&["sender", "manager"]), &none);
    assert_eq!(
        same, both,
        "a file without scopes does not move roles to the root"
    );
    let (fewer, _) = merged(&both, &told(&["manager"]), &none);
    assert_eq!(
        fewer.assignments,
        [Assignment {
            role: "manager".into(),
            scope: ScopeId(4)
        }]
    );
    let (emptied, _) = merged(&both, &told(&[]), &at(4));
    assert_eq!(
        emptied.assignments,
        [Assignment {
            role: "sender".into(),
            scope: ScopeId(3)
        }]
    );
}

#[test]
fn a_full_tenant_takes_nobody_where_the_power_lies_here() {
    let catalog = iusign();
    let full = MergeContext {
        seats_free: Some(0),
        ..ctx(catalog, Authority::Rollcall)
    };
    assert!(
        matches!(merge(None, AccountId(0), &row(), &full), Merged::Refused(r) if r.rule == "seats")
    );
    let leaver = PersonRow {
        status: Some(Status::Deactivated),
        ..row()
    };
    added(&leaver, &full);
    let vendor = MergeContext {
        authority: Authority::Vendor,
        ..full
    };
    added(&row(), &vendor);
}

#[test]
fn privileged_since_follows_the_roles() {
    let catalog = iusign();
    let ctx = ctx(catalog, Authority::Rollcall);
    let told = |names: &[&str]| PersonRow {
        roles: roles(names),
        ..row()
    };
    let (raised, _) = merged(&account(0), &told(&["admin"]), &ctx);
    assert_eq!(
        (raised.privileged_since, raised.manifest),
        (Some(day(0)), 1)
    );
    let later = MergeContext { now: day(5), ..ctx };
    let (same, _) = merged(&raised, &told(&["admin", "user"]), &later);
    assert_eq!(same.privileged_since, Some(day(0)));
    let (lowered, _) = merged(&same, &told(&["user"]), &later);
    assert_eq!((lowered.privileged_since, lowered.manifest), (None, 3));
}
