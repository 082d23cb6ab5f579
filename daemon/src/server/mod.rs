//! HTTP over the socket: connections, paths, envelopes, streams. What verbs mean is the [`App`]'s.

mod answer;
mod app;
mod asked;
mod metrics;
mod pipe;
mod routes;
mod upload;

#[cfg(test)]
mod tests;

pub use app::{App, Gauges, RequestMeta};
pub use pipe::{Download, PipeWriter, pipe};
pub use upload::{Upload, UploadReader};

use crate::peer::Peer;
use axum::Router;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rollcall_shared::wire::{VERSION, VERSION_HEADER};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Connections at a time; more wait in the kernel's queue.
const CONNECTIONS: usize = 1_024;

/// A connection that asks nothing is closed after this long. The client notices and connects again.
const IDLE: Duration = Duration::from_secs(600);

/// Out of file descriptors: accepting at once again would only spin.
const BREATH: Duration = Duration::from_millis(100);

/// A server at work.
#[derive(Debug)]
pub struct Server {
    stop: watch::Sender<bool>,
    /// Told how long to wait for open requests.
    accepting: JoinHandle<JoinSet<()>>,
}

/// Serves `app` on `listener` until drained. Call it inside of a runtime.
pub fn serve(listener: UnixListener, app: Arc<dyn App>) -> Server {
    let (stop, stopping) = watch::channel(false);
    let service = TowerToHyperService::new(routes::router(app, stopping.clone()));
    let accepting = tokio::spawn(accept(listener, service, stopping));
    Server { stop, accepting }
}

impl Server {
    /// Accepts nothing more, ends event streams, lets requests under way finish for at most `grace`, then breaks
    /// them off.
    pub async fn drain(self, grace: Duration) {
        self.stop.send_replace(true);
        let Ok(mut connections) = self.accepting.await else {
            return;
        };
        let finished = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(grace, finished).await.is_err() {
            tracing::warn!(
                left = connections.len(),
                "requests were broken off at the end of the grace time"
            );
            connections.shutdown().await;
        }
    }
}

async fn accept(
    listener: UnixListener,
    service: TowerToHyperService<Router>,
    mut stopping: watch::Receiver<bool>,
) -> JoinSet<()> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stopped(&mut stopping) => return connections,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, service.clone(), stopping.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            },
        }
    }
}

async fn connection(
    stream: UnixStream,
    service: TowerToHyperService<Router>,
    mut stopping: watch::Receiver<bool>,
) {
    // Looking a user up may ask a directory server, so it does not happen on the runtime's own threads.
    let looked_up = tokio::task::spawn_blocking(move || (Peer::of(&stream), stream)).await;
    let Ok((peer, stream)) = looked_up else {
        return;
    };
    if let Err(refusal) = &peer {
        tracing::warn!(refusal = ?refusal.what, "a peer was refused");
    }
    let with_peer = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        let answer = service.call(request);
        async move {
            let mut answer = answer.await?;
            answer
                .headers_mut()
                .insert(VERSION_HEADER, HeaderValue::from(VERSION));
            Ok::<_, std::convert::Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .serve_connection(TokioIo::new(stream), with_peer);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // A client that goes away in the middle is ordinary.
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Completes once the server is told to stop, or has gone.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}
