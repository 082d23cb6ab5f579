//! The server and the client over a real socket, with an app that only plays.

mod requests;
mod streams;

use super::{App, Download, Gauges, RequestMeta, Server, Upload, pipe, serve};
use crate::peer::Peer;
use crate::socket::{Claim, Socket};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rollcall_shared::wire::asset::ImportAssets;
use rollcall_shared::wire::client::Client;
use rollcall_shared::wire::import::{ImportLine, ImportRequest, ImportSummary};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::{Notify, mpsc, watch};

/// Answers every verb with what it was asked; some verbs misbehave.
struct Play {
    revision: watch::Sender<u64>,
    /// `user list` says here that it has begun, and waits to be let go.
    begun: Notify,
    go: Notify,
    degraded: AtomicBool,
}

impl App for Play {
    fn call(
        &self,
        verb: Verb,
        peer: Peer,
        meta: RequestMeta,
        body: Value,
    ) -> BoxFuture<'_, Result<Value, Failure>> {
        async move {
            match verb {
                Verb::UserList => {
                    self.begun.notify_one();
                    self.go.notified().await;
                }
                Verb::TenantOwnerSet => {
                    let refusal = Failure::new(Class::Conflict, "the tenant has an owner");
                    return Err(refusal
                        .rule("owner-holder")
                        .hint("demote the old one first"));
                }
                Verb::SweepRun => panic!("a fault"),
                _ => {}
            }
            Ok(json!({
                "verb": verb.name(),
                "uid": peer.uid,
                "pid": peer.pid,
                "request_id": meta.request_id,
                "break_glass": meta.break_glass,
                "body": body,
            }))
        }
        .boxed()
    }

    fn import(
        &self,
        verb: Verb,
        _peer: Peer,
        _meta: RequestMeta,
        request: ImportRequest,
        upload: Upload,
    ) -> BoxFuture<'_, Result<mpsc::Receiver<ImportLine>, Failure>> {
        async move {
            if request.tenant == "missing" {
                return Err(Failure::new(Class::NotFound, "there is no such tenant"));
            }
            let (lines, answer) = mpsc::channel(1);
            let reader = upload.into_reader();
            tokio::task::spawn_blocking(move || read_rows(verb, &request, reader, &lines));
            Ok(answer)
        }
        .boxed()
    }

    fn import_assets(
        &self,
        peer: Peer,
        meta: RequestMeta,
        request: ImportAssets,
        upload: Upload,
    ) -> BoxFuture<'_, Result<mpsc::Receiver<ImportLine>, Failure>> {
        let request = ImportRequest {
            tenant: request.tenant,
            ..ImportRequest::default()
        };
        self.import(Verb::ImportAssets, peer, meta, request, upload)
    }

    fn backup(&self, _peer: Peer, meta: RequestMeta) -> BoxFuture<'_, Result<Download, Failure>> {
        async move {
            let (mut writer, download) = pipe();
            tokio::task::spawn_blocking(move || {
                writer.write_all(&vec![7; 3_000_000]).unwrap();
                // Broken glass stands for a writer that gives up.
                if meta.break_glass.is_none() {
                    writer.finish().unwrap();
                }
            });
            Ok(download)
        }
        .boxed()
    }

    fn subscribe(&self, _peer: Peer, _meta: RequestMeta) -> Result<watch::Receiver<u64>, Failure> {
        Ok(self.revision.subscribe())
    }

    fn ready(&self) -> Result<(), String> {
        if self.degraded.load(Ordering::Relaxed) {
            return Err("reads only after a failed commit".into());
        }
        Ok(())
    }

    fn live(&self) -> Result<(), String> {
        Ok(())
    }

    fn gauges(&self, _peer: Peer) -> Gauges {
        Gauges {
            revision: *self.revision.borrow(),
            accounts: Some(12),
        }
    }
}

/// Tells every row as it comes; an import of sign-ins stops without a word after the first.
fn read_rows(
    verb: Verb,
    request: &ImportRequest,
    reader: impl std::io::Read,
    lines: &mpsc::Sender<ImportLine>,
) {
    let mut rows = 0;
    for row in BufReader::new(reader).lines() {
        if let Err(error) = row {
            let failure = Failure::new(Class::Error, error.to_string());
            let _ = lines.blocking_send(ImportLine::Failed(failure));
            return;
        }
        rows += 1;
        let _ = lines.blocking_send(ImportLine::Progress { rows });
        if verb == Verb::ImportSignins {
            return;
        }
    }
    let summary = ImportSummary {
        rows,
        dry_run: request.dry_run,
        ..ImportSummary::default()
    };
    let _ = lines.blocking_send(ImportLine::Summary(summary));
}

/// A server in a directory of its own.
struct Stage {
    _dir: TempDir,
    socket: Socket,
    server: Server,
    play: Arc<Play>,
}

impl Stage {
    fn set() -> Stage {
        let dir = tempfile::tempdir().unwrap();
        let socket = Socket::claim(&dir.path().join("rollcall.sock"), "")
            .and_then(Claim::bind)
            .unwrap();
        let play = Arc::new(Play {
            revision: watch::Sender::new(5),
            begun: Notify::new(),
            go: Notify::new(),
            degraded: AtomicBool::new(false),
        });
        let server = serve(socket.listener().unwrap(), play.clone());
        Stage {
            _dir: dir,
            socket,
            server,
            play,
        }
    }

    fn client(&self) -> Client {
        Client::new(self.socket.path())
    }
}

/// Fails instead of hanging.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work)
        .await
        .expect("it hangs")
}
