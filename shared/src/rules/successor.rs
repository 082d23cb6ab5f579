//! Who could take over what a leaver owns.

use super::Refusal;
use super::rights::{Question, Relations, Rights, Setting, Verdict};
use super::scopes::within;
use crate::domain::{Account, AccountFacts, Assignment, Day, Kind, ScopeId, Status};
use crate::text::counted;

/// Whether these roles allow to send, as `can` answers, and so to take over what was sent: somewhere where the leaver's
/// own roles reach; anywhere for a leaver without roles.
pub fn entitled(
    setting: &Setting<'_>,
    rights: &Rights,
    leaver: &[Assignment],
    roles: &[Assignment],
) -> bool {
    let Some(sends) = &setting.catalog.constraints.sends else {
        return true;
    };
    let Some(what) = rights.what(sends) else {
        return false;
    };
    let held = rights.held(setting, roles);
    let may = |scope: ScopeId| {
        let question = Question {
            what,
            change: true,
            relations: Relations::default(),
            scope,
        };
        rights.can(Status::Active, &held, &question) == Verdict::Allowed
    };
    // Of two scopes of which one lies in the other, the inner one is where both work.
    let common = |one: ScopeId, other: ScopeId| match () {
        () if within(setting.scopes, one, other) => Some(one),
        () if within(setting.scopes, other, one) => Some(other),
        () => None,
    };
    roles.iter().any(|to| match leaver {
        [] => may(to.scope),
        leaver => {
            let mut places = leaver.iter().filter_map(|l| common(to.scope, l.scope));
            places.any(may)
        }
    })
}

/// Why an account cannot take over because of its state; none when it can. Who leaves or is away is no help.
pub fn unavailable(facts: &AccountFacts, today: Day) -> Option<&'static str> {
    if facts.kind != Kind::Person {
        return Some("no person");
    }
    if facts.status != Status::Active {
        return Some("not active");
    }
    if facts.end_date.is_some() {
        return Some("leaving");
    }
    let begun = facts.leave_from.is_none_or(|from| from <= today);
    let lasts = facts.leave_to.is_none_or(|to| to >= today);
    let told = facts.leave_from.is_some() || facts.leave_to.is_some();
    (told && begun && lasts).then_some("on leave")
}

/// Refuses a successor who cannot take over.
///
/// # Errors
/// Rules `successor-available`, `successor-entitled`.
pub fn check(
    leaver: &Account,
    to: &Account,
    setting: &Setting<'_>,
    rights: &Rights,
    today: Day,
) -> Result<(), Refusal> {
    let catalog = setting.catalog;
    let instead = "name another successor; `rollcall handover plan` proposes some";
    if leaver.id == to.id {
        return Err(Refusal::new(
            "successor-available",
            format!("account {} cannot be its own successor", to.id.0),
            instead,
        ));
    }
    if let Some(why) = unavailable(&super::facts(to, catalog), today) {
        return Err(Refusal::new(
            "successor-available",
            format!("account {} cannot take over: it is {why}", to.id.0),
            instead,
        ));
    }
    if !entitled(setting, rights, &leaver.assignments, &to.assignments) {
        let sends = catalog.constraints.sends.as_deref().unwrap_or_default();
        return Err(Refusal::new(
            "successor-entitled",
            format!(
                "account {} cannot take over: none of its roles gives {sends} where the leaver works",
                to.id.0
            ),
            "give it a role that sends there, or name another successor",
        ));
    }
    Ok(())
}

/// Why somebody is proposed, one phrase: manager, same team, how much they own already.
pub fn because(leaver: &Account, to: &Account, team: Option<&str>) -> String {
    let mut reasons = Vec::new();
    if is_manager(leaver, to) {
        reasons.push("the leaver's manager".to_owned());
    }
    reasons.push("active and allowed to send".to_owned());
    if let Some(team) = team.filter(|_| leaver.team.is_some() && leaver.team == to.team) {
        reasons.push(format!("same team {team}"));
    }
    let own = to.assets.first().copied().unwrap_or(0);
    reasons.push(format!("owns {}", counted(own, "active envelope")));
    reasons.join(", ")
}

/// Whether one is the other's manager.
pub fn is_manager(leaver: &Account, to: &Account) -> bool {
    !leaver.manager.is_empty() && crate::text::fold(&leaver.manager) == crate::text::fold(&to.email)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{self, Catalog};
    use crate::domain::{AccountId, CustomRole, Micros, ScopeKind, ScopeNode, ScopeProfile};
    use std::collections::BTreeSet;

    fn iusign() -> Catalog {
        catalog::parse("iusign", catalog::builtin("iusign").unwrap()).unwrap()
    }

    /// Whether the second takes over from the first, in a tree with two accounts beside each other.
    fn takes(catalog: &Catalog, leaver: &Account, to: &Account) -> Result<(), &'static str> {
        let scope = |id, parent: Option<u32>| ScopeNode {
            id: ScopeId(id),
            kind: ScopeKind::Account,
            parent: parent.map(ScopeId),
            name: format!("a{id}"),
            profile: ScopeProfile::default(),
        };
        let scopes = [scope(1, Some(0)), scope(2, Some(0))];
        let features: BTreeSet<String> = catalog.default_features();
        let setting = Setting {
            catalog,
            scopes: &scopes,
            features: &features,
        };
        let rights = Rights::compile(&setting);
        check(leaver, to, &setting, &rights, Day(100)).map_err(|r| r.rule)
    }

    fn account(id: u32, role: &str) -> Account {
        let mut account = Account::new(AccountId(id), format!("a{id}@b.example"), Micros(0));
        account.assignments = vec![Assignment::at_root(role)];
        account
    }

    #[test]
    fn who_cannot_take_over_is_refused_by_the_rule_that_says_so() {
        let catalog = iusign();
        let leaver = account(1, "user");
        let rule = |to: &Account| takes(&catalog, &leaver, to);
        assert_eq!(rule(&account(2, "user")), Ok(()));
        assert_eq!(rule(&account(2, "viewer")), Err("successor-entitled"));
        assert_eq!(rule(&leaver), Err("successor-available"));
        let with = |change: fn(&mut Account)| {
            let mut to = account(2, "user");
            change(&mut to);
            rule(&to)
        };
        let refused = Err("successor-available");
        assert_eq!(with(|a| a.status = Status::Suspended), refused);
        assert_eq!(with(|a| a.kind = Kind::Service), refused);
        assert_eq!(with(|a| a.end_date = Some(Day(900))), refused);
        assert_eq!(with(|a| a.leave_from = Some(Day(99))), refused);
        assert_eq!(with(|a| a.leave_to = Some(Day(100))), refused);
        assert_eq!(with(|a| a.leave_to = Some(Day(99))), Ok(()));
        assert_eq!(with(|a| a.leave_from = Some(Day(101))), Ok(()));
    }

    #[test]
    fn a_block_beats_the_grant_of_sending() {
        let mut catalog = iusign();
        let leaver = account(1, "user");
        let mut to = account(2, "user");
        to.assignments.push(Assignment::at_root("viewer"));
        assert_eq!(takes(&catalog, &leaver, &to), Ok(()));
        let viewer = catalog.roles.iter_mut().find(|r| r.id == "viewer").unwrap();
        viewer.blocks.push("envelope.send".into());
        assert_eq!(takes(&catalog, &leaver, &to), Err("successor-entitled"));
    }

    #[test]
    fn a_role_that_does_not_count_and_one_held_elsewhere_take_nothing_over() {
        let asleep = CustomRole {
            id: "closer".into(),
            label: "Closer".into(),
            description: String::new(),
            grants: ["transaction.transaction".to_owned()].into(),
            blocks: BTreeSet::new(),
            enabled: false,
            home: ScopeId::ROOT,
            offered: None,
            privileged: false,
        };
        let awake = CustomRole {
            enabled: true,
            ..asleep.clone()
        };
        let onespan = catalog::parse("onespan", catalog::builtin("onespan").unwrap()).unwrap();
        let leaver = account(1, "sender");
        let to = account(2, "closer");
        let with = |role| onespan.with_custom(std::iter::once(role));
        assert_eq!(
            takes(&with(&asleep), &leaver, &to),
            Err("successor-entitled")
        );
        assert_eq!(takes(&with(&awake), &leaver, &to), Ok(()));
        let at = |id, scope| {
            let mut account = account(id, "sender");
            account.assignments[0].scope = ScopeId(scope);
            account
        };
        // Beside where the leaver works is no place to take over; above it and below it are.
        assert_eq!(
            takes(&onespan, &at(1, 1), &at(2, 2)),
            Err("successor-entitled")
        );
        for (mine, theirs) in [(1, 1), (1, 0), (0, 1)] {
            assert_eq!(takes(&onespan, &at(1, mine), &at(2, theirs)), Ok(()));
        }
    }

    #[test]
    fn the_reasons_are_stated() {
        let mut leaver = account(1, "user");
        let mut to = account(2, "user");
        assert_eq!(
            because(&leaver, &to, None),
            "active and allowed to send, owns 0 active envelopes"
        );
        leaver.manager = "A2@b.example".into();
        (leaver.team, to.team) = (
            Some(crate::domain::ScopeId(3)),
            Some(crate::domain::ScopeId(3)),
        );
        to.assets = vec![1];
        assert_eq!(
            because(&leaver, &to, Some("Sales")),
            "the leaver's manager, active and allowed to send, same team Sales, owns 1 active envelope"
        );
    }
}
