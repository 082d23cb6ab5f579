//! The batches of one tenant's journal, made one at a time.

use super::activity::{DAYS, Purpose, slot};
use super::agenda::{Agenda, Item};
use super::arrival::{arrival, blank};
use super::calendar::Ago;
use super::cast::{FIRST_IMPORT, Story};
use super::history::{Event, Group};
use super::ledger::Ledger;
use super::owned::{owned, stated};
use super::rooms::{self, Room, Told};
use super::runs::advance;
use super::scene::{ARMED, Scene};
use rollcall_shared::domain::{
    AccountId, Actor, Asset, Batch, Entry, Fact, Field, Header, JournalId, Micros, Mode, Pos,
    Record, Rule, RunId, RunState, ScopeId, Seal, Sweep, Tenant, TenantState, Why,
};
use std::collections::BTreeMap;
use std::ops::Range;

/// Accounts of one entry of daily use.
const BLOCK: u32 = 4_096;

/// A tenant's batches, in the order of its journal.
pub struct Stream {
    scene: Scene,
    agenda: Agenda,
    next: usize,
    /// The last entry that spoke of each account; sequence number 0 is none.
    last: Vec<(u32, u32)>,
    seq: u32,
    ledger: Ledger,
    assets: Vec<Asset>,
    rooms: Vec<Room>,
    /// Who is in each team.
    teams: BTreeMap<ScopeId, Vec<u32>>,
    /// Who is deleted in the end, and in no team any more.
    leaver: Option<AccountId>,
}

/// Who did it and how, as a header says it.
struct Doer {
    verb: &'static str,
    person: Option<String>,
    reason: Option<String>,
    run: Option<RunId>,
    scheduled: bool,
}

impl Doer {
    fn demo(verb: &'static str, person: &str) -> Self {
        Doer {
            verb,
            person: Some(person.to_owned()),
            reason: None,
            run: None,
            scheduled: false,
        }
    }

    fn schedule(run: RunId) -> Self {
        Doer {
            verb: "sweep run",
            person: None,
            reason: None,
            run: Some(run),
            scheduled: true,
        }
    }
}

impl Stream {
    /// The batches of a tenant.
    pub fn new(scene: Scene) -> Self {
        let mut agenda = Agenda::of(&scene);
        let assets = owned(&scene, &agenda.last);
        let rooms = rooms::rooms(&scene, &agenda.last, &assets);
        let deeds = rooms.iter().enumerate();
        agenda
            .items
            .extend(deeds.map(|(place, room)| (room.at, Item::Room(place))));
        agenda.items.sort_by_key(|(at, _)| *at);
        let leaver = rooms
            .iter()
            .flat_map(|r| &r.entries)
            .find_map(|e| match &e.fact {
                Fact::Record { new: Some(new), .. } => match &**new {
                    Record::Handover(handover) => Some(handover.from),
                    _ => None,
                },
                _ => None,
            });
        Stream {
            agenda,
            next: 0,
            last: vec![(0, 0); scene.cast.accounts as usize],
            scene,
            seq: 0,
            ledger: Ledger::default(),
            assets,
            rooms,
            teams: BTreeMap::new(),
            leaver,
        }
    }

    /// The schedules that came due since the policies were armed, with how many actions each planned.
    pub fn fired(&self) -> Vec<(Ago, Fact)> {
        let mut planned = BTreeMap::new();
        for (ago, sweep, _) in &self.agenda.actions {
            *planned.entry((*ago, *sweep)).or_insert(0) += 1;
        }
        let fact = |ago: Ago, sweep: Sweep| Fact::ScheduleFired {
            sweep,
            tenant: self.scene.id,
            due: self.scene.calendar.due(sweep, ago),
            planned: planned.get(&(ago, sweep)).copied().unwrap_or(0),
        };
        (1..ARMED)
            .rev()
            .flat_map(|ago| Sweep::ALL.iter().map(move |sweep| (ago, *sweep)))
            .map(|(ago, sweep)| (ago, fact(ago, sweep)))
            .collect()
    }

    fn batch(&mut self, at: Micros, item: &Item) -> Batch {
        let admin = self.scene.admin.clone();
        let mut by = Doer::demo("import people", &admin);
        let entries = match item {
            Item::Setup => {
                by.verb = "tenant create";
                self.setup()
            }
            Item::People(day, ids) => {
                if *day == FIRST_IMPORT {
                    by.reason = Some("first import of the tenant".into());
                }
                self.people(ids.clone())
            }
            Item::Activate => vec![Entry::plain(self.activation())],
            Item::Arm(mode) => {
                by.verb = "policy set";
                by.reason = Some(
                    match mode {
                        Mode::Observe => "works council wants to read the reports first",
                        _ => "security review: unused access ends within 90 days",
                    }
                    .into(),
                );
                self.arm(*mode)
            }
            Item::RunStart(sweep, ago, actions) => {
                let actions = self.agenda.actions.get(actions.clone());
                let actions = actions.unwrap_or_default().iter();
                let actions = actions.map(|(_, _, action)| action.clone()).collect();
                let run = self.scene.run(*sweep, *ago, actions);
                by = Doer::schedule(run.id);
                vec![Entry::plain(Fact::RunStarted(Box::new(run)))]
            }
            Item::Events(group, range) => {
                self.doer(&mut by, *group);
                self.group(at, *group, range.clone(), by.run)
            }
            Item::News(ids, events) => self.news(ids.clone(), events.clone()),
            Item::SignIns(ago, range) => {
                by.verb = "import signins";
                let day = self.agenda.sign_ins.get(ago.unsigned_abs() as usize);
                let events = day.and_then(|day| day.get(range.clone()));
                vec![Entry::plain(Fact::SignIns(
                    events.unwrap_or_default().to_vec(),
                ))]
            }
            Item::DailyUse(ids) => {
                by.verb = "import signins";
                self.daily_use(ids.clone())
            }
            Item::Assets => {
                by.verb = "import assets";
                stated(&self.assets)
            }
            Item::Teams => {
                by.verb = "group set";
                rooms::teams(&self.scene, &self.teams)
            }
            Item::Room(place) => self.room(at, *place, &mut by),
        };
        self.finish(at, by, entries)
    }

    fn doer(&self, by: &mut Doer, group: Group) {
        match group {
            Group::Import(_) => {}
            Group::Run(sweep, ago) => *by = Doer::schedule(self.scene.run_of(sweep, ago)),
            Group::Approval(sweep, ago) => {
                *by = Doer::demo("run approve", &self.scene.approver);
                by.run = Some(self.scene.run_of(sweep, ago));
            }
            Group::Decision(verb, note) => {
                by.verb = verb;
                by.reason = Some(note.into());
            }
            Group::Export(_) => by.verb = "order export",
        }
    }

    /// Puts the header on, and threads the history of the accounts.
    fn finish(&mut self, at: Micros, by: Doer, mut entries: Vec<Entry>) -> Batch {
        self.seq += 1;
        for (index, entry) in (0u32..).zip(&mut entries) {
            if let Fact::Account { account, prev, .. } = &mut entry.fact
                && let Some(last) = self.last.get_mut(account.0 as usize)
            {
                let (seq, before) = std::mem::replace(last, (self.seq, index));
                *prev = (seq != 0).then_some(Pos {
                    seq: u64::from(seq),
                    index: before,
                });
            }
        }
        let actor = if by.scheduled {
            Actor::schedule()
        } else {
            Actor {
                person: by.person,
                ..Actor::demo()
            }
        };
        Batch {
            header: Header {
                journal: JournalId::from(self.scene.id),
                at,
                actor,
                verb: by.verb.into(),
                request: (!by.scheduled).then(|| self.scene.request_id(at, self.seq)),
                run: by.run,
                reason: by.reason,
                answer: None,
                break_glass: None,
                seal: Seal::default(),
            },
            entries,
        }
    }

    fn setup(&self) -> Vec<Entry> {
        let catalog = Fact::CatalogAdopted {
            name: self.scene.spec.catalog.into(),
            text: self.scene.catalog_text.into(),
        };
        std::iter::once(catalog)
            .chain(self.scene.scopes().map(Fact::ScopeCreated))
            .map(Entry::plain)
            .collect()
    }

    /// A deed with what it does to orders.
    fn room(&mut self, at: Micros, place: usize, by: &mut Doer) -> Vec<Entry> {
        let Some(room) = self.rooms.get(place).cloned() else {
            return Vec::new();
        };
        by.verb = room.verb;
        by.reason = room.reason.map(str::to_owned);
        let mut entries = room.entries;
        for told in room.orders {
            let order = match told {
                Told::Open(place, todo) => Some(self.ledger.deed(at, place, *todo)),
                Told::Now(place, state) => self.ledger.now(at, place, state),
            };
            entries.extend(order.map(|o| Entry::plain(Fact::OrderSet(o))));
        }
        entries
    }

    fn people(&mut self, ids: Range<u32>) -> Vec<Entry> {
        let blank = blank();
        let mut out = Vec::with_capacity(ids.len());
        for id in ids {
            let story = self.scene.cast.story(id);
            let mut record = self.scene.record(id, story, self.last_use(id));
            self.scene.dress(&mut record, story);
            let out_of_it = story == Story::Gone || self.leaver == Some(record.id);
            if let Some(team) = record.team.filter(|_| !out_of_it) {
                self.teams.entry(team).or_default().push(id);
            }
            let salt = self.scene.rng(id, Purpose::Salt).bytes();
            out.push(arrival(&record, &blank, salt));
        }
        out
    }

    fn last_use(&self, account: u32) -> Option<Micros> {
        self.agenda.last.get(account as usize).copied().flatten()
    }

    fn activation(&self) -> Fact {
        let old = self.scene.tenant();
        let new = Tenant {
            state: TenantState::Active,
            ..old.clone()
        };
        Fact::TenantChanged {
            old: Box::new(old),
            new: Box::new(new),
        }
    }

    fn arm(&self, mode: Mode) -> Vec<Entry> {
        let back = mode == Mode::Observe;
        let set = |sweep: &Sweep| {
            let mut new = self.scene.policy(*sweep);
            let old = back.then(|| {
                let mut old = new.clone();
                old.mode = Mode::Approve;
                old
            });
            new.mode = mode;
            Entry::plain(Fact::PolicySet {
                sweep: *sweep,
                old: old.map(Box::new),
                new: Box::new(new),
            })
        };
        Sweep::ALL.iter().map(set).collect()
    }

    fn group(
        &mut self,
        at: Micros,
        group: Group,
        range: Range<usize>,
        run: Option<RunId>,
    ) -> Vec<Entry> {
        let count = range.len() as u32;
        let mut entries = Vec::with_capacity(range.len() + 2);
        if let (Group::Approval(..), Some(run)) = (group, run) {
            let by = Some(self.scene.approver.clone());
            entries.push(advance(run, RunState::Running, 0, by));
        }
        for index in range {
            let event = self.agenda.events[index].clone();
            self.event(at, event, run, &mut entries);
        }
        if let Some(run) = run {
            entries.push(advance(run, RunState::Done, count, None));
        }
        entries
    }

    fn event(&mut self, at: Micros, event: Event, run: Option<RunId>, out: &mut Vec<Entry>) {
        let orders = event.order.map_or_else(Vec::new, |step| {
            let status = event.changes.iter().find(|c| c.field == Field::Status);
            self.ledger
                .step(at, event.account, step, status.cloned(), run)
        });
        if !event.changes.is_empty() {
            // Names never change here: no personal part, no salt.
            let account = AccountId(event.account);
            out.push(Entry::account(account, event.changes, event.why, [0; 16]));
        }
        out.extend(orders.into_iter().map(|o| Entry::plain(Fact::OrderSet(o))));
    }

    fn news(&mut self, ids: Range<u32>, events: Range<usize>) -> Vec<Entry> {
        let at = self.scene.import_at(1);
        let mut out = Vec::with_capacity(ids.len());
        let mut events = events.peekable();
        for id in ids {
            let here = events.next_if(|e| self.agenda.events[*e].account == id);
            if let Some(index) = here {
                let event = self.agenda.events[index].clone();
                self.event(at, event, None, &mut out);
                continue;
            }
            let story = self.scene.cast.story(id);
            // Nobody's story goes unheard: who has events has them all in the list.
            if super::history::eventful(&self.scene, id, story) {
                continue;
            }
            let changes = self.scene.plain_news(id, story);
            if !changes.is_empty() {
                let why = Why::rule(Rule::PeopleFile);
                out.push(Entry::account(AccountId(id), changes, why, [0; 16]));
            }
        }
        out
    }

    fn daily_use(&self, ids: Range<u32>) -> Vec<Entry> {
        let last_day = self.scene.calendar.day(1);
        ids.clone()
            .step_by(BLOCK as usize)
            .map(|first| {
                let block = first..ids.end.min(first + BLOCK);
                let mut counts = Vec::with_capacity(block.len() * DAYS);
                for id in block {
                    counts.extend_from_slice(&self.scene.counts(id));
                }
                Entry::plain(Fact::DailyUse {
                    last_day,
                    first: AccountId(first),
                    counts,
                })
            })
            .collect()
    }
}

impl Scene {
    /// Daily counts without the last use, which is a sign-in event of its own.
    fn counts(&self, account: u32) -> [u8; DAYS] {
        let uses = self.uses(account, self.cast.story(account));
        let mut counts = uses.counts;
        let told = uses.last.is_some_and(|at| at >= self.known_from(account));
        if let Some(slot) = slot(uses.last_day).filter(|_| told) {
            counts[slot] = counts[slot].saturating_sub(1);
        }
        counts
    }

    /// When the account's first import was read: earlier uses came with it.
    pub fn known_from(&self, account: u32) -> Micros {
        self.import_at(self.cast.imported(account))
    }
}

impl Iterator for Stream {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        loop {
            let (at, item) = self.agenda.items.get(self.next)?.clone();
            self.next += 1;
            let batch = self.batch(at, &item);
            if !batch.entries.is_empty() {
                return Some(batch);
            }
            self.seq -= 1;
        }
    }
}
