//! Plans as data: their hash, and whether an action still holds when it is committed.

use super::sweeps::{Context, Verdict, judge};
use crate::domain::run::PLAN_LIFE;
use crate::domain::{AccountFacts, Action, ActionKind, Micros, Plan, Span, Sweep, TenantId};
use minicbor::Encode;
use sha2::{Digest, Sha256};

/// The hash of a tenant's plan: over tenant, sweep, policy and catalog hashes and the actions with the facts they rest on. Not over the
/// instant, so that the same facts give the same plan an hour later; and not over what holds it back.
pub fn hash(tenant: TenantId, plan: &Plan) -> [u8; 32] {
    #[derive(Encode)]
    #[cbor(array)]
    struct Hashed<'a> {
        #[n(0)]
        sweep: Sweep,
        #[n(1)]
        #[cbor(with = "minicbor::bytes")]
        policy: [u8; 32],
        #[n(2)]
        #[cbor(with = "minicbor::bytes")]
        catalog: [u8; 32],
        #[n(3)]
        actions: &'a [Action],
        #[n(4)]
        tenant: TenantId,
    }
    digest(&Hashed {
        sweep: plan.sweep,
        policy: plan.policy_hash,
        catalog: plan.catalog_hash,
        actions: &plan.actions,
        tenant,
    })
}

/// SHA-256 over a thing's canonical encoding.
pub(super) fn digest<T: Encode<()>>(thing: &T) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(512);
    // Writing to a Vec cannot fail, and our types have no custom encoding errors.
    let written = minicbor::encode(thing, &mut bytes);
    debug_assert!(written.is_ok());
    Sha256::digest(&bytes).into()
}

/// Whether a proposal made at `made` stands for the same plan made `now`. It does while it can still be approved when the
/// sweep is due `next`, so that there is never a time without one; asked by hand, half of its life is enough.
pub fn stands(made: Micros, now: Micros, next: Option<Micros>, by_hand: bool) -> bool {
    let half = now.plus(Span(PLAN_LIFE.0 / 2));
    let needed = match next {
        Some(next) if by_hand => next.min(half),
        Some(next) => next,
        None => half,
    };
    made.plus(PLAN_LIFE) > needed
}

/// Whether an action planned before still holds for the facts of now; else why not, one sentence.
pub fn recheck(
    sweep: Sweep,
    action: &Action,
    facts: &AccountFacts,
    context: &Context<'_>,
) -> Result<(), String> {
    match judge(sweep, facts, context) {
        Verdict::Act(now) if now.kind == action.kind && now.why == action.why => Ok(()),
        // A warning of the next stage says more than the one that was planned: it goes out by the next plan.
        Verdict::Act(now) if now.kind == ActionKind::Warn && action.kind == ActionKind::Warn => {
            let why = now.why.told(context.zone);
            Err(format!("changed since it was planned: {why}"))
        }
        Verdict::Act(now) => Err(format!(
            "changed since it was planned: it would be {} now, {}",
            now.kind,
            now.why.told(context.zone)
        )),
        Verdict::Skip(reason) => Err(reason),
        Verdict::Nothing if facts.status != action.status => Err(format!(
            "changed since it was planned: it was {} then and is {} now",
            action.status, facts.status
        )),
        Verdict::Nothing => Err("changed since it was planned: the rule no longer applies".into()),
    }
}
