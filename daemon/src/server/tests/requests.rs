use super::*;
use rollcall_shared::domain::RequestId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

/// What `curl --unix-socket` would see: status, headers, body.
async fn raw(stage: &Stage, head: &str, body: &str) -> (u16, String, String) {
    let mut stream = UnixStream::connect(stage.socket.path()).await.unwrap();
    let length = body.len();
    let request =
        format!("{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon(stream.read_to_string(&mut answer)).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_ascii_lowercase(), body.to_owned())
}

fn refusal(body: &str) -> Failure {
    let envelope: Value = serde_json::from_str(body).unwrap();
    assert_eq!(envelope["v"], 1);
    assert!(envelope.get("ok").is_none(), "{body}");
    serde_json::from_value(envelope["error"].clone()).unwrap()
}

#[tokio::test]
async fn a_verb_is_asked_with_who_asks() {
    let stage = Stage::set();
    let id = RequestId(uuid::Uuid::from_u128(7));
    let client = stage
        .client()
        .with_request_id(id)
        .with_break_glass("Füße on fire");
    let answer: Value = soon(client.call(Verb::TenantShow, &json!({"tenant": "acme"})))
        .await
        .unwrap();
    assert_eq!(answer["verb"], "tenant show");
    assert_eq!(answer["uid"], nix::unistd::geteuid().as_raw());
    assert_eq!(answer["pid"], std::process::id());
    assert_eq!(answer["request_id"], id.to_string());
    assert_eq!(answer["break_glass"], "Füße on fire");
    assert_eq!(answer["body"], json!({"tenant": "acme"}));
}

#[tokio::test]
async fn a_refusal_keeps_its_class_rule_and_hint() {
    let stage = Stage::set();
    let refused = soon(
        stage
            .client()
            .call::<_, Value>(Verb::TenantOwnerSet, &json!({})),
    )
    .await
    .unwrap_err();
    assert_eq!(refused.class, Class::Conflict);
    assert_eq!(
        (&*refused.rule, &*refused.hint),
        ("owner-holder", "demote the old one first")
    );
    let (status, _, body) = raw(&stage, "POST /v1/tenant/owner-set HTTP/1.1", "{}").await;
    assert_eq!((status, refusal(&body)), (409, refused));
}

#[tokio::test]
async fn every_answer_is_an_envelope_of_our_version() {
    let stage = Stage::set();
    let (status, head, body) = raw(&stage, "POST /v1/status HTTP/1.1", "").await;
    assert_eq!(status, 200);
    assert!(head.contains("x-rollcall-version: 1"), "{head}");
    let envelope: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        envelope["ok"]["body"],
        json!({}),
        "no body is an empty request"
    );

    let large = format!("\"{}\"", "x".repeat(1024 * 1024));
    for (head, body, status, says) in [
        (
            "GET /nowhere HTTP/1.1",
            "",
            404,
            "there is nothing at \"/nowhere\"",
        ),
        ("POST /v1/user/lisst HTTP/1.1", "", 404, "/v1/user/list"),
        (
            "POST /v1/nowhere HTTP/1.1",
            "",
            404,
            "the nouns are asset, audit, ",
        ),
        ("GET /v1/status HTTP/1.1", "", 400, "use POST"),
        ("POST /metrics HTTP/1.1", "", 400, "use GET"),
        ("POST /v1/status HTTP/1.1", "{", 400, "not JSON"),
        ("POST /v1/status HTTP/1.1", &large, 400, "1 MiB"),
        (
            "POST /v1/status HTTP/1.1\r\nX-Rollcall-Version: 2",
            "",
            400,
            "version 1",
        ),
        (
            "POST /v1/status HTTP/1.1\r\nX-Rollcall-Request-Id: 7",
            "",
            400,
            "UUID",
        ),
        (
            "POST /v1/status HTTP/1.1\r\nX-Rollcall-Break-Glass: ",
            "",
            400,
            "reason",
        ),
        ("GET /v1/events?since=4 HTTP/1.1", "", 400, "query"),
        (
            "POST /v1/import/people?tenant=a&nonsense=1 HTTP/1.1",
            "",
            400,
            "query",
        ),
        ("POST /v1/sweep/run HTTP/1.1", "", 500, "failed inside"),
    ] {
        let (got, headers, answer) = raw(&stage, head, body).await;
        assert_eq!(got, status, "{head}: {answer}");
        assert!(
            headers.contains("x-rollcall-version: 1"),
            "{head}: {headers}"
        );
        let refusal = refusal(&answer);
        assert!(refusal.to_string().contains(says), "{head}: {refusal}");
    }
}

#[tokio::test]
async fn machines_read_health_and_figures() {
    let stage = Stage::set();
    let _: Value = soon(stage.client().call(Verb::Status, &json!({})))
        .await
        .unwrap();
    let (status, _, body) = raw(&stage, "GET /livez HTTP/1.1", "").await;
    assert_eq!((status, &*body), (200, "ok\n"));
    assert_eq!(raw(&stage, "GET /readyz HTTP/1.1", "").await.0, 200);
    stage.play.degraded.store(true, Ordering::Relaxed);
    let (status, _, body) = raw(&stage, "GET /readyz HTTP/1.1", "").await;
    assert_eq!(
        (status, &*body),
        (503, "reads only after a failed commit\n")
    );

    raw(&stage, "POST /v1/status HTTP/1.1", "{").await;
    let (_, _, text) = raw(&stage, "GET /metrics HTTP/1.1", "").await;
    for line in [
        "rollcall_revision 5",
        "rollcall_accounts 12",
        "rollcall_ready 0",
        "rollcall_requests_total{verb=\"status\",outcome=\"answered\"} 1",
        "rollcall_requests_total{verb=\"status\",outcome=\"refused\"} 1",
        "rollcall_requests_total{verb=\"backup create\",outcome=\"answered\"} 0",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn a_client_keeps_its_connection_and_mends_it() {
    let stage = Stage::set();
    let client = stage.client();
    let _: Value = soon(client.call(Verb::Status, &json!({}))).await.unwrap();
    // Without the file there is no way to connect anew.
    let path = stage.socket.path().to_owned();
    std::fs::remove_file(&path).unwrap();
    let _: Value = soon(client.call(Verb::Status, &json!({}))).await.unwrap();
    let gone = soon(stage.client().call::<_, Value>(Verb::Status, &json!({})))
        .await
        .unwrap_err();
    assert_eq!(gone.class, Class::Unreachable);

    let Stage {
        socket,
        server,
        play,
        _dir,
    } = stage;
    soon(server.drain(Duration::from_secs(5))).await;
    drop(socket);
    let socket = Socket::claim(&path, "").and_then(Claim::bind).unwrap();
    let _server = serve(socket.listener().unwrap(), play);
    let _: Value = soon(client.call(Verb::Status, &json!({}))).await.unwrap();
}

#[tokio::test]
async fn stopping_lets_requests_finish() {
    let stage = Stage::set();
    let client = stage.client();
    let asked =
        tokio::spawn(async move { client.call::<_, Value>(Verb::UserList, &json!({})).await });
    soon(stage.play.begun.notified()).await;
    let path = stage.socket.path().to_owned();
    let draining = tokio::spawn(stage.server.drain(Duration::from_secs(60)));
    // Refused as soon as the listener is closed; until then a connection would wait in vain.
    drop(stage.socket);
    while UnixStream::connect(&path).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!draining.is_finished());
    stage.play.go.notify_one();
    assert_eq!(soon(asked).await.unwrap().unwrap()["verb"], "user list");
    soon(draining).await.unwrap();
}

#[tokio::test]
async fn stopping_does_not_wait_longer_than_its_grace() {
    let stage = Stage::set();
    let client = stage.client();
    let asked =
        tokio::spawn(async move { client.call::<_, Value>(Verb::UserList, &json!({})).await });
    soon(stage.play.begun.notified()).await;
    soon(stage.server.drain(Duration::ZERO)).await;
    let lost = soon(asked).await.unwrap().unwrap_err();
    assert_eq!(lost.class, Class::Unreachable);
    assert_eq!(lost.hint, "nothing was being changed; try again");
}
