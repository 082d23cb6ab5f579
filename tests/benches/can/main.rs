//! May this user do that? Ours beside Cedar, on the same rules and the same questions, with the same answers: first at the
//! root, then everywhere in the tree, of things that belong to somebody and are shared with groups, and of things of
//! somebody who named another to act for them. Cedar has the policies of each tenant in a set of their own, so that a
//! question meets those of its tenant only.

mod cedar;

use cedar::Cedar;
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
