//! Editing who somebody is: names, address, language, login names, team, manager.

use super::groups::may_join;
use super::{Refusal, invite, scopes};
use crate::catalog::{Catalog, EmailRule};
use crate::domain::{Account, Field, FieldChange, ScopeId, ScopeNode, Status, TenantPlan, Value};

/// The setting that locks identities: with `on`, only administrators change them.
pub const IDENTITY_LOCK: &str = "identity_lock";

/// What an edit decides: no file overwrites it.
pub const EDITED: [Field; 8] = [
    Field::Email,
    Field::FirstName,
    Field::LastName,
    Field::Username,
    Field::Sid,
    Field::Language,
    Field::Team,
    Field::Manager,
];

/// What is to change; what is absent stays, an empty text clears.
#[derive(Debug, Clone, Default)]
pub struct Edited {
    /// Address, checked for syntax.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Language tag.
    pub language: Option<String>,
    /// Login name.
    pub username: Option<String>,
    /// SAML subject.
    pub sid: Option<String>,
    /// The team's scope; inner none takes it away.
    pub team: Option<Option<ScopeId>>,
    /// Manager's email.
    pub manager: Option<String>,
}

/// What editing rests on.
#[derive(Debug, Clone, Copy)]
pub struct EditContext<'a> {
    /// The catalog in force.
    pub catalog: &'a Catalog,
    /// What the tenant has bought and set.
    pub plan: &'a TenantPlan,
    /// The tenant's tree, for teams' names.
    pub scopes: &'a [ScopeNode],
    /// True when a person edits their own account and has no right to edit others'.
    pub own: bool,
    /// Whether the caller acts as another member of the tenant, not as an operator nor on their own account.
    pub member: bool,
    /// Whether another account has the new address.
    pub email_taken: bool,
}

/// The changes of an edit; none when everything is so already.
///
/// # Errors
/// The first rule that is broken: who may change what, the address, names, language, columns, team.
pub fn edit(
    account: &Account,
    edited: &Edited,
    ctx: &EditContext<'_>,
) -> Result<Vec<FieldChange>, Refusal> {
    if account.status == Status::Deleted {
        return Err(Refusal::new(
            "status",
            "an account that is deleted is not edited",
            "invite the person anew",
        ));
    }
    let mut after = account.clone();
    for (told, slot) in [
        (&edited.email, &mut after.email),
        (&edited.first_name, &mut after.first_name),
        (&edited.last_name, &mut after.last_name),
        (&edited.language, &mut after.language),
        (&edited.username, &mut after.username),
        (&edited.sid, &mut after.sid),
        (&edited.manager, &mut after.manager),
    ] {
        if let Some(told) = told {
            told.trim().clone_into(slot);
        }
    }
    if let Some(team) = edited.team {
        after.team = team;
    }
    if ctx.own {
        own(account, &after, ctx)?;
    }
    if after.email != account.email {
        address(account, &after, ctx)?;
    }
    let named = |a: &Account| (a.first_name.clone(), a.last_name.clone());
    if named(&after) != named(account) {
        invite::names(&after.first_name, &after.last_name, ctx.catalog)?;
    }
    if after.language != account.language {
        invite::language(&after.language)?;
    }
    let if_new = |new: &str, old: &str| {
        if new == old {
            String::new()
        } else {
            new.to_owned()
        }
    };
    invite::columns(
        ctx.catalog,
        ctx.plan,
        &if_new(&after.username, &account.username),
        &if_new(&after.sid, &account.sid),
    )?;
    if after.team != account.team && after.team.is_some() {
        invite::team_allowed(ctx.catalog, ctx.plan)?;
        may_join(account)?;
    }
    keep_shown(account, &mut after, ctx.scopes);
    Ok(account.changes_to(&after))
}

/// What was known so far stays known as what sources show: none overwrites the decision, and one that shows it ends that.
fn keep_shown(account: &Account, after: &mut Account, scopes: &[ScopeNode]) {
    let decided = account.changes_to(after).into_iter();
    for change in decided.filter(|c| EDITED.contains(&c.field)) {
        let shown = account.shown_otherwise(change.field);
        let shown = shown.map_or_else(|| told(&change.old, scopes), str::to_owned);
        let back = shown == told(&change.new, scopes);
        after.show_otherwise(change.field, (!back).then_some(&shown));
    }
}

/// A value as a file tells it: a text itself, a team by its name, nothing as an empty text.
pub fn told(value: &Value, scopes: &[ScopeNode]) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(team) => u32::try_from(*team)
            .ok()
            .and_then(|team| scopes::node(scopes, ScopeId(team)))
            .map_or_else(String::new, |team| team.name.clone()),
        _ => String::new(),
    }
}

/// What people may change of themselves: address, names and language, unless identities are locked.
fn own(account: &Account, after: &Account, ctx: &EditContext<'_>) -> Result<(), Refusal> {
    let identity = |a: &Account| {
        let [email, first, last] = [&a.email, &a.first_name, &a.last_name].map(String::clone);
        (email, first, last)
    };
    let locked = ctx.catalog.constraints.email == EmailRule::Locked
        && ctx
            .plan
            .settings
            .get(IDENTITY_LOCK)
            .is_some_and(|v| v == "on");
    if locked && identity(account) != identity(after) {
        return Err(Refusal::new(
            "identity-locked",
            "the organization locks identities: nobody changes their own address or legal name",
            "ask an administrator to change it",
        ));
    }
    let rest = |a: &Account| (a.username.clone(), a.sid.clone(), a.team, a.manager.clone());
    if rest(account) != rest(after) {
        return Err(Refusal::new(
            "permission",
            "people change their own address, names and language, nothing else",
            "ask an administrator to change it",
        ));
    }
    Ok(())
}

fn address(account: &Account, after: &Account, ctx: &EditContext<'_>) -> Result<(), Refusal> {
    if ctx.catalog.constraints.email == EmailRule::Immutable {
        return Err(Refusal::new(
            "email-immutable",
            format!("{} never changes an email address", ctx.catalog.title),
            "save the signed documents, create a new user with the new address, let that user log in once, then delete \
             the old one and reassign to the new: `rollcall user invite`, then `rollcall user delete --successor`",
        ));
    }
    // Members are known by their address: who changes the owner's takes the tenant.
    if ctx.member && ctx.catalog.any_owner(&account.assignments) {
        return Err(Refusal::new(
            "owner-address",
            "the address of who holds the tenant is not changed by another member",
            "let them change it themselves, or ask an operator",
        ));
    }
    if ctx.email_taken && !after.email.eq_ignore_ascii_case(&account.email) {
        return Err(Refusal::new(
            "email-unique",
            "another account of this tenant has this address, or is known by it to the vendor until its order is done",
            "choose another address; `rollcall order list` shows what is still to be done",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{builtin, parse};
    use crate::domain::{AccountId, Field, Micros};

    fn try_edit(
        name: &str,
        lock: bool,
        own: bool,
        edited: &Edited,
    ) -> Result<Vec<Field>, &'static str> {
        let catalog = parse(name, builtin(name).unwrap()).unwrap();
        let mut plan = TenantPlan::default();
        if lock {
            plan.settings.insert(IDENTITY_LOCK.into(), "on".into());
        }
        let mut account = Account::new(AccountId(1), "ann@acme.example", Micros(0));
        (account.first_name, account.last_name) = ("Ann".into(), "Lee".into());
        let ctx = EditContext {
            catalog: &catalog,
            plan: &plan,
            scopes: &[],
            own,
            member: false,
            email_taken: false,
        };
        edit(&account, edited, &ctx)
            .map(|c| c.into_iter().map(|c| c.field).collect())
            .map_err(|r| r.rule)
    }

    #[test]
    fn whoever_has_no_access_any_more_is_put_into_no_team() {
        let catalog = parse("iusign", builtin("iusign").unwrap()).unwrap();
        let plan = TenantPlan {
            features: ["teams".to_owned()].into(),
            ..TenantPlan::default()
        };
        let ctx = EditContext {
            catalog: &catalog,
            plan: &plan,
            scopes: &[],
            own: false,
            member: false,
            email_taken: false,
        };
        let joins = |status, from, to| {
            let mut account = Account::new(AccountId(1), "ann@acme.example", Micros(0));
            (account.status, account.team) = (status, from);
            let edited = Edited {
                team: Some(to),
                ..Edited::default()
            };
            edit(&account, &edited, &ctx).map_err(|r| r.rule)
        };
        let team = Some(ScopeId(3));
        assert!(joins(Status::Suspended, None, team).is_ok());
        for status in [Status::Deactivated, Status::Expired, Status::Revoked] {
            assert_eq!(joins(status, None, team), Err("group-member"), "{status}");
            // Out of one everybody gets.
            assert!(joins(status, team, None).is_ok(), "{status}");
        }
    }

    fn email() -> Edited {
        Edited {
            email: Some("ann.lee@acme.example".into()),
            ..Edited::default()
        }
    }

    #[test]
    fn a_locked_identity_is_changed_by_administrators_alone() {
        assert_eq!(
            try_edit("iusign", true, true, &email()),
            Err("identity-locked")
        );
        assert_eq!(
            try_edit("iusign", true, false, &email()),
            Ok(vec![Field::Email, Field::ObservedIdentity])
        );
        assert_eq!(
            try_edit("iusign", false, true, &email()),
            Ok(vec![Field::Email, Field::ObservedIdentity])
        );
        let language = Edited {
            language: Some("fr".into()),
            ..Edited::default()
        };
        assert_eq!(
            try_edit("iusign", true, true, &language),
            Ok(vec![Field::Language, Field::ObservedIdentity])
        );
        let manager = Edited {
            manager: Some("boss@acme.example".into()),
            ..Edited::default()
        };
        assert_eq!(try_edit("iusign", false, true, &manager), Err("permission"));
    }

    #[test]
    fn an_edit_keeps_what_was_shown_until_it_goes_back_to_it() {
        let catalog = parse("iusign", builtin("iusign").unwrap()).unwrap();
        let plan = TenantPlan::default();
        let ctx = EditContext {
            catalog: &catalog,
            plan: &plan,
            scopes: &[],
            own: false,
            member: false,
            email_taken: false,
        };
        let mut account = Account::new(AccountId(1), "ann@acme.example", Micros(0));
        let mut rename = |first: &str, manager: &str| {
            let edited = Edited {
                first_name: Some(first.into()),
                last_name: Some("Lee".into()),
                manager: Some(manager.into()),
                ..Edited::default()
            };
            for change in edit(&account, &edited, &ctx).unwrap() {
                account.set(change.field, &change.new).unwrap();
            }
            let shown = |field| account.shown_otherwise(field).map(str::to_owned);
            (shown(Field::FirstName), shown(Field::Manager))
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(rename("Ann", "m@acme.example"), (some(""), some("")));
        assert_eq!(rename("Anna", ""), (some(""), None));
    }

    #[test]
    fn an_address_that_never_changes_is_refused_to_everybody() {
        for own in [false, true] {
            assert_eq!(
                try_edit("esignanywhere", false, own, &email()),
                Err("email-immutable")
            );
        }
        let same = Edited {
            email: Some("ann@acme.example".into()),
            ..Edited::default()
        };
        assert_eq!(try_edit("esignanywhere", false, false, &same), Ok(vec![]));
        assert_eq!(
            try_edit("onespan", false, false, &email()),
            Ok(vec![Field::Email, Field::ObservedIdentity])
        );
    }

    #[test]
    fn only_the_owner_or_an_operator_changes_the_owners_address() {
        let catalog = parse("iusign", builtin("iusign").unwrap()).unwrap();
        let mut owner = Account::new(AccountId(1), "own@acme.example", Micros(0));
        owner.assignments = vec![crate::domain::Assignment::at_root("owner")];
        let edited = Edited {
            email: Some("pat@acme.example".into()),
            ..Edited::default()
        };
        let by = |own: bool, member: bool| {
            let ctx = EditContext {
                catalog: &catalog,
                plan: &TenantPlan::default(),
                scopes: &[],
                own,
                member,
                email_taken: false,
            };
            edit(&owner, &edited, &ctx).map_err(|r| r.rule)
        };
        assert_eq!(by(false, true), Err("owner-address"));
        assert!(by(true, false).is_ok() && by(false, false).is_ok());
    }
}
