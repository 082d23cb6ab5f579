//! `user invite`: one or several people with the same roles.

use super::limits;
use super::work::{Work, account};
use crate::handlers::ask::{Ask, Door, Extra, Who, who};
use crate::handlers::refused;
use crate::handlers::structure::land;
use crate::writer::{Cache, Draft, Proposal};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    AccountId, AssetKind, Assignment, Field, GroupKind, Kind, Rule, ScopeId, ScopeKind, ScopeNode,
    Status, Sweep, TenantState,
};
use rollcall_shared::formats;
use rollcall_shared::rules::limits::Limits;
use rollcall_shared::rules::{Refusal, giving, groups, invite, roles_edit, scopes};
use rollcall_shared::text::{fold, safe};
use rollcall_shared::wire::identity::UserInvite;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, mut request: UserInvite) -> Result<Value, Failure> {
    if let ("", Some(application)) = (request.tenant.as_str(), &request.scope) {
        request.tenant = tenant_of(ask, application)?;
    }
    let tenant = request.tenant.clone();
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    let verb = Verb::UserInvite;
    let (service, caller) = (ask.service.clone(), ask.caller.clone());
    ask.change_as(
        verb,
        &tenant,
        Door::Part,
        extra,
        move |draft, cache, inviter| {
            let giver = who(
                &service,
                &caller,
                draft.state,
                Verb::UserRole,
                &request.tenant,
            );
            plan(draft, cache, &request, inviter, &giver)
        },
    )
    .await
}

fn plan(
    draft: &Draft<'_>,
    cache: &mut Cache,
    request: &UserInvite,
    who: &Who,
    giver: &Who,
) -> Result<Proposal, Failure> {
    let mut work = Work::new(draft, &request.tenant, request.reason.as_deref())?;
    let view = work.view;
    let emails = addresses(&request.email)?;
    // Nothing is told of what lies outside of the caller's part: names are looked for in it alone.
    let known = who.scopes(view);
    let unseen = |refusal| who.unseen(draft.state, refused(refusal));
    let place = match &request.scope {
        None => ScopeId::ROOT,
        Some(path) => match application(&known, path) {
            Some(application) => application,
            None => roles_edit::place(&known, path).map_err(unseen)?,
        },
    };
    let roles = roles(view, &known, request, place).map_err(unseen)?;
    let team = team(view, &known, request.team.as_deref())
        .map_err(|failure| who.unseen(draft.state, failure))?;
    let mut asked = invite::Asked {
        roles,
        team,
        language: request.language.clone().unwrap_or_default(),
        username: request.username.clone().unwrap_or_default(),
        sid: request.sid.clone().unwrap_or_default(),
        ..invite::Asked::default()
    };
    // What lies outside of the caller's part is refused before anybody is looked for.
    let mut touched: Vec<ScopeId> = asked.roles.iter().map(|a| a.scope).collect();
    touched.extend(asked.team);
    if asked.roles.is_empty() {
        touched.push(place);
    }
    who.touches(draft.state, &touched)?;
    // An address book is its owner's: a member looks in their own.
    let book = match who.operator {
        true => None,
        false => Some(who.account(draft.state)),
    };
    names(view, request, &emails, book, &mut asked)?;
    let rules: Vec<_> = view.conflicts().cloned().collect();
    let policy = view.policy(Sweep::Invitations);
    let ctx = invite::Inviting {
        now: draft.now,
        catalog: &view.catalog,
        plan: &view.tenant.plan,
        scopes: &view.scopes,
        conflicts: &rules,
        policy: &policy,
    };
    let mut seats = limits(draft.state, view, draft.now);
    let first = view.accounts();
    let (mut new, mut replaced) = (0, 0);
    for email in &emails {
        let lookup = cache.lookup(draft.state, view.tenant.id);
        let holder = lookup.by_email(draft.state, email);
        let there = holder
            .and_then(|id| draft.state.account(view.reference(id)))
            .filter(|a| a.status != Status::Deleted);
        if let Some(there) = there {
            if !there.assignments.iter().any(|a| who.sees(a.scope)) && who.allowed.is_err() {
                return Err(naming(email, emails.len(), invite::elsewhere()));
            }
            let open = matches!(there.status, Status::Active | Status::Suspended);
            if !(view.catalog.constraints.invite_replaces_roles && open) {
                let refusal = invite::known(&there, &view.catalog, &view.scopes, place);
                return Err(naming(email, emails.len(), refusal));
            }
            let roles = invite::replaced(&there.assignments, &asked.roles);
            who.touches_roles(draft.state, &there.assignments, &roles)?;
            // Other roles for somebody who is there are no invitation any more.
            giver.touches_roles(draft.state, &there.assignments, &roles)?;
            replace(draft, &mut work, &mut seats, there.id, &roles)?;
            giver.may_give(draft.state, &there.assignments, &roles)?;
            replaced += 1;
            continue;
        }
        // Several may have had it, one after the other.
        let holders = lookup.all_by_email(draft.state, email);
        let mut leaving = holders.iter();
        if let Some(order) = leaving.find_map(|id| view.open_order(*id, Field::Status)) {
            let refusal = invite::not_gone(order);
            return Err(naming(email, emails.len(), refusal));
        }
        let former = lookup
            .by_address(draft.state, email)
            .filter(|id| !holders.contains(id));
        if let Some(order) = former.and_then(|id| view.open_order(id, Field::Email)) {
            let refusal = invite::still_known(order);
            return Err(naming(email, emails.len(), refusal));
        }
        let mut own = asked.clone();
        if own.roles.is_empty()
            && let Some(role) = &view.catalog.constraints.default_role
        {
            own.roles.push(Assignment {
                role: role.clone(),
                scope: place,
            });
        }
        let id = AccountId(first + new);
        let (mut account, invitation) = invite::invite(id, email, &own, &ctx, &mut seats)
            .map_err(|refusal| naming(email, emails.len(), refusal))?;
        // An address that passes on takes no session along.
        let earlier = holders.into_iter().chain(former);
        let reached = earlier.filter_map(|id| Some(view.manifest(&view.account(id)?)));
        if let Some(reached) = reached.max() {
            account.manifest = view.manifest_above(reached);
        }
        may_invite_with(draft, view, (who, giver), &account.assignments)?;
        if account.kind == Kind::Person && view.catalog.any_privileged(&account.assignments) {
            work.warnings
                .push("a privileged role: the MFA mandate will ask for a second factor".into());
        }
        work.decided(id, account.creation(), Rule::Invited)?;
        work.follow_team(id, None, account.team);
        work.note(match invitation.valid_until {
            Some(until) => format!(
                "{}: link 1 works until {}",
                view.reference(id),
                work.clock(until)
            ),
            None => format!(
                "{}: link 1, without an end that is known",
                view.reference(id)
            ),
        });
        work.invitation(None, invitation);
        new += 1;
    }
    work.warnings.dedup();
    let invited = match new {
        0 => String::new(),
        1 => format!("account {} is invited", view.reference(AccountId(first))),
        n => format!(
            "{n} accounts are invited, {} to {}",
            view.reference(AccountId(first)),
            view.reference(AccountId(first + n - 1))
        ),
    };
    let message = match replaced {
        0 => invited,
        n => format!(
            "{invited}{}{n} of these addresses were there already: their roles are replaced there",
            if new == 0 { "" } else { "; " }
        ),
    };
    work.finish(request.dry_run, message)
}

/// Refuses roles that the inviter may not give: an operator who may invite and give no roles invites with plain ones.
fn may_invite_with(
    draft: &Draft<'_>,
    view: &TenantView,
    (who, giver): (&Who, &Who),
    roles: &[Assignment],
) -> Result<(), Failure> {
    if !who.operator {
        return who.may_give(draft.state, &[], roles);
    }
    let places: Vec<ScopeId> = roles.iter().map(|a| a.scope).collect();
    match giver.touches(draft.state, &places) {
        Ok(()) => giver.may_give(draft.state, &[], roles),
        Err(_) => giving::plain(&view.catalog, roles).map_err(refused),
    }
}

/// The tenant of an application that is named alone: of those where the caller may invite, the one that has it.
fn tenant_of(ask: &Ask<'_>, wanted: &str) -> Result<String, Failure> {
    let state = ask.state();
    let having: Vec<&str> = state
        .tenants()
        .filter(|view| view.tenant.state != TenantState::Closed)
        .filter(|view| {
            let who = ask.who(&state, Verb::UserInvite, &view.tenant.name);
            application(&view.scopes, wanted).is_some_and(|id| who.sees(id))
        })
        .map(|view| view.tenant.name.as_str())
        .collect();
    match having.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err(Failure::new(
            Class::NotFound,
            format!("there is no application {wanted:?} that you may invite into"),
        )
        .rule("application")
        .hint("name the tenant as well, or see the applications with `rollcall scope list`")),
        several => Err(Failure::new(
            Class::Conflict,
            format!("several tenants have an application {wanted:?}"),
        )
        .rule("application")
        .hint(format!("name the tenant as well: {}", several.join(", ")))),
    }
}

/// The application of this path or number.
fn application(known: &[ScopeNode], wanted: &str) -> Option<ScopeId> {
    let applications = || known.iter().filter(|s| s.kind == ScopeKind::Application);
    let number = || wanted.parse().ok().map(ScopeId);
    applications()
        .find(|s| scopes::path(known, s.id) == wanted)
        .or_else(|| applications().find(|s| Some(s.id) == number()))
        .map(|s| s.id)
}

/// Every address, checked and once; commas separate several.
fn addresses(told: &[String]) -> Result<Vec<String>, Failure> {
    let mut out: Vec<String> = Vec::new();
    for text in told
        .iter()
        .flat_map(|t| t.split(','))
        .map(str::trim)
        .filter(|t| !t.is_empty())
    {
        let email = formats::address(text).map_err(|why| {
            Failure::new(Class::Usage, why)
                .rule("email")
                .hint("check the spelling; several addresses are separated by commas")
        })?;
        if !out.iter().any(|known| fold(known) == fold(&email)) {
            out.push(email);
        }
    }
    match out.is_empty() {
        false => Ok(out),
        true => Err(Failure::new(Class::Usage, "nobody is named to be invited")
            .rule("email")
            .hint("give one address, or several separated by commas")),
    }
}

/// The roles asked for: a flat list at one scope, or a list for each environment.
fn roles(
    view: &TenantView,
    known: &[ScopeNode],
    request: &UserInvite,
    place: ScopeId,
) -> Result<Vec<Assignment>, Refusal> {
    let resolve = |text: &String, at| roles_edit::resolve(text, at, &view.catalog, known);
    if request.at.is_empty() {
        let flat: Result<Vec<_>, _> = request.roles.iter().map(|r| resolve(r, place)).collect();
        return Ok(invite::spread(flat?, &view.catalog, &view.scopes));
    }
    if !request.roles.is_empty() {
        return Err(Refusal::new(
            "environments",
            "roles are given as one list, or for each environment, not both",
            "leave one of them out",
        ));
    }
    let (mut named, mut out) = (Vec::new(), Vec::new());
    for at in &request.at {
        let scope = roles_edit::place(known, &at.scope)?;
        named.push(scope);
        for role in &at.roles {
            out.push(resolve(role, scope)?);
        }
    }
    invite::every_environment(&named, &view.scopes)?;
    Ok(out)
}

/// The team of this name or path, among the scopes that may be told of.
pub(super) fn team(
    view: &TenantView,
    known: &[ScopeNode],
    name: Option<&str>,
) -> Result<Option<ScopeId>, Failure> {
    let Some(name) = name.map(str::trim).filter(|n| !n.is_empty()) else {
        return Ok(None);
    };
    groups::open(&land(view), GroupKind::Team).map_err(refused)?;
    if let Some(team) = groups::team_named(&view.scopes, known, name).map_err(refused)? {
        return Ok(Some(team));
    }
    let teams = groups::standing_teams(known);
    let names: Vec<&str> = teams.map(|s| s.name.as_str()).collect();
    Err(
        Failure::new(Class::NotFound, format!("there is no team {name:?}"))
            .rule("team")
            .hint(match names.as_slice() {
                [] => "there is no team yet: make one with `rollcall group set`".to_owned(),
                names => format!("the teams are: {}", names.join(", ")),
            }),
    )
}

/// Legal names: given with one address, or taken from its entry in an address book.
fn names(
    view: &TenantView,
    request: &UserInvite,
    emails: &[String],
    book: Option<Option<AccountId>>,
    asked: &mut invite::Asked,
) -> Result<(), Failure> {
    if request.from_address_book {
        invite::address_book(&view.catalog).map_err(refused)?;
    }
    let given = request.first_name.is_some() || request.last_name.is_some();
    let own = given || request.username.is_some() || request.sid.is_some();
    if let [email] = emails {
        asked.first_name = request.first_name.clone().unwrap_or_default();
        asked.last_name = request.last_name.clone().unwrap_or_default();
        if request.from_address_book {
            let (first, last) = in_address_book(view, book, email)?;
            if request.first_name.is_none() {
                asked.first_name = first;
            }
            if request.last_name.is_none() {
                asked.last_name = last;
            }
        }
        return invite::names(&asked.first_name, &asked.last_name, &view.catalog).map_err(refused);
    }
    if own || request.from_address_book {
        return Err(Failure::new(
            Class::Usage,
            "names, username and SID are of one person, but several addresses are given",
        )
        .rule("several-addresses")
        .hint("invite that person alone, or leave them out"));
    }
    Ok(())
}

/// First and last name of the address book entry with this address: the entry's state holds the name. `book` is whose
/// address book is looked in; none is everybody's.
fn in_address_book(
    view: &TenantView,
    book: Option<Option<AccountId>>,
    email: &str,
) -> Result<(String, String), Failure> {
    let entry = view.assets().find(|a| {
        a.kind == AssetKind::AddressBookEntry
            && !a.gone
            && book.is_none_or(|owner| owner == Some(a.owner))
            && fold(&a.external) == fold(email)
    });
    let Some(entry) = entry else {
        return Err(Failure::new(
            Class::NotFound,
            match book {
                Some(_) => format!(
                    "your address book has no entry of {} that is known",
                    safe(email)
                ),
                None => format!("no address book entry of {} is known", safe(email)),
            },
        )
        .rule("address-book")
        .hint("give the names, or bring address books in with `rollcall import assets`"));
    };
    let name = entry.state.trim();
    Ok(match name.rsplit_once(' ') {
        Some((first, last)) => (first.trim().to_owned(), last.to_owned()),
        None => (name.to_owned(), String::new()),
    })
}

/// Gives an address that is there already these roles, instead of the ones it holds.
fn replace(
    draft: &Draft<'_>,
    work: &mut Work<'_>,
    seats: &mut Limits<'_>,
    id: AccountId,
    roles: &[Assignment],
) -> Result<(), Failure> {
    let view = work.view;
    let there = account(draft, view.reference(id))?;
    let rules: Vec<_> = view.conflicts().cloned().collect();
    let editing = roles_edit::Editing {
        now: draft.now,
        catalog: &view.catalog,
        scopes: &view.scopes,
        conflicts: &rules,
        exceptions: &|rule| view.exception(rule, id).cloned(),
        admins: &|| view.admin_holders(),
    };
    let changes = roles_edit::edit(&there, roles.to_vec(), &editing, seats).map_err(refused)?;
    work.warnings.push(format!(
        "{} is there already: adding its address replaces the roles it holds at the scopes given",
        view.reference(id)
    ));
    work.decided(id, changes, Rule::RoleChange)
}

/// A refusal that says which of several addresses it is about.
fn naming(email: &str, of: usize, mut refusal: Refusal) -> Failure {
    if of > 1 {
        refusal.what = format!("{}: {}", safe(email), refusal.what);
    }
    refused(refusal)
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn commas_separate_addresses_and_each_counts_once() {
        let told = [
            "a@x.example, B@x.example".to_owned(),
            "b@X.example,".to_owned(),
        ];
        assert_eq!(addresses(&told).unwrap(), ["a@x.example", "B@x.example"]);
        assert_eq!(addresses(&["a@".to_owned()]).unwrap_err().rule, "email");
        assert!(addresses(&[" , ".to_owned()]).is_err());
    }
}
