//! `handover plan`: what a hand-over would move, to whom it could go, and what of it cannot be taken back.

use super::handover_start::naming;
use super::successors;
use crate::handlers::ask::Ask;
use crate::handlers::{find, json, refused};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Account, AssetKind, HandoverState, HandoverWay, Micros};
use rollcall_shared::rules::delegation::{By, may_name};
use rollcall_shared::rules::handover::{self, kinds, may_start, moving, stays};
use rollcall_shared::rules::{assets, successor};
use rollcall_shared::wire::asset::{HandoverPlan, HandoverStart};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

/// Successors proposed.
const PROPOSED: usize = 5;
/// API keys named in a warning.
const NAMED: usize = 5;

pub(super) fn handle(ask: &Ask<'_>, request: HandoverStart) -> Result<Value, Failure> {
    let state = ask.state();
    let verb = Verb::HandoverPlan;
    let (found, tenant) = ask.place(verb, &request.user, request.tenant.as_deref());
    ask.authorise(&state, verb, tenant.as_deref())?;
    let id = found?;
    let gone = || find::gone(id);
    let view = state.tenant(id.tenant).ok_or_else(gone)?;
    let leaver = view.account(id.account).ok_or_else(gone)?;
    let now = ask.service.clock.now();
    let way = view.catalog.constraints.hand_over;
    let wanted = kinds(way, &request.kinds).map_err(refused)?;
    let moves = view.owned(leaver.id).filter(|a| wanted.contains(&a.kind));
    let moves = assets::by_kind(moves);
    let mut left = assets::by_kind(view.owned(leaver.id).filter(|a| !wanted.contains(&a.kind)));
    let stays = AssetKind::ALL
        .iter()
        .filter_map(|kind| {
            let count = left.remove(kind.word())?;
            let reason = match moving(way).contains(kind) {
                true => "not asked for",
                false => stays(way, *kind),
            };
            Some((kind.word().to_owned(), count, reason.to_owned()))
        })
        .collect();
    let successors = match &request.to {
        None => successors::propose(view, &leaver, now.day_in(&view.zone()), PROPOSED),
        Some(to) => {
            let to = find::account(&state, to, Some(&view.tenant.name))?;
            let to = view.account(to.account).ok_or_else(gone)?;
            let today = now.day_in(&view.zone());
            successor::check(&leaver, &to, &view.setting(), view.rights(), today)
                .map_err(refused)?;
            vec![to]
        }
    };
    json(HandoverPlan {
        id,
        way,
        moves,
        stays,
        successors: successors
            .iter()
            .map(|to| successors::row(view, &leaver, to))
            .collect(),
        undo: handover::undo_said(&view.catalog).to_owned(),
        warnings: warnings(view, &leaver, now),
    })
}

fn warnings(view: &TenantView, leaver: &Account, now: Micros) -> Vec<String> {
    let mut out = Vec::new();
    let may = || {
        may_start(&view.tenant, &view.catalog, leaver)?;
        match view.catalog.constraints.hand_over {
            HandoverWay::Delegate => may_name(&naming(view, leaver, By::Operator, now)),
            _ => Ok(()),
        }
    };
    if let Err(refusal) = may() {
        out.push(format!("{}: {}", refusal.what, refusal.instead));
    }
    for open in view
        .handovers()
        .filter(|h| h.from == leaver.id && h.state == HandoverState::Open)
    {
        out.push(format!("hand-over {} is under way already", open.id.0));
    }
    if let Some(delegation) = view.delegation(leaver.id).filter(|d| d.until > now) {
        out.push(format!(
            "account {} acts for the leaver until {}",
            delegation.delegate.0,
            delegation.until.day_in(&view.zone())
        ));
    }
    out.extend(keys_said(view, leaver));
    out
}

/// A warning of API keys: access that outlives the sign-in.
fn keys_said(view: &TenantView, leaver: &Account) -> Option<String> {
    let keys: Vec<&str> = view
        .owned(leaver.id)
        .filter(|a| a.kind == AssetKind::ApiKey)
        .map(|a| a.external.as_str())
        .collect();
    let more = match keys.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let named = keys.iter().take(NAMED).copied().collect::<Vec<_>>();
    (!keys.is_empty()).then(|| {
        format!(
            "API keys give access after the sign-in is ended, revoke them: {}{more}",
            named.join(", ")
        )
    })
}
