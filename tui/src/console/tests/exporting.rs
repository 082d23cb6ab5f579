//! Writing exactly the rows filtered to a file.

use super::fixtures::{Console, page};
use crate::console::api::{Answering, Api, Events, Question, Readable};
use crate::console::export::{Exported, Order, write};
use crate::console::message::{Answer, Ask};
use rollcall_shared::wire::user::UserQuery;
use rollcall_shared::wire::{Class, Failure, Verb};
use std::os::unix::fs::PermissionsExt;

/// A daemon that answers for made-up accounts only.
struct Accounts(u32);

impl Api for Accounts {
    fn call<Q: Question, T: Readable>(&self, verb: Verb, question: Q) -> impl Answering<T> {
        assert_eq!(verb, Verb::UserList);
        let query = serde_json::to_value(question).unwrap();
        let query: UserQuery = serde_json::from_value(query).unwrap();
        let page = serde_json::to_value(page(&query, self.0)).unwrap();
        async move { Ok(serde_json::from_value(page).unwrap()) }
    }

    fn events(&self, _: u64) -> impl Answering<Events<'_>> {
        async { Err::<Events<'_>, _>(Failure::new(Class::Error, "no news")) }
    }
}

fn order(dir: &std::path::Path, name: &str, replace: bool) -> Order {
    Order {
        query: UserQuery::default(),
        name: dir.join(name).display().to_string(),
        replace,
    }
}

#[test]
fn the_order_is_what_the_table_is_asked_for() {
    let mut console = Console::acme(80, 24);
    console.press("/grace<enter>");
    let total = console.state.users.total.unwrap();
    console.hold = true;
    console.press("E");
    assert!(
        console
            .screen()
            .contains(&format!("Export {total} accounts"))
    );
    console.press("<ctrl-u>mine.jsonl<enter>");
    let (_, ask) = console.waiting.last().unwrap();
    let Ask::Export(order) = ask else {
        panic!("{ask:?}");
    };
    assert_eq!((order.name.as_str(), order.replace), ("mine.jsonl", false));
    assert_eq!(order.query.search, "grace");
    assert_eq!(order.query.tenant.as_deref(), Some("acme"));
}

#[test]
fn a_file_that_is_there_goes_only_when_that_is_said() {
    let mut console = Console::acme(80, 24);
    console.hold = true;
    console.press("E<enter>");
    let (ticket, _) = console.waiting.pop().unwrap();
    console.answer(
        ticket,
        Answer::Exported(Exported::Exists("/tmp/users.csv".into())),
    );
    assert!(
        console.screen().contains("Replace it?"),
        "{}",
        console.screen()
    );
    console.press("<enter>");
    assert!(console.waiting.is_empty());
    assert!(console.screen().contains("Nothing was written."));
    console.press("<enter>");
    let (ticket, _) = console.waiting.pop().unwrap();
    console.answer(
        ticket,
        Answer::Exported(Exported::Exists("/tmp/users.csv".into())),
    );
    console.press("y");
    let (_, ask) = console.waiting.pop().unwrap();
    assert!(matches!(ask, Ask::Export(order) if order.replace));
}

#[tokio::test]
async fn every_row_is_written_for_the_owner_only_and_starts_no_formula() {
    let dir = tempfile::tempdir().unwrap();
    let api = Accounts(3_001);
    let all = page(&order(dir.path(), "", false).query, 3_001).total;
    let done = write(&api, order(dir.path(), "a.csv", false))
        .await
        .unwrap();
    let path = dir.path().join("a.csv");
    assert_eq!(
        done,
        Exported::Done {
            rows: all,
            path: path.clone(),
            moved: false
        }
    );
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count() as u64, all + 1);
    assert!(
        !text.contains(['\u{1b}', '\u{202e}']),
        "hostile text reached the file"
    );
    assert!(
        text.contains("'=HYPERLINK") && !text.contains(",=HYPERLINK"),
        "a formula"
    );
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Nothing else is left beside it.
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_file_is_never_written_over_unasked() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.jsonl");
    std::fs::write(&path, "mine").unwrap();
    let api = Accounts(12);
    let kept = write(&api, order(dir.path(), "a.jsonl", false))
        .await
        .unwrap();
    assert_eq!(kept, Exported::Exists(path.clone()));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    write(&api, order(dir.path(), "a.jsonl", true))
        .await
        .unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with('{') && text.lines().count() == 12,
        "{text}"
    );
    let refused = write(&api, order(dir.path(), "a.xls", false)).await;
    assert_eq!(refused.unwrap_err().rule, "export-form");
    let nowhere = write(&api, order(&dir.path().join("no"), "a.csv", false)).await;
    assert_eq!(nowhere.unwrap_err().class, Class::Error);
}
