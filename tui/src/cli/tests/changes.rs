//! Commands that change something, and the plans they show first.

use super::*;
use rollcall_shared::domain::{
    AccountId, AccountRef, ActionKind, Micros, Mode, RunId, RunState, Sweep, TenantId, Trigger,
};
use rollcall_shared::wire::Done;
use rollcall_shared::wire::admin::{Drift, DriftRow};
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::sweep::{
    ActionLine, PlanView, Plans, RunAnswer, RunLine, RunResult, SkipLine,
};

fn done(message: &str) -> Done {
    Done {
        message: message.into(),
        seq: Some(9),
    }
}

#[tokio::test]
async fn a_change_is_previewed_then_asked_for_then_made() {
    let fake = Fake::start()
        .says(Verb::UserSuspend, done("would suspend Ana"))
        .says(Verb::UserSuspend, done("Ana is suspended"));
    let line = ["user", "suspend", "1-1", "--reason", "lost laptop"];
    let (code, shown) = fake.run_asking(&line, "y\n").await;
    assert_eq!(code, 0);
    assert_eq!(shown.err(), "would suspend Ana\nGo on? [y/N] ");
    assert_eq!(shown.out(), "Ana is suspended\n  audit id 9\n");
    let asked = fake.asked();
    assert_eq!(asked[0].body["dry_run"], true);
    assert_eq!(asked[1].body["dry_run"], false);
    assert_eq!(asked[1].body["reason"], "lost laptop");
    // With the preview's id the daemon would answer with the preview again.
    assert!(asked[1].id.is_some() && asked[0].id != asked[1].id);
}

#[tokio::test]
async fn what_was_agreed_to_beforehand_is_told_once_and_a_refusal_alone() {
    let changed = |message: &str, changes: &[&str]| Changed {
        message: message.into(),
        seq: Some(9),
        nothing: false,
        changes: changes.iter().map(|c| (*c).to_owned()).collect(),
        warnings: Vec::new(),
    };
    let would = changed(
        "OS user ana would be bound",
        &["person: (none) → a@b.example"],
    );
    let fake = Fake::start()
        .says(Verb::OperatorBind, would.clone())
        .says(Verb::OperatorBind, changed("OS user ana is bound", &[]));
    let line = [
        "operator",
        "bind",
        "ana",
        "--person",
        "a@b.example",
        "--role",
        "auditor",
    ];
    let (code, shown) = fake.run(&[&line[..], &["--yes"]].concat()).await;
    assert_eq!((code, shown.err()), (0, String::new()));
    let told = "OS user ana is bound\n  person: (none) → a@b.example\n  audit id 9\n";
    assert_eq!(shown.out(), told);
    let fake = Fake::start().says(Verb::OperatorBind, would);
    let (code, shown) = fake.run(&[&line[..], &["--dry-run"]].concat()).await;
    assert_eq!(code, 0);
    assert!(shown.out().contains("a@b.example"), "{}", shown.out());
    assert_eq!(fake.asked()[0].body["dry_run"], true);
    // What cannot be is not shown as if it could.
    let refusal = Failure::new(Class::NotFound, "there is no OS user \"ana\"");
    let fake = Fake::start().refuses(Verb::OperatorBind, refusal);
    let (code, shown) = fake.run_asking(&line, "y\n").await;
    assert_eq!(code, 4);
    assert_eq!(shown.err(), "error: there is no OS user \"ana\"\n");
}

#[tokio::test]
async fn without_consent_nothing_is_changed() {
    let fake = Fake::start().says(Verb::UserSuspend, done("would suspend Ana"));
    let (code, shown) = fake.run(&["user", "suspend", "1-1"]).await;
    assert_eq!(code, 2);
    assert!(shown.err().contains("--yes"), "{}", shown.err());
    let (code, _) = fake
        .run(&["user", "suspend", "1-1", "--yes", "--read-only"])
        .await;
    assert_eq!(code, 5);
    assert_eq!(fake.asked(), [], "refused before anything was sent");
    let (code, shown) = fake.run_asking(&["user", "suspend", "1-1"], "\n").await;
    assert_eq!(code, 1);
    assert!(
        shown.err().contains("nothing was changed"),
        "{}",
        shown.err()
    );
    assert_eq!(fake.asked().len(), 1);
}

fn plan(tenant: &str, total: u64) -> PlanView {
    let line = |n| ActionLine {
        id: AccountRef {
            tenant: TenantId(1),
            account: AccountId(n),
        },
        name: "Ana".into(),
        email: "ana@example.com".into(),
        kind: ActionKind::Suspend,
        why: "not used since 2026-01-01; the policy allows 83 days".into(),
    };
    PlanView {
        tenant: tenant.into(),
        sweep: Sweep::Inactivity,
        mode: Mode::Auto,
        at: Micros(0),
        hash: format!("{tenant}0123456789abcdef"),
        actions: (0..u32::try_from(total).unwrap()).map(line).collect(),
        total,
        counts: vec![(ActionKind::Suspend, total)],
        skipped: vec![],
        skipped_total: 0,
        rests: vec![],
        held: vec![],
    }
}

fn ran(tenant: &str, planned: u64, applied: u64) -> RunAnswer {
    let run = RunLine {
        id: RunId("0198c1d2-0000-7000-8000-000000000000".parse().unwrap()),
        tenant: tenant.into(),
        sweep: Sweep::Inactivity,
        trigger: Trigger::Manual,
        started_by: "ana".into(),
        started_at: Micros(0),
        finished_at: Some(Micros(1)),
        state: RunState::Done,
        planned,
        applied,
        skipped: planned - applied,
        held: vec![],
    };
    let message = format!("{applied} of {planned} applied");
    RunAnswer {
        results: vec![RunResult {
            tenant: tenant.into(),
            run: Some(run),
            message,
            seqs: Some((7, 9)),
        }],
        refused: vec![],
    }
}

/// Who may not see the tenants reads UTC.
fn not_yours() -> Failure {
    Failure::new(Class::Denied, "not yours to see")
}

#[tokio::test]
async fn a_sweep_runs_exactly_the_plan_that_was_shown() {
    let plans = Plans {
        plans: vec![plan("acme", 2), plan("bank", 0), plan("city", 1)],
    };
    let fake = Fake::start()
        .says(Verb::SweepPlan, plans)
        .refuses(Verb::TenantList, not_yours())
        .says(Verb::SweepRun, ran("acme", 2, 2))
        .says(Verb::SweepRun, ran("city", 1, 1));
    let (code, shown) = fake
        .run_asking(&["sweep", "run", "inactivity"], "3\n")
        .await;
    assert_eq!(code, 0, "{}", shown.err());
    assert!(
        shown.err().contains("acme0123456789abcdef"),
        "{}",
        shown.err()
    );
    let asked = fake.asked();
    let sent: Vec<_> = asked[2..]
        .iter()
        .map(|a| (&a.body["tenant"], &a.body["plan"]))
        .collect();
    assert_eq!(
        sent,
        [
            (&"acme".into(), &"acme0123456789abcdef".into()),
            (&"city".into(), &"city0123456789abcdef".into())
        ]
    );
}

#[tokio::test]
async fn a_run_that_skipped_something_is_partly_done() {
    let fake = Fake::start()
        .says(
            Verb::SweepPlan,
            Plans {
                plans: vec![plan("acme", 2)],
            },
        )
        .says(Verb::SweepRun, ran("acme", 2, 1));
    let line = ["sweep", "run", "inactivity", "--tenant", "acme", "--yes"];
    let (code, shown) = fake.run(&line).await;
    assert_eq!(code, 7);
    assert!(shown.out().contains("acme/7 to acme/9"), "{}", shown.out());
}

#[tokio::test]
async fn a_stale_plan_is_a_conflict_and_runs_nothing() {
    let fake = Fake::start().says(
        Verb::SweepPlan,
        Plans {
            plans: vec![plan("acme", 2)],
        },
    );
    let line = [
        "sweep",
        "run",
        "inactivity",
        "--tenant",
        "acme",
        "--plan",
        "0000000000",
        "--yes",
    ];
    let (code, shown) = fake.run(&line).await;
    assert_eq!(code, 6);
    assert!(shown.err().contains("stale-plan"), "{}", shown.err());
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn findings_are_exit_3_only_when_asked_for() {
    let fake = Fake::start()
        .says(
            Verb::SweepPlan,
            Plans {
                plans: vec![plan("acme", 1)],
            },
        )
        .refuses(Verb::TenantList, not_yours())
        .says(
            Verb::SweepPlan,
            Plans {
                plans: vec![plan("acme", 1)],
            },
        )
        .refuses(Verb::TenantList, not_yours())
        .says(
            Verb::SweepPlan,
            Plans {
                plans: vec![plan("acme", 0)],
            },
        )
        .refuses(Verb::TenantList, not_yours());
    assert_eq!(fake.run(&["sweep", "plan", "mfa"]).await.0, 0);
    assert_eq!(
        fake.run(&["sweep", "plan", "mfa", "--exit-code"]).await.0,
        3
    );
    assert_eq!(
        fake.run(&["sweep", "plan", "mfa", "--exit-code"]).await.0,
        0
    );
    let row = DriftRow {
        tenant: "bank".into(),
        id: AccountRef {
            tenant: TenantId(2),
            account: AccountId(1),
        },
        email: "x@example.com".into(),
        field: "status".into(),
        decided: "suspended".into(),
        observed: "active".into(),
        observed_at: None,
        order: Some(4),
    };
    let fake = fake
        .says(
            Verb::DriftList,
            Drift {
                rows: vec![row],
                ..Drift::default()
            },
        )
        .says(Verb::DriftList, Drift::default());
    assert_eq!(fake.run(&["drift", "--exit-code"]).await.0, 3);
    assert_eq!(fake.run(&["drift", "--exit-code"]).await.0, 0);
}

#[tokio::test]
async fn closing_a_review_asks_for_the_number_of_accounts_that_it_suspends() {
    let would = Changed {
        message: "review 1 would be closed".into(),
        seq: None,
        nothing: false,
        changes: [
            "account 1-1: active → suspended",
            "account 1-2: active → suspended",
        ]
        .map(str::to_owned)
        .to_vec(),
        warnings: Vec::new(),
    };
    let closed = Changed {
        message: "review 1 is closed".into(),
        seq: Some(9),
        ..would.clone()
    };
    let line = ["review", "close", "acme", "--early"];
    for (typed, code, asked) in [("y\n", 1, 2), ("2\n", 0, 3)] {
        let fake = Fake::start()
            .says(Verb::ReviewClose, would.clone())
            .says(Verb::ReviewClose, would.clone())
            .says(Verb::ReviewClose, closed.clone());
        let (ended, shown) = fake.run_asking(&line, typed).await;
        assert_eq!(ended, code, "{}", shown.err());
        let err = shown.err();
        assert!(err.contains("account 1-2: active → suspended"), "{err}");
        assert!(err.contains("Type the number of accounts (2)"), "{err}");
        let dry: Vec<bool> = fake
            .asked()
            .iter()
            .map(|a| a.body["dry_run"] == true)
            .collect();
        assert_eq!(dry, [true, true, false][..asked]);
    }
}

#[tokio::test]
async fn what_a_plan_does_not_list_is_counted() {
    let mut long = plan("acme", 1);
    long.skipped = vec![SkipLine {
        id: long.actions[0].id,
        email: "bob@example.com".into(),
        why: "on hold until 2026-04-01".into(),
    }];
    (long.total, long.skipped_total) = (1_300, 480);
    long.rests = vec!["it is taken that nobody acts".into()];
    let fake = Fake::start().says(Verb::SweepPlan, Plans { plans: vec![long] });
    let (code, shown) = fake.run(&["sweep", "plan", "inactivity"]).await;
    assert_eq!(code, 0);
    for part in [
        "and 1299 more that are not listed",
        "and 479 more that are not listed",
        "it is taken that nobody acts",
    ] {
        assert!(shown.out().contains(part), "{part:?}: {}", shown.out());
    }
}
