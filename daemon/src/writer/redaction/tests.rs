//! Redactions that are cut short, over a store that fails on command.

use super::super::{Errand, Plan, Proposal, Writer};
use super::{finish, renew};
use rollcall_shared::catalog;
use rollcall_shared::clock::ManualClock;
use rollcall_shared::directory::{State, checkpoint};
use rollcall_shared::domain::{
    Account, AccountId, Actor, Authority, Entry, Fact, Field, FieldChange, Gone, JournalId, Micros,
    Pos, RequestId, Rule, Status, Tenant, TenantId, TenantPlan, TenantState, Value, Why,
};
use rollcall_shared::store::memory::{Faults, MemoryStore};
use rollcall_shared::store::{Port, Reader, verify};
use rollcall_shared::wire::Failure;
use std::sync::Arc;

const ACME: TenantId = TenantId(1);

struct Stage {
    /// The same data, under an epoch of before: what a next start opens.
    data: MemoryStore,
    faults: Faults,
    writer: Writer,
}

fn tenant() -> Tenant {
    Tenant {
        id: ACME,
        name: "acme".into(),
        catalog: "iusign".into(),
        seats: None,
        tz: "UTC".into(),
        authority: Authority::Rollcall,
        owner: String::new(),
        state: TenantState::Filling,
        created: Micros(0),
        plan: TenantPlan::default(),
        sources: std::collections::BTreeMap::new(),
    }
}

impl Stage {
    /// A tenant with one deactivated account.
    async fn set() -> Stage {
        let data = MemoryStore::new();
        let faults = data.faults();
        let port: Box<dyn Port> = Box::new(data.take_over());
        let clock = Arc::new(ManualClock::at("2026-03-02T12:00:00Z".parse().unwrap()));
        let (writer, _) = Writer::start(port, State::default(), clock).unwrap();
        let stage = Stage {
            data,
            faults,
            writer,
        };
        let mut zoe = Account::new(AccountId(0), "zoe@acme.example", Micros(0));
        zoe.status = Status::Deactivated;
        let created = vec![Entry::plain(Fact::TenantCreated(Box::new(tenant())))];
        let catalog = Fact::CatalogAdopted {
            name: "iusign".into(),
            text: catalog::builtin("iusign").unwrap().into(),
        };
        let why = Why::rule(Rule::PeopleFile);
        let account = Entry::account(zoe.id, zoe.creation(), why, [7; 16]);
        let proposal = Proposal {
            entries: vec![
                (JournalId::PLATFORM, created),
                (ACME.into(), vec![Entry::plain(catalog), account]),
            ],
            answer: serde_json::Value::Null,
            observation: false,
            trial: false,
            operator: false,
        };
        stage.change(proposal).await.unwrap();
        stage
    }

    async fn change(&self, proposal: Proposal) -> Result<serde_json::Value, Failure> {
        let errand = Errand {
            actor: Actor::daemon(),
            verb: "user redact".into(),
            request: RequestId(uuid::Uuid::now_v7()),
            asked: String::new(),
            run: None,
            reason: None,
            break_glass: None,
        };
        let plan: Plan = Box::new(move |_, _| Ok(proposal));
        self.writer.change(errand, plan).await
    }

    async fn redact(&self) {
        let redacted = Fact::Redacted {
            account: AccountId(0),
            prev: None,
            gone: Gone {
                entries: vec![Pos { seq: 1, index: 1 }],
                headers: vec![1],
            },
        };
        let entries = vec![Entry::plain(redacted)];
        let proposal = Proposal::decide(ACME, entries, serde_json::Value::Null);
        self.change(proposal).await.unwrap();
    }

    fn holds_zoe(&self) -> bool {
        holds_zoe(&*self.writer.reader())
    }
}

fn holds_zoe(reader: &dyn Reader) -> bool {
    let batches = reader.read(ACME.into(), 1, usize::MAX).unwrap();
    let has = |bytes: &[u8]| bytes.windows(4).any(|w| w == b"zoe@");
    batches.iter().any(|(_, bytes)| has(bytes))
}

#[tokio::test]
async fn what_is_redacted_is_gone_when_the_change_is_answered() {
    let stage = Stage::set().await;
    assert!(stage.holds_zoe());
    let head = stage.writer.reader().head(ACME.into()).unwrap();
    stage.redact().await;
    assert!(!stage.holds_zoe());
    let reader = stage.writer.reader();
    assert_eq!(
        reader.committed(ACME.into(), 1).unwrap().unwrap().head,
        head
    );
    assert!(verify(&*reader).is_empty());
    assert!(stage.writer.state().redactions().is_empty());
    stage.writer.renew().await.unwrap();
    assert!(
        reader.manifest().unwrap().is_some(),
        "with a new checkpoint"
    );
}

#[tokio::test]
async fn a_start_finishes_what_a_crash_cut_off_between_entry_and_texts() {
    let stage = Stage::set().await;
    stage.faults.fail_redactions(true);
    stage.redact().await;
    assert!(
        stage.holds_zoe(),
        "the entry is durable, the texts are there"
    );
    let refused = stage.writer.checkpoint(None).await;
    assert!(
        refused.is_err(),
        "no checkpoint may hide what is left to do"
    );
    assert_eq!(stage.writer.reader().manifest().unwrap(), None);

    let mut port = stage.data.take_over();
    let mut state = checkpoint::load(port.reader().as_ref()).unwrap();
    assert!(state.tenant(ACME).unwrap().is_redacted(AccountId(0)));
    assert!(finish(&mut port, &mut state).is_err());
    assert_eq!(state.redactions().len(), 1, "it is not forgotten");
    stage.faults.fail_redactions(false);
    port.reopen().unwrap();
    finish(&mut port, &mut state).unwrap();
    assert!(!holds_zoe(port.reader().as_ref()));
    assert!(port.stale().unwrap());
    renew(&mut port, &state).unwrap();
    assert!(!port.stale().unwrap());
    let again = checkpoint::load(port.reader().as_ref()).unwrap();
    assert!(again.redactions().is_empty());
    assert_eq!(again.digest(), state.digest());
}

#[tokio::test]
async fn a_running_daemon_makes_up_for_it_before_the_next_checkpoint() {
    let stage = Stage::set().await;
    stage.faults.fail_redactions(true);
    stage.redact().await;
    stage.faults.fail_redactions(false);
    // Its turn comes after the writer has recovered.
    stage.writer.checkpoint(None).await.unwrap();
    assert_eq!(stage.writer.degraded(), "");
    assert!(!stage.holds_zoe());
}

#[tokio::test]
async fn nobody_is_let_in_again_under_a_redacted_account() {
    let stage = Stage::set().await;
    stage.redact().await;
    let change = |field, new| {
        let change = FieldChange {
            field,
            old: Value::Null,
            new,
        };
        let why = Why::rule(Rule::Request);
        let entry = Entry::account(AccountId(0), vec![change], why, [1; 16]);
        Proposal::decide(ACME, vec![entry], serde_json::Value::Null)
    };
    let before = stage.writer.state().revision();
    for (field, new) in [
        (Field::Status, Value::Int(Status::Active as i64)),
        (Field::Email, Value::Text("zoe@acme.example".into())),
    ] {
        let refused = stage.change(change(field, new)).await.unwrap_err();
        assert_eq!(refused.rule, "account-redacted");
    }
    assert_eq!(stage.writer.state().revision(), before);
    stage
        .change(change(Field::Assets, Value::Counts(vec![0; 7])))
        .await
        .unwrap();
}
