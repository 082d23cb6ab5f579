use super::*;
use crate::catalog::{Action, Relation, Way, builtin, parse};
use crate::domain::{AccountId, Assignment};

fn iusign() -> Catalog {
    let mut catalog = parse("iusign", builtin("iusign").unwrap()).unwrap();
    catalog.actions = vec![Action {
        id: "transaction.create".into(),
        meaning: "Start a transaction".into(),
        changes: true,
        delegate: false,
        ways: vec![Way {
            permission: "envelope.send".into(),
            relation: Relation::Any,
        }],
        remedy: "User or Admin is needed".into(),
    }];
    catalog
}

fn member(role: &str) -> Account {
    let mut account = Account::new(AccountId(1), "ann@acme.example", Micros(0));
    account.assignments = vec![Assignment::at_root(role)];
    account
}

fn all(account: Option<&Account>, invitation: Option<&Invitation>, address: &str) -> Vec<Finding> {
    let catalog = iusign();
    let case = Case {
        now: Micros(1_000),
        zone: &TimeZone::UTC,
        address,
        bad_address: None,
        account,
        invitation,
        domains: &BTreeMap::from([("acme.example".to_owned(), 40)]),
        catalog: &catalog,
        scopes: &[],
    };
    let all = diagnose(&case);
    assert!(all.is_sorted_by_key(|f| std::cmp::Reverse(f.grave)));
    all
}

fn causes(
    account: Option<&Account>,
    invitation: Option<&Invitation>,
    address: &str,
) -> Vec<Finding> {
    let mut all = all(account, invitation, address);
    all.retain(|f| f.grave == Grave::Cause);
    all
}

#[test]
fn what_nobody_has_told_is_neither_good_nor_bad_and_needs_nothing_once_it_was_answered() {
    let told = |delivery, answer| {
        let invitation = Invitation {
            account: AccountId(1),
            number: 1,
            sent: Micros(0),
            valid_until: None,
            delivery,
            delivery_at: None,
            answer,
            answered_at: None,
        };
        let all = all(Some(&member("user")), Some(&invitation), "ann@acme.example");
        let found = all.into_iter().find(|f| f.check == "delivery").unwrap();
        (found.grave, found.instead.is_empty())
    };
    use Delivery::{Bounced, Unknown};
    assert_eq!(told(Unknown, Answer::Pending), (Grave::Unknown, false));
    assert_eq!(told(Unknown, Answer::Accepted), (Grave::Unknown, true));
    assert_eq!(told(Bounced, Answer::Pending), (Grave::Cause, false));
    assert_eq!(told(Bounced, Answer::Accepted), (Grave::Good, true));
}

#[test]
fn a_mistyped_domain_is_the_first_suspicion() {
    let found = causes(None, None, "ann@amce.example");
    assert!(
        found
            .iter()
            .any(|f| f.check == "domain" && f.what.contains("acme.example"))
    );
    let found = causes(Some(&member("user")), None, "ann@acme.example");
    assert_eq!(found, []);
    assert!(
        causes(None, None, "ann@partner.example")
            .iter()
            .all(|f| f.check != "domain")
    );
}

#[test]
fn a_blocked_mail_leads_to_the_deliverability_guide() {
    let mut account = member("user");
    account.status = Status::Invited;
    let mut invitation = crate::rules::invite::assumed(&account);
    invitation.delivery = Delivery::Blocked;
    invitation.valid_until = Some(Micros(1_000));
    let found = causes(Some(&account), Some(&invitation), "ann@acme.example");
    let of = |check: &str| found.iter().find(|f| f.check == check);
    assert!(of("delivery").is_some_and(|f| f.instead.contains("Deliverability Guide")));
    assert!(of("invitation").is_some_and(|f| f.what.contains("expired on 1970-01-01")));
    assert!(of("status").is_some());
}

#[test]
fn a_viewer_can_start_nothing() {
    let found = causes(Some(&member("viewer")), None, "ann@acme.example");
    assert!(
        found.iter().any(|f| f.instead.contains("User or Admin")),
        "{found:?}"
    );
}

#[test]
fn distances_count_swapped_neighbours_as_one() {
    assert_eq!(distance("acme", "amce"), 1);
    assert_eq!(distance("acme", "acme"), 0);
    assert_eq!(distance("acme", "acmee"), 1);
    assert!(distance("acme", "globex") > 2);
}
