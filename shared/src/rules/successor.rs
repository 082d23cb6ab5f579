//! Who could take over what a leaver owns.

use super::Refusal;
use crate::catalog::Catalog;
use crate::domain::{Account, AccountFacts, Assignment, Day, Kind, Status};
use crate::text::counted;

/// Whether these roles allow to send, and so to take over what was sent.
pub fn entitled(catalog: &Catalog, roles: &[Assignment]) -> bool {
    let Some(sends) = &catalog.constraints.sends else {
        return true;
    };
    let held = || roles.iter().filter_map(|a| catalog.role(&a.role));
    held().any(|role| role.grants(sends)) && !held().any(|role| role.blocks.contains(sends))
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
pub fn check(leaver: &Account, to: &Account, catalog: &Catalog, today: Day) -> Result<(), Refusal> {
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
    if !entitled(catalog, &to.assignments) {
        let sends = catalog.constraints.sends.as_deref().unwrap_or_default();
        return Err(Refusal::new(
            "successor-entitled",
            format!(
                "account {} cannot take over: none of its roles gives {sends}",
                to.id.0
            ),
            "give it a role that sends, or name another successor",
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
    use crate::catalog;
    use crate::domain::{AccountId, Micros};

    fn iusign() -> Catalog {
        catalog::parse("iusign", catalog::builtin("iusign").unwrap()).unwrap()
    }

    fn account(id: u32, role: &str) -> Account {
        let mut account = Account::new(AccountId(id), format!("a{id}@b.example"), Micros(0));
        account.assignments = vec![Assignment::at_root(role)];
        account
    }

    #[test]
    fn who_cannot_take_over_is_refused_by_the_rule_that_says_so() {
        let (catalog, today) = (iusign(), Day(100));
        let leaver = account(1, "user");
        let rule = |to: &Account| check(&leaver, to, &catalog, today).map_err(|r| r.rule);
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
        let roles = [Assignment::at_root("user"), Assignment::at_root("viewer")];
        assert!(entitled(&catalog, &roles));
        let viewer = catalog.roles.iter_mut().find(|r| r.id == "viewer").unwrap();
        viewer.blocks.push("envelope.send".into());
        assert!(!entitled(&catalog, &roles));
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
