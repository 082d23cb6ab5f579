//! Deeds about people: a review and what it ended, a revoked invitation, somebody who acts for another, a leaver.

use super::*;
use rollcall_shared::domain::{
    AccountId, Answer, Asset, AssetKind, Delegation, Delivery, Entry, Fact, Field, Handover,
    HandoverId, HandoverState, HandoverWay, Invitation, Micros, Move, MoveState, OrderState,
    Origin, Record, Review, ReviewId, Rule, Todo, Verdict, Why,
};

impl Deeds<'_> {
    /// The quarter's review, half answered.
    pub(super) fn review(&mut self) {
        let cast = &self.scene.cast;
        let subject: Vec<AccountId> = (0..cast.veterans.min(REVIEWED))
            .filter(|id| {
                matches!(
                    cast.story(*id),
                    Story::Owner | Story::Regular | Story::Privileged(Second::Fine)
                )
            })
            .map(AccountId)
            .collect();
        let open = Review {
            id: ReviewId(1),
            opened: self.at(6, clock(11, 0)),
            due: self.at(-8, clock(11, 0)),
            closed: None,
            silence: Verdict::Keep,
            subject,
            verdicts: BTreeMap::new(),
        };
        let answered = open.subject.iter().skip(1).take(12).enumerate();
        let verdicts = answered.map(|(n, id)| match n {
            7 => (*id, Verdict::Remove),
            _ => (*id, Verdict::Keep),
        });
        let after = Review {
            verdicts: verdicts.collect(),
            ..open.clone()
        };
        let (opened, half) = (Record::Review(open), Record::Review(after));
        self.room(
            6,
            "review open",
            None,
            vec![set(None, Some(opened.clone()))],
        );
        self.room(
            3,
            "review answer",
            None,
            vec![set(Some(opened), Some(half))],
        );
    }

    /// Somebody was invited by mistake, and somebody's mail came back.
    pub(super) fn revoke(&mut self) {
        let newcomers = self.scene.cast.newcomers(1);
        let fresh = newcomers.filter(|id| {
            let story = self.scene.cast.story(*id);
            matches!(story, Story::Invited(ago) if ago < 7)
        });
        let mut fresh: VecDeque<u32> = fresh.take(2).collect();
        let Some(id) = fresh.pop_front() else {
            return;
        };
        let before = self.account(AccountId(id));
        let now = self.at(1, clock(11, 0));
        let sent = before.created;
        let invitation = |account, answer, delivery| Invitation {
            account,
            number: 1,
            sent,
            valid_until: Some(Micros(sent.0 + 7 * 86_400_000_000)),
            delivery,
            delivery_at: Some(now),
            answer,
            answered_at: (answer != Answer::Pending).then_some(now),
        };
        let ctx = Lifecycle {
            now,
            origin: Origin::Admin,
            last_owner: None,
            catalog: &self.scene.catalog,
            seats_free: None,
            by_member: false,
        };
        let Ok(changes) = lifecycle::end_invitation(&before, Cause::Revoke, &ctx) else {
            return;
        };
        let back = invitation(before.id, Answer::Cancelled, Delivery::Delivered);
        let mut entries = vec![
            Entry::account(before.id, changes, Why::rule(Rule::Invited), [0; 16]),
            set(None, Some(Record::Invitation(back))),
        ];
        if let Some(other) = fresh.pop_front() {
            let bounced = invitation(AccountId(other), Answer::Pending, Delivery::Bounced);
            entries.push(set(None, Some(Record::Invitation(bounced))));
        }
        self.room(1, "user revoke", Some("wrong address"), entries);
    }

    /// A colleague acts for somebody whom an administrator has locked; where nobody is, for somebody who is away.
    pub(super) fn delegate(&mut self) {
        let cast = &self.scene.cast;
        let locked = (1..cast.veterans.min(LOOKED_AT))
            .find(|id| matches!(cast.story(*id), Story::Suspended(ago) if ago < 20));
        let (delegate, away) = {
            let mut regulars = self.regulars();
            (regulars.next(), regulars.next())
        };
        let Some(delegate) = delegate else {
            return;
        };
        let (account, reason) = match (locked, away) {
            (Some(locked), _) => (AccountId(locked), "their running transactions go on"),
            (None, Some(away)) => (away, "away until the end of the month"),
            (None, None) => return,
        };
        let delegation = Delegation {
            account,
            delegate,
            from: self.at(1, clock(11, 0)),
            until: self.at(-30, clock(18, 0)),
            named_by: None,
        };
        let record = Record::Delegation(delegation);
        self.told(
            1,
            "delegation set",
            Some(reason),
            None,
            record,
            OrderState::Delivered,
        );
    }

    /// Somebody left and is deleted; what they sent moves to a colleague, and the vendor has half of it in hand.
    pub(super) fn leaver(&mut self) {
        let owns = |id: &AccountId| {
            let sent = [AssetKind::ActiveEnvelope, AssetKind::CompletedEnvelope];
            let theirs = self.assets.iter().filter(|a| a.owner == *id);
            theirs.filter(|a| sent.contains(&a.kind)).count() > 1
        };
        let people: Vec<AccountId> = self.regulars().skip(3).collect();
        let Some(id) = people.iter().copied().find(owns) else {
            return;
        };
        let Some(to) = people.iter().copied().find(|other| *other != id) else {
            return;
        };
        let (account, successor) = (self.account(id), self.account(to));
        let assets: Vec<Asset> = self
            .assets
            .iter()
            .filter(|a| a.owner == id)
            .cloned()
            .collect();
        let now = self.scene.night();
        let asked = Deleting {
            now,
            catalog: &self.scene.catalog,
            own: false,
            successor: Some(&successor),
            ticked: Ticked {
                drafts: true,
                templates: true,
                ..Ticked::default()
            },
            imported: true,
            assets_unknown: false,
            decides: false,
        };
        let Ok(deletion) = delete(&account, &assets, &asked) else {
            return;
        };
        let handover = Handover {
            id: HandoverId(1),
            from: id,
            to,
            way: HandoverWay::AtDeletion,
            kinds: deletion.kinds.clone(),
            total: deletion.moved.iter().sum(),
            state: HandoverState::Open,
            opened: now,
            updated: now,
            undoable: false,
            resting: false,
        };
        let moves = deletion.moves.iter().enumerate().map(|(n, asset)| Asset {
            moved: Some(Move {
                handover: handover.id,
                from: id,
                to,
                state: match n % 2 {
                    0 => MoveState::Delivered,
                    _ => MoveState::Open,
                },
            }),
            ..asset.clone()
        });
        let mut entries = vec![set(None, Some(Record::Handover(handover.clone())))];
        entries.push(Entry::plain(Fact::Assets(moves.collect())));
        let mut status = deletion.changes.iter();
        let status = status.find(|c| c.field == Field::Status).cloned();
        let why = Why::rule(Rule::Deletion);
        entries.push(Entry::account(id, deletion.changes, why, [0; 16]));
        self.rooms.push(Room {
            at: now,
            verb: "user delete",
            reason: Some("left the hospital"),
            entries,
            orders: Vec::new(),
        });
        if let Some(change) = status {
            self.order(Todo::Account {
                account: id,
                change,
            });
        }
    }
}
