use super::*;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;

fn into(tenant: &str) -> ImportRequest {
    ImportRequest {
        tenant: tenant.into(),
        file: Some("a b&c=d.csv".into()),
        dry_run: true,
        ..ImportRequest::default()
    }
}

#[tokio::test]
async fn an_import_answers_while_the_file_is_still_coming() {
    let stage = Stage::set();
    let (mut file, body) = tokio::io::duplex(64);
    let (seen, mut progress) = mpsc::unbounded_channel();
    let client = stage.client();
    let importing = tokio::spawn(async move {
        let request = into("acme");
        let told = |line| seen.send(line).unwrap();
        client
            .import(Verb::ImportPeople, &request, body, told)
            .await
    });
    for row in 1..=3 {
        file.write_all(b"ada@example.com,Ada\n").await.unwrap();
        // The next row is written only when this one has been answered.
        let line = soon(progress.recv()).await.unwrap();
        assert_eq!(line, ImportLine::Progress { rows: row });
    }
    drop(file);
    let summary = soon(importing).await.unwrap().unwrap();
    assert_eq!((summary.rows, summary.dry_run), (3, true));
    assert!(
        progress.recv().await.is_none(),
        "the summary is the answer, not a line"
    );
}

#[tokio::test]
async fn a_refused_import_says_why_however_large_the_file() {
    let stage = Stage::set();
    let endless = tokio::io::repeat(b'x');
    let refused = soon(stage.client().import(
        Verb::ImportPeople,
        &into("missing"),
        endless,
        |_| {},
    ))
    .await
    .unwrap_err();
    assert_eq!(
        (refused.class, &*refused.what),
        (Class::NotFound, "there is no such tenant")
    );
}

#[tokio::test]
async fn an_import_that_breaks_off_is_no_success() {
    let stage = Stage::set();
    let rows: &[u8] = b"one\ntwo\n";
    let broken = soon(
        stage
            .client()
            .import(Verb::ImportSignins, &into("acme"), rows, |_| {}),
    )
    .await
    .unwrap_err();
    assert!(
        broken.what.contains("broke off inside the daemon"),
        "{broken}"
    );
}

#[tokio::test]
async fn a_backup_is_whole_or_an_error() {
    let stage = Stage::set();
    let mut copy = Vec::new();
    let length = soon(stage.client().backup(&mut copy)).await.unwrap();
    assert_eq!(length, 3_000_000);
    assert_eq!(copy, vec![7; 3_000_000]);

    let mut part = Vec::new();
    let broken = soon(stage.client().with_break_glass("x").backup(&mut part))
        .await
        .unwrap_err();
    assert_eq!(broken.class, Class::Unreachable, "{broken}");
}

#[tokio::test]
async fn events_tell_the_newest_revision_only() {
    let stage = Stage::set();
    let mut events = soon(stage.client().events(5)).await.unwrap();
    stage.play.revision.send_replace(6);
    assert_eq!(soon(events.next()).await.unwrap().unwrap().revision, 6);
    let mut seen = Vec::new();
    for revision in 7..=1_000 {
        stage.play.revision.send_replace(revision);
        if revision % 100 == 0 {
            tokio::task::yield_now().await;
        }
    }
    while seen.last() != Some(&1_000) {
        seen.push(soon(events.next()).await.unwrap().unwrap().revision);
    }
    assert!(
        seen.len() < 20,
        "994 changes were told in {} events",
        seen.len()
    );
    assert!(seen.is_sorted());

    // A client that is behind is told at once; so is one that is ahead of a restored store.
    for after in [3, 2_000] {
        let mut events = soon(stage.client().events(after)).await.unwrap();
        assert_eq!(soon(events.next()).await.unwrap().unwrap().revision, 1_000);
    }
}

#[tokio::test]
async fn event_streams_do_not_hold_the_daemon_back() {
    let stage = Stage::set();
    let mut events = soon(stage.client().events(5)).await.unwrap();
    soon(stage.server.drain(Duration::from_secs(60))).await;
    let end = soon(events.next()).await.unwrap().unwrap_err();
    assert_eq!(end.class, Class::Unreachable);
    assert!(soon(events.next()).await.is_none());
}
