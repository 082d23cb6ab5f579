//! What leans on an account whose access ends: whom it acts for, and what is on its way to it.

use super::find;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{AccountId, HandoverState, HandoverWay, Micros, MoveState};
use rollcall_shared::text::counted;

/// One phrase for each: who is left without a delegate, and which hand-overs bring it something yet. `shown` names people
/// by name; what the journal keeps names them by number.
pub(super) fn on(view: &TenantView, account: AccountId, now: Micros, shown: bool) -> Vec<String> {
    let whom = |id: AccountId| match view.account(id) {
        Some(account) => find::whom(view, &account, shown),
        None => format!("account {}", view.reference(id)),
    };
    let acts = view
        .delegations()
        .filter(|d| d.delegate == account && d.until > now)
        .map(|d| {
            format!(
                "it acts for {} and can no more: name another with `rollcall delegation set {} --delegate EMAIL`",
                whom(d.account),
                view.reference(d.account)
            )
        });
    let comes = view
        .handovers()
        .filter(|h| h.to == account && h.state == HandoverState::Open)
        .filter_map(|h| {
            let moves = view.moved(h.id).filter_map(|a| a.moved);
            let left = moves.filter(|m| matches!(m.state, MoveState::Open | MoveState::Delivered));
            let left = left.count();
            let (id, tenant) = (h.id.0, &view.tenant.name);
            let instead = match h.way {
                HandoverWay::AtDeletion => format!(
                    "let the vendor carry the deletion out first: `rollcall order export --tenant {tenant}`"
                ),
                _ => format!(
                    "take it back with `rollcall handover undo {tenant} {id}` and hand over to somebody else"
                ),
            };
            (left > 0).then(|| {
                format!(
                    "hand-over {id} still brings it {} of {}: {instead}",
                    counted(left, "asset"),
                    whom(h.from)
                )
            })
        });
    acts.chain(comes).collect()
}
