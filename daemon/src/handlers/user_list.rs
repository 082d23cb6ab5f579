//! `user list`: a page of accounts.

use super::ask::Ask;
use super::{find, json, tenant_list};
use rollcall_shared::directory::{QueryError, TenantView};
use rollcall_shared::rules::Refusal;
use rollcall_shared::wire::user::{Shows, UserPage, UserQuery};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: UserQuery) -> Result<Value, Failure> {
    let state = ask.state();
    let part = ask.reach(&state, Verb::UserList, request.tenant.as_deref())?;
    let mut now = ask.service.clock.now();
    let state = match (request.as_of, request.tenant.as_deref()) {
        (None, _) => state,
        (Some(when), Some(tenant)) => {
            now = when.instant(&find::tenant(&state, tenant)?.zone());
            ask.past(tenant, now).await?
        }
        (Some(_), None) => {
            return Err(super::refused(Refusal::new(
                "as-of",
                "the state of a time before is of one tenant",
                "name it with `--tenant`",
            )));
        }
    };
    let views = find::tenants(&state, request.tenant.as_deref())?;
    known_roles(&views, &request.role)?;
    let shows = views.into_iter().map(tenant_list::shows);
    let shows = shows.reduce(Shows::or).unwrap_or_default();
    let page = match &part {
        None => state.query(&request, now),
        Some(part) => state.query_part(&request, now, part),
    };
    let page = page.map_err(unanswered)?;
    let held = page.rows.iter().flat_map(|row| {
        let tenant = row.tenant.as_str();
        row.roles.iter().map(move |role| (tenant, role.as_str()))
    });
    let labels = tenant_list::labels(&state, held);
    json(UserPage {
        shows,
        labels,
        ..page
    })
}

/// Why a question about accounts has no answer: by which rule, and how to ask it.
fn unanswered(error: QueryError) -> Failure {
    let (class, rule, hint) = match &error {
        QueryError::NoTenant(_) => (Class::NotFound, "tenant", "see `rollcall tenant list`"),
        QueryError::ScopeWithoutTenant => (Class::Usage, "scope", "add --tenant NAME"),
        QueryError::NoScope { .. } => (
            Class::NotFound,
            "scope",
            "see `rollcall scope list`; a scope is named by its path",
        ),
        QueryError::Limit(_) => (
            Class::Usage,
            "page",
            "ask for fewer with --limit, and for the next ones with --offset",
        ),
    };
    Failure::new(class, error.to_string()).rule(rule).hint(hint)
}

/// Roles that are named to whoever asks for one that there is not.
const NAMED: usize = 8;

/// Refuses a role that no catalog here knows and nobody holds: nobody would match, as if nobody held it.
fn known_roles(views: &[&TenantView], asked: &[String]) -> Result<(), Failure> {
    let known = |role: &String| {
        let in_catalog = |view: &&TenantView| view.catalog.role(role).is_some();
        views.iter().any(in_catalog)
            || views
                .iter()
                .any(|view| view.role_holders().contains_key(role))
    };
    let Some(role) = asked.iter().find(|role| !known(role)) else {
        return Ok(());
    };
    // The likest first: those that share the most letters with it.
    let like = |id: &str| {
        let letters = |c: &char| role.to_lowercase().contains(c.to_ascii_lowercase());
        id.chars().filter(letters).count() * 100 / id.len().max(1)
    };
    let roles = views.iter().flat_map(|view| &view.catalog.roles);
    let mut ids: Vec<&str> = roles.map(|r| r.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.sort_by_key(|id| std::cmp::Reverse(like(id)));
    ids.truncate(NAMED);
    Err(
        Failure::new(Class::Usage, format!("there is no role {role:?} here"))
            .rule("role-unknown")
            .hint(format!(
                "there are {}; see `rollcall role list`",
                ids.join(", ")
            )),
    )
}
