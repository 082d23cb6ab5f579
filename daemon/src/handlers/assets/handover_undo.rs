//! `handover undo`: takes a hand-over back where the vendor allows it.

use super::steps::{self, Stepped, most};
use super::{handover, handover_list};
use crate::handlers::ask::{Ask, Extra};
use crate::handlers::{find, json, order_things, refused};
use crate::writer::Proposal;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Entry, Fact, Handover, HandoverState, HandoverWay, Micros, Record};
use rollcall_shared::rules::handover::may_undo;
use rollcall_shared::wire::asset::HandoverNamed;
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: HandoverNamed) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::HandoverUndo, Some(&request.tenant))?;
    let tenant = find::tenant(&state, &request.tenant)?.tenant.id;
    let (id, dry_run, name) = (request.id, request.dry_run, request.tenant.clone());
    let answer = ask
        .change(
            Verb::HandoverUndo,
            Some(&request.tenant),
            Extra::default(),
            move |draft, _| {
                let view = find::tenant(draft.state, &name)?;
                let before = handover(view, id)?;
                let gone = || find::gone(view.reference(before.from));
                let leaver = view.account(before.from).ok_or_else(gone)?;
                may_undo(before, &leaver, &view.catalog).map_err(refused)?;
                let mut answer = Stepped {
                    handover: id,
                    more: false,
                    seq: None,
                };
                if before.state == HandoverState::Undone {
                    return Ok(Proposal::nothing(json(answer)?));
                }
                let undone = taken_back(before, draft.now);
                let step = steps::step(view, &undone, most(0), draft.now);
                answer.more = step.more && !dry_run;
                answer.seq = Some(view.last_seq() + 1);
                let mut entries = steps::entries(view, step.changed, &step.tally, None)?;
                entries.push(Entry::plain(steps::record(Some(before), undone)));
                entries.extend(delegation_ended(view, before).map(Entry::plain));
                order_things(view, &mut entries, draft.now);
                Ok(Proposal::decide(view.tenant.id, entries, json(answer)?).previewed(dry_run))
            },
        )
        .await?;
    let stepped = steps::stepped(answer)?;
    if dry_run {
        let view = find::tenant(&state, &request.tenant)?;
        let after = taken_back(handover(view, id)?, ask.service.clock.now());
        return handover_list::would(view, &after, after.updated);
    }
    if stepped.more {
        let actor = ask.caller.actor(&state);
        steps::finish(&ask.service.writer, tenant, id, &actor, 0).await?;
    }
    handover_list::one(&ask.state(), tenant, id, stepped.seq)
}

/// A hand-over that is taken back; one that was already stays as it is.
fn taken_back(before: &Handover, now: Micros) -> Handover {
    match before.state {
        HandoverState::Undone => before.clone(),
        HandoverState::Open | HandoverState::Done => Handover {
            state: HandoverState::Undone,
            updated: now,
            resting: false,
            ..before.clone()
        },
    }
}

/// The delegation a hand-over set, when it is still the one in force.
fn delegation_ended(view: &TenantView, handover: &Handover) -> Option<Fact> {
    if handover.way != HandoverWay::Delegate {
        return None;
    }
    let set = view.delegation(handover.from)?;
    (set.delegate == handover.to).then(|| Fact::Record {
        old: Some(Box::new(Record::Delegation(set.clone()))),
        new: None,
    })
}
