//! The peer: the rules of the catalogs as Cedar policies.

use super::*;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request,
    RestrictedExpression,
};

/// The same rules as Cedar policies. It holds only the accounts and the things that are asked about: of each account the
/// scopes at which each of its roles counts and the groups that open things to it, of each thing the scopes it lies in.
pub struct Cedar {
    authorizer: Authorizer,
    policies: HashMap<TenantId, PolicySet>,
    entities: Entities,
    requests: Vec<(TenantId, Request)>,
}

impl Cedar {
    pub(super) fn new(state: &State, asked: &[Asked]) -> Self {
        let policies = state.tenants().map(|view| {
            let mut text =
                String::from("forbid(principal, action, resource) when { resource.shut };\n");
            policies(view, &mut text);
            if delegates(view) {
                actions(view, &mut text);
            }
            (view.tenant.id, text.parse().unwrap())
        });
        let (mut entities, mut known) = (Vec::new(), HashSet::new());
        let mut requests = Vec::new();
        for (n, one) in asked.iter().enumerate() {
            let view = state.tenant(one.id.tenant).unwrap();
            if known.insert(one.id) {
                entities.push(principal(state, view, one.id));
            }
            let thing = uid("Thing", &n.to_string());
            entities.push(resource(view, one, thing.clone()));
            let action = uid("Action", &format!("{}/{}", view.tenant.name, one.text));
            let user = uid("User", &one.id.to_string());
            let now = RestrictedExpression::new_long(bench::now().0);
            let context = Context::from_pairs([("now".to_owned(), now)]).unwrap();
            let request = Request::new(user, action, thing, context, None);
            requests.push((one.id.tenant, request.unwrap()));
        }
        // Whoever owns a thing and asks nothing is known by name only.
        for one in asked {
            let owner = one.thing.owner.map(|owner| AccountRef {
                account: owner,
                ..one.id
            });
            if let Some(owner) = owner.filter(|owner| known.insert(*owner)) {
                let view = state.tenant(owner.tenant).unwrap();
                entities.push(principal(state, view, owner));
            }
        }
        Cedar {
            authorizer: Authorizer::new(),
            policies: policies.collect(),
            entities: Entities::from_entities(entities, None).unwrap(),
            requests,
        }
    }

    pub(super) fn answers(&self) -> Vec<bool> {
        let may = |(tenant, request): &(TenantId, Request)| {
            let policies = &self.policies[tenant];
            let response = self
                .authorizer
                .is_authorized(request, policies, &self.entities);
            response.decision() == Decision::Allow
        };
        self.requests.iter().map(may).collect()
    }
}

type Attributes = HashMap<String, RestrictedExpression>;

fn principal(state: &State, view: &TenantView, id: AccountRef) -> Entity {
    let account = state.account(id).unwrap();
    let mut at: BTreeMap<&str, Vec<ScopeId>> = BTreeMap::new();
    let counts = |held: &&Assignment| {
        let role = view.catalog.role(&held.role);
        role.is_some_and(|role| fits(&view.catalog, &view.scopes, role, held.scope).is_ok())
    };
    for held in account.assignments.iter().filter(counts) {
        at.entry(&held.role).or_default().push(held.scope);
    }
    let mut attributes: Attributes = at
        .into_iter()
        .map(|(role, scopes)| (role.to_owned(), places(view, scopes.into_iter())))
        .collect();
    let active = account.status == Status::Active;
    attributes.insert("active".into(), RestrictedExpression::new_bool(active));
    let opens = |group: &&Group| {
        let thing = Thing {
            groups: vec![group.id],
            ..Thing::default()
        };
        relations(id.account, &thing, |id| view.group(id)).group
    };
    let opened = view.groups().filter(opens).map(|g| group_uid(view, g.id));
    attributes.insert("groups".into(), set(opened));
    // Nobody acts for who was never let in, or is gone.
    let kept = [Status::Active, Status::Suspended, Status::Deactivated].contains(&account.status);
    if let Some(named) = view.delegation(id.account).filter(|_| kept) {
        let delegate = uid("User", &view.reference(named.delegate).to_string());
        let delegate = RestrictedExpression::new_entity_uid(delegate);
        attributes.insert("delegate".into(), delegate);
        for (name, at) in [("from", named.from), ("until", named.until)] {
            attributes.insert(name.into(), RestrictedExpression::new_long(at.0));
        }
    }
    Entity::new(uid("User", &id.to_string()), attributes, HashSet::new()).unwrap()
}

fn resource(view: &TenantView, asked: &Asked, thing: EntityUid) -> Entity {
    let at = asked.question.scope;
    let shut = scopes::shut(&view.scopes, at).is_some();
    let groups = asked.thing.groups.iter().map(|id| group_uid(view, *id));
    let mut attributes: Attributes = HashMap::from([
        ("shut".into(), RestrictedExpression::new_bool(shut)),
        ("up".into(), places(view, scopes::upward(&view.scopes, at))),
        ("groups".into(), set(groups)),
    ]);
    if let Some(owner) = asked.thing.owner {
        let owner = uid("User", &view.reference(owner).to_string());
        attributes.insert("owner".into(), RestrictedExpression::new_entity_uid(owner));
    }
    Entity::new(thing, attributes, HashSet::new()).unwrap()
}

fn places(view: &TenantView, scopes: impl Iterator<Item = ScopeId>) -> RestrictedExpression {
    set(scopes.map(|at| uid("Scope", &format!("{}/{}", view.tenant.name, at.0))))
}

fn group_uid(view: &TenantView, id: GroupId) -> EntityUid {
    uid("Group", &format!("{}/{}", view.tenant.name, id.0))
}

fn set(all: impl Iterator<Item = EntityUid>) -> RestrictedExpression {
    RestrictedExpression::new_set(all.map(RestrictedExpression::new_entity_uid))
}

/// For each role one policy for each way it grants something, and one for what it blocks.
fn policies(view: &TenantView, text: &mut String) {
    let name = &view.tenant.name;
    let on = |id: &str| {
        let permission = view.catalog.permission(id);
        let features = permission.map(|p| p.features.as_slice());
        let mut features = features.unwrap_or_default().iter();
        features.all(|f| view.tenant.plan.features.contains(f))
    };
    let root = format!("Scope::\"{name}/{}\"", ScopeId::ROOT.0);
    for role in &view.catalog.roles {
        let id = &role.id;
        let held =
            format!("principal has \"{id}\" && resource.up.containsAny(principal[\"{id}\"])");
        let mut put = |kind: &str, permissions: Vec<&str>, more: &str| {
            let actions = permissions
                .iter()
                .map(|id| format!("Action::\"{name}/{id}\""));
            let actions: Vec<String> = actions.collect();
            if !actions.is_empty() {
                let actions = actions.join(", ");
                text.push_str(&format!(
                    "{kind}(principal, action in [{actions}], resource) when {{ principal.active && {held}{more} }};\n"
                ));
            }
        };
        let at_root = format!(" && principal[\"{id}\"].contains({root})");
        put("permit", granted(role, &["", "read_only"], on), "");
        put("permit", granted(role, &["root_account"], on), &at_root);
        let own = " && resource has owner && resource.owner == principal";
        put("permit", granted(role, &["own"], on), own);
        let group = " && resource.groups.containsAny(principal.groups)";
        put("permit", granted(role, &["group"], on), group);
        put(
            "forbid",
            role.blocks.iter().map(String::as_str).collect(),
            "",
        );
    }
}

/// For each way to an action and each role that opens it one policy, and one for who acts for a thing's owner as far as
/// the owner could: the same roles, held by the owner.
fn actions(view: &TenantView, text: &mut String) {
    let name = &view.tenant.name;
    let features = &view.tenant.plan.features;
    let on = |id: &str| {
        let needs = view.catalog.permission(id).map(|p| p.features.as_slice());
        needs
            .unwrap_or_default()
            .iter()
            .all(|f| features.contains(f))
    };
    let root = format!("Scope::\"{name}/{}\"", ScopeId::ROOT.0);
    for action in &view.catalog.actions {
        let head = format!(
            "permit(principal, action == Action::\"{name}/{}\", resource)",
            action.id
        );
        for (role, qualifier, relation) in opening(view, action, on) {
            let held = |who: &str| {
                let here = match qualifier.as_str() {
                    "root_account" => format!(" && {who}[\"{role}\"].contains({root})"),
                    _ => String::new(),
                };
                format!("{who} has \"{role}\" && resource.up.containsAny({who}[\"{role}\"]){here}")
            };
            let own = qualifier == "own" || relation == Relation::Own;
            let group = qualifier == "group" || relation == Relation::Group;
            let mut stands = String::new();
            if own {
                stands.push_str(" && resource has owner && resource.owner == principal");
            }
            if group {
                stands.push_str(" && resource.groups.containsAny(principal.groups)");
            }
            let principal = held("principal");
            text.push_str(&format!(
                "{head} when {{ principal.active && {principal}{stands} }};\n"
            ));
            if action.delegate && !group {
                let owner = held("resource.owner");
                text.push_str(&format!(
                    "{head} when {{ principal.active && resource has owner && resource.owner has delegate \
                     && resource.owner.delegate == principal && resource.owner.from <= context.now \
                     && context.now < resource.owner.until && {owner} }};\n"
                ));
            }
        }
    }
}

/// The roles that open an action for what is neither shared by name nor a template, each with the qualifier of its grant
/// and how one must stand to the thing.
fn opening(
    view: &TenantView,
    action: &Action,
    on: impl Fn(&str) -> bool,
) -> Vec<(String, String, Relation)> {
    let mut out = Vec::new();
    let ways = action.ways.iter().filter(|way| on(&way.permission));
    let shared = [Relation::Shared, Relation::GroupTemplate];
    for way in ways.filter(|way| !shared.contains(&way.relation)) {
        for role in &view.catalog.roles {
            assert!(role.blocks.is_empty(), "no role blocks where others act");
            let grants = role.permissions.iter().map(|g| split_grant(g));
            let fits = grants
                .filter(|(id, q)| *id == way.permission && !(action.changes && *q == "read_only"));
            out.extend(fits.map(|(_, q)| (role.id.clone(), q.to_owned(), way.relation)));
        }
    }
    out
}

/// What a role grants with one of these qualifiers, as far as its feature is on.
fn granted<'r>(role: &'r Role, qualifiers: &[&str], on: impl Fn(&str) -> bool) -> Vec<&'r str> {
    let grants = role.permissions.iter().map(|g| split_grant(g));
    let fits = grants.filter(|(id, q)| qualifiers.contains(q) && on(id));
    fits.map(|(id, _)| id).collect()
}

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.parse().unwrap(), cedar_policy::EntityId::new(id))
}
