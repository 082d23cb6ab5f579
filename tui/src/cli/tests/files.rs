//! Commands that read and write files.

use super::*;
use rollcall_shared::store::{Port, backup, memory::MemoryStore};
use rollcall_shared::wire::import::{ImportLine, ImportSummary, Rejected};
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn import_lines(refused: u64) -> Vec<ImportLine> {
    let rejected = Rejected {
        line: 3,
        field: "email".into(),
        reason: "not an address".into(),
        row: vec![
            ("email".into(), "=x".into()),
            ("Password".into(), "s3cret".into()),
        ],
    };
    let summary = ImportSummary {
        format: "rollcall-csv".into(),
        rows: 2,
        added: 2 - refused,
        refused,
        ..ImportSummary::default()
    };
    let mut lines = vec![ImportLine::Progress { rows: 1 }];
    lines.extend((0..refused).map(|_| ImportLine::Rejected(rejected.clone())));
    lines.push(ImportLine::Summary(summary));
    lines
}

#[tokio::test]
async fn refused_rows_are_kept_beside_the_file_and_the_import_is_partly_done() {
    let fake = Fake::start().reports(Verb::ImportPeople, &import_lines(1));
    let file = fake.dir().join("people.csv");
    fs::write(&file, "email\nana@example.com\n=x\n").unwrap();
    let path = file.display().to_string();
    let (code, shown) = fake
        .run(&["import", "people", &path, "--tenant", "acme", "--yes"])
        .await;
    assert_eq!(code, 7, "{}", shown.err());
    assert_eq!(shown.err(), "line 3, email: not an address\n");
    let kept = fake.dir().join("people.csv.rejected.csv");
    assert!(
        shown.out().contains(&kept.display().to_string()),
        "{}",
        shown.out()
    );
    assert_eq!(
        fs::read_to_string(&kept).unwrap(),
        "line,field,reason,email,other\n3,email,not an address,'=x,\n"
    );
    assert_eq!(
        fs::metadata(&kept).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let asked = fake.asked();
    assert_eq!(asked[0].body, "email\nana@example.com\n=x\n");
    assert!(asked[0].path.contains("tenant=acme") && asked[0].path.contains("dry_run=false"));
}

#[tokio::test]
async fn an_import_without_refusals_leaves_no_file() {
    let fake = Fake::start().reports(Verb::ImportSignins, &import_lines(0));
    let file = fake.dir().join("s.jsonl");
    fs::write(&file, "{}\n").unwrap();
    let path = file.display().to_string();
    let line = [
        "import", "signins", &path, "--tenant", "acme", "--yes", "--json",
    ];
    let (code, shown) = fake.run(&line).await;
    assert_eq!(code, 0, "{}", shown.err());
    assert!(shown.out().contains("\"added\":2"), "{}", shown.out());
    assert!(!fake.dir().join("s.jsonl.rejected.csv").exists());
}

#[tokio::test]
async fn a_file_that_is_not_there_is_exit_4_and_nothing_is_sent() {
    let fake = Fake::start();
    let path = fake.dir().join("nothing.csv").display().to_string();
    let (code, shown) = fake
        .run(&["import", "people", &path, "--tenant", "t", "--yes"])
        .await;
    assert_eq!(code, 4);
    assert!(shown.err().contains("nothing.csv"), "{}", shown.err());
    assert_eq!(fake.asked(), []);
}

#[tokio::test]
async fn a_broken_backup_leaves_nothing_behind() {
    let fake = Fake::start().says(Verb::BackupCreate, "not a backup");
    let path = fake.dir().join("b");
    let (code, shown) = fake
        .run(&["backup", "create", &path.display().to_string()])
        .await;
    assert_eq!(code, 1);
    assert!(
        shown.err().contains("not a whole backup"),
        "{}",
        shown.err()
    );
    assert!(!path.exists() && !fake.dir().join("b.partial").exists());
}

#[tokio::test]
async fn a_backup_is_checked_private_and_never_written_over() {
    let mut whole = Vec::new();
    let store = MemoryStore::new();
    backup::write(store.reader().as_ref(), &mut whole).unwrap();
    let fake = Fake::start().sends(Verb::BackupCreate, whole.clone());
    let path = fake.dir().join("b");
    let file = path.display().to_string();
    let (code, shown) = fake.run(&["backup", "create", &file]).await;
    assert_eq!(code, 0, "{}", shown.err());
    assert_eq!(fs::read(&path).unwrap(), whole);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let (code, shown) = fake.run(&["backup", "verify", &file, "--json"]).await;
    assert_eq!(code, 0);
    let told: serde_json::Value = serde_json::from_str(&shown.out()).unwrap();
    assert_eq!(told["ok"]["bytes"], whole.len());
    let (code, _) = fake.run(&["backup", "create", &file]).await;
    assert_eq!(code, 6);
    assert_eq!(fake.asked().len(), 1);
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(fake.run(&["backup", "verify", &file]).await.0, 1);
}
