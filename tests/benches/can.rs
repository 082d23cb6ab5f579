//! May this user do that? Ours beside Cedar, on the same rules and the same questions, with the same answers: first at the
//! root, then everywhere in the tree, of things that belong to somebody and are shared with groups, and of things of
//! somebody who named another to act for them. Cedar has the policies of each tenant in a set of their own, so that a
//! question meets those of its tenant only.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use rollcall_shared::catalog::{Action, Relation, Role, split_grant};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    AccountId, AccountRef, Actor, Assignment, Batch, Delegation, Entry, Fact, Group, GroupId,
    HandoverWay, Header, Micros, Record, ScopeId, Seal, Span, Status, TenantId,
};
use rollcall_shared::rules::delegation::FEATURE;
use rollcall_shared::rules::rights::{
    Acting, Question, Relations, Subject, Thing, Verdict, explain, fits, relations,
};
use rollcall_shared::rules::scopes;
use rollcall_tests::bench::{self, Figures, Goal};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many questions are asked at most; of few accounts no more than there are.
const QUESTIONS: usize = 20_000;

/// Who is acted for, at most: one by each other.
const DELEGATORS: u32 = 2_000;

/// A question, and the thing it is about.
struct Asked {
    id: AccountRef,
    /// The permission or the action.
    text: String,
    question: Question,
    thing: Thing,
}

fn main() {
    let users = bench::users();
    let mut state = bench::population(users);
    let acting = delegate(&mut state);
    let mut figures = Figures::against(&format!("can, {users} accounts"), "Cedar");
    let at_root = questions(&state, |_, _| (ScopeId::ROOT, Thing::default()));
    row(&mut figures, &state, &at_root, "one question at the root");
    let anywhere = questions(&state, |view, n| {
        let place = n % (view.scopes.len() + 1);
        let scope = view.scopes.get(place).map_or(ScopeId::ROOT, |s| s.id);
        (scope, Thing::default())
    });
    row(&mut figures, &state, &anywhere, "… somewhere in the tree");
    let things = questions(&state, thing);
    row(
        &mut figures,
        &state,
        &things,
        "… of a thing with owner and groups",
    );
    let acted = for_another(&state, &acting);
    row(
        &mut figures,
        &state,
        &acted,
        "… of a thing of who named another",
    );
    figures.end();
}

/// Asks both, holds their answers against each other, and tells how long each took.
fn row(figures: &mut Figures, state: &State, asked: &[Asked], what: &str) {
    let peer = Cedar::new(state, asked);
    let (took, ours) = bench::median(20, || {
        asked.iter().map(|a| may(state, a)).collect::<Vec<bool>>()
    });
    let each = |millis: f64| millis * 1e6 / asked.len() as f64;
    let (peer_took, theirs) = bench::median(3, || peer.answers());
    for ((asked, ours), theirs) in asked.iter().zip(&ours).zip(&theirs) {
        let Asked {
            id,
            text,
            question,
            thing,
        } = asked;
        assert_eq!(ours, theirs, "{what}: {id} {text} {question:?} {thing:?}");
    }
    let yes = ours.iter().filter(|a| **a).count();
    assert!(
        yes > 0 && yes < ours.len(),
        "{what}: both answers occur: {yes}"
    );
    figures.row(
        what,
        "ns",
        each(took),
        Some(each(peer_took)),
        Goal::AtMost(each(peer_took)),
    );
}

/// How somebody stands to the thing is found out with each question.
fn may(state: &State, asked: &Asked) -> bool {
    let Some(view) = state.tenant(asked.id.tenant) else {
        return false;
    };
    let account = asked.id.account;
    let question = Question {
        relations: relations(account, &asked.thing, |id| view.group(id)),
        ..asked.question
    };
    let named = asked.thing.owner.and_then(|owner| view.delegation(owner));
    match named.filter(|d| d.delegate == account) {
        Some(delegation) => acts(view, asked, &question, delegation),
        None => {
            let verdict = view.can(account, &question);
            verdict.is_some_and(|v| v != Verdict::Denied)
        }
    }
}

/// The answer of `can` to who was named by the owner, with all it tells.
fn acts(view: &TenantView, asked: &Asked, question: &Question, delegation: &Delegation) -> bool {
    let accounts = view
        .account(asked.id.account)
        .zip(view.account(delegation.account));
    let Some((own, owner)) = accounts else {
        return false;
    };
    let subject = Subject {
        status: own.status,
        assignments: &own.assignments,
    };
    let acting = Acting {
        delegation,
        of: view.reference(owner.id),
        owner: Subject {
            status: owner.status,
            assignments: &owner.assignments,
        },
        now: bench::now(),
    };
    let (setting, rights) = (view.setting(), view.rights());
    explain(
        &setting,
        rights,
        &subject,
        &asked.text,
        question,
        Some(&acting),
    )
    .allowed
}

/// Lets accounts act for others wherever that is known: in two of three cases now. Gives who named whom.
fn delegate(state: &mut State) -> Vec<(TenantId, Delegation)> {
    let mut all = Vec::new();
    for view in state.tenants().filter(|view| delegates(view)) {
        let many = (view.accounts() / 2).min(DELEGATORS);
        let step = view.accounts() / many.max(1);
        all.extend((0..many).map(|n| {
            let ago = |days: i64| Micros(bench::now().0 - days * Span::days(1).0);
            let delegation = Delegation {
                account: AccountId(n * step),
                delegate: AccountId(n * step + 1),
                from: ago(9),
                until: ago(if n.is_multiple_of(3) { 2 } else { -9 }),
                named_by: None,
            };
            (view.tenant.id, delegation)
        }));
    }
    let tenants: HashSet<TenantId> = all.iter().map(|(tenant, _)| *tenant).collect();
    for tenant in tenants {
        let of = all.iter().filter(|(at, _)| *at == tenant);
        let entries = of.map(|(_, delegation)| {
            let old = state
                .tenant(tenant)
                .and_then(|view| view.delegation(delegation.account));
            Entry::plain(Fact::Record {
                old: old.cloned().map(|old| Box::new(Record::Delegation(old))),
                new: Some(Box::new(Record::Delegation(delegation.clone()))),
            })
        });
        let mut batch = Batch {
            header: Header {
                journal: tenant.into(),
                at: bench::now(),
                actor: Actor::daemon(),
                verb: "delegation set".into(),
                request: None,
                run: None,
                reason: None,
                answer: None,
                break_glass: None,
                seal: Seal::default(),
            },
            entries: entries.collect(),
        };
        state.link(&mut batch);
        let seq = state.journal_seq(batch.header.journal) + 1;
        state.apply(seq, &batch).unwrap_or_else(|e| panic!("{e}"));
    }
    all
}

/// Whether somebody may act for another in a tenant.
fn delegates(view: &TenantView) -> bool {
    let known = view.catalog.constraints.hand_over == HandoverWay::Delegate;
    known && view.tenant.plan.features.contains(FEATURE)
}

/// Each delegate is asked about an action with something of the delegator's.
fn for_another(state: &State, acting: &[(TenantId, Delegation)]) -> Vec<Asked> {
    let ask = |(n, (tenant, delegation)): (usize, &(TenantId, Delegation))| {
        let view = state.tenant(*tenant)?;
        let actions = &view.catalog.actions;
        let action = actions.get(n % actions.len().max(1))?;
        let scope = view.scopes.get(n % (view.scopes.len() + 1));
        Some(Asked {
            id: view.reference(delegation.delegate),
            text: action.id.clone(),
            question: Question {
                what: view.rights().what(&action.id)?,
                change: false,
                relations: Relations::default(),
                scope: scope.map_or(ScopeId::ROOT, |s| s.id),
            },
            thing: Thing {
                owner: Some(delegation.account),
                ..Thing::default()
            },
        })
    };
    acting.iter().enumerate().filter_map(ask).collect()
}

/// Something of one's own or of a colleague's, shared with a group or with none, at a scope of the tree.
fn thing(view: &TenantView, n: usize) -> (ScopeId, Thing) {
    let scope = view.scopes.get(n % (view.scopes.len() + 1));
    let owner = (n / 2) as u32 % view.accounts();
    let groups: Vec<GroupId> = view.groups().map(|g| g.id).collect();
    let shared = groups.get(n % (groups.len() + 1)).copied();
    let thing = Thing {
        owner: Some(AccountId(owner)),
        groups: shared.into_iter().collect(),
        shared_with: Vec::new(),
    };
    (scope.map_or(ScopeId::ROOT, |s| s.id), thing)
}

/// Accounts spread over all, each with a permission of its catalog, asked where and about what `place` says. Of every
/// three things with an owner one is the account's own.
fn questions(state: &State, place: impl Fn(&TenantView, usize) -> (ScopeId, Thing)) -> Vec<Asked> {
    let mut all = Vec::with_capacity(QUESTIONS);
    let total: u64 = state.tenants().map(|v| u64::from(v.accounts())).sum();
    for view in state.tenants() {
        let rights = view.rights();
        let whats: Vec<_> = rights
            .permissions()
            .iter()
            .filter_map(|p| Some((p, rights.what(p)?)))
            .collect();
        let most = (QUESTIONS as u64).min(total);
        let share = (most * u64::from(view.accounts()) / total).max(1);
        for n in 0..share {
            // A step that is no divisor, so that neighbours are not asked one after the other.
            let account =
                (n * 7_919 * u64::from(view.accounts()) / share) % u64::from(view.accounts());
            let n = n as usize;
            let account = member(view, n).unwrap_or(AccountId(account as u32));
            let (scope, mut thing) = place(view, n / whats.len() + n % 7);
            if n.is_multiple_of(3) && thing.owner.is_some() {
                thing.owner = Some(account);
            }
            let (text, what) = whats[n % whats.len()];
            let question = Question {
                what,
                change: false,
                relations: Relations::default(),
                scope,
            };
            all.push(Asked {
                id: view.reference(account),
                text: text.clone(),
                question,
                thing,
            });
        }
    }
    all
}

/// For every fifth question somebody who is in a group: few are.
fn member(view: &TenantView, n: usize) -> Option<AccountId> {
    let groups: Vec<&Group> = view.groups().collect();
    let group = groups.get(n % groups.len().max(1))?;
    let members: Vec<&AccountId> = group.members.iter().take(64).collect();
    let member = members.get(n % members.len().max(1)).copied().copied();
    member.filter(|_| n.is_multiple_of(5))
}

/// The same rules as Cedar policies. It holds only the accounts and the things that are asked about: of each account the
/// scopes at which each of its roles counts and the groups that open things to it, of each thing the scopes it lies in.
struct Cedar {
    authorizer: Authorizer,
    policies: HashMap<TenantId, PolicySet>,
    entities: Entities,
    requests: Vec<(TenantId, Request)>,
}

impl Cedar {
    fn new(state: &State, asked: &[Asked]) -> Self {
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

    fn answers(&self) -> Vec<bool> {
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
