//! The steps of a hand-over: what one bounded batch moves or takes back, and going on until nothing is left.

use super::handover;
use crate::handlers::{find, json};
use crate::salt;
use crate::writer::{Draft, Errand, Proposal, Writer};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    AccountId, Actor, Asset, Authority, Entry, Fact, Handover, HandoverId, HandoverState, Micros,
    Record, RequestId, Rule, TenantId, Why,
};
use rollcall_shared::rules::assets::Tally;
use rollcall_shared::rules::handover as rule;
use rollcall_shared::wire::{Class, Failure};
use serde::{Deserialize, Serialize};

/// Assets moved in one batch when nobody says otherwise.
const MOVES: usize = 5_000;
/// Assets in one fact.
const IN_ONE_FACT: usize = 5_000;

/// What one batch of a hand-over changes.
pub(super) struct Step {
    /// The hand-over after it.
    pub handover: Handover,
    /// The assets after it.
    pub changed: Vec<Asset>,
    /// What it changes in the counts at accounts.
    pub tally: Tally,
    /// Whether another step follows.
    pub more: bool,
}

/// What is kept of a step for a retry.
#[derive(Serialize, Deserialize)]
pub(super) struct Stepped {
    pub handover: HandoverId,
    pub more: bool,
    /// The batch that holds it; none when nothing was written.
    #[serde(default)]
    pub seq: Option<u64>,
}

/// What a step was answered with.
pub(super) fn stepped(answer: serde_json::Value) -> Result<Stepped, Failure> {
    let read = serde_json::from_value(answer);
    read.map_err(|e| Failure::new(Class::Error, format!("the step cannot be read: {e}")))
}

/// The most assets of a step that asks for `step`; 0 is the default.
pub(super) fn most(step: u32) -> usize {
    match step {
        0 => MOVES,
        step => step as usize,
    }
}

/// Plans the next step of a hand-over, at most `most` assets. `handover` may be one that is only about to be.
pub(super) fn step(view: &TenantView, handover: &Handover, most: usize, now: Micros) -> Step {
    let authority = view.tenant.authority;
    let mut left = view
        .assets()
        .filter_map(|a| Some((a, rule::step(a, handover, authority)?)));
    let mut tally = Tally::default();
    let mut changed = Vec::new();
    for (before, after) in left.by_ref().take(most) {
        tally.note(Some(before), &after);
        changed.push(after);
    }
    let more = left.next().is_some();
    let mut after = handover.clone();
    after.resting = false;
    if handover.state == HandoverState::Open && !more {
        // What came or went since it was decided: now it is known how many there were.
        let earlier = view.moved(handover.id);
        let moves: Vec<_> = earlier.chain(&changed).filter_map(|a| a.moved).collect();
        after.total = u32::try_from(moves.len()).unwrap_or(u32::MAX);
        if rule::ended(after.total, moves.iter().map(|m| m.state)) {
            after.state = HandoverState::Done;
        }
    }
    if after != *handover {
        after.updated = now;
    }
    Step {
        handover: after,
        changed,
        tally,
        more,
    }
}

/// The entries of changed assets and of the counts of their owners; those of `except` the caller writes itself.
pub(in crate::handlers) fn entries(
    view: &TenantView,
    changed: Vec<Asset>,
    tally: &Tally,
    except: Option<AccountId>,
) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for account in tally.accounts().filter(|a| Some(*a) != except) {
        let owned = view.account(account).map(|a| a.assets).unwrap_or_default();
        if let Some(change) = tally.change(account, &owned) {
            let why = Why::rule(Rule::Assets);
            entries.push(Entry::account(account, vec![change], why, salt()?));
        }
    }
    let mut changed = changed.into_iter().peekable();
    while changed.peek().is_some() {
        let part = changed.by_ref().take(IN_ONE_FACT).collect();
        entries.push(Entry::plain(Fact::Assets(part)));
    }
    Ok(entries)
}

/// The fact that a hand-over came to be or changed.
pub(super) fn record(old: Option<&Handover>, new: Handover) -> Fact {
    Fact::Record {
        old: old.map(|h| Box::new(Record::Handover(h.clone()))),
        new: Some(Box::new(Record::Handover(new))),
    }
}

/// Whether something of a hand-over is left to do: after a crash, or for who asks to go on.
fn waits(view: &TenantView, handover: &Handover, anew: bool) -> bool {
    let moved = || u32::try_from(view.moved(handover.id).count()).unwrap_or(u32::MAX);
    let authority = view.tenant.authority;
    let left = || {
        view.assets()
            .any(|a| rule::step(a, handover, authority).is_some())
    };
    match handover.state {
        HandoverState::Open => moved() < handover.total || (anew && left()),
        HandoverState::Undone => left(),
        HandoverState::Done => false,
    }
}

/// Hand-overs that a crash cut in two; those that a restore put to rest wait for who asks.
pub(crate) fn unfinished(state: &State) -> Vec<(TenantId, HandoverId)> {
    let of = |view: &TenantView| -> Vec<(TenantId, HandoverId)> {
        view.handovers()
            .filter(|h| !h.resting && waits(view, h, false))
            .map(|h| (view.tenant.id, h.id))
            .collect()
    };
    state.tenants().flat_map(of).collect()
}

/// Goes on with a hand-over batch by batch until nothing is left: after its first step, after a crash, and when somebody
/// asks. Gives the first batch that was written; none when nothing was left.
pub(crate) async fn finish(
    writer: &Writer,
    tenant: TenantId,
    id: HandoverId,
    actor: &Actor,
    step: u32,
) -> Result<Option<u64>, Failure> {
    let mut first = None;
    loop {
        let state = writer.state();
        let found = state
            .tenant(tenant)
            .and_then(|v| Some((v, v.handover(id)?)));
        let Some((view, handover)) = found.filter(|(v, h)| waits(v, h, true)) else {
            return Ok(first);
        };
        let verb = match handover.state {
            HandoverState::Undone => "handover undo",
            HandoverState::Open | HandoverState::Done => "handover start",
        };
        tracing::debug!(tenant = %view.tenant.name, handover = id.0, "the next step");
        let errand = Errand {
            actor: actor.clone(),
            verb: verb.into(),
            request: RequestId(uuid::Uuid::now_v7()),
            asked: String::new(),
            run: None,
            reason: None,
            break_glass: None,
        };
        let plan = move |draft: &Draft<'_>| advance(draft, tenant, id, most(step));
        let answer = writer
            .change(errand, Box::new(move |draft, _| plan(draft)))
            .await?;
        first = first.or(stepped(answer)?.seq);
    }
}

/// The next step of a hand-over that exists.
fn advance(
    draft: &Draft<'_>,
    tenant: TenantId,
    id: HandoverId,
    most: usize,
) -> Result<Proposal, Failure> {
    let gone = find::tenant_gone;
    let view = draft.state.tenant(tenant).ok_or_else(gone)?;
    let before = handover(view, id)?;
    let step = step(view, before, most, draft.now);
    let mut entries = entries(view, step.changed, &step.tally, None)?;
    if step.handover != *before {
        entries.push(Entry::plain(record(Some(before), step.handover)));
    }
    let answer = json(Stepped {
        handover: id,
        more: step.more,
        seq: (!entries.is_empty()).then_some(view.last_seq() + 1),
    })?;
    Ok(Proposal::decide(tenant, entries, answer))
}

/// Whether decisions of this tenant are effective at once.
pub(super) fn decides(view: &TenantView) -> bool {
    view.tenant.authority == Authority::Rollcall
}
