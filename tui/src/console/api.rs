//! What the console asks of a daemon. The wire's client answers it; tests answer it from fixed data.

use futures_util::Stream;
use rollcall_shared::wire::{Failure, Moved, Verb};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;

/// News of changes; ends when the connection does.
pub type Events<'a> = Pin<Box<dyn Stream<Item = Result<Moved, Failure>> + Send + 'a>>;

/// An answer on its way.
pub trait Answering<T>: Future<Output = Result<T, Failure>> + Send {}

impl<T, F: Future<Output = Result<T, Failure>> + Send> Answering<T> for F {}

/// A request that can be sent.
pub trait Question: Serialize + Send + Sync {}

impl<Q: Serialize + Send + Sync> Question for Q {}

/// An answer that can be read.
pub trait Readable: DeserializeOwned + Send {}

impl<T: DeserializeOwned + Send> Readable for T {}

/// The daemon, as far as the console needs it.
pub trait Api: Send + Sync + 'static {
    /// Calls a verb with its request and reads its answer.
    fn call<Q: Question, T: Readable>(&self, verb: Verb, question: Q) -> impl Answering<T>;
    /// The stream of changes after a revision.
    fn events(&self, after: u64) -> impl Answering<Events<'_>>;
}
