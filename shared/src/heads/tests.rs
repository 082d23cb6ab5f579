//! The format is held by vectors that other programs published; the judgement by journals that were changed.

use super::*;
use crate::domain::{Actor, Batch, Entry, Fact, Header, Micros, OperatorGrant, codec};
use crate::store::{Append, Port, Reader, Roots, TreeHead, memory::MemoryStore};

/// Key, text and note of the example in the documentation of Go's `golang.org/x/mod/sumdb/note`. An Ed25519 signature
/// is determined by key and text, so ours must be the same to the last character.
const GO_SECRET: [u8; 32] = [
    0x81, 0x0a, 0x14, 0x02, 0xd5, 0x14, 0x6c, 0x8d, 0x84, 0xf2, 0x44, 0x33, 0x30, 0xf5, 0x40, 0x80,
    0xeb, 0xf9, 0x8e, 0xe1, 0x7d, 0x9c, 0x74, 0xf6, 0x25, 0x2f, 0xc5, 0xd5, 0xc7, 0x28, 0x31, 0x73,
];
const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n";
const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\
    \n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

/// A checkpoint that the log server of sigsum.org gave as its example.
const SIGSUM_KEY: &str =
    "sigsum.org:testonly+8de2c54b+AYzzrIWq3UKJHFrprvJyRMsqVGojEvgAIKrT8q4a9zMU";
const SIGSUM_NOTE: &str = "sigsum.org:testonly\n\
    23\n\
    HSt6W8ve4/36xAIf04qDOqaKLaKqSOUqKxLNrkK74+g=\n\
    \n\
    — sigsum.org:testonly jeLFS4WQDEeTavbiYArHzCQUPXbQ1Y/V8/dKJlBxqOAY4eLhSh3uWNJ8YXp1vs/zR4SDNHI+6UybLmHmFlg/VSf5OAs=\n";

#[test]
fn notes_and_keys_are_those_of_the_published_example() {
    let signer = Signer::new("PeterNeumann", &GO_SECRET).unwrap();
    assert_eq!(signer.verifier().to_string(), GO_KEY);
    assert_eq!(signer.sign(GO_TEXT), GO_NOTE);
    let key: Verifier = GO_KEY.parse().unwrap();
    assert_eq!(&key, signer.verifier());
    let note = Note::parse(GO_NOTE).unwrap();
    assert_eq!(note.text_signed_by(&[key]), Ok(GO_TEXT));
}

#[test]
fn a_checkpoint_of_another_log_is_read_and_its_signature_holds() {
    let key: Verifier = SIGSUM_KEY.parse().unwrap();
    let note = Note::parse(SIGSUM_NOTE).unwrap();
    let text = note.text_signed_by(&[key]).unwrap();
    let head = Checkpoint::parse(text).unwrap();
    assert_eq!(
        (head.origin.as_str(), head.size),
        ("sigsum.org:testonly", 23)
    );
    assert_eq!(head.text(), text);
    assert_eq!(head.journal(), None, "it is none of ours");
}

#[test]
fn a_changed_text_an_unknown_key_and_a_broken_note_are_told_apart() {
    let key: Verifier = SIGSUM_KEY.parse().unwrap();
    let other: Verifier = GO_KEY.parse().unwrap();
    let keys = [key];
    let forged = Note::parse(&SIGSUM_NOTE.replace("\n23\n", "\n24\n")).unwrap();
    assert_eq!(forged.text_signed_by(&keys), Err(BadNote::Forged));
    let unknown = Note::parse(SIGSUM_NOTE).unwrap();
    assert_eq!(unknown.text_signed_by(&[other]), Err(BadNote::Unknown));
    let tab = SIGSUM_NOTE.replace("23", "2\t3");
    for broken in ["", "a\n", "a\n\n", "a\n\n— b", &SIGSUM_NOTE[..90], &tab] {
        assert_eq!(Note::parse(broken), Err(BadNote::Form), "{broken:?}");
    }
}

#[test]
fn a_key_that_is_not_written_right_is_none() {
    for bad in [
        "",
        "name",
        "name+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegw",
    ] {
        assert_eq!(bad.parse::<Verifier>(), Err(BadKey), "{bad}");
    }
}

#[test]
fn a_head_has_one_spelling() {
    let root = "HSt6W8ve4/36xAIf04qDOqaKLaKqSOUqKxLNrkK74+g=";
    assert!(Checkpoint::parse(&format!("a\n0\n{root}\n")).is_some());
    assert!(Checkpoint::parse(&format!("a\n7\n{root}\nextension\n")).is_some());
    for bad in [
        format!("a\n07\n{root}\n"),
        format!("a\n+7\n{root}\n"),
        format!("\n7\n{root}\n"),
        format!("a\n7\n{root}"),
        format!("a\n7\n{root}\n\n"),
        "a\n7\nHSt6\n".into(),
        "a\n7\n".into(),
    ] {
        assert_eq!(Checkpoint::parse(&bad), None, "{bad:?}");
    }
    let store = StoreId::of(&[0xab; 32]);
    let origin = store.origin(JournalId(2));
    assert_eq!(StoreId::read_origin(&origin), Some((store, JournalId(2))));
    for bad in [
        origin.replace("/2", "/02"),
        origin.replace("/2", "/+2"),
        origin.to_uppercase(),
        origin.replace("rollcall", "roll"),
    ] {
        assert_eq!(StoreId::read_origin(&bad), None, "{bad}");
    }
}

/// A batch of the platform's journal that says `word`.
fn batch(word: &str) -> Vec<u8> {
    let binding = crate::domain::Binding {
        uid: 7,
        os_user: word.into(),
        person: "a@b.example".into(),
        grants: vec![OperatorGrant {
            role: "auditor".into(),
            tenant: None,
        }],
        shared: false,
        accounts: Default::default(),
    };
    let fact = |new| Fact::OperatorBound {
        uid: 7,
        old: None,
        new,
    };
    let header = Header {
        journal: JournalId::PLATFORM,
        at: Micros(5),
        actor: Actor::daemon(),
        verb: "operator bind".into(),
        request: None,
        run: None,
        reason: None,
        answer: None,
        break_glass: None,
        seal: Default::default(),
    };
    // Two leaves a batch, so that a size may lie inside of one.
    let entries = vec![Entry::plain(fact(Some(binding))), Entry::plain(fact(None))];
    codec::encode(&Batch { header, entries })
}

fn store(words: &[&str]) -> (MemoryStore, StoreId, Vec<TreeHead>) {
    let mut store = MemoryStore::new();
    let mut heads = Vec::new();
    for (seq, word) in (1..).zip(words) {
        let mut batch_id = [0; 16];
        batch_id[0] = seq as u8;
        let append = Append {
            journal: JournalId::PLATFORM,
            seq,
            batch_id,
            bytes: batch(word),
        };
        heads.extend(store.append(store.epoch(), &[append]).unwrap());
    }
    let id = StoreId::of(&heads[0].root);
    assert_eq!(StoreId::of_first_batch(&batch(words[0])).unwrap(), id);
    (store, id, heads)
}

fn signer(id: StoreId) -> Signer {
    Signer::new(&id.key_name(), &[9; 32]).unwrap()
}

/// What is wrong with a file of signed heads, held against a store.
fn wrong(file: &str, store: &MemoryStore, this: StoreId) -> Vec<String> {
    let claims = claims(file, 1, &[signer(this).verifier().clone()]);
    let mut roots = Roots::wanted(claims.sizes());
    let reader: &dyn Reader = &*store.reader();
    roots.read(reader).unwrap();
    let problems = claims.judge(this, &roots);
    let name = |journal: JournalId| format!("journal {}", journal.0);
    problems.iter().map(|problem| problem.told(name)).collect()
}

#[test]
fn every_head_that_was_signed_is_found_again_in_a_journal_that_only_grew() {
    let (store, id, heads) = store(&["one", "two", "three"]);
    let signer = signer(id);
    let sign = |head: &TreeHead| signer.sign(&Checkpoint::of(id, head).text());
    let file: Vec<String> = heads.iter().map(sign).collect();
    assert_eq!(wrong(&file.join("\n"), &store, id), [""; 0]);
    assert_eq!(wrong(&file.concat(), &store, id), [""; 0]);
    let claims = claims(&file.concat(), 1, &[signer.verifier().clone()]);
    assert_eq!(claims.notes(), 3);
    let newest = claims.newest();
    assert_eq!(newest[&JournalId::PLATFORM], (6, heads[2].root));
    // A size inside of a batch is found, too.
    let mut roots = Roots::wanted([(JournalId::PLATFORM, 3)]);
    roots.read(&*store.reader()).unwrap();
    assert!(roots.at(JournalId::PLATFORM, 3).is_some());
    assert_eq!(roots.leaves(JournalId::PLATFORM), 6);
}

#[test]
fn a_journal_that_was_cut_or_rewritten_is_named_with_its_size() {
    let (_, id, heads) = store(&["one", "two", "three"]);
    let file: String = heads
        .iter()
        .map(|head| signer(id).sign(&Checkpoint::of(id, head).text()))
        .collect();
    let (cut, cut_id, _) = store(&["one", "two"]);
    assert_eq!(cut_id, id);
    let told = wrong(&file, &cut, id);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("journal 0: it was signed with 6 leaves and has 4"),
        "{told:?}"
    );
    let (rewritten, _, _) = store(&["one", "other", "three"]);
    let told = wrong(&file, &rewritten, id);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("journal 0: its first 4 leaves"),
        "{told:?}"
    );
    let (_, other, _) = store(&["another"]);
    let told = wrong(&file, &cut, other);
    assert!(
        told.iter().all(|line| line.contains("not signed by a key")),
        "{told:?}"
    );
}

#[test]
fn what_is_no_head_of_this_store_is_told_with_its_line() {
    let (store, id, heads) = store(&["one"]);
    let signer = signer(id);
    let good = signer.sign(&Checkpoint::of(id, &heads[0]).text());
    let word = signer.sign("hello\n");
    let elsewhere = StoreId::of(&[1; 32]);
    let foreign = signer.sign(&Checkpoint::of(elsewhere, &heads[0]).text());
    let torn = &good[..good.len() - 9];
    let mut split = Checkpoint::of(id, &heads[0]);
    split.root = [3; 32];
    let split = signer.sign(&split.text());
    let file = [good.as_str(), "\n", &word, &foreign, &split, torn].concat();
    let told = wrong(&file, &store, id);
    let expected = [
        "line 7: it is signed, but it is not the head of a journal",
        "journal 0: two roots were signed for 2 leaves",
        "line 20: it is not a whole signed note",
        &format!("line 10: it is of the store {elsewhere}, and this is {id}"),
    ];
    let mut told: Vec<&str> = told.iter().map(String::as_str).collect();
    told.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(told, expected);
    let cut = good.lines().take(3).collect::<Vec<_>>().join("\n");
    assert_eq!(
        wrong(&cut, &store, id),
        ["line 1: it is not a whole signed note"]
    );
}

#[test]
fn a_file_is_cut_between_notes_and_its_lines_keep_their_numbers() {
    let (_, id, heads) = store(&["one", "two", "three"]);
    let signer = signer(id);
    let note = |head: &TreeHead| signer.sign(&Checkpoint::of(id, head).text());
    let file: Vec<String> = heads.iter().map(note).collect();
    let file = file.join("\n");
    let one = file.len() / 3;
    assert_eq!(pieces(&file, file.len()), [(1, file.as_str())]);
    let cut = pieces(&file, one);
    let lines: Vec<usize> = cut.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 7, 13]);
    assert!(pieces("\n\n", 10).is_empty());
    let told = claims(cut[2].1, cut[2].0, &[]).judge(id, &Roots::default());
    assert_eq!(
        told[0].to_string(),
        "line 13: it is not signed by a key that is known"
    );
}
