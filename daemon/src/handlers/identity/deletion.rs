//! `user delete`: where the catalog allows it, with a successor where one is due.

use super::work::{Work, account};
use crate::handlers::ask::{Ask, Door, Extra};
use crate::handlers::{find, refused};
use crate::writer::Draft;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::account::ASSET_NOUNS;
use rollcall_shared::domain::{
    Account, AccountId, Asset, AssetKind, Authority, Fact, Handover, HandoverId, HandoverState,
    HandoverWay, Move, MoveState, Record, RecordKind, Rule, Status,
};
use rollcall_shared::rules::assets::gone;
use rollcall_shared::rules::deletion::{Deleting, Deletion, Ticked, delete};
use rollcall_shared::rules::{roles_edit, successor};
use rollcall_shared::text::counted;
use rollcall_shared::wire::identity::UserDelete;
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: UserDelete) -> Result<Value, Failure> {
    let verb = Verb::UserDelete;
    let (found, tenant) = ask.place(verb, &request.user, request.tenant.as_deref());
    let id = ask.in_reach(verb, tenant.as_deref(), found)?;
    let name = tenant.unwrap_or_default();
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    let within = name.clone();
    ask.change_as(verb, &name, Door::Part, extra, move |draft, _, who| {
        let mut work = Work::new(draft, &within, request.reason.as_deref())?;
        let view = work.view;
        let account = account(draft, id)?;
        who.touches_all_of(draft.state, &account)?;
        let heir = match &request.successor {
            None => None,
            Some(user) => {
                let to = find::account(draft.state, user, Some(&within));
                // Whether there is anybody outside of the caller's part is not told.
                let unseen = |failure| who.touches(draft.state, &[]).err().unwrap_or(failure);
                let to = draft.state.account(to.map_err(unseen)?);
                to.iter()
                    .try_for_each(|to| who.touches_all_of(draft.state, to))?;
                to
            }
        };
        let assets: Vec<Asset> = view
            .assets()
            .filter(|a| a.owner == id.account && !a.gone)
            .cloned()
            .collect();
        let own = view.catalog.constraints.self_delete_forbidden
            && who.account(draft.state) == Some(id.account);
        let asked = Deleting {
            now: draft.now,
            catalog: &view.catalog,
            own,
            successor: heir.as_ref(),
            ticked: Ticked {
                drafts: request.drafts,
                templates: request.templates,
                clipboard: request.clipboard,
                address_book: request.address_book,
            },
            imported: view.next_asset().0 > 0,
            assets_unknown: request.assets_unknown,
            decides: view.tenant.authority == Authority::Rollcall,
        };
        let deletion = delete(&account, &assets, &asked).map_err(refused)?;
        if let Some(to) = &heir {
            let today = draft.now.day_in(&view.zone());
            successor::check(&account, to, &view.setting(), view.rights(), today)
                .map_err(refused)?;
        }
        roles_edit::keep_admin(&account, &[], &view.admin_office(), || view.admin_holders())
            .map_err(refused)?;
        if view.next_asset().0 == 0 && account.assets.is_empty() {
            work.warnings.push(
                "what accounts own was never imported here: nothing is known of what goes with it"
                    .into(),
            );
        }
        work.warnings
            .push("deletion is final: the account cannot be brought back".into());
        work.by_name();
        let to = heir.as_ref().map(|a| a.id);
        told(&mut work, &deletion, heir.as_ref());
        hand_over(draft, &mut work, id.account, to, &deletion);
        leave_groups(&mut work, id.account);
        let (changes, taken) = (deletion.changes, deletion.successor);
        work.decided(id.account, changes, Rule::Deletion)?;
        if let Some(to) = to.filter(|_| !taken.is_empty()) {
            work.observed(to, taken, Rule::Assets)?;
        }
        if let Some(closed) = super::settle(view, id.account, Status::Deleted, draft.now) {
            work.fact(closed);
        }
        // The question names whom it is about; what the journal keeps does not. Source: S4.
        let whom = match request.dry_run {
            true => format!(
                "account {id}, {}, {},",
                account.display_name(),
                account.email
            ),
            false => format!("account {id}"),
        };
        work.finish(request.dry_run, format!("{whom} is deleted"))
    })
    .await
}

/// What moves and what is lost, in words.
fn told(work: &mut Work<'_>, deletion: &Deletion, to: Option<&Account>) {
    // One moves and is lost, several move and are lost.
    let verb = |n, one: &'static str, several| if n == 1 { one } else { several };
    for (at, noun) in ASSET_NOUNS.iter().enumerate() {
        if let (Some(to), n @ 1..) = (to, deletion.moved[at]) {
            let (what, moves) = (counted(n, noun), verb(n, "moves", "move"));
            work.note_of(to, |to| format!("{what} {moves} to {to}"));
        }
        let n = deletion.gone[at];
        let (what, are) = (counted(n, noun), verb(n, "is", "are"));
        match n {
            0 => {}
            _ if at == AssetKind::ApiKey as usize => work.note(format!("{what} {are} revoked")),
            _ => work
                .warnings
                .push(format!("{what} {are} lost with the account")),
        }
    }
}

/// The hand-over that goes with the deletion: where the power lies here it is done at once; else the vendor does it with
/// the order to delete, and a later import shows it.
fn hand_over(
    draft: &Draft<'_>,
    work: &mut Work<'_>,
    from: AccountId,
    to: Option<AccountId>,
    deletion: &Deletion,
) {
    let view: &TenantView = work.view;
    let here = view.tenant.authority == Authority::Rollcall;
    let mut assets = Vec::new();
    if let Some(to) = to.filter(|_| !deletion.kinds.is_empty()) {
        let id = HandoverId(view.next_number(RecordKind::Handover));
        let total = deletion.moved.iter().sum();
        let record = Handover {
            id,
            from,
            to,
            way: HandoverWay::AtDeletion,
            kinds: deletion.kinds.clone(),
            total,
            state: match here {
                true => HandoverState::Done,
                false => HandoverState::Open,
            },
            opened: draft.now,
            updated: draft.now,
            undoable: false,
            resting: false,
        };
        work.record(None, Some(Record::Handover(record)));
        assets.extend(deletion.moves.iter().map(|asset| Asset {
            owner: if here { to } else { asset.owner },
            moved: Some(Move {
                handover: id,
                from,
                to,
                state: match here {
                    true => MoveState::Confirmed,
                    false => MoveState::Open,
                },
            }),
            ..asset.clone()
        }));
    }
    if here {
        assets.extend(deletion.lost.iter().map(|asset| gone(asset, draft.now)));
    }
    if !assets.is_empty() {
        work.fact(Fact::Assets(assets));
    }
}

/// Who is gone is in no group, leads none, and nobody acts for them.
fn leave_groups(work: &mut Work<'_>, account: AccountId) {
    work.goes();
    let view = work.view;
    for group in view.groups() {
        if group.members.contains(&account) || group.leader == Some(account) {
            let mut after = group.clone();
            after.members.remove(&account);
            after.leader = after.leader.filter(|l| *l != account);
            let leads = match group.leader == Some(account) {
                true => " and leads it no more",
                false => "",
            };
            work.note(format!("it leaves {} {:?}{leads}", group.kind, group.name));
            work.record(
                Some(Record::Group(group.clone())),
                Some(Record::Group(after)),
            );
        }
    }
    for delegation in view.delegations() {
        if delegation.account == account || delegation.delegate == account {
            let (other, acts) = match delegation.account == account {
                true => (delegation.delegate, false),
                false => (delegation.account, true),
            };
            if let Some(other) = view.account(other) {
                work.note_of(&other, |who| match acts {
                    true => format!("it acts for {who} no more"),
                    false => format!("{who} acts for it no more"),
                });
            }
            work.record(Some(Record::Delegation(delegation.clone())), None);
        }
    }
}
