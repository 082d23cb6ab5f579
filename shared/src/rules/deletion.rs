//! Deleting an account where the catalog allows it: what stands against it, what moves to a successor, what is lost.

use super::Refusal;
use super::lifecycle::{Cause, transition};
use super::owner::usable;
use crate::catalog::{Catalog, DeleteRule};
use crate::domain::{
    Account, Asset, AssetKind, FieldChange, HandoverWay, Kind, Micros, Origin, Status,
};
use crate::text::counted;

/// What is to move besides the envelopes that were sent.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs, reason = "each is the kind of asset of the same name")]
pub struct Ticked {
    pub drafts: bool,
    pub templates: bool,
    pub clipboard: bool,
    pub address_book: bool,
}

impl Ticked {
    fn any(self) -> bool {
        self.drafts || self.templates || self.clipboard || self.address_book
    }

    fn moves(self, kind: AssetKind) -> bool {
        match kind {
            AssetKind::ActiveEnvelope | AssetKind::CompletedEnvelope => true,
            AssetKind::Draft => self.drafts,
            AssetKind::Template => self.templates,
            AssetKind::ClipboardEntry => self.clipboard,
            AssetKind::AddressBookEntry => self.address_book,
            AssetKind::ApiKey => false,
        }
    }
}

/// What a deletion is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Deleting<'a> {
    /// The instant.
    pub now: Micros,
    /// The catalog in force.
    pub catalog: &'a Catalog,
    /// Whether the caller's own account is meant.
    pub own: bool,
    /// Who takes over.
    pub successor: Option<&'a Account>,
    /// What is to move besides sent envelopes.
    pub ticked: Ticked,
    /// Whether what accounts own was ever imported in this tenant.
    pub imported: bool,
    /// Whether the caller deletes although nothing is known of what the account owns.
    pub assets_unknown: bool,
    /// Whether the decision is effective at once. Where the vendor decides, things stay where they are until an import
    /// shows otherwise.
    pub decides: bool,
}

/// What a deletion does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The account's changes: state, roles, team, counts.
    pub changes: Vec<FieldChange>,
    /// The successor's changes: its counts; empty when nothing moves.
    pub successor: Vec<FieldChange>,
    /// Assets that move, as they are now.
    pub moves: Vec<Asset>,
    /// Assets that are lost or revoked with the account, as they are now.
    pub lost: Vec<Asset>,
    /// The kinds that move.
    pub kinds: Vec<AssetKind>,
    /// How many of each kind move, by the books.
    pub moved: [u32; AssetKind::ALL.len()],
    /// How many of each kind are lost.
    pub gone: [u32; AssetKind::ALL.len()],
}

/// Refuses what stands against a deletion, else says what it does. `assets` are those of the account that are not gone.
///
/// # Errors
/// The rule against it: never deleted here, one's own account, a successor where nothing moves, what it owns is not known,
/// history, a missing or unusable successor.
pub fn delete(
    account: &Account,
    assets: &[Asset],
    ask: &Deleting<'_>,
) -> Result<Deletion, Refusal> {
    let rules = &ask.catalog.constraints;
    if rules.delete == DeleteRule::Never {
        return Err(Refusal::new(
            "delete-never",
            format!(
                "{} deletes no users: the history of their signatures must stay for audit",
                ask.catalog.title
            ),
            "deactivate the account with `rollcall user deactivate`: all access ends and the seat is free",
        ));
    }
    if rules.self_delete_forbidden && ask.own {
        return Err(Refusal::new(
            "self-delete",
            "nobody deletes their own account",
            "ask another administrator",
        ));
    }
    let next = transition(ask.catalog, account.status, Cause::Delete)?;
    moves_something(ask)?;
    known(account, ask)?;
    let owns = counts(account, assets);
    let sent =
        owns[AssetKind::ActiveEnvelope as usize] + owns[AssetKind::CompletedEnvelope as usize];
    if rules.delete == DeleteRule::WithoutHistory && sent > 0 {
        return Err(Refusal::new(
            "delete-history",
            format!("who owns transactions is not deleted: there are {sent}"),
            "lock the account instead with `rollcall user suspend`; it can be unlocked at any time",
        ));
    }
    if rules.delete == DeleteRule::WithSuccessor {
        successor(account, sent, ask)?;
    }
    let moving = rules.delete == DeleteRule::WithSuccessor && ask.successor.is_some();
    let moves_kind = |kind: AssetKind| moving && ask.ticked.moves(kind);
    // Where rights go by scope, what somebody made stays where it is; only their keys end with them.
    let stays = |kind: AssetKind| rules.delete == DeleteRule::Allowed && kind != AssetKind::ApiKey;
    let (moves, rest): (Vec<Asset>, Vec<Asset>) =
        assets.iter().cloned().partition(|a| moves_kind(a.kind));
    let lost = rest.into_iter().filter(|a| !stays(a.kind)).collect();
    let (mut moved, mut gone) = ([0; AssetKind::ALL.len()], [0; AssetKind::ALL.len()]);
    for kind in AssetKind::ALL {
        let at = *kind as usize;
        if moves_kind(*kind) {
            moved[at] = owns[at];
        } else if !stays(*kind) {
            gone[at] = owns[at];
        }
    }
    let kinds: Vec<AssetKind> = AssetKind::ALL
        .iter()
        .copied()
        .filter(|k| moved[*k as usize] > 0)
        .collect();
    let mut after = account.clone();
    after.status = next;
    after.status_by = Origin::Admin;
    after.status_since = ask.now;
    after.manifest = account.manifest.saturating_add(1);
    after.assignments.clear();
    after.privileged_since = None;
    after.team = None;
    if ask.decides {
        after.assets = left(&owns, &moved, &gone);
    }
    let heir = ask.successor.filter(|_| ask.decides && !kinds.is_empty());
    let taken = heir.map(|to| {
        let mut richer = to.clone();
        richer.assets.resize(AssetKind::ALL.len(), 0);
        for (have, more) in richer.assets.iter_mut().zip(moved) {
            *have = have.saturating_add(more);
        }
        to.changes_to(&richer)
    });
    Ok(Deletion {
        changes: account.changes_to(&after),
        successor: taken.unwrap_or_default(),
        moves,
        lost,
        kinds,
        moved,
        gone,
    })
}

/// Refuses a successor, or kinds to move, where nothing moves at a deletion.
fn moves_something(ask: &Deleting<'_>) -> Result<(), Refusal> {
    let told = ask.successor.is_some() || ask.ticked.any();
    if ask.catalog.constraints.delete == DeleteRule::WithSuccessor || !told {
        return Ok(());
    }
    Err(Refusal::new(
        "successor-none",
        format!(
            "{} hands nothing over when an account is deleted, so nobody takes over",
            ask.catalog.title
        ),
        match ask.catalog.constraints.hand_over {
            HandoverWay::Delegate => {
                "leave the successor and the kinds out; to have another act for a locked account use `rollcall handover start`"
            }
            _ => "leave the successor and the kinds out",
        },
    ))
}

/// Unknown is not none: where history keeps an account or passes on, somebody who may have made some is not deleted before
/// it is known what they own.
fn known(account: &Account, ask: &Deleting<'_>) -> Result<(), Refusal> {
    let matters = matches!(
        ask.catalog.constraints.delete,
        DeleteRule::WithoutHistory | DeleteRule::WithSuccessor
    );
    // Whoever never got in owns nothing.
    let worked = !matches!(
        account.status,
        Status::Invited | Status::Expired | Status::Revoked
    );
    let unknown = !ask.imported && account.assets.is_empty();
    if !(matters && worked && unknown) || ask.assets_unknown {
        return Ok(());
    }
    Err(Refusal::new(
        "assets-unknown",
        "what accounts own was never imported here: whether this one still owns what it sent is not known, and deletion is final",
        "bring it in with `rollcall import assets`, or say `--assets-unknown` to delete all the same",
    ))
}

/// Counts of what an account owns: of the assets known one by one, and no fewer than its books say.
fn counts(account: &Account, assets: &[Asset]) -> [u32; AssetKind::ALL.len()] {
    let mut owns = [0u32; AssetKind::ALL.len()];
    for asset in assets {
        owns[asset.kind as usize] += 1;
    }
    for (have, told) in owns.iter_mut().zip(&account.assets) {
        *have = (*have).max(*told);
    }
    owns
}

fn left(owns: &[u32], moved: &[u32], gone: &[u32]) -> Vec<u32> {
    let rest: Vec<u32> = owns
        .iter()
        .zip(moved.iter().zip(gone))
        .map(|(own, (moved, gone))| own.saturating_sub(*moved).saturating_sub(*gone))
        .collect();
    match rest.iter().any(|n| *n > 0) {
        true => rest,
        false => Vec::new(),
    }
}

/// A successor is needed for sent envelopes in any state, and for whatever else is to move; it must be able to work.
fn successor(account: &Account, sent: u32, ask: &Deleting<'_>) -> Result<(), Refusal> {
    let Some(to) = ask.successor else {
        if sent == 0 && !ask.ticked.any() {
            return Ok(());
        }
        let what = match sent {
            0 => "what is to move needs a target".to_owned(),
            n => format!(
                "what still exists, running or completed, needs a target: {}",
                counted(n, "sent envelope")
            ),
        };
        return Err(Refusal::new(
            "successor",
            what,
            "name who takes over with `--successor USER`",
        ));
    };
    let person = matches!(to.kind, Kind::Person | Kind::Service);
    if to.id == account.id || !usable(to.status) || !person {
        return Err(Refusal::new(
            "successor-usable",
            match to.id == account.id {
                true => "nobody is their own successor".to_owned(),
                false => format!(
                    "{} that is {} takes nothing over",
                    crate::text::one(to.kind.word()),
                    to.status
                ),
            },
            "name another active user of this tenant",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{builtin, parse};
    use crate::domain::{AccountId, AssetId};

    fn person(id: u32) -> Account {
        Account::new(AccountId(id), format!("p{id}@acme.example"), Micros(0))
    }

    fn asset(id: u32, kind: AssetKind) -> Asset {
        Asset {
            id: AssetId(id),
            external: format!("e{id}"),
            kind,
            state: String::new(),
            owner: AccountId(1),
            seen: Micros(0),
            moved: None,
            gone: false,
        }
    }

    fn ask<'a>(catalog: &'a Catalog, successor: Option<&'a Account>) -> Deleting<'a> {
        Deleting {
            now: Micros(9),
            catalog,
            own: false,
            successor,
            ticked: Ticked::default(),
            imported: true,
            assets_unknown: false,
            decides: true,
        }
    }

    fn catalog(name: &str) -> Catalog {
        parse(name, builtin(name).unwrap()).unwrap()
    }

    #[test]
    fn sent_envelopes_in_any_state_need_a_successor_and_the_rest_may_be_left() {
        let esign = catalog("esignanywhere");
        let (who, heir) = (person(1), person(2));
        for kind in [AssetKind::ActiveEnvelope, AssetKind::CompletedEnvelope] {
            let owned = [asset(0, kind), asset(1, AssetKind::Draft)];
            let refused = delete(&who, &owned, &ask(&esign, None)).unwrap_err();
            assert_eq!(refused.rule, "successor");
            let done = delete(&who, &owned, &ask(&esign, Some(&heir))).unwrap();
            assert_eq!((done.moves.len(), done.lost.len()), (1, 1));
            assert_eq!(
                (
                    done.moved[kind as usize],
                    done.gone[AssetKind::Draft as usize]
                ),
                (1, 1)
            );
            assert_eq!(done.successor.len(), 1);
        }
        let drafts = [asset(0, AssetKind::Draft)];
        assert!(delete(&who, &drafts, &ask(&esign, None)).is_ok());
        let mut ticked = ask(&esign, None);
        ticked.ticked.drafts = true;
        assert_eq!(
            delete(&who, &drafts, &ticked).unwrap_err().rule,
            "successor"
        );
        ticked.successor = Some(&heir);
        assert_eq!(delete(&who, &drafts, &ticked).unwrap().moves.len(), 1);
    }

    #[test]
    fn counts_without_single_assets_count_as_well() {
        let esign = catalog("esignanywhere");
        let mut who = person(1);
        who.assets = vec![2, 3, 0, 0, 0, 0, 0];
        assert_eq!(
            delete(&who, &[], &ask(&esign, None)).unwrap_err().rule,
            "successor"
        );
        let heir = person(2);
        let done = delete(&who, &[], &ask(&esign, Some(&heir))).unwrap();
        assert_eq!((done.moved[0], done.moved[1]), (2, 3));
    }

    #[test]
    fn who_may_own_what_was_never_imported_is_deleted_by_an_explicit_word_only() {
        for (name, asked) in [
            ("onespan", true),
            ("esignanywhere", true),
            ("ignisign", false),
        ] {
            let catalog = catalog(name);
            let mut blind = ask(&catalog, None);
            blind.imported = false;
            let mut who = person(1);
            let got = delete(&who, &[], &blind).map(|_| ()).map_err(|r| r.rule);
            let refused = if asked { Err("assets-unknown") } else { Ok(()) };
            assert_eq!(got, refused, "{name}");
            blind.assets_unknown = true;
            assert!(delete(&who, &[], &blind).is_ok(), "{name}");
            blind.assets_unknown = false;
            who.status = Status::Invited;
            assert!(delete(&who, &[], &blind).is_ok(), "{name}: never got in");
        }
    }

    #[test]
    fn a_successor_can_work_and_is_somebody_else() {
        let esign = catalog("esignanywhere");
        let who = person(1);
        let owned = [asset(0, AssetKind::ActiveEnvelope)];
        let mut heir = person(2);
        heir.status = Status::Suspended;
        for to in [&who, &heir] {
            let refused = delete(&who, &owned, &ask(&esign, Some(to))).unwrap_err();
            assert_eq!(refused.rule, "successor-usable");
        }
    }

    #[test]
    fn counts_stay_where_they_are_until_the_vendor_has_moved_things() {
        let esign = catalog("esignanywhere");
        let (mut who, heir) = (person(1), person(2));
        who.assets = vec![1, 0, 0, 0, 0, 0, 0];
        let owned = [asset(0, AssetKind::ActiveEnvelope)];
        let mut asked = ask(&esign, Some(&heir));
        asked.decides = false;
        let done = delete(&who, &owned, &asked).unwrap();
        assert_eq!((done.moves.len(), done.moved[0]), (1, 1));
        assert!(done.successor.is_empty());
        let counted = |c: &FieldChange| c.field == crate::domain::Field::Assets;
        assert!(!done.changes.iter().any(counted), "{:?}", done.changes);
    }

    #[test]
    fn nobody_takes_over_where_nothing_moves() {
        let heir = person(2);
        for name in ["onespan", "ignisign"] {
            let catalog = catalog(name);
            let asked = ask(&catalog, Some(&heir));
            let mut ticked = ask(&catalog, None);
            ticked.ticked.templates = true;
            for asked in [asked, ticked] {
                let refused = delete(&person(1), &[], &asked).unwrap_err();
                assert_eq!(refused.rule, "successor-none", "{name}");
            }
        }
    }

    #[test]
    fn each_vendor_has_its_own_rule() {
        let envelope = [asset(0, AssetKind::CompletedEnvelope)];
        let rule = |name: &str, owned: &[Asset], own: bool| {
            let catalog = catalog(name);
            let mut ask = ask(&catalog, None);
            ask.own = own;
            delete(&person(1), owned, &ask)
                .map(|_| ())
                .map_err(|r| r.rule)
        };
        assert_eq!(rule("iusign", &[], false), Err("delete-never"));
        assert_eq!(rule("onespan", &envelope, false), Err("delete-history"));
        assert_eq!(rule("onespan", &[], false), Ok(()));
        assert_eq!(rule("esignanywhere", &[], true), Err("self-delete"));
        assert_eq!(rule("ignisign", &envelope, false), Ok(()));
    }
}
