//! The agenda of one tenant: everything that will become a batch of its journal, in the order of time.

use super::activity::{Purpose, Uses};
use super::calendar::{Ago, FEED_AT, clock};
use super::cast::{FIRST_IMPORT, WEEKS, import_day};
use super::history::{self, Event, Group, Night};
use super::scene::{ARMED, Scene};
use rollcall_shared::domain::{
    AccountId, Action, Feed, Micros, Mode, Policy, SignIn, SignInKind, Sweep, TenantState,
};
use rollcall_shared::rules::policy_hash;
use rollcall_shared::rules::sweeps::{Context, Holders, Judge};
use std::ops::Range;

/// Accounts created in one batch: about 3 MB.
const NEW_PEOPLE: u32 = 8_192;
/// Accounts told news of in one batch.
const NEWS: u32 = 16_384;
/// Sign-ins of one batch.
const SIGN_INS: usize = 20_000;
/// Accounts whose daily use stands in one batch.
const DAILY_USE: u32 = 81_920;

/// One batch to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Catalog and scopes.
    Setup,
    /// People of an import, by account number.
    People(Ago, Range<u32>),
    /// The owner is known: the tenant is in force.
    Activate,
    /// The policies leave `observe`.
    Arm(Mode),
    /// A run starts with these actions.
    RunStart(Sweep, Ago, Range<usize>),
    /// Events of one group.
    Events(Group, Range<usize>),
    /// The newest import: what it tells of these accounts, and the events it brought for them.
    News(Range<u32>, Range<usize>),
    /// Sign-ins of a day.
    SignIns(Ago, Range<usize>),
    /// Daily use of these accounts.
    DailyUse(Range<u32>),
    /// What the accounts own.
    Assets,
    /// Groups of the teams.
    Teams,
    /// A deed that is about no account alone, by its place.
    Room(usize),
}

/// A tenant's past, in the order of time.
pub struct Agenda {
    /// What is to become batches, with the time of each.
    pub items: Vec<(Micros, Item)>,
    /// Events, by time, group and account.
    pub events: Vec<Event>,
    /// Actions of runs: of each run together.
    pub actions: Vec<(Ago, Sweep, Action)>,
    /// Sign-ins by day, counted back from today.
    pub sign_ins: Vec<Vec<SignIn>>,
    /// The last use of each account: to work it out again costs more than to keep it.
    pub last: Vec<Option<Micros>>,
}

impl Agenda {
    /// Lets the whole tenant live through the time since the first import.
    pub fn of(scene: &Scene) -> Self {
        let mut agenda = Agenda {
            items: Vec::new(),
            events: Vec::new(),
            actions: Vec::new(),
            sign_ins: vec![Vec::new(); FIRST_IMPORT as usize + 1],
            last: Vec::with_capacity(scene.cast.accounts as usize),
        };
        agenda.live(scene);
        agenda.plan(scene);
        agenda
    }

    fn live(&mut self, scene: &Scene) {
        let feed = Feed::default();
        let policies: Vec<(Sweep, Policy)> =
            Sweep::ALL.iter().map(|s| (*s, scene.policy(*s))).collect();
        let nights = nights(scene, &policies, &feed);
        for account in 0..scene.cast.accounts {
            let story = scene.cast.story(account);
            let uses = scene.uses(account, story);
            if history::eventful(scene, account, story) {
                let record = scene.record(account, story, uses.last);
                history::live(
                    scene,
                    record,
                    story,
                    &uses,
                    &nights,
                    &mut self.events,
                    &mut self.actions,
                );
            }
            self.sign_in(scene, account, &uses);
            self.last.push(uses.last);
        }
        self.events
            .sort_by_key(|event| (event.at, event.group, event.account));
        let done = self.events.iter().filter_map(|event| match event.group {
            Group::Run(sweep, ago) | Group::Approval(sweep, ago) => {
                Some((ago, sweep, event.action.clone()?))
            }
            _ => None,
        });
        self.actions.extend(done);
        self.actions
            .sort_by_key(|(ago, sweep, action)| (-ago, *sweep, action.account));
        for day in &mut self.sign_ins {
            day.sort_by_key(|event| (event.at, event.account));
        }
    }

    /// The last use of an account is an event of its own; the uses before it only stand in the daily counts.
    fn sign_in(&mut self, scene: &Scene, account: u32, uses: &Uses) {
        let Some(at) = uses.last.filter(|at| *at >= scene.known_from(account)) else {
            return;
        };
        let Some(day) = self.sign_ins.get_mut(uses.last_day.unsigned_abs() as usize) else {
            return;
        };
        let mut rng = scene.rng(account, Purpose::Event);
        let mut event = |at, kind, count| SignIn {
            account: AccountId(account),
            at,
            kind,
            count,
            event: rng.next(),
        };
        if uses.interactive {
            day.push(event(at, SignInKind::SignIn, 1));
            if account.is_multiple_of(97) {
                // A password mistyped half a minute before.
                let before = Micros(at.0 - 30_000_000);
                day.push(event(before, SignInKind::Failed, 1));
            }
        } else {
            day.push(event(at, SignInKind::Activity, 1));
        }
    }

    fn plan(&mut self, scene: &Scene) {
        let mut items = vec![
            (scene.calendar.at(FIRST_IMPORT, clock(9, 0)), Item::Setup),
            (
                Micros(scene.import_at(FIRST_IMPORT).0 + 300_000_000),
                Item::Activate,
            ),
        ];
        match scene.spec.mode {
            Mode::Observe => {
                items.push((scene.armed_at(), Item::Arm(Mode::Approve)));
                items.push((
                    scene.calendar.at(ARMED - 5, clock(10, 30)),
                    Item::Arm(Mode::Observe),
                ));
            }
            mode => items.push((scene.armed_at(), Item::Arm(mode))),
        }
        let imports = std::iter::once(FIRST_IMPORT).chain((0..WEEKS).rev().map(import_day));
        for day in imports {
            let people = match day {
                FIRST_IMPORT => 0..scene.cast.veterans,
                day => scene.cast.newcomers(day),
            };
            for part in parts(people, NEW_PEOPLE) {
                items.push((scene.import_at(day), Item::People(day, part)));
            }
        }
        for run in chunks(&self.actions, |(ago, sweep, _)| (*ago, *sweep)) {
            let (ago, sweep, _) = self.actions[run.start];
            let due = scene.calendar.due(sweep, ago);
            items.push((due, Item::RunStart(sweep, ago, run)));
        }
        for group in chunks(&self.events, |event| (event.at, event.group, alone(event))) {
            let event = &self.events[group.start];
            if event.group == Group::Import(1) {
                let known = scene.cast.accounts - scene.cast.newcomers(1).len() as u32;
                for part in parts(0..known, NEWS) {
                    let events = &self.events[group.clone()];
                    let from = events.partition_point(|e| e.account < part.start);
                    let to = events.partition_point(|e| e.account < part.end);
                    let events = group.start + from..group.start + to;
                    items.push((event.at, Item::News(part, events)));
                }
            } else {
                items.push((event.at, Item::Events(event.group, group)));
            }
        }
        for (ago, day) in (0..).zip(&self.sign_ins) {
            let at = scene.calendar.at(ago, FEED_AT);
            for start in (0..day.len()).step_by(SIGN_INS) {
                let end = day.len().min(start + SIGN_INS);
                items.push((at, Item::SignIns(ago, start..end)));
            }
        }
        let night = scene.night();
        for part in parts(0..scene.cast.accounts, DAILY_USE) {
            items.push((night, Item::DailyUse(part)));
        }
        items.push((night, Item::Assets));
        if !scene.teams.is_empty() {
            items.push((scene.calendar.at(1, clock(16, 0)), Item::Teams));
        }
        // Stable: people of an import come before what it says of people known before.
        items.sort_by_key(|(at, _)| *at);
        self.items = items;
    }
}

/// Decisions stand alone in their batch; other groups stand together.
fn alone(event: &Event) -> Option<u32> {
    matches!(event.group, Group::Decision(..)).then_some(event.account)
}

fn nights<'a>(scene: &'a Scene, policies: &'a [(Sweep, Policy)], feed: &'a Feed) -> Vec<Night<'a>> {
    let mut nights = Vec::new();
    for ago in (1..ARMED).rev() {
        for (sweep, policy) in policies {
            let due = scene.calendar.due(*sweep, ago);
            let context = Context {
                policy,
                policy_hash: policy_hash(policy),
                catalog_hash: scene.catalog.hash,
                now: due,
                seen_from: None,
                zone: scene.calendar.zone(),
                feed,
                tenant_state: TenantState::Active,
                accounts: scene.cast.accounts,
                spent: 0,
                authority: scene.spec.authority,
                holders: Holders::STAY,
            };
            nights.push(Night {
                ago,
                sweep: *sweep,
                due,
                judge: Judge::new(*sweep, &context),
            });
        }
    }
    nights
}

/// Cuts a range of accounts into parts.
fn parts(all: Range<u32>, most: u32) -> impl Iterator<Item = Range<u32>> {
    all.clone()
        .step_by(most as usize)
        .map(move |start| start..all.end.min(start.saturating_add(most)))
}

/// The stretches of a list whose members have the same key.
fn chunks<T, K: PartialEq>(list: &[T], key: impl Fn(&T) -> K) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for part in list.chunk_by(|a, b| key(a) == key(b)) {
        out.push(start..start + part.len());
        start += part.len();
    }
    out
}
