//! Who holds a seat or an invitation, and what the vendor shows of them.

use super::*;

#[test]
fn a_seat_of_who_was_suspended_by_somebody_is_reclaimed() {
    let mut case = Case::new(Sweep::Seats);
    let mut who = account(0);
    who.status = Status::Suspended;
    who.status_by = Origin::Admin;
    assert_eq!(
        diary(who.clone(), Sweep::Seats, &mut case, 90),
        [(30, Deactivate, 0)]
    );
    who.status_by = Origin::Inactivity;
    assert_eq!(
        diary(who.clone(), Sweep::Seats, &mut case, 90),
        [],
        "that is the inactivity sweep's"
    );
    who.status_by = Origin::Admin;
    who.kind = Kind::Signer;
    assert_eq!(
        diary(who, Sweep::Seats, &mut case, 90),
        [],
        "a signer holds no seat"
    );
}

#[test]
fn a_leaver_goes_the_day_after_and_stays_when_let_in_again() {
    let mut case = Case::new(Sweep::Seats);
    let mut who = account(0);
    who.end_date = Some(day(20).day());
    assert_eq!(
        diary(who.clone(), Sweep::Seats, &mut case, 60),
        [(21, Deactivate, 0)]
    );
    who.reactivated = Some(day(25));
    case.now = day(40);
    let Verdict::Skip(reason) = verdict(&case, Sweep::Seats, &who) else {
        panic!("no reactivation loop");
    };
    assert!(reason.contains("reactivated"), "{reason}");
}

#[test]
fn an_invitation_expires_once() {
    let mut case = Case::new(Sweep::Invitations);
    case.policy.armed_at = Some(day(5));
    let mut who = account(0);
    who.status = Status::Invited;
    who.invited_at = Some(day(3));
    assert_eq!(
        diary(who, Sweep::Invitations, &mut case, 60),
        [(10, Expire, 0)],
        "no amnesty: sending it again undoes it"
    );
}

/// What a sweep says of an account in a vendor's tenant.
fn at_the_vendor(case: &Case, sweep: Sweep, account: &Account) -> Verdict {
    let context = Context {
        authority: Authority::Vendor,
        ..case.context()
    };
    judge(sweep, &facts(account, iusign()), &context)
}

#[test]
fn whom_the_vendor_shows_in_another_state_is_left_alone_and_told() {
    let mut guest = account(0);
    (guest.status, guest.invited_at) = (Status::Invited, Some(day(0)));
    let mut idle = account(0);
    let mut bare = account(0);
    bare.assignments = vec![crate::domain::Assignment::at_root("admin")];
    (bare.mfa, bare.mfa_at) = (Mfa::None, Some(day(200)));
    for (sweep, who, shown) in [
        (Sweep::Invitations, &mut guest, Status::Active),
        (Sweep::Inactivity, &mut idle, Status::Suspended),
        (Sweep::Mfa, &mut bare, Status::Deactivated),
    ] {
        let mut case = Case::new(sweep);
        case.now = day(200);
        who.observed_status = Some(who.status);
        let verdict = at_the_vendor(&case, sweep, who);
        assert!(matches!(verdict, Verdict::Act(_)), "{sweep}: {verdict:?}");
        who.observed_status = Some(shown);
        let Verdict::Skip(reason) = at_the_vendor(&case, sweep, who) else {
            panic!("{sweep} acts on whom the vendor shows {shown}");
        };
        assert!(reason.contains(shown.word()), "{reason}");
    }
    // A use says so as well as an export.
    guest.observed_status = None;
    guest.last_use = Some(day(1));
    let mut case = Case::new(Sweep::Invitations);
    case.now = day(200);
    let verdict = at_the_vendor(&case, Sweep::Invitations, &guest);
    assert!(matches!(verdict, Verdict::Skip(_)), "{verdict:?}");
}

#[test]
fn who_uses_the_account_after_a_suspension_at_the_vendor_is_not_deactivated() {
    for (sweep, by) in [
        (Sweep::Inactivity, Origin::Inactivity),
        (Sweep::Seats, Origin::Admin),
    ] {
        let mut case = Case::new(sweep);
        case.now = day(200);
        let mut who = account(0);
        (who.status, who.status_by) = (Status::Suspended, by);
        who.status_since = day(100);
        who.last_use = Some(day(100));
        let verdict = at_the_vendor(&case, sweep, &who);
        assert_eq!(kind_of(&verdict), Some((Deactivate, 0)), "{sweep}");
        who.last_use = Some(Micros(day(100).0 + 1));
        let Verdict::Skip(reason) = at_the_vendor(&case, sweep, &who) else {
            panic!("{sweep} deactivates who is at work");
        };
        assert!(reason.contains("not in force at the vendor"), "{reason}");
    }
}
