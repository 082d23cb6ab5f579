//! A large group that becomes durable while the next is planned, over a store that waits and fails on command.

use super::{Begun, Errand, Plan, Proposal, Writer};
use rollcall_shared::clock::ManualClock;
use rollcall_shared::directory::{State, checkpoint};
use rollcall_shared::domain::{
    Account, AccountId, Actor, Authority, Entry, Fact, JournalId, Micros, RequestId, Rule, Tenant,
    TenantId, TenantPlan, TenantState, Why,
};
use rollcall_shared::store::memory::{CommitFault, Faults, MemoryStore};
use rollcall_shared::store::{Port, verify};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

const ACME: TenantId = TenantId(1);

/// So many that they are made durable on a thread of their own.
const MANY: u32 = 3_000;

struct Stage {
    writer: Writer,
    faults: Faults,
}

fn errand(request: RequestId) -> Errand {
    Errand {
        actor: Actor::daemon(),
        verb: "import people".into(),
        request,
        asked: String::new(),
        run: None,
        reason: None,
        break_glass: None,
    }
}

fn request() -> RequestId {
    RequestId(uuid::Uuid::now_v7())
}

fn accounts(state: &State) -> u32 {
    state.tenant(ACME).map_or(0, |view| view.accounts())
}

impl Stage {
    /// A tenant without accounts.
    fn set() -> Stage {
        let store = MemoryStore::new();
        let faults = store.faults();
        let clock = Arc::new(ManualClock::at("2026-03-02T12:00:00Z".parse().unwrap()));
        let port: Box<dyn Port> = Box::new(store);
        let (writer, _) = Writer::start(port, State::default(), clock).unwrap();
        let stage = Stage { writer, faults };
        let tenant = Tenant {
            id: ACME,
            name: "acme".into(),
            catalog: "iusign".into(),
            seats: None,
            tz: "UTC".into(),
            authority: Authority::Vendor,
            owner: String::new(),
            state: TenantState::Filling,
            created: Micros(0),
            plan: TenantPlan::default(),
            sources: std::collections::BTreeMap::new(),
        };
        let created = vec![Entry::plain(Fact::TenantCreated(Box::new(tenant)))];
        let plan: Plan =
            Box::new(move |_, _| Ok(Proposal::decide(JournalId::PLATFORM, created, Value::Null)));
        stage.begin(request(), plan).wait().unwrap();
        stage
    }

    fn begin(&self, request: RequestId, plan: Plan) -> Begun {
        self.writer.begin_blocking(errand(request), plan).unwrap()
    }

    /// Adds so many accounts; tells behind how many they were planned.
    fn add(&self, request: RequestId, count: u32) -> (Begun, Receiver<u32>) {
        let (tell, planned) = channel();
        let plan: Plan = Box::new(move |draft, _| {
            let first = accounts(draft.state);
            let entry = |n: u32| {
                let account = Account::new(AccountId(n), format!("p{n}@acme.example"), Micros(0));
                let why = Why::rule(Rule::PeopleFile);
                Entry::account(account.id, account.into_creation(), why, [7; 16])
            };
            let entries = (first..first + count).map(entry).collect();
            let mut proposal = Proposal::decide(ACME, entries, json!({ "behind": first }));
            proposal.observation = true;
            // Not every test asks.
            let _ = tell.send(first);
            Ok(proposal)
        });
        (self.begin(request, plan), planned)
    }

    fn stored(&self) -> u32 {
        let reader = self.writer.reader();
        assert!(verify(reader.as_ref()).is_empty());
        accounts(&checkpoint::load(reader.as_ref()).unwrap())
    }
}

#[test]
fn the_next_group_is_planned_while_a_large_one_becomes_durable_and_none_is_answered_before_it_is() {
    let stage = Stage::set();
    stage.faults.hold();
    let id = request();
    let (mut large, planned) = stage.add(id, MANY);
    assert_eq!(planned.recv().unwrap(), 0);
    stage.faults.until_waiting();
    let (mut next, planned) = stage.add(request(), 1);
    assert_eq!(planned.recv().unwrap(), MANY, "planned on what it leaves");
    let never: Plan = Box::new(|_, _| panic!("a retry is not planned again"));
    let mut again = stage.begin(id, never);
    assert!(large.0.try_recv().is_err() && next.0.try_recv().is_err());
    assert!(again.0.try_recv().is_err());
    assert_eq!(
        accounts(&stage.writer.state()),
        0,
        "nothing is shown either"
    );
    stage.faults.release();
    assert_eq!(large.wait().unwrap(), json!({ "behind": 0 }));
    assert_eq!(again.wait().unwrap(), json!({ "behind": 0 }));
    assert_eq!(next.wait().unwrap(), json!({ "behind": MANY }));
    assert_eq!(accounts(&stage.writer.state()), MANY + 1);
    assert_eq!(stage.stored(), MANY + 1);
}

#[test]
fn what_was_planned_behind_a_large_group_that_fails_fails_with_it() {
    for (fault, kept) in [(CommitFault::Lost, 0), (CommitFault::Kept, MANY)] {
        let stage = Stage::set();
        stage.faults.hold();
        stage.faults.fail_next_commit(fault);
        let (large, _) = stage.add(request(), MANY);
        stage.faults.until_waiting();
        let (next, planned) = stage.add(request(), 1);
        assert_eq!(planned.recv().unwrap(), MANY);
        stage.faults.release();
        assert!(large.wait().is_err() && next.wait().is_err(), "{fault:?}");
        let (after, planned) = stage.add(request(), 2);
        assert_eq!(planned.recv().unwrap(), kept, "{fault:?}: what is durable");
        after.wait().unwrap();
        assert_eq!(accounts(&stage.writer.state()), kept + 2);
        assert_eq!(stage.stored(), kept + 2);
    }
}

#[test]
fn a_large_group_that_fails_is_gone_from_the_state_though_nobody_asks_again() {
    let stage = Stage::set();
    let mut revisions = stage.writer.revisions();
    revisions.mark_unchanged();
    stage.faults.fail_next_commit(CommitFault::Kept);
    let (large, _) = stage.add(request(), MANY);
    assert!(large.wait().is_err());
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let shown = async {
        while accounts(&stage.writer.state()) != MANY {
            revisions.changed().await.unwrap();
        }
    };
    runtime.unwrap().block_on(shown);
    assert_eq!(stage.writer.degraded(), "");
}
