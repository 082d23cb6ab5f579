use super::{account, day, iusign};
use crate::catalog::{self, Catalog};
use crate::domain::{Account, Field, FieldChange, Origin, Status};
use crate::rules::Refusal;
use crate::rules::lifecycle::{
    Lifecycle, accept, cause_to, deactivate, reactivate, resend, suspend,
};

fn ctx(catalog: &Catalog) -> Lifecycle<'_> {
    Lifecycle {
        now: day(40),
        origin: Origin::Admin,
        last_owner: None,
        by_member: false,
        catalog,
        seats_free: None,
    }
}

fn in_state(status: Status) -> Account {
    let mut account = account(0);
    account.status = status;
    account
}

fn after(account: &Account, changes: &[FieldChange]) -> Account {
    let mut after = account.clone();
    for change in changes {
        assert_eq!(change.old, after.get(change.field));
        after.set(change.field, &change.new).unwrap();
    }
    after
}

type Verb = fn(&Account, &Lifecycle<'_>) -> Result<Vec<FieldChange>, Refusal>;

#[test]
fn every_verb_on_every_state() {
    use Status::*;
    let catalog = iusign();
    let verbs: [(Verb, Status, &[Status]); 3] = [
        (suspend, Suspended, &[Active]),
        (reactivate, Active, &[Suspended, Deactivated]),
        (
            deactivate,
            Deactivated,
            &[Invited, Active, Suspended, Expired, Revoked],
        ),
    ];
    for (verb, target, from) in verbs {
        for status in Status::ALL {
            let before = in_state(*status);
            match verb(&before, &ctx(catalog)) {
                Ok(changes) if *status == target => assert_eq!(changes, []),
                Ok(changes) => {
                    assert!(from.contains(status), "{status} → {target}");
                    let after = after(&before, &changes);
                    assert_eq!((after.status, after.status_by), (target, Origin::Admin));
                    assert_eq!((after.status_since, after.manifest), (day(40), 1));
                    assert!(changes.is_sorted_by_key(|c| c.field));
                }
                Err(refusal) => {
                    assert!(!from.contains(status) && *status != target, "{refusal}");
                    assert!(!refusal.instead.is_empty());
                }
            }
        }
    }
}

#[test]
fn who_was_never_let_in_comes_back_by_a_new_invitation_only() {
    for name in ["iusign", "ignisign", "onespan", "esignanywhere"] {
        let catalog = catalog::parse(name, catalog::builtin(name).unwrap()).unwrap();
        let ctx = ctx(&catalog);
        // Invited, taken back or declined, run out; with and without a date of the invitation.
        for status in [Status::Invited, Status::Revoked, Status::Expired] {
            for invited_at in [None, Some(day(9))] {
                let mut who = in_state(status);
                who.invited_at = invited_at;
                let out = after(&who, &deactivate(&who, &ctx).unwrap());
                let refusal = reactivate(&out, &ctx).unwrap_err();
                assert_eq!(refusal.rule, "status", "{name} {status}");
                assert!(refusal.instead.contains("user resend"), "{refusal}");
                assert_eq!(cause_to(&catalog, &out, Status::Active), None);
                let again = after(&out, &resend(&out, &ctx).unwrap());
                assert_eq!(again.status, Status::Invited);
                // Once let in, it is as anybody else.
                let is = after(&again, &accept(&again, &ctx).unwrap());
                let out = after(&is, &deactivate(&is, &ctx).unwrap());
                assert_eq!(
                    after(&out, &reactivate(&out, &ctx).unwrap()).status,
                    Status::Active
                );
                let refusal = resend(&out, &ctx).unwrap_err();
                assert!(refusal.instead.contains("user reactivate"), "{refusal}");
                assert_eq!(cause_to(&catalog, &out, Status::Invited), None);
            }
        }
    }
}

#[test]
fn reactivation_clears_the_warnings_and_starts_the_clocks() {
    let catalog = iusign();
    let mut who = in_state(Status::Suspended);
    who.warned_idle_at = Some(day(20));
    who.warned_idle_days = 3;
    who.warned_mfa_at = Some(day(21));
    let after = after(&who, &reactivate(&who, &ctx(catalog)).unwrap());
    assert_eq!(after.reactivated, Some(day(40)));
    assert_eq!(
        (
            after.warned_idle_at,
            after.warned_idle_days,
            after.warned_mfa_at
        ),
        (None, 0, None)
    );
}

#[test]
fn a_deactivated_account_needs_a_free_seat_to_come_back() {
    let catalog = iusign();
    let full = Lifecycle {
        seats_free: Some(0),
        ..ctx(catalog)
    };
    let refusal = reactivate(&in_state(Status::Deactivated), &full).unwrap_err();
    assert!(refusal.what.contains("User Limit Reached"));
    assert!(refusal.instead.contains("buy more seats") && refusal.instead.contains("deactivate"));
    assert!(
        reactivate(&in_state(Status::Suspended), &full).is_ok(),
        "a suspended account kept its seat"
    );
    let one = Lifecycle {
        seats_free: Some(1),
        ..full
    };
    assert!(reactivate(&in_state(Status::Deactivated), &one).is_ok());
}

#[test]
fn the_last_usable_owner_stays() {
    let catalog = iusign();
    let last = Lifecycle {
        last_owner: Some("the tenant"),
        ..ctx(catalog)
    };
    for verb in [suspend, deactivate] as [Verb; 2] {
        let refusal = verb(&in_state(Status::Active), &last).unwrap_err();
        assert_eq!(refusal.rule, "owner-holder");
        assert!(
            refusal.instead.contains("rollcall ownership start"),
            "{refusal}"
        );
    }
}

#[test]
fn members_switch_accounts_only_where_the_vendor_offers_the_switch() {
    let esign = catalog::builtin("esignanywhere").unwrap();
    let esign = catalog::parse("esignanywhere", esign).unwrap();
    for (catalog, switched) in [(&esign, false), (iusign(), true)] {
        let member = Lifecycle {
            by_member: true,
            ..ctx(catalog)
        };
        for verb in [suspend, deactivate, reactivate] as [Verb; 3] {
            for status in [Status::Active, Status::Suspended] {
                let done = verb(&in_state(status), &member);
                assert_eq!(done.is_ok(), switched, "{status}");
                if let Err(refusal) = done {
                    assert_eq!(refusal.rule, "enabled-elsewhere");
                    assert!(refusal.instead.contains("AdmInWeb"), "{refusal}");
                }
                assert!(
                    verb(&in_state(status), &ctx(catalog)).is_ok(),
                    "an operator"
                );
            }
        }
    }
}

#[test]
fn a_verb_changes_nothing_but_what_it_is_for() {
    let catalog = iusign();
    let changes = suspend(&in_state(Status::Active), &ctx(catalog)).unwrap();
    let fields: Vec<Field> = changes.iter().map(|c| c.field).collect();
    assert_eq!(
        fields,
        [
            Field::Status,
            Field::StatusBy,
            Field::StatusSince,
            Field::Manifest
        ]
    );
}
