//! Commands that only look.

use super::*;
use rollcall_shared::domain::{
    AccountId, AccountRef, Actor, Authority, Kind, Mfa, Micros, SeatHold, Status, Tenant, TenantId,
    TenantState,
};
use rollcall_shared::wire::admin::{TenantRow, Tenants};
use rollcall_shared::wire::audit::{AuditLine, AuditLines, Unread};
use rollcall_shared::wire::user::{Flag, Shows, UserPage, UserRow};

fn person(n: u32, name: &str) -> UserRow {
    UserRow {
        id: AccountRef {
            tenant: TenantId(1),
            account: AccountId(n),
        },
        tenant: "acme".into(),
        tz: "Europe/Berlin".into(),
        name: name.into(),
        email: format!("p{n}@example.com"),
        username: String::new(),
        sid: String::new(),
        activated: None,
        user_type: String::new(),
        roles: vec!["sender".into()],
        status: Status::Active,
        observed: None,
        kind: Kind::Person,
        mfa: Mfa::Unknown,
        seat: SeatHold::Used,
        last_sign_in: None,
        activity: vec![1; 28],
        team: "Legal".into(),
        flags: vec![Flag::Idle, Flag::NeverSignedIn],
    }
}

fn people(revision: u64, total: u64, offset: u64, rows: Vec<UserRow>) -> UserPage {
    UserPage {
        revision,
        total,
        offset,
        shows: Shows::default(),
        labels: Default::default(),
        rows,
    }
}

#[tokio::test]
async fn a_list_is_a_table_and_hostile_names_stay_words() {
    let page = people(3, 2, 0, vec![person(1, "Ana\u{1b}[2J"), person(2, "=1+1")]);
    let fake = Fake::start()
        .says(Verb::UserList, &page)
        .says(Verb::UserList, &page)
        .says(Verb::UserList, &page);
    let (code, shown) = fake.run(&["user", "list"]).await;
    assert_eq!(code, 0);
    insta::assert_snapshot!(shown.out(), @r"
    ID   NAME          EMAIL           STATUS  LAST SIGN IN  MFA      ROLES   USES 28 DAYS  TENANT  TEAM   SEAT  KIND    FLAGS
    1-1  Ana\u{1b}[2J  p1@example.com  active  unknown       unknown  sender            28  acme    Legal  used  person  idle, never_signed_in
    1-2  =1+1          p2@example.com  active  unknown       unknown  sender            28  acme    Legal  used  person  idle, never_signed_in
    ");
    assert_eq!(shown.err(), "1 to 2 of 2\n");
    let (_, shown) = fake.run(&["user", "list", "--csv", "-q"]).await;
    insta::assert_snapshot!(shown.out(), @r#"
    id,name,email,status,last_sign_in,mfa,roles,uses_28_days,tenant,team,seat,kind,flags
    1-1,Ana\u{1b}[2J,p1@example.com,active,,unknown,sender,28,acme,Legal,used,person,"idle, never_signed_in"
    1-2,'=1+1,p2@example.com,active,,unknown,sender,28,acme,Legal,used,person,"idle, never_signed_in"
    "#);
    assert_eq!(shown.err(), "");
    let (_, shown) = fake.run(&["user", "list", "--json"]).await;
    let back: rollcall_shared::wire::Envelope<UserPage> =
        serde_json::from_str(&shown.out()).unwrap();
    assert_eq!((back.v, back.ok), (1, Some(page)));
    assert!(!shown.out().contains('\u{1b}'));
}

#[tokio::test]
async fn all_pages_through_everything_with_one_header() {
    let fake = Fake::start()
        .says(
            Verb::UserList,
            people(3, 3, 0, vec![person(1, "A"), person(2, "B")]),
        )
        .says(Verb::UserList, people(3, 3, 2, vec![person(3, "C")]));
    let (code, shown) = fake.run(&["user", "list", "--all", "--csv"]).await;
    assert_eq!(code, 0, "{}", shown.err());
    assert_eq!(shown.out().lines().count(), 4);
    let offsets: Vec<_> = fake
        .asked()
        .iter()
        .map(|a| a.body["offset"].clone())
        .collect();
    assert_eq!(offsets, [0, 2]);
    assert_eq!(fake.asked()[0].body["limit"], 1_000);
}

#[tokio::test]
async fn past_the_end_there_is_nothing_not_the_last_page_again() {
    let fake = Fake::start().says(Verb::UserList, people(3, 3, 2, vec![person(3, "C")]));
    let asked = ["user", "list", "--limit", "2", "--offset", "4", "--jsonl"];
    let (code, shown) = fake.run(&asked).await;
    assert_eq!((code, shown.out().as_str()), (0, ""));
    assert!(shown.err().contains("none: 3 match"), "{}", shown.err());
}

#[tokio::test]
async fn all_says_so_when_the_directory_moved_under_it() {
    let fake = Fake::start()
        .says(
            Verb::UserList,
            people(3, 3, 0, vec![person(1, "A"), person(2, "B")]),
        )
        .says(
            Verb::UserList,
            people(4, 2, 0, vec![person(1, "A"), person(2, "B")]),
        );
    let (code, shown) = fake.run(&["user", "list", "--all", "--jsonl"]).await;
    assert_eq!(code, 7);
    assert_eq!(shown.out().lines().count(), 2, "no row twice");
    assert!(shown.err().contains("revision 3 to 4"), "{}", shown.err());
}

#[tokio::test]
async fn a_refusal_has_its_exit_code_and_with_json_its_envelope() {
    let failure = || Failure::new(Class::NotFound, "no account x").hint("look with user list");
    let fake = Fake::start()
        .refuses(Verb::UserShow, failure())
        .refuses(Verb::UserShow, failure());
    let (code, shown) = fake.run(&["user", "show", "x"]).await;
    assert_eq!((code, shown.out().as_str()), (4, ""));
    assert_eq!(
        shown.err(),
        "error: no account x\n  hint: look with user list\n"
    );
    let (code, shown) = fake.run(&["user", "show", "x", "--json"]).await;
    assert_eq!(code, 4);
    assert!(
        shown
            .out()
            .starts_with("{\"v\":1,\"error\":{\"class\":\"not_found\""),
        "{}",
        shown.out()
    );
}

#[tokio::test]
async fn tenants_are_listed_plainly() {
    let tenant = Tenant {
        id: TenantId(1),
        name: "acme".into(),
        catalog: "iusign".into(),
        seats: Some(50),
        tz: "Europe/Paris".into(),
        authority: Authority::Rollcall,
        owner: "ana@example.com".into(),
        state: TenantState::Active,
        created: Micros(0),
        plan: rollcall_shared::domain::TenantPlan::default(),
        sources: std::collections::BTreeMap::new(),
    };
    let row = TenantRow {
        tenant,
        owners: vec!["ana@example.com".into()],
        more_owners: 3,
        accounts: 48,
        seats_used: 40,
        seats_reserved: 3,
        seats_releasing: 0,
        pools: Vec::new(),
        last_event: None,
        feed: "no sign-in seen for 3 days".into(),
        catalog_offered: Vec::new(),
        shows: Shows::default(),
        causes: Default::default(),
    };
    let fake = Fake::start().says(Verb::TenantList, Tenants { rows: vec![row] });
    let (code, shown) = fake.run(&["tenant", "list", "--plain"]).await;
    assert_eq!(code, 0);
    insta::assert_snapshot!(shown.out(), @r"
    tenant	catalog	state	accounts	seats_used	seats_reserved	seats_releasing	seats_bought	owners	authority	tz	last_event	paused
    acme	iusign	active	48	40	3	0	50	ana@example.com, and 3 more	rollcall	Europe/Paris		no sign-in seen for 3 days
    ");
}

#[tokio::test]
async fn a_no_is_told_with_its_reason_and_ends_with_5() {
    use rollcall_shared::wire::role::{Decision, Step};
    let mut decision = Decision {
        allowed: false,
        read_only: false,
        permission: "transaction.send".into(),
        because: "transaction.send is not granted: viewer does not grant it".into(),
        rule: "permission".into(),
        instead: "User or Admin is needed".into(),
        steps: vec![Step::Block {
            role: "ca\u{1b}[2Jreful".into(),
            scope: "/".into(),
            block: "envelope.send".into(),
        }],
        warnings: vec![],
    };
    let fake = Fake::start().says(Verb::Can, &decision);
    let (code, shown) = fake
        .run(&[
            "can",
            "1-1",
            "transaction.send",
            "--owner",
            "1-1",
            "--change",
        ])
        .await;
    assert_eq!(code, 5);
    insta::assert_snapshot!(shown.out(), @r"
    permission  transaction.send
    allowed     no
    because     transaction.send is not granted: viewer does not grant it
    rule        permission
    instead     User or Admin is needed

    Steps
    STEP    ROLE OR RULE          PERMISSION     BUT
    blocks  ca\u{1b}[2Jreful (/)  envelope.send
    ");
    (decision.allowed, decision.read_only) = (true, true);
    let fake = Fake::start().says(Verb::Can, &decision);
    let (code, shown) = fake.run(&["can", "1-1", "document.open"]).await;
    assert_eq!(code, 0);
    assert!(shown.out().contains("yes, for looking only"));
}

#[tokio::test]
async fn entries_are_looked_for_on_where_an_answer_stopped() {
    let line = AuditLine {
        journal: "acme".into(),
        seq: 3,
        at: Micros(0),
        verb: "tenant create".into(),
        actor: Actor::daemon(),
        request: None,
        run: None,
        break_glass: None,
        reason: None,
        entries: 1,
        lines: vec!["acme is made".into()],
    };
    let stopped = AuditLines {
        rows: Vec::new(),
        unread: vec![Unread {
            tenant: Some("acme".into()),
            before: 10_001,
        }],
    };
    let found = AuditLines {
        rows: vec![line],
        unread: Vec::new(),
    };
    let fake = Fake::start()
        .says(Verb::AuditList, stopped)
        .says(Verb::AuditList, found);
    let list = ["audit", "list", "--verb", "tenant create", "--jsonl"];
    let (code, shown) = fake.run(&list).await;
    assert_eq!(
        (code, shown.out().lines().count()),
        (0, 1),
        "{}",
        shown.err()
    );
    let asked = &fake.asked()[1].body;
    assert_eq!(
        (&asked["tenant"], &asked["before"], &asked["verb"]),
        (&"acme".into(), &10_001.into(), &"tenant create".into()),
        "{asked}"
    );
}
