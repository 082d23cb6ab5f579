//! What the server serves.

use super::pipe::Download;
use super::upload::Upload;
use crate::peer::Peer;
use futures_util::future::BoxFuture;
use rollcall_shared::domain::RequestId;
use rollcall_shared::wire::asset::ImportAssets;
use rollcall_shared::wire::import::{ImportLine, ImportRequest};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;
use tokio::sync::{mpsc, watch};

/// What came with a request beside its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestMeta {
    /// The client's, or one made up when it gave none.
    pub request_id: RequestId,
    /// The reason given for break-glass use; untrusted.
    pub break_glass: Option<String>,
}

/// What `/metrics` tells beside the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gauges {
    /// The directory's revision.
    pub revision: u64,
    /// Accounts in all tenants; none for who is bound to nobody and may not know.
    pub accounts: Option<u64>,
}

/// The daemon behind the server. It checks who may do what; the server only says who asks.
pub trait App: Send + Sync + 'static {
    /// Answers a verb with a JSON body. The server never calls it for imports and backups.
    fn call(
        &self,
        verb: Verb,
        peer: Peer,
        meta: RequestMeta,
        body: Value,
    ) -> BoxFuture<'_, Result<Value, Failure>>;

    /// Begins an import. Refuse here, before reading: the client holds its file back (for a second) until this
    /// returns. The lines end with [`ImportLine::Summary`] or [`ImportLine::Failed`].
    fn import(
        &self,
        verb: Verb,
        peer: Peer,
        meta: RequestMeta,
        request: ImportRequest,
        upload: Upload,
    ) -> BoxFuture<'_, Result<mpsc::Receiver<ImportLine>, Failure>>;

    /// As [`App::import`], for what accounts own.
    fn import_assets(
        &self,
        peer: Peer,
        meta: RequestMeta,
        request: ImportAssets,
        upload: Upload,
    ) -> BoxFuture<'_, Result<mpsc::Receiver<ImportLine>, Failure>>;

    /// Begins a backup; see [`super::pipe`].
    fn backup(&self, peer: Peer, meta: RequestMeta) -> BoxFuture<'_, Result<Download, Failure>>;

    /// The directory's revision as it moves on, for who may see anything at all.
    ///
    /// # Errors
    /// The refusal of who is bound to nobody.
    fn subscribe(&self, peer: Peer, meta: RequestMeta) -> Result<watch::Receiver<u64>, Failure>;

    /// Whether changes can be taken; otherwise why not.
    ///
    /// # Errors
    /// One sentence.
    fn ready(&self) -> Result<(), String>;

    /// Whether the daemon works at all (the watchdog asks too); otherwise why not.
    ///
    /// # Errors
    /// One sentence.
    fn live(&self) -> Result<(), String>;

    /// Figures for `/metrics`, as far as who asks may know them.
    fn gauges(&self, peer: Peer) -> Gauges;
}
