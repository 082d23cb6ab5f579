use super::*;
use crate::catalog::{builtin, parse};
use crate::domain::{Kind, Span, Sweep};
use crate::rules::lifecycle::{self, Cause, Lifecycle};
use crate::rules::scopes::tests::scope;
use proptest::prelude::*;
use std::collections::BTreeMap;

const NOW: Micros = Micros(1_000_000_000_000);

fn catalog(name: &str) -> Catalog {
    parse(name, builtin(name).unwrap()).unwrap()
}

struct Tenant {
    catalog: Catalog,
    plan: TenantPlan,
    scopes: Vec<ScopeNode>,
    policy: Policy,
    seats: Option<u32>,
}

impl Tenant {
    fn of(name: &str) -> Self {
        Tenant {
            catalog: catalog(name),
            plan: TenantPlan::default(),
            scopes: Vec::new(),
            policy: Policy::default_of(Sweep::Invitations),
            seats: None,
        }
    }

    fn ctx(&self) -> Inviting<'_> {
        Inviting {
            now: NOW,
            catalog: &self.catalog,
            plan: &self.plan,
            scopes: &self.scopes,
            conflicts: &[],
            policy: &self.policy,
        }
    }

    fn invite(&self, asked: &Asked) -> Result<(Account, Invitation), Refusal> {
        let mut limits = Limits {
            catalog: &self.catalog,
            plan: &self.plan,
            seats: self.seats,
            taken: 0,
            pools: BTreeMap::new(),
            idle: Some(0),
        };
        invite(
            AccountId(4),
            "new@acme.example",
            asked,
            &self.ctx(),
            &mut limits,
        )
    }
}

fn asked(role: &str) -> Asked {
    Asked {
        roles: vec![Assignment::at_root(role)],
        ..Asked::default()
    }
}

#[test]
fn an_invited_account_waits_with_a_link_of_seven_days() {
    let (account, invitation) = Tenant::of("iusign").invite(&asked("user")).unwrap();
    assert_eq!(
        (account.status, account.kind),
        (Status::Invited, Kind::Person)
    );
    assert_eq!((invitation.number, invitation.answer), (1, Answer::Pending));
    assert_eq!(invitation.valid_until, Some(NOW.plus(Span::days(7))));
}

#[test]
fn no_figure_is_claimed_where_neither_the_catalog_nor_a_policy_gives_one() {
    let mut tenant = Tenant::of("ignisign");
    let (_, invitation) = tenant.invite(&asked("ORG_USER")).unwrap();
    assert_eq!(invitation.valid_until, None);
    tenant.policy.mode = Mode::Auto;
    tenant.policy.invitation_valid = Span::days(3);
    let (_, invitation) = tenant.invite(&asked("ORG_USER")).unwrap();
    assert_eq!(invitation.valid_until, Some(NOW.plus(Span::days(3))));
}

#[test]
fn the_owner_role_is_not_offered_and_one_role_is_the_measure() {
    let tenant = Tenant::of("iusign");
    let refused = tenant.invite(&asked("owner")).unwrap_err();
    assert_eq!(refused.rule, "ownership-transfer");
    let none = tenant.invite(&Asked::default()).unwrap_err();
    assert_eq!(none.rule, "one-role");
}

#[test]
fn nobody_is_invited_without_a_role() {
    for name in ["ignisign", "esignanywhere"] {
        let none = Tenant::of(name).invite(&Asked::default()).unwrap_err();
        assert_eq!(none.rule, "role-required", "{name}");
        assert!(none.instead.contains("--role"), "{}", none.instead);
    }
}

#[test]
fn without_a_seat_nobody_but_a_signer_is_invited() {
    let mut tenant = Tenant::of("ignisign");
    tenant.seats = Some(0);
    assert_eq!(tenant.invite(&asked("ORG_USER")).unwrap_err().rule, "seats");
    tenant.scopes = vec![scope(1, 0, ScopeKind::Application, "portal")];
    let signer = Asked {
        roles: vec![Assignment {
            role: "SIGNERS".into(),
            scope: ScopeId(1),
        }],
        ..Asked::default()
    };
    assert!(tenant.invite(&signer).is_ok());
}

#[test]
fn teams_and_columns_need_their_features() {
    let mut tenant = Tenant::of("iusign");
    let with_team = Asked {
        team: Some(ScopeId(1)),
        ..asked("user")
    };
    let refused = tenant.invite(&with_team).unwrap_err();
    assert_eq!(refused.rule, "tier");
    assert!(refused.instead.contains("enterprise"));
    tenant.plan.tier = Some("enterprise".into());
    let refused = tenant.invite(&with_team).unwrap_err();
    assert_eq!(refused.rule, "feature", "part of the tier and switched off");
    assert!(refused.instead.contains("--enable teams"));
    tenant.plan.features.insert("teams".into());
    assert!(tenant.invite(&with_team).is_ok());

    let mut tenant = Tenant::of("esignanywhere");
    let with_name = Asked {
        username: "ann".into(),
        ..asked("power_user")
    };
    let refused = tenant.invite(&with_name).unwrap_err();
    assert_eq!(refused.rule, "column-not-available");
    tenant.plan.features.insert("saml".into());
    assert!(tenant.invite(&with_name).is_ok());
}

#[test]
fn legal_names_have_two_to_fifty_characters() {
    let iusign = catalog("iusign");
    assert!(names("Jo", "Li", &iusign).is_ok());
    for (first, last) in [("J", "Li"), ("Jo", ""), ("Jo", &"x".repeat(51))] {
        let refused = names(first, last, &iusign).unwrap_err();
        assert_eq!(refused.rule, "name");
        let one = first.len() == 1;
        assert_eq!(refused.what.ends_with("has 1 character"), one, "{refused}");
    }
    assert!(names("", "", &catalog("ignisign")).is_ok());
    assert!(names("a\u{202e}b", "", &catalog("ignisign")).is_err());
}

#[test]
fn a_flat_list_counts_in_all_environments_and_none_may_be_left_out() {
    let ignisign = catalog("ignisign");
    let scopes = [
        scope(1, 0, ScopeKind::Application, "portal"),
        scope(2, 1, ScopeKind::Environment, "DEVELOPMENT"),
        scope(3, 1, ScopeKind::Environment, "STAGING"),
        scope(4, 1, ScopeKind::Environment, "PRODUCTION"),
    ];
    let flat = vec![Assignment {
        role: "APP_OPERATOR".into(),
        scope: ScopeId(1),
    }];
    let at: Vec<u32> = spread(flat, &ignisign, &scopes)
        .iter()
        .map(|a| a.scope.0)
        .collect();
    assert_eq!(at, [2, 3, 4]);
    assert!(every_environment(&[ScopeId(2), ScopeId(3), ScopeId(4)], &scopes).is_ok());
    let refused = every_environment(&[ScopeId(2), ScopeId(4)], &scopes).unwrap_err();
    assert!(refused.what.contains("portal/STAGING"), "{refused}");
    assert!(every_environment(&[ScopeId(1)], &scopes).is_err());
}

#[test]
fn a_link_works_once_in_time_and_only_the_newest() {
    let tenant = Tenant::of("iusign");
    let (account, first) = tenant.invite(&asked("user")).unwrap();
    let rule = |number, at: Micros, invitation: &Invitation| {
        answer(&account, invitation, number, Answer::Accepted, at)
            .map(|i| i.answer)
            .map_err(|r| r.rule)
    };
    let last = Micros(NOW.plus(Span::days(7)).0 - 1);
    assert_eq!(rule(Some(1), last, &first), Ok(Answer::Accepted));
    let late = NOW.plus(Span::days(7));
    assert_eq!(rule(Some(1), late, &first), Err("invitation-expired"));
    let second = again(&first, &tenant.ctx());
    assert_eq!(rule(Some(1), NOW, &second), Err("link"));
    assert_eq!(rule(Some(3), NOW, &second), Err("link"));
    assert_eq!(rule(Some(2), NOW, &second), Ok(Answer::Accepted));
    let done = answer(&account, &second, None, Answer::Accepted, NOW).unwrap();
    assert_eq!(rule(None, NOW, &done), Err("no-invitation-pending"));
}

/// What may happen to an account with an invitation.
#[derive(Debug, Clone, Copy)]
enum Step {
    Say(Answer),
    Again,
    Other(Cause),
}

fn any_step() -> impl Strategy<Value = Step> {
    let answers = [
        Answer::Activated,
        Answer::Accepted,
        Answer::Declined,
        Answer::Cancelled,
    ];
    let causes = [
        Cause::Suspend,
        Cause::Reactivate,
        Cause::Deactivate,
        Cause::Delete,
        Cause::Expire,
    ];
    prop_oneof![
        prop::sample::select(answers.to_vec()).prop_map(Step::Say),
        Just(Step::Again),
        prop::sample::select(causes.to_vec()).prop_map(Step::Other),
    ]
}

proptest! {
    /// No path leads to a state the table does not allow, and an answer is never followed by pending under its number.
    #[test]
    fn every_path_keeps_to_the_table(
        name in prop::sample::select(vec!["iusign", "ignisign", "onespan", "esignanywhere"]),
        steps in prop::collection::vec(any_step(), 1..24),
    ) {
        let tenant = Tenant::of(name);
        let role = tenant.catalog.roles.iter().find(|r| {
            r.holder == Kind::Person && !tenant.catalog.constraints.not_by_edit.contains(&r.id)
        });
        let (mut account, mut invitation) =
            tenant.invite(&asked(&role.unwrap().id)).unwrap();
        for step in steps {
            let ctx = Lifecycle {
                now: NOW,
                origin: Origin::Admin,
                last_owner: None,
                by_member: false,
                catalog: &tenant.catalog,
                seats_free: None,
            };
            let (before, link) = (account.clone(), invitation.clone());
            let said = |a| answer(&before, &link, None, a, NOW);
            let changes = match step {
                Step::Say(Answer::Activated) => said(Answer::Activated).map(|i| (Vec::new(), i)),
                Step::Say(Answer::Accepted) => said(Answer::Accepted)
                    .and_then(|i| Ok((lifecycle::accept(&before, &ctx)?, i))),
                Step::Say(a) => {
                    let cause = if a == Answer::Declined { Cause::Decline } else { Cause::Revoke };
                    said(a).and_then(|i| Ok((lifecycle::end_invitation(&before, cause, &ctx)?, i)))
                }
                Step::Again => lifecycle::resend(&before, &ctx)
                    .map(|c| (c, again(&link, &tenant.ctx()))),
                Step::Other(cause) => {
                    let done = match cause {
                        Cause::Suspend => lifecycle::suspend(&before, &ctx),
                        Cause::Reactivate => lifecycle::reactivate(&before, &ctx),
                        Cause::Deactivate => lifecycle::deactivate(&before, &ctx),
                        other => lifecycle::end_invitation(&before, other, &ctx),
                    };
                    done.map(|c| (c, link.clone()))
                }
            };
            let Ok((changes, next)) = changes else { continue };
            for change in &changes {
                account.set(change.field, &change.new).unwrap();
            }
            invitation = settled(&next, account.status, NOW).unwrap_or(next);
            if account.status != before.status {
                prop_assert!(
                    lifecycle::cause_to(&tenant.catalog, &before, account.status).is_some(),
                    "{} → {}", before.status, account.status
                );
            }
            if invitation.number == link.number && link.answer != Answer::Pending {
                prop_assert!(invitation.answer != Answer::Pending);
            }
            if invitation.answer == Answer::Pending {
                prop_assert_eq!(account.status, Status::Invited);
            }
        }
    }
}

#[test]
fn names_come_from_an_address_book_where_the_vendor_has_one() {
    assert!(address_book(&catalog("esignanywhere")).is_ok());
    for other in ["iusign", "ignisign", "onespan"] {
        let refused = address_book(&catalog(other)).unwrap_err();
        assert_eq!(refused.rule, "address-book", "{other}");
    }
}

#[test]
fn an_address_that_is_added_again_changes_roles_only_where_new_ones_are_given() {
    let at = |role: &str, scope: u32| Assignment {
        role: role.into(),
        scope: ScopeId(scope),
    };
    let held = [at("manager", 0), at("sender", 1), at("sender", 2)];
    let asked = [at("manager", 1)];
    let after = replaced(&held, &asked);
    assert_eq!(after, [at("manager", 0), at("manager", 1), at("sender", 2)]);
    assert!(
        replaced(&held, &[]).is_empty(),
        "the rules of editing judge that"
    );
}

#[test]
fn a_language_is_a_tag() {
    for tag in ["", "en", "pt-BR", "zh-Hans", "sr-Latn-RS", "de-1996"] {
        assert!(language(tag).is_ok(), "{tag}");
    }
    for text in [
        "not a language!",
        "e",
        "en_GB",
        "-",
        "en-",
        "1a",
        "languages-of-everybody",
        "日本",
    ] {
        assert_eq!(language(text).unwrap_err().rule, "language", "{text}");
    }
}

#[test]
fn login_names_stand_in_the_form_with_one_of_their_features_only() {
    let esign = catalog("esignanywhere");
    let needs = &esign.constraints.username_needs;
    let with = |feature: &str| TenantPlan {
        features: [feature.to_owned()].into(),
        ..TenantPlan::default()
    };
    assert!(shows(needs, &with("saml")) && shows(needs, &with("on_premise")));
    assert!(!shows(needs, &with("api")));
    let iusign = catalog("iusign");
    assert!(!shows(&iusign.constraints.username_needs, &with("teams")));
}
