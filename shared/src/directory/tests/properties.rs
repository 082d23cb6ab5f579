use super::dice::{DAY, Dice, TODAY, entry, instant, question, roles, scopes, text};
use super::model::{self, Model};
use super::*;
use crate::directory::checkpoint::Manifest;
use crate::rules::sweeps::{Context, Holders, Planner};
use crate::wire::user::{SortKey, UserQuery};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Live state, model, checkpoint store and the journals they were made of.
struct World {
    state: State,
    models: Vec<Model>,
    journals: Vec<(u64, Batch)>,
    chunks: BTreeMap<Vec<u8>, Vec<u8>>,
    manifest: Option<Vec<u8>>,
    now: i64,
}

impl World {
    fn new() -> Self {
        let tenants = [
            tenant(1, "acme", Authority::Rollcall),
            tenant(2, "beta", Authority::Vendor),
        ];
        let catalog = crate::catalog::builtin("iusign").unwrap();
        let catalog = crate::catalog::parse("iusign", catalog).unwrap();
        let mut world = World {
            state: State::default(),
            models: tenants
                .iter()
                .map(|t| Model::new(t, catalog.clone()))
                .collect(),
            journals: Vec::new(),
            chunks: BTreeMap::new(),
            manifest: None,
            now: (TODAY - 60) * DAY,
        };
        let created = tenants.map(|t| Entry::plain(Fact::TenantCreated(Box::new(t))));
        world.fold(0, created.to_vec());
        for tenant in [1, 2] {
            world.fold(tenant, [vec![adopted("iusign")], scopes()].concat());
        }
        world
    }

    fn fold(&mut self, journal: u32, entries: Vec<Entry>) {
        let mut batch = batch(journal, self.now, entries);
        self.state.link(&mut batch);
        let seq = self.state.journal_seq(JournalId(journal)) + 1;
        self.state.apply(seq, &batch).unwrap();
        if let Some(at) = (journal as usize).checked_sub(1) {
            self.models[at].apply(seq, &batch);
        }
        self.journals.push((seq, batch));
    }

    fn people(&mut self, dice: &mut Dice, tenant: u32, count: u32) {
        let from = self.models[tenant as usize - 1].accounts.len() as u32;
        let person = |dice: &mut Dice, id: u32| {
            let mut account = Account::new(AccountId(id), format!("u{id}@x.org"), instant(dice));
            account.first_name = text(dice);
            account.last_name = text(dice);
            account.username = text(dice);
            account.sid = text(dice);
            account.assignments = roles(dice);
            changed(id, account.creation())
        };
        let people = (from..from + count).map(|id| person(dice, id)).collect();
        self.fold(tenant, people);
    }

    /// Switches single sign-on on or off: some catalogs show login names only with it.
    fn single_sign_on(&mut self, number: u32, on: bool) {
        let old = self.state.tenant(TenantId(number)).unwrap().tenant.clone();
        let mut new = old.clone();
        new.plan.features = on.then(|| "saml".to_owned()).into_iter().collect();
        let changed = Fact::TenantChanged {
            old: Box::new(old),
            new: Box::new(new),
        };
        self.fold(number, vec![Entry::plain(changed)]);
    }

    fn checkpoint(&mut self) {
        let previous = self.manifest.as_ref().map(|m| Manifest::decode(m).unwrap());
        let checkpoint = checkpoint::encode(&self.state, previous.as_ref());
        self.chunks.extend(checkpoint.chunks);
        self.chunks.retain(|key, _| checkpoint.keep.contains(key));
        assert_eq!(self.chunks.len(), checkpoint.keep.len());
        self.manifest = Some(checkpoint.manifest);
    }

    /// What a start makes of the checkpoint and the journals, and what it makes of the journals alone.
    fn started(&self) -> [State; 2] {
        let get = |key: &[u8]| self.chunks.get(key).cloned().ok_or("missing");
        let manifest = self.manifest.as_ref();
        let from = manifest.map_or_else(State::default, |m| checkpoint::decode(m, get).unwrap());
        [from, State::default()].map(|mut state| {
            // In another order than live: journal by journal.
            for journal in 0..3 {
                for (seq, batch) in &self.journals {
                    let id = batch.header.journal;
                    if id == JournalId(journal) && *seq > state.journal_seq(id) {
                        state.apply(*seq, batch).unwrap();
                    }
                }
            }
            state
        })
    }

    fn compare(&self, dice: &mut Dice) {
        let now = Micros(TODAY * DAY + 3);
        for (tenant, model) in (1..).zip(&self.models) {
            let view = self.state.tenant(TenantId(tenant)).unwrap();
            assert_eq!(view.accounts() as usize, model.accounts.len());
            assert_eq!(view.seats_used(), model.seats(SeatHold::Used));
            assert_eq!(view.seats_reserved(), model.seats(SeatHold::Reserved));
            assert_eq!(view.seats_releasing(), model.releasing());
            let mut seats = BTreeMap::new();
            view.scan_seats(|[decided, _], n| {
                let Some(roles) = decided else { return };
                *seats.entry(roles.to_vec()).or_default() += n;
            });
            assert_eq!(seats, model.seats_by_roles());
            // Counted as accounts and orders changed; here account by account.
            type Held = BTreeMap<[Option<Vec<Assignment>>; 2], u64>;
            let (mut counted, mut one_by_one) = (Held::new(), Held::new());
            let owned = |held: [Option<&[Assignment]>; 2]| held.map(|r| r.map(<[_]>::to_vec));
            view.scan_seats(|held, n| *counted.entry(owned(held)).or_default() += n);
            for account in &model.accounts {
                *one_by_one.entry(model.seats_of(account)).or_default() += 1;
            }
            one_by_one.remove(&[None, None]);
            counted.remove(&[None, None]);
            assert_eq!(counted, one_by_one);
            let owns = |a: &&Account| model.catalog.any_owner(&a.assignments);
            let owners: Vec<AccountId> = model.accounts.iter().filter(owns).map(|a| a.id).collect();
            assert_eq!(view.owners(), owners);
            for (day, keys) in &model.seen {
                let known = (0..50).filter(|key| view.seen(day.start(), *key));
                assert!(known.eq((0..50).filter(|key| keys.contains(key))));
            }
            let mut scanned = 0;
            view.scan(|facts| {
                assert_eq!(facts, model.facts(scanned));
                scanned += 1;
            });
            assert_eq!(scanned, model.accounts.len());
            for id in 0..model.accounts.len() {
                assert_eq!(
                    view.account(AccountId(id as u32)).as_ref(),
                    Some(&model.accounts[id])
                );
                assert_eq!(view.last_pos(AccountId(id as u32)), Some(model.pos[id]));
                let row = view.row(AccountId(id as u32), now).unwrap();
                assert_eq!(row.activity, model.activity(id, now));
                assert_eq!(row.flags, model.flags(id, now));
                assert_eq!(row.roles, Model::roles(&model.accounts[id]));
                assert_eq!(row.team, model.team(id));
                let a = &model.accounts[id];
                assert_eq!((&*row.name, &*row.email), (&*a.display_name(), a.address()));
                assert_eq!(row.username, model.shown(a.username.clone(), true));
                assert_eq!(row.sid, model.shown(a.sid.clone(), false));
                assert_eq!(row.observed, a.observed_status.filter(|s| *s != a.status));
            }
            self.sweep(dice, view, model);
        }
        self.ask(dice);
    }

    /// A sweep read from the columns, on two threads where there are many, plans what it plans for the whole records.
    fn sweep(&self, dice: &mut Dice, view: &TenantView, model: &Model) {
        for sweep in Sweep::ALL {
            let mut policy = Policy::default_of(*sweep);
            let limits = [0, 1, 5, 20, 60, 90, 120];
            let mut limit = || Span::days(dice.pick(&limits));
            policy.suspend_after = limit();
            policy.deactivate_after = limit();
            policy.reclaim_after = limit();
            policy.invitation_valid = limit();
            policy.mfa_grace = limit();
            policy.mfa_fresh = limit();
            policy.armed_at = (dice.roll(2) == 0).then(|| instant(dice));
            let zone = view.zone();
            let context = Context {
                seen_from: None,
                zone: &zone,
                policy: &policy,
                policy_hash: [1; 32],
                catalog_hash: [2; 32],
                now: instant(dice),
                feed: view.feed(),
                tenant_state: TenantState::Active,
                accounts: view.accounts(),
                spent: 0,
                authority: view.tenant.authority,
                holders: Holders::STAY,
            };
            let mut planner = Planner::new(*sweep, &context);
            (0..model.accounts.len()).for_each(|id| planner.see(&model.facts(id)));
            assert_eq!(view.plan(*sweep, &context), planner.finish());
        }
    }

    fn ask(&self, dice: &mut Dice) {
        let now = Micros(TODAY * DAY + 3);
        let question = question(dice);
        let page = self.state.query(&question, now).unwrap();
        let ids: Vec<AccountRef> = page.rows.iter().map(|r| r.id).collect();
        let expected = model::query(&self.models, &question, now);
        assert_eq!((page.total, page.offset, ids), expected, "{question:?}");
    }

    fn play(&mut self, dice: &mut Dice, batches: u64) {
        for _ in 0..batches {
            let tenant = 1 + dice.roll(2) as u32;
            let mut accounts = self.models[tenant as usize - 1].accounts.len() as u32;
            let mut entries = Vec::new();
            for _ in 0..dice.roll(12) {
                let entry = entry(dice, accounts);
                accounts += match &entry.fact {
                    Fact::Account { account, .. } => u32::from(account.0 == accounts),
                    _ => 0,
                };
                entries.push(entry);
            }
            self.now += dice.roll(3) as i64;
            self.fold(tenant, entries);
            self.ask(dice);
            if dice.roll(8) == 0 {
                self.single_sign_on(tenant, dice.roll(2) == 0);
                self.ask(dice);
            }
            if dice.roll(5) == 0 {
                self.checkpoint();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_fold_equals_plain_records(seed in any::<u64>()) {
        let (mut world, mut dice) = (World::new(), Dice(seed));
        world.play(&mut dice, 30);
        world.compare(&mut dice);
        let digest = world.state.digest();
        for started in world.started() {
            prop_assert_eq!(started.digest(), digest);
            world.state = started;
            world.compare(&mut dice);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]

    /// More than one chunk, and more matches than are sorted without a permutation.
    #[test]
    fn many_accounts_fold_and_sort_the_same(seed in any::<u64>()) {
        let (mut world, mut dice) = (World::new(), Dice(seed));
        world.people(&mut dice, 1, 4_090);
        world.people(&mut dice, 2, 300);
        world.play(&mut dice, 5);
        world.people(&mut dice, 1, 20);
        let sorts = [
            (SortKey::Name, false),
            (SortKey::Name, true),
            (SortKey::Email, true),
            (SortKey::Username, false),
            (SortKey::Username, true),
            (SortKey::Sid, false),
            (SortKey::Id, true),
        ];
        for round in 0..4 {
            world.play(&mut dice, 2);
            match round {
                // Login names are hidden from here on, then shown, then hidden again.
                1 => world.fold(1, vec![adopted("esignanywhere")]),
                2 => world.single_sign_on(1, true),
                3 => world.single_sign_on(1, false),
                _ => {}
            }
            for (sort, descending) in sorts {
                let all = UserQuery { sort, descending, offset: dice.roll(4_400), limit: 40, ..UserQuery::default() };
                let page = world.state.query(&all, Micros(0)).unwrap();
                let ids: Vec<AccountRef> = page.rows.iter().map(|r| r.id).collect();
                let expected = model::query(&world.models, &all, Micros(0));
                prop_assert_eq!((page.total, page.offset, ids), expected);
            }
        }
        world.checkpoint();
        world.play(&mut dice, 3);
        world.checkpoint();
        world.play(&mut dice, 1);
        world.compare(&mut dice);
        let digest = world.state.digest();
        for started in world.started() {
            prop_assert_eq!(started.digest(), digest);
        }
    }
}
