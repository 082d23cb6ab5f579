//! What happened to accounts since their first import, in the order of time.
//!
//! What people and files did comes from the stories. What the sweeps did is not made up: each night since the policies
//! were armed, the real rules judge the account as it was then, and what they propose is performed.

use super::activity::{Uses, back_when_warned};
use super::calendar::{Ago, clock};
use super::cast::{Second, Story, import_day};
use super::people::push;
use super::scene::{ARMED, Scene};
use super::steps::{Doing, Step, steps};
use rollcall_shared::domain::{
    Account, AccountFacts, Action, Field, FieldChange, Micros, Mode, Origin, Rule, Sweep, Value,
    Why,
};
use rollcall_shared::rules::lifecycle::{self, Lifecycle};
use rollcall_shared::rules::sweeps::{Judge, Verdict};

/// What made a batch: events of the same group and instant stand in the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// A weekly import.
    Import(Ago),
    /// A run that acted by itself.
    Run(Sweep, Ago),
    /// The approval of a run.
    Approval(Sweep, Ago),
    /// A person's decision, by its verb, and the reason given.
    Decision(&'static str, &'static str),
    /// Orders handed to the vendor.
    Export(Ago),
}

/// What happens to an order at the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderStep {
    /// Opened by the status change of the same event.
    Open,
    /// Handed over.
    Deliver,
    /// Seen done.
    Confirm,
    /// Refused by the vendor.
    Fail,
}

/// One thing that happened to one account.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: Micros,
    /// In which batch.
    pub group: Group,
    /// To whom.
    pub account: u32,
    /// What changed; may be empty.
    pub changes: Vec<FieldChange>,
    /// Why.
    pub why: Why,
    /// The action of a run that it is.
    pub action: Option<Action>,
    /// What it does to the account's order.
    pub order: Option<OrderStep>,
}

/// One night's run of one sweep, ready to judge.
pub struct Night<'a> {
    /// The day.
    pub ago: Ago,
    /// The sweep.
    pub sweep: Sweep,
    /// When it was due.
    pub due: Micros,
    /// The rules as they stood.
    pub judge: Judge<'a>,
}

/// Seconds between a run's start and its changes.
const RUN_TAKES: i64 = 2;

/// When proposals are approved.
const APPROVED: i64 = clock(9, 40);

/// When orders are handed to the vendor.
const EXPORTED: i64 = clock(10, 15);

/// Nights whose reports are kept where sweeps only observe.
const REPORTS: Ago = 3;

/// One account on its way through time.
struct Life<'a> {
    scene: &'a Scene,
    story: Story,
    account: Account,
    facts: AccountFacts,
    uses: &'a Uses,
    steps: Vec<Step>,
    out: &'a mut Vec<Event>,
}

/// Whether anything but the newest import ever happens to an account with this story.
pub fn eventful(scene: &Scene, account: u32, story: Story) -> bool {
    match story {
        Story::Joined => scene.accepts_late(account),
        Story::Regular | Story::Service | Story::Outside | Story::Gone => false,
        Story::Owner => scene.spec.careless_owner,
        Story::Privileged(second) => matches!(second, Second::None(_)),
        _ => true,
    }
}

/// Lives through the time since an account's first import. Events go to `out`, in the order of time; what a sweep that
/// only observes reported goes to `reported`.
pub fn live(
    scene: &Scene,
    account: Account,
    story: Story,
    uses: &Uses,
    nights: &[Night<'_>],
    out: &mut Vec<Event>,
    reported: &mut Vec<(Ago, Sweep, Action)>,
) {
    let first = scene.import_at(scene.cast.imported(account.id.0));
    let mut life = Life {
        facts: rollcall_shared::rules::facts(&account, &scene.catalog),
        steps: steps(scene, &account, story),
        scene,
        story,
        account,
        uses,
        out,
    };
    for night in nights.iter().filter(|night| night.due > first) {
        life.until(night.due);
        life.facts.last_use = life.used(night.due);
        let Verdict::Act(action) = night.judge.judge(&life.facts) else {
            continue;
        };
        match scene.spec.mode {
            Mode::Observe if night.ago <= REPORTS => {
                reported.push((night.ago, night.sweep, action));
            }
            Mode::Observe => {}
            Mode::Approve => {
                let at = scene.calendar.at(night.ago, APPROVED);
                life.perform(at, Group::Approval(night.sweep, night.ago), night, action);
            }
            Mode::Auto => {
                let at = Micros(night.due.0 + RUN_TAKES * 1_000_000);
                life.perform(at, Group::Run(night.sweep, night.ago), night, action);
            }
        }
    }
    life.until(Micros(i64::MAX));
}

impl Life<'_> {
    /// The last use the store knew of at an instant.
    fn used(&self, at: Micros) -> Option<Micros> {
        if let Story::Returned(ago) = self.story {
            let back = self.scene.calendar.at(back_when_warned(ago), 0);
            if at < back {
                return self.account.last_use;
            }
        }
        let last = self.uses.last.map(|last| last.min(at));
        last.or(self.account.last_use)
    }

    /// Takes every step up to an instant.
    fn until(&mut self, at: Micros) {
        while self.steps.first().is_some_and(|step| step.at <= at) {
            let step = self.steps.remove(0);
            self.step(step);
        }
    }

    fn step(&mut self, step: Step) {
        let origin = Lifecycle {
            now: step.at,
            origin: Origin::Admin,
            last_owner: None,
            by_member: false,
            catalog: &self.scene.catalog,
            seats_free: None,
        };
        let account = &self.account;
        // A story that the sweeps overtook (deactivated before it was brought back) goes on without this step.
        let changes = match step.doing {
            Doing::Suspend => lifecycle::suspend(account, &origin).unwrap_or_default(),
            Doing::Deactivate => lifecycle::deactivate(account, &origin).unwrap_or_default(),
            Doing::Reactivate(hold) => {
                let mut changes = lifecycle::reactivate(account, &origin).unwrap_or_default();
                if let (Some(hold), false) = (hold, changes.is_empty()) {
                    push(&mut changes, account, Field::HoldUntil, Value::Time(hold));
                }
                changes
            }
            Doing::News => self.scene.news(self.story, account),
            Doing::Order(order) => return self.order(step.at, step.group, order, step.why),
            Doing::Set(fields) => {
                let mut changes = Vec::new();
                for (field, value) in fields {
                    push(&mut changes, account, field, value);
                }
                if changes.iter().any(|c| c.field == Field::Roles) {
                    let next = Value::Int(i64::from(account.manifest) + 1);
                    push(&mut changes, account, Field::Manifest, next);
                }
                changes
            }
        };
        self.record(step.at, step.group, changes, step.why, None);
    }

    fn perform(&mut self, at: Micros, group: Group, night: &Night<'_>, action: Action) {
        let changes = lifecycle::perform(&self.account, &action, night.sweep, at);
        let why = action.why.clone();
        self.record(at, group, changes, why, Some(action));
    }

    /// An order's next state; a confirmed one shows in the account too.
    fn order(&mut self, at: Micros, group: Group, order: OrderStep, why: Why) {
        let mut changes = Vec::new();
        if order == OrderStep::Confirm {
            let status = Value::Int(self.account.status as i64);
            push(&mut changes, &self.account, Field::ObservedStatus, status);
            push(
                &mut changes,
                &self.account,
                Field::ObservedAt,
                Value::Time(at),
            );
        }
        self.add(at, group, changes, why, None, Some(order));
    }

    fn record(
        &mut self,
        at: Micros,
        group: Group,
        changes: Vec<FieldChange>,
        why: Why,
        action: Option<Action>,
    ) {
        if changes.is_empty() {
            return;
        }
        let decided =
            !matches!(group, Group::Import(_)) && changes.iter().any(|c| c.field == Field::Status);
        let order = (decided && self.scene.vendor()).then_some(OrderStep::Open);
        self.add(at, group, changes, why, action, order);
        if order.is_some() {
            self.follow(at);
        }
    }

    fn add(
        &mut self,
        at: Micros,
        group: Group,
        changes: Vec<FieldChange>,
        why: Why,
        action: Option<Action>,
        order: Option<OrderStep>,
    ) {
        for change in &changes {
            let set = self.account.set(change.field, &change.new);
            debug_assert!(set.is_ok(), "{change:?}");
        }
        self.facts = rollcall_shared::rules::facts(&self.account, &self.scene.catalog);
        let account = self.account.id.0;
        // What one import says of one account is one entry.
        let same = |e: &&mut Event| e.account == account && e.at == at && e.group == group;
        if let Some(last) = self.out.last_mut().filter(same) {
            merge(&mut last.changes, changes);
            last.order = last.order.or(order);
            return;
        }
        self.out.push(Event {
            at,
            group,
            account,
            changes,
            why,
            action,
            order,
        });
    }

    /// What becomes of the order that a decision opened. An earlier order's fate no longer matters.
    fn follow(&mut self, at: Micros) {
        self.steps.retain(|s| !matches!(s.doing, Doing::Order(_)));
        let calendar = &self.scene.calendar;
        let Some(day) = (2..=ARMED + 30).find(|ago| calendar.at(*ago + 1, EXPORTED) < at) else {
            return;
        };
        let handed = calendar.at(day, EXPORTED);
        if handed < at {
            return;
        }
        self.later(handed, Group::Export(day), OrderStep::Deliver);
        // The vendor takes some days.
        if day >= 5 {
            let seen = import_day((day - 5) / 7);
            let refused = (self.account.id.0 + day.unsigned_abs()).is_multiple_of(17);
            let step = if refused {
                OrderStep::Fail
            } else {
                OrderStep::Confirm
            };
            self.later(self.scene.import_at(seen), Group::Import(seen), step);
        }
    }

    fn later(&mut self, at: Micros, group: Group, order: OrderStep) {
        let step = Step {
            at,
            group,
            doing: Doing::Order(order),
            why: Why::rule(Rule::PeopleFile),
        };
        let place = self.steps.partition_point(|s| s.at < at);
        self.steps.insert(place, step);
    }
}

/// Joins changes of the same entry: the old value is the first one's, the new value the last one's.
fn merge(into: &mut Vec<FieldChange>, more: Vec<FieldChange>) {
    for change in more {
        match into.iter_mut().find(|c| c.field == change.field) {
            Some(before) => before.new = change.new,
            None => into.push(change),
        }
    }
    into.retain(|c| c.old != c.new);
    into.sort_by_key(|c| c.field);
}
