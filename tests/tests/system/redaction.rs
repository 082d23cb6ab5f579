//! Personal data is taken out for good: from every answer, from the journal, from the file; and every head stays.

use super::common::{acme, ask, heads, refused};
use rollcall_shared::directory::{State, checkpoint};
use rollcall_shared::domain::{
    AccountId, Actor, Batch, Entry, Fact, Gone, Header, JournalId, Pos, Seal, codec,
};
use rollcall_shared::store::redb_store::RedbStore;
use rollcall_shared::store::{Append, Port, verify};
use rollcall_tests::{TestDaemon, audit, daemon, http};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
zaphodine@acme.example,Zaphodine,active,User,none,2026-02-20,2025-01-10,
linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,
";

/// What only the person who goes is known by, in small letters.
const TRACES: [&str; 2] = ["zaphodine", "beeblebrox"];

/// A person with a past: imported, renamed, gone; each time somebody said why, by name.
fn leaver(daemon: &TestDaemon) {
    acme(daemon, PEOPLE);
    let user = "zaphodine@acme.example";
    for words in [
        &[
            "edit",
            user,
            "--last-name",
            "Beeblebrox",
            "--reason",
            "Zaphodine is a Beeblebrox",
        ][..],
        &["suspend", user, "--reason", "Zaphodine lost her badge"],
        &["deactivate", user, "--reason", "Ms Beeblebrox left"],
    ] {
        daemon.say(&[&["user"], words, &["--yes"]].concat()).ok();
    }
}

pub(super) fn stop(mut daemon: TestDaemon) {
    daemon.signal("TERM");
    assert_eq!(daemon.ended(), Some(0));
}

pub(super) fn traces(store: &Path) -> Vec<&'static str> {
    let bytes = std::fs::read(store).unwrap().to_ascii_lowercase();
    let has = |text: &&str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
    TRACES.into_iter().filter(|text| has(text)).collect()
}

/// The journals alone fold to what checkpoint and tail fold to, and every head recomputes; the heads by journal.
pub(super) fn sound(store: &Path) -> Vec<(u32, u64, [u8; 32])> {
    let heads = {
        let store = RedbStore::open(store).unwrap();
        let reader = store.reader();
        assert!(verify(reader.as_ref()).is_empty());
        let loaded = checkpoint::load(reader.as_ref()).unwrap();
        let mut folded = State::default();
        let mut journals = reader.journals().unwrap();
        journals.sort_unstable();
        for journal in &journals {
            for (seq, bytes) in reader.read(*journal, 1, usize::MAX).unwrap() {
                folded.apply(seq, &codec::decode(&bytes).unwrap()).unwrap();
            }
        }
        assert_eq!(folded.digest(), loaded.digest());
        let heads = reader.heads().unwrap();
        heads
            .iter()
            .map(|h| (h.journal.0, h.leaves, h.root))
            .collect::<Vec<_>>()
    };
    let hex = |root: [u8; 32]| root.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let recomputed = audit::heads(store);
    for (journal, leaves, root) in &heads {
        assert_eq!(recomputed[journal], (*leaves, hex(*root)));
    }
    heads
}

pub(super) fn redact(user: &str, dry_run: bool) -> Value {
    json!({"user": user, "reason": "asked for erasure", "dry_run": dry_run})
}

#[test]
fn a_redacted_person_is_gone_from_every_answer_and_from_the_file_and_every_head_stays() {
    let dir = daemon::directory();
    let daemon = TestDaemon::start_in(dir.path());
    leaver(&daemon);
    let store = daemon.store();
    let id = ask(
        &daemon,
        "/v1/user/show",
        json!({"user": "zaphodine@acme.example"}),
    )["row"]["id"]
        .clone();
    let before = heads(&daemon);
    let preview = ask(
        &daemon,
        "/v1/user/redact",
        redact("zaphodine@acme.example", true),
    );
    let said = preview.to_string();
    for word in [
        "4 of its 4 entries",
        "email, first name, last name, observed identity, notes",
        "3 reasons",
        "cannot be undone",
        "backups",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(heads(&daemon), before, "a preview writes nothing");

    // A checkpoint that holds the name, and one more state of the file.
    stop(daemon);
    assert_eq!(traces(&store), TRACES);
    let old = sound(&store);
    let daemon = TestDaemon::start_in(dir.path());
    let headers = [(
        "x-rollcall-request-id",
        "0190a5b0-0000-7000-8000-00000000cafe",
    )];
    let body = redact("zaphodine@acme.example", false).to_string();
    let (status, done) = http::post(&daemon.socket(), "/v1/user/redact", &headers, &body);
    assert_eq!(status, 200, "{done}");
    assert_eq!(
        traces(&store),
        [""; 0],
        "the answer comes once the file is clean"
    );

    let user = id.as_str().unwrap();
    let shown = ask(&daemon, "/v1/user/show", json!({"user": user}));
    assert_eq!(
        (&shown["row"]["name"], &shown["row"]["email"]),
        (&json!("(redacted)"), &json!("(redacted)"))
    );
    let history = shown["history"].as_array().unwrap();
    assert_eq!(history.len(), 5);
    assert!(
        history[0]["changes"][0]
            .as_str()
            .unwrap()
            .contains("4 entries and 3 requests")
    );
    assert_eq!(history[0]["why"], "asked for erasure");
    for line in &history[1..] {
        let changes = line["changes"].to_string();
        assert!(changes.contains("personal data (redacted)"), "{line}");
    }
    let audited = ask(
        &daemon,
        "/v1/audit/list",
        json!({"tenant": "acme", "limit": 1000}),
    );
    let reasons = audited["rows"].as_array().unwrap().iter();
    assert_eq!(reasons.filter(|r| r["reason"] == "(redacted)").count(), 3);
    let list = ask(&daemon, "/v1/user/list", json!({"tenant": "acme"}));
    for answer in [&shown, &audited, &list] {
        let answer = answer.to_string().to_lowercase();
        assert!(TRACES.iter().all(|t| !answer.contains(t)), "{answer}");
    }
    for trace in TRACES {
        let found = ask(
            &daemon,
            "/v1/user/list",
            json!({"tenant": "acme", "search": trace}),
        );
        assert_eq!(found["total"], 0, "{found}");
    }
    daemon.say(&["audit", "verify"]).ok();

    // Asked again under the same id: the first answer; otherwise: nothing to do.
    let again = http::post(&daemon.socket(), "/v1/user/redact", &headers, &body);
    assert_eq!((again.0, &again.1["ok"]), (200, &done["ok"]));
    let after = heads(&daemon);
    let twice = ask(&daemon, "/v1/user/redact", redact(user, false));
    assert!(
        twice["seq"].is_null() && twice.to_string().contains("redacted already"),
        "{twice}"
    );
    assert_eq!(heads(&daemon), after);
    let (leaves, was) = (&after["acme"]["leaves"], &before["acme"]["leaves"]);
    assert_eq!(
        leaves.as_u64(),
        was.as_u64().map(|n| n + 1),
        "one entry more"
    );

    stop(daemon);
    assert_eq!(traces(&store), [""; 0]);
    let new = sound(&store);
    assert_eq!(new[0], old[0], "the platform's head");
    let opened = RedbStore::open(&store).unwrap();
    let acme = JournalId(new[1].0);
    let last = opened.reader().head(acme).unwrap().seq - 1;
    let kept = opened.reader().committed(acme, last).unwrap().unwrap().head;
    assert_eq!(
        (acme.0, kept.leaves, kept.root),
        old[1],
        "the head before is the one it was"
    );
    drop(opened);
    let daemon = TestDaemon::start_in(dir.path());
    assert_eq!(heads(&daemon), after);
    daemon.say(&["audit", "verify"]).ok();
}

/// The fingerprints of a question that whoever knows its words can make, too: as it was sent, and by the names of its keys,
/// which of the two depends on how the daemon was built.
fn fingerprints(verb: &str, body: &Value) -> [String; 2] {
    let sorted: BTreeMap<&String, &Value> = body.as_object().unwrap().iter().collect();
    [body.to_string(), serde_json::to_string(&sorted).unwrap()].map(|body| {
        let mut hash = Sha256::new();
        for part in [verb, &body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let hash = hash.finalize();
        hash[..16].iter().map(|b| format!("{b:02x}")).collect()
    })
}

fn holds(store: &Path, text: &str) -> bool {
    let bytes = std::fs::read(store).unwrap();
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

#[test]
fn a_name_cannot_be_tried_on_what_was_asked_and_the_others_keep_their_reason() {
    let dir = daemon::directory();
    let daemon = TestDaemon::start_in(dir.path());
    acme(&daemon, PEOPLE);
    let invite = json!({
        "tenant": "acme",
        "email": ["zaphodine2@acme.example", "trillian@acme.example"],
        "roles": ["user"],
        "reason": "both start in May",
    });
    let revoke = json!({"user": "zaphodine2@acme.example"});
    let id = "0190a5b0-0000-7000-8000-00000000beef";
    let headers = [("x-rollcall-request-id", id)];
    let asked = || {
        http::post(
            &daemon.socket(),
            "/v1/user/invite",
            &headers,
            &invite.to_string(),
        )
    };
    let first = asked();
    assert_eq!(first.0, 200, "{first:?}");
    assert_eq!(asked().1["ok"], first.1["ok"], "a retry is known by it");
    let shown = ask(&daemon, "/v1/user/show", revoke.clone());
    let user = shown["row"]["id"].clone();
    ask(&daemon, "/v1/user/revoke", revoke.clone());
    let prints = [
        fingerprints("user invite", &invite),
        fingerprints("user revoke", &revoke),
    ];
    let store = daemon.store();
    assert!(
        prints
            .iter()
            .all(|both| both.iter().any(|print| holds(&store, print))),
        "{prints:?}"
    );
    ask(
        &daemon,
        "/v1/user/redact",
        redact(user.as_str().unwrap(), false),
    );
    assert!(
        !prints.iter().flatten().any(|print| holds(&store, print)),
        "{prints:?}"
    );
    assert!(!holds(&store, "zaphodine2"));
    // Whoever was invited with them is still known by name, and why.
    let query = json!({"tenant": "acme", "verb": "user invite"});
    let audited = ask(&daemon, "/v1/audit/list", query);
    assert_eq!(audited["rows"][0]["reason"], "both start in May");
    let left = ask(
        &daemon,
        "/v1/user/show",
        json!({"user": "trillian@acme.example"}),
    );
    assert!(left.to_string().contains("both start in May"), "{left}");
    // Whether it is the same question cannot be told any more, so nothing is answered.
    let again = asked();
    assert_eq!(
        (again.0, &again.1["error"]["rule"]),
        (409, &json!("request-id-reused"))
    );
    daemon.say(&["audit", "verify"]).ok();
}

#[test]
fn who_may_still_come_in_and_who_owns_the_tenant_are_not_redacted() {
    let daemon = TestDaemon::start();
    leaver(&daemon);
    let before = heads(&daemon);
    let refuse = |body: Value| {
        let (status, error) = refused(&daemon, "/v1/user/redact", body);
        assert!(
            !error["hint"].as_str().unwrap_or_default().is_empty(),
            "{error}"
        );
        (
            status,
            error["rule"].as_str().unwrap_or_default().to_owned(),
        )
    };
    assert_eq!(
        refuse(redact("linus@acme.example", false)),
        (409, "redaction-ended".into())
    );
    assert_eq!(
        refuse(redact("ada@acme.example", false)),
        (409, "redaction-owner".into())
    );
    let mut silent = redact("zaphodine@acme.example", false);
    silent["reason"] = json!(" ");
    assert_eq!(refuse(silent), (400, "redaction-reason".into()));
    assert_eq!(heads(&daemon), before);
    // On the command line, with the question answered before it is asked.
    let user = [
        "user",
        "redact",
        "zaphodine@acme.example",
        "--reason",
        "retention period over",
    ];
    let unsure = daemon.say(&user);
    assert_ne!(unsure.code, 0, "nobody agreed: {unsure:?}");
    assert_eq!(heads(&daemon), before);
    let done = daemon.say(&[&user[..], &["--yes"]].concat()).ok();
    assert!(done.out.contains("cannot be undone"), "{done:?}");
    assert_eq!(traces(&daemon.store()), [""; 0]);
}

/// Writes the entry of a redaction and nothing else: the store as a crash right after the commit leaves it.
fn entry_alone(path: &Path) {
    let mut store = RedbStore::open(path).unwrap();
    let state = checkpoint::load(store.reader().as_ref()).unwrap();
    let view = state.tenant_named("acme").unwrap();
    let journal = JournalId::from(view.tenant.id);
    let account = (0..view.accounts())
        .map(AccountId)
        .find(|id| view.email(*id).unwrap().starts_with("zaphodine"))
        .unwrap();
    let mut gone = Gone::default();
    for (seq, bytes) in store.reader().read(journal, 1, usize::MAX).unwrap() {
        let batch = codec::decode(&bytes).unwrap();
        let other = |e: &Entry| e.fact.threaded().is_some_and(|(a, _)| a != account);
        let alone = !batch.entries.iter().any(other);
        for (index, entry) in (0..).zip(batch.entries) {
            let of = entry.fact.threaded().map(|(account, _)| account);
            if of == Some(account) && entry.salt.is_some() {
                gone.entries.push(Pos { seq, index });
                gone.headers.extend(alone.then_some(seq));
            }
        }
    }
    let fact = Fact::Redacted {
        account,
        prev: None,
        gone,
    };
    let mut batch = Batch {
        header: Header {
            journal,
            at: state.journal_at(journal),
            actor: Actor::daemon(),
            verb: "user redact".into(),
            request: None,
            run: None,
            reason: None,
            answer: None,
            break_glass: None,
            seal: Seal::default(),
        },
        entries: vec![Entry::plain(fact)],
    };
    state.link(&mut batch);
    let append = Append {
        journal,
        seq: state.journal_seq(journal) + 1,
        batch_id: [0xcd; 16],
        bytes: codec::encode(&batch),
    };
    store.append(store.epoch(), &[append]).unwrap();
}

#[test]
fn a_crash_between_the_entry_and_the_texts_is_made_up_for_by_the_next_start() {
    let dir = daemon::directory();
    let daemon = TestDaemon::start_in(dir.path());
    leaver(&daemon);
    let store = daemon.store();
    stop(daemon);
    entry_alone(&store);
    assert_eq!(traces(&store), TRACES);
    let before = RedbStore::open(&store).unwrap().reader().heads().unwrap();
    // Killed as soon as it answers: what it has to do is done by then.
    drop(TestDaemon::start_in(dir.path()));
    assert_eq!(traces(&store), [""; 0]);
    let heads = sound(&store);
    let expected: Vec<_> = before
        .iter()
        .map(|h| (h.journal.0, h.leaves, h.root))
        .collect();
    assert_eq!(heads, expected);
    let daemon = TestDaemon::start_in(dir.path());
    let list = ask(&daemon, "/v1/user/list", json!({"tenant": "acme"}));
    assert!(list.to_string().contains("(redacted)"), "{list}");
    daemon.say(&["audit", "verify"]).ok();
}
