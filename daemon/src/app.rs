//! The daemon behind the server: each call of a verb becomes an [`Ask`].

use crate::handlers::{self, Ask, Caller, Import, Service, fingerprint};
use crate::peer::Peer;
use crate::server::{App, Download, Gauges, RequestMeta, Upload, pipe};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rollcall_shared::store::backup;
use rollcall_shared::wire::asset::ImportAssets;
use rollcall_shared::wire::import::{ImportLine, ImportRequest};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// The service as the server sees it.
pub(crate) struct Front(pub Arc<Service>);

fn caller(peer: Peer, meta: &RequestMeta) -> Caller {
    Caller {
        peer,
        break_glass: meta.break_glass.clone(),
    }
}

impl App for Front {
    fn call(
        &self,
        verb: Verb,
        peer: Peer,
        meta: RequestMeta,
        body: Value,
    ) -> BoxFuture<'_, Result<Value, Failure>> {
        async move {
            let ask = Ask {
                service: &self.0,
                caller: caller(peer, &meta),
                request: meta.request_id,
                asked: fingerprint(&[verb.name().as_bytes(), body.to_string().as_bytes()]),
            };
            let about = body.clone();
            let answer = handlers::answer(&ask, verb, body).await;
            answer.map_err(|failure| handlers::with_tenant(&ask, &about, failure))
        }
        .boxed()
    }

    fn import(
        &self,
        verb: Verb,
        peer: Peer,
        meta: RequestMeta,
        request: ImportRequest,
        upload: Upload,
    ) -> BoxFuture<'_, Result<mpsc::Receiver<ImportLine>, Failure>> {
        async move {
            let import = Import {
                service: self.0.clone(),
                caller: caller(peer, &meta),
                request_id: meta.request_id,
                request,
            };
            import.begin(verb, upload)
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
        async move {
            let (service, caller) = (self.0.clone(), caller(peer, &meta));
            handlers::import_assets(service, caller, meta.request_id, request, upload)
        }
        .boxed()
    }

    fn backup(&self, peer: Peer, meta: RequestMeta) -> BoxFuture<'_, Result<Download, Failure>> {
        async move {
            let ask = Ask {
                service: &self.0,
                caller: caller(peer, &meta),
                request: meta.request_id,
                asked: String::new(),
            };
            ask.authorise(&ask.state(), Verb::BackupCreate, None)?;
            let reader = self.0.writer.reader();
            let (mut out, download) = pipe();
            tokio::task::spawn_blocking(move || {
                // A backup that breaks off is not finished, and the client sees that it is not whole.
                let written = backup::write(reader.as_ref(), &mut out).map_err(|e| e.to_string());
                if let Err(what) = written.and_then(|_| out.finish().map_err(|e| e.to_string())) {
                    tracing::warn!("a backup broke off: {what}");
                }
            });
            Ok(download)
        }
        .boxed()
    }

    fn subscribe(&self, peer: Peer, meta: RequestMeta) -> Result<watch::Receiver<u64>, Failure> {
        let ask = Ask {
            service: &self.0,
            caller: caller(peer, &meta),
            request: meta.request_id,
            asked: String::new(),
        };
        handlers::may_listen(&ask)?;
        Ok(self.0.writer.revisions())
    }

    fn ready(&self) -> Result<(), String> {
        let degraded = self.0.writer.degraded();
        if degraded.is_empty() {
            Ok(())
        } else {
            Err(degraded)
        }
    }

    fn live(&self) -> Result<(), String> {
        if self.0.writer.alive() {
            Ok(())
        } else {
            Err("the writer has stopped".into())
        }
    }

    fn gauges(&self, peer: Peer) -> Gauges {
        let state = self.0.writer.state();
        let caller = Caller {
            peer,
            break_glass: None,
        };
        Gauges {
            revision: state.revision(),
            accounts: handlers::accounts_seen(&self.0, &caller, &state),
        }
    }
}
