use super::*;
use crate::catalog::{builtin, parse};
use crate::domain::Status;

const NOW: Micros = Micros(1_000_000_000_000);

fn iusign() -> Catalog {
    parse("iusign", builtin("iusign").unwrap()).unwrap()
}

fn member(id: u32, role: &str) -> Account {
    let mut account = Account::new(AccountId(id), format!("p{id}@acme.example"), Micros(0));
    account.assignments = vec![Assignment::at_root(role)];
    account
}

fn who(os_user: &str, account: Option<u32>, operator: bool) -> Asker<'_> {
    Asker {
        os_user,
        person: None,
        account: account.map(AccountId),
        operator,
        proposer: false,
    }
}

fn proposed(replace: bool, by: &Asker<'_>) -> Result<(Transfer, Vec<String>), Refusal> {
    let (owner, heir) = (member(1, "owner"), member(2, "user"));
    let ask = Proposing {
        now: NOW,
        catalog: &iusign(),
        from: Some(&owner),
        to: &heir,
        replace,
        reason: replace.then_some("out of reach"),
        open: None,
    };
    propose(TransferId(1), &ask, by)
}

#[test]
fn only_the_owner_starts_and_the_new_owner_confirms() {
    assert_eq!(
        proposed(false, &who("root", None, true)).unwrap_err().rule,
        "ownership-transfer"
    );
    let (transfer, warnings) = proposed(false, &who("ada", Some(1), false)).unwrap();
    assert!(warnings[0].contains("second factor"), "{warnings:?}");
    let (owner, heir) = (member(1, "owner"), member(2, "user"));
    let by = |asker: &Asker<'_>, at| {
        confirm(&transfer, Some(&owner), &heir, &iusign(), asker, at).map_err(|r| r.rule)
    };
    assert_eq!(
        by(&who("ada", Some(1), false), NOW).unwrap_err(),
        "four-eyes"
    );
    assert_eq!(
        by(&who("eve", Some(3), false), NOW).unwrap_err(),
        "permission"
    );
    let late = NOW.plus(TRANSFER_LIFE);
    assert_eq!(
        by(&who("bob", Some(2), false), late).unwrap_err(),
        "transfer-expired"
    );
    let done = by(&who("bob", Some(2), false), NOW).unwrap();
    let role_after = |mut account: Account, changes: &[FieldChange]| {
        for change in changes {
            account.set(change.field, &change.new).unwrap();
        }
        account.assignments[0].role.clone()
    };
    assert_eq!(role_after(owner.clone(), &done.from), "admin");
    assert_eq!(role_after(heir.clone(), &done.to), "owner");
    assert_eq!(done.transfer.state, TransferState::Done);
}

#[test]
fn who_cannot_own_the_tenant_any_more_keeps_nobody_else_from_it() {
    let by = who("ada", Some(1), false);
    let (owner, heir, other) = (member(1, "owner"), member(2, "user"), member(3, "user"));
    let (open, _) = proposed(false, &by).unwrap();
    let ask = |to: &Account| {
        let ask = Proposing {
            now: NOW,
            catalog: &iusign(),
            from: Some(&owner),
            to: &other,
            replace: false,
            reason: None,
            open: Some((&open, Some(to))),
        };
        propose(TransferId(2), &ask, &by)
    };
    assert_eq!(ask(&heir).unwrap_err().rule, "transfer-open");
    let gone = Account {
        status: Status::Deactivated,
        ..heir
    };
    let (_, warnings) = ask(&gone).unwrap();
    assert!(warnings[0].contains("transfer 1 ends"), "{warnings:?}");
}

#[test]
fn replacing_takes_a_reason_and_a_second_approver() {
    let (transfer, _) = proposed(true, &who("root", None, true)).unwrap();
    let (owner, mut heir) = (member(1, "owner"), member(2, "user"));
    let by = |heir: &Account, asker: &Asker<'_>| {
        confirm(&transfer, Some(&owner), heir, &iusign(), asker, NOW)
            .map(|_| ())
            .map_err(|r| r.rule)
    };
    assert_eq!(by(&heir, &who("root", None, true)), Err("four-eyes"));
    assert_eq!(by(&heir, &who("bob", Some(2), true)), Err("four-eyes"));
    assert_eq!(by(&heir, &who("max", None, true)), Ok(()));
    heir.status = Status::Suspended;
    assert_eq!(by(&heir, &who("max", None, true)), Err("usable-owner"));
    let owner = member(1, "admin");
    let stale = confirm(
        &transfer,
        Some(&owner),
        &member(2, "user"),
        &iusign(),
        &who("max", None, true),
        NOW,
    );
    assert_eq!(stale.unwrap_err().rule, "transfer-stale");
    assert_eq!(
        proposed(true, &who("ada", Some(1), false))
            .unwrap_err()
            .rule,
        "ownership-transfer"
    );
}

#[test]
fn a_person_with_two_logins_does_not_confirm_what_they_proposed() {
    let (transfer, _) = proposed(true, &who("man", None, true)).unwrap();
    let (owner, heir) = (member(1, "owner"), member(2, "user"));
    let again = Asker {
        person: None,
        proposer: true,
        ..who("games", None, true)
    };
    let by = |who: &Asker<'_>| confirm(&transfer, Some(&owner), &heir, &iusign(), who, NOW);
    assert_eq!(by(&again).unwrap_err().rule, "four-eyes");
    assert!(by(&who("games", None, true)).is_ok());
}

#[test]
fn the_person_who_proposed_does_not_confirm_with_another_login_whatever_is_bound_since() {
    let first = Asker {
        person: Some("ops@corp.example"),
        ..who("ops", None, true)
    };
    let (transfer, _) = proposed(true, &first).unwrap();
    let (owner, heir) = (member(1, "owner"), member(2, "user"));
    let by = |person| {
        let asker = Asker {
            person: Some(person),
            ..who("ops2", None, true)
        };
        confirm(&transfer, Some(&owner), &heir, &iusign(), &asker, NOW).map_err(|r| r.rule)
    };
    assert_eq!(by("Ops@corp.example").unwrap_err(), "four-eyes");
    assert!(by("max@corp.example").is_ok());
    // A record from before the person was kept is read as it was.
    let old = minicbor::to_vec(&transfer).unwrap();
    let mut none = transfer.clone();
    none.proposed_person = None;
    let short = minicbor::to_vec(&none).unwrap();
    assert!(short.len() < old.len());
    assert_eq!(minicbor::decode::<Transfer>(&short).unwrap(), none);
}
