//! What the console asks of a daemon. The wire's client answers it; tests answer it from fixed data.

use futures_util::Stream;
use rollcall_shared::wire::admin::{Status, TenantDetail, TenantNamed, TenantOptional};
use rollcall_shared::wire::sweep::{
    Plans, RunAnswer, RunDetail, RunNamed, RunQuery, Runs, SweepRequest, Sweeps,
};
use rollcall_shared::wire::user::{UserChange, UserDetail, UserPage, UserQuery, UserShow};
use rollcall_shared::wire::{Failure, Moved, Verb};
use std::future::Future;
use std::pin::Pin;

/// News of changes; ends when the connection does.
pub type Events<'a> = Pin<Box<dyn Stream<Item = Result<Moved, Failure>> + Send + 'a>>;

/// An answer on its way.
pub trait Answering<T>: Future<Output = Result<T, Failure>> + Send {}

impl<T, F: Future<Output = Result<T, Failure>> + Send> Answering<T> for F {}

/// The daemon, as far as the console needs it.
pub trait Api: Send + Sync + 'static {
    /// `status`.
    fn status(&self) -> impl Answering<Status>;
    /// `user list`.
    fn users(&self, query: UserQuery) -> impl Answering<UserPage>;
    /// `user show`.
    fn user(&self, which: UserShow) -> impl Answering<UserDetail>;
    /// `tenant show`.
    fn tenant(&self, which: TenantNamed) -> impl Answering<TenantDetail>;
    /// `sweep list`.
    fn sweeps(&self, of: TenantOptional) -> impl Answering<Sweeps>;
    /// `sweep plan`.
    fn plan(&self, request: SweepRequest) -> impl Answering<Plans>;
    /// `sweep run`.
    fn run(&self, request: SweepRequest) -> impl Answering<RunAnswer>;
    /// `run list`.
    fn runs(&self, query: RunQuery) -> impl Answering<Runs>;
    /// `run show`.
    fn run_show(&self, which: RunNamed) -> impl Answering<RunDetail>;
    /// `run approve` and `run reject`; the answer is one sentence.
    fn decide(&self, verb: Verb, which: RunNamed) -> impl Answering<String>;
    /// `user suspend`, `user reactivate`, `user deactivate`; the answer is one sentence.
    fn change(&self, verb: Verb, change: UserChange) -> impl Answering<String>;
    /// The stream of changes after a revision.
    fn events(&self, after: u64) -> impl Answering<Events<'_>>;
}
