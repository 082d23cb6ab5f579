use super::*;
use crate::wire::import::ImportRequest;
use serde_json::{Value, json};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::UnixListener;

/// Something at a socket that gives every connection the same answer, or none.
fn impostor(dir: &tempfile::TempDir, answer: Option<&'static str>) -> Client {
    let path = dir.path().join("rollcall.sock");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request).await;
            match answer {
                Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
                None => held.push(stream),
            }
        }
    });
    Client::new(path)
}

async fn ask(client: &Client) -> Failure {
    client
        .call::<_, Value>(Verb::Status, &json!({}))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn without_a_daemon_it_says_how_to_start_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rollcall.sock");
    let absent = ask(&Client::new(&path)).await;
    assert_eq!(absent.class.exit_code(), 8);
    assert!(
        absent.what.contains("no such socket") && absent.what.contains(path.to_str().unwrap()),
        "{absent}"
    );
    assert!(
        absent.hint.contains(&format!(
            "rollcalld --store PATH --socket {}",
            path.display()
        )),
        "{absent}"
    );

    drop(UnixListener::bind(&path).unwrap());
    let passed = vec!["/elsewhere".into()];
    let socket = path.clone();
    let stale = ask(&Client::at(Place { socket, passed })).await;
    assert_eq!(stale.class, Class::Unreachable);
    assert!(
        stale.what.contains("nobody listens") && stale.what.ends_with("nor at /elsewhere"),
        "{stale}"
    );
}

#[tokio::test]
async fn a_closed_socket_names_the_group_that_may() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rollcall.sock");
    let _listener = UnixListener::bind(&path).unwrap();
    let mode = |mode| std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
    let link = Link::new(Place::only(path.clone()));
    mode(0o600);
    let alone = link.refused(&io::ErrorKind::PermissionDenied.into());
    assert!(
        alone.hint.contains("only the daemon's own user") && !alone.hint.contains("usermod"),
        "{alone}"
    );
    mode(0o660);
    let denied = link.refused(&io::ErrorKind::PermissionDenied.into());
    let group = nix::unistd::Group::from_gid(nix::unistd::getegid())
        .unwrap()
        .unwrap()
        .name;
    assert_eq!(
        (denied.class, &*denied.rule),
        (Class::Unreachable, "socket-group")
    );
    assert!(
        denied.hint.contains(&format!("usermod -aG {group} YOU")),
        "{denied}"
    );
}

#[tokio::test]
async fn a_daemon_of_another_version_or_another_kind_is_not_believed() {
    for (answer, says) in [
        (
            "HTTP/1.1 200 OK\r\nx-rollcall-version: 9\r\ncontent-length: 2\r\n\r\n{}",
            "speaks version 9 of the wire; this program speaks 1",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
            "is not a rollcalld",
        ),
        (
            "HTTP/1.1 200 OK\r\nx-rollcall-version: 1\r\ncontent-length: 7\r\n\r\n{\"v\":1}",
            "an empty answer",
        ),
        (
            "HTTP/1.1 200 OK\r\nx-rollcall-version: 1\r\ncontent-length: 4\r\n\r\ntrue",
            "cannot read",
        ),
        (
            "HTTP/1.1 200 OK\r\nx-rollcall-version: 1\r\ncontent-length: 9\r\n\r\n{}",
            "broke the connection off",
        ),
        ("", "broke the connection off"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let failure = ask(&impostor(&dir, Some(answer))).await;
        assert_eq!(failure.class, Class::Unreachable, "{failure}");
        assert!(failure.what.contains(says), "{answer}: {failure}");
    }
}

#[tokio::test]
async fn patience_ends_and_only_a_change_is_in_doubt() {
    let dir = tempfile::tempdir().unwrap();
    let client = impostor(&dir, None).with_patience(Duration::from_millis(20));
    let change = client.call::<_, Value>(Verb::UserSuspend, &json!({})).await;
    let doubtful = change.unwrap_err();
    assert!(
        doubtful
            .hint
            .starts_with("whether a change was made is not known"),
        "{doubtful}"
    );
    let silent = ask(&client).await;
    assert_eq!(silent.hint, "nothing was being changed; try again");
    assert_eq!(silent.class, Class::Unreachable);
    assert!(
        silent.what.contains("did not answer within 20ms"),
        "{silent}"
    );
}

#[tokio::test]
async fn a_reason_must_fit_into_one_line() {
    let client = Client::new("/nowhere").with_break_glass("one\ntwo");
    let refused = ask(&client).await;
    assert_eq!(refused.class, Class::Usage);
    assert!(refused.hint.contains("one line"), "{refused}");
}

/// A file that remembers whether anybody has read it.
struct Watched(Arc<AtomicBool>);

impl AsyncRead for Watched {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.store(true, Ordering::Relaxed);
        buffer.put_slice(b"ada@example.com\n");
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_file_is_not_read_into_a_refusal() {
    let dir = tempfile::tempdir().unwrap();
    let client = impostor(
        &dir,
        Some(
            "HTTP/1.1 403 Forbidden\r\nx-rollcall-version: 1\r\ncontent-length: 51\r\n\r\n\
             {\"v\":1,\"error\":{\"class\":\"denied\",\"what\":\"you not\"}}",
        ),
    );
    let read = Arc::new(AtomicBool::new(false));
    let file = Watched(Arc::clone(&read));
    let request = ImportRequest::default();
    let refused = client
        .import(Verb::ImportPeople, &request, file, |_| {})
        .await
        .unwrap_err();
    assert_eq!((refused.class, &*refused.what), (Class::Denied, "you not"));
    assert!(!read.load(Ordering::Relaxed));
}
