//! What an account owns: taking in a row of an asset file, and keeping the counts at the accounts in step.

use super::Refusal;
use crate::domain::{
    AccountId, Asset, AssetId, AssetKind, AssetSeen, Authority, Field, FieldChange, Micros, Move,
    MoveState, Value,
};
use std::collections::BTreeMap;

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Not known before.
    Added(Asset),
    /// Known, and other than before.
    Changed(Asset),
    /// Known as it is.
    Unchanged,
    /// Not applied, and why: one sentence without its full stop.
    Conflict(String),
}

/// Who may bring a file of assets: where the power lies with a vendor it shows what the vendor carried out, and that is
/// not taken from a member of the tenant.
///
/// # Errors
/// Rule `members-file`.
pub fn may_bring(authority: Authority, by_member: bool) -> Result<(), Refusal> {
    if authority == Authority::Rollcall || !by_member {
        return Ok(());
    }
    Err(Refusal::new(
        "members-file",
        "the file shows what stands at the vendor; that is not taken from a member of the tenant",
        "let an operator bring the vendor's export: an operator's file shows it",
    ))
}

/// Takes in a row whose owner was found. `next` is the number a new asset gets. A move on its way is confirmed by its
/// successor as the owner, waits while the owner is still the old one, and fails with anybody else; one that was
/// confirmed and is seen at the old owner again has failed after all. A row no newer than what was seen takes nothing
/// back: only that a move on its way arrived is taken from it, for vendors do not date that. Where we decide, a key
/// that was revoked does not come back, and a file that names the old owner takes nothing back.
pub fn take(
    before: Option<&Asset>,
    next: AssetId,
    row: &AssetSeen,
    owner: AccountId,
    authority: Authority,
    now: Micros,
) -> Taken {
    let Some(before) = before else {
        return Taken::Added(Asset {
            id: next,
            external: row.external.clone(),
            kind: row.kind,
            state: row.state.clone().unwrap_or_default(),
            owner,
            seen: row.updated.unwrap_or(now),
            moved: None,
            gone: false,
        });
    };
    if let Some(done) = before.moved
        && authority == Authority::Rollcall
        && done.state == MoveState::Confirmed
        && (before.owner, owner) == (done.to, done.from)
    {
        return Taken::Conflict(format!(
            "the file names the old owner; hand-over {} gave it to a successor: see `rollcall handover list`",
            done.handover.0
        ));
    }
    if authority == Authority::Rollcall && before.gone && before.kind == AssetKind::ApiKey {
        return Taken::Conflict(format!(
            "the file shows a key that was revoked on {}: end it at the vendor",
            before.seen.day()
        ));
    }
    let mut after = Asset {
        kind: row.kind,
        owner,
        gone: false,
        moved: before.moved.map(|m| settled(m, owner)),
        ..before.clone()
    };
    if let Some(state) = &row.state {
        after.state.clone_from(state);
    }
    let waits = |m: Move| matches!(m.state, MoveState::Open | MoveState::Delivered);
    let arrives = before.moved.is_some_and(|m| waits(m) && owner == m.to);
    if let Some(updated) = row.updated.filter(|at| *at <= before.seen && !arrives) {
        after.moved = before.moved;
        return match after == *before {
            true => Taken::Unchanged,
            false => Taken::Conflict(format!(
                "the row is of {}, and what is known is of {}: export it anew, or leave `updated` out if it is so today",
                updated.day(),
                before.seen.day()
            )),
        };
    }
    if let Some(updated) = row.updated {
        after.seen = updated.max(before.seen);
    }
    if after == *before {
        return Taken::Unchanged;
    }
    if row.updated.is_none() {
        after.seen = now;
    }
    Taken::Changed(after)
}

/// A move as the owner shown by an import leaves it.
fn settled(going: Move, owner: AccountId) -> Move {
    let state = match going.state {
        MoveState::Open | MoveState::Delivered | MoveState::Failed if owner == going.to => {
            MoveState::Confirmed
        }
        MoveState::Open | MoveState::Delivered if owner != going.from => MoveState::Failed,
        MoveState::Confirmed if owner == going.from => MoveState::Failed,
        state => state,
    };
    Move { state, ..going }
}

/// The asset once it is gone at the vendor: what was on its way will not arrive.
pub fn gone(asset: &Asset, now: Micros) -> Asset {
    let moved = asset.moved.map(|m| match m.state {
        MoveState::Open | MoveState::Delivered => Move {
            state: MoveState::Failed,
            ..m
        },
        _ => m,
    });
    Asset {
        gone: true,
        seen: now,
        moved,
        ..asset.clone()
    }
}

/// Changes of the counts at accounts, added up over a batch.
#[derive(Debug, Clone, Default)]
pub struct Tally(BTreeMap<AccountId, [i64; AssetKind::ALL.len()]>);

impl Tally {
    /// Takes in one asset as it was and as it is.
    pub fn note(&mut self, before: Option<&Asset>, after: &Asset) {
        if let Some(before) = before.filter(|a| !a.gone) {
            self.add(before, -1);
        }
        if !after.gone {
            self.add(after, 1);
        }
    }

    fn add(&mut self, asset: &Asset, by: i64) {
        self.0.entry(asset.owner).or_default()[asset.kind as usize] += by;
    }

    /// The accounts whose counts may differ.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        self.0.keys().copied()
    }

    /// The change of one account's counts; none when they stay. `now` is what it owns in the order of the kinds.
    pub fn change(&self, account: AccountId, now: &[u32]) -> Option<FieldChange> {
        let by = self.0.get(&account)?;
        let counts = |n: usize| i64::from(now.get(n).copied().unwrap_or(0));
        let new: Vec<u32> = by
            .iter()
            .enumerate()
            .map(|(n, by)| u32::try_from((counts(n) + by).max(0)).unwrap_or(u32::MAX))
            .collect();
        let same = new
            .iter()
            .enumerate()
            .all(|(n, c)| i64::from(*c) == counts(n));
        let old = match now {
            [] => Value::Null,
            now => Value::Counts(now.to_vec()),
        };
        (!same).then_some(FieldChange {
            field: Field::Assets,
            old,
            new: Value::Counts(new),
        })
    }
}

/// Counts by the words of the kinds, without zeros.
pub fn by_kind<'a>(assets: impl Iterator<Item = &'a Asset>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for asset in assets {
        *counts.entry(asset.kind.word().to_owned()).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::HandoverId;
    use proptest::prelude::*;

    const NOW: Micros = Micros(1_000);

    fn row(owner_state: Option<&str>) -> AssetSeen {
        AssetSeen {
            line: 2,
            external: "e-1".into(),
            kind: AssetKind::ActiveEnvelope,
            state: owner_state.map(str::to_owned),
            owner: "a@b.example".into(),
            updated: None,
        }
    }

    fn known(owner: u32, state: MoveState) -> Asset {
        Asset {
            id: AssetId(0),
            external: "e-1".into(),
            kind: AssetKind::ActiveEnvelope,
            state: "pending".into(),
            owner: AccountId(owner),
            seen: Micros(1),
            moved: Some(Move {
                handover: HandoverId(1),
                from: AccountId(1),
                to: AccountId(2),
                state,
            }),
            gone: false,
        }
    }

    fn after(owner_before: u32, state: MoveState, owner: u32) -> Taken {
        let before = known(owner_before, state);
        let owner = AccountId(owner);
        take(
            Some(&before),
            AssetId(9),
            &row(None),
            owner,
            Authority::Vendor,
            NOW,
        )
    }

    fn state(taken: Taken) -> (u32, MoveState) {
        match taken {
            Taken::Changed(a) => (a.owner.0, a.moved.unwrap().state),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_import_settles_what_was_on_its_way() {
        for going in [MoveState::Open, MoveState::Delivered] {
            assert_eq!(state(after(1, going, 2)), (2, MoveState::Confirmed));
            assert_eq!(after(1, going, 1), Taken::Unchanged);
            assert_eq!(state(after(1, going, 3)), (3, MoveState::Failed));
        }
        assert_eq!(
            state(after(3, MoveState::Failed, 2)),
            (2, MoveState::Confirmed)
        );
        assert_eq!(after(2, MoveState::Confirmed, 2), Taken::Unchanged);
        // What came back, or never went: nobody is told that it is done. Where it went on, it had arrived.
        assert_eq!(
            state(after(2, MoveState::Confirmed, 1)),
            (1, MoveState::Failed)
        );
        assert_eq!(
            state(after(2, MoveState::Confirmed, 3)),
            (3, MoveState::Confirmed)
        );
    }

    #[test]
    fn an_older_row_takes_nothing_back_and_a_newer_one_is_taken() {
        let mut before = known(2, MoveState::Confirmed);
        before.seen = Micros(500);
        let take = |before: &Asset, state: &str, owner, updated: Option<i64>| {
            let row = AssetSeen {
                updated: updated.map(Micros),
                ..row(Some(state))
            };
            take(
                Some(before),
                AssetId(9),
                &row,
                AccountId(owner),
                Authority::Vendor,
                NOW,
            )
        };
        for old in [499, 500] {
            assert_eq!(take(&before, "pending", 2, Some(old)), Taken::Unchanged);
            for (state, owner) in [("draft", 2), ("pending", 1), ("pending", 3)] {
                let taken = take(&before, state, owner, Some(old));
                assert!(matches!(taken, Taken::Conflict(_)), "{taken:?}");
            }
        }
        for updated in [Some(501), None] {
            let taken = take(&before, "draft", 2, updated);
            assert!(matches!(taken, Taken::Changed(_)), "{taken:?}");
        }
        // That a move arrived is no change of the thing itself: its date may be the old one.
        before = known(1, MoveState::Delivered);
        before.seen = Micros(500);
        assert_eq!(
            state(take(&before, "pending", 2, Some(500))),
            (2, MoveState::Confirmed)
        );
        // Gone is gone for an older file.
        let lost = gone(&before, Micros(600));
        let taken = take(&lost, "pending", 1, Some(550));
        assert!(matches!(taken, Taken::Conflict(_)), "{taken:?}");
        let taken = take(&lost, "pending", 1, Some(601));
        assert!(matches!(taken, Taken::Changed(a) if !a.gone));
    }

    #[test]
    fn a_key_that_was_revoked_here_does_not_come_back_by_a_file() {
        let mut key = gone(&known(1, MoveState::Undone), NOW);
        key.kind = AssetKind::ApiKey;
        let row = AssetSeen {
            kind: AssetKind::ApiKey,
            ..row(None)
        };
        let taken = |authority| take(Some(&key), AssetId(9), &row, AccountId(1), authority, NOW);
        assert!(matches!(taken(Authority::Rollcall), Taken::Conflict(_)));
        assert!(matches!(taken(Authority::Vendor), Taken::Changed(a) if !a.gone));
    }

    #[test]
    fn where_we_decide_an_old_file_takes_nothing_back() {
        let before = known(2, MoveState::Confirmed);
        let take = |authority, owner| {
            take(
                Some(&before),
                AssetId(9),
                &row(None),
                AccountId(owner),
                authority,
                NOW,
            )
        };
        assert!(matches!(take(Authority::Rollcall, 1), Taken::Conflict(_)));
        assert!(matches!(take(Authority::Rollcall, 3), Taken::Changed(_)));
        assert!(matches!(take(Authority::Vendor, 1), Taken::Changed(_)));
    }

    #[test]
    fn what_the_file_does_not_tell_stays_and_the_same_row_is_no_news() {
        let first = take(
            None,
            AssetId(4),
            &row(Some("sent")),
            AccountId(1),
            Authority::Vendor,
            NOW,
        );
        let Taken::Added(asset) = first else { panic!() };
        assert_eq!((asset.id, asset.seen), (AssetId(4), NOW));
        let later = Micros(2_000);
        for told in [Some("sent"), None] {
            let again = take(
                Some(&asset),
                AssetId(5),
                &row(told),
                AccountId(1),
                Authority::Vendor,
                later,
            );
            assert_eq!(again, Taken::Unchanged);
        }
        let other = take(
            Some(&asset),
            AssetId(5),
            &row(Some("done")),
            AccountId(1),
            Authority::Vendor,
            later,
        );
        assert!(matches!(other, Taken::Changed(a) if a.seen == later && a.state == "done"));
    }

    #[test]
    fn what_is_gone_does_not_arrive() {
        let lost = gone(&known(1, MoveState::Delivered), NOW);
        assert_eq!(
            (lost.gone, lost.moved.unwrap().state),
            (true, MoveState::Failed)
        );
        let done = gone(&known(2, MoveState::Confirmed), NOW);
        assert_eq!(done.moved.unwrap().state, MoveState::Confirmed);
    }

    proptest! {
        #[test]
        fn counts_follow_the_assets(
            steps in proptest::collection::vec((0usize..6, 0u32..3, 0usize..7, any::<bool>()), 0..60)
        ) {
            let mut assets: Vec<Option<Asset>> = vec![None; 6];
            let mut tally = Tally::default();
            for (place, owner, kind, gone) in steps {
                let after = Asset {
                    kind: AssetKind::ALL[kind],
                    gone,
                    moved: None,
                    ..known(owner, MoveState::Open)
                };
                tally.note(assets[place].as_ref(), &after);
                assets[place] = Some(after);
            }
            for owner in 0..3 {
                let mut counts = vec![0u32; 7];
                for asset in assets.iter().flatten().filter(|a| !a.gone && a.owner.0 == owner) {
                    counts[asset.kind as usize] += 1;
                }
                let change = tally.change(AccountId(owner), &[]);
                let new = change.map_or(Value::Counts(vec![0; 7]), |c| c.new);
                prop_assert_eq!(new, Value::Counts(counts));
            }
        }
    }
}
