//! `handover start`: hands over what a leaver owns, in bounded batches under one number.

use super::steps::{self, Step, Stepped, most};
use super::{email, handover_list, successors};
use crate::handlers::ask::{Ask, Extra, acting_member};
use crate::handlers::{find, json, order_things, refused};
use crate::writer::Proposal;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Account, AssetKind, Delegation, Entry, Fact, Handover, HandoverId, HandoverState, HandoverWay,
    Micros, Record, RecordKind, Span,
};
use rollcall_shared::rules::assets::Tally;
use rollcall_shared::rules::delegation::{self, Asked, By};
use rollcall_shared::rules::{Refusal, handover, successor};
use rollcall_shared::wire::asset::HandoverStart;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

/// How long another acts for a leaver when nobody says until when.
const ACTS_FOR: Span = Span::days(365);

/// What a hand-over is decided by.
pub(super) struct Terms<'a> {
    pub leaver: &'a Account,
    pub to: &'a Account,
    /// Who asks; none where the same decision ends the leaver's access, so that the account is locked with it.
    pub by: Option<By<'a>>,
    pub kinds: &'a [AssetKind],
    /// Where another acts for the leaver: until when.
    pub until: Option<Micros>,
    /// Assets moved at once.
    pub most: usize,
}

/// A hand-over decided, with its first step.
pub(super) struct Decided {
    pub handover: Handover,
    pub step: Step,
    pub facts: Vec<Fact>,
}

pub(super) async fn handle(ask: &Ask<'_>, request: HandoverStart) -> Result<Value, Failure> {
    let state = ask.state();
    let verb = Verb::HandoverStart;
    let (found, tenant) = ask.place(verb, &request.user, request.tenant.as_deref());
    ask.authorise(&state, verb, tenant.as_deref())?;
    let id = found?;
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    let pace = request.step;
    let (service, caller) = (ask.service.clone(), ask.caller.clone());
    let name = tenant.clone().unwrap_or_default();
    let answer = ask
        .change(
            Verb::HandoverStart,
            tenant.as_deref(),
            extra,
            move |draft, _| {
                let view = find::tenant(draft.state, &name)?;
                let gone = || find::gone(id);
                let leaver = view.account(id.account).ok_or_else(gone)?;
                handover::may_start(&view.tenant, &view.catalog, &leaver).map_err(refused)?;
                let Some(to) = &request.to else {
                    return Err(nobody_named(view, &leaver, draft.now));
                };
                let to = find::account(draft.state, to, Some(&name))?;
                let to = view.account(to.account).ok_or_else(gone)?;
                let verb = Verb::HandoverStart;
                let member = acting_member(&service, &caller, draft.state, verb, &name)?;
                let terms = Terms {
                    leaver: &leaver,
                    to: &to,
                    by: Some(member.as_ref().map_or(By::Operator, By::Member)),
                    kinds: &request.kinds,
                    until: request.until.map(|until| until.instant(&view.zone())),
                    most: most(request.step),
                };
                let Some(decided) = decide(view, &terms, draft.now).map_err(refused)? else {
                    return Err(refused(nothing(&leaver)));
                };
                let step = decided.step;
                let mut entries = steps::entries(view, step.changed, &step.tally, None)?;
                entries.extend(decided.facts.into_iter().map(Entry::plain));
                order_things(view, &mut entries, draft.now);
                let answer = json(Stepped {
                    handover: decided.handover.id,
                    more: step.more,
                    seq: Some(view.last_seq() + 1),
                })?;
                Ok(Proposal::decide(view.tenant.id, entries, answer))
            },
        )
        .await?;
    let stepped = steps::stepped(answer)?;
    if stepped.more {
        let actor = ask.caller.actor(&state);
        steps::finish(
            &ask.service.writer,
            id.tenant,
            stepped.handover,
            &actor,
            pace,
        )
        .await?;
    }
    handover_list::one(&ask.state(), id.tenant, stepped.handover, stepped.seq)
}

fn nobody_named(view: &TenantView, leaver: &Account, now: Micros) -> Failure {
    let could = successors::propose(view, leaver, now.day_in(&view.zone()), 3);
    let could: Vec<String> = could.iter().map(|a| email(view, a.id)).collect();
    Failure::new(Class::Usage, "a hand-over needs a successor")
        .rule("successor")
        .hint(match could.as_slice() {
            [] => "name one with --to; nobody here is active and allowed to send".to_owned(),
            could => format!("name one with --to; proposed are {}", could.join(", ")),
        })
}

fn nothing(leaver: &Account) -> Refusal {
    Refusal::new(
        "handover-empty",
        format!("account {} owns nothing that would move", leaver.id.0),
        "go on without a hand-over",
    )
}

/// Decides a hand-over and its first step; none when there is nothing to hand over.
pub(super) fn decide(
    view: &TenantView,
    terms: &Terms<'_>,
    now: Micros,
) -> Result<Option<Decided>, Refusal> {
    let Terms { leaver, to, .. } = *terms;
    handover::may_start(&view.tenant, &view.catalog, leaver)?;
    let way = view.catalog.constraints.hand_over;
    if let (HandoverWay::Delegate, Some(by)) = (way, terms.by) {
        delegation::may_name(&naming(view, leaver, by, now))?;
    }
    if terms.until.is_some() {
        delegation::ends_later(terms.until, now)?;
    }
    let kinds = handover::kinds(way, terms.kinds)?;
    let today = now.day_in(&view.zone());
    successor::check(leaver, to, &view.setting(), view.rights(), today)?;
    if let Some(open) = view
        .handovers()
        .find(|h| h.from == leaver.id && h.state == HandoverState::Open)
    {
        return Err(Refusal::new(
            "handover-open",
            format!(
                "hand-over {} of account {} is under way already",
                open.id.0, leaver.id.0
            ),
            format!(
                "go on with it: `rollcall handover resume {} {}`, or take it back with `handover undo`",
                view.tenant.name, open.id.0
            ),
        ));
    }
    let handover = Handover {
        id: HandoverId(view.next_number(RecordKind::Handover)),
        from: leaver.id,
        to: to.id,
        way,
        total: 0,
        kinds,
        state: HandoverState::Open,
        opened: now,
        updated: now,
        undoable: view.catalog.constraints.hand_over_undo,
        resting: false,
    };
    Ok(match way {
        HandoverWay::Delegate => delegate(view, handover, terms.until, terms.by, now),
        _ => transfer(view, handover, terms.most, now),
    })
}

/// A delegate to be named for a leaver.
pub(super) fn naming<'a>(
    view: &'a TenantView,
    leaver: &'a Account,
    by: By<'a>,
    now: Micros,
) -> Asked<'a> {
    Asked {
        catalog: &view.catalog,
        plan: &view.tenant.plan,
        scopes: &view.scopes,
        account: leaver,
        standing: view.delegation(leaver.id),
        by,
        now,
    }
}

fn transfer(
    view: &TenantView,
    mut handover: Handover,
    most: usize,
    now: Micros,
) -> Option<Decided> {
    let all = view
        .assets()
        .filter(|a| handover::step(a, &handover, view.tenant.authority).is_some());
    handover.total = u32::try_from(all.count()).unwrap_or(u32::MAX);
    if handover.total == 0 {
        return None;
    }
    let step = steps::step(view, &handover, most, now);
    Some(Decided {
        facts: vec![steps::record(None, step.handover.clone())],
        handover: step.handover.clone(),
        step,
    })
}

/// Nothing moves: from now on the successor acts for the leaver.
fn delegate(
    view: &TenantView,
    handover: Handover,
    until: Option<Micros>,
    by: Option<By<'_>>,
    now: Micros,
) -> Option<Decided> {
    let owned = view
        .owned(handover.from)
        .filter(|a| a.kind != AssetKind::ApiKey);
    let total = u32::try_from(owned.count()).unwrap_or(u32::MAX);
    if total == 0 {
        return None;
    }
    let handover = Handover {
        total,
        state: HandoverState::Done,
        ..handover
    };
    let delegation = Delegation {
        account: handover.from,
        delegate: handover.to,
        from: now,
        until: until.unwrap_or_else(|| now.plus(ACTS_FOR)),
        named_by: by.and_then(By::member),
    };
    let before = view.delegation(handover.from).cloned();
    let facts = vec![
        steps::record(None, handover.clone()),
        Fact::Record {
            old: before.map(|d| Box::new(Record::Delegation(d))),
            new: Some(Box::new(Record::Delegation(delegation))),
        },
    ];
    Some(Decided {
        step: Step {
            handover: handover.clone(),
            changed: Vec::new(),
            tally: Tally::default(),
            more: false,
        },
        handover,
        facts,
    })
}
