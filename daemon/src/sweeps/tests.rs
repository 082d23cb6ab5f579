//! Runs of several steps, and what the schedule does when something fails, over a store that fails on command.

use super::{Hands, Start, Started, drive, finish_running, start};
use crate::handlers::{Ask, Caller, Past, Service, answer};
use crate::heads::Heads;
use crate::peer::Peer;
use crate::schedule::Schedule;
use crate::writer::{Errand, Plan, Proposal, Writer};
use rollcall_shared::catalog;
use rollcall_shared::clock::{Clock, ManualClock};
use rollcall_shared::config::{Config, Dirs};
use rollcall_shared::directory::State;
use rollcall_shared::domain::{
    Account, AccountId, Actor, Assignment, Authority, Entry, Fact, JournalId, Micros, Mode, Policy,
    RequestId, Run, RunId, RunState, ScopeId, Span, Status, Sweep, Tenant, TenantId, TenantState,
    Trigger, Why, why::Rule,
};
use rollcall_shared::heads::StoreId;
use rollcall_shared::store::Port;
use rollcall_shared::store::memory::{CommitFault, Faults, MemoryStore};
use rollcall_shared::wire::sweep::RunAnswer;
use rollcall_shared::wire::{Failure, Verb};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::watch;

const ACME: TenantId = TenantId(1);
const NOON: &str = "2026-03-02T12:00:00Z";

struct Stage {
    service: Arc<Service>,
    clock: ManualClock,
    faults: Faults,
}

impl Stage {
    /// A tenant with an owner and six invitations that are overdue, a policy that expires them, two in a step; so many
    /// have left that a day's budget is six.
    async fn set() -> Stage {
        let store = MemoryStore::new();
        let faults = store.faults();
        let clock = ManualClock::at(NOON.parse().unwrap());
        let (writer, _) = Writer::start(
            Box::new(store) as Box<dyn Port>,
            State::default(),
            Arc::new(clock.clone()),
        )
        .unwrap();
        let text = catalog::builtin("rollcall").unwrap();
        let stage = Stage {
            service: Arc::new(Service {
                writer,
                clock: Arc::new(clock.clone()),
                config: RwLock::new(Arc::new(Config::defaults(&Dirs::current()))),
                catalogs: RwLock::default(),
                operators: catalog::parse("rollcall", text).unwrap(),
                own_uid: 0,
                store: String::new(),
                carried: "daemon",
                step: 2,
                heads: Heads::open(
                    std::path::Path::new("/nowhere"),
                    StoreId::of(&[0; 32]),
                    &[],
                    true,
                ),
                hands: Hands::default(),
                past: Past::default(),
            }),
            clock,
            faults,
        };
        stage.fill(ACME, "acme").await;
        stage
    }

    async fn fill(&self, id: TenantId, name: &str) {
        let now = self.clock.now();
        let tenant = Tenant {
            id,
            name: name.into(),
            catalog: "iusign".into(),
            seats: None,
            tz: "UTC".into(),
            authority: Authority::Rollcall,
            owner: format!("p0@{name}.example"),
            state: TenantState::Active,
            created: now,
            plan: rollcall_shared::domain::TenantPlan::default(),
            sources: std::collections::BTreeMap::new(),
        };
        let text = catalog::builtin("iusign").unwrap();
        let owner = catalog::parse("iusign", text).unwrap().owner.role;
        let mut entries = vec![
            Entry::plain(Fact::CatalogAdopted {
                name: "iusign".into(),
                text: text.into(),
            }),
            Entry::plain(Fact::PolicySet {
                sweep: Sweep::Invitations,
                old: None,
                new: Box::new(Policy {
                    mode: Mode::Auto,
                    ..Policy::default_of(Sweep::Invitations)
                }),
            }),
        ];
        for n in 0..600 {
            let mut account = Account::new(AccountId(n), format!("p{n}@{name}.example"), now);
            if n == 0 {
                account.assignments = vec![Assignment {
                    role: owner.clone(),
                    scope: ScopeId::ROOT,
                }];
            } else if n > 6 {
                account.status = Status::Deactivated;
            } else {
                account.status = Status::Invited;
                account.invited_at = Some(now.minus(Span::days(30)));
            }
            let why = Why::rule(Rule::PeopleFile);
            entries.push(Entry::account(account.id, account.creation(), why, [7; 16]));
        }
        let created = vec![Entry::plain(Fact::TenantCreated(Box::new(tenant)))];
        let proposal = Proposal {
            entries: vec![(JournalId::PLATFORM, created), (id.into(), entries)],
            answer: serde_json::Value::Null,
            observation: false,
            trial: false,
            operator: false,
        };
        let done = self
            .service
            .writer
            .change(errand(), Box::new(move |_, _| Ok(proposal)))
            .await;
        done.unwrap();
    }

    /// Starts the sweep of invitations by hand: its first step.
    async fn start(&self, run: RunId) -> Result<Started, Failure> {
        let ask = Start {
            tenant: ACME,
            sweep: Sweep::Invitations,
            trigger: Trigger::Manual,
            by: "ada@acme.example".into(),
            run,
            expect: None,
            step: self.service.step,
        };
        let plan: Plan = Box::new(move |draft, _| start(draft, &ask));
        let answer = self.service.writer.change(errand(), plan).await?;
        Ok(serde_json::from_value(answer).unwrap())
    }

    fn run(&self, run: RunId) -> Run {
        let state = self.service.writer.state();
        state.tenant(ACME).unwrap().run(run).unwrap().clone()
    }

    fn last_due(&self, sweep: Sweep) -> Option<Micros> {
        let state = self.service.writer.state();
        state.tenant(ACME).unwrap().last_due(sweep)
    }

    fn expired(&self) -> usize {
        let mut n = 0;
        let state = self.service.writer.state();
        state.scan(ACME, |f| n += usize::from(f.status == Status::Expired));
        n
    }

    /// Waits until something that a new revision brings is true.
    async fn until(&self, what: &str, mut is: impl FnMut(&Stage) -> bool) {
        let mut moved = self.service.writer.revisions();
        let all = async {
            while !is(self) {
                moved.changed().await.unwrap();
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(30), all).await;
        assert!(waited.is_ok(), "waited in vain for {what}");
    }

    /// Lets the schedule's driver work until the test ends.
    fn drive(&self) -> watch::Sender<bool> {
        let stop = watch::Sender::new(false);
        let since = Micros(i64::MIN);
        tokio::spawn(drive(self.service.clone(), since, stop.subscribe()));
        stop
    }
}

fn errand() -> Errand {
    Errand {
        actor: Actor::daemon(),
        verb: "sweep run".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        asked: String::new(),
        run: None,
        reason: None,
        break_glass: None,
    }
}

fn new_run() -> RunId {
    RunId(uuid::Uuid::now_v7())
}

#[tokio::test]
async fn a_run_of_several_steps_applies_each_action_once() {
    let stage = Stage::set().await;
    let run = new_run();
    let started = stage.start(run).await.unwrap();
    assert!(started.more);
    assert_eq!(stage.expired(), 2);
    let actor = Actor::daemon();
    finish_running(&stage.service, ACME, run, &actor)
        .await
        .unwrap();
    let done = stage.run(run);
    assert_eq!((done.state, done.outcome.applied), (RunState::Done, 6));
    let cursors: Vec<u32> = done.outcome.steps.iter().map(|s| s.cursor).collect();
    assert_eq!(cursors, [2, 4, 6]);
    assert_eq!(stage.expired(), 6);
}

#[tokio::test]
async fn a_step_that_fails_is_tried_again_and_the_sweep_is_refused_meanwhile() {
    let stage = Stage::set().await;
    let _stop = stage.drive();
    let run = new_run();
    let held = stage.service.hands.hold(run);
    stage.start(run).await.unwrap();
    stage.faults.fail_next_commit(CommitFault::Lost);
    let failed = finish_running(&stage.service, ACME, run, &Actor::daemon()).await;
    assert!(failed.is_err());
    assert_eq!(stage.run(run).state, RunState::Running);
    let refused = stage.start(new_run()).await.unwrap_err();
    assert_eq!(refused.rule, "run-under-way");
    assert!(refused.what.contains(&run.to_string()), "{refused}");

    // Let go: the driver goes on with it at once, and when that fails, too, a minute later.
    let mut moved = stage.service.writer.revisions();
    moved.mark_unchanged();
    stage.faults.fail_next_commit(CommitFault::Lost);
    drop(held);
    stage
        .until("the failed try", |_| moved.has_changed().unwrap())
        .await;
    assert_eq!(stage.run(run).state, RunState::Running);
    stage.clock.set(stage.clock.now().plus(Span(60)));
    stage
        .until("the run to be done", |s| s.run(run).state == RunState::Done)
        .await;
    assert_eq!((stage.run(run).outcome.applied, stage.expired()), (6, 6));
    // And the sweep may run again.
    assert!(stage.start(new_run()).await.unwrap().run.is_none());
}

#[tokio::test]
async fn a_sweep_that_fails_does_not_hold_up_the_others() {
    let stage = Stage::set().await;
    stage.faults.fail_next_commit(CommitFault::Lost);
    // All four were due in the night; inactivity comes first, and fails.
    let morning = stage.clock.now().plus(Span::days(1));
    stage.clock.set(morning);
    let _stop = stage.drive();
    let others = [Sweep::Seats, Sweep::Invitations, Sweep::Mfa];
    stage
        .until("the others", |s| {
            others.iter().all(|o| s.last_due(*o).is_some())
        })
        .await;
    assert_eq!(stage.last_due(Sweep::Inactivity), None);
    stage.clock.set(morning.plus(Span(60)));
    stage
        .until("the one that failed", |s| {
            s.last_due(Sweep::Inactivity).is_some()
        })
        .await;
}

#[tokio::test]
async fn a_run_under_way_can_be_ended_and_what_was_applied_stays() {
    let stage = Stage::set().await;
    let run = new_run();
    stage.start(run).await.unwrap();
    let plan: Plan = Box::new(move |draft, _| super::reject(draft, ACME, run, "ada"));
    stage.service.writer.change(errand(), plan).await.unwrap();
    let ended = stage.run(run);
    assert_eq!(
        (ended.state, ended.outcome.applied),
        (RunState::Rejected, 2)
    );
    let actor = Actor::daemon();
    finish_running(&stage.service, ACME, run, &actor)
        .await
        .unwrap();
    assert_eq!(stage.expired(), 2);
    // What is left is another run's.
    assert!(stage.start(new_run()).await.unwrap().run.is_some());
}

#[tokio::test]
async fn the_blast_budget_counts_from_when_an_action_was_applied() {
    let stage = Stage::set().await;
    let run = new_run();
    let begun = stage.clock.now();
    stage.start(run).await.unwrap();
    let later = begun.plus(Span::hours(20));
    stage.clock.set(later);
    finish_running(&stage.service, ACME, run, &Actor::daemon())
        .await
        .unwrap();
    let applied = |since: Micros| stage.run(run).applied_after(since).count();
    assert_eq!(applied(begun.minus(Span(1))), 6);
    assert_eq!(applied(begun), 4, "the first step is a day old by then");
    assert_eq!(applied(later), 0);
}

#[tokio::test]
async fn each_night_leaves_a_proposal_that_can_be_approved_until_the_next() {
    let stage = Stage::set().await;
    let old = Policy {
        mode: Mode::Auto,
        ..Policy::default_of(Sweep::Invitations)
    };
    let new = Policy {
        mode: Mode::Approve,
        ..old.clone()
    };
    let schedule = Schedule::parse(&new.schedule).unwrap();
    let set = Fact::PolicySet {
        sweep: Sweep::Invitations,
        old: Some(Box::new(old)),
        new: Box::new(new),
    };
    let set = Proposal::decide(ACME, vec![Entry::plain(set)], serde_json::Value::Null);
    let plan: Plan = Box::new(move |_, _| Ok(set));
    stage.service.writer.change(errand(), plan).await.unwrap();
    let _stop = stage.drive();
    let mut nights = Vec::new();
    // Each a little sooner after its hour than the one before.
    for late in [9_000, 5_000, 1_000] {
        let now = stage.clock.now();
        let due = schedule.next_after(now, &jiff::tz::TimeZone::UTC).unwrap();
        let night = Micros(due.0 + late);
        stage.clock.set(night);
        stage
            .until("the night's sweep", |s| {
                s.last_due(Sweep::Invitations) == Some(due)
            })
            .await;
        nights.push(night);
        let state = stage.service.writer.state();
        let runs = state.tenant(ACME).unwrap().runs();
        let of = runs.filter(|r| r.plan.sweep == Sweep::Invitations);
        let waiting = of.filter(|r| r.state == RunState::Proposed);
        let at: Vec<Micros> = waiting.map(|r| r.plan.at).collect();
        assert_eq!(at, [night], "one, of this night; the nights are {nights:?}");
    }
    // By hand an hour later it still stands.
    stage.clock.set(stage.clock.now().plus(Span::hours(1)));
    let again = stage.start(new_run()).await.unwrap();
    assert!(again.run.is_none(), "{}", again.message);
}

#[tokio::test]
async fn a_tenant_that_refuses_takes_nothing_from_what_is_told_of_the_others() {
    let stage = Stage::set().await;
    stage.fill(TenantId(2), "beta").await;
    // In acme a run is under way.
    let under_way = new_run();
    let _held = stage.service.hands.hold(under_way);
    stage.start(under_way).await.unwrap();
    let caller = Caller {
        peer: Peer {
            uid: 0,
            pid: 1,
            os_user: "root".into(),
            login_uid: None,
            tty: None,
            ssh: None,
        },
        break_glass: Some("a test".into()),
    };
    let run = |tenant: Option<&str>| {
        let ask = Ask {
            service: &stage.service,
            caller: caller.clone(),
            request: RequestId(uuid::Uuid::now_v7()),
            asked: String::new(),
        };
        let body = serde_json::json!({"sweep": "invitations", "tenant": tenant});
        async move { answer(&ask, Verb::SweepRun, body).await }
    };
    let told: RunAnswer = serde_json::from_value(run(None).await.unwrap()).unwrap();
    let ran = told
        .results
        .iter()
        .map(|r| (r.tenant.as_str(), r.run.as_ref().unwrap().applied));
    assert_eq!(ran.collect::<Vec<_>>(), [("beta", 6)]);
    let refused = told
        .refused
        .iter()
        .map(|r| (r.tenant.as_str(), r.failure.rule.as_str()));
    assert_eq!(refused.collect::<Vec<_>>(), [("acme", "run-under-way")]);
    // Named alone it is refused as a whole.
    assert_eq!(run(Some("acme")).await.unwrap_err().rule, "run-under-way");
}
