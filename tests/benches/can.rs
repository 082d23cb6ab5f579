//! May this user do that? Ours beside Cedar, on the same rules and the same questions, with the same answers.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use rollcall_shared::catalog::split_grant;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{AccountId, AccountRef, ScopeId, Status};
use rollcall_shared::rules::rights::{Question, Relations, Verdict};
use rollcall_tests::bench::{self, Figures, Goal};
use std::collections::{HashMap, HashSet};

/// How many questions are asked.
const QUESTIONS: usize = 20_000;

fn main() {
    let users = bench::users();
    let state = bench::population(users);
    let asked = questions(&state);
    let peer = Cedar::new(&state, &asked);
    let mut figures = Figures::against(&format!("can, {users} accounts"), "Cedar");

    let (took, ours) = bench::median(20, || {
        let may = |(id, question): &(AccountRef, Question)| {
            let view = state.tenant(id.tenant);
            let verdict = view.and_then(|v| v.can(id.account, question));
            verdict.is_some_and(|v| v != Verdict::Denied)
        };
        asked.iter().map(may).collect::<Vec<bool>>()
    });
    let each = |millis: f64| millis * 1e6 / asked.len() as f64;
    let (peer_took, theirs) = bench::median(3, || peer.answers());
    assert_eq!(ours, theirs, "the same rules give the same answers");
    let yes = ours.iter().filter(|a| **a).count();
    assert!(yes > 0 && yes < ours.len(), "both answers occur: {yes}");
    figures.row(
        "one question of one account",
        "ns",
        each(took),
        Some(each(peer_took)),
        Goal::AtMost(each(peer_took)),
    );
    figures.end();
}

/// Accounts spread over all, each with a permission of its catalog, asked at the root without a thing.
fn questions(state: &State) -> Vec<(AccountRef, Question)> {
    let mut all = Vec::with_capacity(QUESTIONS);
    let total: u64 = state.tenants().map(|v| u64::from(v.accounts())).sum();
    for view in state.tenants() {
        let rights = view.rights();
        let whats: Vec<_> = rights
            .permissions()
            .iter()
            .filter_map(|p| rights.what(p))
            .collect();
        let share = (QUESTIONS as u64 * u64::from(view.accounts()) / total).max(1);
        for n in 0..share {
            // A step that is no divisor, so that neighbours are not asked one after the other.
            let account =
                (n * 7_919 * u64::from(view.accounts()) / share) % u64::from(view.accounts());
            let question = Question {
                what: whats[n as usize % whats.len()],
                change: false,
                relations: Relations::default(),
                scope: ScopeId::ROOT,
            };
            all.push((view.reference(AccountId(account as u32)), question));
        }
    }
    all
}

/// The same rules as Cedar policies. It holds only the accounts that are asked about, each with its roles for parents.
struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    requests: Vec<Request>,
}

impl Cedar {
    fn new(state: &State, asked: &[(AccountRef, Question)]) -> Self {
        let mut text = String::new();
        for view in state.tenants() {
            policies(view, &mut text);
        }
        let (mut entities, mut known) = (Vec::new(), HashSet::new());
        let mut requests = Vec::new();
        for (id, question) in asked {
            let view = state.tenant(id.tenant).unwrap();
            let name = &view.tenant.name;
            let account = state.account(*id).unwrap();
            let user = uid("User", &id.to_string());
            if known.insert(*id) {
                // A role held further down does not reach the root.
                let roles = account
                    .assignments
                    .iter()
                    .filter(|a| a.scope == ScopeId::ROOT);
                let parents = roles
                    .map(|a| uid("Role", &format!("{name}/{}", a.role)))
                    .collect();
                let active = account.status == Status::Active;
                let active = RestrictedExpression::new_bool(active);
                let attributes = HashMap::from([("active".to_owned(), active)]);
                entities.push(Entity::new(user.clone(), attributes, parents).unwrap());
            }
            let permission = view
                .rights()
                .permissions()
                .iter()
                .find(|p| view.rights().what(p) == Some(question.what))
                .unwrap();
            let action = uid("Action", &format!("{name}/{permission}"));
            let resource = uid("Scope", name);
            let request = Request::new(user, action, resource, Context::empty(), None);
            requests.push(request.unwrap());
        }
        Cedar {
            authorizer: Authorizer::new(),
            policies: text.parse().unwrap(),
            entities: Entities::from_entities(entities, None).unwrap(),
            requests,
        }
    }

    fn answers(&self) -> Vec<bool> {
        let may = |request: &Request| {
            let response = self
                .authorizer
                .is_authorized(request, &self.policies, &self.entities);
            response.decision() == Decision::Allow
        };
        self.requests.iter().map(may).collect()
    }
}

/// One policy for each role that grants something without a condition, or for looking.
fn policies(view: &TenantView, text: &mut String) {
    let name = &view.tenant.name;
    for role in &view.catalog.roles {
        let on = |id: &str| {
            let permission = view.catalog.permission(id);
            let features = permission
                .map(|p| p.features.as_slice())
                .unwrap_or_default();
            features
                .iter()
                .all(|f| view.tenant.plan.features.contains(f))
        };
        let actions: Vec<String> = role
            .permissions
            .iter()
            .map(|g| split_grant(g))
            .filter(|(id, q)| matches!(*q, "" | "read_only" | "root_account") && on(id))
            .map(|(id, _)| format!("Action::\"{name}/{id}\""))
            .collect();
        if !actions.is_empty() {
            text.push_str(&format!(
                "permit(principal in Role::\"{name}/{}\", action in [{}], resource) when {{ principal.active }};\n",
                role.id,
                actions.join(", ")
            ));
        }
    }
}

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.parse().unwrap(), cedar_policy::EntityId::new(id))
}
