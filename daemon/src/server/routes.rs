//! Paths and what happens there.

use super::app::App;
use super::metrics::Metrics;
use super::upload::Upload;
use super::{answer, asked};
use axum::Router;
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::{Stream, StreamExt, stream};
use http_body_util::{BodyExt, Limited};
use hyper::http::Method;
use hyper::{StatusCode, Uri};
use rollcall_shared::wire::asset::ImportAssets;
use rollcall_shared::wire::import::ImportRequest;
use rollcall_shared::wire::{Class, Failure, Moved, Verb};
use serde::Deserialize;
use serde_json::Value;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A JSON request is small; files are streamed.
const LARGEST_REQUEST: usize = 1024 * 1024;

/// From the first byte of a request to its answer. A little less than the client's patience, so that it learns why.
const LONGEST: Duration = Duration::from_secs(110);

/// Clients take three times this for silence.
const KEEP_ALIVE: Duration = Duration::from_secs(25);

/// At most this often an event: a console draws ten frames a second.
const EVENT_PAUSE: Duration = Duration::from_millis(50);

/// What every path can reach.
#[derive(Clone)]
struct Shared {
    app: Arc<dyn App>,
    metrics: Arc<Metrics>,
    stopping: watch::Receiver<bool>,
}

/// All paths.
pub(super) fn router(app: Arc<dyn App>, stopping: watch::Receiver<bool>) -> Router {
    let mut router = Router::new();
    for verb in Verb::ALL.iter().copied() {
        let handler = move |State(shared): State<Shared>, request: Request| async move {
            let answer = match verb {
                Verb::ImportPeople | Verb::ImportSignins | Verb::ImportAssets => {
                    import(&shared, verb, request).await
                }
                Verb::BackupCreate => backup(&shared, request).await,
                _ => json(&shared, verb, request).await,
            };
            shared.metrics.count(verb, answer.is_err());
            answer.unwrap_or_else(answer::refusal)
        };
        router = router.route(&verb.path(), post(handler));
    }
    router
        .route("/v1/events", get(events))
        .route(
            "/livez",
            get(|State(shared): State<Shared>| async move { health(shared.app.live()) }),
        )
        .route(
            "/readyz",
            get(|State(shared): State<Shared>| async move { health(shared.app.ready()) }),
        )
        .route("/metrics", get(metrics))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Shared {
            app,
            metrics: Arc::new(Metrics::new()),
            stopping,
        })
}

async fn json(shared: &Shared, verb: Verb, request: Request) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let (peer, meta) = asked::read(&parts)?;
    let app = Arc::clone(&shared.app);
    let (uid, request_id) = (peer.uid, meta.request_id);
    let answer = in_time(async {
        let body = read_json(body).await?;
        guarded(async move { app.call(verb, peer, meta, body).await }).await
    })
    .await;
    match &answer {
        Ok(_) => tracing::debug!(verb = verb.name(), uid, %request_id, "answered"),
        // What was refused may quote untrusted text: written with escapes.
        Err(refusal) => {
            tracing::info!(verb = verb.name(), uid, %request_id, class = ?refusal.class, what = ?refusal.what, "refused");
        }
    }
    answer.map(|value| answer::envelope(Ok(value)))
}

async fn import(shared: &Shared, verb: Verb, request: Request) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let (peer, meta) = asked::read(&parts)?;
    let app = Arc::clone(&shared.app);
    let upload = Upload::new(body);
    let lines = if verb == Verb::ImportAssets {
        let Query(query): Query<ImportAssets> = query(&parts.uri)?;
        let begun = guarded(async move { app.import_assets(peer, meta, query, upload).await });
        in_time(begun).await
    } else {
        let Query(query): Query<ImportRequest> = query(&parts.uri)?;
        let begun = guarded(async move { app.import(verb, peer, meta, query, upload).await });
        in_time(begun).await
    };
    lines.map(answer::lines)
}

async fn backup(shared: &Shared, request: Request) -> Result<Response, Failure> {
    let (peer, meta) = asked::read(&request.into_parts().0)?;
    let app = Arc::clone(&shared.app);
    let download = in_time(guarded(async move { app.backup(peer, meta).await })).await?;
    Ok(answer::whole(
        StatusCode::OK,
        "application/octet-stream",
        Body::from_stream(download.into_stream()),
    ))
}

/// A change that has begun is not cut in two by a client that goes away, and a fault in it ends only itself.
async fn guarded<T: Send + 'static>(
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(error) => {
            tracing::error!(%error, "a request ended in a fault of the daemon");
            Err(
                Failure::new(Class::Error, "the daemon failed inside this request")
                    .hint("see the daemon's log, and report it as a bug"),
            )
        }
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::time::timeout(LONGEST, work)
        .await
        .unwrap_or_else(|_| {
            Err(Failure::new(
                Class::Error,
                format!("there was no answer within {} s", LONGEST.as_secs()),
            )
            .hint("a change may still be made: look with `rollcall audit list`"))
        })
}

/// The body as JSON; none is an empty request.
async fn read_json(body: Body) -> Result<Value, Failure> {
    let bytes = Limited::new(body, LARGEST_REQUEST)
        .collect()
        .await
        .map_err(|e| {
            Failure::new(Class::Usage, format!("the request cannot be read: {e}"))
                .rule("request")
                .hint("a request is at most 1 MiB of JSON; files go to `import`")
        })?;
    let bytes = bytes.to_bytes();
    if bytes.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_slice(&bytes).map_err(|e| {
        Failure::new(Class::Usage, format!("the request is not JSON: {e}"))
            .rule("request")
            .hint("send one JSON object, or nothing")
    })
}

fn query<T: serde::de::DeserializeOwned>(uri: &Uri) -> Result<Query<T>, Failure> {
    Query::try_from_uri(uri).map_err(|e| {
        Failure::new(
            Class::Usage,
            format!("the query is not understood: {}", e.body_text()),
        )
        .rule("request")
        .hint("look at the parameters that the verb takes with its `--help`")
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    /// The revision the client has seen.
    #[serde(default)]
    after: u64,
}

async fn events(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let opened = asked::read(&parts).and_then(|(peer, meta)| {
        Ok((
            query::<After>(&parts.uri)?,
            shared.app.subscribe(peer, meta)?,
        ))
    });
    match opened {
        Ok((Query(After { after }), revisions)) => {
            let moves = moves(revisions, shared.stopping, after);
            Sse::new(moves)
                .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
                .into_response()
        }
        Err(failure) => answer::refusal(failure),
    }
}

/// The revision whenever it is another than the client's. A restored store may have gone back: that is told too.
fn moves(
    revisions: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    after: u64,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let state = (revisions, after, false);
    let moves = stream::unfold(state, |(mut revisions, seen, pause)| async move {
        if pause {
            tokio::time::sleep(EVENT_PAUSE).await;
        }
        let revision = *revisions.wait_for(|now| *now != seen).await.ok()?;
        let event = Event::default().json_data(Moved { revision }).ok()?;
        Some((Ok(event), (revisions, revision, true)))
    });
    // A stream without an end would hold the daemon back when it stops.
    moves.take_until(async move {
        let mut stopping = stopping;
        super::stopped(&mut stopping).await;
    })
}

fn health(state: Result<(), String>) -> Response {
    match state {
        Ok(()) => answer::whole(StatusCode::OK, "text/plain; charset=utf-8", "ok\n"),
        Err(why) => answer::whole(
            StatusCode::SERVICE_UNAVAILABLE,
            "text/plain; charset=utf-8",
            format!("{why}\n"),
        ),
    }
}

async fn metrics(State(shared): State<Shared>, request: Request) -> Response {
    match asked::peer(&request.into_parts().0) {
        Ok(peer) => answer::whole(
            StatusCode::OK,
            "text/plain; version=0.0.4; charset=utf-8",
            shared.metrics.text(&*shared.app, peer),
        ),
        Err(failure) => answer::refusal(failure),
    }
}

async fn unknown(uri: Uri) -> Response {
    let path: String = uri.path().chars().take(200).collect();
    let noun = path
        .strip_prefix("/v1/")
        .and_then(|rest| rest.split('/').next());
    let near: Vec<String> = Verb::ALL
        .iter()
        .filter(|verb| noun.is_some_and(|noun| verb.name().split(' ').next() == Some(noun)))
        .map(|verb| verb.path())
        .collect();
    let hint = if near.is_empty() {
        let mut nouns: Vec<&str> = Verb::ALL
            .iter()
            .filter_map(|verb| verb.name().split(' ').next())
            .collect();
        nouns.sort_unstable();
        nouns.dedup();
        format!(
            "verbs are POST /v1/NOUN/VERB; the nouns are {}",
            nouns.join(", ")
        )
    } else {
        format!("there are {}", near.join(", "))
    };
    answer::refusal(Failure::missing(
        "path",
        format!("there is nothing at {path:?}"),
        hint,
    ))
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let use_instead = if Verb::ALL.iter().any(|verb| verb.path() == uri.path()) {
        "POST"
    } else {
        "GET"
    };
    answer::refusal(
        Failure::new(Class::Usage, format!("{method} is not for {}", uri.path()))
            .rule("method")
            .hint(format!("use {use_instead}")),
    )
}
